//! Parts that are alike on many pages are made once; each page hangs on them all the same.

use crate::project::{Project, written};

/// A footer that shows the menu, a string and another partial.
const FOOTER: &str = "<footer>{% for item in items %}{{ item.title }}{% endfor %}{{ 'render.archive' | i18n: language }}\
     {% render 'partials/words' %}</footer>";

fn project() -> Project {
    let project = Project::plain();
    for slug in ["one", "two", "three", "four"] {
        project.post(slug, 1, "", "Words.");
    }
    project.write(
        "templates/not-found.liquid",
        "{% render 'partials/words' %}{% render 'partials/foot', items: menu_items, language: language %}",
    );
    project.write(
        "templates/single-post.liquid",
        "{{ post.title }}{% render 'partials/foot', items: menu_items, language: language %}",
    );
    project.write("templates/partials/foot.liquid", FOOTER);
    project.write("templates/partials/words.liquid", "first");
    project
}

/// Edits something that every post shows in a part of its page: all of them, and what a clean build makes, are other
/// pages then.
fn check(edit: impl Fn(&Project)) {
    for is_new_process in [false, true] {
        let mut project = project();
        project.build();
        if is_new_process {
            project.restart();
        }
        edit(&project);
        let built = project.build();
        let posts = written(&built).iter().filter(|file| file.starts_with("2024/")).count();
        assert!(posts >= 4, "{posts} pages of posts were written, new process: {is_new_process}");
        let mut clean = project.fresh_copy();
        clean.build();
        assert_eq!(project.tree(), clean.tree(), "new process: {is_new_process}");
    }
}

#[test]
fn pages_hang_on_the_templates_of_the_parts_that_they_share() {
    check(|project| project.edit("templates/partials/foot.liquid", "<footer>", "<footer class=\"other\">"));
    check(|project| project.edit("templates/partials/words.liquid", "first", "second"));
}

#[test]
fn pages_hang_on_the_menu_that_their_parts_show() {
    let menu = |project: &Project| {
        project.write(
            "meta/menu.opml",
            "<opml version=\"2.0\"><body><outline text=\"Elsewhere\" type=\"submenu\"/></body></opml>",
        );
    };
    check(menu);
}
