//! Addresses that lead nowhere.

use std::collections::{BTreeMap, BTreeSet};

use bds_base::{Diagnostic, Place, SitePath, Span};
use bds_content::{html, percent};
use bds_project::layout::MetaKind;
use bds_project::nearest;

use super::addresses::Target;
use super::{Survey, Use};
use crate::codes;
use crate::db::{Database, Db};
use crate::inputs::Site;
use crate::lens::Question;
use crate::routes::Routes;
use crate::text::source_text;
use crate::{settings, templates};

/// An address that leads nowhere.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    address: String,
    used: Use,
    what: What,
}

/// What is wrong with an address.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// There is no such file.
    Missing,
    /// The page has no such name in it.
    NoSuchPlace,
}

/// Says which addresses lead nowhere, where that stands. `is_own` says of a file of the output folder that is none of the
/// site whether it is there.
pub(super) fn diagnostics(
    db: &Database,
    routes: &Routes,
    survey: &Survey,
    is_own: &dyn Fn(&SitePath) -> bool,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (Fault { address, used, what }, (target, pages)) in faults(db, routes, survey, is_own) {
        let diagnostic = match what {
            What::Missing => missing(&address, used, &target, &pages, routes),
            What::NoSuchPlace => no_such_place(&address, &target, &pages),
        };
        let places = places(db, survey, &address, &pages);
        if places.is_empty() {
            found.push(diagnostic);
        } else {
            found.extend(places.into_iter().map(|place| diagnostic.clone().at(place)));
        }
    }
    found
}

/// All faults, with where the address leads to and the pages on which it does: a relative one leads elsewhere from each.
fn faults(
    db: &Database,
    routes: &Routes,
    survey: &Survey,
    is_own: &dyn Fn(&SitePath) -> bool,
) -> BTreeMap<Fault, (Target, BTreeSet<SitePath>)> {
    let base = settings::base_url(db);
    let mut faults: BTreeMap<Fault, (Target, BTreeSet<SitePath>)> = BTreeMap::new();
    for (met, pages) in &survey.met {
        let Some(target) = met.target(base.as_deref()) else { continue };
        let Some(what) = fault(db, routes, survey, &target, is_own) else { continue };
        let fault = Fault { address: met.address.clone(), used: met.used, what };
        faults.entry(fault).or_insert_with(|| (target, BTreeSet::new())).1.extend(pages.iter().cloned());
    }
    faults
}

fn fault(
    db: &Database,
    routes: &Routes,
    survey: &Survey,
    target: &Target,
    is_own: &dyn Fn(&SitePath) -> bool,
) -> Option<What> {
    let index = if target.path.is_empty() { "index.html".to_owned() } else { format!("{}/index.html", target.path) };
    let names = [&target.path, &index, &format!("{}.html", target.path)].map(|name| SitePath::new(name).ok());
    let is_there = |file: &SitePath| routes.has(file) || Site::get(db).mirrored(db).contains(file) || is_own(file);
    let wanted = names.iter().skip(usize::from(target.is_folder)).flatten();
    let Some(file) = wanted.into_iter().find(|file| !file.as_str().is_empty() && is_there(file)) else {
        return Some(What::Missing);
    };
    match (&target.fragment, survey.anchors.get(file)) {
        (Some(name), Some(anchors)) if !anchors.contains(name) && !is_of_browser(name) => Some(What::NoSuchPlace),
        _ => None,
    }
}

/// Places that every page has, or that are no names.
fn is_of_browser(fragment: &str) -> bool {
    fragment.eq_ignore_ascii_case("top") || fragment.starts_with(":~:") || fragment.starts_with('/')
}

fn missing(address: &str, used: Use, target: &Target, pages: &BTreeSet<SitePath>, routes: &Routes) -> Diagnostic {
    let on = on(pages);
    match used {
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

fn no_such_place(address: &str, target: &Target, pages: &BTreeSet<SitePath>) -> Diagnostic {
    let (name, on) = (target.fragment.as_deref().unwrap_or_default(), on(pages));
    let message =
        format!("the link `{address}` leads to `{name}` in a page where nothing has that id; it stands on {on}");
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
fn places(db: &Database, survey: &Survey, address: &str, pages: &BTreeSet<SitePath>) -> Vec<Place> {
    let ledger = &db.services().ledger;
    let numbers: BTreeSet<u32> = pages.iter().filter_map(|page| survey.asked.get(page)).flatten().copied().collect();
    let (mut texts, mut frames) = (BTreeSet::new(), BTreeSet::new());
    for number in numbers {
        match &*ledger.question(number) {
            Question::Rendered(place, _) => drop(texts.insert(place.words.clone())),
            Question::Body(words) => drop(texts.insert(words.clone())),
            Question::Templates(names) => frames.extend(names.iter().filter_map(|name| templates::file_of(db, name))),
            _ => {}
        }
    }
    frames.insert(settings::meta_path(MetaKind::Menu));
    let in_texts: Vec<_> = texts.iter().filter_map(|file| place(db, file, address)).collect();
    if in_texts.is_empty() {
        return frames.iter().filter_map(|file| place(db, file, address)).collect();
    }
    in_texts
}

/// Where an address stands in a file, however it is written there.
fn place(db: &Database, file: &SitePath, address: &str) -> Option<Place> {
    let source = db.services().files.file(db, file);
    let text = source_text(db, source).as_ref().ok()?.as_ref()?;
    let written = [address, &html::escape(address), &percent::decode(address), address.trim_start_matches('/')];
    let whole = |written: &&str| {
        let (before, after) =
            (['(', '"', '\'', '=', '<', ' ', '\n', '\t', '/'], ['"', '\'', ')', '>', '<', ' ', '\n', '\r', '\t']);
        let is_whole = |span: &Span| {
            text[..span.start].ends_with(before) && (span.end == text.len() || text[span.end..].starts_with(after))
        };
        text.match_indices(written).map(|(at, _)| Span::new(at, at + written.len())).find(is_whole)
    };
    written
        .iter()
        .filter(|written| !written.is_empty())
        .find_map(whole)
        .map(|span| Place::span(file.clone(), text, span))
}
