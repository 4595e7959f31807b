use std::borrow::Cow;

use crate::percent;

/// What an address in a post leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A post by its slug: `/posts/slug`, `post/2026/3/slug.html`.
    Post(Cow<'a, str>),
    /// A post by its address: `/2026/3/13/slug`.
    Dated {
        /// The address with two-digit numbers and a slash at its end.
        path: String,
        /// The slug as written.
        slug: &'a str,
    },
    /// A media file: `media/2005/11/file.jpg`.
    Media {
        /// The key to look it up with: decoded, lower-case, `media/yyyy/mm/file`.
        key: String,
        /// The address with a slash at its beginning.
        path: String,
    },
}

/// Splits the `?query` and the `#fragment` off an address; none for an address that rewriting leaves alone: empty, a
/// fragment of the same page, of another host, or with a scheme (format sheet §9).
pub(super) fn local(address: &str) -> Option<(&str, &str)> {
    if address.is_empty() || address.starts_with(['#', '?']) || address.starts_with("//") || has_scheme(address) {
        return None;
    }
    Some(address.split_at(address.find(['?', '#']).unwrap_or(address.len())))
}

/// Reads the path of an address (format sheet §9, table).
pub(super) fn read(path: &str) -> Option<Target<'_>> {
    let relative = path.strip_prefix('/').unwrap_or(path);
    let first = relative.split('/').next()?;
    match first {
        "post" | "posts" => {
            let slug = slug(relative[first.len()..].strip_prefix('/')?)?;
            Some(Target::Post(percent::decode(slug)))
        }
        "media" => media(relative),
        // Only an absolute path can begin with a date: `2026/3/13/x` may be a relative one.
        _ if path.starts_with('/') => dated(relative),
        _ => None,
    }
}

/// The slug in `slug`, `2026/3/slug`, each with or without `.html` or a slash at its end.
pub(super) fn slug(rest: &str) -> Option<&str> {
    let rest = without_ending(rest);
    let parts: Vec<&str> = rest.splitn(4, '/').collect();
    match parts[..] {
        [slug] if !slug.is_empty() => Some(slug),
        [year, month, slug] if is_year(year) && is_two_digits(month) && !slug.is_empty() => Some(slug),
        _ => None,
    }
}

/// The path without `.html`, `.htm` or a slash at its end.
pub(super) fn without_ending(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    let end = path.rfind('.').filter(|dot| {
        let extension = &path[dot + 1..];
        extension.eq_ignore_ascii_case("html") || extension.eq_ignore_ascii_case("htm")
    });
    &path[..end.unwrap_or(path.len())]
}

/// The address of a post in `2026/3/13/slug`.
pub(super) fn dated(relative: &str) -> Option<Target<'_>> {
    let parts: Vec<&str> = without_ending(relative).splitn(5, '/').collect();
    let [year, month, day, slug] = parts[..] else { return None };
    if !is_year(year) || !is_two_digits(month) || !is_two_digits(day) || slug.is_empty() {
        return None;
    }
    Some(Target::Dated { path: format!("/{year}/{month:0>2}/{day:0>2}/{slug}/"), slug })
}

fn media(relative: &str) -> Option<Target<'_>> {
    let parts: Vec<&str> = relative.splitn(5, '/').collect();
    let [folder, year, month, file] = parts[..] else { return None };
    if !is_year(year) || !is_two_digits(month) || file.is_empty() {
        return None;
    }
    let file = percent::decode(file).to_lowercase();
    Some(Target::Media { key: format!("{folder}/{year}/{month:0>2}/{file}"), path: format!("/{relative}") })
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_two_digits(part: &str) -> bool {
    matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an address begins with a scheme (RFC 3986 §3.1).
fn has_scheme(address: &str) -> bool {
    let colon = address.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')));
    colon.is_some_and(|colon| address.as_bytes()[colon] == b':' && address.as_bytes()[0].is_ascii_alphabetic())
}
