use super::*;

fn read(text: &str) -> (TemplateFile, usize) {
    let parsed = parse(&SitePath::new("templates/a.liquid").unwrap(), text);
    (parsed.value, parsed.diagnostics.len())
}

#[test]
fn front_matter_is_read_and_the_rest_is_the_template() {
    let text = "---\nid: \"i\"\nslug: \"My Page\"\ntitle: \"T\"\nkind: \"not-found\"\nenabled: false\nversion: 3\n---\n<p>{{ x }}</p>\n";
    let (file, diagnostics) = read(text);
    let head = &file.head;
    assert_eq!(
        (head.id.as_deref(), head.slug.as_deref(), head.title.as_deref()),
        (Some("i"), Some("my_page"), Some("T"))
    );
    assert_eq!((head.kind, head.enabled, head.version, diagnostics), (TemplateKind::NotFound, false, 3, 0));
    assert_eq!(&text[file.body.range()], "<p>{{ x }}</p>\n");
}

#[test]
fn without_front_matter_all_is_the_template() {
    let (file, diagnostics) = read("<hr>\n---\n");
    assert_eq!((file.body, file.head.kind, diagnostics), (Span::new(0, 9), TemplateKind::Post, 0));
    let (file, diagnostics) = read("---\n<hr>\n");
    assert_eq!((file.body, diagnostics), (Span::new(0, 9), 1));
}

#[test]
fn equal_slugs_are_numbered() {
    let head = read("---\nslug: x\n---\n").0.head;
    let files = ["b", "a"].map(|name| (SitePath::new(format!("templates/{name}.liquid")).unwrap(), head.clone()));
    let resolved = resolve(files);
    let names: Vec<_> = resolved.templates.iter().map(|one| (one.path.as_str(), &*one.slug)).collect();
    assert_eq!(names, [("templates/a.liquid", "x"), ("templates/b.liquid", "x_2")]);
    assert_eq!(resolved.diagnostics.len(), 1);
}
