//! `docs/diagnostics.md`: every code that a diagnostic can have.
//!
//! Read from the source files `codes.rs` of all rooms, not from the compiled crates: so no room can be forgotten, and
//! the chores do not need the whole product to compile.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace;

/// The rooms that can have codes.
const ROOMS: &[&str] = &["engine", "macros-py", "defaults"];

const HEAD: &str = "# Diagnostics\n\n\
    What `bds` can say about a project. The code stands in brackets after `error` or `warning`, and in the JSON of\n\
    `--message-format json` and `--report`; it never changes its meaning.\n\n\
    | code | meaning |\n|---|---|\n";

pub(super) fn page() -> anyhow::Result<String> {
    let root = workspace::root();
    let mut codes = BTreeMap::new();
    for file in ROOMS.iter().flat_map(|room| OsSystem.walk(&root.join(room)).files) {
        if file.path.ends_with("codes.rs") {
            let text = String::from_utf8(OsSystem.read(&file.path)?)?;
            for (name, meaning) in declared(&text).with_context(|| format!("`{}`", file.path.display()))? {
                let before = codes.insert(name.clone(), meaning);
                ensure!(before.is_none(), "the diagnostic `{name}` is declared twice");
            }
        }
    }
    let mut page = HEAD.to_owned();
    for (name, meaning) in codes {
        writeln!(page, "| `{name}` | {} |", meaning.replace('|', "\\|"))?;
    }
    Ok(page)
}

/// The name and meaning of each `Code::new("name", "meaning")`.
fn declared(source: &str) -> anyhow::Result<Vec<(String, String)>> {
    let calls = source.split("Code::new(").skip(1);
    let code = |call: &str| {
        let (name, rest) = literal(call)?;
        let (meaning, _) = literal(rest.trim_start().strip_prefix(',')?)?;
        Some((name, meaning))
    };
    calls.map(|call| code(call).with_context(|| format!("no two texts: Code::new({call:.60}"))).collect()
}

/// Reads a string literal; a line that ends in a back slash goes on with the next.
fn literal(source: &str) -> Option<(String, &str)> {
    let mut rest = source.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    loop {
        let end = rest.find(['"', '\\'])?;
        text.push_str(&rest[..end]);
        let special = rest[end..].chars().next()?;
        rest = &rest[end + 1..];
        if special == '"' {
            return Some((text, rest));
        }
        match rest.chars().next()? {
            '\n' => rest = rest.trim_start(),
            escaped @ ('"' | '\\') => {
                text.push(escaped);
                rest = &rest[1..];
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_as_the_compiler_does() {
        let source = "pub const A: Code = Code::new(\"a-b\", \"One `x|y` \\\"of\\\" two.\");\n\
            pub const B: Code =\n    Code::new(\n        \"c\",\n        \"Long, \\\n         and on.\",\n    );\n";
        let expected = [("a-b", "One `x|y` \"of\" two."), ("c", "Long, and on.")];
        let declared = declared(source).expect("two codes");
        assert_eq!(declared, expected.map(|(name, meaning)| (name.to_owned(), meaning.to_owned())));
        assert!(super::declared("Code::new(NAME, \"x\")").is_err());
    }
}
