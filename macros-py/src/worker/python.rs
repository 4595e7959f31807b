//! Our own Python, which stands in the binary: `python/bootstrap.py` and what it needs.

use std::ffi::CString;
use std::path::PathBuf;

use bds_macro_api::Frame;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyModule};

use super::{modules, native};
use crate::protocol::Setup;

const BOOTSTRAP: &str = include_str!("../../python/bootstrap.py");
const BDS_API: &str = include_str!("../../python/bds_api/__init__.py");

/// Every method of the API, as one table (`python/methods.json`): what `bds_api` is made of.
pub(super) const METHODS: &str = include_str!("../../python/methods.json");

/// What is kept of the bootstrap module.
struct Kept {
    module: Py<PyModule>,
    describe: Py<PyAny>,
    drive: Py<PyAny>,
    post: Py<PyAny>,
    execute: Py<PyAny>,
    compile: Py<PyAny>,
    thread_count: Py<PyAny>,
    /// The code of scripts and modules, for tracebacks.
    texts: Py<PyAny>,
    /// What scripts print to.
    output: Py<PyAny>,
    system: Py<PyModule>,
    /// `sys.modules`.
    present: Py<PyDict>,
    path: Py<PyList>,
    /// What `sys.path` is at the beginning of each call.
    search: Py<PyList>,
}

static KEPT: PyOnceLock<Kept> = PyOnceLock::new();

fn kept(py: Python<'_>) -> &'static Kept {
    KEPT.get(py).expect("the worker serves only after the bootstrap ran")
}

/// Runs the bootstrap, once per process. Gives where the standard library lies.
pub(super) fn install(py: Python<'_>, setup: &Setup, dump: Option<i32>) -> PyResult<Vec<PathBuf>> {
    let system = py.import("sys")?;
    let path = system.getattr("path")?.cast_into::<PyList>()?;
    if let Some(kept) = KEPT.get(py) {
        return kept.module.bind(py).getattr("LIBRARY")?.extract();
    }
    let library: Vec<PathBuf> = path.extract()?;
    native::install(py)?;
    let text = |text: &str| CString::new(text).expect("our own sources hold no NUL");
    let module = PyModule::from_code(py, &text(BOOTSTRAP), c"<bds>/bootstrap.py", c"_bds_bootstrap")?;
    let packages: Vec<&PathBuf> = setup.packages.iter().collect();
    module.setattr("LIBRARY", &library)?;
    module.setattr("SOURCES", [("bds_api", BDS_API)].into_iter().collect::<std::collections::BTreeMap<_, _>>())?;
    let stop_signal = dump.map(|_| crate::os::STOP_SIGNAL);
    let dump_signal = crate::os::DUMP_SIGNAL;
    let scripts = setup.root.join(&setup.scripts);
    module.call_method1("install", (library.clone(), scripts, packages, stop_signal, dump, dump_signal))?;
    modules::install(py)?;
    let take = |name: &str| module.getattr(name).map(Bound::unbind);
    let builtins = py.import("builtins")?;
    let kept = Kept {
        describe: take("describe")?,
        drive: take("drive")?,
        post: take("Post")?,
        execute: builtins.getattr("exec")?.unbind(),
        compile: builtins.getattr("compile")?.unbind(),
        thread_count: py.import("_thread")?.getattr("_count")?.unbind(),
        texts: take("TEXTS")?,
        output: take("OUTPUT")?,
        present: system.getattr("modules")?.cast_into::<PyDict>()?.unbind(),
        system: system.unbind(),
        search: path.get_slice(0, path.len()).unbind(),
        path: path.unbind(),
        module: module.unbind(),
    };
    // Another thread cannot have been here first: it would have had to let go of the interpreter's lock in between.
    let _ = KEPT.set(py, kept);
    Ok(library)
}

/// Undoes what the call before may have changed for all.
pub(super) fn reset(py: Python<'_>) -> PyResult<()> {
    let kept = kept(py);
    let (path, search) = (kept.path.bind(py), kept.search.bind(py));
    if !path.eq(search)? {
        path.set_slice(0, path.len(), search)?;
    }
    let (system, output) = (kept.system.bind(py), kept.output.bind(py));
    system.setattr("stdout", output)?;
    system.setattr("stderr", output)
}

/// The modules that are loaded, by name. Asked for without an import, which would be recorded.
pub(super) fn present(py: Python<'_>) -> &Bound<'_, PyDict> {
    kept(py).present.bind(py)
}

/// The module `sys`.
pub(super) fn system(py: Python<'_>) -> &Bound<'_, PyModule> {
    kept(py).system.bind(py)
}

/// Compiles a file.
pub(super) fn compile<'py>(py: Python<'py>, source: &Bound<'py, PyBytes>, file: &str) -> PyResult<Bound<'py, PyAny>> {
    let kept = kept(py);
    kept.texts.bind(py).set_item(file, source.call_method1("decode", ("utf-8", "replace"))?)?;
    let flags = PyDict::new(py);
    flags.set_item("dont_inherit", true)?;
    kept.compile.bind(py).call((source, file, "exec"), Some(&flags))
}

/// Changes what must be changed of a module of the standard library that was just imported.
pub(super) fn patch(py: Python<'_>, name: &str) -> PyResult<()> {
    const PATCHED: [&str; 4] = ["asyncio", "datetime", "random", "uuid"];
    if PATCHED.contains(&name) {
        kept(py).module.bind(py).call_method1("patch", (name,))?;
    }
    Ok(())
}

/// Runs code in a namespace.
pub(super) fn execute(py: Python<'_>, code: &Bound<'_, PyAny>, namespace: &Bound<'_, PyDict>) -> PyResult<()> {
    kept(py).execute.bind(py).call1((code, namespace)).map(drop)
}

/// The second argument of a macro.
pub(super) fn post<'py>(py: Python<'py>, call: u64, known: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    kept(py).post.bind(py).call1((call, known))
}

/// Waits for what an `async def` gives; anything else is given back as it is.
pub(super) fn drive<'py>(py: Python<'py>, returned: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    kept(py).drive.bind(py).call1((returned,))
}

/// How many threads scripts have started that still run.
pub(super) fn thread_count(py: Python<'_>) -> usize {
    kept(py).thread_count.bind(py).call0().and_then(|count| count.extract()).unwrap_or(0)
}

/// Waits until there are no more than so many threads.
pub(super) fn wait_for_threads(py: Python<'_>, count: usize) -> PyResult<()> {
    if thread_count(py) <= count {
        return Ok(());
    }
    kept(py).module.bind(py).call_method1("wait_for_threads", (count,)).map(drop)
}

/// An exception in words.
pub(super) struct Described {
    pub(super) message: String,
    pub(super) frames: Vec<Frame>,
    pub(super) traceback: String,
}

/// Puts an exception into words.
pub(super) fn describe(py: Python<'_>, exception: &Bound<'_, PyAny>) -> PyResult<Described> {
    described(&kept(py).describe.bind(py).call1((exception,))?)
}

/// Puts into words where the threads are that scripts started.
pub(super) fn describe_threads(py: Python<'_>) -> PyResult<Described> {
    described(&kept(py).module.bind(py).call_method0("describe_threads")?)
}

fn described(told: &Bound<'_, PyAny>) -> PyResult<Described> {
    type Place = (String, u32, Option<u32>, String);
    let (message, places, traceback): (String, Vec<Place>, String) = told.extract()?;
    let frame = |(file, line, column, function): Place| Frame { file, line, column, function };
    Ok(Described { message, frames: places.into_iter().map(frame).collect(), traceback })
}
