//! Values of the index, put back into what files say.

use std::sync::Arc;

use bds_project::date;
use bds_project::media::{Sidecar, SidecarTranslation};
use bds_project::post::{PostHead, Status, TranslationHead};
use bds_project::script::{ScriptHead, ScriptKind};
use bds_project::template::{TemplateHead, TemplateKind};
use bds_store::{FieldValue, Fields};
use jiff::Timestamp;

/// The version that the index knows; 1 where it knows none.
pub(super) fn version(known: &Fields) -> u64 {
    number(known, "version").unwrap_or(1)
}

pub(super) fn into_script(head: &mut ScriptHead, known: &Fields, keys: &[String]) {
    head.has_metadata = true;
    for key in keys {
        match key.as_str() {
            "id" => head.id = text(known, key),
            "slug" => head.slug = text(known, key),
            "title" => head.title = text(known, key),
            "kind" => head.kind = word(known, key, &SCRIPT_KINDS, ScriptKind::name),
            "entrypoint" => head.entrypoint = text(known, key).unwrap_or_else(|| head.entrypoint.clone()),
            "enabled" => head.enabled = flag(known, key, true),
            "aliases" => head.aliases = list(known, key),
            "createdAt" => head.created_at = time(known, key),
            _ => {}
        }
    }
}

pub(super) fn into_template(head: &mut TemplateHead, known: &Fields, keys: &[String]) {
    for key in keys {
        match key.as_str() {
            "id" => head.id = text(known, key),
            "slug" => head.slug = text(known, key),
            "title" => head.title = text(known, key),
            "kind" => head.kind = word(known, key, &TEMPLATE_KINDS, TemplateKind::name),
            "enabled" => head.enabled = flag(known, key, true),
            "createdAt" => head.created_at = time(known, key),
            _ => {}
        }
    }
}

pub(super) fn into_post(head: &mut PostHead, known: &Fields, keys: &[String]) {
    for key in keys {
        match key.as_str() {
            "id" => head.id = text(known, key),
            "title" => head.title = text(known, key),
            "slug" => head.slug = text(known, key),
            "status" => head.status = text(known, key).and_then(|word| Status::parse(&word)).unwrap_or_default(),
            "tags" => head.tags = list(known, key),
            "categories" => head.categories = list(known, key),
            "excerpt" => head.excerpt = text(known, key),
            "author" => head.author = text(known, key),
            "language" => head.language = text(known, key),
            "doNotTranslate" => head.do_not_translate = flag(known, key, false),
            "templateSlug" => head.template_slug = text(known, key),
            "createdAt" => head.created_at = time(known, key),
            "updatedAt" => head.updated_at = time(known, key),
            "publishedAt" => head.published_at = time(known, key),
            _ => {}
        }
    }
}

pub(super) fn into_translation(head: &mut TranslationHead, known: &Fields, keys: &[String]) {
    for key in keys {
        match key.as_str() {
            "translationFor" => head.translation_for = text(known, key).unwrap_or_else(|| head.translation_for.clone()),
            "language" => head.language = text(known, key).unwrap_or_else(|| head.language.clone()),
            "title" => head.title = text(known, key),
            "excerpt" => head.excerpt = text(known, key),
            _ => {}
        }
    }
}

pub(super) fn into_sidecar(sidecar: &mut Sidecar, known: &Fields, keys: &[String]) {
    let pixels = |key: &str| number(known, key).and_then(|pixels| u32::try_from(pixels).ok());
    for key in keys {
        match key.as_str() {
            "id" => sidecar.id = text(known, key).unwrap_or_else(|| sidecar.id.clone()),
            "originalName" => sidecar.original_name = text(known, key).unwrap_or_else(|| sidecar.original_name.clone()),
            "mimeType" => sidecar.mime_type = text(known, key).unwrap_or_else(|| sidecar.mime_type.clone()),
            "size" => sidecar.size = number(known, key),
            "width" => sidecar.width = pixels(key),
            "height" => sidecar.height = pixels(key),
            "title" => sidecar.title = text(known, key),
            "alt" => sidecar.alt = text(known, key),
            "caption" => sidecar.caption = text(known, key),
            "author" => sidecar.author = text(known, key),
            "language" => sidecar.language = text(known, key),
            "createdAt" => sidecar.created_at = time(known, key),
            "updatedAt" => sidecar.updated_at = time(known, key),
            "tags" => sidecar.tags = list(known, key),
            "linkedPostIds" => sidecar.linked_post_ids = list(known, key),
            _ => {}
        }
    }
}

pub(super) fn into_sidecar_translation(translation: &mut SidecarTranslation, known: &Fields, keys: &[String]) {
    for key in keys {
        match key.as_str() {
            "translationFor" => {
                translation.translation_for = text(known, key).unwrap_or_else(|| translation.translation_for.clone());
            }
            "language" => translation.language = text(known, key).unwrap_or_else(|| translation.language.clone()),
            "title" => translation.title = text(known, key),
            "alt" => translation.alt = text(known, key),
            "caption" => translation.caption = text(known, key),
            _ => {}
        }
    }
}

const SCRIPT_KINDS: [ScriptKind; 3] = [ScriptKind::Macro, ScriptKind::Utility, ScriptKind::Transform];
const TEMPLATE_KINDS: [TemplateKind; 4] =
    [TemplateKind::Post, TemplateKind::List, TemplateKind::NotFound, TemplateKind::Partial];

fn text(known: &Fields, key: &str) -> Option<Arc<str>> {
    match known.get(key)? {
        FieldValue::Text(text) => Some(text.as_str().into()),
        _ => None,
    }
}

fn word<K: Copy + Default>(known: &Fields, key: &str, all: &[K], name: fn(K) -> &'static str) -> K {
    let word = text(known, key);
    let found = word.and_then(|word| all.iter().copied().find(|kind| name(*kind) == &*word));
    found.unwrap_or_default()
}

fn flag(known: &Fields, key: &str, otherwise: bool) -> bool {
    match known.get(key) {
        Some(FieldValue::Flag(flag)) => *flag,
        _ => otherwise,
    }
}

fn number(known: &Fields, key: &str) -> Option<u64> {
    match known.get(key)? {
        FieldValue::Number(number) => Some(*number),
        _ => None,
    }
}

fn list(known: &Fields, key: &str) -> Arc<[Arc<str>]> {
    match known.get(key) {
        Some(FieldValue::List(names)) => names.iter().map(|name| Arc::from(name.as_str())).collect(),
        _ => Arc::default(),
    }
}

fn time(known: &Fields, key: &str) -> Option<Timestamp> {
    date::parse(&text(known, key)?)
}
