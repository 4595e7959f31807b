/// The candidate that `word` was probably meant to be: the most alike, if any is alike enough; the earlier of two
/// that are equally so.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let alike =
        candidates.into_iter().map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate));
    let best = alike.fold(None, |best: Option<(f64, &str)>, (score, candidate)| match best {
        Some((highest, _)) if highest >= score => best,
        _ => Some((score, candidate)),
    });
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, candidate)| candidate)
}

/// The hint for a word that is none of `candidates`: the nearest of them, or all.
pub(crate) fn nearest_hint(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("it is one of {}", candidates.join(", ")),
    }
}

/// Longer words are no slips of the hand, and comparing them costs their length squared.
const LONGEST: usize = 64;
const ALIKE: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        assert_eq!(nearest("timzone", ["output", "timezone"]), Some("timezone"));
        assert_eq!(nearest("Published", ["draft", "published"]), Some("published"));
        assert_eq!(nearest("xyz", ["output", "timezone"]), None);
        assert_eq!(nearest(&"a".repeat(100_000), [&*"a".repeat(100_000)]), None);
    }
}
