//! Modules that scripts import: found by content, each with the record of all that its loading looked at, so that a
//! change of anything below it makes it new.
//!
//! Every `import` statement comes by [`import`]. The first time that a module is loaded, what happens meanwhile is
//! recorded; later imports of it, by whatever script, check that record and add it to their own. Modules of the project
//! end with the call that imports them ([`State`](super::state::State)), those of packages stay.

pub(super) mod present;
pub(super) mod region;
mod seen;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bds_base::{OsSystem, System as _};
use bds_macro_api::Read;
use pyo3::exceptions::{PyFileNotFoundError, PyKeyError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use self::region::{Region, is_loaded};
use self::seen::holds;
use super::calls::{self, Call, Record};
use super::paths::Place;
use super::{python, scripts};

/// The `__import__` that Python came with.
static ORIGINAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

thread_local! {
    static LOADED: RefCell<BTreeMap<String, Module>> = RefCell::default();
    /// Modules of the project that were loaded in calls that are over.
    static KNOWN: RefCell<BTreeMap<String, Module>> = RefCell::default();
    /// Modules that are being loaded, outermost first.
    static LOADING: RefCell<Vec<String>> = RefCell::default();
    /// Modules that imported one that is still being loaded: what that looks at is not known yet.
    static INCOMPLETE: RefCell<BTreeSet<String>> = RefCell::default();
    static FOR_ITSELF: Cell<bool> = const { Cell::new(false) };
    /// How many modules there were when they were looked through last.
    static PRESENT: Cell<usize> = const { Cell::new(0) };
    /// Names of the standard library, and our own: they need no record.
    static FREE: RefCell<BTreeSet<String>> = RefCell::default();
}

/// A module of the project, or an installed package, that was loaded.
#[derive(Debug)]
struct Module {
    /// All that its loading looked at, and what the modules below it looked at.
    record: Record,
    /// The last call in which that was found unchanged.
    checked: u64,
}

/// Has every import come by here.
pub(super) fn install(py: Python<'_>) -> PyResult<()> {
    let builtins = py.import("builtins")?;
    ORIGINAL.get_or_try_init(py, || builtins.getattr("__import__").map(Bound::unbind))?;
    builtins.setattr("__import__", wrap_pyfunction!(import, &builtins)?)
}

/// What an `import` statement does.
#[pyfunction]
#[pyo3(name = "__import__", signature = (name, globals=None, locals=None, fromlist=None, level=0))]
fn import<'py>(
    py: Python<'py>,
    name: &Bound<'py, PyAny>,
    globals: Option<&Bound<'py, PyAny>>,
    locals: Option<&Bound<'py, PyAny>>,
    fromlist: Option<&Bound<'py, PyAny>>,
    level: i32,
) -> PyResult<Bound<'py, PyAny>> {
    let original = ORIGINAL.get(py).expect("imports come by here only after the original was kept").bind(py);
    let load = || original.call1((name, globals, locals, fromlist, level));
    let Ok(text) = name.extract::<String>() else { return load() };
    let Some(whole) = absolute(&text, globals, level) else { return load() };
    let importer = Importer::of(globals.and_then(|globals| globals.cast::<PyDict>().ok()));
    let _nested = ForItself::enter(importer == Importer::Library);
    let listed = fromlist.and_then(|list| list.extract::<Vec<String>>().ok()).unwrap_or_default();
    let is_loaded = || is_loaded(python::present(py), &whole, &listed);
    let region = Region::enter(py, importer == Importer::Script, is_loaded);
    let result = watch(py, &whole, || names(&whole, &listed), load);
    region.leave(py)?;
    let module = result?;
    let top = whole.split('.').next().unwrap_or_default();
    if importer != Importer::Library && calls::current().is_some() && !is_own(top) {
        hold(py)?;
    }
    Ok(module)
}

/// Whose code imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Importer {
    /// The standard library: what it wants is never the project's, whatever that is called.
    Library,
    Package,
    Script,
}

