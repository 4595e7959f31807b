//! The API for readers: the tables of methods and limits in `docs/macros.md`, and the shapes in `docs/shapes.md`.

mod limits;

use std::fmt::Write as _;

use anyhow::Context as _;
use bds_base::{OsSystem, System as _};

use super::api::{Api, Method, Shape, Usage};
use crate::workspace;

/// The page that holds the tables.
pub(super) const MACROS: &str = "docs/macros.md";

/// The page about macros with its tables as they must be; the rest of the page stays as it is.
pub(super) fn macros() -> anyhow::Result<String> {
    let page = String::from_utf8(OsSystem.read(&workspace::root().join(MACROS))?)?;
    let page = with_table(&page, "methods", &methods(&Api::read()?))?;
    with_table(&page, "limits", &limits::table()?)
}

/// Puts a table between the two lines that say where it stands.
fn with_table(page: &str, name: &str, table: &str) -> anyhow::Result<String> {
    let (begin, end) =
        (format!("<!-- {name}: written by `cargo xtask codegen` -->\n"), format!("<!-- end of {name} -->\n"));
    let around = || {
        let (before, rest) = page.split_once(&begin)?;
        Some((before, rest.split_once(&end)?.1))
    };
    let (before, after) = around().with_context(|| format!("the lines around the table of {name} are not there"))?;
    Ok(format!("{before}{begin}{table}\n{end}{after}"))
}

fn methods(api: &Api) -> String {
    let mut text = String::new();
    for (name, namespace) in &api.namespaces {
        write!(text, "\n| `site.{name}` | gives | |\n|---|---|---|\n").expect("strings take all");
        for method in &namespace.methods {
            let (call, gives) = (call(method), cell(&method.returns.to_string()));
            writeln!(text, "| `{call}` | `{gives}` | {} |", cell(&method.doc)).expect("strings take all");
        }
    }
    text
}

/// `get(post_id, language=…)`
fn call(method: &Method) -> String {
    let parameters = method.parameters.iter();
    let parameters: Vec<_> =
        parameters.map(|it| if it.optional { format!("{}=…", it.name) } else { it.name.clone() }).collect();
    format!("{}({})", method.name, parameters.join(", "))
}

const HEAD: &str = "# Shapes\n\n\
    What macros get, ask and are answered: dictionaries with these keys. A key with a `?` may be missing. `bds_api` has\n\
    a type of the same name for each ([Writing macros](macros.md)); as JSON Schema they stand in\n\
    [abi-v1.schema.json](abi-v1.schema.json) and [api-v1.schema.json](api-v1.schema.json).\n";

const PARTS: [(Usage, &str); 4] = [
    (Usage::Argument, "What a macro is called with"),
    (Usage::Result, "What it returns"),
    (Usage::Question, "What it asks with"),
    (Usage::Answer, "What it is answered"),
];

/// The page about the shapes.
pub(super) fn shapes() -> anyhow::Result<String> {
    let api = Api::read()?;
    let mut page = HEAD.to_owned();
    for (usage, title) in PARTS {
        write!(page, "\n## {title}\n").expect("strings take all");
        for (name, shape) in api.shapes.iter().filter(|(_, shape)| shape.usage == usage) {
            page += &section(name, shape);
        }
    }
    Ok(page)
}

fn section(name: &str, shape: &Shape) -> String {
    let mut text = format!("\n### {name}\n\n{}\n\n| key | type | |\n|---|---|---|\n", shape.doc);
    for (key, told) in &shape.keys {
        let mark = if told.optional { "?" } else { "" };
        let (kind, doc) = (cell(&told.kind.to_string()), cell(&told.doc));
        writeln!(text, "| `{key}{mark}` | `{kind}` | {doc} |").expect("strings take all");
    }
    text
}

/// A bar would end the cell of a table, in code as well.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_of_a_page_is_replaced() {
        let marked = |table: &str| {
            format!("before\n<!-- t: written by `cargo xtask codegen` -->\n{table}<!-- end of t -->\nafter\n")
        };
        assert_eq!(with_table(&marked("old\n"), "t", "\nnew\n").ok(), Some(marked("\nnew\n\n")));
        assert!(with_table(&marked(""), "other", "new").is_err());
    }
}
