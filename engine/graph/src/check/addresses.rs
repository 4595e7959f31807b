//! What a page leads to and what it needs, and the names in it that links can lead to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use bds_base::SitePath;
use bds_content::tags::{Attribute, Tag, Tags};
use bds_content::{html, percent};

/// Something that a page leads to or needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    /// The address as it stands in the page, character references resolved.
    pub(super) address: String,
    /// What it is for.
    pub(super) used: Use,
    /// The folder that it starts from, where it is relative; none where it says all itself.
    from: Option<SitePath>,
    /// The page, where it leads to a place in the page itself.
    within: Option<SitePath>,
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// A reader can follow it.
    Link,
    /// The page needs what is there: an image, a style sheet, a script.
    Resource,
}

/// Where an address leads to in the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The path from the root of the site, without slashes at its ends; empty for the front page.
    pub(super) path: String,
    /// Whether it is said to be a folder.
    pub(super) is_folder: bool,
    /// The place in the page.
    pub(super) fragment: Option<String>,
}

/// Reads a page.
pub(super) fn read(file: &SitePath, text: &str) -> (BTreeSet<Met>, BTreeSet<String>) {
    let (mut met, mut anchors) = (BTreeSet::new(), BTreeSet::new());
    for tag in Tags::new(text).filter(|tag| !tag.is_end) {
        for attribute in tag.attributes() {
            if is_named(&attribute, "id") || is_named(&attribute, "name") && tag.name.eq_ignore_ascii_case("a") {
                anchors.insert(html::decode(attribute.value).into_owned());
            }
            let Some(used) = used(&tag, &attribute) else { continue };
            for address in addresses(&attribute) {
                met.extend(Met::new(file, address.trim(), used));
            }
        }
    }
    (met, anchors)
}

impl Met {
    fn new(file: &SitePath, address: &str, used: Use) -> Option<Self> {
        if address.is_empty() || has_scheme(address) && !address.starts_with("http") {
            return None;
        }
        let is_within = address.starts_with(['#', '?']);
        let says_all = address.starts_with('/') || has_scheme(address);
        Some(Self {
            address: address.to_owned(),
            used,
            from: (!says_all && !is_within).then(|| file.parent()).flatten(),
            within: is_within.then(|| file.clone()),
        })
    }

    /// Where it leads to in the site; none when it leads elsewhere.
    pub(super) fn target(&self, base: Option<&str>) -> Option<Target> {
        let address = &*self.address;
        let rest = match base.and_then(|base| address.strip_prefix(base)) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#']) => rest,
            _ if has_scheme(address) || address.starts_with("//") => return None,
            _ => address,
        };
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let path = percent::decode(rest.split('?').next().unwrap_or_default());
        let fragment = fragment.filter(|it| !it.is_empty()).map(|fragment| percent::decode(fragment).into_owned());
        if let Some(file) = &self.within {
            return Some(Target { path: file.to_string(), is_folder: false, fragment });
        }
        let from = self.from.as_ref().map(SitePath::as_str).unwrap_or_default();
        let is_folder = path.is_empty() || path.ends_with(['/']) || path.ends_with("/.") || path.ends_with("..");
        Some(Target { path: normal(from, &path), is_folder, fragment })
    }
}

/// A path from the root, without `.` and `..`.
fn normal(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether an address begins with a scheme, such as `https:` or `mailto:`.
fn has_scheme(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
}

fn used(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Option<Use> {
    let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
    let named = |name: &str| is_named(attribute, name);
    if (is("a") || is("area")) && named("href") {
        return Some(Use::Link);
    }
    let is_resource = named("src") && !is("input")
        || named("srcset")
        || is("video") && named("poster")
        || is("object") && named("data")
        || is("link") && named("href");
    is_resource.then_some(Use::Resource)
}

fn is_named(attribute: &Attribute<'_>, name: &str) -> bool {
    attribute.name.eq_ignore_ascii_case(name)
}

/// The addresses in a value: several with their sizes in a `srcset`.
fn addresses(attribute: &Attribute<'_>) -> Vec<String> {
    let value: Cow<'_, str> = html::decode(attribute.value);
    if !is_named(attribute, "srcset") {
        return vec![value.into_owned()];
    }
    let candidates = value.split(", ").map(|candidate| candidate.trim().trim_end_matches(','));
    candidates.filter_map(|candidate| candidate.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, target: Option<(&str, bool, Option<&str>)>) {
        let file = SitePath::new("2024/05/one/index.html").expect("plain");
        let met = Met::new(&file, address, Use::Link);
        let found = met.and_then(|met| met.target(Some("https://blog.example")));
        let found = found.as_ref().map(|it| (it.path.as_str(), it.is_folder, it.fragment.as_deref()));
        assert_eq!(found, target, "{address}");
    }

    #[test]
    fn addresses_are_read_as_a_browser_does() {
        check("/", Some(("", true, None)));
        check("/a/b/", Some(("a/b", true, None)));
        check("/a/b?c#d", Some(("a/b", false, Some("d"))));
        check("https://blog.example", Some(("", true, None)));
        check("https://blog.example/a%20b/", Some(("a b", true, None)));
        check("https://blog.example.org/a", None);
        check("//other.example/a", None);
        check("mailto:a@b.c", None);
        check("javascript:void(0)", None);
        check("data:image/png;base64,AA", None);
        check("", None);
        check("x.jpg", Some(("2024/05/one/x.jpg", false, None)));
        check("../two/", Some(("2024/05/two", true, None)));
        check("../../../../..", Some(("", true, None)));
        check("#top-1", Some(("2024/05/one/index.html", false, Some("top-1"))));
        check("#", Some(("2024/05/one/index.html", false, None)));
        check("/tag/f%C3%BC%C3%9Fe/", Some(("tag/füße", true, None)));
        check("a:b", None);
    }

    #[test]
    fn pages_are_read() {
        let file = SitePath::new("index.html").expect("plain");
        let html = "<a href='/a/'>x</a><A NAME=n></A><p id=\"i&amp;j\"><img src=b.jpg srcset='c.jpg 1x, d.jpg 2x'>\
            <script>'<a href=\"/no/\">'</script><!-- <a href=/no/> --><form action=/no/><input src=no></form>";
        let (met, anchors) = read(&file, html);
        let met: Vec<_> = met.iter().map(|met| (met.address.as_str(), met.used)).collect();
        let images = ["b.jpg", "c.jpg", "d.jpg"].map(|image| (image, Use::Resource));
        assert_eq!(met, [&[("/a/", Use::Link)][..], &images].concat());
        assert_eq!(anchors.into_iter().collect::<Vec<_>>(), ["i&j", "n"]);
    }
}