impl Importer {
    fn of(globals: Option<&Bound<'_, PyDict>>) -> Self {
        let found = || -> Option<Self> {
            let call = calls::current()?;
            let of = |name: &str| globals?.get_item(name).ok()??.extract::<String>().ok();
            let Some(file) = of("__file__") else {
                return Some(if of("__name__")? == "bds_api" { Self::Package } else { Self::Script });
            };
            let file = Path::new(&file);
            Some(match (call.paths.is_free(file), call.paths.is_library(file)) {
                (_, true) => Self::Library,
                (true, false) => Self::Package,
                (false, false) => Self::Script,
            })
        };
        found().unwrap_or(Self::Script)
    }
}

/// Whether a module is the project's: what packages look at while they load is no file of it.
fn is_own(name: &str) -> bool {
    LOADED.with_borrow(|loaded| {
        loaded.get(name).is_some_and(|it| matches!(it.record.reads.first(), Some(Read::File(..))))
    })
}

/// Watches what scripts do to modules that were just imported.
fn hold(py: Python<'_>) -> PyResult<()> {
    let count = python::present(py).len();
    if PRESENT.replace(count) != count && python::hold(py)? {
        PRESENT.set(0);
    }
    Ok(())
}

/// Whether it is the standard library that imports just now.
pub(super) fn is_for_itself() -> bool {
    FOR_ITSELF.get()
}

/// The time of one import, by the standard library for itself or by somebody else; imports nest.
struct ForItself {
    before: bool,
}

impl ForItself {
    fn enter(is_so: bool) -> Self {
        Self { before: FOR_ITSELF.replace(is_so) }
    }
}

impl Drop for ForItself {
    fn drop(&mut self) {
        FOR_ITSELF.set(self.before);
    }
}

/// What `importlib.import_module` does, for a whole name.
pub(super) fn import_module<'py>(
    py: Python<'py>,
    name: &str,
    original: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let region = Region::enter(py, true, || is_loaded(python::present(py), name, &[]));
    let result = watch(py, name, || names(name, &[]), || original.call1((name,)));
    region.leave(py)?;
    hold(py)?;
    result
}

fn watch<'py>(
    py: Python<'py>,
    whole: &str,
    names: impl Fn() -> Vec<String>,
    load: impl Fn() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let top = whole.split('.').next().unwrap_or_default();
    let Some(call) = calls::current().filter(|_| !calls::is_paused() && !FREE.with_borrow(|free| free.contains(top)))
    else {
        return load();
    };
    let present = python::present(py);
    let names = names();
    refresh(&call, present, &names)?;
    if names.iter().all(|name| LOADED.with_borrow(|loaded| loaded.contains_key(name))) {
        see_again(&call, &names);
        return load();
    }
    let result = record_loading(&call, present, &names, load);
    // Our own changes look into classes that scripts may not.
    calls::pause(|| python::patch(py, top))?;
    result
}

/// Takes over what the loading of those looked at that are loaded.
fn see_again(call: &Call, names: &[String]) {
    LOADED.with_borrow(|loaded| {
        names.iter().filter_map(|name| loaded.get(name)).for_each(|it| call.saw_again(&it.record));
    });
}

/// Runs an import that loads something, and keeps what it looked at.
fn record_loading<'py>(
    call: &Call,
    present: &Bound<'py, PyDict>,
    names: &[String],
    load: impl Fn() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    LOADING.with_borrow_mut(|loading| {
        if let (Some(importer), true) = (loading.last(), names.iter().any(|name| loading.contains(name))) {
            INCOMPLETE.with_borrow_mut(|incomplete| incomplete.insert(importer.clone()));
        }
        loading.push(names.first().cloned().unwrap_or_default());
    });
    call.open_record();
    see_again(call, names);
    let result = load();
    let record = call.close_record();
    let is_outermost = LOADING.with_borrow_mut(|loading| {
        loading.pop();
        loading.is_empty()
    });
    // Of an import that failed, the packages around it are there all the same.
    keep(call, present, names, &record)?;
    if is_outermost {
        let incomplete = INCOMPLETE.take();
        LOADED.with_borrow_mut(|loaded| {
            for name in incomplete {
                if let Some(module) = loaded.get_mut(&name) {
                    module.record = record.clone();
                }
            }
        });
    }
    result
}

