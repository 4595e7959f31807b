//! Contexts: what templates see (format sheet §10), and which template a page is made with (§6).

use insta::assert_snapshot;

use crate::project::{Project, lines, post_file};
use crate::runtime::ScriptedRuntime;

/// What every page sees.
const COMMON: &str = "\
page_title {{ page_title }}
language {{ language }}
current_language {{ current_language }}
language_prefix '{{ language_prefix }}'
blog_languages {{ blog_languages | json }}
menu_items {{ menu_items | json }}
pico_stylesheet_href {{ pico_stylesheet_href }}
html_theme_attribute {{ html_theme_attribute | json }}
calendar_initial {{ calendar_initial_year | json }} {{ calendar_initial_month | json }}
canonical_post_path_by_slug {{ canonical_post_path_by_slug | json }} {{ canonical_post_path_by_slug['one'] }}
canonical_media_path_by_source_path {{ canonical_media_path_by_source_path | json }}
post_data_json_by_id {{ post_data_json_by_id['one-id'] }}
alternate_links {{ alternate_links | json }}
site {{ site_name }}, {{ site_description }}, {{ canonical_url }}
";

const SINGLE: &str = "\
post {{ post | json: 2 }}
post_categories {{ post_categories | json }}
post_tags {{ post_tags | json }}
tag_color_by_name {{ tag_color_by_name | json }}
paths {{ category_path_by_name['Notes'] }} {{ tag_path_by_name['red'] }}
backlinks {{ backlinks | json: 2 }}
about {{ page_description }} {{ og_image }}
";

const LIST: &str = "\
archive_context {{ archive_context | json }}
pages {{ is_list_page }} first {{ is_first_page }} last {{ is_last_page }} prev {{ has_prev_page }} next {{ has_next_page }}
hrefs '{{ prev_page_href }}' '{{ next_page_href }}'
range {{ show_archive_range_heading }} {{ min_date | json }} {{ max_date | json }}
day_blocks {{ day_blocks | json: 2 }}
";

fn project() -> Project {
    let project = Project::new(ScriptedRuntime::default());
    project.write(
        "meta/project.json",
        r#"{"name": "Test", "description": "About tests", "mainLanguage": "en", "publicUrl": "https://blog.example/", "blogLanguages": ["de"], "maxPostsPerPage": 2, "picoTheme": "jade"}"#,
    );
    project.write("meta/tags.json", r##"[{"name": "red", "color": "#f00"}]"##);
    project.write("meta/category-meta.json", r#"{"notes": {"title": "My notes"}}"#);
    project.write(
        "meta/menu.opml",
        r#"<opml version="2.0"><body><outline text="Home" type="home"/><outline text="More" type="submenu"><outline text="About" type="page" pageSlug="about"/><outline text="N" type="category-archive" categoryName="notes"/></outline></body></opml>"#,
    );
    project.media("photo", "linkedPostIds: [\"one-id\"]\n");
    project.post("one", 1, "tags: [red, Blue]\ncategories: [Notes]\nauthor: Jo\nexcerpt: Short *words*\n", "**One**");
    project.translation("one", "de", "**Eins**");
    project.post("two", 1, "categories: [aside]\nexcerpt: Not shown\n", "See [one](/posts/one).");
    project.post(
        "a-slug-that-is-longer-than-thirty-letters",
        2,
        "language: de\ntags: [red]\n",
        "Siehe [eins](/posts/one).",
    );
    project.post("about", 3, "categories: [page]\n", "Who");
    project.write("templates/single-post.liquid", &format!("{COMMON}{SINGLE}"));
    project.write("templates/post-list.liquid", &format!("{COMMON}{LIST}"));
    project.write(
        "templates/not-found.liquid",
        &format!("{COMMON}{{{{ not_found_message | json }}}} {{{{ not_found_back_label | json }}}}"),
    );
    project
}

/// The part of a page that is its own.
fn own<'p>(page: &'p str, from: &str) -> &'p str {
    &page[page.find(from).unwrap()..]
}

#[test]
fn what_the_page_of_a_post_sees() {
    let mut project = project();
    assert_eq!(lines(&project.build().diagnostics), "");
    assert_snapshot!("single", project.page("2024/05/01/one/index.html"));
    assert_snapshot!("single_in_its_tree", project.page("de/2024/05/01/one/index.html"));
    assert_snapshot!("single_beside", own(&project.page("2024/05/01/one.de/index.html"), "post "));
    assert_snapshot!("single_at_the_top", own(&project.page("about/index.html"), "alternate_links "));
}

