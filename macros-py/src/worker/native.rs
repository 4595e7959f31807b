//! The module `_bds`: what our own Python calls.

use std::path::Path;

use bds_macro_api::{HostRequest, Permission, Read, Volatile};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyString};

use super::errors::{BdsApiError, BdsDenied, BdsStopped};
use super::link::Link;
use super::modules::{Found, present};
use super::values::{Encoder, Unencodable};
use super::{calls, depth, guard, held, looks, modules, python, values};
use crate::protocol::{FromWorker, Request};
use crate::value::{Item, Writer};

/// Makes `import _bds` work.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let module = PyModule::new(py, "_bds")?;
    module.add_function(wrap_pyfunction!(field, &module)?)?;
    module.add_function(wrap_pyfunction!(used, &module)?)?;
    module.add_function(wrap_pyfunction!(call_number, &module)?)?;
    module.add_function(wrap_pyfunction!(request, &module)?)?;
    module.add_function(wrap_pyfunction!(stops, &module)?)?;
    module.add_function(wrap_pyfunction!(volatile, &module)?)?;
    module.add_function(wrap_pyfunction!(now, &module)?)?;
    module.add_function(wrap_pyfunction!(write, &module)?)?;
    module.add_function(wrap_pyfunction!(inquire, &module)?)?;
    module.add_function(wrap_pyfunction!(find_module, &module)?)?;
    module.add_function(wrap_pyfunction!(is_known, &module)?)?;
    module.add_function(wrap_pyfunction!(module_code, &module)?)?;
    module.add_function(wrap_pyfunction!(import_module, &module)?)?;
    module.add_function(wrap_pyfunction!(package, &module)?)?;
    module.add_function(wrap_pyfunction!(methods, &module)?)?;
    module.add_function(wrap_pyfunction!(nearest, &module)?)?;
    module.add_function(wrap_pyfunction!(allowed_depth, &module)?)?;
    module.add_function(wrap_pyfunction!(forget_cached_attributes, &module)?)?;
    module.add_function(wrap_pyfunction!(hold, &module)?)?;
    module.add_function(wrap_pyfunction!(hold_module, &module)?)?;
    module.add_function(wrap_pyfunction!(spend, &module)?)?;
    module.add_function(wrap_pyfunction!(pass_over, &module)?)?;
    module.add_function(wrap_pyfunction!(are_modules_changed, &module)?)?;
    module.add_function(wrap_pyfunction!(settle_modules, &module)?)?;
    module.add("BdsApiError", py.get_type::<BdsApiError>())?;
    module.add("BdsDenied", py.get_type::<BdsDenied>())?;
    module.add("BdsStopped", py.get_type::<BdsStopped>())?;
    module.add("ABI_VERSION", bds_macro_api::ABI_VERSION)?;
    py.import("sys")?.getattr("modules")?.set_item("_bds", module)
}

fn link() -> PyResult<std::rc::Rc<Link>> {
    Link::current().ok_or_else(|| BdsApiError::new_err("`bds` and `post` work only in the thread that runs the macro"))
}

/// A field of the post of the call with this number.
#[pyfunction]
fn field<'py>(py: Python<'py>, call: u64, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let link = link()?;
    if calls::current().map(|current| current.number) != Some(call) {
        return Err(BdsApiError::new_err("the call that this post belongs to is over"));
    }
    link.request(py, Request::Field(name))
}

/// Tells calls apart.
#[pyfunction]
fn call_number() -> Option<u64> {
    calls::current().map(|call| call.number)
}

/// Notes that a field was used that had been sent along.
#[pyfunction]
fn used(name: String) {
    if let Some(call) = calls::current() {
        call.used(name);
    }
}

/// Asks the host for a method of the API.
#[pyfunction]
fn request<'py>(py: Python<'py>, method: &str, arguments: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
    let link = link()?;
    let mut encoder = Encoder::new(16 << 20);
    encoder.object(arguments).map_err(|error| match error {
        Unencodable::NotJson { place, what } => {
            BdsApiError::new_err(format!("bds.{method}: `{}` {what}", place.trim_start_matches('.')))
        }
        Unencodable::TooLong => BdsApiError::new_err(format!("bds.{method}: the arguments are longer than 16 MB")),
        Unencodable::Raised(error) => error,
    })?;
    let at = if method == HostRequest::RUNS_MACROS { python::place(py)? } else { None };
    link.request(py, Request::Api { method, arguments: &encoder.into_bytes(), at })
}

/// Notes that the running call is told to stop.
#[pyfunction]
pub(super) fn stops(py: Python<'_>) {
    if let Some(call) = calls::current() {
        // Where it is cannot be found out in a stack that is full; then it is told without.
        call.stops_at(python::place(py).unwrap_or_default());
    }
}

