//! Building again and again in one process: what is looked at, what is kept, and builds that are cancelled.
#![expect(clippy::disallowed_methods, reason = "tests look at real files")]

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bds_graph::{BuildError, Built, Cancellation, FileFate};

use crate::project::{Project, files, lines, post_file, removed, written};
use crate::runtime::ScriptedRuntime;

fn project() -> Project {
    let mut project = Project::plain();
    for (slug, day) in [("one", 1), ("two", 2), ("three", 3)] {
        project.post(slug, day, "tags: [red]\n", "Hello");
    }
    project.media("photo", "");
    project.stay_live();
    project.build();
    project
}

fn update(project: &mut Project, paths: &[&str]) -> Built {
    project.update(paths, &Cancellation::default()).expect("it can be built")
}

#[track_caller]
fn check_is_clean(project: &Project) {
    let mut copy = project.fresh_copy();
    copy.build();
    let (found, wanted) = (project.tree(), copy.tree());
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    let differing: Vec<_> =
        found.iter().filter(|(path, content)| wanted[*path] != **content).map(|(path, _)| path).collect();
    assert_eq!(differing, Vec::<&String>::new());
}

#[test]
fn a_change_of_which_nothing_is_said_is_not_looked_at() {
    let mut project = project();
    project.edit(&post_file("one"), "Hello", "Goodbye");
    project.edit(&post_file("two"), "Hello", "Goodbye");
    let built = update(&mut project, &[&post_file("one")]);
    let posts =
        |built: &Built| -> Vec<_> { written(built).into_iter().filter(|file| file.contains("/05/0")).collect() };
    assert_eq!(posts(&built), ["2024/05/01/index.html", "2024/05/01/one/index.html"]);
    let built = update(&mut project, &["posts"]);
    assert_eq!(posts(&built), ["2024/05/02/index.html", "2024/05/02/two/index.html"]);
    check_is_clean(&project);
}

#[test]
fn whatever_lies_below_a_folder_comes_and_goes_with_it() {
    let mut project = project();
    let (posts, away) = (project.path("posts"), project.path("away"));
    fs::rename(&posts, &away).unwrap();
    let built = update(&mut project, &["posts", "away"]);
    assert!(removed(&built).contains(&"2024/05/01/one/index.html".to_owned()));
    check_is_clean(&project);
    fs::rename(&away, &posts).unwrap();
    update(&mut project, &["away", "posts"]);
    check_is_clean(&project);
}

#[test]
fn media_come_change_and_go() {
    let mut project = project();
    project.write("media/2024/05/new.jpg", "new");
    assert_eq!(written(&update(&mut project, &["media/2024/05/new.jpg"])), ["media/2024/05/new.jpg"]);
    let other = project.path("media/2024/05/other.jpg");
    fs::write(&other, "another one").unwrap();
    fs::rename(&other, project.path("media/2024/05/new.jpg")).unwrap();
    let built = update(&mut project, &["media/2024/05/new.jpg", "media/2024/05/other.jpg"]);
    assert_eq!(written(&built), ["media/2024/05/new.jpg"]);
    assert_eq!(project.page("media/2024/05/new.jpg"), "another one");
    project.remove("media/2024/05/new.jpg");
    assert_eq!(removed(&update(&mut project, &["media/2024/05/new.jpg"])), ["media/2024/05/new.jpg"]);
    check_is_clean(&project);
}

#[test]
fn a_file_that_a_macro_looked_for_in_vain_counts() {
    let runtime = ScriptedRuntime::default().with("opens", |run| {
        let (data, names) = (run.open("data/list.txt"), run.list("data"));
        Ok(format!("<p>{data:?} {names:?}</p>"))
    });
    let mut project = Project::new(runtime);
    project.script("opens");
    project.post("one", 1, "", "[[opens]]");
    project.stay_live();
    project.build();
    let page = "2024/05/01/one/index.html";
    for (change, shown) in [("one", "<p>Some(&quot;one&quot;)"), ("two", "<p>Some(&quot;two&quot;)")] {
        project.write("data/list.txt", change);
        update(&mut project, &["data/list.txt"]);
        let text = project.page(page).replace('"', "&quot;");
        assert!(text.contains(shown), "{change}: {text}");
    }
    project.write("data/other.txt", "");
    update(&mut project, &["data/other.txt"]);
    assert!(project.page(page).contains("other.txt"));
    project.write("data/new/deep.txt", "");
    update(&mut project, &["data/new/deep.txt"]);
    assert!(project.page(page).contains("new"), "a folder on the way to it is new too");
    fs::remove_dir_all(project.path("data")).unwrap();
    update(&mut project, &["data"]);
    assert!(project.page(page).contains("<p>None []</p>"));
    check_is_clean(&project);
}