#[test]
fn what_lists_see() {
    let mut project = project();
    project.build();
    assert_snapshot!("root", project.page("index.html"));
    assert_snapshot!("root_2", own(&project.page("page/2/index.html"), "archive_context"));
    assert_snapshot!("root_in_german", project.page("de/index.html"));
    let contexts: Vec<_> = ["category/Notes", "tag/red", "2024", "2024/05", "2024/05/01", "2024/page/2"]
        .map(|folder| {
            let page = project.page(&format!("{folder}/index.html"));
            let own = own(&page, "archive_context");
            format!("{folder}\n{}", &own[..own.find("day_blocks").unwrap()])
        })
        .into();
    assert_snapshot!("archives", contexts.join("\n"));
}

#[test]
fn what_the_page_for_nothing_sees() {
    let mut project = project();
    project.build();
    assert_snapshot!("not_found", project.page("404.html"));
    assert_snapshot!("not_found_in_german", project.page("de/404.html"));
}

#[test]
fn a_site_of_one_language_has_no_languages_to_choose() {
    let mut project = Project::plain();
    project.write("meta/project.json", "{}");
    project
        .write("templates/post-list.liquid", "{{ page_title }} {{ blog_languages | json }} {{ pico_stylesheet_href }}");
    project.build();
    assert_eq!(project.page("index.html"), "Blog Preview [] /assets/pico.min.css");
}

