//! Random lives of a project: changes by bds, by somebody with an editor, by git, with processes that end in between.
//! Nothing is lost that bds ever replaced, removed or was told to write, and the index ends as the files are.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use bds_base::{OsSystem, System as _};
use bds_project::script::ScriptKind;
use bds_store::{IndexEntry, IndexKind, IndexTable, Unfinished};
use jiff::Timestamp;
use proptest::prelude::*;

use super::mortal::{Ended, Mortal};
use super::{World, script};
use crate::Project;
use crate::change::{self, Keeping};
use crate::library::plan::Setting;
use crate::library::{Library, Wish, plan};
use crate::repair::{Direction, Request, repair};
use crate::sync::{End, Reach, rebuild, sync};

const SCRIPTS: [IndexKind; 1] = [IndexKind::Scripts];

/// What happens to a project. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Event {
    /// A command of bds, which may end before or after so many dealings with the disk.
    Bds(Command, Option<(u8, bool)>),
    /// Somebody changes a file, and has seen what is in it.
    Edit(usize),
    /// Somebody writes a file anew, over whatever may be there.
    Write(usize),
    /// Somebody opens a file in an editor.
    Open(usize),
    /// And saves what was opened, whatever has happened to the file since.
    SaveStale,
    Remove(usize),
    Move(usize, usize),
    Copy(usize, usize),
    /// A file gives way to a folder with a file.
    Folder(usize),
    /// The end of the metadata is lost.
    Break(usize),
    /// A merge that was left undone.
    Merge(usize),
    Commit,
    Checkout,
    /// The clock goes to another time.
    Clock(i32),
    Sync,
    Build,
    Rebuild,
}

/// A command of bds.
#[derive(Debug, Clone)]
enum Command {
    New(usize),
    Body(usize),
    Title(usize),
    Rename(usize, usize),
    Enable(usize, bool),
    Delete(usize),
    Repair,
    Sync,
}

/// A project, and what people have in hand beside it.
struct Life {
    world: World,
    now: Timestamp,
    /// Makes every text another one.
    count: usize,
    /// What is open in an editor.
    open: Option<(String, String)>,
    /// What git has.
    commit: Option<Vec<(String, String)>>,
    /// What bds wrote last, by file, as long as nobody else has written it.
    wrote: BTreeMap<String, String>,
    /// Whether the disk keeps no copies, though it says so.
    forgets_copies: bool,
}

impl Life {
    fn new() -> Self {
        let now = "2026-01-01T00:00:00.123456789Z".parse().expect("a time");
        Self {
            world: World::new(),
            now,
            count: 0,
            open: None,
            commit: None,
            wrote: BTreeMap::new(),
            forgets_copies: false,
        }
    }

    fn files(&self) -> Vec<(String, String)> {
        self.world.files("scripts")
    }

    /// Every text that is in a file, in the trash or in the conflicts.
    fn kept(&self) -> BTreeSet<String> {
        let all = ["scripts", ".bds/trash", ".bds/conflicts"].iter().flat_map(|folder| self.world.files(folder));
        all.map(|(_, text)| text).collect()
    }

    fn chosen(&self, number: usize) -> Option<(String, String)> {
        let files = self.files();
        (!files.is_empty()).then(|| files[number % files.len()].clone())
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        format!("text {}\n", self.count)
    }

    /// Somebody writes a file. A folder in its place goes first, as far as it can.
    fn write(&mut self, name: &str, text: &str) {
        let path = self.world.root().join(name);
        if OsSystem.stat(&path).is_ok_and(|stat| stat.is_dir) || is_below_a_file(&path) {
            return;
        }
        self.world.write(name, text);
        self.wrote.remove(name);
    }

    fn remove(&mut self, name: &str) {
        self.world.remove(name);
        self.wrote.remove(name);
    }

