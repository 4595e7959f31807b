//! Runs one call: compiles the script once, runs its body anew, calls its entry point.
//!
//! The body runs for each call, in a module of its own, and so do the modules of the project that it imports: no call
//! can see what another left behind ([`State`]). What they were compiled to stays.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::Fingerprint;
use bds_macro_api::{FailureKind, Frame};
use pyo3::exceptions::{PyMemoryError, PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyModule};

use super::calls::{self, Call};
use super::depth::Depth;
use super::errors::BdsStopped;
use super::kept::Encoded;
use super::link::Link;
use super::modules::present;
use super::state::State;
use super::{failure, held, jobs, looks, python, result, values};
use crate::protocol::{Bytes, Done, Failed, FromWorker, Returned, Run};

thread_local! {
    /// The translations of the last call.
    static TRANSLATIONS: RefCell<Option<Py<PyDict>>> = const { RefCell::new(None) };
    static COMPILED: RefCell<BTreeMap<(String, Fingerprint), Py<PyAny>>> = RefCell::default();
}

/// A field of the post that was sent along.
type Field<'a> = (&'a str, Option<Encoded<'a>>);

/// Runs a call and tells how it went.
pub(super) fn run(py: Python<'_>, link: &Link, run: &Run<'_>) -> Done {
    let call = Arc::new(
        Call::new(run.slug, run.limits, run.permissions.clone(), Arc::clone(&link.paths)).streaming(run.job.is_some()),
    );
    let memory_outside = link.limit_memory(Some(run.limits.memory_mb));
    // Before anything can fail: the host counts on what it sent to be kept.
    let post =
        run.post.as_ref().map(|fields| fields.iter().map(|(name, sent)| (*name, link.take(sent.clone()))).collect());
    let is_within = calls::current().is_some();
    let mut spent = false;
    let depth = Depth::limit(py, run.limits.recursion);
    let result = call.enter(|| {
        let threads = python::thread_count(py);
        let state = State::begin(py, link.is_process(), is_within);
        let (state, result) = match state {
            Ok(state) => {
                let result = match run.job {
                    None => perform(py, &call, run, post),
                    Some(Bytes(order)) => jobs::perform(py, &call, run, order),
                };
                (Some(state), result)
            }
            Err(error) => (None, Err(error.into())),
        };
        depth.restore(py);
        let mut tell = |trouble: Trouble| {
            // What is told must not fail for the same reason.
            link.limit_memory(None);
            if link.is_process() {
                // Nor for want of what a script has broken. Where that cannot be mended, the end of the call says so.
                let _ = held::put_back(py, false);
            }
            spent = trouble.is_memory(py);
            trouble.tell(py, &call, run)
        };
        let result = result.map_err(&mut tell);
        let undone = state.and_then(|state| state.let_go(py).ok());
        // What a script makes of it that it was told to stop is no result.
        let is_stopped = result.is_ok() && call.stopped().is_some();
        let result = if is_stopped { Err(tell(Trouble::Stopped)) } else { result };
        spent |= python::thread_count(py) > threads;
        // Where not all could be undone, no other call may run.
        spent |= !undone.is_some_and(|undone| undone.end(py).unwrap_or(false));
        if !is_within && held::has_grown() {
            // Modules that stay need not be looked through after each call.
            spent |= python::freeze(py).is_err();
        }
        if let Some(text) = call.unprinted(true) {
            link.send(&FromWorker::Print(&text));
        }
        result
    });
    if calls::current().is_some() {
        // The call that waits for this one goes on; between calls the limit can stay as it is.
        link.limit_memory(memory_outside);
    }
    let record = call.record();
    Done {
        nonce: run.nonce,
        result,
        reads: record.reads.into_iter().collect(),
        volatile: looks::told(&record.looks, &call),
        used: record.used.into_iter().collect(),
        spent,
    }
}

/// Why a call did not succeed.
pub(super) enum Trouble {
    /// The script raised, or Python did while it read the script.
    Raised(PyErr),
    /// We found fault with it.
    Told(Failed),
    /// It was told to stop, and caught that.
    Stopped,
    /// The call was over while threads of the script were still running.
    Threads,
}

impl From<PyErr> for Trouble {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl Trouble {
    fn is_memory(&self, py: Python<'_>) -> bool {
        matches!(self, Self::Raised(error) if error.is_instance_of::<PyMemoryError>(py))
    }

