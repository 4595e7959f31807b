use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;

fn channel() -> Channel {
    Channel {
        title: "A & B".to_owned(),
        base_url: "https://e.org/en".to_owned(),
        description: "About".to_owned(),
        language: Some("en".to_owned()),
        updated: "2026-03-13T11:59:19.243Z".parse().ok(),
    }
}

fn item() -> Item {
    Item {
        title: "T <1>".to_owned(),
        link: "https://e.org/en/2026/03/13/t/".to_owned(),
        published: "2026-03-13T07:21:42Z".parse().expect("a timestamp"),
        updated: "2026-03-13T07:23:52.277Z".parse().expect("a timestamp"),
        author: Some("Jo".to_owned()),
        language: Some("en".to_owned()),
        summary: "<p>S</p>".to_owned(),
        content: "<p>C ]]> &nbsp;</p>\n".to_owned(),
        categories: vec!["aside".to_owned()],
        tags: vec!["x'y".to_owned()],
    }
}

#[test]
fn rss_has_its_order_and_indentation() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>A &amp; B</title>
    <link>https://e.org/en/</link>
    <description>About</description>
    <language>en</language>
    <lastBuildDate>Fri, 13 Mar 2026 11:59:19 GMT</lastBuildDate>
    <generator>bds</generator>
    <item>
      <title>T &lt;1&gt;</title>
      <link>https://e.org/en/2026/03/13/t/</link>
      <guid isPermaLink="true">https://e.org/en/2026/03/13/t/</guid>
      <pubDate>Fri, 13 Mar 2026 07:21:42 GMT</pubDate>
      <dc:creator>Jo</dc:creator>
      <dc:language>en</dc:language>
      <description><![CDATA[<p>S</p>]]></description>
      <content:encoded><![CDATA[<p>C ]]]]><![CDATA[> &nbsp;</p>
]]></content:encoded>
      <category>aside</category>
      <category>x&apos;y</category>
    </item>
  </channel>
</rss>
"#;
    assert_eq!(rss(&channel(), &[item()]), expected);
    let mail = Item { author: Some("jo@e.org (Jo)".to_owned()), ..item() };
    assert!(rss(&channel(), &[mail]).contains("<author>jo@e.org (Jo)</author>"));
}

#[test]
fn atom_has_its_order_and_indentation() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>A &amp; B</title>
  <subtitle>About</subtitle>
  <id>https://e.org/en/</id>
  <link rel="alternate" href="https://e.org/en/" />
  <link rel="self" href="https://e.org/en/atom.xml" />
  <updated>2026-03-13T11:59:19.243Z</updated>
  <entry xml:lang="en">
    <title>T &lt;1&gt;</title>
    <id>https://e.org/en/2026/03/13/t/</id>
    <link rel="alternate" href="https://e.org/en/2026/03/13/t/" />
    <updated>2026-03-13T07:23:52.277Z</updated>
    <published>2026-03-13T07:21:42.000Z</published>
    <author>
      <name>Jo</name>
    </author>
    <summary type="html">&lt;p&gt;S&lt;/p&gt;</summary>
    <content type="html">&lt;p&gt;C ]]&gt; &amp;nbsp;&lt;/p&gt;
</content>
    <category term="x&apos;y" />
    <category term="aside" />
  </entry>
</feed>
"#;
    assert_eq!(atom(&channel(), &[item()]), expected);
}

#[test]
fn feeds_without_anything_are_feeds() {
    let empty = Channel::default();
    assert!(!rss(&empty, &[]).contains("lastBuildDate"));
    assert!(atom(&empty, &[]).contains("<updated>1970-01-01T00:00:00.000Z</updated>"));
}

/// Whether a text is well-formed XML of allowed characters.
fn is_xml(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.attributes().any(|attribute| attribute.is_err()) => {
                return false;
            }
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth -= 1,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    depth == 0 && !text.contains(|character: char| character < ' ' && !"\t\r\n".contains(character))
}

#[test]
fn what_is_no_xml_is_told_apart() {
    for broken in ["<a>", "<a></b>", "<a x=1></a>", "<a>\u{1}</a>", "<a><![CDATA[</a>"] {
        assert!(!is_xml(broken), "{broken}");
    }
}

proptest! {
    #[test]
    fn feeds_of_any_text_are_xml(text in "(]]>|<!\\[CDATA\\[|&|<|>|\"|'|[\u{0}-\u{1f}]|\u{ffff}|\\PC)*") {
        let channel = Channel { title: text.clone(), description: text.clone(), language: Some(text.clone()), ..channel() };
        let item = Item {
            title: text.clone(),
            link: text.clone(),
            author: Some(text.clone()),
            language: Some(text.clone()),
            summary: text.clone(),
            content: text.clone(),
            categories: vec![text.clone()],
            tags: vec![text],
            ..item()
        };
        for feed in [rss(&channel, std::slice::from_ref(&item)), atom(&channel, std::slice::from_ref(&item))] {
            prop_assert!(is_xml(&feed), "{}", feed);
        }
    }
}
