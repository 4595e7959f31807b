//! The first argument of a macro, encoded.

use std::collections::BTreeMap;

use bds_macro_api::Context;

use crate::value::{Item, Writer};

/// Texts by name.
pub(super) fn encode_texts(texts: &BTreeMap<String, String>) -> Vec<u8> {
    let mut writer = Writer::default();
    write_texts(&mut writer, texts);
    writer.into_bytes()
}

fn write_texts(writer: &mut Writer, texts: &BTreeMap<String, String>) {
    writer.item(Item::Map(texts.len()));
    for (key, text) in texts {
        writer.text(key);
        writer.item(Item::Text(text));
    }
}

/// The first argument as the script sees it (format sheet §11.3), but for its translations, which hardly ever change.
pub(super) fn encode_context(context: &Context) -> Vec<u8> {
    let Context { env, params, data } = context;
    let mut writer = Writer::default();
    let optional = |writer: &mut Writer, key: &str, text: &Option<String>| {
        if let Some(text) = text {
            writer.text(key);
            writer.item(Item::Text(text));
        }
    };
    writer.item(Item::Map(2 + usize::from(!data.is_empty())));
    writer.text("env");
    let optionals = [env.main_language.is_some(), env.hook.is_some(), env.source.is_some()];
    writer.item(Item::Map(2 + optionals.into_iter().filter(|there| *there).count()));
    writer.text("isPreview");
    writer.item(Item::Bool(env.is_preview));
    optional(&mut writer, "mainLanguage", &env.main_language);
    writer.text("languagePrefix");
    writer.item(Item::Text(&env.language_prefix));
    optional(&mut writer, "hook", &env.hook);
    if let Some(source) = &env.source {
        writer.text("source");
        writer.item(Item::Map(1 + usize::from(source.id.is_some())));
        writer.text("kind");
        writer.item(Item::Text(&source.kind));
        optional(&mut writer, "id", &source.id);
    }
    writer.text("params");
    write_texts(&mut writer, params);
    if !data.is_empty() {
        writer.text("data");
        writer.json_map(data);
    }
    writer.into_bytes()
}

#[cfg(test)]
mod tests {
    use bds_macro_api::{Env, ScriptRef};
    use serde_json::json;

    use super::super::connection::map;
    use super::*;

    #[test]
    fn the_context_crosses_the_pipe_as_its_json() {
        let mut context = Context {
            env: Env {
                is_preview: false,
                main_language: None,
                language_prefix: "/en".to_owned(),
                hook: None,
                source: None,
                translations: BTreeMap::from([("render.archive".to_owned(), "Archiv".to_owned())]),
            },
            params: BTreeMap::from([("count".to_owned(), "5".to_owned())]),
            data: serde_json::Map::new(),
        };
        let check = |context: &Context| {
            let mut decoded = map(&encode_context(context)).map(serde_json::Value::Object).expect("it decodes");
            let translations = map(&encode_texts(&context.env.translations)).expect("they decode");
            decoded["env"]["translations"] = translations.into();
            assert_eq!(Some(decoded), serde_json::to_value(context).ok());
        };
        check(&context);
        context.env.main_language = Some("de".to_owned());
        context.env.hook = Some("füße".to_owned());
        context.env.source = Some(ScriptRef { kind: "macro".to_owned(), id: Some("1".to_owned()) });
        context.data.insert("extra".to_owned(), json!([1, null]));
        check(&context);
        context.env.source = Some(ScriptRef { kind: "macro".to_owned(), id: None });
        check(&context);
    }
}
