//! What the files of the edited project can hold.

use super::Sources;

pub(super) const SLUGS: &[&str] = &["alpha", "beta", "gamma", "delta", "epsilon"];

pub(super) const MEDIA: &[&str] = &["photo", "map"];

pub(super) const BODIES: &[&str] = &[
    "Text.",
    "Other text.",
    "[[tells]]\n\nSee [alpha](/posts/alpha).",
    "[[counts]] and [gamma](/posts/gamma)",
    "[[gallery]]\n\n![photo](media/2024/05/photo.jpg)",
    "[[tag_cloud]]",
    "[[reads]] [[reads name=\"more\"]]",
    "[[nosuch]] [[tells]]",
    "A note[^1].\n\n[^1]: Here.",
];

/// Lines of the front matter: key, and the values that it can have; an empty one takes the line away.
pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("title", &["One", "Two", "Drei <b>", ""]),
    ("createdAt", &["'2024-05-01T10:00:00.000Z'", "'2023-12-31T23:30:00.000Z'", "'2024-07-20T00:00:00.000Z'"]),
    ("tags", &["[red]", "[Red, blue]", "[a/b, \"füße\"]", ""]),
    ("categories", &["[page]", "[aside]", "[Notes, picture]", ""]),
    ("status", &["draft", "published", "archived"]),
    ("language", &["de", "fr", ""]),
    ("slug", SLUGS),
    ("templateSlug", &["small", "broken", ""]),
    ("excerpt", &["Short. [[tells]]", ""]),
];

/// An enabled macro script with this code.
macro_rules! script {
    ($slug:literal, $code:literal) => {
        concat!("\"\"\"\n---\nslug: \"", $slug, "\"\nkind: \"macro\"\nenabled: true\n---\n\"\"\"\n", $code)
    };
}

/// Macro scripts; a script that cannot be run is one of them, and so is one that fails.
pub(super) const SCRIPTS: &[(&str, &[&str])] = &[
    (
        "scripts/tells.py",
        &[
            script!(
                "tells",
                "from words import loud\n\ndef render(context, post):\n    return {'html': loud(post['title'])}\n"
            ),
            script!("tells", "def render(context, post):\n    return {'html': '<i>' + post['slug'] + '</i>'}\n"),
            script!("tells", "def render(context, post):\n    return {'html': 1 / 0}\n"),
            script!("tells", "def render(context, post:\n"),
        ],
    ),
    (
        "scripts/counts.py",
        &[
            script!(
                "counts",
                "from bds_api import bds\n\nasync def render(context, post):\n    found = await bds.posts.get_all()\n    return {'html': str(found['total'])}\n"
            ),
            script!(
                "counts",
                "from bds_api import bds\n\nasync def render(context, post):\n    return {'html': str(await bds.tags.get_with_counts())}\n"
            ),
            "",
        ],
    ),
    (
        "scripts/reads.py",
        &[
            script!(
                "reads",
                "import os\n\ndef render(context, post):\n    path = 'data/' + context['params'].get('name', 'list') + '.txt'\n    text = open(path).read() if os.path.exists(path) else 'none'\n    return {'html': f'<p>{text}</p>'}\n"
            ),
            script!(
                "reads",
                "import os\n\ndef render(context, post):\n    return {'html': ' '.join(sorted(os.listdir('data')))}\n"
            ),
        ],
    ),
];

pub(super) const HELPERS: &[(&str, &[&str])] = &[
    (
        "scripts/words.py",
        &[
            "def loud(text):\n    return text.upper()\n",
            "from tones import tone\n\ndef loud(text):\n    return text + tone()\n",
            "# The same, with more words.\ndef loud(text):\n    return text.upper()\n",
            "",
        ],
    ),
    ("scripts/tones.py", &["def tone():\n    return '!'\n", "def tone():\n    return '?'\n", ""]),
];

pub(super) const DATA: &[(&str, &[&str])] = &[
    ("data/list.txt", &["one", "two", ""]),
    ("data/more.txt", &["three", ""]),
    ("data/folder/deep.txt", &["four", ""]),
];

pub(super) const TEMPLATES: &[(&str, &[&str])] = &[
    (
        "templates/small.liquid",
        &["{{ post.title }} {% render 'piece' %}", "{{ backlinks | json }} {{ page_title }}", ""],
    ),
    ("templates/piece.liquid", &["piece", "{% render 'piece' %}", "{% if %}", ""]),
    ("templates/broken.liquid", &["{% for %}", "{{ post_tags | join: ' ' }}", ""]),
    ("templates/partials/site-footer.liquid", &["<footer>mine</footer>", ""]),
    ("templates/not-found.liquid", &["none {{ language }}", ""]),
];

