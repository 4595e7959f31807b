//! What is wrong with the content is told: where, what, and what to do.
#![expect(clippy::disallowed_methods, reason = "tests set up real files")]

use insta::assert_snapshot;

use crate::project::{ONE_LANGUAGE, Project, lines};
use crate::runtime::ScriptedRuntime;

/// A project with much that is wrong.
fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("broken", |run| {
            run.stand_in("scripts/broken.py", 12, "render");
            run.stand_in("scripts/shared.py", 3, "look_up");
            run.stand_in("<default>/gallery.py", 7, "images");
            Err("KeyError: 'album'".to_owned())
        })
        .with("careful", |run| {
            run.warn("the album is empty");
            run.warn("and old");
            Ok("<p>careful</p>".to_owned())
        });
    let project = Project::new(runtime);
    project.script("broken");
    project.script("careful");
    project.post("one", 1, "tags: [red]\n", "Zuerst: [[brokn]]\n\nÄöü [[broken album=\"x\"]] and [[careful]]");
    project.translation("one", "de", "Hier [[broken]]");
    project.post(
        "two",
        2,
        "excerpt: See [[careful]]\n",
        "See [gone](/posts/gone) and ![img](media/2024/05/gone.jpg), [gone](/posts/gone).",
    );
    project.post("three", 3, "templateSlug: nosuch\n", "`[[code]]` [[gallry]]\n\n    [[inblock]]\n");
    project.write("posts/2024/05/open.md", "---\ntitle: never closed\n");
    project.write(
        "meta/menu.opml",
        "<opml version=\"2.0\"><body>\n<outline text=\"Gone\" type=\"page\" pageSlug=\"gone\"/>\n<outline text=\"Sub\" type=\"submenu\"><outline text=\"None\" type=\"category-archive\" categoryName=\"none\"/></outline>\n</body></opml>",
    );
    project.write("templates/piece.liquid", "{% if %}");
    project
}

#[test]
fn everything_is_told_once_and_in_order() {
    let mut project = project();
    let built = project.build();
    assert_snapshot!("everything", lines(&built.diagnostics));
    assert_eq!(lines(&project.build().diagnostics), lines(&built.diagnostics), "and again by the next build");
    project.restart();
    assert_eq!(lines(&project.build().diagnostics), lines(&built.diagnostics), "and by a new process");
}

#[test]
fn a_dead_link_that_a_macro_made_is_told_at_its_call() {
    let runtime = ScriptedRuntime::default().with("link", |_| Ok("<a href=\"/posts/gone\">x</a>".to_owned()));
    let mut project = Project::new(runtime);
    project.script("link");
    project.post("one", 1, "", "Äöü [[link]]");
    let told = lines(&project.build().diagnostics);
    assert!(told.starts_with("warning[link-target] posts/2024/05/one.md:8:5: "), "{told}");
}