fn keep(call: &Call, present: &Bound<'_, PyDict>, names: &[String], record: &Record) -> PyResult<()> {
    for name in names {
        let Some(module) = present.get_item(name)? else { continue };
        if name.contains('.') || !is_free(call, &module) {
            // One that is being loaded further out is complete only there.
            if !LOADING.with_borrow(|loading| loading.contains(name)) {
                let module = Module { record: record.clone(), checked: call.number };
                LOADED.with_borrow_mut(|loaded| loaded.insert(name.clone(), module));
            }
        } else {
            FREE.with_borrow_mut(|free| free.insert(name.clone()));
        }
    }
    Ok(())
}

/// Whether a module belongs to Python itself, or is ours.
fn is_free(call: &Call, module: &Bound<'_, PyAny>) -> bool {
    let origin: Option<String> =
        module.getattr("__spec__").and_then(|spec| spec.getattr("origin")).and_then(|it| it.extract()).unwrap_or(None);
    match origin.as_deref() {
        None => module.getattr("__path__").is_err(),
        Some("built-in" | "frozen") => true,
        Some(path) if path.starts_with("<bds>") => true,
        Some(path) => call.paths.is_library(Path::new(path)),
    }
}

/// What a call knew of modules that waits for one within it.
#[derive(Debug)]
pub(super) struct Aside {
    loaded: BTreeMap<String, Module>,
    loading: Vec<String>,
    incomplete: BTreeSet<String>,
    for_itself: bool,
}

/// Forgets for a while the modules that are not there for a call that begins now.
pub(super) fn set_aside(py: Python<'_>) -> PyResult<Aside> {
    let present = python::present(py);
    let mut loaded = BTreeMap::new();
    for (name, module) in LOADED.take() {
        if present.contains(&name)? {
            LOADED.with_borrow_mut(|loaded| loaded.insert(name, module));
        } else {
            loaded.insert(name, module);
        }
    }
    Ok(Aside { loaded, loading: LOADING.take(), incomplete: INCOMPLETE.take(), for_itself: FOR_ITSELF.replace(false) })
}

impl Aside {
    /// Forgets the modules that ended with a call, and knows again what was set aside for it.
    pub(super) fn put_back(self, py: Python<'_>) -> PyResult<()> {
        let mut over = set_aside(py)?.loaded;
        KNOWN.with_borrow_mut(|known| known.append(&mut over));
        LOADED.with_borrow_mut(|loaded| loaded.extend(self.loaded));
        LOADING.set(self.loading);
        INCOMPLETE.set(self.incomplete);
        FOR_ITSELF.set(self.for_itself);
        Ok(())
    }
}

/// Whether a module of the project would be found where it was in a call before. Takes over what that looked at.
pub(super) fn is_known(name: &str) -> bool {
    let Some(call) = calls::current().filter(|_| !FOR_ITSELF.get()) else { return false };
    KNOWN.with_borrow_mut(|known| {
        let Some(module) = known.get(name) else { return false };
        let holds = module.record.reads.iter().all(|read| holds(&call, read));
        if holds {
            call.saw_again(&module.record);
        } else {
            known.remove(name);
        }
        holds
    })
}

/// Throws out the modules of the project.
pub(super) fn throw_out_own(py: Python<'_>) -> PyResult<()> {
    let is_own = |module: &Module| module.record.reads.iter().any(|read| matches!(read, Read::File(..)));
    let own: Vec<String> = LOADED.with_borrow(|loaded| {
        loaded.iter().filter(|(_, module)| is_own(module)).map(|(name, _)| name.clone()).collect()
    });
    own.iter().try_for_each(|name| throw_out(python::present(py), name))
}

/// Throws out those modules that are not what they were when they were loaded.
fn refresh(call: &Call, present: &Bound<'_, PyDict>, names: &[String]) -> PyResult<()> {
    for name in names {
        let is_fresh = LOADED.with_borrow_mut(|loaded| {
            loaded.get_mut(name).is_none_or(|module| {
                let is_fresh =
                    module.checked == call.number || module.record.reads.iter().all(|read| holds(call, read));
                module.checked = call.number;
                is_fresh
            })
        });
        if !is_fresh {
            throw_out(present, name)?;
        }
    }
    Ok(())
}

