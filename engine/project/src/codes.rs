//! The kinds of diagnostics that reading a project can give.

use bds_base::Code;

/// Any file.
pub const NOT_UTF8: Code = Code::new("not-utf8", "A text file of the project is not encoded in UTF-8.");

/// Posts (format sheet §2).
pub const POST_YAML: Code = Code::new("post-yaml", "The front matter of a post is not valid YAML, or no mapping.");
/// Posts.
pub const POST_FENCE: Code = Code::new("post-fence", "The front matter of a post has no closing `---`.");
/// Posts.
pub const POST_FRONT_MATTER: Code = Code::new("post-front-matter", "A post has no front matter at all.");
/// Posts.
pub const POST_VALUE: Code =
    Code::new("post-value", "A key in the front matter of a post has a value of the wrong type.");
/// Posts.
pub const POST_DATE: Code = Code::new("post-date", "A date in the front matter of a post is none.");
/// Posts.
pub const POST_STATUS: Code = Code::new("post-status", "The status of a post is none of draft, published, archived.");
/// Posts.
pub const POST_LANGUAGE: Code =
    Code::new("post-language", "The language of a post or translation is no language code.");
/// Posts.
pub const POST_UNDATED: Code = Code::new("post-undated", "A post has no date, and its folder says none.");
/// Posts.
pub const POST_DUPLICATE_KEY: Code =
    Code::new("post-duplicate-key", "A key stands twice in the front matter of a post.");
/// Posts.
pub const POST_DUPLICATE_ID: Code = Code::new("post-duplicate-id", "Two posts have the same id.");
/// Posts.
pub const POST_DUPLICATE_SLUG: Code = Code::new("post-duplicate-slug", "Two posts have the same slug.");

/// Translations (format sheet §2).
pub const TRANSLATION_LANGUAGE: Code =
    Code::new("translation-language", "A translation does not say its language, or it is that of its source.");
/// Translations.
pub const TRANSLATION_SOURCE: Code =
    Code::new("translation-source", "The post that a translation belongs to is not there.");
/// Translations.
pub const TRANSLATION_DUPLICATE: Code =
    Code::new("translation-duplicate", "A post has two translations into the same language.");
/// Translations.
pub const TRANSLATION_UNWANTED: Code =
    Code::new("translation-unwanted", "A post that says `doNotTranslate` has a translation.");
/// Translations.
pub const TRANSLATION_TITLE: Code = Code::new("translation-title", "A translation has no title.");

/// Sidecars of media (format sheet §3).
pub const MEDIA_LINE: Code = Code::new("media-line", "A line of a media sidecar is no `key: value`.");
/// Sidecars of media.
pub const MEDIA_VALUE: Code = Code::new("media-value", "A key of a media sidecar has a value of the wrong type.");
/// Sidecars of media.
pub const MEDIA_MISSING: Code = Code::new("media-missing", "A media sidecar lacks a key that it must have.");
/// Sidecars of media.
pub const MEDIA_DUPLICATE_ID: Code = Code::new("media-duplicate-id", "Two media files have the same id.");
/// Sidecars of media.
pub const MEDIA_TRANSLATION: Code =
    Code::new("media-translation", "The translation of a media sidecar does not say what it translates, or into what.");

/// Scripts (format sheet §5).
pub const SCRIPT_METADATA: Code =
    Code::new("script-metadata", "The metadata in the docstring of a script cannot be read.");
/// Scripts.
pub const SCRIPT_DUPLICATE_ID: Code = Code::new("script-duplicate-id", "Two scripts have the same id.");
/// Scripts.
pub const SCRIPT_DUPLICATE_SLUG: Code = Code::new("script-duplicate-slug", "Two scripts have the same slug.");

/// Templates (format sheet §6).
pub const TEMPLATE_METADATA: Code = Code::new("template-metadata", "The front matter of a template cannot be read.");
/// Templates.
pub const TEMPLATE_DUPLICATE_ID: Code = Code::new("template-duplicate-id", "Two templates have the same id.");
/// Templates.
pub const TEMPLATE_DUPLICATE_SLUG: Code = Code::new("template-duplicate-slug", "Two templates have the same slug.");

