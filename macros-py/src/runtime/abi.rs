//! What goes in, held against ABI v1 (format sheet §11.3 and §11.4): a fault there is one of ours, not of a script.

use bds_macro_api::{Context, MacroCall};
use serde_json::Value;

use crate::value::MAX_DEPTH;

/// What a field of a post is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    TextOrNull,
    Texts,
}

/// Format sheet §11.4, in its order.
const FIELDS: [(&str, Kind); 13] = [
    ("id", Kind::Text),
    ("projectId", Kind::Text),
    ("title", Kind::Text),
    ("slug", Kind::Text),
    ("excerpt", Kind::TextOrNull),
    ("content", Kind::Text),
    ("status", Kind::Text),
    ("author", Kind::TextOrNull),
    ("createdAt", Kind::Text),
    ("updatedAt", Kind::Text),
    ("publishedAt", Kind::TextOrNull),
    ("tags", Kind::Texts),
    ("categories", Kind::Texts),
];

/// Says what is wrong with a call before anything runs.
pub(super) fn check_call(call: &MacroCall) -> Result<(), String> {
    check_context(&call.context)?;
    let mut names: Vec<&str> = call.prefetched.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    if let Some([name, _]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("`post.{name}` is sent along twice"));
    }
    call.prefetched.iter().try_for_each(|(name, answer)| check_field(name, &answer.value))
}

fn check_context(context: &Context) -> Result<(), String> {
    let env = &context.env;
    let prefix = env.language_prefix.strip_prefix('/');
    if !env.language_prefix.is_empty() && !prefix.is_some_and(|rest| !rest.is_empty() && !rest.contains('/')) {
        return Err(format!(
            "`env.languagePrefix` is {:?}; it is empty, or a slash and a language",
            env.language_prefix
        ));
    }
    if let Some(hook) = env.hook.as_ref().filter(|hook| **hook != hook.to_lowercase()) {
        return Err(format!("`env.hook` is {hook:?}; it is in lower case"));
    }
    if let Some(source) = env.source.as_ref().filter(|source| source.kind != "macro") {
        return Err(format!("`env.source.kind` is {:?}; it is `macro`", source.kind));
    }
    for (key, value) in &context.data {
        check_depth(value, MAX_DEPTH - 2).map_err(|()| format!("`data.{key}` nests too deep"))?;
    }
    Ok(())
}

/// Says what is wrong with a field of the post.
pub(super) fn check_field(name: &str, value: &Value) -> Result<(), String> {
    let Some((_, kind)) = FIELDS.iter().find(|(known, _)| *known == name) else {
        return Err(format!("a post has no field `{name}`"));
    };
    let (is_right, wanted) = match kind {
        Kind::Text => (value.is_string(), "a text"),
        Kind::TextOrNull => (value.is_string() || value.is_null(), "a text or null"),
        Kind::Texts => (value.as_array().is_some_and(|items| items.iter().all(Value::is_string)), "a list of texts"),
    };
    if is_right { Ok(()) } else { Err(format!("`post.{name}` is {}; it is {wanted}", class(value))) }
}

/// Says what is wrong with any answer: the script's side takes values only up to a depth.
pub(super) fn check_answer(value: &Value) -> Result<(), String> {
    check_depth(value, MAX_DEPTH).map_err(|()| "the answer nests too deep".to_owned())
}

fn check_depth(value: &Value, left: usize) -> Result<(), ()> {
    let left = left.checked_sub(1).ok_or(())?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check_depth(item, left)),
        Value::Object(map) => map.values().try_for_each(|item| check_depth(item, left)),
        _ => Ok(()),
    }
}

fn class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use bds_macro_api::{Env, ScriptRef};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_context_is_held_against_the_shape_that_scripts_rely_on() {
        let good = || Context {
            env: Env {
                is_preview: false,
                main_language: Some("de".to_owned()),
                language_prefix: "/en".to_owned(),
                hook: Some("füße".to_owned()),
                source: Some(ScriptRef { kind: "macro".to_owned(), id: None }),
                translations: [].into(),
            },
            params: [].into(),
            data: serde_json::Map::new(),
        };
        let check = |change: fn(&mut Context), expected: &str| {
            let mut context = good();
            change(&mut context);
            assert_eq!(check_context(&context).err().unwrap_or_default(), expected);
        };
        check(|_| (), "");
        check(|it| it.env.language_prefix.clear(), "");
        check(
            |it| it.env.language_prefix = "en/".to_owned(),
            "`env.languagePrefix` is \"en/\"; it is empty, or a slash and a language",
        );
        check(|it| it.env.hook = Some("Gallery".to_owned()), "`env.hook` is \"Gallery\"; it is in lower case");
        check(
            |it| it.env.source = Some(ScriptRef { kind: "utility".to_owned(), id: None }),
            "`env.source.kind` is \"utility\"; it is `macro`",
        );
        check(
            |it| drop(it.data.insert("x".to_owned(), (0..200).fold(json!(1), |inner, _| json!([inner])))),
            "`data.x` nests too deep",
        );
    }

    #[test]
    fn a_field_of_a_post_is_what_the_sheet_says() {
        let check = |name: &str, value: Value, expected: &str| {
            assert_eq!(check_field(name, &value).err().unwrap_or_default(), expected, "{name}: {value}");
        };
        check("title", json!("x"), "");
        check("excerpt", json!(null), "");
        check("tags", json!(["a"]), "");
        check("title", json!(null), "`post.title` is null; it is a text");
        check("author", json!({}), "`post.author` is a map; it is a text or null");
        check("tags", json!("a"), "`post.tags` is a text; it is a list of texts");
        check("categories", json!(["a", 1]), "`post.categories` is a list; it is a list of texts");
        check("language", json!("de"), "a post has no field `language`");
    }
}