    fn happens(&mut self, event: &Event) -> Result<(), TestCaseError> {
        match event {
            Event::Bds(command, end) => self.command(command, *end)?,
            Event::Edit(which) => {
                if let Some((name, text)) = self.chosen(*which) {
                    let more = self.fresh();
                    self.write(&name, &(text + &more));
                }
            }
            Event::Write(which) => {
                let name = format!("scripts/{}.py", NAMES[which % NAMES.len()]);
                let body = self.fresh();
                self.write(&name, &script(NAMES[which % NAMES.len()], 1, &body));
            }
            Event::Open(which) => self.open = self.chosen(*which).or(self.open.take()),
            Event::SaveStale => self.save_stale()?,
            Event::Remove(which) => {
                if let Some((name, _)) = self.chosen(*which) {
                    self.lose_and_sync(&name, |life| life.world.remove(&name), true)?;
                }
            }
            Event::Move(which, to) => {
                if let Some((name, text)) = self.chosen(*which) {
                    self.remove(&name);
                    self.write(&format!("scripts/{}.py", NAMES[to % NAMES.len()]), &text);
                    // Where it could not be put, it is where it was.
                    if !self.files().iter().any(|(_, there)| *there == text) {
                        self.write(&name, &text);
                    }
                }
            }
            Event::Copy(which, to) => {
                if let Some((_, text)) = self.chosen(*which) {
                    self.write(&format!("scripts/{}.py", NAMES[to % NAMES.len()]), &text);
                }
            }
            Event::Folder(which) => {
                if let Some((name, _)) = self.chosen(*which).filter(|(name, _)| name.matches('/').count() == 1) {
                    self.remove(&name);
                    let inner = self.fresh();
                    self.write(&format!("{name}/inner.py"), &inner);
                }
            }
            Event::Break(which) => {
                if let Some((name, text)) = self.chosen(*which) {
                    self.write(&name, &text.replacen("\n---\n\"\"\"", "", 1));
                }
            }
            Event::Merge(which) => {
                if let Some((name, text)) = self.chosen(*which) {
                    self.write(&name, &format!("{text}<<<<<<< ours\n=======\n{text}>>>>>>> theirs\n"));
                }
            }
            Event::Commit => self.commit = Some(self.files()),
            Event::Checkout => self.check_out(),
            Event::Clock(seconds) => {
                let moved = self.now.checked_add(jiff::SignedDuration::from_secs(i64::from(*seconds)));
                self.now = moved.expect("some time");
            }
            Event::Sync => drop(self.sync(Reach::Whole)?),
            Event::Build => {
                let before = self.files();
                self.sync(Reach::Follow)?;
                prop_assert_eq!(self.files(), before, "a build wrote a source");
            }
            Event::Rebuild => {
                rebuild(self.world.project(&OsSystem), &SCRIPTS, &()).expect("rebuilt");
            }
        }
        Ok(())
    }

    /// What bds wrote last is not lost with the file, if somebody saves over it what was opened before.
    fn save_stale(&mut self) -> Result<(), TestCaseError> {
        let Some((name, text)) = self.open.clone() else { return Ok(()) };
        let more = self.fresh();
        let version = |text: &str| {
            let path = bds_base::SitePath::new(&name).expect("a plain path");
            bds_project::script::parse(&path, text).value.head.version
        };
        let is_older = self.wrote.get(&name).is_some_and(|wrote| version(&text) < version(wrote));
        self.lose_and_sync(&name, |life| life.write(&name, &(text.clone() + &more)), is_older)
    }

    /// Does something to a file that bds may have written last, and asks whether that is kept.
    fn lose_and_sync(
        &mut self,
        name: &str,
        lose: impl FnOnce(&mut Self),
        is_to_be_kept: bool,
    ) -> Result<(), TestCaseError> {
        self.sync(Reach::Follow)?;
        let wrote = self.wrote.remove(name).filter(|wrote| self.world.text(name).as_ref() == Some(wrote));
        lose(self);
        self.sync(Reach::Whole)?;
        if let Some(wrote) = wrote.filter(|_| is_to_be_kept) {
            prop_assert!(self.kept().contains(&wrote), "what bds wrote to {} is lost:\n{}", name, wrote);
        }
        Ok(())
    }

    fn check_out(&mut self) {
        let Some(commit) = self.commit.clone() else { return };
        for (name, _) in self.files() {
            self.remove(&name);
            let mut folder = self.world.root().join(&name);
            folder.pop();
            if !folder.ends_with("scripts") {
                let _ = OsSystem.remove_dir_if_empty(&folder);
            }
        }
        for (name, text) in commit {
            self.write(&name, &text);
        }
    }

