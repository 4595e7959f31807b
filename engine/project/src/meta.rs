//! The JSON files in `meta/` (format sheet §4). A file that is not there has the [`Default`] of its value.

mod categories;
mod json;
mod project;
mod publishing;
mod tags;

pub use categories::{CategoryMeta, CategoryMetas, DEFAULT_CATEGORIES, parse_categories, parse_category_meta};
pub use project::{PICO_THEMES, ProjectMeta, PythonRuntimeMode, parse_project, public_url};
pub use publishing::{Publishing, SshMode, parse_publishing};
pub use tags::{TagMeta, TagMetas, parse_tags};

#[cfg(test)]
mod tests;
