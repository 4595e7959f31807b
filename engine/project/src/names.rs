//! Keeps the ids and slugs of files of one kind apart.

use std::collections::HashSet;
use std::sync::Arc;

use bds_base::{Code, Diagnostic, Place, SitePath, Stretch};
use rustc_hash::FxHashMap;

use crate::id;
use crate::slug::Unique;

/// What kind of files are named.
pub(crate) struct Naming {
    /// In derived ids and in messages.
    pub(crate) kind: &'static str,
    /// Between a slug and its number.
    pub(crate) separator: char,
    pub(crate) duplicate_id: Code,
    pub(crate) duplicate_slug: Code,
    /// Whether a file that says a slug which another has is an error: it is not found under the address that it says.
    pub(crate) is_address: bool,
}

/// What one file wants to be called.
pub(crate) struct Claim<'f> {
    pub(crate) path: &'f SitePath,
    /// The id that the file says.
    pub(crate) id: Option<&'f Arc<str>>,
    /// The slug that the file says, in the form of one.
    pub(crate) said: Option<Arc<str>>,
    /// Where the file says it.
    pub(crate) said_at: Option<Stretch>,
    /// The slug that its title or name makes.
    pub(crate) made: Arc<str>,
    /// Whether nobody cares for the slug of the file, so that no word is lost over a number behind it.
    pub(crate) quiet: bool,
}

/// What a file is called.
pub(crate) struct Name {
    pub(crate) id: Arc<str>,
    pub(crate) slug: Arc<str>,
}

/// Names the files, in the order of `claims`: who comes first keeps an id that two have. A slug goes to the first
/// who says it, then to those who make it from something else, so that a new file never takes the slug of an old one.
pub(crate) fn resolve(claims: &[Claim<'_>], naming: &Naming, diagnostics: &mut Vec<Diagnostic>) -> Vec<Name> {
    let said: Vec<_> = claims.iter().map(|claim| (claim.path, claim.id)).collect();
    let ids = ids(&said, naming.kind, naming.duplicate_id, diagnostics);
    let slugs = slugs(claims, naming, diagnostics);
    ids.into_iter().zip(slugs).map(|(id, slug)| Name { id, slug }).collect()
}

/// Gives each file the id that it says, or one of its own where it says none or an earlier one has it.
pub(crate) fn ids(
    said: &[(&SitePath, Option<&Arc<str>>)],
    kind: &str,
    duplicate: Code,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<str>> {
    let mut holders: FxHashMap<&str, &SitePath> = FxHashMap::default();
    let mut kept = Vec::with_capacity(said.len());
    for (path, id) in said {
        let holder = id.and_then(|id| Some((id, *holders.get(&**id)?)));
        if let Some((id, holder)) = holder {
            let message = format!("the id `{id}` is already that of `{holder}`");
            let hint = format!("give the {kind} an id of its own; in this build it has one made of its path");
            diagnostics.push(Diagnostic::warning(duplicate, message).hint(hint).in_file(path));
        } else if let Some(id) = id {
            holders.insert(id, path);
        }
        kept.push(id.filter(|_| holder.is_none()));
    }
    // Only looked at for those that have none of their own.
    let taken = kept.iter().any(Option::is_none).then(|| kept.iter().flatten().copied().cloned().collect());
    let mut taken: HashSet<Arc<str>> = taken.unwrap_or_default();
    let files = said.iter().zip(kept);
    files.map(|((path, _), id)| id.cloned().unwrap_or_else(|| id::derived(kind, path, &mut taken))).collect()
}

fn slugs(claims: &[Claim<'_>], naming: &Naming, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<str>> {
    let mut unique = Unique::new(naming.separator);
    let mut holders: FxHashMap<&str, &SitePath> = FxHashMap::default();
    let mut slugs: Vec<Option<Arc<str>>> = vec![None; claims.len()];
    for (claim, slug) in claims.iter().zip(&mut slugs) {
        if let Some(said) = claim.said.as_ref().filter(|said| unique.claim(said)) {
            holders.insert(said, claim.path);
            *slug = Some(said.clone());
        }
    }
    for (claim, slug) in claims.iter().zip(&mut slugs).filter(|(_, slug)| slug.is_none()) {
        let base = claim.said.as_ref().unwrap_or(&claim.made);
        let given = slug.insert(unique.take(base));
        match holders.get(&**base) {
            Some(_) if claim.quiet => {}
            Some(holder) => diagnostics.push(duplicate_slug(claim, naming, holder, given)),
            None => drop(holders.insert(base, claim.path)),
        }
    }
    slugs.into_iter().map(|slug| slug.expect("the loop above gives one to whoever has none")).collect()
}

fn duplicate_slug(claim: &Claim<'_>, naming: &Naming, holder: &SitePath, given: &str) -> Diagnostic {
    let base = claim.said.as_ref().unwrap_or(&claim.made);
    let kind = naming.kind;
    let message = format!("the slug `{base}` is already that of `{holder}`");
    let is_error = naming.is_address && claim.said.is_some();
    let diagnostic = if is_error { Diagnostic::error } else { Diagnostic::warning }(naming.duplicate_slug, message);
    diagnostic
        .hint(format!("give the {kind} a slug of its own; in this build it is called `{given}`"))
        .at(Place::stretch(claim.path.clone(), claim.said_at))
}
