//! Rest and Least in numbers: what a build does after each kind of edit, and after what is no edit.

use std::fs;
use std::time::Duration;

use bds_tests::{Site, post};
use insta::assert_snapshot;

/// Eight posts of three tags, a macro with a helper and a data file, a template, a partial, a media file.
fn site() -> Site {
    (1..=8u32)
        .fold(Site::new(), |site, day| {
            let tag = ["red", "green", "blue"][day as usize % 3];
            let body = if day % 4 == 0 { "[[tells]] Hello." } else { "Hello." };
            site.post(&format!("post-{day}"), day, &format!("tags: [{tag}]"), body)
        })
        .post("framed", 9, "templateSlug: own", "Framed.")
        .file("scripts/words.py", "def loud(text):\n    return text.upper()\n")
        .macro_script(
            "tells",
            "from words import loud\n\ndef render(context, post):\n    return {'html': loud(post['title'] + open('data/list.txt').read())}",
        )
        .file("data/list.txt", "list")
        .file("templates/own.liquid", "<main>{{ post.title }} {% render 'piece' %}</main>")
        .file("templates/piece.liquid", "piece")
        .file("media/2024/05/photo.jpg", "jpg")
}

/// Builds, does something, builds in a new process, and holds what came out against a clean build. Gives a line of the table: what was
/// done, and the pages rendered, macros run, files written, files removed.
#[track_caller]
fn row(what: &str, change: impl Fn(&Site)) -> String {
    let site = site();
    site.build().succeeded();
    change(&site);
    let build = site.build().succeeded();
    let clean = Site::copy_of(&site.path(""));
    clean.build().succeeded();
    assert_eq!(site.output().differences(&clean.output()), [""; 0], "{what}");
    let [rendered, ran, written, removed] =
        ["pages_rendered", "macro_calls", "files_written", "files_removed"].map(|name| build.count(name));
    format!("{what:<40}{rendered:>3}{ran:>3}{written:>3}{removed:>3}\n")
}

#[test]
fn what_is_no_edit_costs_nothing() {
    let mut table = row("nothing", |_| {});
    table += &row("an edit that was undone", |site| {
        site.edit("posts/2024/05/post-1.md", "Hello.", "Goodbye.");
        site.edit("posts/2024/05/post-1.md", "Goodbye.", "Hello.");
    });
    table += &row("other times of all sources but media", |site| {
        for path in site.sources().without(|path| path.starts_with("media/")).paths() {
            let file = fs::File::options().append(true).open(site.path(path)).expect("it is there");
            let time = file.metadata().and_then(|metadata| metadata.modified()).expect("it has a time");
            file.set_modified(time - Duration::from_hours(1)).expect("it is ours");
        }
    });
    table += &row("sources written again as they were", |site| {
        for (path, content) in site.sources().without(|path| path.starts_with("media/")).files() {
            site.remove(path);
            site.write(path, content);
        }
    });
    table += &row("files that no page is made from", |site| {
        site.write("notes.txt", "mine");
        site.write("data/other.txt", "mine");
        site.write("html/own.txt", "mine");
        site.remove("html/own.txt");
    });
    assert_snapshot!(table, @r"
    nothing                                   0  0  0  0
    an edit that was undone                   0  0  0  0
    other times of all sources but media      0  0  0  0
    sources written again as they were        0  0  0  0
    files that no page is made from           0  0  0  0
    ");
}

/// The page of a post; the lists of its day, its month, its year, its tag, and of all posts; two feeds. Where anything differs, a new
/// process makes the sitemap and the calendar, too.
#[test]
fn an_edit_costs_what_it_must() {
    let post_1 = "posts/2024/05/post-1.md";
    let post_4 = "posts/2024/05/post-4.md";
    let table = [
        row("a body", |site| site.edit(post_1, "Hello.", "Goodbye.")),
        row("a body beside a macro", |site| site.edit(post_4, "Hello.", "Goodbye.")),
        row("a title", |site| site.edit(post_1, "Title of", "On")),
        row("a title that a macro shows", |site| site.edit(post_4, "Title of", "On")),
        row("a tag", |site| site.edit(post_1, "[green]", "[red]")),
        row("a new post", |site| site.write("posts/2024/05/new.md", post("new", 10, "tags: [red]", "New."))),
        row("a post gone", |site| site.remove(post_1)),
        row("a post made a draft", |site| site.edit(post_1, "status: published", "status: draft")),
        row("a script", |site| site.edit("scripts/tells.py", "post['title'] +", "post['title'] + '!' +")),
        row("a helper", |site| site.edit("scripts/words.py", "upper()", "title()")),
        row("a data file", |site| site.write("data/list.txt", "other")),
        row("a script that gives the same", |site| site.edit("scripts/tells.py", "loud(", "loud('' + ")),
        row("a template", |site| site.edit("templates/own.liquid", "<main>", "<main class=\"own\">")),
        row("a partial", |site| site.write("templates/piece.liquid", "other piece")),
        row("a media file", |site| site.write("media/2024/05/map.jpg", "map")),
        row("a media file gone", |site| site.remove("media/2024/05/photo.jpg")),
    ];
    assert_snapshot!(table.concat(), @r"
    a body                                    8  0  8  0
    a body beside a macro                     8  0  8  0
    a title                                  10  0  8  0
    a title that a macro shows               10  1  8  0
    a tag                                     7  0  5  0
    a new post                               10  0 10  0
    a post gone                               8  0  8  2
    a post made a draft                       8  0  8  2
    a script                                 13  2 11  0
    a helper                                 13  2 11  0
    a data file                              13  2 11  0
    a script that gives the same              2  2  0  0
    a template                                3  0  1  0
    a partial                                 3  0  1  0
    a media file                              2  0  1  0
    a media file gone                         2  0  0  1
    ");
}
