//! What is wrong with a project costs only what it is about: each fault is told with its place and what to do, the
//! rest of the site is there, and no source is touched.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use bds_tests::{Build, Site, post};

/// A project with a good post, beside which other things go wrong.
fn site() -> Site {
    Site::new().post("good", 1, "", "All is well here.")
}

/// Builds a project with errors, and compares what is said about it.
#[track_caller]
fn check(site: &Site, said: &str) {
    let build = site.build().had_errors();
    compare(site, &build, said);
}

/// The same for what is only a warning.
#[track_caller]
fn check_warning(site: &Site, said: &str) {
    let build = site.build().succeeded();
    compare(site, &build, said);
}

#[track_caller]
fn compare(site: &Site, build: &Build, said: &str) {
    assert_eq!(build.diagnostics(), said);
    assert!(site.page("2024/05/01/good/index.html").contains("All is well here."));
    assert!(site.page("index.html").contains("/2024/05/01/good/"));
    assert!(site.has("html/rss.xml") == site.has("html/sitemap.xml"));
}

/// Asserts that a build leaves the sources alone.
#[track_caller]
fn leaves_sources_alone(site: &Site) {
    let before = site.sources();
    site.build();
    assert_eq!(site.sources().differences(&before), [""; 0]);
}

#[test]
fn a_post_that_is_not_utf8() {
    let mut text = post("latin", 2, "", "Gr").into_bytes();
    text.extend(b"\xfc\xdfe\n");
    check(
        &site().file("posts/2024/05/latin.md", text),
        "posts/2024/05/latin.md:10:1 error[not-utf8] the byte 0xfc is not valid UTF-8\n\
        hint: the file seems to be in another encoding; save it as UTF-8\n",
    );
}

#[test]
fn front_matter_that_is_not_yaml() {
    let site = site().file("posts/2024/05/bad.md", "---\ntitle: Bad\ntags: [a, b\nslug: bad\n---\nText.\n");
    check(
        &site,
        "posts/2024/05/bad.md:4:5 error[post-yaml] illegal placement of ':' indicator\n\
        hint: quote texts that hold `: ` or ` #`, or that begin with one of `[ { * & ! % @ \\` > |`\n",
    );
}

#[test]
fn a_post_without_a_closing_fence() {
    check(
        &site().file("posts/2024/05/bad.md", "---\ntitle: Bad\nslug: bad\n\nText.\n"),
        "posts/2024/05/bad.md:1:1 error[post-fence] the front matter that begins here has no end\n\
        hint: put a line `---` between the front matter and the text\n",
    );
}

#[test]
fn two_posts_on_one_route() {
    let site = site()
        .file("posts/2024/05/first.md", post("same", 2, "", "The first."))
        .file("posts/2024/05/second.md", post("same", 2, "", "The second.").replace("same-id", "other-id"));
    check(
        &site,
        "posts/2024/05/second.md:4:7 error[post-duplicate-slug] the slug `same` is already that of `posts/2024/05/first.md`\n\
        hint: give the post a slug of its own; in this build it is called `same-2`\n",
    );
    assert!(site.page("2024/05/02/same/index.html").contains("The first."));
}

#[test]
fn a_page_on_the_route_of_an_archive() {
    let site = site().post("tag", 2, "categories:\n  - page\n", "A page.").post(
        "2024",
        3,
        "categories:\n  - page\n",
        "A page.",
    );
    check(
        &site,
        "posts/2024/05/2024.md:4:7 error[route-twice] `posts/2024/05/2024.md` and page 1 of the year 2024 have the same address, `2024/index.html`; the second is left out\n\
        hint: give one of them another name\n",
    );
}

