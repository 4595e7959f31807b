//! The same on a disk, and on disks that misbehave.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]

use std::fs;
use std::path::Path;

use bds_base::{OsSystem, System};
use bds_defaults::{find, shipped};

use super::odd::Odd;
use crate::defaults::{DefaultsError, Done, Outcome, State, Wish, named, run, seed_missing, seed_new, status};

const UPDATE: Wish = Wish::Update { merge: false };

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        OsSystem.write_atomic(&self.root().join(path), text.as_bytes()).expect("written");
        self
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn run_on(&self, system: &dyn System, wish: Wish, names: &[&str]) -> Result<Vec<Done>, DefaultsError> {
        run(self.root(), system, wish, &named(names)?, false)
    }

    fn run(&self, wish: Wish, names: &[&str]) -> Vec<Done> {
        self.run_on(&OsSystem, wish, names).expect("done")
    }

    fn state(&self, slug: &str) -> State {
        self.state_on(&OsSystem, slug)
    }

    fn state_on(&self, system: &dyn System, slug: &str) -> State {
        let standings = status(self.root(), system).expect("the project can be read");
        standings.into_iter().find(|standing| standing.slug == slug).expect("it ships").state
    }

    fn seeded() -> Self {
        let project = Self::new();
        project.run(Wish::Seed, &[]);
        project
    }
}

fn refusals(done: &[Done]) -> Vec<String> {
    let refusal = |done: &Done| match &done.outcome {
        Outcome::Refused { reason } => Some(format!("{}: {reason}", done.path)),
        _ => None,
    };
    done.iter().filter_map(refusal).collect()
}

fn text(slug: &str, version: u32) -> &'static str {
    find(slug).and_then(|default| default.version(version)).expect("it ships").text
}

#[test]
fn everything_is_seeded_once_and_recorded_line_by_line() {
    let project = Project::seeded();
    for default in shipped() {
        assert_eq!(project.read(default.path.as_str()), default.oldest().text);
    }
    let record = project.read("meta/defaults.json");
    let lines: Vec<_> = record.lines().filter(|line| line.contains("\"version\"")).collect();
    assert_eq!(lines.len(), shipped().len());
    assert!(lines.is_sorted(), "{record}");
    let again = project.run(Wish::Seed, &[]);
    assert!(again.iter().all(|done| done.outcome == Outcome::Unchanged), "{again:?}");
    assert_eq!(project.read("meta/defaults.json"), record);
}

#[test]
fn where_nothing_is_missing_nothing_is_locked_or_written() {
    let project = Project::new();
    let done = seed_missing(project.root(), &OsSystem).expect("seeded");
    assert!(done.iter().all(|done| done.outcome == Outcome::Seeded { version: 1 }), "{done:?}");
    fs::remove_file(project.root().join("scripts/gallery.py")).expect("removed");
    project.write("scripts/gallery.py/keep.txt", "mine");
    fs::remove_dir_all(project.root().join(".bds")).expect("removed");
    let done = seed_missing(project.root(), &OsSystem).expect("looked at");
    assert_eq!(refusals(&done), ["scripts/gallery.py: there is a folder where the file belongs"]);
    assert!(!project.root().join(".bds").exists());
}

#[test]
fn new_projects_get_the_newest() {
    let project = Project::new();
    seed_new(project.root(), &OsSystem).expect("seeded");
    assert_eq!(project.read("scripts/gallery.py"), text("gallery", 2));
    assert!(!project.root().join(".bds").exists(), "a new project has nothing of a build");
    assert_eq!(project.state("gallery"), State::Current);
}

#[test]
fn a_default_is_meant_by_any_of_its_names() {
    let project = Project::new();
    let done = project.run(Wish::Seed, &["photo_album", "scripts/photo_archive.py", "partials/head"]);
    let paths: Vec<_> = done.iter().map(|done| done.path.as_str()).collect();
    assert_eq!(paths, ["scripts/photo_archive.py", "templates/partials/head.liquid"]);
    let unknown = named(&["galery"]).expect_err("there is none");
    assert!(matches!(unknown, DefaultsError::Unknown { near: Some(near), .. } if near == "gallery"));
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = Project::new();
    let done = run(project.root(), &OsSystem, Wish::Seed, &named::<&str>(&[]).expect("all"), true).expect("planned");
    assert!(done.iter().all(|done| matches!(done.outcome, Outcome::Seeded { .. })));
    assert_eq!(OsSystem.list(project.root()).expect("listed"), [""; 0]);
}

