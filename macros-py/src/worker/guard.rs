//! What scripts may touch, and the record of what they did: every audited event of Python comes by here.
//!
//! On Linux the kernel enforces the rules too; then this gives the better message. Elsewhere it is the only guard,
//! and a determined script can get around it.

use std::path::{Path, PathBuf};

use bds_base::{Fingerprint, OsSystem, SitePath, System as _};
use bds_macro_api::{Permission, Read, Volatile};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyModule, PyString, PyTuple};

use super::calls::{self, Call};
use super::errors::BdsDenied;
use super::modules::region;
use super::paths::Place;
use super::{held, looks};

/// `AF_UNIX`: event loops make a pair of such sockets to wake themselves.
const LOCAL_SOCKET: i64 = 1;

/// The bits of `open` that mean writing: `O_WRONLY`, `O_RDWR`, `O_CREAT`, `O_TRUNC`, `O_APPEND`, as this system has
/// them.
const WRITING: i64 = if cfg!(target_os = "linux") { 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 } else { 0x60b };

/// What an event means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    List,
    /// Changes the file or files at the first so many arguments.
    Change(usize),
    ChangeFolder,
    Socket,
    NewSocket,
    Process,
    Signal,
    Limit,
    Ctypes,
    Database,
    /// Has something hear every later event.
    Hook,
    /// Looks behind objects, where they can be changed unnoticed.
    Inside,
    /// Changes a part of an object that has no name: the code of a function, the bases of a class.
    Special,
}

/// What an event means to us; none for most.
fn kind(event: &[u8]) -> Option<Kind> {
    Some(match event {
        b"open" => Kind::Open,
        b"os.listdir" | b"os.scandir" => Kind::List,
        b"os.rename" | b"os.link" | b"os.symlink" => Kind::Change(2),
        b"os.remove" | b"os.mkdir" | b"os.rmdir" | b"os.truncate" | b"os.chmod" | b"os.chown" | b"os.utime"
        | b"os.chflags" | b"os.setxattr" | b"os.removexattr" => Kind::Change(1),
        b"os.chdir" | b"os.fchdir" => Kind::ChangeFolder,
        b"socket.__new__" => Kind::NewSocket,
        b"subprocess.Popen" | b"os.system" | b"os.exec" | b"os.posix_spawn" | b"os.spawn" | b"os.fork"
        | b"os.forkpty" | b"pty.spawn" => Kind::Process,
        b"os.kill" | b"os.killpg" | b"signal.pthread_kill" => Kind::Signal,
        b"resource.setrlimit" | b"resource.prlimit" => Kind::Limit,
        b"sqlite3.connect" => Kind::Database,
        b"sys.addaudithook" => Kind::Hook,
        b"gc.get_objects" | b"gc.get_referrers" | b"gc.get_referents" | b"sys.monitoring.register_callback" => {
            Kind::Inside
        }
        b"object.__setattr__" | b"object.__delattr__" => Kind::Special,
        _ if event.starts_with(b"socket.") => Kind::Socket,
        _ if event.starts_with(b"ctypes.") => Kind::Ctypes,
        _ => return None,
    })
}

/// Whether the event must be shown to [`audit`].
pub(super) fn watches(event: &[u8]) -> bool {
    kind(event).is_some()
}

/// Records what a script does, and raises when it may not.
pub(super) fn audit(py: Python<'_>, event: &[u8], arguments: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Some(kind) = kind(event) else { return Ok(()) };
    if calls::is_paused() {
        return Ok(());
    }
    let Some(call) = calls::current() else {
        // A thread that a script left behind belongs to no call any more; our own threads do nothing of harm.
        return if calls::is_of_a_script() { Err(denied("the call is over")) } else { Ok(()) };
    };
    // What happens from here on is our own doing.
    calls::pause(|| match kind {
        Kind::Open => opens(&call, arguments),
        Kind::List => lists(&call, arguments),
        Kind::Change(count) => (0..count).try_for_each(|index| changes(&call, arguments, index)),
        Kind::ChangeFolder => Err(denied("changing the working folder is not allowed: use whole paths")),
        Kind::NewSocket if family(arguments) == Some(LOCAL_SOCKET) => Ok(()),
        Kind::Socket | Kind::NewSocket => network(&call),
        Kind::Process => process(&call),
        Kind::Signal => Err(denied("sending signals is not allowed")),
        Kind::Limit => Err(denied("changing the limits of the process is not allowed")),
        Kind::Ctypes => ctypes(py, &call, event, arguments),
        Kind::Database => database(&call, arguments),
        Kind::Hook => Err(denied("adding an audit hook is not allowed: it would hear of every later call")),
        // What an import does belongs to the module, which stays.
        Kind::Inside | Kind::Special if region::is_inside() => Ok(()),
        Kind::Inside => {
            held::spend();
            Ok(())
        }
        Kind::Special => {
            special(arguments);
            Ok(())
        }
    })
}

