//! Slugs: the names of posts in URLs (format sheet §2), of scripts (§5) and templates (§6).

use std::sync::Arc;

use deunicode::deunicode_char;
use rustc_hash::{FxHashMap, FxHashSet};

/// Makes the slug of a post from its title: romanised (ä→a, ß→ss), lower-case, every run of anything but letters and
/// digits one `-`. Empty when the title has neither (format sheet §2, "Slug rules").
pub fn post_slug(title: &str) -> String {
    joined(title.chars().map(romanised), '-')
}

/// Whether a text is such a slug already, as those that files say mostly are.
pub(crate) fn is_post_slug(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.split('-').all(is_part)
}

/// Normalises the slug of a script or template: lower-case, every run of anything but `a-z` and `0-9` one `_`. Empty
/// when nothing is left (format sheet §5).
pub fn name_slug(name: &str) -> String {
    joined(name.chars().map(|character| Romanised::Kept(character.to_ascii_lowercase())), '_')
}

/// What tags and categories are compared by: trimmed and in lower case (format sheet §2).
pub fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

enum Romanised {
    Kept(char),
    Spelled(&'static str),
}

/// What has no spelling in Latin letters parts words.
fn romanised(character: char) -> Romanised {
    if character.is_ascii() {
        return Romanised::Kept(character);
    }
    deunicode_char(character).map_or(Romanised::Kept(' '), Romanised::Spelled)
}

fn joined(pieces: impl Iterator<Item = Romanised>, separator: char) -> String {
    let mut slug = String::new();
    let mut parted = false;
    let mut push = |character: char| {
        if character.is_ascii_alphanumeric() {
            if parted && !slug.is_empty() {
                slug.push(separator);
            }
            parted = false;
            slug.push(character.to_ascii_lowercase());
        } else {
            parted = true;
        }
    };
    for piece in pieces {
        match piece {
            Romanised::Kept(character) => push(character),
            Romanised::Spelled(spelling) => spelling.chars().for_each(&mut push),
        }
    }
    slug
}

/// Gives out slugs so that no two are equal: `base`, then `base-2`, `base-3`…
///
/// In time linear in the number of slugs, also when all have the same base.
#[derive(Debug)]
pub(crate) struct Unique {
    separator: char,
    taken: FxHashSet<Arc<str>>,
    next: FxHashMap<Arc<str>, u64>,
}

impl Unique {
    pub(crate) fn new(separator: char) -> Self {
        Self { separator, taken: FxHashSet::default(), next: FxHashMap::default() }
    }

    /// Takes `slug` if nobody has it yet; says whether.
    pub(crate) fn claim(&mut self, slug: &Arc<str>) -> bool {
        self.taken.insert(slug.clone())
    }

    /// Takes `base`, or the first numbered one that nobody has.
    pub(crate) fn take(&mut self, base: &Arc<str>) -> Arc<str> {
        if self.claim(base) {
            return base.clone();
        }
        let next = self.next.entry(base.clone()).or_insert(2);
        loop {
            let slug: Arc<str> = format!("{base}{}{next}", self.separator).into();
            *next += 1;
            if self.taken.insert(slug.clone()) {
                return slug;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_slugs() {
        let check = |title: &str, slug: &str| assert_eq!(post_slug(title), slug, "{title}");
        for title in ["a", "a-b", "a--b", "-a", "a-", "A", "ä", "a b", "", "2026-a1"] {
            assert_eq!(is_post_slug(title), !title.is_empty() && post_slug(title) == title, "{title}");
        }
        check("cmux — Das Terminal für Multitasking", "cmux-das-terminal-fur-multitasking");
        check("Äpfel & Öl, Übergröße", "apfel-ol-ubergrosse");
        check("  --Hello,   World!--  ", "hello-world");
        check("Москва", "moskva");
        check("u\u{308}ber", "uber");
        check("C++ 17", "c-17");
        check("!?", "");
        check("", "");
    }

    #[test]
    fn names_become_slugs_of_scripts() {
        let check = |name: &str, slug: &str| assert_eq!(name_slug(name), slug, "{name}");
        check("BGG Link", "bgg_link");
        check("__init__", "init");
        check("a--b__c", "a_b_c");
        check("größe", "gr_e");
        check("…", "");
    }

    #[test]
    fn equal_slugs_are_numbered() {
        let mut unique = Unique::new('-');
        let [a, a2]: [Arc<str>; 2] = ["a".into(), "a-2".into()];
        assert!(unique.claim(&a2));
        let given: Vec<_> = (0..3).map(|_| unique.take(&a)).collect();
        assert_eq!(given.iter().map(|slug| &**slug).collect::<Vec<_>>(), ["a", "a-3", "a-4"]);
        assert_eq!(&*unique.take(&a2), "a-2-2");
    }
}
