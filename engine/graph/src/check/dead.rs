//! Addresses that lead nowhere.

use std::collections::BTreeSet;

use bds_base::{Diagnostic, Place, SitePath, Span};
use bds_content::{html, percent};
use bds_project::layout::MetaKind;
use bds_project::nearest;

use super::addresses::{Met, Target};
use super::{Survey, Use};
use crate::codes;
use crate::db::{Database, Db};
use crate::inputs::Site;
use crate::lens::Question;
use crate::routes::Routes;
use crate::text::source_text;
use crate::{settings, templates};

/// What an address comes to.
enum Fate {
    Good,
    /// There is no such file.
    Missing,
    /// The page has no such name in it.
    NoSuchPlace(SitePath),
}

/// Says which addresses lead nowhere, where that stands. `is_own` says of a file of the output folder that is none of the
/// site whether it is there.
pub(super) fn diagnostics(
    db: &Database,
    routes: &Routes,
    survey: &Survey,
    is_own: &dyn Fn(&SitePath) -> bool,
) -> Vec<Diagnostic> {
    let base = settings::base_url(db);
    let mut found = Vec::new();
    for (met, pages) in &survey.met {
        let Some(target) = met.target(base.as_deref()) else { continue };
        let diagnostic = match fate(db, routes, survey, &target, is_own) {
            Fate::Good => continue,
            Fate::Missing => missing(met, &target, pages, routes),
            Fate::NoSuchPlace(page) => no_such_place(met, &target, &page, pages),
        };
        let places = places(db, survey, met, pages);
        if places.is_empty() {
            found.push(diagnostic);
        } else {
            found.extend(places.into_iter().map(|place| diagnostic.clone().at(place)));
        }
    }
    found
}

fn fate(db: &Database, routes: &Routes, survey: &Survey, target: &Target, is_own: &dyn Fn(&SitePath) -> bool) -> Fate {
    let index = if target.path.is_empty() { "index.html".to_owned() } else { format!("{}/index.html", target.path) };
    let names = [&target.path, &index, &format!("{}.html", target.path)].map(|name| SitePath::new(name).ok());
    let is_there = |file: &SitePath| routes.has(file) || Site::get(db).mirrored(db).contains(file) || is_own(file);
    let wanted = names.iter().skip(usize::from(target.is_folder)).flatten();
    let Some(file) = wanted.into_iter().find(|file| !file.as_str().is_empty() && is_there(file)) else {
        return Fate::Missing;
    };
    match (&target.fragment, survey.anchors.get(file)) {
        (Some(name), Some(anchors)) if !anchors.contains(name) && !is_of_browser(name) => {
            Fate::NoSuchPlace(file.clone())
        }
        _ => Fate::Good,
    }
}

/// Places that every page has, or that are no names.
fn is_of_browser(fragment: &str) -> bool {
    fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:") || fragment.starts_with('/')
}

fn missing(met: &Met, target: &Target, pages: &BTreeSet<SitePath>, routes: &Routes) -> Diagnostic {
    let (address, on) = (&met.address, on(pages));
    match met.used {
        Use::Link => {
            let message = format!("the link `{address}` leads to nothing that the site has; it stands on {on}");
            let folders = routes.pages.keys().filter_map(|file| file.as_str().strip_suffix("/index.html"));
            let hint = match nearest(&target.path, folders) {
                Some(near) => format!("did you mean `/{near}/`?"),
                None => "correct the address, or remove the link".to_owned(),
            };
            Diagnostic::error(codes::LINK_DEAD, message).hint(hint)
        }
        Use::Resource => {
            let message = format!("the site has no file `{address}`, which is needed on {on}");
            Diagnostic::error(codes::RESOURCE_MISSING, message).hint("add the file, or correct its address")
        }
    }
}

fn no_such_place(met: &Met, target: &Target, page: &SitePath, pages: &BTreeSet<SitePath>) -> Diagnostic {
    let (address, name, on) = (&met.address, target.fragment.as_deref().unwrap_or_default(), on(pages));
    let message =
        format!("the link `{address}` leads to `{name}` in `{page}`, where nothing has that id; it stands on {on}");
    Diagnostic::warning(codes::LINK_FRAGMENT, message).hint("correct what follows the `#`, or remove it")
}

fn on(pages: &BTreeSet<SitePath>) -> String {
    let first = pages.first().map(SitePath::as_str).unwrap_or_default();
    match pages.len() {
        0 | 1 => format!("`{first}`"),
        count => format!("{count} pages, such as `{first}`"),
    }
}

/// Where an address stands in the sources of the pages: in their texts, or else in a template or the menu. What a macro
/// makes stands nowhere.
fn places(db: &Database, survey: &Survey, met: &Met, pages: &BTreeSet<SitePath>) -> Vec<Place> {
    let ledger = &db.services().ledger;
    let numbers: BTreeSet<u32> = pages.iter().filter_map(|page| survey.asked.get(page)).flatten().copied().collect();
    let (mut texts, mut frames) = (BTreeSet::new(), BTreeSet::new());
    for number in numbers {
        match &*ledger.question(number) {
            Question::Rendered(place, _) => drop(texts.insert(place.words.clone())),
            Question::Body(words) => drop(texts.insert(words.clone())),
            Question::Template(name) => frames.extend(templates::file_of(db, name)),
            _ => {}
        }
    }
    frames.insert(settings::meta_path(MetaKind::Menu));
    let in_texts: Vec<_> = texts.iter().filter_map(|file| place(db, file, &met.address)).collect();
    if in_texts.is_empty() {
        return frames.iter().filter_map(|file| place(db, file, &met.address)).collect();
    }
    in_texts
}

/// Where an address stands in a file, however it is written there.
fn place(db: &Database, file: &SitePath, address: &str) -> Option<Place> {
    let source = db.services().files.file(db, file);
    let text = source_text(db, source).as_ref().ok()?.as_ref()?;
    let written = [address.to_owned(), html::escape(address).into_owned(), percent::decode(address).into_owned()];
    let whole = |written: &String| {
        let is_end = |next: Option<char>| {
            next.is_none_or(|next| matches!(next, '"' | '\'' | ')' | '>' | '<' | ' ' | '\n' | '\r' | '\t'))
        };
        let found = text.match_indices(written.as_str());
        found.map(|(at, _)| Span::new(at, at + written.len())).find(|span| is_end(text[span.end..].chars().next()))
    };
    written.iter().find_map(whole).map(|span| Place::span(file.clone(), text, span))
}
