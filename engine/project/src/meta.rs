//! The JSON files in `meta/` (format sheet §4). A file that is not there has the [`Default`] of its value.

mod categories;
mod defaults;
mod json;
mod project;
mod publishing;
mod strings;
mod tags;
mod write;

pub use categories::{CategoryMeta, CategoryMetas, DEFAULT_CATEGORIES, parse_categories, parse_category_meta};
pub use defaults::{DefaultEntry, DefaultsRecord, parse_defaults};
pub use project::{PICO_THEMES, ProjectMeta, PythonRuntimeMode, parse_project, public_url};
pub use publishing::{Publishing, SshMode, parse_publishing};
pub use strings::parse_strings;
pub use tags::{TagMeta, TagMetas, parse_tags};
pub use write::{categories_text, rewrite_category_metas, rewrite_project, rewrite_publishing};

#[cfg(test)]
mod tests;