fn denied(message: impl Into<String>) -> PyErr {
    BdsDenied::new_err(message.into())
}

/// Names the line of `bds.toml` that would allow it.
fn forbidden(call: &Call, what: &str, permission: &str) -> PyErr {
    let table = toml_key(&call.slug);
    denied(format!("{what} is not allowed; to allow it, write in bds.toml: [macros.{table}] allow = [{permission:?}]"))
}

/// A key as TOML wants it.
fn toml_key(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { key.to_owned() } else { format!("{key:?}") }
}

fn opens(call: &Call, arguments: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Some(path) = path(arguments, 0)? else { return Ok(()) };
    let mode: Option<String> = arguments.get_item(1).ok().and_then(|mode| mode.extract().ok());
    let flags: i64 = arguments.get_item(2).ok().and_then(|flags| flags.extract().ok()).unwrap_or(0);
    let writes = mode.is_some_and(|mode| mode.contains(['w', 'a', 'x', '+'])) || flags & WRITING != 0;
    if writes { writes_to(call, &path) } else { reads(call, &path) }
}

/// Records that a file is read, or refuses it.
pub(super) fn reads(call: &Call, path: &Path) -> PyResult<()> {
    if let Some(site) = own(call, path)? {
        call.saw(look_at(call, site));
    }
    Ok(())
}

/// What there is at a path of the project, with its content.
pub(super) fn look_at(call: &Call, site: SitePath) -> Read {
    let path = site.to_path(&call.paths.root);
    match OsSystem.read(&path) {
        Ok(content) => Read::File(site, Fingerprint::of(content)),
        Err(_) => match OsSystem.stat(&path) {
            Ok(stat) if stat.is_dir => names(call, site),
            Ok(_) => Read::Exists(site),
            Err(_) => Read::Missing(site),
        },
    }
}

/// The names in a folder of the project.
fn names(call: &Call, site: SitePath) -> Read {
    match OsSystem.list(&site.to_path(&call.paths.root)) {
        Ok(names) => Read::Folder(site, Fingerprint::of(names.join("\n"))),
        Err(_) => Read::Missing(site),
    }
}

/// Records that a script asked whether there is something, or what it is like; refuses it outside.
pub(super) fn inquires(call: &Call, path: &Path, wants_content: bool) -> PyResult<()> {
    let path = call.paths.absolute(path);
    if call.paths.leads_inside(&path) && path != call.paths.root {
        return Ok(());
    }
    let Some(site) = own(call, &path)? else { return Ok(()) };
    let read = match OsSystem.stat(&path) {
        Err(_) => Read::Missing(site),
        Ok(stat) if wants_content && !stat.is_dir => look_at(call, site),
        Ok(_) => Read::Exists(site),
    };
    call.saw(read);
    Ok(())
}

fn lists(call: &Call, arguments: &Bound<'_, PyTuple>) -> PyResult<()> {
    let path = match path(arguments, 0)? {
        Some(path) => path,
        None if arguments.get_item(0).is_ok_and(|path| path.is_none()) => PathBuf::from("."),
        None => return Ok(()),
    };
    if let Some(site) = own(call, &path)? {
        call.saw(names(call, site));
    }
    Ok(())
}

/// The name of what a script wants to read, if it is the project's; none if it needs no record. Otherwise refuses it.
fn own(call: &Call, path: &Path) -> PyResult<Option<SitePath>> {
    let path = call.paths.absolute(path);
    match call.paths.place(&path) {
        Place::Free => Ok(None),
        Place::Project(site) => Ok(Some(site)),
        Place::Private(site) => {
            Err(denied(format!("reading `{site}` is not allowed: the build writes it, so nothing can depend on it")))
        }
        Place::Outside => {
            let allowed = call.permissions.iter().find(|permission| match permission {
                Permission::Read(folder) => path.starts_with(folder),
                _ => false,
            });
            if let Some(permission) = allowed {
                looks::note(call, Volatile::Outside, Some(permission.clone()));
                return Ok(None);
            }
            let shown = path.to_string_lossy();
            Err(forbidden(call, &format!("reading `{shown}`, outside the project,"), &format!("read:{shown}")))
        }
    }
}

fn changes(call: &Call, arguments: &Bound<'_, PyTuple>, index: usize) -> PyResult<()> {
    match path(arguments, index)? {
        Some(path) => writes_to(call, &path),
        // Open files were allowed when they were opened.
        None => Ok(()),
    }
}

