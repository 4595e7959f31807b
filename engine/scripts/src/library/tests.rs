//! What becomes of a script, on values alone.

use bds_base::SitePath;
use bds_project::script::ScriptKind;
use bds_store::Pending;
use jiff::Timestamp;

use super::plan::Setting;
use super::*;

const SCRIPT: &str = "'''\r\n---\r\n# mine\r\nid: \"a-id\"\r\nslug: \"a\"\r\ncolor: red\r\nversion: 4\r\nupdatedAt: \"2030-01-01T00:00:00.000Z\"\r\n---\r\n'''\r\nx = 1\r\n";

fn library(files: &[(&str, &str)]) -> Library {
    let read = |(name, text): &(&str, &str)| {
        let path = SitePath::new(*name).expect("a plain path");
        let read = read_script(&path, text.as_bytes()).expect("readable");
        (path, read)
    };
    Library::of(files.iter().map(read).collect(), Vec::new())
}

fn now() -> Timestamp {
    "2026-05-01T10:00:00.123456Z".parse().expect("a time")
}

fn set(library: &Library, name: &str, setting: Setting) -> Result<Option<Pending>, Refusal> {
    plan(library, Some(library.find(name).expect("it is there")), &Wish::Set(vec![setting]), now())
}

fn text(planned: Result<Option<Pending>, Refusal>) -> String {
    planned.expect("not refused").expect("a change").text.expect("a text")
}

#[test]
fn only_the_lines_that_differ_are_written_and_a_date_never_goes_back() {
    let library = library(&[("scripts/a.py", SCRIPT)]);
    let changed = text(set(&library, "a", Setting::Enabled(false)));
    for kept in [
        "'''\r\n---\r\n# mine\r\nid: \"a-id\"\r\n",
        "color: red\r\n",
        "2030-01-01T00:00:00.000Z",
        "\r\n---\r\n'''\r\nx = 1\r\n",
    ] {
        assert!(changed.contains(kept), "{kept:?} in {changed:?}");
    }
    assert!(changed.contains("version: 5") && changed.contains("enabled: false"), "{changed:?}");
}

#[test]
fn what_changes_nothing_is_no_change() {
    let library = library(&[("scripts/a.py", SCRIPT)]);
    let entry = library.find("a").expect("it is there");
    assert_eq!(set(&library, "a", Setting::Enabled(true)), Ok(None));
    assert_eq!(plan(&library, Some(entry), &Wish::Body("x = 1\r\n".to_owned()), now()), Ok(None));
    assert_eq!(
        plan(&library, Some(entry), &Wish::Body(SCRIPT.to_owned()), now()),
        Ok(None),
        "a whole file is its body"
    );
    let renamed = set(&library, "a", Setting::Slug { slug: "A".to_owned(), keep_alias: true });
    assert_eq!(renamed, Ok(None));
}

#[test]
fn a_file_stays_in_its_folder_when_it_is_renamed_and_takes_its_name_along() {
    let library = library(&[("scripts/lib/a.py", SCRIPT), ("scripts/b.py", "y = 1\n")]);
    let change = set(&library, "a", Setting::Slug { slug: "c".to_owned(), keep_alias: true });
    let change = change.expect("not refused").expect("a change");
    let names = (change.path.as_str(), change.moved_from.as_ref().map(SitePath::as_str));
    assert_eq!(names, ("scripts/lib/c.py", Some("scripts/lib/a.py")));
    let head = script::parse(&change.path, &change.text.expect("a text")).value.head;
    assert_eq!((head.slug.as_deref(), head.aliases.iter().map(|it| &**it).collect()), (Some("c"), vec!["a"]));
}

#[test]
fn a_file_that_differs_from_its_slug_in_case_only_keeps_its_name() {
    let library = library(&[("scripts/A.py", "z = 1\n"), ("scripts/other.py", SCRIPT)]);
    let change = set(&library, "scripts/A.py", Setting::Title("x".to_owned())).expect("not refused").expect("a change");
    assert_eq!((change.path.as_str(), change.moved_from), ("scripts/A.py", None));
    let taken = set(&library, "scripts/other.py", Setting::Slug { slug: "a_2".to_owned(), keep_alias: false });
    assert!(matches!(taken, Ok(Some(_))), "{taken:?}");
}

#[test]
fn names_and_files_that_are_taken_are_refused() {
    let alias = SCRIPT.replace("color: red", "aliases: [\"wall\"]");
    let library = library(&[("scripts/a.py", &alias), ("scripts/B.py", "y = 1\n")]);
    let new = |slug: &str| {
        let wish = Wish::New {
            slug: Some(slug.to_owned()),
            title: None,
            kind: ScriptKind::Macro,
            entrypoint: None,
            enabled: true,
            body: None,
        };
        plan(&library, None, &wish, now()).map(|_| ())
    };
    let holder = SitePath::new("scripts/a.py").expect("a plain path");
    for slug in ["a", "A", "wall"] {
        assert!(matches!(new(slug), Err(Refusal::Taken { holder: of, .. }) if of == holder), "{slug}");
    }
    assert_eq!(new("b"), Err(Refusal::Exists(SitePath::new("scripts/b.py").expect("a plain path"))));
    assert_eq!(new("!"), Err(Refusal::NoSlug("!".to_owned())));
    assert_eq!(new("fine"), Ok(()));
}

#[test]
fn new_scripts_of_one_title_are_numbered_and_have_ids_of_their_own() {
    let mut files: Vec<(String, String)> = Vec::new();
    for _ in 0..3 {
        let known: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let wish = Wish::New {
            slug: None,
            title: Some("Photo wall".to_owned()),
            kind: ScriptKind::Transform,
            entrypoint: None,
            enabled: false,
            body: None,
        };
        let change = plan(&library(&known), None, &wish, now()).expect("not refused").expect("a change");
        files.push((change.path.to_string(), change.text.expect("a text")));
    }
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["scripts/photo_wall.py", "scripts/photo_wall_2.py", "scripts/photo_wall_3.py"]);
    let known: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let library = library(&known);
    let ids: std::collections::BTreeSet<_> = library.scripts.iter().map(|entry| entry.script.id.clone()).collect();
    assert_eq!((ids.len(), library.diagnostics.len()), (3, 0));
    let text = &files[0].1;
    assert!(
        text.contains("entrypoint: \"transform\"")
            && text.ends_with("def transform(post, context):\n    return post\n")
    );
    assert!(text.contains("createdAt: \"2026-05-01T10:00:00.123Z\""), "{text}");
}
