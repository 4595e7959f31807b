use bds_base::Span;

/// Whether a text may have strikethrough within a word. Most texts have none, and need not be read twice.
pub(super) fn is_likely(text: &str) -> bool {
    let within = |at: &usize| !is_space(before(text, *at)) && !is_space(after(text, *at));
    let lone: Vec<usize> = lone_tildes(text, Span::new(0, text.len())).collect();
    lone.len() > 1 && lone.iter().any(within)
}

/// Finds the single tildes that strike text through within words, as in `H~2~O` (GFM §6.5): the parser reads single tildes
/// only around words, double ones everywhere. Each that is found has to be doubled. They come in order. A tilde for
/// which `is_taken` holds belongs to something else.
pub(super) fn find(text: &str, runs: &[Span], is_taken: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    for run in runs {
        let mut opening = None;
        for at in lone_tildes(text, *run).filter(|at| !is_taken(*at)) {
            let (before, after) = (before(text, at), after(text, at));
            match opening {
                Some(opened) if flanks(after, before) && at > opened + 1 => {
                    found.extend([opened, at]);
                    opening = None;
                }
                _ if flanks(before, after) => opening = Some(at),
                _ => {}
            }
        }
    }
    found
}

/// The tildes in a stretch that stand alone and are not escaped.
fn lone_tildes(text: &str, span: Span) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'~', &bytes[span.range()]).map(move |at| span.start + at).filter(move |at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        !matches!(before, Some(b'~' | b'\\')) && bytes.get(at + 1) != Some(&b'~')
    })
}

/// Whether a delimiter belongs to the character on its inner side (`CommonMark` §6.2, "flanking").
fn flanks(outer: Option<char>, inner: Option<char>) -> bool {
    let is_punctuation = |character: char| !character.is_alphanumeric() && !character.is_whitespace();
    !is_space(inner) && (!inner.is_some_and(is_punctuation) || is_space(outer) || outer.is_some_and(is_punctuation))
}

/// White space, or the edge of the text.
fn is_space(character: Option<char>) -> bool {
    character.is_none_or(char::is_whitespace)
}

fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn after(text: &str, at: usize) -> Option<char> {
    text[at + 1..].chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_tildes_within_words_are_worth_a_look() {
        for likely in ["H~2~O", "a~b c~d", "~a~b", "x ~a b~c"] {
            assert!(is_likely(likely), "{likely}");
        }
        for unlikely in ["", "~", "~~a~~b", "~5 bis ~10", "a~b", "a ~ b ~ c"] {
            assert!(!is_likely(unlikely), "{unlikely}");
        }
    }
}