#[test]
fn the_template_of_a_post_is_its_own_or_its_tags_or_its_categories() {
    let check = |more: &str, expected: &str| {
        let mut project = Project::plain();
        for name in ["own", "by_tag", "by_other_tag", "by_category", "single-post"] {
            project.write(&format!("templates/{name}.liquid"), &format!("made with {name}"));
        }
        project.write("templates/off.liquid", "---\nenabled: false\n---\nmade with off");
        project.write(
            "meta/tags.json",
            r#"[{"name": "t", "postTemplateSlug": "by_tag"}, {"name": "u", "postTemplateSlug": "by_other_tag"}, {"name": "x", "postTemplateSlug": "gone"}]"#,
        );
        project.write("meta/category-meta.json", r#"{"c": {"postTemplateSlug": "by_category"}}"#);
        project.post("one", 1, more, "");
        let built = project.build();
        assert_eq!(project.page("2024/05/01/one/index.html"), format!("made with {expected}"), "{more}");
        lines(&built.diagnostics)
    };
    assert_eq!(check("", "single-post"), "");
    assert_eq!(check("categories: [c]\n", "by_category"), "");
    assert_eq!(check("categories: [C]\ntags: [other, U, t]\n", "by_other_tag"), "");
    assert_eq!(check("categories: [c]\ntags: [t]\ntemplateSlug: own\n", "own"), "");
    assert_snapshot!(check("templateSlug: own_\ntags: [t]\n", "by_tag"), @r"
    warning[template-unknown] posts/2024/05/one.md: the post asks for the template `own_`, which is not there or not enabled
      hint: did you mean `own`?
    ");
    assert_snapshot!(check("tags: [x]\ncategories: [c]\n", "by_category"), @r"
    warning[template-unknown] posts/2024/05/one.md: the tag `x` of the post asks for the template `gone`, which is not there or not enabled
      hint: write `templates/gone.liquid`
    ");
    assert_snapshot!(check("templateSlug: off\n", "single-post"), @r"
    warning[template-unknown] posts/2024/05/one.md: the post asks for the template `off`, which is not there or not enabled
      hint: write `templates/off.liquid`
    ");
}

#[test]
fn the_template_of_a_category_archive_is_what_the_category_says() {
    let mut project = Project::plain();
    project.write("templates/mine.liquid", "my list of {{ archive_context.name }}");
    project.write(
        "meta/category-meta.json",
        r#"{"c": {"listTemplateSlug": "mine", "title": "Cees"}, "d": {"listTemplateSlug": "mina"}}"#,
    );
    project.post("one", 1, "categories: [C, d]\n", "");
    let built = project.build();
    assert_eq!(project.page("category/C/index.html"), "my list of Cees");
    assert!(project.page("category/d/index.html").contains("data-template=\"post-list\""));
    assert_snapshot!(lines(&built.diagnostics), @r"
    warning[template-unknown] meta/category-meta.json: the category `d` asks for the template `mina`, which is not there or not enabled
      hint: did you mean `mine`?
    ");
}

#[test]
fn a_broken_template_gives_way_to_the_shipped_one() {
    let mut project = Project::plain();
    project.write("templates/single-post.liquid", "---\nkind: post\n---\n<p>\n{% if post %}\n{{ post.title | }}");
    project.post("one", 1, "", "Text");
    let built = project.build();
    assert!(project.page("2024/05/01/one/index.html").contains("data-template=\"single-post\""));
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[template-syntax] templates/single-post.liquid:5:1: the template is not valid: this `if` is not closed
      hint: close it with `{% endif %}`
    ");
}

#[test]
fn a_broken_template_of_ones_own_costs_the_pages_that_ask_for_it() {
    let mut project = Project::plain();
    project.write("templates/mine.liquid", "{% for %}");
    project.post("one", 1, "templateSlug: mine\n", "");
    project.post("two", 2, "", "");
    let built = project.build();
    assert!(!project.has("2024/05/01/one/index.html") && project.has("2024/05/02/two/index.html"));
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[template-syntax] templates/mine.liquid:1:1: the template is not valid: this `for` is not closed
      hint: close it with `{% endfor %}`
    error[template-syntax] templates/mine.liquid:1:1: the template is not valid: this is no loop
      hint: loops look like `{% for post in posts %}`
    ");
}

#[test]
fn a_partial_without_end_costs_the_pages_that_include_it() {
    let mut project = Project::plain();
    project.write("templates/mine.liquid", "{% render 'piece' %}");
    project.write("templates/piece.liquid", "x\n{% render 'piece' %}");
    project.post("one", 1, "templateSlug: mine\n", "");
    project.post("two", 2, "", "");
    let built = project.build();
    assert!(!project.has("2024/05/01/one/index.html") && project.has("2024/05/02/two/index.html"));
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[template-render] templates/piece.liquid:2:1: the page cannot be rendered: templates are rendered more than 64 deep in each other
      hint: a template that renders itself needs a condition that ends it
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/piece.liquid` at templates/piece.liquid:2:1
      rendered by `templates/mine.liquid` at templates/mine.liquid:1:1
    ");
    project.write("templates/piece.liquid", "whole again");
    assert_eq!(lines(&project.build().diagnostics), "");
    assert_eq!(project.page("2024/05/01/one/index.html"), "whole again");
}

#[test]
fn an_unknown_variable_is_told_where_it_stands() {
    let mut project = Project::plain();
    project.write("templates/single-post.liquid", "{{ post.title }}\n{{ post.titel }}{{ nosuch }}");
    project.post("one", 1, "", "");
    let built = project.build();
    assert_snapshot!(lines(&built.diagnostics), @r"
    warning[template-undefined] templates/single-post.liquid:2:4: `post.titel` is not defined and counts as nothing
      hint: give it a value, or say what to print instead: `| default: …`
    warning[template-undefined] templates/single-post.liquid:2:20: `nosuch` is not defined and counts as nothing
      hint: give it a value, or say what to print instead: `| default: …`
    ");
}

#[test]
fn the_markdown_filter_renders_what_the_template_gives_it() {
    let mut project =
        Project::new(ScriptedRuntime::default().with("titled", |run| Ok(format!("<b>{}</b>", run.field("title")))));
    project.script("titled");
    let filter = "markdown: post.id, post_data_json_by_id, canonical_post_path_by_slug, canonical_media_path_by_source_path, language, language_prefix";
    project.write(
        "templates/single-post.liquid",
        &format!("{{{{ post.content | {filter} }}}}|{{{{ post.excerpt | {filter} }}}}|{{{{ '*own* [[titled]]' | {filter} }}}}|{{{{ '*none*' | markdown }}}}|{{{{ 7 | markdown }}}}"),
    );
    project.post("one", 1, "excerpt: Short\n", "[[titled]] [two](/posts/two)");
    project.translation("one", "de", "[[titled]] [zwei](/posts/two)");
    project.post("two", 2, "", "");
    project.build();
    assert_snapshot!(project.page("2024/05/01/one/index.html"), @r#"
    <p><b>&quot;Title of one&quot;</b> <a href="/2024/05/02/two/">two</a></p>
    |<p>Short</p>
    |<p><em>own</em> <b>&quot;Title of one&quot;</b></p>
    |<p><em>none</em></p>
    |
    "#);
    assert_snapshot!(project.page("de/2024/05/01/one/index.html"), @r#"
    <p><b>&quot;Title of one (de)&quot;</b> <a href="/de/2024/05/02/two/">zwei</a></p>
    |<p>Short</p>
    |<p><em>own</em> <b>&quot;Title of one (de)&quot;</b></p>
    |<p><em>none</em></p>
    |
    "#);
}

#[test]
fn lists_show_the_excerpt_of_posts_whose_titles_they_show() {
    let mut project = Project::plain();
    project.write(
        "templates/post-list.liquid",
        "{% for block in day_blocks %}{% for post in block.posts %}{{ post.slug }}: {{ post.content }} {{ post.show_title }}\n{% endfor %}{% endfor %}",
    );
    project.post("none", 1, "excerpt: Short\n", "Long");
    project.post("aside", 2, "categories: [aside]\nexcerpt: Short\n", "Long");
    project.post("both", 3, "categories: [article, aside]\nexcerpt: Short\n", "Long");
    project.post("blank", 4, "excerpt: '  '\n", "Long");
    project.build();
    assert_snapshot!(project.page("index.html"), @r"
    blank: Long
     true
    both: Long
     false
    aside: Long
     false
    none: Short true
    ");
    project.edit(&post_file("none"), "Short", "Shorter");
    project.build();
    assert!(project.page("index.html").contains("none: Shorter"));
}
