//! Why: for every page and macro call, the first input that differed, and the chain that leads from it to the page.

use std::fmt::Write as _;

use bds_graph::{Because, Built, MacroFate, PageFate};

use crate::project::{ONE_LANGUAGE, Project, post_file};
use crate::runtime::ScriptedRuntime;

fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{}</p>", run.field("title"))))
        .with("read", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))))
        .with("broken", |_| Err("no".to_owned()));
    let mut project = Project::new(runtime);
    project.threads = 1;
    project.write("meta/project.json", ONE_LANGUAGE);
    for script in ["titled", "read", "broken"] {
        project.script(script);
    }
    project.write("data/list.txt", "a");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[titled]]");
    project.post("two", 2, "", "[[read]]");
    project
}

/// What was done with the page of a post and the calls in it, without what things are known by.
fn told(built: &Built, slug: &str) -> String {
    let page = format!("2024/05/{}/{slug}/index.html", if slug == "one" { "01" } else { "02" });
    let mut told = String::new();
    for decision in built.macros.iter().filter(|decision| decision.post.as_str() == post_file(slug)) {
        let chain = match &decision.fate {
            MacroFate::RanChanged(chain) => chain.as_slice(),
            _ => &[],
        };
        let _ = writeln!(told, "[[{}]] {}{}", decision.call, decision.fate, in_words(chain));
    }
    let fate = built.page_fates.iter().find(|decision| decision.file.as_str() == page).map(|decision| &decision.fate);
    let fate = fate.expect("the site has the page");
    let _ = writeln!(told, "{fate}{}", in_words(fate.because()));
    told
}

fn in_words(chain: &[Because]) -> String {
    let value = |value: &Option<String>| match value.as_deref() {
        None => "-".to_owned(),
        Some(seal) if seal.len() == 16 && !seal.starts_with('"') => "~".to_owned(),
        Some(value) => value.to_owned(),
    };
    chain.iter().fold(String::new(), |text, step| {
        format!("{text}\n  {} {} {}", step.what, value(&step.before), value(&step.now))
    })
}

/// Builds, edits, and builds again, in one process and in a new one.
#[track_caller]
fn check(edit: impl Fn(&mut Project), slug: &str, expected: &str) {
    for restart in [false, true] {
        let mut project = project();
        project.build();
        edit(&mut project);
        if restart {
            project.restart();
        }
        let built = project.build();
        assert_eq!(told(&built, slug), expected, "in a new process: {restart}");
    }
}

#[test]
fn the_first_build_knows_nothing_of_earlier_ones() {
    let built = project().build();
    let expected = "\
[[titled]] ran: nothing is remembered of this call
rendered: nothing is known of an earlier one
";
    assert_eq!(told(&built, "one"), expected);
    let always = built.page_fates.iter().filter(|decision| decision.fate == PageFate::Always);
    let always: Vec<_> = always.map(|decision| decision.file.as_str()).collect();
    assert_eq!(always, ["calendar.json", "sitemap.xml"]);
}

#[test]
fn an_edited_text_leads_from_its_file_to_its_page() {
    let edit = |project: &mut Project| project.edit(&post_file("one"), "Hello", "Goodbye");
    let expected = "\
rendered: something that it is made from differs
  the text of posts/2024/05/one.md for `en` ~ ~
  the words in posts/2024/05/one.md ~ ~
  the file posts/2024/05/one.md ~ ~
";
    let mut project = project();
    project.build();
    edit(&mut project);
    assert_eq!(told(&project.build(), "one"), expected);
}

#[test]
fn an_edited_title_leads_over_the_macro_that_read_it() {
    let expected = "\
[[titled]] ran: post[\"title\"] differs
  post[\"title\"] ~ ~
  `title` in posts/2024/05/one.md \"Title of one\" \"New\"
  the file posts/2024/05/one.md ~ ~
rendered: something that it is made from differs
  the front matter of posts/2024/05/one.md for `en` ~ ~
  `title` in posts/2024/05/one.md \"Title of one\" \"New\"
  the file posts/2024/05/one.md ~ ~
";
    check(|project| project.edit(&post_file("one"), "Title of one", "New"), "one", expected);
}

#[test]
fn an_edited_data_file_leads_over_the_macro_that_opened_it() {
    let expected = "\
[[read]] ran: the file data/list.txt differs
  the file data/list.txt ~ ~
rendered: something that it is made from differs
  the text of posts/2024/05/two.md for `en` ~ ~
  the macro call `read` in posts/2024/05/two.md ~ ~
  the file data/list.txt ~ ~
";
    check(|project| project.write("data/list.txt", "b"), "two", expected);
}

#[test]
fn an_edited_script_is_named() {
    let expected = "\
[[read]] ran: the script of the macro `read` differs
  the script of the macro `read` ~ ~
  the file scripts/read.py ~ ~
reused: nothing that it is made from differs
";
    check(|project| project.edit("scripts/read.py", "# code", "# other code"), "two", expected);
}

#[test]
fn a_setting_is_named_with_its_values() {
    let expected = "\
rendered: something that it is made from differs
  the settings of the project and the menu ~ ~
  `name` of the project \"Test\" \"Other\"
  the file meta/project.json ~ ~
";
    for restart in [false, true] {
        let mut project = project();
        project.build();
        project.edit("meta/project.json", "\"Test\"", "\"Other\"");
        if restart {
            project.restart();
        }
        let told = told(&project.build(), "two");
        assert!(told.ends_with(expected), "{told}");
    }
}

#[test]
fn a_list_names_the_post_that_came() {
    let mut project = project();
    project.build();
    project.post("three", 3, "", "New.");
    project.restart();
    let built = project.build();
    let list = built.page_fates.iter().find(|decision| decision.file.as_str() == "index.html").unwrap();
    let expected = "
  which posts are on page 1 of the list of all posts for `en` ~ ~
  the file posts/2024/05/three.md - ~";
    assert_eq!(in_words(list.fate.because()), expected);
}

#[test]
fn a_template_is_named() {
    let mut project = project();
    project.write("templates/small.liquid", "{{ post.title }}");
    project.edit(&post_file("two"), "status:", "templateSlug: small\nstatus:");
    project.build();
    project.write("templates/small.liquid", "<b>{{ post.title }}</b>");
    let expected = "\
rendered: something that it is made from differs
  the template `small` ~ ~
  the file templates/small.liquid ~ ~
";
    assert_eq!(told(&project.build(), "two"), expected);
}

#[test]
fn a_failure_that_is_mended_is_followed_to_its_script() {
    let mut project = project();
    project.edit(&post_file("two"), "[[read]]", "[[broken]]");
    project.build();
    project.restart();
    assert_eq!(told(&project.build(), "two"), "[[broken]] failed: no\nreused: nothing that it is made from differs\n");
}
