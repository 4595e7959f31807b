use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::{Value, json};

/// A type, written as Python writes it: `list[PostData] | None`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::codegen) enum Kind {
    None,
    Bool,
    Int,
    Str,
    /// Any JSON.
    Any,
    /// One of these texts.
    Literal(Vec<String>),
    List(Box<Kind>),
    /// What may also be a tuple: for arguments.
    Sequence(Box<Kind>),
    /// A dictionary whose keys are texts.
    Dict(Box<Kind>),
    Shape(String),
    Union(Vec<Kind>),
}

impl Kind {
    /// The shapes that it names.
    pub(in crate::codegen) fn shapes(&self) -> Vec<&str> {
        match self {
            Self::Shape(name) => vec![name],
            Self::List(inner) | Self::Sequence(inner) | Self::Dict(inner) => inner.shapes(),
            Self::Union(kinds) => kinds.iter().flat_map(Self::shapes).collect(),
            _ => Vec::new(),
        }
    }

    /// The JSON Schema of it; shapes are looked for in `$defs`.
    pub(in crate::codegen) fn schema(&self) -> Value {
        match self {
            Self::None => json!({ "type": "null" }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::Int => json!({ "type": "integer" }),
            Self::Str => json!({ "type": "string" }),
            Self::Any => json!(true),
            Self::Literal(words) => json!({ "type": "string", "enum": words }),
            Self::List(inner) | Self::Sequence(inner) => json!({ "type": "array", "items": inner.schema() }),
            Self::Dict(inner) => json!({ "type": "object", "additionalProperties": inner.schema() }),
            Self::Shape(name) => json!({ "$ref": format!("#/$defs/{name}") }),
            Self::Union(kinds) => json!({ "anyOf": kinds.iter().map(Self::schema).collect::<Vec<_>>() }),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Str => f.write_str("str"),
            Self::Any => f.write_str("Any"),
            Self::Literal(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                write!(f, "Literal[{}]", words.join(", "))
            }
            Self::List(inner) => write!(f, "list[{inner}]"),
            Self::Sequence(inner) => write!(f, "Sequence[{inner}]"),
            Self::Dict(inner) => write!(f, "dict[str, {inner}]"),
            Self::Shape(name) => f.write_str(name),
            Self::Union(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(ToString::to_string).collect();
                f.write_str(&kinds.join(" | "))
            }
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = union(text).ok_or_else(|| format!("`{text}` is no type"))?;
        if rest.is_empty() { Ok(kind) } else { Err(format!("`{text}`: `{rest}` is too much")) }
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Reads a type; gives what follows it, too.
fn union(text: &str) -> Option<(Kind, &str)> {
    let (first, mut rest) = single(text)?;
    let mut kinds = vec![first];
    while let Some(more) = rest.strip_prefix(" | ") {
        let (kind, after) = single(more)?;
        kinds.push(kind);
        rest = after;
    }
    Some((if kinds.len() == 1 { kinds.swap_remove(0) } else { Kind::Union(kinds) }, rest))
}

fn single(text: &str) -> Option<(Kind, &str)> {
    let end = text.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let boxed = |(kind, rest): (Kind, _), make: fn(Box<Kind>) -> Kind| (make(Box::new(kind)), rest);
    Some(match name {
        "None" => (Kind::None, rest),
        "bool" => (Kind::Bool, rest),
        "int" => (Kind::Int, rest),
        "str" => (Kind::Str, rest),
        "Any" => (Kind::Any, rest),
        "Literal" => literal(rest)?,
        "list" => boxed(inside(rest, "[")?, Kind::List),
        "Sequence" => boxed(inside(rest, "[")?, Kind::Sequence),
        "dict" => boxed(inside(rest, "[str, ")?, Kind::Dict),
        _ if name.starts_with(|first: char| first.is_ascii_uppercase()) => (Kind::Shape(name.to_owned()), rest),
        _ => return None,
    })
}

fn inside<'a>(text: &'a str, open: &str) -> Option<(Kind, &'a str)> {
    let (kind, rest) = union(text.strip_prefix(open)?)?;
    Some((kind, rest.strip_prefix(']')?))
}

fn literal(text: &str) -> Option<(Kind, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once(']')?;
    let words = words.split(", ").map(|word| Some(word.strip_prefix('\'')?.strip_suffix('\'')?.to_owned()));
    Some((Kind::Literal(words.collect::<Option<_>>()?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_printed_as_they_are_written() {
        for text in
            ["str", "PostData | None", "list[dict[str, Any]]", "str | Sequence[str]", "dict[str, list[int | None]]"]
        {
            assert_eq!(text.parse::<Kind>().map(|kind| kind.to_string()), Ok(text.to_owned()));
        }
        let literal = "Literal['a', 'b-c'] | None".parse::<Kind>().expect("a type");
        assert_eq!(literal.to_string(), "Literal[\"a\", \"b-c\"] | None");
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in ["", "string", "list", "list[str", "dict[int, str]", "str |", "str]", "Literal[a]", "str|None"] {
            assert!(text.parse::<Kind>().is_err(), "{text}");
        }
    }

    #[test]
    fn types_are_schemas() {
        let kind: Kind = "list[PostData] | None".parse().expect("a type");
        let wanted = json!({ "anyOf": [
            { "type": "array", "items": { "$ref": "#/$defs/PostData" } },
            { "type": "null" },
        ] });
        assert_eq!(kind.schema(), wanted);
    }
}
