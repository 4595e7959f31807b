use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::binary::bds;
use crate::{Site, workers};

/// How long something may take that takes milliseconds: nobody waits for it unless it never comes.
const LIMIT: Duration = Duration::from_secs(90);

/// How long between two looks, when no line comes.
const LOOK: Duration = Duration::from_millis(10);

/// A run of `bds watch`, ended when this goes.
#[derive(Debug)]
pub struct Watch {
    child: Child,
    lines: Receiver<String>,
    told: Vec<String>,
}

/// What a process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holdings {
    /// Resident memory, in kilobytes.
    pub memory: u64,
    /// Open files.
    pub descriptors: usize,
    /// Threads.
    pub threads: usize,
    /// Worker processes.
    pub workers: usize,
}

impl Watch {
    /// Begins to watch a project, and waits for the first build.
    pub fn begin(site: &Site, args: &[&str]) -> Self {
        let mut watch = Self::start(site, args);
        watch.wait("the first build", |told| told.iter().any(|line| line.starts_with("Watching ")));
        watch
    }

    /// Begins to watch a project.
    pub fn start(site: &Site, args: &[&str]) -> Self {
        Self::run(Command::new(bds()), site, args)
    }

    /// The same, with a command that ends in `bds`.
    pub fn run(mut command: Command, site: &Site, args: &[&str]) -> Self {
        command.arg("watch").arg(site.path("")).args(args).env("NO_COLOR", "1");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bds can be started");
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, told: Vec::new() }
    }

    /// Waits until something holds of what was told, or of the world.
    #[track_caller]
    pub fn wait(&mut self, what: &str, mut holds: impl FnMut(&[String]) -> bool) {
        let begun = Instant::now();
        while !holds(&self.told) {
            assert!(begun.elapsed() < LIMIT, "it never comes: {what}\n{}", self.told.join("\n"));
            match self.lines.recv_timeout(LOOK) {
                Ok(line) => self.told.push(line),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    assert!(holds(&self.told), "bds has ended, before {what}\n{}", self.told.join("\n"));
                }
            }
        }
    }

    /// Waits until a page holds a text.
    #[track_caller]
    pub fn wait_for_page(&mut self, site: &Site, page: &str, text: &str) {
        let file = site.path(&format!("html/{page}"));
        self.wait(&format!("`{text}` in {page}"), |_| fs::read_to_string(&file).is_ok_and(|page| page.contains(text)));
    }

    /// Waits until the site is byte for byte that of a clean build.
    #[track_caller]
    pub fn wait_for_truth(&mut self, site: &Site, args: &[&str]) {
        let clean = Site::copy_of(&site.path(""));
        clean.command().args(args.iter().copied()).run();
        let wanted = clean.output();
        let begun = Instant::now();
        loop {
            let differences: Vec<_> = site.output().differences(&wanted).into_iter().map(str::to_owned).collect();
            if differences.is_empty() {
                return;
            }
            assert!(begun.elapsed() < LIMIT, "differs from a clean build: {differences:?}\n{}", self.told.join("\n"));
            if let Ok(line) = self.lines.recv_timeout(LOOK) {
                self.told.push(line);
            }
        }
    }

    /// Forgets what was told.
    pub fn forget(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            self.told.push(line);
        }
        self.told.clear();
    }

    /// What was told since that was forgotten.
    pub fn told(&mut self) -> &[String] {
        while let Ok(line) = self.lines.try_recv() {
            self.told.push(line);
        }
        &self.told
    }

    /// What the process holds now.
    pub fn holdings(&self) -> Holdings {
        let process = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{process}/status")).expect("it runs");
        let number = |key: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("the system says so");
            line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
        };
        Holdings {
            memory: number("VmRSS"),
            descriptors: fs::read_dir(format!("{process}/fd")).expect("it runs").count(),
            threads: usize::try_from(number("Threads")).expect("few"),
            workers: self.workers(),
        }
    }

    /// How many worker processes it has.
    pub fn workers(&self) -> usize {
        workers::of(self.child.id()).len()
    }

    /// Stops the process, as if the machine had no time for it.
    pub fn hold(&self) {
        kill_process(Pid::from_child(&self.child), Signal::STOP).expect("it runs");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        kill_process(Pid::from_child(&self.child), Signal::CONT).expect("it is there");
    }

    /// Presses Ctrl-C, and waits for the end: the exit code, how long it took, how many workers are left.
    pub fn interrupt(mut self) -> (Option<i32>, Duration, usize) {
        let begun = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("it runs");
        let status = self.child.wait().expect("it can be waited for");
        (status.code(), begun.elapsed(), self.workers())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be listed").map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().expect("the kind of a file is known").is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("the file can be copied");
        }
    }
}
