//! Edits of a project, chosen by numbers: a model of its sources that is then put on disk.

use std::collections::{BTreeMap, BTreeSet};

use bds_project::config;
use proptest::prelude::*;
use proptest::sample::select;

use crate::project::{Project, TWO_LANGUAGES};

/// One edit. What the numbers mean depends on what is edited; they count round.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    what: What,
    which: u8,
    value: u8,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Create,
    Delete,
    Rename,
    Body,
    Field,
    Translate,
    Sidecar,
    Media,
    DeleteMedia,
    Template,
    Meta,
    Script,
    Data,
    DeleteAny,
    Touch,
    /// A body is edited, and its file has the time that it had before.
    Undated,
    Options,
    Undo,
}

impl Edit {
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        use What::{
            Body, Create, Data, Delete, DeleteAny, DeleteMedia, Field, Media, Meta, Options, Rename, Script, Sidecar,
            Template, Touch, Translate, Undated, Undo,
        };
        let what = select(vec![
            Create,
            Delete,
            Rename,
            Body,
            Body,
            Field,
            Field,
            Field,
            Field,
            Translate,
            Translate,
            Sidecar,
            Media,
            DeleteMedia,
            Template,
            Template,
            Meta,
            Meta,
            Script,
            Data,
            DeleteAny,
            Touch,
            Undated,
            Options,
            Undo,
        ]);
        (what, any::<u8>(), any::<u8>()).prop_map(|(what, which, value)| Self { what, which, value })
    }
}

const SLUGS: &[&str] = &["alpha", "beta", "gamma", "delta"];

const BODIES: &[&str] = &[
    "Text.",
    "Other text.",
    "[[titled]]\n\nSee [alpha](/posts/alpha).",
    "[[counted]] and [gamma](/posts/gamma)",
    "[[album]]\n\n![photo](media/2024/05/photo.jpg)",
    "[[others]]",
    "[[opens]]",
    "[[opens]]\n\n[[nosuch]]",
    "[[helped]]",
    "A note[^1].\n\n[^1]: Here.",
    "",
];

/// Lines of the front matter: key, and the values that it can have; an empty one takes the line away.
const FIELDS: &[(&str, &[&str])] = &[
    ("title", &["One", "Two", "Drei", ""]),
    ("createdAt", &["'2024-05-01T10:00:00.000Z'", "'2023-12-31T23:30:00.000Z'", "'2024-05-20T00:00:00.000Z'"]),
    ("updatedAt", &["'2024-05-30T10:00:00.000Z'", ""]),
    ("tags", &["[red]", "[Red, blue]", "[a/b, \"füße\"]", ""]),
    ("categories", &["[page]", "[aside]", "[Notes, picture]", ""]),
    ("status", &["draft", "published", "archived"]),
    ("language", &["de", "fr", ""]),
    ("slug", SLUGS),
    ("templateSlug", &["small", "broken", ""]),
    ("excerpt", &["Short. [[titled]]", ""]),
    ("doNotTranslate", &["true", ""]),
    ("id", &["alpha-id", "other-id", ""]),
];