    fn tell(self, py: Python<'_>, call: &Call, run: &Run<'_>) -> Failed {
        let mut failed = match self {
            Self::Raised(error) => failure::of(py, &error, call),
            Self::Told(failed) => Failed { message: failure::plain(&failed.message), ..failed },
            Self::Stopped => Failed::default(),
            Self::Threads => failure::of_threads(py, run.slug),
        };
        if failed.frames.is_empty() {
            failed.frames = call.stopped().unwrap_or_default();
        }
        if failed.frames.is_empty() {
            // What no line is to blame for is told where the entry point is, or else of the file.
            let (line, function) = call.entry().map_or((1, "<module>"), |line| (line, run.entrypoint));
            failed.frames.push(Frame { file: run.file.to_owned(), line, column: None, function: function.to_owned() });
        }
        failed
    }
}

fn perform(py: Python<'_>, call: &Call, run: &Run<'_>, post: Option<Vec<Field<'_>>>) -> Result<Returned, Trouble> {
    let translations = translations(py, run)?;
    let threads = python::thread_count(py);
    let code = compiled(py, run.file, run.fingerprint, run.source.map(str::as_bytes))?;
    let name = format!("bds_macros.{}", run.slug);
    let module = PyModule::new(py, &name)?;
    let file = call.paths.absolute(run.file.as_ref());
    module.setattr("__file__", if run.file.starts_with('<') { run.file.into() } else { file.to_string_lossy() })?;
    let result =
        present::with_module(py, &name, &module, || body_and_entry(call, run, translations, post, &module, &code))?;
    let returned = result?;
    drop(module);
    python::wait_for_threads(py, threads).map_err(|error| {
        if error.is_instance_of::<BdsStopped>(py) { Trouble::Threads } else { Trouble::Raised(error) }
    })?;
    result::validate(&returned, run)
}

fn body_and_entry<'py>(
    call: &Call,
    run: &Run<'_>,
    translations: Bound<'py, PyDict>,
    post: Option<Vec<Field<'_>>>,
    module: &Bound<'py, PyModule>,
    code: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, Trouble> {
    let py = module.py();
    python::execute(py, code, &module.dict())?;
    let entry = entrypoint(module, run)?;
    call.begins_at(first_line(&entry, run));
    let context = values::decode(py, run.context)?;
    context.get_item("env")?.set_item("translations", translations)?;
    let post = match post {
        Some(fields) => python::post(py, call.number, &known(py, fields)?)?,
        None => py.None().into_bound(py),
    };
    let returned = entry.call1((context, post)).map_err(|error| {
        // An exception without a traceback comes from the call itself: the function never began.
        if error.is_instance_of::<PyTypeError>(py) && error.traceback(py).is_none() {
            let message = format!("`{}` must take two arguments, (context, post): {}", run.entrypoint, error.value(py));
            return Trouble::Told(Failed { kind: Some(FailureKind::Entrypoint), message, ..Failed::default() });
        }
        Trouble::Raised(error)
    })?;
    Ok(if returned.is_instance_of::<PyDict>() { returned } else { python::drive(py, returned)? })
}

/// The fields of the post that were sent along.
fn known<'py>(py: Python<'py>, fields: Vec<Field<'_>>) -> PyResult<Bound<'py, PyDict>> {
    let known = PyDict::new(py);
    for (name, value) in fields {
        let value = value.ok_or_else(|| PyRuntimeError::new_err("the host counts on a value that is not kept here"))?;
        known.set_item(name, values::decode(py, &value)?)?;
    }
    Ok(known)
}

/// The translations for this call, a copy of its own: scripts may change what they get. Must be taken before anything
/// of the script runs, which could have other calls come in between.
fn translations<'py>(py: Python<'py>, run: &Run<'_>) -> PyResult<Bound<'py, PyDict>> {
    if let Some(Bytes(bytes)) = run.translations {
        let translations = values::decode(py, bytes)?.cast_into::<PyDict>()?.unbind();
        TRANSLATIONS.set(Some(translations));
    }
    TRANSLATIONS.with_borrow(|last| match last {
        Some(last) => last.bind(py).copy(),
        None => Ok(PyDict::new(py)),
    })
}

fn entrypoint<'py>(module: &Bound<'py, PyModule>, run: &Run<'_>) -> Result<Bound<'py, PyAny>, Trouble> {
    let wanted = run.entrypoint;
    let Ok(entry) = module.getattr(wanted) else {
        let names: Vec<String> = module.dict().keys().iter().filter_map(|key| key.extract().ok()).collect();
        let functions = names.iter().filter(|name| {
            !name.starts_with('_') && module.getattr(name.as_str()).is_ok_and(|value| value.is_callable())
        });
        let nearest =
            functions.max_by(|a, b| strsim::jaro_winkler(a, wanted).total_cmp(&strsim::jaro_winkler(b, wanted)));
        let hint = match nearest.filter(|name| strsim::jaro_winkler(name, wanted) > 0.7) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!(": it must define `def {wanted}(context, post)`"),
        };
        let message = format!("the script has no function `{wanted}`{hint}");
        return Err(Trouble::Told(Failed { kind: Some(FailureKind::Entrypoint), message, ..Failed::default() }));
    };
    if !entry.is_callable() {
        let class = entry.get_type().name()?.to_string();
        let message =
            format!("`{wanted}` is a value of type {class}, not a function: it must be `def {wanted}(context, post)`");
        return Err(Trouble::Told(Failed { kind: Some(FailureKind::Entrypoint), message, ..Failed::default() }));
    }
    Ok(entry)
}

/// The line in which a function of this script begins; none for what is no function, or another file's.
fn first_line(entry: &Bound<'_, PyAny>, run: &Run<'_>) -> Option<u32> {
    let code = entry.getattr("__code__").ok()?;
    let file: String = code.getattr("co_filename").ok()?.extract().ok()?;
    (file == run.file).then(|| code.getattr("co_firstlineno").ok()?.extract().ok())?
}

/// The code of a file, if that content of it was compiled before.
pub(super) fn compiled_before<'py>(py: Python<'py>, file: &str, fingerprint: Fingerprint) -> Option<Bound<'py, PyAny>> {
    let key = (file.to_owned(), fingerprint);
    COMPILED.with_borrow(|compiled| compiled.get(&key).map(|code| code.bind(py).clone()))
}

/// The code of a file, compiled the first time that its content is met. `source` may be left out from then on.
pub(super) fn compiled<'py>(
    py: Python<'py>,
    file: &str,
    fingerprint: Fingerprint,
    source: Option<&[u8]>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(code) = compiled_before(py, file, fingerprint) {
        return Ok(code);
    }
    let key = (file.to_owned(), fingerprint);
    let source = source.ok_or_else(|| PyRuntimeError::new_err("the host did not send the code"))?;
    let code = calls::pause(|| python::compile(py, &PyBytes::new(py, source), file))?;
    COMPILED.with_borrow_mut(|compiled| {
        // Older contents of the same file will hardly come again.
        compiled.retain(|(other, _), _| other != file);
        compiled.insert(key, code.clone().unbind());
    });
    Ok(code)
}
