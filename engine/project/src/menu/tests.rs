use super::*;

fn read(body: &str) -> (Menu, Vec<String>) {
    read_all(&format!("<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><body>\n{body}\n</body></opml>\n"))
}

fn read_all(text: &str) -> (Menu, Vec<String>) {
    let parsed = parse(&SitePath::new("meta/menu.opml").unwrap(), text);
    let shown = parsed.diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        format!("{}:{} {}", start.line, start.column, diagnostic.code)
    });
    (parsed.value, shown.collect())
}

fn shown(items: &[MenuItem]) -> String {
    let shown = items.iter().map(|item| {
        let target = match &item.target {
            MenuTarget::Home => "home".to_owned(),
            MenuTarget::Page { slug, id } => {
                format!("page {}/{}", slug.as_deref().unwrap_or("-"), id.as_deref().unwrap_or("-"))
            }
            MenuTarget::Submenu => format!("({})", shown(&item.children)),
            MenuTarget::CategoryArchive { category } => format!("category {category}"),
        };
        format!("{}: {target}", item.text)
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn entries_of_all_types_are_read() {
    let (menu, diagnostics) = read(
        r#"<outline id="menu-home" text="Home" type="home" pageSlug="home"/>
<outline id="m1" text="Bilder &amp; mehr" type="submenu">
  <outline id="m2" text="2022" type="page" pageId="f93e" pageSlug="bilder-2022"/>
  <outline text="Wiki" pageSlug="wiki"></outline>
</outline>
<outline text="Fotoblog" type="category-archive" categoryName="picture"/>
<outline type="category_archive" categoryName="notes" title="Notizen"/>"#,
    );
    let expected = "Home: home, Bilder & mehr: (2022: page bilder-2022/f93e, Wiki: page wiki/-), \
                    Fotoblog: category picture, Notizen: category notes";
    assert_eq!((shown(&menu.items), diagnostics), (expected.to_owned(), vec![]));
    assert_eq!((&*menu.items[0].id, &*menu.items[1].children[0].id), ("menu-home", "m2"));
}

#[test]
fn exactly_one_entry_leads_home_and_it_is_the_first() {
    let check = |body: &str, expected: &str| assert_eq!(shown(&read(body).0.items), expected, "{body}");
    check("", "Home: home");
    check(r#"<outline text="A" pageSlug="a"/>"#, "Home: home, A: page a/-");
    check(r#"<outline text="A" pageSlug="a"/><outline text="Start" type="home"/>"#, "Home: home, A: page a/-");
    check(r#"<outline text="X" pageSlug="home"/><outline text="HOME" pageSlug="x"/>"#, "Home: home");
    check(r#"<outline text="home"/>"#, "Home: home");
    check(
        r#"<outline id="menu-home" text="X" type="submenu"><outline text="A" pageSlug="a"/></outline>"#,
        "Home: home, A: page a/-",
    );
    check(r#"<outline text="S" type="submenu"><outline type="home"/></outline>"#, "Home: home, S: ()");
    assert_eq!(shown(&Menu::default().items), "Home: home");
}

#[test]
fn entries_that_lead_nowhere_are_left_out_with_their_places() {
    let check = |body: &str, expected: &str| {
        let (menu, diagnostics) = read(body);
        assert_eq!((shown(&menu.items), diagnostics), ("Home: home".to_owned(), vec![expected.to_owned()]), "{body}");
    };
    check(r#"<outline text="A" type="pgae"/>"#, "3:1 menu-item");
    check(r#" <outline text="A" type="page"/>"#, "3:2 menu-item");
    check(r#"<outline text="A" type="category-archive"/>"#, "3:1 menu-item");
}

#[test]
fn of_broken_xml_the_entries_before_the_fault_are_kept() {
    let check = |text: &str, expected: &str, at: &str| {
        let (menu, diagnostics) = read_all(text);
        assert_eq!((shown(&menu.items), diagnostics), (expected.to_owned(), vec![at.to_owned()]), "{text}");
    };
    check("<opml><body>\n<outline text='A' pageSlug='a'/>\n</bdy></opml>", "Home: home, A: page a/-", "3:1 menu-xml");
    check("<opml><body>\n<outline text='A' type='submenu'>", "Home: home, A: ()", "2:34 menu-xml");
    check("<opml><outline text='A' pageSlug='a'/><outline ", "Home: home, A: page a/-", "1:39 menu-xml");
    check("just text", "Home: home", "1:1 menu-xml");
    check("", "Home: home", "1:1 menu-xml");
    check("<opml><outline text='A' pageSlug='a' id='&nope;'/></opml>", "Home: home, A: page a/-", "1:7 menu-xml");
}

#[test]
fn deep_menus_do_no_harm() {
    let deep = "<outline text='a' type='submenu'>".repeat(100_000);
    let closed = format!("<opml>{deep}{}<outline text='B' pageSlug='b'/></opml>", "</outline>".repeat(100_000));
    let (menu, diagnostics) = read_all(&closed);
    assert_eq!((menu.items.len(), diagnostics.len()), (3, 1));
    assert_eq!(&*menu.items[2].text, "B");
    assert_eq!(read_all(&format!("<opml>{deep}")).1.len(), 2);
}