#[test]
fn a_page_that_cannot_be_rendered_keeps_its_last_good_version_until_it_can() {
    let mut project = project();
    project.write("templates/single-post.liquid", "{{ post.title }} 1");
    update(&mut project, &["templates/single-post.liquid"]);
    let before = project.tree();
    project.write("templates/single-post.liquid", "{{ post.title }} {% render 'single-post' %}");
    project.post("four", 4, "", "new");
    let built = update(&mut project, &["templates/single-post.liquid", &post_file("four")]);
    assert!(built.has(bds_base::Severity::Error), "{}", lines(&built.diagnostics));
    let kept = files(&built, |fate| *fate == FileFate::Kept);
    assert_eq!(kept, ["2024/05/01/one/index.html", "2024/05/02/two/index.html", "2024/05/03/three/index.html"]);
    for page in kept {
        assert_eq!(project.tree()[&page], before[&page], "{page}");
    }
    assert!(!project.has("2024/05/04/four/index.html"), "what was never made has no last version");
    project.write("templates/single-post.liquid", "{{ post.title }} 2");
    let built = update(&mut project, &["templates/single-post.liquid"]);
    assert_eq!(lines(&built.diagnostics), "");
    check_is_clean(&project);
}

#[test]
fn a_page_that_was_kept_is_still_ours_for_the_next_process() {
    let mut project = project();
    project.write("templates/single-post.liquid", "{% render 'single-post' %}");
    update(&mut project, &["templates/single-post.liquid"]);
    assert!(project.has("2024/05/01/one/index.html"));
    project.restart();
    project.build();
    assert!(project.has("2024/05/01/one/index.html"));
    project.remove("templates/single-post.liquid");
    project.build();
    check_is_clean(&project);
}

#[test]
fn a_post_appears_when_it_is_due() {
    let mut project = project();
    project.now = "2024-05-01T12:00:00Z".to_owned();
    project.restart();
    project.stay_live();
    project.build();
    assert_eq!(project.next_due().as_deref(), Some("2024-05-02T10:00:00Z"));
    assert!(!project.has("2024/05/02/two/index.html"));
    project.come_to("2024-05-02T10:00:00Z");
    update(&mut project, &[]);
    assert!(project.has("2024/05/02/two/index.html"));
    assert_eq!(project.next_due().as_deref(), Some("2024-05-03T10:00:00Z"));
    check_is_clean(&project);
    project.come_to("2024-06-03T10:00:00Z");
    update(&mut project, &[]);
    assert_eq!(project.next_due(), None);
    check_is_clean(&project);
}

#[test]
fn a_build_that_is_cancelled_before_it_begins_writes_nothing_and_the_next_one_writes_all() {
    let mut project = project();
    let before = project.tree();
    project.edit(&post_file("one"), "Hello", "Goodbye");
    project.write("media/2024/05/new.jpg", "new");
    let cancellation = Cancellation::default();
    cancellation.cancel();
    let ended = project.update(&[&post_file("one"), "media/2024/05/new.jpg"], &cancellation);
    assert!(matches!(ended, Err(BuildError::Cancelled)), "{ended:?}");
    assert!(project.tree() == before, "nothing was written");
    project.edit(&post_file("two"), "Hello", "Goodbye");
    update(&mut project, &[&post_file("two")]);
    check_is_clean(&project);
}

/// Cancels the build in which it runs, as often as is said, and looks at what the host says then.
static CANCEL: Mutex<Option<Cancellation>> = Mutex::new(None);

#[test]
fn what_macros_came_to_in_a_cancelled_build_is_never_shown() {
    static FAILS: AtomicBool = AtomicBool::new(false);
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let runtime = ScriptedRuntime::default().with("slow", |run| {
        if let Some(cancellation) = CANCEL.lock().unwrap().take() {
            cancellation.cancel();
            ASKED.fetch_add(1, Ordering::Relaxed);
            let refused = run.field("title");
            assert_eq!(refused.as_str(), Some("the build was cancelled"));
            if FAILS.load(Ordering::Relaxed) {
                return Err("it was ended".to_owned());
            }
        }
        Ok(format!("<p>{}</p>", run.field("title")))
    });
    let mut project = Project::new(runtime);
    project.script("slow");
    for day in 1..=9 {
        project.post(&format!("p{day}"), day, "", "[[slow]]");
    }
    project.stay_live();
    project.build();
    for (round, (fails, threads)) in [(true, 1), (true, 2), (false, 1)].into_iter().enumerate() {
        FAILS.store(fails, Ordering::Relaxed);
        project.threads = threads;
        let changed: Vec<_> = (1..=9).map(|day| post_file(&format!("p{day}"))).collect();
        for path in &changed {
            project.edit(path, "title: ", &format!("title: {round} "));
        }
        let cancellation = Cancellation::default();
        *CANCEL.lock().unwrap() = Some(cancellation.clone());
        let changed: Vec<_> = changed.iter().map(String::as_str).collect();
        let ended = project.update(&changed, &cancellation);
        assert!(matches!(ended, Err(BuildError::Cancelled)), "{ended:?}");
        let built = update(&mut project, &[]);
        assert_eq!(lines(&built.diagnostics), "");
        check_is_clean(&project);
    }
    assert_eq!(ASKED.load(Ordering::Relaxed), 3);
}

#[test]
fn a_cancelled_first_build_is_mended_by_a_new_process() {
    let mut project = Project::plain();
    project.post("one", 1, "", "Hello");
    project.stay_live();
    let cancellation = Cancellation::default();
    cancellation.cancel();
    assert!(matches!(project.update(&[], &cancellation), Err(BuildError::Cancelled)));
    project.restart();
    project.system = Arc::new(bds_base::OsSystem);
    project.build();
    check_is_clean(&project);
}
