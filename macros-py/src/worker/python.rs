//! Our own Python, which stands in the binary: `python/worker/`, and `bds_api` for scripts.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use bds_macro_api::Frame;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyModule};

use super::{calls, modules, native};
use crate::os;
use crate::protocol::{Package, Setup};

/// One of our own modules.
struct Embedded {
    name: &'static str,
    /// The file as tracebacks name it.
    file: &'static str,
    source: &'static str,
    /// What it was compiled to when this was built, after four bytes that say which Python understands it.
    code: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// Every method of the API, as one table (`python/methods.json`): what `bds_api` is made of.
pub(super) const METHODS: &str = include_str!("../../python/methods.json");

/// What is kept of the bootstrap module.
struct Kept {
    module: Py<PyModule>,
    begin: Py<PyAny>,
    end: Py<PyAny>,
    let_go: Py<PyAny>,
    hold: Py<PyAny>,
    describe: Py<PyAny>,
    here: Py<PyAny>,
    describe_threads: Py<PyAny>,
    wait_for_threads: Py<PyAny>,
    patch: Py<PyAny>,
    drive: Py<PyAny>,
    post: Py<PyAny>,
    execute: Py<PyAny>,
    compile: Py<PyAny>,
    thread_count: Py<PyAny>,
    collect: Py<PyAny>,
    collector_count: Py<PyAny>,
    freeze: Py<PyAny>,
    descriptors: Py<PyAny>,
    /// The code of scripts and modules, for tracebacks.
    texts: Py<PyAny>,
    system: Py<PyModule>,
    /// `sys.modules`.
    present: Py<PyDict>,
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
    load_own(py)?;
    let module = py.import("_bds_bootstrap")?;
    // As texts: a `PathBuf` would become a `pathlib.Path`, whose import takes as long as all the rest.
    let texts = |paths: &[PathBuf]| paths.iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>();
    module.setattr("LIBRARY", texts(&library))?;
    let stop_signal = dump.map(|_| crate::os::STOP_SIGNAL);
    let dump_signal = crate::os::DUMP_SIGNAL;
    let scripts = setup.root.join(&setup.scripts).to_string_lossy().into_owned();
    let installed: Vec<_> = setup.installed.iter().map(installed).collect();
    module.call_method1("find_modules", (texts(&library), scripts, texts(&setup.linked)))?;
    module.call_method1("find_packages", (texts(&setup.packages), installed, &setup.installed_fingerprint))?;
    module.call_method1("watch", (stop_signal, dump, dump_signal))?;
    modules::install(py)?;
    let take = |module: &str, name: &str| py.import(module)?.getattr(name).map(Bound::unbind);
    let builtins = py.import("builtins")?;
    let output = take("_bds_bootstrap", "OUTPUT")?;
    system.setattr("stdout", &output)?;
    system.setattr("stderr", &output)?;
    let kept = Kept {
        begin: take("_bds_state", "begin")?,
        end: take("_bds_state", "end")?,
        let_go: take("_bds_state", "let_go")?,
        hold: take("_bds_state", "hold")?,
        describe: take("_bds_words", "describe")?,
        here: take("_bds_words", "here")?,
        describe_threads: take("_bds_words", "describe_threads")?,
        wait_for_threads: take("_bds_coroutines", "wait_for_threads")?,
        patch: take("_bds_volatile", "patch")?,
        drive: take("_bds_coroutines", "drive")?,
        post: take("_bds_post", "Post")?,
        execute: builtins.getattr("exec")?.unbind(),
        compile: builtins.getattr("compile")?.unbind(),
        thread_count: py.import("_thread")?.getattr("_count")?.unbind(),
        collect: take("gc", "collect")?,
        collector_count: take("gc", "get_count")?,
        freeze: take("gc", "freeze")?,
        descriptors: take("_bds_coroutines", "descriptors")?,
        texts: take("_bds_words", "TEXTS")?,
        present: system.getattr("modules")?.cast_into::<PyDict>()?.unbind(),
        system: system.unbind(),
        module: module.unbind(),
    };
    // The last of all: it takes for the beginning what is there now.
    if dump.is_some() {
        py.import("_bds_state")?.call_method1("install", (texts(&library), texts(&setup.packages)))?;
    }
    // Another thread cannot have been here first: it would have had to let go of the interpreter's lock in between.
    let _ = KEPT.set(py, kept);
    Ok(library)
}

fn installed(Package { name, version, info }: &Package) -> (&str, &str, String) {
    (name, version, info.to_string_lossy().into_owned())
}

/// Loads our own modules, but for what scripts import themselves: of that, only the code is made ready.
fn load_own(py: Python<'_>) -> PyResult<()> {
    let (marshal, builtins) = (py.import("marshal")?, py.import("builtins")?);
    let magic: Vec<u8> = py.import("_frozen_importlib_external")?.getattr("MAGIC_NUMBER")?.extract()?;
    let present = py.import("sys")?.getattr("modules")?;
    let scripts_own = PyDict::new(py);
    for Embedded { name, file, source, code } in MODULES {
        let code = match code.strip_prefix(magic.as_slice()) {
            Some(code) => marshal.call_method1("loads", (PyBytes::new(py, code),))?,
            None => builtins.call_method1("compile", (source, file, "exec"))?,
        };
        if name.starts_with('_') {
            let module = PyModule::new(py, name)?;
            present.set_item(name, &module)?;
            builtins.call_method1("exec", (code, module.dict()))?;
        } else {
            scripts_own.set_item(name, code)?;
        }
    }
    py.import("_bds_finders")?.getattr("EMBEDDED")?.call_method1("update", (scripts_own,)).map(drop)
}

/// Has a call that begins within another one find Python itself as the other one found it.
pub(super) fn begin_within(py: Python<'_>) -> PyResult<()> {
    kept(py).begin.bind(py).call0().map(drop)
}

/// Undoes what a call has done to Python itself, and forgets the modules that it brought.
pub(super) fn end(py: Python<'_>) -> PyResult<()> {
    kept(py).end.bind(py).call0().map(drop)
}

/// Has the modules looked over that were imported last. Says whether some are not whole yet.
pub(super) fn hold(py: Python<'_>) -> PyResult<bool> {
    if calls::is_worker() && !calls::is_of_a_script() { kept(py).hold.bind(py).call0()?.extract() } else { Ok(false) }
}

/// Lets go of the modules of the project and of what nothing leads to any more. Nearly all of it is as young as the call
/// that left it behind.
pub(super) fn let_go(py: Python<'_>) -> PyResult<()> {
    thread_local! { static OLD: Cell<usize> = const { Cell::new(0) }; }
    let kept = kept(py);
    if modules::present::is_changed(py) {
        kept.let_go.bind(py).call0()?;
    }
    let rounds = || kept.collector_count.bind(py).call0()?.extract().map(|(_, _, old): (usize, usize, usize)| old);
    // Where the collector has been at work meanwhile, something of the call may count as old.
    let generation = if rounds()? == OLD.get() { 1 } else { 2 };
    kept.collect.bind(py).call1((generation,))?;
    OLD.set(rounds()?);
    Ok(())
}

/// Has the collector leave alone from now on what is there now.
pub(super) fn freeze(py: Python<'_>) -> PyResult<()> {
    kept(py).collect.bind(py).call0()?;
    kept(py).freeze.bind(py).call0().map(drop)
}

/// Whether descriptors were left open that nothing of ours keeps. Scripts get the lowest that is free.
pub(super) fn leaves_descriptors(py: Python<'_>) -> bool {
    thread_local! { static FREE: Cell<Option<i32>> = const { Cell::new(None) }; }
    let Some(before) = FREE.get() else {
        FREE.set(os::free_descriptor());
        return false;
    };
    if os::is_free_descriptor(before) {
        return false;
    }
    let known = || kept(py).descriptors.bind(py).call0()?.extract::<BTreeSet<i32>>();
    let (known, now) = (known().unwrap_or_default(), os::free_descriptor());
    FREE.set(now);
    now.is_none_or(|now| (before..now).any(|descriptor| !known.contains(&descriptor)))
}

/// The modules that are loaded, by name. Asked for without an import, which would be recorded.
pub(super) fn present(py: Python<'_>) -> &Bound<'_, PyDict> {
    kept(py).present.bind(py)
}

/// The module `sys`.
pub(super) fn system(py: Python<'_>) -> &Bound<'_, PyModule> {
    kept(py).system.bind(py)
}

/// How many calls of functions written in Python are running.
pub(super) fn depth(py: Python<'_>) -> i32 {
    let mut depth = 0;
    let mut frame = system(py).call_method1("_getframe", (0,)).ok();
    while let Some(inner) = frame.filter(|frame| !frame.is_none()) {
        depth += 1;
        frame = inner.getattr("f_back").ok();
    }
    depth
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
    const PATCHED: [&str; 13] = [
        "asyncio",
        "csv",
        "datetime",
        "decimal",
        "importlib",
        "linecache",
        "locale",
        "mimetypes",
        "platform",
        "random",
        "socket",
        "sqlite3",
        "uuid",
    ];
    if PATCHED.contains(&name) {
        kept(py).patch.bind(py).call1((name,))?;
    }
    Ok(())
}

/// Runs code in a namespace.
pub(super) fn execute(py: Python<'_>, code: &Bound<'_, PyAny>, namespace: &Bound<'_, PyDict>) -> PyResult<()> {
    kept(py).execute.bind(py).call1((code, namespace)).map(drop)
}

/// The second argument of a macro.
pub(super) fn post<'py>(py: Python<'py>, call: u64, known: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
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
    kept(py).wait_for_threads.bind(py).call1((count,)).map(drop)
}

/// An exception in words.
pub(super) struct Described {
    pub(super) message: String,
    pub(super) frames: Vec<Frame>,
    pub(super) traceback: String,
}

/// Has scripts not look on while their failure is told.
pub(super) fn stop_tracing(py: Python<'_>) {
    for name in ["settrace", "setprofile"] {
        // A script that has taken these away looks on.
        let _ = system(py).call_method1(name, (py.None(),));
    }
}

/// Puts an exception into words.
pub(super) fn describe(py: Python<'_>, exception: &Bound<'_, PyAny>) -> PyResult<Described> {
    described(&kept(py).describe.bind(py).call1((exception,))?)
}

/// Puts into words where the threads are that scripts started.
pub(super) fn describe_threads(py: Python<'_>) -> PyResult<Described> {
    described(&kept(py).describe_threads.bind(py).call0()?)
}

/// The innermost frame of a script that is running in this thread; none when there is none.
pub(super) fn place(py: Python<'_>) -> PyResult<Option<Frame>> {
    let here: Option<Place> = kept(py).here.bind(py).call0()?.extract()?;
    Ok(here.map(frame))
}

/// A frame as our Python gives it: file, line, column, function.
type Place = (String, u32, Option<u32>, String);

fn frame((file, line, column, function): Place) -> Frame {
    Frame { file, line, column, function }
}

fn described(told: &Bound<'_, PyAny>) -> PyResult<Described> {
    let (message, places, traceback): (String, Vec<Place>, String) = told.extract()?;
    Ok(Described { message, frames: places.into_iter().map(frame).collect(), traceback })
}
