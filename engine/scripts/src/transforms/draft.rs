use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::link::Bookmark;

/// A post as transforms get it and give it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its title; never blank.
    pub title: String,
    /// Its text; never blank.
    pub content: String,
    /// Its tags; none is blank.
    pub tags: Vec<String>,
    /// Its categories; none is blank.
    pub categories: Vec<String>,
}

/// Why a value is no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDraft(String);

impl Draft {
    /// What a page becomes when no transform has seen it: a link to it, in the category for blogmarks.
    pub fn of(bookmark: &Bookmark, category: Option<&str>) -> Self {
        let category = category.map(str::trim).filter(|category| !category.is_empty());
        Self {
            title: bookmark.title.clone(),
            content: bookmark.to_markdown(),
            tags: Vec::new(),
            categories: category.map(str::to_owned).into_iter().collect(),
        }
    }

    /// As transforms get it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("texts and lists of texts are JSON")
    }

    /// Takes what a transform gives: a post, or `{"post": …}`. Values are trimmed, and other keys dropped.
    ///
    /// # Errors
    /// The first key that is at fault.
    pub fn from_json(value: &Value) -> Result<Self, InvalidDraft> {
        let object =
            |value: &Value| value.as_object().cloned().ok_or_else(|| InvalidDraft(format!("it is {}", kind(value))));
        let mut post = object(value)?;
        if let Some(inner) = post.get("post") {
            post = object(inner).map_err(|InvalidDraft(what)| InvalidDraft(format!("`post`: {what}")))?;
        }
        Ok(Self {
            title: text(&post, "title")?,
            content: text(&post, "content")?,
            tags: texts(&post, "tags")?,
            categories: texts(&post, "categories")?,
        })
    }
}

fn text(post: &Map<String, Value>, key: &str) -> Result<String, InvalidDraft> {
    match post.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Some(Value::String(_)) => Err(InvalidDraft(format!("`{key}` is empty"))),
        Some(other) => Err(InvalidDraft(format!("`{key}` must be a text, not {}", kind(other)))),
        None => Err(InvalidDraft(format!("`{key}` is missing"))),
    }
}

fn texts(post: &Map<String, Value>, key: &str) -> Result<Vec<String>, InvalidDraft> {
    let list = match post.get(key) {
        Some(Value::Array(list)) => list,
        Some(other) => return Err(InvalidDraft(format!("`{key}` must be a list of texts, not {}", kind(other)))),
        None => return Err(InvalidDraft(format!("`{key}` is missing"))),
    };
    let entry = |(at, value): (usize, &Value)| match value {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::String(_) => Err(InvalidDraft(format!("`{key}[{at}]` is empty"))),
        other => Err(InvalidDraft(format!("`{key}[{at}]` must be a text, not {}", kind(other)))),
    };
    list.iter().enumerate().map(entry).collect()
}

/// What a value is, as Python calls it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "None",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a str",
        Value::Array(_) => "a list",
        Value::Object(_) => "a dict",
    }
}
