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

#[test]
fn a_template_is_written_as_it_is_read() {
    let path = SitePath::new("templates/a.liquid").unwrap();
    let text = "---\nid: \"7\"\nprojectId: \"p\"\nslug: \"wide\"\ntitle: \"Wide: \\\"x\\\"\"\nkind: \"not-found\"\nenabled: false\nversion: 3\ncreatedAt: \"2026-02-23T19:54:58.000Z\"\nupdatedAt: \"2026-02-23T19:54:58.000Z\"\n---\n<div>\n---\n";
    let file = parse(&path, text).value;
    assert_eq!(file.head.to_front_matter() + &text[file.body.range()], text);

    let newer = TemplateHead { version: 4, kind: TemplateKind::List, ..(*file.head).clone() };
    let expected = text.replace("version: 3", "version: 4").replace("not-found", "list");
    assert_eq!(rewrite(&path, text, &newer), Some(expected));
    assert_eq!(rewrite(&path, "<p>", &file.head), Some(file.head.to_front_matter() + "<p>"));
    assert_eq!(rewrite(&path, "---\nkind: list\n", &file.head), None);
}