#[test]
fn a_record_that_cannot_be_understood_stops_everything() {
    for broken in ["<<<<<<< a\n{}\n", "{ \"defaults\": { \"scripts/gallery.py\": 5 } }", "[]", "\u{0}"] {
        let project = Project::new();
        project.write("meta/defaults.json", broken);
        for wish in [Wish::Seed, UPDATE] {
            let error = project.run_on(&OsSystem, wish, &[]).expect_err(broken);
            assert!(
                matches!(&error, DefaultsError::Record { diagnostics, .. } if !diagnostics.is_empty()),
                "{error:?}"
            );
        }
        assert_eq!(project.read("meta/defaults.json"), broken);
        assert!(!project.root().join("scripts").exists());
    }
    let project = Project::new();
    project.write("meta/defaults.json/child", "");
    assert!(matches!(project.run_on(&OsSystem, Wish::Seed, &[]), Err(DefaultsError::File { what: "read", .. })));
}

#[test]
fn a_folder_in_the_place_of_a_file_costs_that_file_only() {
    let project = Project::seeded();
    fs::remove_file(project.root().join("scripts/gallery.py")).expect("removed");
    project.write("scripts/gallery.py/keep.txt", "mine");
    let done = project.run(UPDATE, &[]);
    assert_eq!(refusals(&done), ["scripts/gallery.py: there is a folder where the file belongs"]);
    assert_eq!(project.state("gallery"), State::Unknown);
    assert_eq!(project.read("scripts/tag_cloud.py"), text("tag_cloud", 2), "the others are updated");
    assert_eq!(project.read("scripts/gallery.py/keep.txt"), "mine");
    let file_for_folder = Project::new();
    file_for_folder.write("templates/partials", "mine");
    let done = file_for_folder.run(Wish::Seed, &[]);
    assert!(refusals(&done).iter().any(|line| line.ends_with("there is a file where its folder belongs")), "{done:?}");
    assert_eq!(file_for_folder.read("templates/partials"), "mine");
}

#[cfg(unix)]
fn forbid_writing(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o444)).expect("set");
}