#[test]
fn a_template_that_does_not_parse() {
    let template = "---\nslug: \"bad\"\nkind: \"post\"\nenabled: true\n---\n<p>{% if post %}</p>\n{{ post.title | }}\n";
    let site = site().file("templates/bad.liquid", template).post("shown", 2, "templateSlug: bad\n", "Text.");
    check(
        &site,
        "templates/bad.liquid:6:4 error[template-syntax] the template is not valid: this `if` is not closed\n\
        hint: close it with `{% endif %}`\n",
    );
}

#[test]
fn a_template_that_includes_itself() {
    let template = "---\nslug: \"loop\"\nkind: \"post\"\nenabled: true\n---\n<p>{% render 'again' %}</p>\n";
    let partial = "---\nslug: \"again\"\nkind: \"partial\"\nenabled: true\n---\n<b>{% render 'again' %}</b>\n";
    let site = site().file("templates/loop.liquid", template).file("templates/again.liquid", partial).post(
        "shown",
        2,
        "templateSlug: loop\n",
        "Text.",
    );
    check(
        &site,
        "templates/again.liquid:6:4 error[template-render] the page cannot be rendered: templates are rendered more than 64 deep in each other\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/again.liquid:6 rendered by `templates/again.liquid`\n\
        from templates/loop.liquid:6 rendered by `templates/loop.liquid`\n\
        hint: a template that renders itself needs a condition that ends it\n",
    );
}

#[test]
fn a_template_with_an_undefined_variable() {
    let template =
        "---\nslug: \"odd\"\nkind: \"post\"\nenabled: true\n---\n<main>{{ post.titel }}|{{ nothing }}</main>\n";
    let site = site().file("templates/odd.liquid", template).post("shown", 2, "templateSlug: odd\n", "Text.");
    check_warning(
        &site,
        "templates/odd.liquid:6:10 warning[template-undefined] `post.titel` is not defined and counts as nothing\n\
        hint: give it a value, or say what to print instead: `| default: …`\n\
        templates/odd.liquid:6:27 warning[template-undefined] `nothing` is not defined and counts as nothing\n\
        hint: give it a value, or say what to print instead: `| default: …`\n",
    );
    assert!(site.page("2024/05/02/shown/index.html").contains("<main>|</main>"));
}

#[test]
fn a_script_with_a_syntax_error() {
    let site = site().macro_script("broken", "def render(context, post):\n    return {}\n\nreturn 5").post(
        "calls",
        2,
        "",
        "Before\n\n[[broken]]\n\nAfter",
    );
    check(
        &site,
        "posts/2024/05/calls.md:11:1 error[macro-failed] the macro `broken` failed: SyntaxError: 'return' outside function\n\
        from scripts/broken.py:15 in <module>\n\
        hint: correct the script at that line\n",
    );
    assert!(site.page("2024/05/02/calls/index.html").contains("<p>Before</p>\n<p>After</p>"));
}

#[test]
fn a_macro_that_raises_on_a_bad_parameter() {
    let code = "def number(text):\n    return int(text)\n\ndef render(context, post):\n    return {\"html\": str(number(context[\"params\"][\"count\"]))}";
    let site =
        site().macro_script("count", code).post("calls", 2, "", "Before\n\nHere: [[count count=\"two\"]]!\n\nAfter");
    check(
        &site,
        "posts/2024/05/calls.md:11:7 error[macro-failed] the macro `count` failed: ValueError: invalid literal for int() with base 10: 'two'\n\
        from scripts/count.py:16 in render\n\
        from scripts/count.py:13 in number\n\
        hint: correct the script or the parameters of the call; `bds build -v` prints the whole traceback\n",
    );
    assert!(site.page("2024/05/02/calls/index.html").contains("<p>Here: !</p>"));
}

#[test]
fn a_macro_that_hangs() {
    let site = site()
        .file("bds.toml", "[macros.slow]\ntimeout_ms = 50\n")
        .macro_script("slow", "def render(context, post):\n    while True: pass")
        .post("calls", 2, "", "[[slow]]");
    check(
        &site,
        "posts/2024/05/calls.md:9:1 error[macro-failed] the macro `slow` failed: took longer than 50 ms\n\
        from scripts/slow.py:13 in render\n\
        hint: correct the script where it was stopped, or give it more time in bds.toml: [macros.slow] timeout_ms\n",
    );
}