#[test]
fn a_template_that_fails_is_told_with_what_went_before() {
    let mut project = Project::plain();
    project.write("templates/not-found.liquid", "{{ titel }}\n{% render 'gone' %}\n{{ never }}");
    assert_snapshot!(lines(&project.build().diagnostics), @r"
    warning[template-undefined] templates/not-found.liquid:1:4: `titel` is not defined and counts as nothing
      hint: give it a value, or say what to print instead: `| default: …`
    error[template-render] templates/not-found.liquid:2:1: the page cannot be rendered: there is no template `gone`
      hint: templates are named as they are stored, without `.liquid`
    ");
}

/// Posts that cannot be read, for different reasons, and what leads to them.
fn project_with_unreadable_posts() -> Project {
    let project = Project::new(ScriptedRuntime::default());
    project.write(
        "posts/2024/05/yaml.md",
        "---\nid: 'yaml-id'\ntitle: [\nslug: \"by-slug\"\ncategories:\n  - Rare Finds\n---\nText\n",
    );
    project.write("posts/2024/05/by-stem.md", "---\ntitle: never closed\n");
    project.write("posts/2024/05/Titled.md", "---\ntitle: By Title!\ntags: [\n---\n");
    std::fs::write(project.path("posts/2024/05/latin.md"), b"---\nslug: x\n---\n\xfc").unwrap();
    project.write("posts/2024/05/yaml.de.md", "---\ntranslationFor: yaml-id\nlanguage: de\ntitle: T\n---\n");
    project.write("posts/2024/05/by-stem.de.md", "---\ntranslationFor: any\nlanguage: de\ntitle: T\n---\n");
    project.post("one", 1, "", "[a](/posts/by-slug), [b](/posts/by-stem/), [c](/by-title), ![d](/posts/latin)");
    let entry = |target: &str| format!("<outline text=\"Entry\" {target}/>\n");
    let entries =
        ["by-slug", "by-stem", "by-title", "latin"].map(|slug| entry(&format!("type=\"page\" pageSlug=\"{slug}\"")));
    let by_id = entry("type=\"page\" pageId=\"yaml-id\"");
    let category = entry("type=\"category-archive\" categoryName=\"rare finds\"");
    let menu = format!("<opml version=\"2.0\"><body>\n{}{by_id}{category}</body></opml>", entries.concat());
    project.write("meta/menu.opml", &menu);
    project
}

#[test]
fn what_leads_to_a_post_that_cannot_be_read_is_not_told_beside_the_reason() {
    let mut project = project_with_unreadable_posts();
    let built = project.build();
    let told: Vec<_> = built
        .diagnostics
        .iter()
        .map(|found| (found.code.name, found.place.as_ref().unwrap().file.to_string()))
        .collect();
    let expected =
        [("post-fence", "by-stem.md"), ("not-utf8", "latin.md"), ("post-yaml", "Titled.md"), ("post-yaml", "yaml.md")];
    let mut expected = expected.map(|(code, file)| (code, format!("posts/2024/05/{file}")));
    expected.sort_by(|(_, a), (_, b)| a.cmp(b));
    assert_eq!(told, expected, "{}", lines(&built.diagnostics));
}

#[test]
fn what_leads_nowhere_is_told_when_the_reason_is_gone() {
    let mut project = project_with_unreadable_posts();
    project.build();
    for name in ["yaml", "by-stem", "Titled", "latin"] {
        project.remove(&format!("posts/2024/05/{name}.md"));
    }
    let built = project.build();
    let mut codes: Vec<_> = built.diagnostics.iter().map(|found| found.code.name).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes, ["link-target", "menu-target", "translation-source"]);
    assert_eq!(built.diagnostics.iter().filter(|found| found.code.name == "menu-target").count(), 6);
    assert_eq!(built.diagnostics.iter().filter(|found| found.code.name == "translation-source").count(), 2);
}

