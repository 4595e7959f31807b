//! The menu: `meta/menu.opml` (format sheet §4).

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::nearest::nearest_hint;
use crate::report::Report;
use crate::{Parsed, codes, slug};

/// The menu of a site: exactly one entry leads home, and it is the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// The entries of the highest level.
    pub items: Vec<MenuItem>,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// `id`; empty when it is missing.
    pub id: Arc<str>,
    /// `text`.
    pub text: Arc<str>,
    /// `title`, which only some files have.
    pub title: Option<Arc<str>>,
    /// Where it leads.
    pub target: MenuTarget,
    /// The entries below it.
    pub children: Vec<MenuItem>,
    /// Where it stands in the file, in bytes; for diagnostics about what it leads to.
    pub span: Span,
}

/// Where an entry of the menu leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuTarget {
    /// To the front page.
    Home,
    /// To a page, by its slug and id.
    Page {
        /// `pageSlug`.
        slug: Option<Arc<str>>,
        /// `pageId`.
        id: Option<Arc<str>>,
    },
    /// Nowhere itself.
    Submenu,
    /// To the archive of a category.
    CategoryArchive {
        /// `categoryName`.
        category: Arc<str>,
    },
}

impl Default for Menu {
    /// The menu of a project that has none: home only.
    fn default() -> Self {
        Self { items: vec![home(Span::new(0, 0))] }
    }
}

/// Deeper entries are left out: no page can show them, and they would exhaust whoever walks the menu.
pub const DEEPEST: usize = 16;

/// Reads the menu. Of broken XML, the entries before the fault are kept.
pub fn parse(path: &SitePath, text: &str) -> Parsed<Menu> {
    let mut report = Report::new(path, text);
    let mut outline = Outline { levels: vec![Vec::new()], open: Vec::new(), too_deep: 0 };
    if let Err((message, at)) = read(text, &mut outline, &mut report) {
        let hint = "the entries before this place are kept; correct the XML";
        report.push(Diagnostic::error(codes::MENU_XML, message).hint(hint), Span::new(at, at));
    }
    report.with(normalised(outline.finish()))
}

/// Puts the entries into `outline`; the error is why the rest of the text is no OPML, and where.
fn read(text: &str, outline: &mut Outline, report: &mut Report<'_>) -> Result<(), (String, usize)> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut is_opml) = (0_usize, false);
    loop {
        let start = position(reader.buffer_position(), text);
        let event = reader.read_event();
        let event = event.map_err(|error| (error.to_string(), position(reader.error_position(), text)))?;
        let span = Span::new(start, position(reader.buffer_position(), text));
        match event {
            Event::Start(tag) => {
                depth += 1;
                is_opml |= tag.name().as_ref() == "opml";
                if tag.name().as_ref() == "outline" {
                    outline.open(&tag, span, report);
                }
            }
            Event::Empty(tag) if tag.name().as_ref() == "outline" => {
                outline.open(&tag, span, report);
                outline.close();
            }
            Event::Empty(tag) => is_opml |= tag.name().as_ref() == "opml",
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if tag.name().as_ref() == "outline" {
                    outline.close();
                }
            }
            Event::Eof if depth > 0 => return Err(("the file ends inside of an element".to_owned(), text.len())),
            Event::Eof if !is_opml => return Err(("the file has no element `opml`".to_owned(), 0)),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn position(offset: u64, text: &str) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX).min(text.len())
}

/// The entries read so far: a list for each level, and above each list the entry that it belongs to.
struct Outline {
    levels: Vec<Vec<MenuItem>>,
    open: Vec<Option<MenuItem>>,
    too_deep: usize,
}

impl Outline {
    fn open(&mut self, tag: &BytesStart<'_>, span: Span, report: &mut Report<'_>) {
        if self.open.len() >= DEEPEST {
            if self.too_deep == 0 {
                let message = format!("the entries of the menu are nested more than {DEEPEST} deep");
                let diagnostic = Diagnostic::warning(codes::MENU_ITEM, message).hint("deeper ones are left out");
                report.push(diagnostic, span);
            }
            self.too_deep += 1;
            return;
        }
        self.open.push(item(tag, span, report));
        self.levels.push(Vec::new());
    }

    fn close(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let (Some(item), Some(mut children)) = (self.open.pop(), self.levels.pop()) else { return };
        let Some(level) = self.levels.last_mut() else { return };
        match item {
            Some(mut item) => {
                item.children = children;
                level.push(item);
            }
            // The entry itself was of no use; what is below it may be.
            None => level.append(&mut children),
        }
    }

    fn finish(mut self) -> Vec<MenuItem> {
        self.too_deep = 0;
        while !self.open.is_empty() {
            self.close();
        }
        self.levels.pop().unwrap_or_default()
    }
}

#[derive(Default)]
struct Attributes {
    id: Option<Arc<str>>,
    text: Option<Arc<str>>,
    title: Option<Arc<str>>,
    kind: Option<Arc<str>>,
    page_id: Option<Arc<str>>,
    page_slug: Option<Arc<str>>,
    category: Option<Arc<str>>,
}