/// Notes that the result is good for one run only.
///
/// `name` is that of the variable, if it is one.
#[pyfunction]
#[pyo3(signature = (why, name=None))]
fn volatile(why: &str, name: Option<String>) -> PyResult<()> {
    let (what, permission) = match why {
        "clock" => (Volatile::Clock, Some(Permission::Clock)),
        "random" => (Volatile::Random, Some(Permission::Random)),
        "environment" => (Volatile::Environment, name.map(Permission::Env)),
        _ => return Err(PyValueError::new_err(why.to_owned())),
    };
    if let Some(call) = calls::current().filter(|_| !calls::is_paused()) {
        looks::note(&call, what, permission);
    }
    Ok(())
}

/// The time of the build, in seconds since 1970. Whoever asks in this way knows that the result is good for one run
/// only.
#[pyfunction]
fn now(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    if let Some(call) = calls::current() {
        looks::note_open_clock(&call);
    }
    let mut nothing = Writer::default();
    nothing.item(Item::Map(0));
    link()?.request(py, Request::Api { method: "now", arguments: &nothing.into_bytes(), at: None })
}

/// Notes that a script asks whether there is something, or what it is like.
#[pyfunction]
fn inquire(path: &Bound<'_, PyAny>, wants_content: bool) -> PyResult<()> {
    let Some(call) = calls::current().filter(|_| !calls::is_paused()) else { return Ok(()) };
    match guard::path_of(path)? {
        Some(path) => calls::pause(|| guard::inquires(&call, &path, wants_content)),
        None => Ok(()),
    }
}

/// Looks for a module of the project: its kind and its path.
#[pyfunction]
fn find_module(folder: &str, name: &str) -> Option<(&'static str, String)> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    modules::find(Path::new(folder), name).map(|found| match found {
        Found::Module(path) => ("module", text(&path)),
        Found::Package(path) => ("package", text(&path)),
        Found::Folder(path) => ("folder", text(&path)),
    })
}

/// Whether a module of the project would be found where it was in a call before.
#[pyfunction]
fn is_known(name: &str) -> bool {
    calls::pause(|| modules::is_known(name))
}

/// The code of a module of the project.
#[pyfunction]
fn module_code<'py>(py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
    calls::pause(|| modules::code(py, Path::new(path)))
}

/// What `importlib.import_module` does, for a whole name.
#[pyfunction]
fn import_module<'py>(py: Python<'py>, name: &str, original: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    modules::import_module(py, name, original)
}

/// Notes that an installed package is imported, or was looked for. What the standard library looks for to do without
/// is nobody's affair.
#[pyfunction]
fn package(name: String, version: String) {
    if let Some(call) = calls::current().filter(|_| !modules::is_for_itself()) {
        call.saw(Read::Package(name, version));
    }
}

/// The table of the API's methods.
#[pyfunction]
fn methods(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let table = serde_json::from_str(python::METHODS).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let mut writer = Writer::default();
    writer.json(&table);
    values::decode(py, &writer.into_bytes())
}

/// The name most like the one that is not there; none when none is like it.
#[pyfunction]
fn nearest(name: &str, names: Vec<String>) -> Option<String> {
    let like = |known: &String| strsim::jaro_winkler(known, name);
    names.into_iter().filter(|known| like(known) > 0.75).max_by(|a, b| like(a).total_cmp(&like(b)))
}

/// The most that a script may set as its recursion limit.
#[pyfunction]
fn allowed_depth() -> i32 {
    depth::allowed()
}

/// Makes Python see that the attributes of a type were changed behind its back.
#[pyfunction]
fn forget_cached_attributes(class: &Bound<'_, pyo3::types::PyType>) {
    super::cpython::forget_cached_attributes(class);
}

/// Holds a dict or a list: what a call changes of it is put back by `put`, called with what it shall hold.
#[pyfunction]
#[pyo3(signature = (container, put=None))]
fn hold(container: &Bound<'_, PyAny>, put: Option<Py<PyAny>>) -> PyResult<()> {
    held::hold(container, put)
}

/// Has a dict or a list left alone by all that holds what leads to it.
#[pyfunction]
fn pass_over(container: &Bound<'_, PyAny>) {
    held::pass_over(container);
}

/// Whether there are other modules than between calls.
#[pyfunction]
fn are_modules_changed(py: Python<'_>) -> bool {
    present::is_changed(py)
}

/// Notes that only those modules are there that stay.
#[pyfunction]
fn settle_modules(py: Python<'_>) {
    present::settle(py);
}

/// Holds a module, and all that can be reached from it.
#[pyfunction]
fn hold_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    held::hold_module(module)
}

/// Notes that a script changes what cannot be put back.
#[pyfunction]
fn spend() {
    if calls::current().is_some() && !calls::is_paused() {
        held::spend();
    }
}

/// Takes what a script prints; gives its length, as text streams do.
#[pyfunction]
fn write(text: &Bound<'_, PyString>) -> PyResult<usize> {
    if let Some(call) = calls::current()
        && let Some(full) = call.print(&text.to_string_lossy())
        && let Some(link) = Link::current()
    {
        link.send(&FromWorker::Print(&full));
    }
    text.len()
}
