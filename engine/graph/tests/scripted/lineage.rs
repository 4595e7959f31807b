//! What pages are made from, and which of them an edit would rebuild: never less than what the next build renders.

use std::collections::BTreeSet;

use bds_graph::{Built, FileFate, How, NodeKind, PageFate};
use bds_project::config;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::project::{OUT, Project, post_file};
use crate::runtime::ScriptedRuntime;
use crate::truth;
use crate::truth::edits::{Edit, Sources};

/// A site with macros of all sorts, templates, media, a menu, and settings of tags and categories.
pub(crate) fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{}</p>", run.field("title"))))
        .with("data", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))))
        .with("helped", |run| Ok(format!("<p>{:?}</p>", run.open("scripts/helper.py"))))
        .with("listed", |run| Ok(format!("<p>{:?}</p>", run.list("data/folder"))))
        .with("found", |run| Ok(format!("<p>{}</p>", run.exists("data/late.txt"))))
        .with("counted", |run| Ok(format!("<p>{}</p>", run.api("tags.get_with_counts", &serde_json::json!({})))))
        .with("quoted", |run| {
            Ok(format!("<p>{}</p>", run.api("posts.get_html", &serde_json::json!({ "post_id": "data-id" }))))
        })
        .with("broken", |run| run.open("data/gone.txt").ok_or_else(|| "gone".to_owned()))
        .with("timed", |run| {
            run.look_at_clock();
            Ok("<p>now</p>".to_owned())
        });
    let mut project = Project::new(runtime);
    project.threads = 1;
    for script in ["titled", "data", "helped", "listed", "found", "counted", "quoted", "broken", "timed"] {
        project.script(script);
    }
    project.write("scripts/helper.py", "# a helper\n");
    project.write("data/list.txt", "a");
    project.write("data/folder/a", "");
    project.write("templates/small.liquid", "{{ post.title }} {{ post.content | markdown: post.id, post_data_json_by_id[post.id], canonical_post_path_by_slug, canonical_media_path_by_source_path, language, language_prefix }} {% render 'piece' %}");
    project.write("templates/piece.liquid", "piece");
    project.write("meta/tags.json", r##"[{"name": "red", "color": "#f00"}]"##);
    project.write("meta/category-meta.json", r#"{"notes": {"title": "My notes"}}"#);
    let menu = r#"<opml version="2.0"><body><outline text="One" type="page" pageSlug="one"/></body></opml>"#;
    project.write("meta/menu.opml", menu);
    project.media("photo", "linkedPostIds: [\"one-id\"]\n");
    project.post("one", 1, "tags:\n  - red\ncategories:\n  - notes\n", "[[titled]]\n\n![p](media/2024/05/photo.jpg)");
    project.translation("one", "de", "Worte");
    project.post("data", 2, "", "[[data]]\n\n[[found]]\n\n[[late]]");
    project.post("helped", 3, "templateSlug: small\n", "[[helped]] [[listed]]\n\nSee [one](/posts/one).");
    project.post("quoted", 4, "", "[[quoted]] [[counted]]");
    project
}

/// The pages of before that a build rendered anew, or wrote, or removed.
fn rebuilt(built: &Built, before: &BTreeSet<String>) -> BTreeSet<String> {
    let rendered = built.page_fates.iter().filter(|page| !matches!(page.fate, PageFate::Reused | PageFate::Always));
    let changed = built.files.iter().filter(|file| file.fate != FileFate::Unchanged);
    let rebuilt = rendered.map(|page| page.file.to_string()).chain(changed.map(|file| file.file.to_string()));
    rebuilt.filter(|file| before.contains(file)).collect()
}

/// After an edit of this file, which is announced, all that is rebuilt was announced, for a reason at least as near.
#[track_caller]
fn check(file: &str, how: How, edit: impl Fn(&Project)) {
    for restart in [false, true] {
        let mut project = project();
        project.build();
        let before: BTreeSet<_> = project.tree().into_keys().collect();
        if restart {
            project.restart();
        }
        let announced = project.dependents(file).pages.into_iter().filter(|page| page.how <= how);
        let announced: BTreeSet<_> = announced.map(|page| page.page.to_string()).collect();
        edit(&project);
        if restart {
            project.restart();
        }
        let rebuilt = rebuilt(&project.build(), &before);
        let missed: Vec<_> = rebuilt.difference(&announced).collect();
        assert_eq!(missed, [""; 0], "{file}: rebuilt, but not announced");
        assert!(!rebuilt.is_empty(), "{file}: the edit changes nothing, so it shows nothing");
        assert!(announced.len() <= before.len());
    }
}

#[test]
fn an_edit_rebuilds_no_page_that_was_not_announced() {
    use How::{Collected, Directly, FrontMatter};
    let one = &post_file("one");
    let replace = |file: &'static str, from: &'static str, to: &'static str| {
        move |project: &Project| project.edit(file, from, to)
    };
    check(one, Directly, replace("posts/2024/05/one.md", "[[titled]]", "Another text. [[titled]]"));
    check(one, FrontMatter, replace("posts/2024/05/one.md", "Title of one", "Another"));
    check(one, Collected, replace("posts/2024/05/one.md", "- red", "- blue"));
    check(one, Collected, replace("posts/2024/05/one.md", "slug: one", "slug: other"));
    check(one, Collected, |project| project.remove("posts/2024/05/one.md"));
    check("posts/2024/05/new.md", Collected, |project| project.post("new", 9, "", "New."));
    check("posts/2024/05/one.de.md", Directly, replace("posts/2024/05/one.de.md", "Worte", "Andere"));
    check("posts/2024/05/one.de.md", FrontMatter, replace("posts/2024/05/one.de.md", "(de)", "(deutsch)"));
    check("data/list.txt", Directly, |project| project.write("data/list.txt", "b"));
    check("data/late.txt", Directly, |project| project.write("data/late.txt", "b"));
    check("data/folder/b", Directly, |project| project.write("data/folder/b", ""));
    check("scripts/helper.py", Directly, replace("scripts/helper.py", "a helper", "another"));
    check("scripts/titled.py", Directly, |project| project.remove("scripts/titled.py"));
    check("scripts/late.py", Collected, |project| project.script("late"));
    check("templates/small.liquid", Directly, |project| project.write("templates/small.liquid", "x"));
    check("templates/piece.liquid", Directly, |project| project.write("templates/piece.liquid", "x"));
    check("templates/single-post.liquid", Collected, |project| project.write("templates/single-post.liquid", "x"));
    check("media/2024/05/photo.jpg", Collected, |project| project.remove("media/2024/05/photo.jpg"));
    check("media/2024/05/photo.jpg.meta", Collected, |project| {
        project.edit("media/2024/05/photo.jpg.meta", "photo.jpg", "other.jpg");
        project.edit("media/2024/05/photo.jpg.meta", "one-id", "data-id");
    });
    check("meta/tags.json", Directly, replace("meta/tags.json", "#f00", "#00f"));
    check("meta/category-meta.json", Directly, replace("meta/category-meta.json", "My notes", "Notes"));
    check("meta/menu.opml", Directly, replace("meta/menu.opml", "\"One\"", "\"First\""));
    check("meta/project.json", Directly, replace("meta/project.json", "\"Test\"", "\"Other\""));
}

