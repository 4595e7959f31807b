//! `bds_api/__init__.pyi`: the types of the package that scripts import, for editors and type checkers.

use std::fmt::Write as _;

use super::api::{Api, Method, Namespace, Shape, Usage};

const HEAD: &str = r#"# Written by `cargo xtask codegen` from methods.json, shapes.json and the types of ABI v1; edit those.
"""The data of the blog, for macros."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypedDict, type_check_only

from typing_extensions import NotRequired, ReadOnly
"#;

const FUNCTIONS: &str = r#"
class BdsApiError(Exception):
    """The engine cannot answer a request."""

class BdsDenied(PermissionError):
    """The script did something that is not allowed; the message says what would allow it."""

api_version: Final[int]
"""The version of the shapes of `context`, `post`, the result, and all answers."""

def require_api(version: int) -> None:
    """Raises `BdsApiError` unless this bds has at least this version of the API."""

def escape(text: object) -> str:
    """The text as it stands in HTML, between tags or in an attribute. `None` is the empty text."""
"#;

/// One of the two faces of the API.
struct Face {
    /// How it is called in scripts.
    name: &'static str,
    doc: &'static str,
    /// Before the names of its classes.
    prefix: &'static str,
    define: &'static str,
}

const FACES: [Face; 2] = [
    Face { name: "site", doc: "Methods that answer at once: `site.posts.get_all()`.", prefix: "_", define: "def" },
    Face {
        name: "bds",
        doc: "The same methods to be awaited, as bDS has them: `await bds.posts.get_all()`.",
        prefix: "_Awaitable",
        define: "async def",
    },
];

/// The whole stub.
pub(super) fn stub() -> anyhow::Result<String> {
    Ok(of(&Api::read()?))
}

fn of(api: &Api) -> String {
    let mut text = format!("{HEAD}\n{}{FUNCTIONS}", exported(api));
    for (name, shape) in &api.shapes {
        text += &typed_dict(name, shape);
    }
    for face in &FACES {
        for (name, namespace) in &api.namespaces {
            text += &face.namespace(name, namespace);
        }
        text += &face.root(api);
    }
    for Face { name, doc, prefix, .. } in &FACES {
        write!(text, "\n{name}: Final[{prefix}Site]\n\"\"\"{doc}\"\"\"\n").expect("strings take all");
    }
    text
}

fn exported(api: &Api) -> String {
    let ours = ["BdsApiError", "BdsDenied", "api_version", "bds", "escape", "require_api", "site"];
    let mut names: Vec<_> = api.shapes.keys().map(String::as_str).chain(ours).collect();
    names.sort_unstable();
    format!("__all__ = [\n    \"{}\",\n]\n", names.join("\",\n    \""))
}

fn typed_dict(name: &str, shape: &Shape) -> String {
    let mut text = format!("\nclass {name}(TypedDict):\n    \"\"\"{}\"\"\"\n\n", shape.doc);
    for (key, told) in &shape.keys {
        let kind = &told.kind;
        let qualified = match (shape.usage, told.optional) {
            (Usage::Argument, true) => format!("ReadOnly[NotRequired[{kind}]]"),
            (Usage::Argument, false) => format!("ReadOnly[{kind}]"),
            (_, true) => format!("NotRequired[{kind}]"),
            (_, false) => kind.to_string(),
        };
        writeln!(text, "    {key}: {qualified}\n    \"\"\"{}\"\"\"", told.doc).expect("strings take all");
    }
    text
}

impl Face {
    fn class(&self, namespace: &str) -> String {
        let (first, rest) = namespace.split_at(1);
        format!("{}{}{rest}", self.prefix, first.to_uppercase())
    }

    fn namespace(&self, name: &str, namespace: &Namespace) -> String {
        let methods: String = namespace.methods.iter().map(|method| self.method(method)).collect();
        format!("\n@type_check_only\nclass {}:\n{}", self.class(name), methods.trim_start_matches('\n'))
    }

    fn method(&self, method: &Method) -> String {
        let mut parameters = "self".to_owned();
        for parameter in &method.parameters {
            let (none, default) = if parameter.optional { (" | None", " = None") } else { ("", "") };
            write!(parameters, ", {}: {}{none}{default}", parameter.name, parameter.kind()).expect("strings take all");
        }
        let Method { name, returns, doc, .. } = method;
        format!("\n    {} {name}({parameters}) -> {returns}:\n        \"\"\"{doc}\"\"\"\n", self.define)
    }

    fn root(&self, api: &Api) -> String {
        let mut text = format!("\n@type_check_only\nclass {}Site:\n", self.prefix);
        for name in api.namespaces.keys() {
            let class = self.class(name);
            write!(text, "    @property\n    def {name}(self) -> {class}: ...\n").expect("strings take all");
        }
        write!(
            text,
            "    {} now(self) -> datetime:\n        \"\"\"The time, in UTC. Whoever asks for it runs in every build.\"\"\"\n",
            self.define
        )
        .expect("strings take all");
        text
    }
}