#[test]
fn a_macro_that_ends_its_worker() {
    let site = site()
        .macro_script("crash", "import os\n\ndef render(context, post):\n    os._exit(3)")
        .macro_script("fine", "def render(context, post):\n    return {\"html\": \"fine\"}")
        .post("calls", 2, "", "[[crash]] [[fine]] [[crash twice=\"yes\"]]");
    check(
        &site,
        "posts/2024/05/calls.md:9:1 error[macro-failed] the macro `crash` failed: its worker exited with code 3\n\
        from scripts/crash.py:15 in render\n\
        hint: the script ended its worker process; the rest of the build went on in a new one\n\
        posts/2024/05/calls.md:9:20 error[macro-failed] the macro `crash` failed: its worker exited with code 3\n\
        from scripts/crash.py:15 in render\n\
        hint: the script ended its worker process; the rest of the build went on in a new one\n",
    );
    assert!(site.page("2024/05/02/calls/index.html").contains("fine"));
}

#[test]
fn macros_with_results_that_are_none() {
    let returns = |value: &str| format!("def render(context, post):\n    return {value}");
    let site = site()
        .macro_script("none", &returns("None"))
        .macro_script("text", &returns("\"<p>text</p>\""))
        .macro_script("other", &returns("{\"htm\": \"x\"}"))
        .macro_script("number", &returns("{\"html\": 5}"))
        .macro_script("nothing", "VALUE = 1")
        .post("calls", 2, "", "[[none]]\n[[text]]\n[[other]]\n[[number]]\n[[nothing]]");
    check(
        &site,
        "posts/2024/05/calls.md:9:1 error[macro-failed] the macro `none` failed: `render` returned None; it must return a dict with `html`\n\
        from scripts/none.py:12 in render\n\
        hint: a macro returns a dictionary such as {\"html\": \"<p>text</p>\"}\n\
        posts/2024/05/calls.md:10:1 error[macro-failed] the macro `text` failed: `render` returned a value of type str; it must return a dict with `html`\n\
        from scripts/text.py:12 in render\n\
        hint: a macro returns a dictionary such as {\"html\": \"<p>text</p>\"}\n\
        posts/2024/05/calls.md:11:1 error[macro-failed] the macro `other` failed: the result has no `html`\n\
        from scripts/other.py:12 in render\n\
        hint: a macro returns a dictionary such as {\"html\": \"<p>text</p>\"}\n\
        posts/2024/05/calls.md:12:1 error[macro-failed] the macro `number` failed: `html` must be a str, not a value of type int\n\
        from scripts/number.py:12 in render\n\
        hint: a macro returns a dictionary such as {\"html\": \"<p>text</p>\"}\n\
        posts/2024/05/calls.md:13:1 error[macro-failed] the macro `nothing` failed: the script has no function `render`: it must define `def render(context, post)`\n\
        from scripts/nothing.py:1 in <module>\n\
        hint: a macro has a function `render(context, post)`, or its metadata names another as `entrypoint`\n",
    );
}

#[test]
fn an_unknown_macro() {
    let site = site().post("calls", 2, "", "See [[galery columns=\"3\"]] and `[[code]]`.");
    check_warning(
        &site,
        "posts/2024/05/calls.md:9:5 warning[macro-unknown] there is no macro `galery`, so the call stays as it is written\n\
        hint: did you mean `gallery`? In a code span it stays as written without this warning\n",
    );
    assert!(site.page("2024/05/02/calls/index.html").contains("See [[galery columns="));
}