const META: &[(&str, &[&str])] = &[
    (
        "meta/project.json",
        &[
            TWO_LANGUAGES,
            r#"{"name": "Other", "mainLanguage": "de", "publicUrl": "https://blog.example", "maxPostsPerPage": 2}"#,
            r#"{"mainLanguage": "en", "blogLanguages": ["de", "fr"], "maxPostsPerPage": 1}"#,
        ],
    ),
    (
        "meta/category-meta.json",
        &[
            r#"{"Notes": {"title": "My notes", "listTemplateSlug": "small", "renderInLists": true}}"#,
            r#"{"notes": {"renderInLists": false}, "aside": {"showTitle": true}}"#,
            "",
        ],
    ),
    ("meta/tags.json", &[r##"[{"name": "Red", "color": "#f00", "postTemplateSlug": "small"}]"##, "[]", "not JSON"]),
    ("meta/categories.json", &[r#"["NOTES", "page"]"#, ""]),
    (
        "meta/menu.opml",
        &[
            r#"<opml version="2.0"><body><outline text="Alpha" type="page" pageSlug="alpha"/></body></opml>"#,
            r#"<opml version="2.0"><body><outline text="N" type="category-archive" categoryName="notes"/></body></opml>"#,
            "",
        ],
    ),
];

const TEMPLATES: &[(&str, &[&str])] = &[
    (
        "templates/small.liquid",
        &["{{ post.title }} {% render 'piece' %}", "{{ backlinks | json }} {{ page_title }}", ""],
    ),
    ("templates/piece.liquid", &["piece", "{% render 'piece' %}", "{% if %}", ""]),
    ("templates/broken.liquid", &["{% for %}", "{{ post_tags | join: ' ' }}", ""]),
    ("templates/partials/site-footer.liquid", &["<footer>mine</footer>", ""]),
    ("templates/not-found.liquid", &["none {{ language }}", ""]),
];

const SCRIPTS: &[&str] = &["titled", "counted", "album", "others", "opens", "helped"];

/// Files that scripts open, a helper module among them.
const DATA: &[&str] = &["data/list.txt", "data/stop", "data/more/deep.txt", "scripts/words.py"];

const CONFIGS: &[&str] = &[
    "",
    "[archives]\nroot = false\ntag = false\nday = false\nfeeds = false\ntranslations = false",
    "timezone = \"Asia/Tokyo\"\n[output]\nmedia = \"copy\"",
    "[output]\nmedia = \"none\"",
];

/// The sources of a project: paths and contents.
pub(crate) struct Sources {
    now: BTreeMap<String, String>,
    on_disk: BTreeMap<String, String>,
    before: Vec<BTreeMap<String, String>>,
    /// Files whose content changes and whose time does not.
    undated: BTreeSet<String>,
}

impl Sources {
    /// A small project that has something of everything.
    pub(crate) fn first() -> Self {
        let mut now = BTreeMap::new();
        now.insert("meta/project.json".to_owned(), TWO_LANGUAGES.to_owned());
        for (number, slug) in SLUGS.iter().enumerate().take(3) {
            now.insert(format!("posts/2024/05/{slug}.md"), post(slug, number + 1, BODIES[number * 2]));
        }
        now.insert("posts/2024/05/alpha.de.md".to_owned(), translation("alpha", "de", "Worte [[titled]]"));
        now.extend(SCRIPTS.iter().map(|slug| (format!("scripts/{slug}.py"), script(slug, 0))));
        now.insert("data/list.txt".to_owned(), "0".to_owned());
        now.insert("media/2024/05/photo.jpg".to_owned(), "jpg".to_owned());
        now.insert("media/2024/05/photo.jpg.meta".to_owned(), sidecar(0, "alpha"));
        Self { now, on_disk: BTreeMap::new(), before: Vec::new(), undated: BTreeSet::new() }
    }

    /// Takes an edit.
    pub(crate) fn take(&mut self, edit: &Edit, project: &mut Project) {
        let Edit { what, which, value } = edit;
        let (which, value) = (usize::from(*which), usize::from(*value));
        if !matches!(what, What::Undo) {
            self.before.push(self.now.clone());
        }
        match what {
            What::Create => {
                let slug = round(SLUGS, which);
                let folder = if value % 2 == 0 { "2024/05" } else { "2023/01" };
                let text = post(slug, value % 9 + 1, round(BODIES, value));
                self.now.insert(format!("posts/{folder}/{slug}.md"), text);
            }
            What::Delete => drop(self.nth("posts/", which).map(|path| self.now.remove(&path))),
            What::Rename => {
                if let Some(path) = self.nth("posts/", which)
                    && let Some(text) = self.now.remove(&path)
                {
                    self.now.insert(format!("posts/2022/{value:02}.md"), text);
                }
            }
            What::Body => self.change("posts/", which, |text| with_body(text, round(BODIES, value))),
            What::Undated => {
                self.change("posts/", which, |text| with_body(text, round(BODIES, value)));
                self.undated.extend(self.nth("posts/", which));
            }
            What::Media => {
                let name = round(&["photo", "map"], which);
                self.now.insert(format!("media/2024/05/{name}.jpg"), format!("jpg {value:03}"));
            }
            What::Field => self.change("posts/", which, |text| {
                let (key, values) = round(FIELDS, value);
                set_field(text, key, round(values, value / FIELDS.len()))
            }),
            What::Translate => {
                let (slug, language) = (round(SLUGS, which), round(&["de", "fr", "en"], value));
                let text = translation(slug, language, round(BODIES, value / 3));
                self.now.insert(format!("posts/2024/05/{slug}.{language}.md"), text);
            }
            What::Sidecar => {
                let name = round(&["photo", "map"], which);
                self.now.insert(format!("media/2024/05/{name}.jpg"), "jpg".to_owned());
                self.now.insert(format!("media/2024/05/{name}.jpg.meta"), sidecar(value, round(SLUGS, value)));
            }
            What::DeleteMedia => drop(self.nth("media/", which).map(|path| self.now.remove(&path))),
            What::Template => self.set(TEMPLATES, which, value),
            What::Meta => self.set(META, which, value),
            What::Script => {
                let slug = round(SCRIPTS, which);
                self.now.insert(format!("scripts/{slug}.py"), script(slug, value % 3));
            }
            What::Data => {
                let path = round(DATA, which);
                if value % 3 == 0 {
                    self.now.remove(path);
                } else {
                    self.now.insert(path.to_owned(), (value % 5).to_string());
                }
            }
            What::DeleteAny => drop(self.nth("", which).map(|path| self.now.remove(&path))),
            What::Touch => {
                if let Some(path) = self.nth("", which).filter(|path| self.on_disk.contains_key(path)) {
                    project.touch(&path);
                }
            }
            What::Options => {
                project.options.drafts = which % 2 == 1;
                project.options.future = which % 3 == 1;
                project.config = config::parse(round(CONFIGS, value)).unwrap();
                project.restart();
            }
            What::Undo => self.now = self.before.pop().unwrap_or_else(|| self.now.clone()),
        }
    }

    /// Makes the disk hold the sources.
    pub(crate) fn put(&mut self, project: &mut Project) {
        for path in self.on_disk.keys().filter(|path| !self.now.contains_key(*path)) {
            project.remove(path);
        }
        for (path, text) in self.now.iter().filter(|(path, text)| self.on_disk.get(*path) != Some(text)) {
            if self.undated.contains(path) && self.on_disk.contains_key(path) {
                project.write_undated(path, text);
            } else {
                project.write(path, text);
            }
        }
        self.undated.clear();
        self.on_disk.clone_from(&self.now);
    }

    /// The files that are not as they are on disk.
    pub(crate) fn edited(&self) -> Vec<String> {
        let differs = |path: &&String| self.now.get(*path) != self.on_disk.get(*path);
        self.now.keys().chain(self.on_disk.keys()).filter(differs).cloned().collect()
    }

    fn nth(&self, folder: &str, which: usize) -> Option<String> {
        let paths: Vec<_> = self.now.keys().filter(|path| path.starts_with(folder)).collect();
        (!paths.is_empty()).then(|| paths[which % paths.len()].clone())
    }

    fn change(&mut self, folder: &str, which: usize, change: impl Fn(&str) -> String) {
        if let Some(path) = self.nth(folder, which) {
            let text = change(&self.now[&path]);
            self.now.insert(path, text);
        }
    }

    /// Gives one of these files one of its contents; an empty one takes it away.
    fn set(&mut self, files: &[(&str, &[&str])], which: usize, value: usize) {
        let (path, contents) = round(files, which);
        match round(contents, value) {
            "" => drop(self.now.remove(path)),
            text => drop(self.now.insert(path.to_owned(), text.to_owned())),
        }
    }
}

fn round<T: Copy>(all: &[T], number: usize) -> T {
    all[number % all.len()]
}

fn post(slug: &str, day: usize, body: &str) -> String {
    format!(
        "---\nid: {slug}-id\ntitle: Title of {slug}\nslug: {slug}\ncreatedAt: '2024-05-{day:02}T10:00:00.000Z'\ntags: [red]\n---\n{body}\n"
    )
}

fn translation(slug: &str, language: &str, body: &str) -> String {
    format!("---\ntranslationFor: {slug}-id\nlanguage: {language}\ntitle: {slug} ({language})\n---\n{body}\n")
}

fn script(slug: &str, version: usize) -> String {
    let enabled = version != 2;
    format!("\"\"\"\n---\nslug: \"{slug}\"\nkind: \"macro\"\nenabled: {enabled}\n---\n\"\"\"\n# code {version}\n")
}

fn sidecar(caption: usize, slug: &str) -> String {
    format!(
        "---\nid: photo-id\noriginalName: \"photo.jpg\"\nmimeType: image/jpeg\ncaption: \"{caption}\"\ncreatedAt: 2024-05-01T10:00:00.000Z\nlinkedPostIds: [\"{slug}-id\"]\n---"
    )
}

/// The same front matter with another text.
fn with_body(text: &str, body: &str) -> String {
    let head = text.rfind("---\n").map_or(0, |fence| fence + 4);
    format!("{}{body}\n", &text[..head])
}

/// Gives a key of the front matter a value; an empty one takes the line away.
fn set_field(text: &str, key: &str, value: &str) -> String {
    let is_other = |line: &&str| !line.starts_with(&format!("{key}:"));
    let mut lines: Vec<String> = text.lines().filter(is_other).map(str::to_owned).collect();
    if !value.is_empty() && !lines.is_empty() {
        lines.insert(1, format!("{key}: {value}"));
    }
    lines.join("\n") + "\n"
}
