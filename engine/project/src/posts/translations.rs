use std::collections::HashMap;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};

use super::{Post, Translation};
use crate::codes;
use crate::post::TranslationHead;

/// Gives translations to their posts; those that break a rule of format sheet §2 are left out. `heads` are sorted by
/// path, `posts` as they shall be shown.
pub(super) fn resolve(
    heads: Vec<(SitePath, Arc<TranslationHead>)>,
    posts: &[Arc<Post>],
    main_language: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Translation>> {
    let places: HashMap<&str, usize> = posts.iter().enumerate().map(|(place, post)| (&*post.id, place)).collect();
    let mut accepted: HashMap<(usize, Arc<str>), SitePath> = HashMap::new();
    let mut translations = Vec::with_capacity(heads.len());
    for (path, head) in heads {
        let place = places.get(&*head.translation_for).copied();
        let source = place.map(|place| (place, &posts[place]));
        match check(&path, &head, source, main_language, &accepted) {
            Ok((place, source)) => {
                accepted.insert((place, head.language.clone()), path.clone());
                translations.push((place, Arc::new(complete(path, &head, source.clone()))));
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    translations.sort_by(|(a_place, a), (b_place, b)| (a_place, &a.language).cmp(&(b_place, &b.language)));
    translations.into_iter().map(|(_, translation)| translation).collect()
}

fn check<'p>(
    path: &SitePath,
    head: &TranslationHead,
    source: Option<(usize, &'p Arc<Post>)>,
    main_language: &str,
    accepted: &HashMap<(usize, Arc<str>), SitePath>,
) -> Result<(usize, &'p Arc<Post>), Box<Diagnostic>> {
    let TranslationHead { language, translation_for, .. } = head;
    let Some((place, source)) = source else {
        let message = format!("no post has the id `{translation_for}` that this is the translation of");
        let hint = "set `translationFor` to the id of the post, or remove the translation";
        return Err(Box::new(Diagnostic::error(codes::TRANSLATION_SOURCE, message).hint(hint).in_file(path)));
    };
    let original = &source.path;
    if source.do_not_translate {
        let message = format!("`{original}` says `doNotTranslate`, so its translation is left out");
        let hint = "remove the one or the other";
        return Err(Box::new(Diagnostic::warning(codes::TRANSLATION_UNWANTED, message).hint(hint).in_file(path)));
    }
    if **language == *source.language_in(main_language) {
        let message = format!("`{original}` is in the language `{language}` itself, so this is no translation of it");
        let hint = "set `language` to that of the text, here or there";
        return Err(Box::new(Diagnostic::error(codes::TRANSLATION_LANGUAGE, message).hint(hint).in_file(path)));
    }
    if let Some(first) = accepted.get(&(place, language.clone())) {
        let message = format!("`{first}` translates `{original}` into `{language}` already");
        let hint = "remove one of the two";
        return Err(Box::new(Diagnostic::error(codes::TRANSLATION_DUPLICATE, message).hint(hint).in_file(path)));
    }
    Ok((place, source))
}

fn complete(path: SitePath, head: &TranslationHead, source: Arc<Post>) -> Translation {
    Translation {
        path,
        language: head.language.clone(),
        title: head.title.clone().unwrap_or_else(|| source.title.clone()),
        excerpt: head.excerpt.clone().or_else(|| source.excerpt.clone()),
        status: head.status,
        source,
    }
}
