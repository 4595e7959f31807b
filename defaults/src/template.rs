//! The Liquid templates (format sheet §6, §10).

use std::fmt;
use std::sync::LazyLock;

use bds_base::{Fingerprint, SitePath};

use crate::header::Header;
use crate::shipped::{self, Kind};
use crate::shipped_path;

/// What a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// The page of one post.
    Post,
    /// A page of a list of posts.
    List,
    /// The page that stands where there is none.
    NotFound,
    /// A part of pages, used with `{% render %}`.
    Partial,
}

impl fmt::Display for TemplateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Post => "post",
            Self::List => "list",
            Self::NotFound => "not-found",
            Self::Partial => "partial",
        })
    }
}

/// A shipped template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The name by which `render` and the lookup know it: `single-post`, `partials/head`.
    pub name: &'static str,
    /// What it makes.
    pub kind: TemplateKind,
    /// Goes up when its meaning changes.
    pub version: u32,
    /// The whole file, metadata included.
    pub source: &'static str,
    /// The file without its metadata: what is parsed.
    pub body: &'static str,
    /// The fingerprint of `source`.
    pub fingerprint: Fingerprint,
    /// Where it lies in a project once it is seeded: `templates/partials/head.liquid`.
    pub path: SitePath,
}

/// All versions of all templates, sorted by name and version.
pub fn all_templates() -> &'static [Template] {
    static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
        let texts = shipped::texts(Kind::Template);
        texts.into_iter().map(|((name, version), source)| read(name, version, source)).collect()
    });
    &TEMPLATES
}

/// All shipped templates in their newest versions, sorted by name.
pub fn templates() -> impl Iterator<Item = &'static Template> {
    all_templates().chunk_by(|a, b| a.name == b.name).filter_map(<[Template]>::last)
}

/// The newest version of the template of this name.
pub fn template(name: &str) -> Option<&'static Template> {
    all_templates().iter().rfind(|template| template.name == name)
}

fn read(name: &'static str, version: u32, source: &'static str) -> Template {
    let (header, body) = Header::split(source);
    let kind = match header.text("kind") {
        "post" => TemplateKind::Post,
        "list" => TemplateKind::List,
        "not-found" => TemplateKind::NotFound,
        _ => TemplateKind::Partial,
    };
    Template {
        name,
        kind,
        version,
        source,
        body,
        fingerprint: Fingerprint::of(source),
        path: shipped_path(&format!("templates/{name}.liquid")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_says_what_the_file_is() {
        for template in all_templates() {
            let (header, _) = Header::split(template.source);
            assert_eq!(header.text("slug"), template.name);
            assert_eq!(header.text("kind"), template.kind.to_string(), "{}", template.name);
            assert_eq!(template.kind == TemplateKind::Partial, template.name.starts_with("partials/"));
            assert_eq!(header.text("enabled"), "true");
            assert!(template.version > 0 && !template.body.contains("\nslug:"), "{}", template.name);
        }
    }

    #[test]
    fn every_template_is_found_by_name_and_every_rendered_partial_is_there() {
        for template in templates() {
            assert_eq!(super::template(template.name), Some(template));
            for call in template.source.split("{% render '").skip(1) {
                let name = call.split('\'').next().expect("a quoted name");
                assert!(super::template(name).is_some(), "{} renders {name}", template.name);
            }
        }
        for name in ["single-post", "post-list", "not-found", "partials/menu-items"] {
            assert!(super::template(name).is_some(), "{name}");
        }
    }
}