/// The files in `meta/` (format sheet §4).
pub const META_JSON: Code = Code::new("meta-json", "A file in `meta/` is not valid JSON, or not of the right shape.");
/// The files in `meta/`.
pub const META_VALUE: Code = Code::new("meta-value", "A key of a file in `meta/` has a value of the wrong type.");
/// `meta/defaults.json`.
pub const DEFAULTS_MERGE: Code =
    Code::new("defaults-merge", "`meta/defaults.json` holds both sides of a merge; it counts as missing.");
/// `meta/defaults.json`.
pub const DEFAULTS_NEWER: Code =
    Code::new("defaults-newer", "`meta/defaults.json` was written by a newer bds; it counts as missing.");
/// `meta/defaults.json`.
pub const DEFAULTS_VERSION: Code = Code::new(
    "defaults-version",
    "`meta/defaults.json` asks for a version of something that ships with bds, and this bds does not have it.",
);
/// The files in `meta/`.
pub const META_RANGE: Code =
    Code::new("meta-range", "A number in `meta/project.json` is out of range, and was clamped.");
/// The files in `meta/`.
pub const META_LANGUAGE: Code = Code::new("meta-language", "A language in `meta/project.json` is no language code.");
/// The files in `meta/`.
pub const META_THEME: Code = Code::new("meta-theme", "The `picoTheme` of the project is none of the themes.");
/// The files in `meta/`.
pub const PUBLIC_URL: Code = Code::new("public-url", "The `publicUrl` of the project is no http or https address.");

/// The menu (format sheet §4).
pub const MENU_XML: Code = Code::new("menu-xml", "The menu is not valid XML.");
/// The menu.
pub const MENU_ITEM: Code = Code::new("menu-item", "An entry of the menu has an unknown type, or leads nowhere.");

/// `bds.toml`.
pub const CONFIG_SYNTAX: Code = Code::new("config-syntax", "`bds.toml` is not valid TOML.");
/// `bds.toml`.
pub const CONFIG_KEY: Code = Code::new("config-key", "`bds.toml` has a key that does not exist.");
/// `bds.toml`.
pub const CONFIG_VALUE: Code = Code::new("config-value", "A key of `bds.toml` has a value that it cannot have.");
/// `bds.toml`.
pub const CONFIG_SCRIPT: Code =
    Code::new("config-script", "`bds.toml` has options for a macro script that does not exist.");

/// All of them, for the index of diagnostics.
pub const ALL: &[Code] = &[
    NOT_UTF8,
    POST_YAML,
    POST_FENCE,
    POST_FRONT_MATTER,
    POST_VALUE,
    POST_DATE,
    POST_STATUS,
    POST_LANGUAGE,
    POST_UNDATED,
    POST_DUPLICATE_KEY,
    POST_DUPLICATE_ID,
    POST_DUPLICATE_SLUG,
    TRANSLATION_LANGUAGE,
    TRANSLATION_SOURCE,
    TRANSLATION_DUPLICATE,
    TRANSLATION_UNWANTED,
    TRANSLATION_TITLE,
    MEDIA_LINE,
    MEDIA_VALUE,
    MEDIA_MISSING,
    MEDIA_DUPLICATE_ID,
    MEDIA_TRANSLATION,
    SCRIPT_METADATA,
    SCRIPT_DUPLICATE_ID,
    SCRIPT_DUPLICATE_SLUG,
    TEMPLATE_METADATA,
    TEMPLATE_DUPLICATE_ID,
    TEMPLATE_DUPLICATE_SLUG,
    META_JSON,
    META_VALUE,
    DEFAULTS_MERGE,
    DEFAULTS_NEWER,
    DEFAULTS_VERSION,
    META_RANGE,
    META_LANGUAGE,
    META_THEME,
    PUBLIC_URL,
    MENU_XML,
    MENU_ITEM,
    CONFIG_SYNTAX,
    CONFIG_KEY,
    CONFIG_VALUE,
    CONFIG_SCRIPT,
];
