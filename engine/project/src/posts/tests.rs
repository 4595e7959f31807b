use super::*;
use crate::post;

/// Resolves files of (path, front matter) in a project whose main language is German.
fn resolved(files: &[(&str, &str)]) -> Resolved {
    let documents = files.iter().map(|(path, head)| {
        let path = SitePath::new(path).unwrap();
        let parsed = post::parse(&path, &format!("---\n{head}\n---\nText\n"));
        (path, parsed.value.expect("front matter that can be read").document)
    });
    resolve(documents, "de")
}

fn codes_of(resolved: &Resolved) -> Vec<(&str, &str)> {
    let shown = resolved.diagnostics.iter();
    shown.map(|one| (one.place.as_ref().map_or("", |place| place.file.as_str()), one.code.name)).collect()
}

fn slugs(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut slugs: Vec<_> =
        resolved(files).posts.iter().map(|post| (post.path.to_string(), post.slug.to_string())).collect();
    slugs.sort();
    slugs
}

fn pair((a, b): (&str, &str)) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

#[test]
fn what_a_file_leaves_out_is_filled_in() {
    let resolved = resolved(&[("posts/2024/05/Der Anfang.md", "")]);
    let post = &resolved.posts[0];
    assert_eq!((&*post.title, &*post.slug, post.id.len()), ("Der Anfang", "der-anfang", 36));
    assert_eq!(post.created_at.to_string(), "2024-05-01T00:00:00Z");
    assert_eq!((post.updated_at, post.published_at), (post.created_at, Some(post.created_at)));
    assert_eq!((post.status, post.language_in("de")), (Status::Published, "de"));
    assert!(resolved.diagnostics.is_empty());
}

#[test]
fn a_missing_date_is_never_that_of_the_build() {
    let check = |path: &str, head: &str, expected: &str, warned: bool| {
        let resolved = resolved(&[(path, head)]);
        assert_eq!(resolved.posts[0].created_at.to_string(), expected, "{path} {head}");
        assert_eq!(!resolved.diagnostics.is_empty(), warned, "{path} {head}");
    };
    check("posts/2024/05/a.md", "updatedAt: 2024-06-01\npublishedAt: 2024-07-01", "2024-06-01T00:00:00Z", false);
    check("posts/2024/05/a.md", "publishedAt: 2024-07-01", "2024-07-01T00:00:00Z", false);
    check("posts/2024/05/a.md", "createdAt: nonsense", "2024-05-01T00:00:00Z", false);
    check("posts/2024/13/a.md", "", "1970-01-01T00:00:00Z", true);
    check("posts/0000/01/a.md", "", "1970-01-01T00:00:00Z", true);
    check("posts/a.md", "", "1970-01-01T00:00:00Z", true);
}

#[test]
fn slugs_of_titles_are_those_of_the_sheet() {
    let title = "title: cmux — Das Terminal für Multitasking";
    assert_eq!(slugs(&[("posts/x.md", title)]), [pair(("posts/x.md", "cmux-das-terminal-fur-multitasking"))]);
    assert_eq!(slugs(&[("posts/x.md", "title: '!?'")]), [pair(("posts/x.md", "x"))]);
    assert_eq!(slugs(&[("posts/….md", "title: '!?'")]).len(), 1);
}

#[test]
fn equal_slugs_are_numbered_in_the_order_of_paths() {
    let files =
        [("posts/b.md", "slug: x"), ("posts/a.md", "slug: x"), ("posts/c.md", "slug: x-2"), ("posts/0.md", "title: X")];
    let expected = [("posts/0.md", "x-3"), ("posts/a.md", "x"), ("posts/b.md", "x-4"), ("posts/c.md", "x-2")].map(pair);
    assert_eq!(slugs(&files), expected);
    let mut reversed = files;
    reversed.reverse();
    assert_eq!(slugs(&reversed), expected);
    let resolved = resolved(&files);
    let told: Vec<_> = resolved.diagnostics.iter().filter(|one| one.code == codes::POST_DUPLICATE_SLUG).collect();
    let [first, second] = told[..] else { panic!("{told:?}") };
    assert!(first.message.contains("posts/a.md") && first.hints[0].contains("`x-3`"), "{first:?}");
    assert!(second.message.contains("posts/a.md") && second.hints[0].contains("`x-4`"), "{second:?}");
}

#[test]
fn a_draft_does_not_take_the_slug_of_a_published_post() {
    let files = [("posts/a.md", "slug: x\nid: i\nstatus: draft"), ("posts/b.md", "slug: x\nid: i")];
    assert_eq!(slugs(&files), [("posts/a.md", "x-2"), ("posts/b.md", "x")].map(pair));
    let resolved = resolved(&files);
    let published = resolved.posts.iter().find(|post| post.status == Status::Published);
    assert_eq!(published.map(|post| &*post.id), Some("i"));
}