#[test]
fn a_menu_that_points_nowhere() {
    let menu = "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><body>\n<outline text=\"About\" type=\"page\" pageSlug=\"about\"/>\n\
        <outline text=\"Food\" type=\"category-archive\" categoryName=\"food\"/>\n<outline text=\"Odd\" type=\"odd\"/>\n</body></opml>\n";
    check(
        &site().file("meta/menu.opml", menu),
        "meta/menu.opml:3:1 error[menu-target] the menu entry `About` leads to the page `about`, which the site does not have\n\
        hint: write a post of the category `page` with this slug, or remove the entry; drafts and posts of the future do not count\n\
        meta/menu.opml:4:1 error[menu-target] the menu entry `Food` leads to the archive of the category `food`, which the site does not have\n\
        hint: give a post this category, allow the category in lists, or remove the entry\n\
        meta/menu.opml:5:1 warning[menu-item] `odd` is no type of entry, and is left out\n\
        hint: it is one of home, page, submenu, category-archive\n",
    );
}

#[test]
fn a_menu_that_is_not_xml() {
    check(
        &site().file("meta/menu.opml", "<opml version=\"2.0\"><body>\n<outline text=\"About\"\n</body></opml>\n"),
        "meta/menu.opml:2:1 error[menu-xml] attribute key must be directly followed by `=` or space\n\
        hint: write each attribute as `name=\"value\"`; the others of the entry count\n\
        meta/menu.opml:2:1 warning[menu-item] the entry leads to no page, and is left out\n\
        hint: add `pageSlug=\"…\"`\n\
        meta/menu.opml:3:8 error[menu-xml] ill-formed document: expected `</outline>`, but `</opml>` was found\n\
        hint: the entries before this place are kept; correct the XML\n",
    );
}

#[test]
fn a_public_url_that_is_none() {
    let site = site();
    site.edit("meta/project.json", "https://blog.example", "blog.example");
    check(
        &site,
        "meta/project.json:5:16 error[public-url] `publicUrl` is no web address: it does not begin with `https://` or `http://`\n\
        hint: write it as `https://example.org`\n",
    );
    assert!(!site.has("html/rss.xml"));
}

#[test]
fn settings_that_are_not_json() {
    let site = site()
        .file("meta/tags.json", "[\n  {\"name\": \"a\"},\n  {\"name\" \"b\"}\n]")
        .file("meta/category-meta.json", "[]");
    check(
        &site,
        "meta/category-meta.json:1:1 error[meta-json] the file is no object in JSON: `{ … }`\n\
        hint: it counts as missing\n\
        meta/tags.json:3:11 error[meta-json] expected `:`\n\
        hint: correct the JSON; until then the file counts as missing\n",
    );
}

#[test]
fn a_folder_that_cannot_be_read() {
    let site = site().file("posts/2024/06", "A file, where a folder of posts is expected.");
    symlink("loop", site.path("posts/2024/loop")).expect("a link can be made");
    symlink("missing.md", site.path("posts/2024/05/away.md")).expect("a link can be made");
    check(
        &site,
        "posts/2024/05/away.md error[unreadable] `posts/2024/05/away.md` cannot be read: it is a link to `missing.md`, which is not there\n\
        hint: mend the link or remove it; the site is built without it\n\
        posts/2024/loop error[unreadable] `posts/2024/loop` cannot be read: it is a link to `loop`, which leads back to it\n\
        hint: remove the link; the site is built without it\n",
    );
}

#[test]
fn a_file_in_place_of_the_posts() {
    let site = Site::new().file("posts", "No folder.\n");
    let build = site.build();
    assert_eq!(
        build.diagnostics(),
        "posts error[unreadable] `posts` is a file, where a folder is expected\n\
        hint: move it away; the site is built as if the folder were empty\n"
    );
}