fn attributes(tag: &BytesStart<'_>, span: Span, report: &mut Report<'_>) -> Attributes {
    let mut attributes = Attributes::default();
    for attribute in tag.attributes() {
        let read = attribute.map_err(|error| error.to_string()).and_then(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            Ok((attribute.key, value))
        });
        match read {
            Ok((key, value)) => {
                let slot = match key.as_ref() {
                    "id" => &mut attributes.id,
                    "text" => &mut attributes.text,
                    "title" => &mut attributes.title,
                    "type" => &mut attributes.kind,
                    "pageId" => &mut attributes.page_id,
                    "pageSlug" => &mut attributes.page_slug,
                    "categoryName" => &mut attributes.category,
                    _ => continue,
                };
                *slot = Some(value.trim()).filter(|value| !value.is_empty()).map(Arc::from);
            }
            Err(message) => {
                // Where in the element it is, which the reader says first, helps nobody.
                let message = match message.split_once(": ") {
                    Some((place, rest)) if place.starts_with("position ") => rest.to_owned(),
                    _ => message,
                };
                let hint = "write each attribute as `name=\"value\"`; the others of the entry count";
                report.push(Diagnostic::error(codes::MENU_XML, message).hint(hint), span);
            }
        }
    }
    attributes
}

fn item(tag: &BytesStart<'_>, span: Span, report: &mut Report<'_>) -> Option<MenuItem> {
    let Attributes { id, text, title, kind, page_id, page_slug, category } = attributes(tag, span, report);
    let kind = kind.unwrap_or_else(|| "page".into());
    let target = match &*kind {
        "home" => MenuTarget::Home,
        "page" => MenuTarget::Page { slug: page_slug, id: page_id },
        "submenu" => MenuTarget::Submenu,
        "category-archive" | "category_archive" => match category {
            Some(category) => MenuTarget::CategoryArchive { category },
            None => return refuse("the entry names no category", "add `categoryName=\"…\"`", span, report),
        },
        other => {
            let hint = nearest_hint(other, &["home", "page", "submenu", "category-archive"]);
            return refuse(&format!("`{other}` is no type of entry"), &hint, span, report);
        }
    };
    let text = text.or_else(|| title.clone()).or_else(|| fallback_text(&target)).unwrap_or_default();
    if matches!(target, MenuTarget::Page { slug: None, id: None }) && !is_home(&target, &text, id.as_deref()) {
        return refuse("the entry leads to no page", "add `pageSlug=\"…\"`", span, report);
    }
    Some(MenuItem { id: id.unwrap_or_default(), text, title, target, children: Vec::new(), span })
}

/// What an entry without text is called.
fn fallback_text(target: &MenuTarget) -> Option<Arc<str>> {
    match target {
        MenuTarget::Page { slug, .. } => slug.clone(),
        MenuTarget::CategoryArchive { category } => Some(category.clone()),
        MenuTarget::Home | MenuTarget::Submenu => None,
    }
}

fn refuse(message: &str, hint: &str, span: Span, report: &mut Report<'_>) -> Option<MenuItem> {
    report.push(Diagnostic::warning(codes::MENU_ITEM, format!("{message}, and is left out")).hint(hint), span);
    None
}

/// Exactly one entry leads home, and it stands first; all others that do are dropped, with what is below them kept.
fn normalised(items: Vec<MenuItem>) -> Menu {
    let first = find_home(&items).unwrap_or(Span::new(0, 0));
    let mut menu = vec![home(first)];
    menu.extend(without_homes(items));
    Menu { items: menu }
}

fn find_home(items: &[MenuItem]) -> Option<Span> {
    items.iter().find_map(|item| {
        if is_home(&item.target, &item.text, Some(&item.id)) { Some(item.span) } else { find_home(&item.children) }
    })
}

fn without_homes(items: Vec<MenuItem>) -> Vec<MenuItem> {
    let mut kept = Vec::with_capacity(items.len());
    for mut item in items {
        let children = without_homes(std::mem::take(&mut item.children));
        if is_home(&item.target, &item.text, Some(&item.id)) {
            kept.extend(children);
        } else {
            kept.push(MenuItem { children, ..item });
        }
    }
    kept
}

/// What counts as the entry that leads home: by type, by id, or a page whose slug or title is `home`.
fn is_home(target: &MenuTarget, text: &str, id: Option<&str>) -> bool {
    match target {
        MenuTarget::Home => true,
        _ if id == Some(HOME_ID) => true,
        MenuTarget::Page { slug, .. } => {
            slug.as_deref().is_some_and(|slug| slug::key(slug) == HOME_SLUG) || slug::key(text) == HOME_SLUG
        }
        MenuTarget::Submenu | MenuTarget::CategoryArchive { .. } => false,
    }
}

fn home(span: Span) -> MenuItem {
    MenuItem {
        id: HOME_ID.into(),
        text: "Home".into(),
        title: None,
        target: MenuTarget::Home,
        children: Vec::new(),
        span,
    }
}

const HOME_ID: &str = "menu-home";
const HOME_SLUG: &str = "home";

#[cfg(test)]
mod tests;