#[cfg(unix)]
#[test]
fn read_only_files_are_left_alone() {
    let project = Project::seeded();
    forbid_writing(&project.root().join("scripts/gallery.py"));
    let done = project.run(UPDATE, &[]);
    assert_eq!(refusals(&done), ["scripts/gallery.py: the file is read-only"]);
    assert_eq!(
        (project.read("scripts/gallery.py").as_str(), project.state("gallery")),
        (text("gallery", 1), State::Outdated)
    );
    let before = project.read("scripts/vimeo.py");
    fs::remove_file(project.root().join("scripts/vimeo.py")).expect("removed");
    forbid_writing(&project.root().join("meta/defaults.json"));
    let error = project.run_on(&OsSystem, Wish::Pin(1), &["vimeo"]).expect_err("the record cannot be written");
    assert_eq!(error.to_string(), "`meta/defaults.json` cannot be written");
    project.write("scripts/vimeo.py", &before);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_left_alone() {
    let project = Project::new();
    fs::create_dir(project.root().join("scripts")).expect("made");
    std::os::unix::fs::symlink("nowhere.py", project.root().join("scripts/gallery.py")).expect("linked");
    let done = project.run(Wish::Seed, &["gallery"]);
    assert_eq!(refusals(&done), ["scripts/gallery.py: there is a link that leads nowhere"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_projects_share_stays_a_link() {
    let (project, shared) = (Project::seeded(), Project::new());
    let (link, target) = (project.root().join("scripts/gallery.py"), shared.root().join("gallery.py"));
    fs::rename(&link, &target).expect("moved");
    std::os::unix::fs::symlink(&target, &link).expect("linked");
    assert_eq!(project.state("gallery"), State::Outdated);
    for wish in [UPDATE, Wish::Take] {
        assert_eq!(refusals(&project.run(wish, &["gallery"])), ["scripts/gallery.py: the file is a link to another"]);
    }
    assert!(OsSystem.is_link(&link));
    assert_eq!(fs::read_to_string(&target).expect("there"), text("gallery", 1));
}

#[test]
fn a_script_of_the_users_keeps_its_name() {
    let own = |metadata: &str| format!("\"\"\"\n---\n{metadata}kind: \"macro\"\n---\n\"\"\"\n");
    for (path, metadata) in [
        ("scripts/mine.py", "slug: \"gallery\"\n"),
        ("scripts/sub/gallery.py", ""),
        ("scripts/mine.py", "aliases: [\"gallery\"]\n"),
        ("scripts/Gallery.py", ""),
    ] {
        let project = Project::new();
        project.write(path, &own(metadata));
        let done = project.run(Wish::Seed, &[]);
        assert!(!project.root().join("scripts/gallery.py").exists() || path == "scripts/gallery.py", "{path}");
        assert_eq!((project.state("gallery"), refusals(&done).len()), (State::Unknown, 0), "{path} {metadata}");
        assert_eq!(project.state("vimeo"), State::Current);
        assert_eq!(
            refusals(&project.run(Wish::Take, &["gallery"])),
            [format!("scripts/gallery.py: `{path}` has its name")]
        );
    }
    let project = Project::new();
    project.write("scripts/gallery.py", &own("")).write("scripts/lib/vimeo.py", "def play(): ...\n");
    project.run(Wish::Seed, &[]);
    project.run(UPDATE, &[]);
    assert_eq!((project.read("scripts/gallery.py"), project.state("gallery")), (own(""), State::Unknown));
    assert_eq!(project.state("vimeo"), State::Current, "a module takes no name");
}

#[test]
fn a_template_of_the_users_keeps_its_name() {
    let project = Project::new();
    project.write("templates/mine/single-post.liquid", "mine").write("templates/Partials/head.liquid", "mine");
    project.run(Wish::Seed, &[]);
    assert_eq!(project.state("partials/head"), State::Unknown);
    assert!(!project.root().join("templates/partials/head.liquid").exists());
}

#[test]
fn the_users_text_is_kept_when_it_is_replaced() {
    let project = Project::seeded();
    let mine = text("gallery", 1).replace("the newest first", "the oldest first");
    project.write("scripts/gallery.py", &mine);
    assert_eq!(project.state("gallery"), State::Modified);
    let done = project.run(Wish::Take, &["gallery"]);
    let copy = done[0].copy.as_ref().expect("a copy was kept");
    assert_eq!((project.read(copy.as_str()), project.read("scripts/gallery.py").as_str()), (mine, text("gallery", 2)));
    assert!(copy.is_in(".bds/conflicts/scripts"), "{copy}");
    assert_eq!(project.read(".bds/.gitignore"), "*\n");
}

#[test]
fn a_newer_version_is_merged_into_the_users_work() {
    let project = Project::seeded();
    let mine = text("gallery", 1).replace("loading=\"lazy\"", "loading=\"eager\"");
    project.write("scripts/gallery.py", &mine);
    assert_eq!(project.run(UPDATE, &["gallery"])[0].outcome, Outcome::Offered { version: 2 });
    let done = project.run(Wish::Update { merge: true }, &["gallery"]);
    assert_eq!(done[0].outcome, Outcome::Merged { from: 1, to: 2 });
    assert_eq!(project.read("scripts/gallery.py"), text("gallery", 2).replace("loading=\"lazy\"", "loading=\"eager\""));
    assert_eq!(project.read(done[0].copy.as_ref().expect("kept").as_str()), mine);
    assert_eq!(project.state("gallery"), State::Modified);
}

#[test]
fn those_who_seed_at_once_do_no_harm() {
    let project = Project::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| project.run(Wish::Seed, &[]));
        }
    });
    assert!(
        status(project.root(), &OsSystem).expect("read").iter().all(|standing| {
            standing.version == Some(1) && matches!(standing.state, State::Current | State::Outdated)
        })
    );
    assert_eq!(project.read("meta/defaults.json").matches("\"version\"").count(), shipped().len());
}

