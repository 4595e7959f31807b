//! Tags and categories: how often each is used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use bds_project::slug;
use icu_collator::options::CollatorOptions;
use icu_collator::{CollatorBorrowed, CollatorPreferences};

use crate::archives::{self, ArchiveKind};
use crate::db::Db;
use crate::posts::{self, Name};

/// Names with the number of posts that use each.
pub(crate) type Usage = Arc<[(Arc<str>, usize)]>;

/// The tags of all posts that the site shows, the most used first, then by name (format sheet §11.6). Tags that differ
/// in case only are one.
#[salsa::tracked]
pub(crate) fn tag_counts(db: &dyn Db) -> Usage {
    usage(db, |post| &post.tags, &|key| ArchiveKind::Tag(key))
}

/// The categories likewise.
#[salsa::tracked]
pub(crate) fn category_counts(db: &dyn Db) -> Usage {
    usage(db, |post| &post.categories, &|key| ArchiveKind::Category(key))
}

fn usage(db: &dyn Db, names: fn(&posts::Post) -> &Arc<[Arc<str>]>, kind: &dyn Fn(Arc<str>) -> ArchiveKind) -> Usage {
    let mut counts: BTreeMap<String, (Arc<str>, usize)> = BTreeMap::new();
    for post in posts::shown_posts(db).iter().filter_map(|file| posts::post(db, *file)) {
        let unique: BTreeMap<String, &Arc<str>> = names(post).iter().map(|name| (slug::key(name), name)).collect();
        for (key, name) in unique {
            let first = || (name.trim().into(), 0);
            counts.entry(key).or_insert_with(first).1 += 1;
        }
    }
    let spelled = counts.into_iter().map(|(key, (first, count))| {
        let archive = archives::in_main_tree(db, kind(key.into()));
        (archives::spelling(db, archive).cloned().unwrap_or(first), count)
    });
    let mut spelled: Vec<_> = spelled.collect();
    spelled.sort_by_cached_key(|(name, count)| (std::cmp::Reverse(*count), collation(name), name.clone()));
    spelled.into()
}

/// What names are sorted by: the order of the Unicode Collation Algorithm, in which `Ärger` stands by `arg` and `foo_bar`
/// before `foobar`, as the original's `localeCompare` has it (format sheet §11.6). The original goes by the language of the
/// machine; here it is the order that is the same for most languages.
pub(crate) fn collation(name: &str) -> Vec<u8> {
    static COLLATOR: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
        CollatorBorrowed::try_new(CollatorPreferences::default(), CollatorOptions::default())
            .expect("the data of the order that all languages begin with are built in")
    });
    let mut key = Vec::new();
    let Ok(()) = COLLATOR.write_sort_key_to(name, &mut key);
    key
}

/// The posts with a tag, the newest first.
#[salsa::tracked]
pub(crate) fn posts_with_tag<'db>(db: &'db dyn Db, key: Name<'db>) -> Arc<[crate::files::SourceFile]> {
    let key = key.text(db);
    let has = |file: &&crate::files::SourceFile| {
        posts::post(db, **file).is_some_and(|post| post.tags.iter().any(|tag| slug::key(tag) == **key))
    };
    posts::shown_posts(db).iter().filter(has).copied().collect()
}

/// The names in use, sorted.
pub(crate) fn names_in_use(usage: &Usage) -> Vec<Arc<str>> {
    let names: BTreeSet<_> = usage.iter().map(|(name, _)| (collation(name), name.clone())).collect();
    names.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `names.sort((a, b) => a.localeCompare(b))` gives in Node.js 20, in English and in German.
    const SORTED: &str = r##"["_x", "-x", "'quoted'", "\"air\"", "(paren)", "[x]", "{x}", "@home", "#tag", "<x>", "~tilde", "🎉 party", "$money", "١", "½", "10", "100%", "2", "9", "a/b", "a\\b", "a&b", "aes", "aether", "æther", "arg", "Ärger", "c", "C#", "C++", "Eclair", "éclair", "emoji 🎉", "fi", "ﬁ", "fj", "foo bar", "foo_bar", "foo-bar", "foo.bar", "foobar", "ñ", "Ñandú", "nz", "o", "ø", "oz", "R & D", "r&d", "resume", "résumé", "Résumé", "ss", "ß", "st", "strasse", "Straße", "strassf", "uber", "über", "Ubers", "Zebra", "zebra2", "Ελλάδα", "яблоко", "日本語"]"##;

    #[test]
    fn names_are_sorted_as_javascript_does() {
        let sorted: Vec<String> = serde_json::from_str(SORTED).expect("a list of names");
        let mut names = sorted.clone();
        names.reverse();
        names.sort_by_cached_key(|name| collation(name));
        assert_eq!(names, sorted);
    }
}
