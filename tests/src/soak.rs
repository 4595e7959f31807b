//! Truth under fire: edits, builds that are killed at random instants, and a comparison with a clean build.

use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use crate::build::Build;
use crate::command::Bds;
use crate::{Author, Site};

/// The time of all builds.
const NOW: &str = "2024-06-01T12:00:00Z";

/// A project that is edited and built, round by round.
#[derive(Debug)]
pub struct Soak {
    site: Site,
    author: Author,
    /// What was done since the beginning, for whoever looks for the cause of a difference.
    log: Vec<String>,
    tally: Tally,
    /// How long a build takes.
    usual: Duration,
}

/// What was done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rounds: each ends with a whole build that is compared.
    pub rounds: u64,
    /// Edits.
    pub edits: u64,
    /// Builds that were killed while they ran.
    pub killed: u64,
    /// Builds that were over before they could be killed.
    pub survived: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, edits, killed, survived } = self;
        write!(f, "{edits} edits, {rounds} builds compared, {killed} builds killed, {survived} over before that")
    }
}

impl Soak {
    /// Begins; the same seed makes the same edits.
    pub fn new(seed: u64) -> Self {
        let mut author = Author::new(seed);
        let site = Site::empty();
        author.save(&site);
        Self { site, author, log: Vec::new(), tally: Tally::default(), usual: Duration::from_millis(300) }
    }

    /// What was done so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The project.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Edits the project some times, kills some builds, and builds.
    ///
    /// # Errors
    /// How the site differs from that of a clean build, and all that was done up to then.
    pub fn round(&mut self) -> Result<(), String> {
        self.tally.rounds += 1;
        self.edit();
        for _ in 0..self.author.random().below(8) {
            self.kill();
            if self.author.random().once_in(2) {
                self.edit();
            }
        }
        let begun = Instant::now();
        let built = self.build();
        self.usual = (self.usual * 3 + begun.elapsed()) / 4;
        self.compare(&built)?;
        if self.author.random().once_in(4) { self.check_rests() } else { Ok(()) }
    }

    /// Holds the site, and what was found wrong with it, against a clean build.
    ///
    /// # Errors
    /// Where they differ.
    pub fn compare(&self, built: &Build) -> Result<(), String> {
        let clean = Site::copy_of(&self.site.path(""));
        let expected = clean.command().args(["--now", NOW]).run();
        let (output, wanted) = (self.site.output(), clean.output());
        let differences = output.differences(&wanted);
        if !differences.is_empty() {
            return Err(self.told(&format!("differs from a clean build: {differences:?}\n{}", built.stderr)));
        }
        let (found, wanted) = (built.diagnostics(), expected.diagnostics());
        if (built.code, &found) != (expected.code, &wanted) {
            return Err(self.told(&format!("exit {:?}:\n{found}not {:?}:\n{wanted}", built.code, expected.code)));
        }
        Ok(())
    }

    /// Builds.
    pub fn build(&mut self) -> Build {
        let jobs = self.author.random().pick(&["-j1", "-j2", "-j8"]);
        self.site.command().args([jobs, "--now", NOW]).run()
    }

    fn check_rests(&mut self) -> Result<(), String> {
        let again = self.build();
        let done = (again.count("files_written"), again.count("files_removed"));
        if done == (0, 0) { Ok(()) } else { Err(self.told(&format!("a second build wrote and removed {done:?}"))) }
    }

    fn edit(&mut self) {
        for _ in 0..=self.author.random().below(3) {
            let kind = self.author.edit();
            self.log.push(kind.to_owned());
            self.tally.edits += 1;
        }
        self.author.save(&self.site);
    }

    /// Begins a build and kills it, at any instant that it has.
    fn kill(&mut self) {
        let jobs = self.author.random().pick(&["-j1", "-j2", "-j8"]);
        let whole = u64::try_from(self.usual.as_micros()).unwrap_or(u64::MAX);
        let after = Duration::from_micros(self.author.random().below(whole.max(1)));
        let build = Bds::new(["build", "--quiet", jobs, "--now", NOW]).arg(self.site.path("")).start();
        thread::sleep(after);
        if build.kill() {
            self.tally.killed += 1;
            self.log.push(format!("killed after {} ms", after.as_millis()));
        } else {
            self.tally.survived += 1;
            self.log.push("built".to_owned());
        }
    }

    fn told(&self, what: &str) -> String {
        format!("{what}\nafter {}: {}", self.tally, self.log.join(", "))
    }

    /// Keeps the folder of the project, to be looked at; says where it is.
    pub fn keep(self) -> PathBuf {
        self.site.keep()
    }
}
