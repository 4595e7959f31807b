/// Where `http`, `https` or `ftp` begins before the colon at `colon`; none when another scheme, or a longer word,
/// stands there.
pub(super) fn scheme_start(bytes: &[u8], colon: usize) -> Option<usize> {
    let scheme = [&b"https"[..], b"http", b"ftp"]
        .into_iter()
        .find(|scheme| colon >= scheme.len() && bytes[colon - scheme.len()..colon].eq_ignore_ascii_case(scheme))?;
    let start = colon - scheme.len();
    (start == 0 || !bytes[start - 1].is_ascii_alphanumeric()).then_some(start)
}

/// Where `www` begins before the dot at `dot`, at the beginning of a line, after white space, or after one of `*_~(`.
pub(super) fn www_start(text: &str, dot: usize) -> Option<usize> {
    let start = dot.checked_sub(3).filter(|start| text.as_bytes()[*start..dot] == *b"www")?;
    let before = text[..start].chars().next_back();
    before.is_none_or(|before| before.is_whitespace() || matches!(before, '*' | '_' | '~' | '(')).then_some(start)
}

/// The length of the address at the start of `text`, which begins with a scheme or with `www.`; none when no valid
/// domain follows.
pub(super) fn end(text: &str) -> Option<usize> {
    // `https` is the longest scheme.
    let colon = text.as_bytes().windows(3).take(6).position(|bytes| bytes == b"://");
    let (has_scheme, domain_at) = colon.map_or((false, 0), |colon| (true, colon + 3));
    let domain = domain(&text[domain_at..])?;
    // A host without a dot is good enough after a scheme, as GitHub has it: http://localhost:8000.
    if !has_scheme && domain.trim_end_matches('.') == "www" {
        return None;
    }
    let whole = text.find(|character: char| character.is_whitespace() || character == '<').unwrap_or(text.len());
    Some(trimmed(&text[..whole]))
}

/// The domain at the start of `text`: parts of letters, digits, `-` and `_`, joined by dots; no `_` in the last two.
fn domain(text: &str) -> Option<&str> {
    /// No name in the domain name system is longer. The limit keeps hostile text cheap.
    const LONGEST: usize = 253;
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    let end = text.char_indices().take(LONGEST + 1).find(|(_, character)| !is_part(*character));
    let end = match end {
        Some((end, _)) => end,
        None if text.chars().nth(LONGEST).is_none() => text.len(),
        None => return None,
    };
    let domain = &text[..end];
    let valid = domain.starts_with(|first: char| first != '.')
        && domain.trim_end_matches('.').rsplit('.').take(2).all(|part| !part.contains('_'));
    valid.then_some(domain)
}

/// The length of an address without the punctuation at its end that belongs to the sentence around it (GFM §6.9,
/// "extended autolink path validation").
fn trimmed(address: &str) -> usize {
    let bytes = address.as_bytes();
    let count = |wanted: u8| memchr::memchr_iter(wanted, bytes).count();
    let (opening, mut closing) = (count(b'('), count(b')'));
    let mut end = bytes.len();
    while let Some(last) = end.checked_sub(1).map(|at| bytes[at]) {
        match last {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => end -= 1,
            b';' => end = entity_start(&bytes[..end - 1]).unwrap_or(end - 1),
            b')' if closing > opening => {
                closing -= 1;
                end -= 1;
            }
            _ => break,
        }
    }
    end
}

/// Where the `&` of an entity begins whose name ends here.
fn entity_start(bytes: &[u8]) -> Option<usize> {
    let name = bytes.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let start = bytes.len().checked_sub(name + 1)?;
    (name > 0 && bytes[start] == b'&').then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(end(text).map(|end| &text[..end]), expected, "{text}");
        check("https://e.org/a?b=c&d. And", Some("https://e.org/a?b=c&d"));
        check("http://e.org/a(b)).", Some("http://e.org/a(b)"));
        check("http://e.org/a(b", Some("http://e.org/a(b"));
        check("www.google.com/search?q=(business))+ok", Some("www.google.com/search?q=(business))+ok"));
        check("www.e.org/search?q=a&hl;", Some("www.e.org/search?q=a"));
        check("www.e.org/search?q=a&hl;;", Some("www.e.org/search?q=a"));
        check("www.e.org/he<lp", Some("www.e.org/he"));
        check("http://e.org:8000/~me/*a*_?!", Some("http://e.org:8000/~me/*a"));
        check("ftp://e/x", Some("ftp://e/x"));
        check("http://localhost:3000/x", Some("http://localhost:3000/x"));
        check("https://müller.example/ü\u{a0}x", Some("https://müller.example/ü"));
        check("http://a_b.c.org", Some("http://a_b.c.org"));
        for none in ["http://", "http://.x", "http:// x", "www.", "www..", "http://a.b_c", "www.a_b.c_d.", "http://("] {
            check(none, None);
        }
    }
}
