//! What holds where Python's own guard does not reach: in compiled extensions, and through `ctypes`.

use std::process::Command;

use bds_macro_api::MacroRuntime as _;

use super::project::{Answers, Project, allowed, call, html};

/// What a script tries at the level of the system calls, and what the kernel says to it: each line is a name and an
/// errno, 0 for success.
const ATTEMPTS: &str = "
    told = [
        ('reads own', probe.reads('data/x.txt')),
        ('reads outside', probe.reads('/etc/passwd')),
        ('writes own', probe.writes('data/new.txt')),
        ('writes outside', probe.writes('/tmp/bds-probe')),
        ('removes own', probe.removes('data/x.txt')),
        ('tcp', probe.tcp()),
        ('udp', probe.udp()),
        ('forks', probe.forks()),
        ('starts', probe.starts()),
    ]
    return {'html': '\\n'.join(f'{name}: {errno.errorcode.get(number, number)}' for name, number in told)}
";

/// `EACCES` is Landlock's word, `EPERM` that of the filter of system calls.
const REFUSED: &str = "reads own: 0
reads outside: EACCES
writes own: EACCES
writes outside: EACCES
removes own: EACCES
tcp: EPERM
udp: EPERM
forks: EPERM
starts: EPERM";

/// Whether the kernel of this machine can do both. Otherwise there is nothing to hold it to.
fn is_enforced(project: &Project) -> bool {
    let sandbox = bds_macros_py::doctor_report(project.config()).sandbox;
    let is_so = sandbox.landlock.is_ok() && sandbox.seccomp.is_ok();
    assert!(is_so || std::env::var_os("CI").is_none(), "{sandbox:?}");
    is_so
}

#[test]
fn a_compiled_extension_is_held_back_by_the_kernel() {
    let project = Project::with(|config| config.venv = Some("venv".into()));
    let version = Project::new().runtime.version().expect("Python is there");
    let short = version.trim_start_matches("cpython ").rsplit_once('.').expect("three parts").0;
    let packages = format!("venv/lib/python{short}/site-packages");
    project
        .write("venv/pyvenv.cfg", &format!("version = {short}.0\n"))
        .write(&format!("{packages}/probe-1.0.dist-info/METADATA"), "Name: probe\nVersion: 1.0\n")
        .write("data/x.txt", "x");
    if !is_enforced(&project) || !compile(&project, &packages) {
        return;
    }
    let source = format!("import errno, probe\ndef render(context, post):{ATTEMPTS}");
    assert_eq!(project.html(&source), REFUSED);
    assert!(project.root().join("data/x.txt").exists() && !project.root().join("data/new.txt").exists());
}

/// Compiles the extension with the compiler of this machine. Says so where there is none.
#[expect(clippy::print_stdout, reason = "whoever runs the tests must know what was not tested")]
fn compile(project: &Project, packages: &str) -> bool {
    let told = "import sysconfig\ndef render(context, post):\n    \
        return {'html': sysconfig.get_paths()['include'] + '\\n' + sysconfig.get_config_var('EXT_SUFFIX')}\n";
    let told = project.html(told);
    let (headers, suffix) = told.split_once('\n').expect("two lines");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/probe.c");
    let extension = project.root().join(packages).join(format!("probe{suffix}"));
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-I", headers, source, "-o"]).arg(&extension);
    if cfg!(target_os = "macos") {
        compiler.args(["-undefined", "dynamic_lookup"]);
    }
    match compiler.output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(error) => {
            println!("skipped: there is no C compiler to make an extension with ({error})");
            false
        }
    }
}

#[test]
fn what_ctypes_reaches_is_held_back_by_the_kernel() {
    let project = Project::new();
    project.write("data/x.txt", "x");
    if !is_enforced(&project) {
        return;
    }
    let source = format!(
        "import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
class probe:
    def told(result):
        return ctypes.get_errno() if result < 0 else 0
    def reads(path, flags=os.O_RDONLY):
        return probe.told(libc.open(path.encode(), flags, 0o600))
    def writes(path):
        return probe.reads(path, os.O_WRONLY | os.O_CREAT)
    def removes(path):
        return probe.told(libc.unlink(path.encode()))
    def connects(kind):
        fd = libc.socket(2, kind, 0)
        address = bytes([2, 0, 0, 9, 127, 0, 0, 1]) + bytes(8)
        return probe.told(fd if fd < 0 else libc.connect(fd, address, 16))
    def tcp():
        return probe.connects(1)
    def udp():
        return probe.connects(2)
    def forks():
        pid = libc.fork()
        if pid == 0:
            libc._exit(0)
        return probe.told(pid)
    def starts():
        return probe.told(libc.execve(b'/bin/true', None, None))
def render(context, post):{ATTEMPTS}"
    );
    let call = allowed(call("sample", &source), &["ctypes"]);
    assert_eq!(html(project.run(&call, &mut Answers::default())), REFUSED);
}

#[test]
fn without_the_kernel_the_same_would_succeed() {
    let project = Project::with(|config| config.sandbox = false);
    project.write("data/x.txt", "x");
    let source = "import ctypes
def render(context, post):
    libc = ctypes.CDLL(None)
    return {'html': str([libc.open(b'/etc/passwd', 0) > 0, libc.socket(2, 2, 0) > 0])}
";
    let call = allowed(call("sample", source), &["ctypes"]);
    assert_eq!(html(project.run(&call, &mut Answers::default())), "[True, True]", "so that is what the tests test");
}

#[test]
fn neither_the_host_nor_the_modes_of_files_can_be_changed() {
    let project = Project::new();
    project.write("data/x.txt", "x");
    if !is_enforced(&project) {
        return;
    }
    // What is asked for changes nothing where it is not refused.
    let source = "import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def told(result):
    return errno.errorcode.get(ctypes.get_errno()) if result < 0 else 0
def tried(change):
    try:
        return change() or 0
    except OSError as error:
        return errno.errorcode.get(error.errno)
def render(context, post):
    host, nothing = os.getppid(), (ctypes.c_ulong * 2)(0, 0)
    return {'html': '\\n'.join(f'{name}: {result}' for name, result in [
        ('limits of the host', told(libc.prlimit(host, 4, nothing, None))),
        ('own limits', told(libc.prlimit(0, 4, nothing, None))),
        ('signals', told(libc.syscall(200 if os.uname().machine == 'x86_64' else 130, host, 0))),
        ('mode', told(libc.syscall(452, -100, b'data/x.txt', 0o644, 0))),
        ('priority', tried(lambda: os.setpriority(os.PRIO_PROCESS, host, os.getpriority(os.PRIO_PROCESS, host)))),
        ('policy', tried(lambda: os.sched_setscheduler(host, os.sched_getscheduler(host), os.sched_param(0)))),
        ('processors', tried(lambda: os.sched_setaffinity(host, os.sched_getaffinity(host)))),
    ])}
";
    let call = allowed(call("sample", source), &["ctypes"]);
    let refused = "limits of the host: EPERM\nown limits: 0\nsignals: EPERM\nmode: EPERM\npriority: EPERM\n\
        policy: EPERM\nprocessors: EPERM";
    assert_eq!(html(project.run(&call, &mut Answers::default())), refused);
}
