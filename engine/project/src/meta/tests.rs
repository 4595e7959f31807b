use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath};

use super::*;

fn path() -> SitePath {
    SitePath::new("meta/file.json").unwrap()
}

fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    let shown = diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        format!("{}:{} {}", start.line, start.column, diagnostic.code)
    });
    shown.collect()
}

fn texts(names: &[Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

#[test]
fn every_key_of_a_project_is_read() {
    let text = r#"{
  "name": "Feldnotizen",
  "description": "Aus dem Moor",
  "mainLanguage": "DE",
  "defaultAuthor": "ada",
  "maxPostsPerPage": 20,
  "publicUrl": "https://example.org/blog/",
  "picoTheme": "slate",
  "blogmarkCategory": "aside",
  "pythonRuntimeMode": "main-thread",
  "semanticSimilarityEnabled": true,
  "blogLanguages": ["EN", "de", "fr", "en"],
  "imageImportConcurrency": 4
}"#;
    let parsed = parse_project(&path(), text);
    let project = parsed.value;
    assert_eq!(shown(&parsed.diagnostics), [""; 0]);
    assert_eq!((project.name.as_deref(), project.description.as_deref()), (Some("Feldnotizen"), Some("Aus dem Moor")));
    assert_eq!((&*project.main_language, texts(&project.languages)), ("de", vec!["de", "en", "fr"]));
    assert_eq!((project.default_author.as_deref(), project.max_posts_per_page), (Some("ada"), 20));
    assert_eq!((project.public_url.as_deref(), project.pico_theme), (Some("https://example.org/blog"), Some("slate")));
    assert_eq!(project.blogmark_category.as_deref(), Some("aside"));
    assert_eq!(
        (project.python_runtime_mode, project.semantic_similarity_enabled),
        (PythonRuntimeMode::MainThread, true)
    );
    assert_eq!(project.rest.keys().collect::<Vec<_>>(), ["imageImportConcurrency"]);
}

#[test]
fn a_project_without_keys_has_defaults() {
    let parsed = parse_project(&path(), "{}");
    assert_eq!((parsed.value, parsed.diagnostics), (ProjectMeta::default(), vec![]));
    let project = ProjectMeta::default();
    assert_eq!(
        (&*project.main_language, texts(&project.languages), project.max_posts_per_page),
        ("en", vec!["en"], 50)
    );
}

#[test]
fn faults_of_a_project_are_told_with_their_places() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(shown(&parse_project(&path(), text).diagnostics), expected, "{text}");
    };
    check("{\n  \"publicUrl\": \"example.org\"\n}", &["2:16 public-url"]);
    check("{\n  \"picoTheme\": \"slaet\"\n}", &["2:16 meta-theme"]);
    check("{\"picoTheme\": \"default\"}", &[]);
    check("{\"maxPostsPerPage\": 501}", &["1:21 meta-range"]);
    check("{\"maxPostsPerPage\": 1e300}", &["1:21 meta-range"]);
    check("{\"maxPostsPerPage\": \"many\", \"name\": 1}", &["1:21 meta-value", "1:37 meta-value"]);
    check("{\"mainLanguage\": \"German\"}", &["1:18 meta-language"]);
    check("{\"blogLanguages\": [\"ä\", 1]}", &["1:20 meta-language", "1:25 meta-value"]);
    check("{\"blogLanguages\": \"en\"}", &["1:19 meta-value"]);
    check("{\"name\": null, \"blogLanguages\": null}", &[]);
    check("{\n  \"name\": \"a\",\n}", &["3:1 meta-json"]);
    check("[]", &["1:1 meta-json"]);
    check("", &["1:1 meta-json"]);
}