/// Permissions do not bind whoever runs the tests as root; then there is nothing wrong with the project.
#[test]
fn a_folder_without_permission() {
    let site = site().file("posts/2024/07/hidden.md", post("hidden", 3, "", "Hidden."));
    let folder = site.path("posts/2024/07");
    let mode = |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    mode(0o000);
    let is_bound = std::fs::read_dir(&folder).is_err();
    let build = site.build();
    mode(0o755);
    if is_bound {
        compare(&site, &build.had_errors(), "");
    } else {
        compare(&site, &build.succeeded(), "");
    }
}

#[test]
fn sources_are_never_touched() {
    let site = site()
        .post("calls", 2, "", "[[writes]] [[galery]]")
        .macro_script("writes", "def render(context, post):\n    open(\"posts/2024/05/new.md\", \"w\").write(\"x\")\n    return {\"html\": \"\"}")
        .file("posts/2024/05/bad.md", "---\ntitle: [\n---\n")
        .file("posts/2024/05/bom.md", "\u{feff}---\r\ntitle: Bom\r\n---\r\nText\r\n");
    leaves_sources_alone(&site);
    check(
        &site,
        "posts/2024/05/bad.md:3:1 error[post-yaml] while parsing a node, did not find expected node content\n\
        hint: quote texts that hold `: ` or ` #`, or that begin with one of `[ { * & ! % @ \\` > |`\n\
        posts/2024/05/calls.md:9:1 error[macro-failed] the macro `writes` failed: writing `posts/2024/05/new.md` is not allowed; to allow it, write in bds.toml: [macros.writes] allow = [\"write:posts/2024/05\"]\n\
        from scripts/writes.py:13 in render\n\
        hint: what `writes` may touch stands in bds.toml, under [macros.writes]\n\
        posts/2024/05/calls.md:9:12 warning[macro-unknown] there is no macro `galery`, so the call stays as it is written\n\
        hint: did you mean `gallery`? In a code span it stays as written without this warning\n",
    );
}

#[test]
fn shipped_macros_with_bad_parameters() {
    let bad = [
        ("[[youtube]]", &["the video needs an id: [[youtube id=\"…\"]]"][..]),
        ("[[vimeo id=\" \"]]", &["the video needs an id: [[vimeo id=\"…\"]]"]),
        ("[[gallery columns=\"many\"]]", &["columns is a number from 1 to 6; the gallery has 3"]),
        ("[[photo_archive year=\"this\"]]", &["year is a number such as 2024"]),
        ("[[photo_album year=2024 month=13]]", &["month is a number from 1 to 12"]),
        (
            "[[tag_cloud orientation=\"up\" width=\"9\" height=\"tall\"]]",
            &[
                "height is a number from 180 to 900; the cloud has 420",
                "orientation is horizontal, mixed_hv or mixed_diagonal; the cloud is horizontal",
                "width is a number from 320 to 1600; the cloud has 900",
            ],
        ),
        ("[[gallery columns=\"4\"]]", &[]),
        ("[[photo_archive year=\"2024\" month=\"07\"]]", &[]),
        ("[[tag_cloud orientation=\"Diag\" width=\"640px\" height=\"\"]]", &[]),
    ];
    let site = site().post("bad", 2, "", &bad.map(|(call, _)| call).join("\n\n"));
    let hint = "hint: correct the call; the page shows what the macro could make of it";
    let mut told = Vec::new();
    for ((call, errors), line) in bad.iter().zip((9..).step_by(2)) {
        let name = call[2..].split([' ', ']']).next().unwrap_or_default();
        for error in *errors {
            let place = format!("posts/2024/05/bad.md:{line}:1");
            told.push(format!("{place} error[macro-call] the macro `{name}` says: {error}\n{hint}\n"));
        }
    }
    let told = told.concat();
    check(&site, &told);
    assert!(site.page("2024/05/02/bad/index.html").contains("data-columns=\"3\""));
    check(&site, &told);
    let again = site.build().had_errors();
    again.counted(&[("macro_calls", 0), ("macro_errors", 0)]);
}