/// Forgets a module and those inside it.
fn throw_out(present: &Bound<'_, PyDict>, name: &str) -> PyResult<()> {
    let inside = format!("{name}.");
    LOADED.with_borrow_mut(|loaded| loaded.retain(|other, _| other != name && !other.starts_with(&inside)));
    let theirs: Vec<String> = present.keys().iter().filter_map(|key| key.extract().ok()).collect();
    for other in theirs.iter().filter(|other| *other == name || other.starts_with(&inside)) {
        present.del_item(other)?;
    }
    if let Some((parent, own)) = name.rsplit_once('.')
        && let Some(parent) = present.get_item(parent)?
    {
        // The package may not have it as an attribute.
        let _ = parent.delattr(own);
    }
    Ok(())
}

/// `a`, `a.b`, and what is asked for from `a.b` if it can be a module.
fn names(whole: &str, listed: &[String]) -> Vec<String> {
    let dots = whole.match_indices('.').map(|(dot, _)| &whole[..dot]);
    let mut names: Vec<String> = dots.chain([whole]).map(str::to_owned).collect();
    let inside = listed.iter().map(|name| format!("{whole}.{name}"));
    names.extend(inside.filter(|name| LOADED.with_borrow(|loaded| loaded.contains_key(name))));
    names
}

/// The whole name of a relative import; none when there is none.
fn absolute(name: &str, globals: Option<&Bound<'_, PyAny>>, level: i32) -> Option<String> {
    if level <= 0 {
        return Some(name.to_owned());
    }
    let globals = globals?.cast::<PyDict>().ok()?;
    let package: String = globals.get_item("__package__").ok()??.extract().ok()?;
    let mut base = package.as_str();
    for _ in 1..level {
        base = base.rsplit_once('.')?.0;
    }
    Some(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// What [`find`] found.
pub(super) enum Found {
    Module(PathBuf),
    Package(PathBuf),
    /// A folder without `__init__.py`.
    Folder(PathBuf),
}

/// Looks for a module of the project in a folder. What is looked for and not there is recorded: it would win.
pub(super) fn find(folder: &Path, name: &str) -> Option<Found> {
    if FOR_ITSELF.get() {
        return None;
    }
    let call = calls::current()?;
    let folder = call.paths.absolute(folder);
    let Place::Project(site) = call.paths.place(&folder) else { return None };
    let package = site.join(format!("{name}/__init__.py")).ok()?;
    let module = site.join(format!("{name}.py")).ok()?;
    let is_file = |site: &bds_base::SitePath| OsSystem.stat(&site.to_path(&call.paths.root)).is_ok_and(|it| !it.is_dir);
    if is_file(&package) {
        return Some(Found::Package(package.to_path(&call.paths.root)));
    }
    call.saw(Read::Missing(package));
    if is_file(&module) {
        return Some(Found::Module(module.to_path(&call.paths.root)));
    }
    call.saw(Read::Missing(module));
    let inside = site.join(name).ok()?;
    let path = inside.to_path(&call.paths.root);
    if OsSystem.stat(&path).is_ok_and(|stat| stat.is_dir) {
        call.saw(Read::Exists(inside));
        return Some(Found::Folder(path));
    }
    None
}

/// The code of a module of the project.
pub(super) fn code<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyAny>> {
    let call = calls::current().ok_or_else(|| PyKeyError::new_err("no call is running"))?;
    region::runs_own();
    let Place::Project(site) = call.paths.place(path) else {
        return Err(PyFileNotFoundError::new_err(path.display().to_string()));
    };
    if let Some(fingerprint) = seen::fingerprint_of(&call, &site)
        && let Some(code) = scripts::compiled_before(py, site.as_str(), fingerprint)
    {
        call.saw(Read::File(site, fingerprint));
        return Ok(code);
    }
    let source = OsSystem.read(path).map_err(|error| PyFileNotFoundError::new_err(error.to_string()))?;
    let fingerprint = bds_base::Fingerprint::of(&source);
    let file = site.to_string();
    call.saw(Read::File(site, fingerprint));
    scripts::compiled(py, &file, fingerprint, Some(&source))
}