#[test]
fn hints_name_the_nearest_theme() {
    let parsed = parse_project(&path(), r#"{"picoTheme": "slaet"}"#);
    assert_eq!((parsed.value.pico_theme, &*parsed.diagnostics[0].hints[0]), (None, "did you mean `slate`?"));
}

#[test]
fn posts_per_page_are_clamped() {
    let check = |number: &str, expected: usize| {
        let parsed = parse_project(&path(), &format!("{{\"maxPostsPerPage\": {number}}}"));
        assert_eq!(parsed.value.max_posts_per_page, expected, "{number}");
    };
    check("0", 1);
    check("-3", 1);
    check("10.9", 10);
    check("501", 500);
    check("1e300", 500);
}

#[test]
fn public_urls_are_web_addresses() {
    for good in ["https://example.org", "http://localhost:8000", "HTTPS://example.org/blog", "https://münchen.example"]
    {
        assert_eq!(public_url(good).as_deref(), Ok(good));
    }
    assert_eq!(public_url(" https://example.org// ").as_deref(), Ok("https://example.org"));
    for bad in
        ["", "example.org", "ftp://example.org", "https://", "https:///x", "https://a b", "https://a/?q", "https://:80"]
    {
        assert!(public_url(bad).is_err(), "{bad}");
    }
}

#[test]
fn categories_are_names_each_once() {
    let parsed = parse_categories(&path(), "[\"b\", \" a \", \"B\", 1, \"\"]");
    assert_eq!(
        (texts(&parsed.value), shown(&parsed.diagnostics)),
        (vec!["b", "a"], vec!["1:19 meta-value".to_owned()])
    );
    let broken = parse_categories(&path(), "{}");
    assert_eq!((texts(&broken.value), broken.diagnostics.len()), (DEFAULT_CATEGORIES.to_vec(), 1));
}

#[test]
fn what_is_said_of_categories_goes_over_what_is_built_in() {
    let text = r#"{"page": {"title": "Seiten"}, "Kochbuch": {"showTitle": false, "listTemplateSlug": "rezepte", "x": 1}, "aside": 3}"#;
    let parsed = parse_category_meta(&path(), text);
    let metas = parsed.value;
    assert_eq!(shown(&parsed.diagnostics), ["1:113 meta-value"]);
    let of = |name: &str| (metas.render_in_lists(name), metas.show_title(name));
    assert_eq!((of("article"), of("picture"), of("other")), ((true, true), (true, true), (true, true)));
    assert_eq!((of("aside"), of("page"), of("KOCHBUCH")), ((true, false), (false, true), (true, false)));
    assert_eq!(metas.get("page").and_then(|meta| meta.title.as_deref()), Some("Seiten"));
    let own = metas.get("kochbuch").unwrap();
    assert_eq!((&*own.name, own.list_template_slug.as_deref(), own.rest.len()), ("Kochbuch", Some("rezepte"), 1));
}

#[test]
fn tags_are_objects_or_names() {
    let text = r##"[{"name": "Zoo", "color": "#ABC"}, {"name": "b", "color": "red", "postTemplateSlug": "wide"}, "c", {"color": "#fff"}, {"name": "zoo"}]"##;
    let parsed = parse_tags(&path(), text);
    assert_eq!(shown(&parsed.diagnostics), ["1:59 meta-value", "1:100 meta-value", "1:119 meta-value"]);
    assert_eq!(parsed.value.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["b", "c", "zoo"]);
    assert_eq!(parsed.value.get("ZOO").and_then(|tag| tag.color.as_deref()), Some("#ABC"));
    let b = parsed.value.get("b").unwrap();
    assert_eq!((b.color.as_deref(), b.post_template_slug.as_deref()), (None, Some("wide")));
}

#[test]
fn publishing_is_read() {
    let parsed = parse_publishing(
        &path(),
        r#"{"sshHost": "h", "sshUser": "u", "sshRemotePath": "/p", "sshMode": "rsync", "x": 1}"#,
    );
    let publishing = parsed.value;
    assert_eq!((publishing.ssh_host.as_deref(), publishing.ssh_user.as_deref()), (Some("h"), Some("u")));
    assert_eq!((publishing.ssh_remote_path.as_deref(), publishing.ssh_mode.name()), (Some("/p"), "rsync"));
    let wrong = parse_publishing(&path(), r#"{"sshMode": "rsnyc"}"#);
    assert_eq!((wrong.value.ssh_mode, &*wrong.diagnostics[0].hints[0]), (SshMode::Scp, "did you mean `rsync`?"));
}

#[test]
fn deep_json_does_no_harm() {
    for deep in
        ["[".repeat(100_000), format!("{{\"name\": {}", "[".repeat(100_000)), format!("[{}", "{\"a\":".repeat(100_000))]
    {
        assert!(!parse_project(&path(), &deep).diagnostics.is_empty());
        assert!(!parse_tags(&path(), &deep).diagnostics.is_empty());
        assert!(!parse_category_meta(&path(), &deep).diagnostics.is_empty());
    }
    let closed = format!("{{\"name\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    parse_project(&path(), &closed);
}

fn defaults(text: &str) -> (DefaultsRecord, Vec<String>) {
    let parsed = parse_defaults(&SitePath::new("meta/defaults.json").unwrap(), text);
    let told = parsed.diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        format!("{}:{} {}", start.line, start.column, diagnostic.code)
    });
    (parsed.value, told.collect())
}

#[test]
fn the_record_of_defaults_is_written_as_it_is_read() {
    let fingerprint = Fingerprint::of("text");
    let text = format!(
        "{{\n  \"format\": 1,\n  \"defaults\": {{\n    \"scripts/gallery.py\": {{ \"version\": 1, \"fingerprint\": \
         \"{fingerprint}\", \"pinned\": true, \"why\": \"ü\" }},\n    \"scripts/vimeo.py\": {{ \"version\": 2 }}\n  }},\n  \
         \"note\": [1]\n}}\n"
    );
    let (record, told) = defaults(&text);
    assert_eq!((record.to_text(), told), (text, vec![]));
    let paths: Vec<_> = record.entries.keys().map(SitePath::as_str).collect();
    assert_eq!(paths, ["scripts/gallery.py", "scripts/vimeo.py"]);
    let (empty, _) = defaults(&DefaultsRecord::default().to_text());
    assert_eq!(empty, DefaultsRecord::default());
}

#[test]
fn a_record_of_defaults_that_was_harmed_says_where() {
    let check = |text: &str, entries: usize, expected: &[&str]| {
        let (record, told) = defaults(text);
        assert_eq!(
            (record.entries.len(), told),
            (entries, expected.iter().map(ToString::to_string).collect()),
            "{text}"
        );
    };
    let ours = "<<<<<<< ours\n\"a.py\": { \"version\": 1 }\n=======\n\"a.py\": { \"version\": 2 }\n>>>>>>> theirs\n";
    check(&format!("{{ \"defaults\": {{\n{ours}}} }}"), 0, &["2:1 defaults-merge"]);
    check("{ \"defaults\": {", 0, &["1:15 meta-json"]);
    check("[]", 0, &["1:1 meta-json"]);
    check("{ \"format\": 2 }", 0, &["1:13 defaults-newer"]);
    check("{ \"defaults\": [] }", 0, &["1:15 meta-value"]);
    check("{ \"defaults\": { \"../a\": { \"version\": 1 } } }", 0, &["1:25 meta-value"]);
    check("{ \"defaults\": { \"a\": 1, \"b\": {} } }", 0, &["1:22 meta-value", "1:30 meta-value"]);
    check(
        "{ \"defaults\": { \"a\": { \"version\": -1 }, \"b\": { \"version\": 1e99 } } }",
        0,
        &["1:22 meta-value", "1:46 meta-value"],
    );
    check("{ \"defaults\": { \"a\": { \"version\": 1.5 } } }", 0, &["1:22 meta-value"]);
    check("{ \"defaults\": { \"a\": { \"version\": 1, \"fingerprint\": \"ab\" } } }", 1, &["1:53 meta-value"]);
    let twice = "{ \"defaults\": { \"a\": { \"version\": 1 },\n \"a\": { \"version\": 2 } } }";
    check(twice, 1, &["2:7 meta-value"]);
    check(&twice.replace('2', "1"), 1, &[]);
}

#[test]
fn strings_of_the_project_are_texts() {
    let parsed =
        parse_strings(&SitePath::new("meta/strings/de.json").unwrap(), "{ \"render.archive\": \"Früher\", \"x\": 1 }");
    assert_eq!(parsed.value.into_iter().collect::<Vec<_>>(), [("render.archive".to_owned(), "Früher".to_owned())]);
    assert_eq!(parsed.diagnostics.len(), 1);
    let broken = parse_strings(&SitePath::new("meta/strings/de.json").unwrap(), "<<<<<<< a\n{}\n");
    assert_eq!((broken.value.len(), broken.diagnostics.len()), (0, 1));
}