#[test]
fn where_case_does_not_count_a_file_of_another_case_is_left_alone() {
    let odd = Odd { ignores_case: true, ..Odd::default() };
    let project = Project::new();
    project.write("scripts/GALLERY.py", "mine\n").write("meta/Strings/DE.json", "{}");
    assert_eq!(odd.read(&project.root().join("scripts/gallery.py")).expect("it is the same file"), b"mine\n");
    for wish in [Wish::Seed, UPDATE, Wish::Take] {
        project.run_on(&odd, wish, &[]).expect("done");
    }
    assert_eq!(OsSystem.list(&project.root().join("meta/Strings")).expect("listed")[0], "DE.json");
    assert_eq!(
        (project.read("scripts/GALLERY.py"), project.read("meta/Strings/DE.json")),
        ("mine\n".into(), "{}".into())
    );
    assert_eq!(project.state_on(&odd, "gallery"), State::Unknown);
    assert_eq!(project.state_on(&odd, "vimeo"), State::Current);
}

#[test]
fn a_file_that_cannot_be_written_costs_that_file_only() {
    let project = Project::new();
    let odd = Odd { refuses: Some(project.root().join("scripts/gallery.py")), ..Odd::default() };
    let done = project.run_on(&odd, Wish::Seed, &[]).expect("the others are done");
    assert_eq!(refusals(&done), ["scripts/gallery.py: it cannot be written: no space is left"]);
    assert!(!project.read("meta/defaults.json").contains("gallery"), "what is not there is not recorded");
    assert_eq!((project.state("gallery"), project.state("vimeo")), (State::Missing, State::Current));
}

#[test]
fn nothing_is_replaced_of_which_no_copy_can_be_kept() {
    let project = Project::seeded();
    project.write("scripts/gallery.py", "mine\n");
    let planned = run(project.root(), &OsSystem, Wish::Take, &named(&["gallery"]).expect("it ships"), true);
    let copy = planned.expect("planned")[0].copy.clone().expect("a copy would be kept");
    let odd = Odd { refuses: Some(copy.to_path(project.root())), ..Odd::default() };
    let done = project.run_on(&odd, Wish::Take, &["gallery"]).expect("told");
    assert_eq!(refusals(&done), ["scripts/gallery.py: no copy of it can be kept: no space is left"]);
    assert_eq!((project.read("scripts/gallery.py").as_str(), project.state("gallery")), ("mine\n", State::Modified));
}

#[test]
fn what_was_written_and_not_recorded_is_known_again() {
    let project = Project::new();
    let odd = Odd { refuses: Some(project.root().join("meta/defaults.json")), ..Odd::default() };
    project.run_on(&odd, Wish::Seed, &[]).expect_err("the record cannot be written");
    assert!(project.root().join("scripts/gallery.py").exists());
    let done = project.run(Wish::Seed, &[]);
    assert!(done.iter().all(|done| done.outcome == Outcome::Adopted { version: 1 }), "{done:?}");
}

#[test]
fn a_record_that_changes_meanwhile_is_left_alone() {
    let project = Project::seeded();
    // It is read once to know what to do, and once more before it is written.
    let odd = Odd { is_changed: Some((project.root().join("meta/defaults.json"), 1.into())), ..Odd::default() };
    project.run_on(&odd, UPDATE, &["gallery"]).expect_err("somebody else was faster");
    assert_eq!(project.read("meta/defaults.json"), "changed meanwhile");
}

#[test]
fn a_file_that_changes_meanwhile_is_left_alone() {
    let project = Project::seeded();
    let path = project.root().join("scripts/gallery.py");
    // It is read for its name, for its content, and once more before it is written.
    let odd = Odd { is_changed: Some((path, 2.into())), ..Odd::default() };
    let done = project.run_on(&odd, UPDATE, &["gallery"]).expect("told");
    assert_eq!(refusals(&done), ["scripts/gallery.py: it has just been changed; nothing was done with it"]);
    assert_eq!(project.read("scripts/gallery.py"), "changed meanwhile");
}
