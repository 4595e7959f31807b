use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span};
use serde_json::{Map, Value};

use super::json::Object;
use crate::nearest::nearest_hint;
use crate::report::Report;
use crate::{Parsed, codes, language};

/// What `meta/project.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectMeta {
    /// `name`.
    pub name: Option<Arc<str>>,
    /// `description`.
    pub description: Option<Arc<str>>,
    /// `mainLanguage`, normalised; `en` when it is missing.
    pub main_language: Arc<str>,
    /// `defaultAuthor`.
    pub default_author: Option<Arc<str>>,
    /// `maxPostsPerPage`, from 1 to 500; 50 when it is missing.
    pub max_posts_per_page: usize,
    /// `publicUrl`, without a slash at its end; none when it is missing or no http or https address.
    pub public_url: Option<Arc<str>>,
    /// `picoTheme`, one of [`PICO_THEMES`]; none for the default.
    pub pico_theme: Option<&'static str>,
    /// `blogmarkCategory`.
    pub blogmark_category: Option<Arc<str>>,
    /// `pythonRuntimeMode`.
    pub python_runtime_mode: PythonRuntimeMode,
    /// `semanticSimilarityEnabled`.
    pub semantic_similarity_enabled: bool,
    /// The languages of the site: the main one, then those of `blogLanguages` in their order, each once.
    pub languages: Arc<[Arc<str>]>,
    /// All other keys, as they stand.
    pub rest: Map<String, Value>,
}

impl Default for ProjectMeta {
    fn default() -> Self {
        let main_language: Arc<str> = DEFAULT_LANGUAGE.into();
        Self {
            name: None,
            description: None,
            languages: [main_language.clone()].into(),
            main_language,
            default_author: None,
            max_posts_per_page: DEFAULT_POSTS_PER_PAGE,
            public_url: None,
            pico_theme: None,
            blogmark_category: None,
            python_runtime_mode: PythonRuntimeMode::default(),
            semantic_similarity_enabled: false,
            rest: Map::new(),
        }
    }
}

/// Where macros run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PythonRuntimeMode {
    /// `webworker`: in processes of their own.
    #[default]
    Worker,
    /// `main-thread`: in the process of the build, for debugging.
    MainThread,
}

/// The names that `picoTheme` can have.
pub const PICO_THEMES: &[&str] = &[
    "amber", "blue", "cyan", "fuchsia", "green", "grey", "indigo", "jade", "lime", "orange", "pink", "pumpkin",
    "purple", "red", "sand", "slate", "violet", "yellow", "zinc",
];

const DEFAULT_LANGUAGE: &str = "en";
const DEFAULT_POSTS_PER_PAGE: usize = 50;
const MOST_POSTS_PER_PAGE: f64 = 500.0;

/// Reads `meta/project.json`. A file that is no JSON object counts as an empty one.
pub fn parse_project(path: &SitePath, text: &str) -> Parsed<ProjectMeta> {
    let mut report = Report::new(path, text);
    let value = Object::file(&mut report).map(project).unwrap_or_default();
    report.with(value)
}

/// Checks the address that a site is published at: `http` or `https`, and a host. The result has no slash at its end.
///
/// # Errors
/// What is wrong with it, as a phrase.
pub fn public_url(address: &str) -> Result<String, &'static str> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://").ok_or("it does not begin with `https://` or `http://`")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err("it does not begin with `https://` or `http://`");
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') {
        return Err("it names no host");
    }
    if address.contains(|character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '"' | '<' | '>' | '\\' | '`')
    }) {
        return Err("it has a character that no address can have");
    }
    if rest.contains(['?', '#']) {
        return Err("it has a `?` or a `#`, which cannot stand before a path");
    }
    Ok(address.trim_end_matches('/').to_owned())
}

fn project(mut object: Object<'_, '_>) -> ProjectMeta {
    let main_language = main_language(&mut object);
    ProjectMeta {
        name: object.text("name"),
        description: object.text("description"),
        languages: languages(&mut object, &main_language),
        main_language,
        default_author: object.text("defaultAuthor"),
        max_posts_per_page: posts_per_page(&mut object),
        public_url: published_at(&mut object),
        pico_theme: theme(&mut object),
        blogmark_category: object.text("blogmarkCategory"),
        python_runtime_mode: object
            .word(
                "pythonRuntimeMode",
                &[("webworker", PythonRuntimeMode::Worker), ("main-thread", PythonRuntimeMode::MainThread)],
            )
            .unwrap_or_default(),
        semantic_similarity_enabled: object.flag("semanticSimilarityEnabled").unwrap_or_default(),
        rest: object.rest(),
    }
}

fn main_language(object: &mut Object<'_, '_>) -> Arc<str> {
    let said = object.text_at("mainLanguage");
    said.and_then(|(code, span)| language(object, &code, span)).unwrap_or_else(|| DEFAULT_LANGUAGE.into())
}

fn languages(object: &mut Object<'_, '_>, main: &Arc<str>) -> Arc<[Arc<str>]> {
    let mut languages = vec![main.clone()];
    for (code, span) in object.texts("blogLanguages") {
        if let Some(language) = language(object, &code, span).filter(|language| !languages.contains(language)) {
            languages.push(language);
        }
    }
    languages.into()
}

fn language(object: &mut Object<'_, '_>, code: &str, span: Span) -> Option<Arc<str>> {
    let language = language::normalise(code);
    if language.is_none() {
        let diagnostic = Diagnostic::warning(codes::META_LANGUAGE, format!("`{code}` is no language code"));
        object.complain(diagnostic.hint("write it as `de`, or as `en-us`"), span);
    }
    language
}

fn posts_per_page(object: &mut Object<'_, '_>) -> usize {
    let Some((number, span)) = object.number_at("maxPostsPerPage") else { return DEFAULT_POSTS_PER_PAGE };
    let number = number.floor();
    let clamped = number.clamp(1.0, MOST_POSTS_PER_PAGE);
    if (clamped - number).abs() > f64::EPSILON {
        let diagnostic = Diagnostic::warning(codes::META_RANGE, format!("`maxPostsPerPage` counts as {clamped}"));
        object.complain(diagnostic.hint("it can be 1 to 500"), span);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was clamped to 1 to 500")]
    let posts = clamped as usize;
    posts
}

fn published_at(object: &mut Object<'_, '_>) -> Option<Arc<str>> {
    let (address, span) = object.text_at("publicUrl")?;
    match public_url(&address) {
        Ok(address) => Some(address.into()),
        Err(reason) => {
            let diagnostic = Diagnostic::error(codes::PUBLIC_URL, format!("`publicUrl` is no web address: {reason}"));
            object.complain(diagnostic.hint("write it as `https://example.org`"), span);
            None
        }
    }
}

fn theme(object: &mut Object<'_, '_>) -> Option<&'static str> {
    let (said, span) = object.text_at("picoTheme")?;
    let theme = PICO_THEMES.iter().find(|theme| **theme == said.trim()).copied();
    if theme.is_none() && said.trim() != "default" {
        let diagnostic = Diagnostic::warning(codes::META_THEME, format!("`{said}` is no theme"));
        object.complain(diagnostic.hint(nearest_hint(&said, PICO_THEMES)), span);
    }
    theme
}