    /// Brings the index up to date; what had been noted is in a file, or kept, after that.
    fn sync(&mut self, reach: Reach) -> Result<(), TestCaseError> {
        let before: BTreeSet<String> = self.files().into_iter().map(|(_, text)| text).collect();
        let noted = noted(&self.world);
        let outcome = sync(self.world.project(&OsSystem), &SCRIPTS, reach, &()).expect("synced");
        let kept = self.kept();
        prop_assert!(before.is_subset(&kept), "a sync lost {:?}", before.difference(&kept).collect::<Vec<_>>());
        if reach == Reach::Whole {
            prop_assert!(outcome.settled.iter().all(|settled| settled.end != End::Waiting));
            prop_assert!(noted.is_subset(&kept), "a sync lost the note {:?}", noted);
            prop_assert!(noted_count(&self.world) == 0);
        }
        Ok(())
    }

    /// Runs a command as the binary does: it follows, looks, decides, writes. Nothing that was in a file is lost by it.
    fn command(&mut self, command: &Command, end: Option<(u8, bool)>) -> Result<(), TestCaseError> {
        let before: BTreeSet<String> = self.files().into_iter().map(|(_, text)| text).collect();
        let body = self.fresh();
        let disk = Mortal::new(end, self.forgets_copies);
        let project = self.world.project(&disk);
        let now = self.now;
        let ran = catch_unwind(AssertUnwindSafe(|| carry_out(project, command, &body, now)));
        let (written, has_ended) = match ran {
            Ok(written) => (written, false),
            Err(panic) if panic.is::<Ended>() => (None, true),
            Err(panic) => resume_unwind(panic),
        };
        let kept = self.kept();
        let lost: Vec<_> = before.difference(&kept).collect();
        prop_assert!(lost.is_empty(), "{:?} lost {:?}", command, lost);
        if has_ended {
            self.world.restart();
            self.sync(Reach::Whole)?;
        } else if let Some((path, text)) = written {
            let there = self.world.text(&path);
            prop_assert_eq!(there.as_ref(), Some(&text));
            self.wrote.insert(path, text);
        }
        let files = self.files();
        self.wrote.retain(|name, text| files.iter().any(|(there, now)| there == name && now == text));
        Ok(())
    }
}

/// Does what a command does; says what it has written.
fn carry_out(project: Project<'_>, command: &Command, body: &str, now: Timestamp) -> Option<(String, String)> {
    sync(project, &SCRIPTS, Reach::Whole, &()).expect("synced");
    let library = Library::read(project);
    let chosen =
        |which: &usize| (!library.scripts.is_empty()).then(|| library.scripts[which % library.scripts.len()].clone());
    let (entry, wish) = match command {
        Command::Sync => return None,
        Command::Repair => {
            let request = Request {
                kinds: SCRIPTS.to_vec(),
                direction: Direction::ToFile,
                fields: Vec::new(),
                paths: Vec::new(),
                dry_run: false,
                now,
            };
            repair(project, &request).expect("repaired");
            return None;
        }
        Command::New(name) => {
            let slug = Some(NAMES[name % NAMES.len()].to_owned());
            let (kind, body) = (ScriptKind::Utility, Some(body.to_owned()));
            (None, Wish::New { slug, title: None, kind, entrypoint: None, enabled: true, body })
        }
        Command::Body(which) => (Some(chosen(which)?), Wish::Body(body.to_owned())),
        Command::Title(which) => (Some(chosen(which)?), Wish::Set(vec![Setting::Title(body.trim().to_owned())])),
        Command::Rename(which, to) => {
            let slug = NAMES[to % NAMES.len()].to_owned();
            (Some(chosen(which)?), Wish::Set(vec![Setting::Slug { slug, keep_alias: true }]))
        }
        Command::Enable(which, enabled) => (Some(chosen(which)?), Wish::Set(vec![Setting::Enabled(*enabled)])),
        Command::Delete(which) => (Some(chosen(which)?), Wish::Delete),
    };
    let planned = plan(&library, entry.as_ref(), &wish, now).ok().flatten()?;
    change::make(project, &planned, Keeping::Trash).ok()?;
    Some((planned.path.to_string(), planned.text?))
}