#[test]
fn what_cannot_be_remembered_is_announced_with_every_file() {
    let mut project = project();
    project.post("fails", 5, "", "[[broken]]");
    project.post("now", 6, "", "[[timed]]");
    project.build();
    let page = |slug: &str, dependents: &bds_graph::Dependents| {
        let page = dependents.pages.iter().find(|page| page.page.as_str().ends_with(&format!("{slug}/index.html")));
        page.map(|page| page.how)
    };
    let other = project.dependents("data/folder/a");
    assert_eq!(["fails", "now", "data"].map(|slug| page(slug, &other)), [Some(How::Always), Some(How::Always), None]);
    let gone = project.dependents("data/gone.txt");
    assert_eq!(["fails", "now"].map(|slug| page(slug, &gone)), [Some(How::Directly), Some(How::Always)]);
}

#[test]
fn any_edits_rebuild_no_page_that_was_not_announced() {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { 6 };
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(2024),
        failure_persistence: None,
        max_shrink_iters: 30,
        ..Config::default()
    };
    let steps = prop::collection::vec(prop::collection::vec(Edit::any(), 1..3), 8);
    let result = TestRunner::new(config).run(&steps, |steps| {
        let mut project = Project::new(truth::runtime());
        let mut sources = Sources::first();
        sources.put(&mut project);
        project.build();
        for edits in steps {
            let settings = (project.options.clone(), project.config.clone());
            let before: BTreeSet<_> = project.tree().into_keys().collect();
            for edit in &edits {
                sources.take(edit, &mut project);
            }
            let now = (project.options.clone(), project.config.clone());
            (project.options, project.config) = settings.clone();
            project.restart();
            let mut edited = sources.edited();
            edited.extend((settings.1 != now.1).then(|| "bds.toml".to_owned()));
            let announced: BTreeSet<_> = edited
                .iter()
                .flat_map(|file| project.dependents(file).pages)
                .map(|dependent| dependent.page.to_string())
                .collect();
            (project.options, project.config) = now.clone();
            project.restart();
            sources.put(&mut project);
            let rebuilt = rebuilt(&project.build(), &before);
            // What the command line says is no file.
            if settings.0 == now.0 {
                let missed: Vec<_> = rebuilt.difference(&announced).collect();
                prop_assert!(missed.is_empty(), "{edits:?} of {edited:?} rebuilt {missed:?}");
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_page_is_made_from_texts_macros_and_files() {
    let mut project = project();
    project.config = config::parse("").unwrap();
    project.build();
    let page = bds_base::SitePath::new("2024/05/03/helped/index.html").unwrap();
    let sources = project.lineage().sources(&page);
    let files: Vec<_> = sources.files.iter().map(ToString::to_string).collect();
    for wanted in [
        "meta/menu.opml",
        "meta/project.json",
        "bds.toml",
        "posts/2024/05/helped.md",
        "posts/2024/05/one.md",
        "scripts/helped.py",
        "scripts/helper.py",
        "templates/piece.liquid",
        "templates/small.liquid",
    ] {
        assert!(files.iter().any(|file| file == wanted), "{wanted} is not in {files:?}");
    }
    for other in ["data/list.txt", "posts/2024/05/data.md", "scripts/data.py"] {
        assert!(!files.iter().any(|file| file == other), "{other} is in {files:?}");
    }
    let of_kind = |kind| sources.nodes.iter().filter(|node| node.kind == kind).count();
    assert_eq!((of_kind(NodeKind::Page), of_kind(NodeKind::Text), of_kind(NodeKind::Macro)), (1, 1, 2));
    assert_eq!(of_kind(NodeKind::Folder), 1);
    let text = sources.to_text();
    assert!(text.starts_with("2024/05/03/helped/index.html\n  "), "{text}");
    assert!(text.contains("\n    the macro call `helped` in posts/2024/05/helped.md\n"), "{text}");
    let dot = sources.to_dot();
    assert!(dot.starts_with("digraph {\n") && dot.contains("-> n"), "{dot}");
    let medium = project.lineage().sources(&bds_base::SitePath::new("media/2024/05/photo.jpg").unwrap());
    assert_eq!(medium.files.iter().map(ToString::to_string).collect::<Vec<_>>(), ["media/2024/05/photo.jpg"]);
    assert!(project.has("media/2024/05/photo.jpg") && OUT == "html");
}
