//! Posts that cannot be read, as far as it can be guessed what they would be: what leads to one of them is not told
//! beside the reason.

use std::sync::Arc;

use bds_base::SitePath;
use bds_project::slug;

use super::post_document;
use crate::db::Db;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::ledger::Seal;
use crate::text::source_text;

/// What a file that cannot be read as a post seems to be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unread {
    path: SitePath,
    id: Option<String>,
    /// What it could be called: by what it says, or as its file is.
    slugs: Vec<String>,
    /// The lines of its front matter, one after the other, in the form in which names are compared.
    head: Vec<String>,
}

/// How many lines are looked at where the front matter has no end.
const MOST_LINES: usize = 100;

/// The posts that cannot be read. Only asked for where something leads nowhere.
#[salsa::tracked]
fn unread_posts(db: &dyn Db) -> Arc<[Unread]> {
    let unread = Site::get(db).posts(db).iter().filter(|file| post_document(db, **file).is_none());
    unread.filter_map(|file| guess(db, *file)).collect()
}

fn guess(db: &dyn Db, file: SourceFile) -> Option<Unread> {
    let path = file.path(db);
    let lines: Vec<&str> = match source_text(db, file) {
        Ok(None) => return None,
        Ok(Some(text)) => text.lines().skip(1).take_while(|line| line.trim_end() != "---").take(MOST_LINES).collect(),
        Err(_) => Vec::new(),
    };
    let said = |key: &str| lines.iter().find_map(|line| value(line.strip_prefix(key)?.strip_prefix(':')?));
    let names = [said("slug"), said("title"), Some(path.stem())].into_iter().flatten();
    Some(Unread {
        path: path.clone(),
        id: said("id").map(str::to_owned),
        slugs: names.map(slug::post_slug).collect(),
        head: lines.iter().map(|line| slug::key(line)).collect(),
    })
}

/// The value of a key as it stands in its line, without quotes; none when there is nothing.
fn value(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['\'', '"']).trim();
    (!text.is_empty()).then_some(text)
}

/// What the posts that cannot be read are known by.
pub(crate) fn seal(db: &dyn Db) -> Seal {
    let known = |unread: &Unread| (unread.path.clone(), unread.id.clone(), unread.slugs.clone());
    Seal::of(&unread_posts(db).iter().map(known).collect::<Vec<_>>())
}

/// Whether a post that cannot be read seems to have this slug or id.
pub(crate) fn is_unread(db: &dyn Db, slug: Option<&str>, id: Option<&str>) -> bool {
    unread_posts(db).iter().any(|unread| {
        slug.is_some_and(|slug| unread.slugs.iter().any(|known| known == slug))
            || id.is_some_and(|id| unread.id.as_deref() == Some(id))
    })
}

/// Whether a post that cannot be read seems to name this category.
pub(crate) fn names_category(db: &dyn Db, category: &str) -> bool {
    let category = slug::key(category);
    unread_posts(db).iter().any(|unread| unread.head.iter().any(|line| has_words(line, &category)))
}

/// Whether a text has these words, not only as parts of other words.
fn has_words(text: &str, words: &str) -> bool {
    let is_outside = |neighbour: Option<char>| neighbour.is_none_or(|letter| !letter.is_alphanumeric());
    !words.is_empty()
        && text.match_indices(words).any(|(at, found)| {
            is_outside(text[..at].chars().next_back()) && is_outside(text[at + found.len()..].chars().next())
        })
}

/// Whether the post that a translation is of seems to be one that cannot be read: by its id, or because it lies beside
/// the translation as posts do.
pub(crate) fn is_of_unread(db: &dyn Db, translation: &SitePath, id: &str) -> bool {
    let stem = translation.stem();
    let source = stem.rsplit_once('.').map_or(stem, |(source, _language)| source);
    let is_beside = |unread: &Unread| unread.path.parent() == translation.parent() && unread.path.stem() == source;
    is_unread(db, None, Some(id)) || unread_posts(db).iter().any(is_beside)
}
