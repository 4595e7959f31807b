//! What scripts may not do, and which line of `bds.toml` would let them.

use std::collections::BTreeSet;

use bds_macro_api::{FailureKind, Volatile};

use super::project::{Answers, Project, allowed, call, html};

fn source(body: &str) -> String {
    format!("def render(context, post):\n    {}\n    return {{'html': 'done'}}\n", body.replace('\n', "\n    "))
}

/// A body is refused without a permission, with a message that names it, and runs with it.
fn check(body: &str, permission: &str) {
    let project = Project::new();
    project.write("data/old.txt", "old");
    let failure = project.run(&call("bad", &source(body)), &mut Answers::default()).result.expect_err(body);
    assert_eq!(failure.kind, FailureKind::Denied, "{body}: {failure:?}");
    let line = format!("to allow it, write in bds.toml: [macros.bad] allow = [{permission:?}]");
    assert!(failure.message.ends_with(&line), "{body}: {}", failure.message);
    assert_eq!(failure.frames.last().map(|frame| frame.file.as_str()), Some("scripts/bad.py"), "{failure:?}");
    let call = allowed(call("bad", &source(body)), &[permission]);
    assert_eq!(html(project.run(&call, &mut Answers::default())), "done", "{body}");
}

#[test]
fn reading_outside_needs_a_permission() {
    check("open('/etc/passwd').read()", "read:/etc/passwd");
    check("import os\nos.listdir('/etc/ssl')", "read:/etc/ssl");
    check("import os\nos.stat('/etc/passwd')", "read:/etc/passwd");
    check("open('data/../../../../../../../../etc/passwd')", "read:/etc/passwd");
}

#[test]
fn writing_needs_a_permission() {
    check("open('data/new.txt', 'w').write('new')", "write:data");
    check("import pathlib\npathlib.Path('data/new.txt').write_text('new')", "write:data");
    check("import os\nos.remove('data/old.txt')", "write:data");
    check("import os\nos.rename('data/old.txt', 'data/new.txt')", "write:data");
    check("import os\nos.mkdir('data/folder')", "write:data");
    check("import os\nos.chmod('data/old.txt', 0o600)", "write:data");
}

#[test]
fn the_network_and_programs_need_a_permission() {
    check("import socket\nsocket.socket().close()", "network");
    check("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()", "network");
    check("import subprocess\nsubprocess.run(['true'], check=True)", "subprocess");
    check("import os\nassert os.system('true') == 0", "subprocess");
    check("import ctypes\nctypes.CDLL(None).getpid()", "ctypes");
}

#[test]
fn some_things_are_never_allowed() {
    let project = Project::new();
    project.write("html/index.html", "old");
    for (body, message) in [
        ("open('html/index.html')", "reading `html/index.html` is not allowed: the build writes it"),
        ("open('html/index.html', 'w')", "writing `html/index.html` is not allowed: it belongs to the build"),
        ("open('/tmp/x', 'w')", "writing `/tmp/x`, outside the project, is not allowed"),
        ("import os\nos.chdir('/')", "changing the working folder is not allowed"),
        ("import os\nos.kill(os.getppid(), 9)", "sending signals is not allowed"),
        ("import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)", "handling signal 14 is not allowed"),
        ("import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])", "blocking this signal is not"),
        ("import signal\nsignal.alarm(1)", "setting an alarm is not allowed"),
        ("import faulthandler\nfaulthandler.disable()", "changing how a crash is told is not allowed"),
        ("import faulthandler\nfaulthandler.enable()", "changing how a crash is told is not allowed"),
        ("import faulthandler, signal\nfaulthandler.unregister(signal.SIGUSR1)", "changing how a crash is told"),
        ("import faulthandler\nfaulthandler.cancel_dump_traceback_later()", "changing how a crash is told"),
        ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))", "changing the limits"),
    ] {
        let failure = project.call(&source(body)).result.expect_err(body);
        assert_eq!(failure.kind, FailureKind::Denied, "{body}: {failure:?}");
        assert!(failure.message.starts_with(message), "{body}: {}", failure.message);
    }
}

#[test]
fn a_refusal_can_be_caught_and_asking_whether_a_file_is_there_is_not_refused() {
    let project = Project::new();
    project.call(&source("import os, mimetypes\nassert not os.path.exists('/etc/passwd')\nassert mimetypes.guess_type('a.png')[0] == 'image/png'\ntry: open('/etc/passwd')\nexcept PermissionError: pass")).result.expect("it succeeds");
}

#[test]
fn what_a_permission_lets_in_is_noticed() {
    let project = Project::new();
    let volatile = |body: &str, permission: &str| {
        let outcome = project.run(&allowed(call("sample", &source(body)), &[permission]), &mut Answers::default());
        outcome.volatile.into_iter().map(|read| read.what).collect::<Vec<_>>()
    };
    assert_eq!(volatile("import socket\nsocket.socket().close()", "network"), [Volatile::Network]);
    assert_eq!(volatile("import os\nos.system('true')", "subprocess"), [Volatile::Subprocess]);
    assert_eq!(volatile("open('/etc/passwd')", "read:/etc/passwd"), [Volatile::Outside]);
    assert_eq!(volatile("import time\ntime.time()", "clock"), [Volatile::Clock]);
}

