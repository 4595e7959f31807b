//! A project through random sequences of what people and machines do to it.

use bds_project::meta::DefaultEntry;
use proptest::prelude::*;

use super::{TEXTS, shipped_until};
use crate::defaults::{Found, Wish, plan};

/// A project with one default, and the bds that works on it.
#[derive(Debug, Clone, PartialEq)]
struct Project {
    newest: usize,
    entry: Option<DefaultEntry>,
    file: Option<String>,
    /// What stood in the file when it was deleted last.
    deleted: Option<String>,
}

/// What happens to a project besides commands.
#[derive(Debug, Clone)]
enum Event {
    /// A newer bds is installed.
    NewVersion,
    /// The user changes a line, or makes the file.
    Edit(usize, u8),
    /// The user deletes the file.
    Delete,
    /// The user brings back what was deleted.
    Restore,
    /// The user puts another shipped text there, such as by checking out an older commit.
    Checkout(usize),
}

impl Project {
    fn new() -> Self {
        Self { newest: 1, entry: None, file: None, deleted: None }
    }

    fn happens(&mut self, event: &Event) {
        match event {
            Event::NewVersion => self.newest = (self.newest + 1).min(TEXTS.len()),
            Event::Edit(at, what) => {
                let text = self.file.take().unwrap_or_default();
                let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
                let edit = format!("edit {what}");
                match lines.get_mut(*at) {
                    Some(line) => *line = edit,
                    None => lines.push(edit),
                }
                self.file = Some(lines.join("\n") + "\n");
            }
            Event::Delete => self.deleted = self.file.take().or(self.deleted.take()),
            Event::Restore => self.file = self.file.take().or(self.deleted.clone()),
            Event::Checkout(version) => self.file = Some(TEXTS[*version % self.newest].to_owned()),
        }
    }

    fn found(&self) -> Found {
        self.file.as_ref().map_or(Found::Nothing, Found::file)
    }

    /// Carries out a wish. Says what was kept as a copy.
    fn carry_out(&mut self, wish: Wish) -> Option<String> {
        let step = plan(wish, shipped_until(self.newest), self.entry.as_ref(), &self.found());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("all is text");
        self.file = step.write.as_deref().map(text).or(self.file.take());
        self.entry = step.entry.or(self.entry.take());
        step.replaced.as_deref().map(text)
    }

    /// The text that a build uses.
    fn used(&self) -> String {
        let default = shipped_until(self.newest);
        let version = self.entry.as_ref().map_or(default.oldest(), |entry| default.nearest(entry.version));
        self.file.clone().unwrap_or_else(|| version.text.to_owned())
    }

    /// The file, where it is the user's work.
    fn work(&self) -> Option<String> {
        self.file.clone().filter(|text| !TEXTS[..self.newest].contains(&text.as_str()))
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => Just(Event::NewVersion),
        3 => (0..9_usize, 0..3_u8).prop_map(|(at, what)| Event::Edit(at, what)),
        2 => Just(Event::Delete),
        1 => Just(Event::Restore),
        1 => (0..4_usize).prop_map(Event::Checkout),
    ]
}

const SEED: Wish = Wish::Seed;
const UPDATE: Wish = Wish::Update { merge: false };
const MERGE: Wish = Wish::Update { merge: true };

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => Just(SEED),
        3 => Just(UPDATE),
        1 => Just(MERGE),
        1 => Just(Wish::Take),
        1 => Just(Wish::Keep),
        1 => (1..5_u32).prop_map(Wish::Pin),
        1 => Just(Wish::Unpin),
    ]
}

/// What happens, and what is wished then.
fn life() -> impl Strategy<Value = Vec<(Event, Vec<Wish>)>> {
    prop::collection::vec((event(), prop::collection::vec(wish(), 0..4)), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_work_is_lost_and_nothing_done_twice_changes_anything(life in life()) {
        let mut project = Project::new();
        for (event, wishes) in life {
            project.happens(&event);
            for wish in wishes {
                let (work, used) = (project.work(), project.used());
                let is_removed = project.file.is_none() && project.entry.as_ref().is_some_and(|it| it.fingerprint.is_some());
                let copy = project.carry_out(wish);
                prop_assert!(!is_removed || wish == Wish::Take || project.file.is_none(), "{:?} brought it back", wish);
                if project.file != work && work.is_some() {
                    prop_assert!(matches!(wish, Wish::Take | MERGE), "{:?} touched the user's work", wish);
                    prop_assert_eq!(&copy, &work);
                }
                if wish == SEED {
                    prop_assert_eq!(project.used(), used, "seeding changed what a build uses");
                }
                let once = project.clone();
                prop_assert_eq!(project.carry_out(wish), None);
                prop_assert_eq!(&project, &once, "{:?} done twice", wish);
            }
        }
    }

    #[test]
    fn the_order_of_commands_does_not_matter(
        life in prop::collection::vec((event(), any::<[bool; 2]>(), any::<bool>()), 0..12)
    ) {
        let (mut one, mut other) = (Project::new(), Project::new());
        for (event, [seeds, updates], is_turned) in life {
            let wishes: Vec<_> = [(seeds, SEED), (updates, UPDATE)].into_iter().filter(|(is, _)| *is).collect();
            for project in [&mut one, &mut other] {
                project.happens(&event);
            }
            for (_, wish) in &wishes {
                one.carry_out(*wish);
            }
            let turned: Vec<_> = if is_turned { wishes.iter().rev().collect() } else { wishes.iter().collect() };
            for (_, wish) in turned {
                other.carry_out(*wish);
            }
            prop_assert_eq!(&one, &other);
        }
    }

    #[test]
    fn versions_can_be_left_out(life in life(), updates in any::<[bool; 3]>()) {
        let mut one = Project::new();
        for (event, wishes) in life {
            one.happens(&event);
            for wish in wishes {
                one.carry_out(wish);
            }
        }
        let mut other = one.clone();
        for is_updated in updates {
            for project in [&mut one, &mut other] {
                project.happens(&Event::NewVersion);
            }
            if is_updated {
                other.carry_out(UPDATE);
            }
        }
        one.carry_out(UPDATE);
        other.carry_out(UPDATE);
        prop_assert_eq!(one, other);
    }
}