#[test]
fn the_first_of_two_posts_keeps_an_id() {
    let files = [("posts/b.md", "id: same"), ("posts/a.md", "id: same"), ("posts/c.md", "")];
    let first = resolved(&files);
    let ids: Vec<_> = first.posts.iter().map(|post| (post.path.as_str(), &*post.id)).collect();
    assert_eq!(codes_of(&first).iter().filter(|(_, code)| *code == "post-duplicate-id").count(), 1);
    assert!(ids.contains(&("posts/a.md", "same")));
    let unique: std::collections::BTreeSet<_> = ids.iter().map(|(_, id)| id).collect();
    assert_eq!(unique.len(), 3);
    assert_eq!(first, resolved(&files), "derived ids are the same in every build");
}

#[test]
fn posts_are_sorted_newest_first() {
    let files = [
        ("posts/a.md", "slug: b\ncreatedAt: 2024-01-01"),
        ("posts/b.md", "slug: a\ncreatedAt: 2024-01-01"),
        ("posts/c.md", "slug: c\ncreatedAt: 2024-01-02"),
        ("posts/d.md", "slug: d\ncreatedAt: 2024-01-01\npublishedAt: 2024-01-03"),
    ];
    let posts = resolved(&files).posts;
    assert_eq!(posts.iter().map(|post| &*post.slug).collect::<Vec<_>>(), ["c", "d", "a", "b"]);
}

#[test]
fn translations_inherit_from_their_posts() {
    let files = [
        ("posts/a.md", "id: i\nslug: s\ntitle: T\nexcerpt: E\ncreatedAt: 2024-01-01"),
        ("posts/a.fr.md", "translationFor: i\nlanguage: fr\ntitle: Bonjour"),
        ("posts/a.en.md", "translationFor: i\nlanguage: en"),
    ];
    let resolved = resolved(&files);
    let shown: Vec<_> =
        resolved.translations.iter().map(|one| (&*one.language, &*one.title, one.excerpt.as_deref())).collect();
    assert_eq!(shown, [("en", "T", Some("E")), ("fr", "Bonjour", Some("E"))]);
    assert!(resolved.translations.iter().all(|one| Arc::ptr_eq(&one.source, &resolved.posts[0])));
    assert!(resolved.diagnostics.is_empty());
}

#[test]
fn translations_that_break_a_rule_are_left_out_with_both_files_named() {
    let check = |source: &str, translation: &str, code: &str| {
        let other = ("posts/a.en.md", "translationFor: i\nlanguage: en\ntitle: T");
        let resolved = resolved(&[("posts/a.md", source), other, ("posts/b.md", translation)]);
        let diagnostic = resolved
            .diagnostics
            .iter()
            .find(|one| one.place.as_ref().is_some_and(|place| place.file.as_str() == "posts/b.md"));
        let diagnostic = diagnostic.unwrap_or_else(|| panic!("{translation}: {:?}", resolved.diagnostics));
        assert_eq!(diagnostic.code.name, code, "{translation}");
        assert!(code == "translation-source" || diagnostic.message.contains("posts/a."), "{}", diagnostic.message);
        assert!(resolved.translations.iter().all(|one| one.path.as_str() != "posts/b.md"));
    };
    check("id: i\ncreatedAt: 2024-01-01", "translationFor: j\nlanguage: fr\ntitle: T", "translation-source");
    check("id: i\ncreatedAt: 2024-01-01", "translationFor: i\nlanguage: de\ntitle: T", "translation-language");
    check(
        "id: i\nlanguage: es\ncreatedAt: 2024-01-01",
        "translationFor: i\nlanguage: es\ntitle: T",
        "translation-language",
    );
    check("id: i\ncreatedAt: 2024-01-01", "translationFor: i\nlanguage: en\ntitle: T", "translation-duplicate");
    check(
        "id: i\ndoNotTranslate: true\ncreatedAt: 2024-01-01",
        "translationFor: i\nlanguage: fr\ntitle: T",
        "translation-unwanted",
    );
}

#[test]
fn a_post_in_another_language_can_be_translated_into_the_main_one() {
    let files = [
        ("posts/2024/01/a.md", "id: i\nlanguage: es"),
        ("posts/2024/01/a.de.md", "translationFor: i\nlanguage: de\ntitle: T"),
    ];
    assert_eq!(resolved(&files).translations.len(), 1);
}

#[test]
fn many_posts_of_one_slug_are_named_in_linear_time() {
    let head = Arc::new(PostHead { slug: Some("x".into()), id: Some("i".into()), ..PostHead::default() });
    let documents = (0..50_000).map(|number| {
        let path = SitePath::new(format!("posts/2024/01/{number:05}.md")).unwrap();
        (path, PostDocument::Post(head.clone()))
    });
    let resolved = resolve(documents, "en");
    assert_eq!(&*resolved.posts.iter().max_by_key(|post| &post.path).unwrap().slug, "x-50000");
}