pub(super) const MENUS: &[(&str, &[&str])] = &[(
    "meta/menu.opml",
    &[
        r#"<opml version="2.0"><body><outline text="Alpha" type="page" pageSlug="alpha"/></body></opml>"#,
        r#"<opml version="2.0"><body><outline text="N" type="category-archive" categoryName="notes"/></body></opml>"#,
        "",
    ],
)];

const PROJECT: &str =
    r#"{"name": "Test", "mainLanguage": "en", "publicUrl": "https://blog.example", "blogLanguages": ["de"]}"#;

pub(super) const PROJECTS: &[(&str, &[&str])] = &[(
    "meta/project.json",
    &[
        PROJECT,
        r#"{"name": "Other", "mainLanguage": "de", "publicUrl": "https://blog.example", "maxPostsPerPage": 2}"#,
        r#"{"mainLanguage": "en", "blogLanguages": ["de", "fr"], "maxPostsPerPage": 1}"#,
    ],
)];

pub(super) const CATEGORY_META: &[(&str, &[&str])] = &[
    (
        "meta/category-meta.json",
        &[
            r#"{"Notes": {"title": "My notes", "listTemplateSlug": "small", "renderInLists": true}}"#,
            r#"{"notes": {"renderInLists": false}, "aside": {"showTitle": true}}"#,
            "",
        ],
    ),
    ("meta/categories.json", &[r#"["NOTES", "page"]"#, ""]),
];

pub(super) const TAGS: &[(&str, &[&str])] =
    &[("meta/tags.json", &[r##"[{"name": "Red", "color": "#f00", "postTemplateSlug": "small"}]"##, "[]", "not JSON"])];

pub(super) const CONFIGS: &[(&str, &[&str])] = &[(
    "bds.toml",
    &[
        "",
        "[archives]\nroot = false\ntag = false\nday = false\nfeeds = false\ntranslations = false\n",
        "timezone = \"Asia/Tokyo\"\n[output]\nmedia = \"copy\"\n",
        "[output]\nmedia = \"none\"\n",
    ],
)];

/// A small project that has something of everything.
pub(super) fn first() -> Sources {
    let mut sources = Sources::new();
    let mut put = |path: &str, text: String| drop(sources.insert(path.to_owned(), text));
    put("meta/project.json", PROJECT.to_owned());
    for (day, slug) in (1..).zip(&SLUGS[..4]) {
        let body = BODIES[usize::try_from(day).expect("small") + 1];
        put(&format!("posts/2024/05/{slug}.md"), post(slug, day, body));
    }
    put("posts/2024/05/alpha.de.md", translation("alpha", "de", "Worte [[tells]]"));
    for (path, contents) in SCRIPTS.iter().chain(HELPERS) {
        put(path, contents[0].to_owned());
    }
    put("data/list.txt", "one".to_owned());
    for name in MEDIA {
        put(&format!("media/2024/05/{name}.jpg"), "jpg".to_owned());
        put(&format!("media/2024/05/{name}.jpg.meta"), sidecar(name, "Caption", "alpha"));
    }
    sources
}

pub(super) fn post(slug: &str, day: u64, body: &str) -> String {
    format!(
        "---\nid: {slug}-id\ntitle: Title of {slug}\nslug: {slug}\nstatus: published\n\
         createdAt: '2024-05-{day:02}T10:00:00.000Z'\ntags: [red]\n---\n{body}\n"
    )
}

pub(super) fn translation(slug: &str, language: &str, body: &str) -> String {
    format!("---\ntranslationFor: {slug}-id\nlanguage: {language}\ntitle: {slug} ({language})\n---\n{body}\n")
}

pub(super) fn sidecar(name: &str, caption: &str, slug: &str) -> String {
    format!(
        "---\nid: {name}-id\noriginalName: \"{name}.jpg\"\nmimeType: image/jpeg\ncaption: \"{caption}\"\n\
         createdAt: 2024-05-01T10:00:00.000Z\nlinkedPostIds: [\"{slug}-id\"]\n---"
    )
}

/// Gives a key of the front matter a value; an empty one takes the line away.
pub(super) fn with_field(text: &str, key: &str, value: &str) -> String {
    let is_other = |line: &&str| !line.starts_with(&format!("{key}:"));
    let mut lines: Vec<String> = text.lines().filter(is_other).map(str::to_owned).collect();
    if !value.is_empty() && !lines.is_empty() {
        lines.insert(1, format!("{key}: {value}"));
    }
    lines.join("\n") + "\n"
}