#[test]
fn what_leads_elsewhere_is_told_beside_posts_that_cannot_be_read() {
    let mut project = project_with_unreadable_posts();
    project.write("posts/2024/05/other.de.md", "---\ntranslationFor: other\nlanguage: de\ntitle: T\n---\n");
    project.post("two", 2, "", "[a](/posts/nowhere)");
    project.write("meta/menu.opml", "<opml version=\"2.0\"><body><outline text=\"A\" type=\"page\" pageSlug=\"nowhere\"/><outline text=\"A\" type=\"category-archive\" categoryName=\"are\"/></body></opml>");
    let built = project.build();
    let codes: Vec<_> = built
        .diagnostics
        .iter()
        .map(|found| found.code.name)
        .filter(|code| !code.starts_with("post-") && *code != "not-utf8")
        .collect();
    assert_eq!(codes, ["menu-target", "menu-target", "translation-source", "link-target"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let of = |threads: usize| {
        let mut project = project();
        project.threads = threads;
        let built = project.build();
        let printed: Vec<_> = built.printed.iter().map(|printed| printed.text.clone()).collect();
        (lines(&built.diagnostics), built.files, built.macros, printed, project.tree())
    };
    let one = of(1);
    assert_eq!(of(8), one);
    assert_eq!(of(3), one);
}

#[test]
fn a_failing_macro_leaves_nothing_in_its_place() {
    let mut project = project();
    project.build();
    let page = project.page("2024/05/01/one/index.html");
    assert!(page.contains("<p>Zuerst: [[brokn]]</p>"), "an unknown one stays as it is written: {page}");
    assert!(page.contains("<p>Äöü  and <p>careful</p></p>"), "{page}");
    let page = project.page("2024/05/03/three/index.html");
    assert!(page.contains("<code>[[code]]</code>"), "{page}");
}

#[test]
fn a_diagnostic_goes_when_its_reason_goes() {
    let mut project = project();
    project.build();
    project.write("meta/menu.opml", "<opml version=\"2.0\"><body></body></opml>");
    project.remove("posts/2024/05/open.md");
    project.remove("templates/piece.liquid");
    project.post("one", 1, "", "Fine");
    project.translation("one", "de", "Gut");
    project.post("three", 3, "", "Fine");
    project.post("gone", 4, "", "No longer");
    project.media("gone", "");
    project.edit("posts/2024/05/two.md", "excerpt: See [[careful]]\n", "");
    assert_eq!(lines(&project.build().diagnostics), "");
}

#[test]
fn what_macros_print_comes_with_the_post() {
    let runtime = ScriptedRuntime::default().with("chatty", |run| {
        run.print("hello ");
        run.print("there\n");
        Ok(String::new())
    });
    let mut project = Project::new(runtime);
    project.write("meta/project.json", ONE_LANGUAGE);
    project.script("chatty");
    project.post("one", 1, "", "[[chatty]]");
    let printed = project.build().printed;
    let told: Vec<_> = printed.iter().map(|it| (it.post.as_str(), it.call.as_str(), it.text.as_str())).collect();
    assert_eq!(told, [("posts/2024/05/one.md", "chatty", "hello there\n")]);
}

#[test]
fn each_call_says_why_it_ran() {
    let runtime = || {
        ScriptedRuntime::default()
            .with("titled", |run| Ok(run.field("title").to_string()))
            .with("opened", |run| Ok(format!("{:?}", run.open("data/list.txt"))))
            .with("timed", |run| {
                run.look_at_clock();
                Ok(String::new())
            })
            .with("broken", |_| Err("no".to_owned()))
    };
    let mut project = Project::new(runtime());
    project.write("meta/project.json", ONE_LANGUAGE);
    for script in ["titled", "opened", "timed", "broken"] {
        project.script(script);
    }
    project.post("one", 1, "", "[[titled b=2 a=1]] [[opened]] [[timed]] [[broken]]");
    let why = |project: &mut Project| {
        project.restart();
        let macros = project.build().macros;
        macros.iter().map(|it| format!("{} ({} {}): {}", it.call, it.post, it.language, it.fate)).collect::<Vec<_>>()
    };
    assert_snapshot!(why(&mut project).join("\n"), @r#"
    broken (posts/2024/05/one.md en): failed: no
    opened (posts/2024/05/one.md en): ran: nothing is remembered of this call
    timed (posts/2024/05/one.md en): ran: its result depends on the clock and cannot be remembered
    titled a="1" b="2" (posts/2024/05/one.md en): ran: nothing is remembered of this call
    "#);
    project.write("data/list.txt", "now there");
    project.edit("posts/2024/05/one.md", "Title of one", "New");
    assert_snapshot!(why(&mut project).join("\n"), @r#"
    broken (posts/2024/05/one.md en): failed: no
    opened (posts/2024/05/one.md en): ran: whether data/list.txt exists differs
    timed (posts/2024/05/one.md en): ran: its result depends on the clock and cannot be remembered
    titled a="1" b="2" (posts/2024/05/one.md en): ran: post["title"] differs
    "#);
    project.edit("posts/2024/05/one.md", "New", "Newer");
    project.edit("scripts/titled.py", "# code", "# new");
    assert_snapshot!(why(&mut project).join("\n"), @r#"
    broken (posts/2024/05/one.md en): failed: no
    opened (posts/2024/05/one.md en): reused: nothing that it looked at differs
    timed (posts/2024/05/one.md en): ran: its result depends on the clock and cannot be remembered
    titled a="1" b="2" (posts/2024/05/one.md en): ran: the script of the macro `titled` differs
    "#);
}