#[test]
fn threads_of_a_script_are_held_back_too_and_what_they_read_is_recorded() {
    let project = Project::new();
    project.write("data.txt", "x");
    let body = "import threading\nerrors = []
def work():
    open('data.txt').close()
    try: open('/etc/passwd')
    except PermissionError: errors.append(1)
thread = threading.Thread(target=work)\nthread.start()\nthread.join()\nassert errors";
    let outcome = project.call(&source(body));
    assert_eq!(outcome.reads.len(), 1, "{:?}", outcome.reads);
    outcome.result.expect("it succeeds");
}

/// What `ctypes` can do at the level of the C library when only that is allowed: the answers of the kernel.
#[cfg(target_os = "linux")]
#[test]
fn the_kernel_holds_back_what_goes_around_python() {
    let project = Project::new();
    project.write("data/x.txt", "x");
    let report = bds_macros_py::doctor_report(project.config());
    let attempts = source(
        "import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
done = []
def attempt(name, *arguments):
    if getattr(libc, name)(*arguments) != -1: done.append(name)
libc.open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_int]
attempt('open', b'/etc/passwd', 0, 0)
attempt('unlink', b'data/x.txt')
attempt('chmod', b'data/x.txt', 0)
attempt('socket', 2, 1, 0)
attempt('socket', 2, 2, 0)
attempt('fork')
attempt('kill', os.getppid(), 0)
attempt('execv', b'/bin/true', None)
assert libc.open(b'data/x.txt', 0, 0) > 2
return {'html': ' '.join(done)}",
    );
    let done = html(project.run(&allowed(call("sample", &attempts), &["ctypes"]), &mut Answers::default()));
    let mut expected = BTreeSet::new();
    if report.sandbox.landlock.is_err() {
        expected.extend(["open", "unlink"]);
    }
    if report.sandbox.seccomp.is_err() {
        expected.extend(["chmod", "fork", "kill", "socket"]);
    }
    assert_eq!(done.split(' ').filter(|it| !it.is_empty()).collect::<BTreeSet<_>>(), expected);
}

/// What is told of the kernel is what it did, and not what it was asked to do.
#[cfg(target_os = "linux")]
#[test]
fn the_doctor_tells_what_the_kernel_really_refused() {
    let project = Project::new();
    let calls = ["open TCP connections", "send UDP packets", "start programs", "become another program"];
    let files = ["read outside of the project", "write files"];
    let held = bds_macros_py::doctor_report(project.config()).sandbox;
    let is = |what: &[&str], told: &[String]| what.iter().all(|what| told.iter().any(|told| told == what));
    assert!(is(&files, if held.landlock.is_ok() { &held.refused } else { &held.let_through }), "{held:?}");
    assert!(is(&calls, if held.seccomp.is_ok() { &held.refused } else { &held.let_through }), "{held:?}");
    let mut config = project.config();
    config.sandbox = false;
    let report = bds_macros_py::doctor_report(config);
    assert!(is(&files, &report.sandbox.let_through) && is(&calls, &report.sandbox.let_through), "{report:?}");
    let told = "the kernel let a worker read outside of the project, write files, open TCP connections, \
        send UDP packets, start programs, become another program: only Python itself holds scripts back from that";
    assert_eq!(report.problems.last().map(String::as_str), Some(told));
}

#[test]
fn the_doctor_starts_a_worker_and_says_what_is_wrong() {
    let project = Project::new();
    let report = bds_macros_py::doctor_report(project.config());
    assert!(report.worker_start.is_ok(), "{report:?}");
    assert!(report.sandbox.audit_hook);
    let name = report.libpython.file_name().expect("a file").to_string_lossy().into_owned();
    assert!(report.libpython.is_absolute() && (name.contains("ython") || name.starts_with("macros")), "{report:?}");
    assert!(report.python_version.starts_with("3.") && report.python_built_for.starts_with("3."), "{report:?}");
    assert_eq!(project.runtime.worker_count(), 0);
    let mut without_python = project.config();
    without_python.python_home = Some(project.root());
    let report = bds_macros_py::doctor_report(without_python);
    assert_eq!(report.problems.len(), 1);
    assert!(report.problems[0].starts_with("macros cannot run: Python cannot start: "), "{:?}", report.problems);
}

#[test]
fn other_signals_are_a_scripts_own() {
    let project = Project::new();
    project.call(&source("import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\nassert signal.SIGUSR1 in signal.pthread_sigmask(signal.SIG_UNBLOCK, range(1, 32))")).result.expect("it succeeds");
}