fn writes_to(call: &Call, path: &Path) -> PyResult<()> {
    let path = call.paths.absolute(path);
    if path == Path::new("/dev/null") {
        return Ok(());
    }
    match call.paths.place(&path) {
        Place::Project(site) => {
            let allows = |permission: &Permission| match permission {
                Permission::Write(folder) => site.is_in(folder.as_str()),
                _ => false,
            };
            if let Some(permission) = call.permissions.iter().find(|permission| allows(permission)) {
                // Were the result remembered, a file that is deleted would stay away.
                looks::note(call, Volatile::Writing, Some(permission.clone()));
                return Ok(());
            }
            let folder = site.parent().map(|folder| folder.to_string()).filter(|folder| !folder.is_empty());
            let wanted = folder.unwrap_or_else(|| site.to_string());
            Err(forbidden(call, &format!("writing `{site}`"), &format!("write:{wanted}")))
        }
        Place::Private(site) => Err(denied(format!("writing `{site}` is not allowed: it belongs to the build"))),
        Place::Free | Place::Outside => {
            Err(denied(format!("writing `{}`, outside the project, is not allowed", path.display())))
        }
    }
}

fn network(call: &Call) -> PyResult<()> {
    if !call.may(&Permission::Network) {
        return Err(forbidden(call, "using the network", "network"));
    }
    looks::note(call, Volatile::Network, Some(Permission::Network));
    Ok(())
}

fn process(call: &Call) -> PyResult<()> {
    if !call.may(&Permission::Subprocess) {
        return Err(forbidden(call, "starting a program", "subprocess"));
    }
    looks::note(call, Volatile::Subprocess, Some(Permission::Subprocess));
    Ok(())
}

/// What belongs to a script ends with it; of anything else nobody could undo the change.
fn special(arguments: &Bound<'_, PyTuple>) {
    let is_a_scripts = || -> PyResult<bool> {
        let (object, name): (Bound<'_, PyAny>, String) = (arguments.get_item(0)?, arguments.get_item(1)?.extract()?);
        if object.is_instance_of::<PyModule>() {
            return Ok(false);
        }
        if name != "__bases__" && !name.starts_with("__code") && !name.ends_with("defaults__") {
            return Ok(true);
        }
        let Ok(code) = object.getattr("__code__") else { return Ok(false) };
        let file: String = code.getattr("co_filename")?.extract()?;
        Ok(!Path::new(&file).is_absolute() && !file.starts_with("<bds>"))
    };
    if !is_a_scripts().unwrap_or(false) {
        held::spend();
    }
}

fn family(arguments: &Bound<'_, PyTuple>) -> Option<i64> {
    arguments.get_item(1).ok()?.extract().ok()
}

/// `import ctypes` is harmless, and many packages do it; calling into C is not.
fn ctypes(py: Python<'_>, call: &Call, event: &[u8], arguments: &Bound<'_, PyTuple>) -> PyResult<()> {
    let opens_itself = event == b"ctypes.dlopen" && arguments.get_item(0).is_ok_and(|name| name.is_none());
    if call.may(&Permission::Ctypes) || opens_itself || is_importing_ctypes(py) {
        return Ok(());
    }
    Err(forbidden(call, "calling C through ctypes", "ctypes"))
}

fn is_importing_ctypes(py: Python<'_>) -> bool {
    let looks_so = || -> PyResult<bool> {
        let code = super::python::system(py).call_method1("_getframe", (0,))?.getattr("f_code")?;
        let file: String = code.getattr("co_filename")?.extract()?;
        let name: String = code.getattr("co_name")?.extract()?;
        Ok(name == "<module>" && Path::new(&file).ends_with("ctypes/__init__.py"))
    };
    looks_so().unwrap_or(false)
}

/// `SQLite` opens its files itself. A database of the project is a file that is read.
fn database(call: &Call, arguments: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Some(path) = path(arguments, 0)? else { return Ok(()) };
    let text = path.to_string_lossy();
    let name = text.strip_prefix("file:").unwrap_or(&text);
    let name = name.split_once('?').map_or(name, |(name, _)| name);
    if matches!(name, "" | ":memory:") { Ok(()) } else { reads(call, Path::new(name)) }
}

/// A path among the arguments; none when there is none there, or a descriptor.
fn path(arguments: &Bound<'_, PyTuple>, index: usize) -> PyResult<Option<PathBuf>> {
    let Ok(argument) = arguments.get_item(index) else { return Ok(None) };
    path_of(&argument)
}

/// The path that an object names; none for a descriptor.
pub(super) fn path_of(object: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(Some(PathBuf::from(text.to_string_lossy().as_ref())));
    }
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(Some(PathBuf::from(String::from_utf8_lossy(bytes.as_bytes()).into_owned())));
    }
    if object.hasattr("__fspath__")? {
        return path_of(&object.call_method0("__fspath__")?);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_written_as_toml_wants_them() {
        assert_eq!(toml_key("gallery-2"), "gallery-2");
        assert_eq!(toml_key("füße"), "\"füße\"");
    }
}
