use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::binary::bds;
use crate::{terminal, workers};

/// A run of `bds` that has not begun.
#[derive(Debug)]
pub struct Bds {
    program: PathBuf,
    args: Vec<OsString>,
    folder: Option<PathBuf>,
    env: Vec<(String, String)>,
}

impl Bds {
    /// `bds` with these arguments.
    pub fn new<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Self {
        Self { program: bds().clone(), args: args.into_iter().map(Into::into).collect(), folder: None, env: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs another program in place of the one that was built.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// Whether an argument is among those given.
    pub(crate) fn has_arg(&self, arg: &str) -> bool {
        self.args.iter().any(|given| given == arg)
    }

    /// Runs it to its end.
    pub fn run(self) -> Run {
        self.start().finish()
    }

    /// Starts it.
    pub fn start(self) -> Running {
        let mut command = self.command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running(command.spawn().expect("bds can be started"))
    }

    /// Runs it to its end with stderr at a terminal of 80 columns, and gives what that was sent.
    pub fn run_at_terminal(self) -> String {
        let (terminal, theirs) = terminal::open();
        let mut command = self.command();
        command.env("TERM", "xterm").env_remove("NO_COLOR").stdout(Stdio::null()).stderr(theirs);
        let mut child = command.spawn().expect("bds can be started");
        // The end is told once nobody has the terminal's other side.
        drop(command);
        let sent = terminal::read_all(terminal);
        child.wait().expect("bds can be waited for");
        sent
    }

    fn command(self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(self.env).stdin(Stdio::null());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }
}

/// A run of `bds` that has not ended.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        kill_process(Pid::from_child(&self.0), Signal::INT).expect("it runs");
    }

    /// Closes what it prints to, as a reader does that goes away.
    pub fn stop_listening(&mut self) {
        drop((self.0.stdout.take(), self.0.stderr.take()));
    }

    /// Kills it, as the system does when it has no memory left. Says whether it was still at work.
    pub fn kill(mut self) -> bool {
        let is_running = self.is_running();
        self.0.kill().expect("it is ours");
        self.0.wait().expect("it can be waited for");
        is_running
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("it can be asked").is_none()
    }

    /// The worker processes that it has, and what they have started.
    pub fn workers(&self) -> Vec<u32> {
        workers::of(self.0.id())
    }

    /// Waits for its end.
    pub fn finish(self) -> Run {
        let process = self.0.id();
        let output = self.0.wait_with_output().expect("bds can be waited for");
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("bds prints UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("bds prints UTF-8"),
            process,
        }
    }
}

/// How a run of `bds` went.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed as data.
    pub stdout: String,
    /// What it told people.
    pub stderr: String,
    process: u32,
}

impl Run {
    /// Asserts the exit code.
    #[track_caller]
    pub fn exited(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}stderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that none of its worker processes is left.
    #[track_caller]
    pub fn left_no_worker(self) -> Self {
        assert_eq!(workers::of(self.process), Vec::<u32>::new(), "workers are left");
        self
    }
}
