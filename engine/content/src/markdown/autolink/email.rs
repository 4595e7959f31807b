use bds_base::Span;

use super::Autolink;

/// Whether the `@` at `at` stands between characters of an e-mail address.
pub(super) fn is_likely(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(is_local) && bytes.get(at + 1).is_some_and(|after| is_domain(*after))
}

/// The e-mail address around the `@` at `at`, within `bounds` (GFM §6.9, "extended email autolink"), with the `mailto:`
/// or `xmpp:` that it may be written with.
pub(super) fn around(text: &str, at: usize, bounds: Span) -> Option<Autolink> {
    let (before, after) = (&text.as_bytes()[bounds.start..at], &text.as_bytes()[at + 1..bounds.end]);
    let local = before.iter().rev().take_while(|byte| is_local(**byte)).count();
    let whole = after.iter().take_while(|byte| is_domain(**byte)).count();
    let domain = text[at + 1..at + 1 + whole].trim_end_matches('.');
    let valid = local > 0
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty())
        && !domain.ends_with(['-', '_'])
        && after.get(whole) != Some(&b'@');
    let start = at - local;
    let (start, prefix) = match scheme(&text.as_bytes()[bounds.start..start]) {
        Some(length) => (start - length, ""),
        None => (start, "mailto:"),
    };
    valid.then(|| Autolink { span: Span::new(start, at + 1 + domain.len()), prefix })
}

/// The length of the `mailto:` or `xmpp:` that `before` ends with.
fn scheme(before: &[u8]) -> Option<usize> {
    let scheme = [&b"mailto:"[..], b"xmpp:"].into_iter().find(|scheme| {
        before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme)
    })?;
    let outside = before.len().checked_sub(scheme.len() + 1).map(|at| before[at]);
    outside.is_none_or(|outside| !outside.is_ascii_alphanumeric()).then_some(scheme.len())
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+')
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e_mail_addresses_are_whole() {
        let check = |text: &str, expected: Option<&str>| {
            let at = text.find('@').expect("an @");
            let found = around(text, at, Span::new(0, text.len()));
            assert_eq!(found.map(|link| &text[link.span.range()]), expected, "{text}");
        };
        check("mail foo@bar.baz.", Some("foo@bar.baz"));
        check("hello+x@mail_a.b-c.d", Some("hello+x@mail_a.b-c.d"));
        check("a.b-c_d@a.b_", None);
        check("a@b", None);
        check("a@b..c", None);
        check("(mailto:a@b.c)", Some("mailto:a@b.c"));
        check("üa@b.c", Some("a@b.c"));
        check(" @b.c", None);
    }
}