fn is_below_a_file(path: &Path) -> bool {
    path.parent().is_some_and(|folder| OsSystem.stat(folder).is_ok_and(|stat| !stat.is_dir))
}

/// The texts of what was noted.
fn noted(world: &World) -> BTreeSet<String> {
    let notes = world.store.pending().expect("read");
    let texts = notes.into_iter().filter_map(|note| match note {
        Unfinished::Change(_, change) => change.text,
        Unfinished::Unknown(path) => panic!("{path} is no note"),
    });
    texts.collect()
}

fn noted_count(world: &World) -> usize {
    world.store.pending().expect("read").len()
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "lib"];

fn command() -> impl Strategy<Value = Command> {
    let which = || 0..8_usize;
    prop_oneof![
        3 => which().prop_map(Command::New),
        3 => which().prop_map(Command::Body),
        2 => which().prop_map(Command::Title),
        3 => (which(), which()).prop_map(|(which, to)| Command::Rename(which, to)),
        1 => (which(), any::<bool>()).prop_map(|(which, is)| Command::Enable(which, is)),
        2 => which().prop_map(Command::Delete),
        1 => Just(Command::Repair),
        1 => Just(Command::Sync),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let which = || 0..8_usize;
    let end = prop_oneof![2 => Just(None), 3 => (0..40_u8, any::<bool>()).prop_map(Some)];
    prop_oneof![
        12 => (command(), end).prop_map(|(command, end)| Event::Bds(command, end)),
        2 => which().prop_map(Event::Edit),
        2 => which().prop_map(Event::Write),
        2 => which().prop_map(Event::Open),
        2 => Just(Event::SaveStale),
        1 => which().prop_map(Event::Remove),
        1 => (which(), which()).prop_map(|(which, to)| Event::Move(which, to)),
        1 => (which(), which()).prop_map(|(which, to)| Event::Copy(which, to)),
        1 => which().prop_map(Event::Folder),
        1 => which().prop_map(Event::Break),
        1 => which().prop_map(Event::Merge),
        1 => Just(Event::Commit),
        1 => Just(Event::Checkout),
        1 => (-1_000_000..1_000_000_i32).prop_map(Event::Clock),
        1 => Just(Event::Sync),
        1 => Just(Event::Build),
        1 => Just(Event::Rebuild),
    ]
}

/// The index, if only what the files say counts.
fn of_files(index: &IndexTable) -> BTreeMap<String, IndexEntry> {
    index.iter().map(|(path, entry)| (path.to_string(), entry.of_file_alone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_the_index_ends_as_the_files_are(events in prop::collection::vec(event(), 1..24)) {
        let mut life = Life::new();
        for event in &events {
            life.happens(event)?;
        }
        life.sync(Reach::Whole)?;
        let again = sync(life.world.project(&OsSystem), &SCRIPTS, Reach::Whole, &()).expect("synced");
        prop_assert!(again.is_nothing(), "{:?}", again);
        let synced = of_files(&life.world.store.index(IndexKind::Scripts));
        rebuild(life.world.project(&OsSystem), &SCRIPTS, &()).expect("rebuilt");
        prop_assert_eq!(&synced, &of_files(&life.world.store.index(IndexKind::Scripts)));
        let anew = World::new();
        for (name, text) in life.files() {
            anew.write(&name, text);
        }
        rebuild(anew.project(&OsSystem), &SCRIPTS, &()).expect("rebuilt");
        prop_assert_eq!(&synced, &of_files(&anew.store.index(IndexKind::Scripts)));
    }
}

/// The tests above would see it if something were lost.
#[test]
fn a_loss_is_seen() {
    for command in [Command::Body(0), Command::Title(0), Command::Rename(0, 1), Command::Delete(0), Command::New(1)] {
        let mut life = Life { forgets_copies: true, ..Life::new() };
        life.happens(&Event::Write(0)).expect("a file is written");
        let ran = life.happens(&Event::Bds(command.clone(), None));
        let keeps_nothing = matches!(command, Command::New(_));
        assert_eq!(ran.is_ok(), keeps_nothing, "{command:?}: {ran:?}");
    }
}
