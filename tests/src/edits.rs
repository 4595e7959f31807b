//! Random edits of a project: everything that its users edit, in every way in which they do.

mod contents;
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::Site;
use contents::{BODIES, CATEGORY_META, CONFIGS, DATA, FIELDS, HELPERS, MENUS, PROJECTS, SCRIPTS, TAGS, TEMPLATES};

pub use random::Random;

/// The sources of a project by their paths.
type Sources = BTreeMap<String, String>;

/// Somebody who edits a project, always in the same way for the same seed.
#[derive(Debug)]
pub struct Author {
    random: Random,
    now: Sources,
    on_disk: Sources,
    /// What the sources were before each edit, the latest last.
    before: Vec<Sources>,
    /// Files that get another time, whatever their content.
    touched: BTreeSet<String>,
    /// Files whose content changes and whose time does not.
    undated: BTreeSet<String>,
}

/// A kind of edit, and how often it is chosen beside the others.
type Kind = (&'static str, u64, fn(&mut Author));

/// Every kind of edit.
const KINDS: &[Kind] = &[
    ("a new post", 3, Author::create),
    ("a post deleted", 2, |author| author.delete("posts/")),
    ("a post renamed", 2, Author::rename),
    ("a body", 5, Author::body),
    ("a title", 2, |author| author.field("title")),
    ("a date", 2, |author| author.field("createdAt")),
    ("tags", 2, |author| author.field("tags")),
    ("a category", 2, |author| author.field("categories")),
    ("a status", 2, |author| author.field("status")),
    ("a language", 2, |author| author.field("language")),
    ("a slug", 2, |author| author.field("slug")),
    ("a template slug", 2, |author| author.field("templateSlug")),
    ("an excerpt", 1, |author| author.field("excerpt")),
    ("a translation", 2, Author::translate),
    ("a media file", 2, Author::media),
    ("a sidecar", 2, Author::sidecar),
    ("a media file deleted", 1, |author| author.delete("media/")),
    ("a script", 2, |author| author.replace(SCRIPTS)),
    ("a helper of scripts", 2, |author| author.replace(HELPERS)),
    ("a data file", 2, |author| author.replace(DATA)),
    ("a template or partial", 3, |author| author.replace(TEMPLATES)),
    ("the menu", 1, |author| author.replace(MENUS)),
    ("the settings of the project", 1, |author| author.replace(PROJECTS)),
    ("the settings of categories", 1, |author| author.replace(CATEGORY_META)),
    ("the settings of tags", 1, |author| author.replace(TAGS)),
    ("bds.toml", 1, |author| author.replace(CONFIGS)),
    ("a time without its content", 2, Author::touch),
    ("a content without its time", 2, Author::body_without_time),
    ("an edit undone", 3, Author::undo),
];

impl Author {
    /// An author, and a project that has something of everything.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            now: contents::first(),
            on_disk: Sources::new(),
            before: Vec::new(),
            touched: BTreeSet::new(),
            undated: BTreeSet::new(),
        }
    }

    /// The names of all kinds of edits.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, ..)| *name)
    }

    /// Chance, from the same stream as the edits.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Edits one thing, not yet on disk. Says which kind it was.
    pub fn edit(&mut self) -> &'static str {
        let mut chosen = self.random.below(KINDS.iter().map(|(_, often, _)| often).sum());
        let kind = KINDS.iter().find(|(_, often, _)| {
            let found = chosen < *often;
            chosen = chosen.saturating_sub(*often);
            found
        });
        let (name, _, edit) = kind.expect("it is smaller than the sum");
        if *name != "an edit undone" {
            self.before.push(self.now.clone());
        }
        edit(self);
        name
    }

    /// Makes the disk hold what was edited.
    pub fn save(&mut self, site: &Site) {
        for path in self.on_disk.keys().filter(|path| !self.now.contains_key(*path)) {
            site.remove(path);
        }
        for (path, text) in self.now.iter().filter(|(path, text)| self.on_disk.get(*path) != Some(text)) {
            let time = self.undated.contains(path).then(|| modified(&site.path(path))).flatten();
            site.write(path, text);
            if let Some(time) = time {
                set_modified(&site.path(path), time);
            }
        }
        for path in self.touched.iter().filter(|path| self.now.contains_key(*path)) {
            let hours = 1 + self.random.below(1000);
            set_modified(&site.path(path), SystemTime::UNIX_EPOCH + Duration::from_hours(400_000 + hours));
        }
        self.on_disk.clone_from(&self.now);
        self.touched.clear();
        self.undated.clear();
    }

    fn create(&mut self) {
        let (slug, day) = (self.random.pick(contents::SLUGS), self.random.below(9) + 1);
        let folder = self.random.pick(&["2024/05", "2023/01"]);
        let text = contents::post(slug, day, self.random.pick(BODIES));
        self.now.insert(format!("posts/{folder}/{slug}.md"), text);
    }

    fn rename(&mut self) {
        if let Some(path) = self.any("posts/")
            && let Some(text) = self.now.remove(&path)
        {
            let name = self.random.below(20);
            self.now.insert(format!("posts/2022/moved-{name}.md"), text);
        }
    }

    fn delete(&mut self, folder: &str) {
        if let Some(path) = self.any(folder) {
            self.now.remove(&path);
        }
    }

    fn body(&mut self) {
        self.any_body();
    }

    fn any_body(&mut self) -> Option<String> {
        let path = self.any("posts/")?;
        let text = &self.now[&path];
        let head = text.rfind("---\n").map_or(0, |fence| fence + 4);
        let text = format!("{}{} {}\n", &text[..head], self.random.pick(BODIES), self.random.below(100));
        self.now.insert(path.clone(), text);
        Some(path)
    }

    fn field(&mut self, key: &str) {
        let values = FIELDS.iter().find(|(field, _)| *field == key).map_or(&[""][..], |(_, values)| values);
        if let Some(path) = self.any("posts/") {
            let text = contents::with_field(&self.now[&path], key, self.random.pick(values));
            self.now.insert(path, text);
        }
    }

    fn translate(&mut self) {
        let (slug, language) = (self.random.pick(contents::SLUGS), self.random.pick(&["de", "fr"]));
        let text = contents::translation(slug, language, self.random.pick(BODIES));
        self.now.insert(format!("posts/2024/05/{slug}.{language}.md"), text);
    }

    fn media(&mut self) {
        let (name, content) = (self.random.pick(contents::MEDIA), self.random.below(1000));
        self.now.insert(format!("media/2024/05/{name}.jpg"), format!("jpg {content}"));
    }

    fn sidecar(&mut self) {
        let (name, slug) = (self.random.pick(contents::MEDIA), self.random.pick(contents::SLUGS));
        let text = contents::sidecar(name, &format!("Caption {}", self.random.below(5)), slug);
        self.now.insert(format!("media/2024/05/{name}.jpg.meta"), text);
    }

    /// Gives one of these files one of its contents; an empty one takes it away.
    fn replace(&mut self, files: &[(&str, &[&str])]) {
        let (path, contents) = files[self.random.index(files.len())];
        match self.random.pick(contents) {
            "" => drop(self.now.remove(path)),
            text => drop(self.now.insert(path.to_owned(), text.to_owned())),
        }
    }

    fn touch(&mut self) {
        let path = self.any("");
        self.touched.extend(path);
    }

    fn body_without_time(&mut self) {
        let path = self.any_body();
        self.undated.extend(path);
    }

    fn undo(&mut self) {
        if let Some(before) = self.before.pop() {
            self.now = before;
        }
    }

    fn any(&mut self, folder: &str) -> Option<String> {
        let paths: Vec<_> = self.now.keys().filter(|path| path.starts_with(folder)).collect();
        (!paths.is_empty()).then(|| paths[self.random.index(paths.len())].clone())
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

fn set_modified(path: &Path, time: SystemTime) {
    let file = OpenOptions::new().append(true).open(path).expect("a source can be opened");
    file.set_modified(time).expect("it is ours");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_edit_is_made_and_the_same_seed_makes_the_same() {
        let run = || {
            let mut author = Author::new(7);
            let kinds: BTreeSet<_> = (0..1000).map(|_| author.edit()).collect();
            (kinds, author.now)
        };
        let (kinds, sources) = run();
        assert_eq!(kinds, Author::kinds().collect());
        assert_eq!(run().1, sources);
    }

    #[test]
    fn what_is_edited_is_on_disk_with_its_time_or_without() {
        let site = Site::empty();
        let mut author = Author::new(7);
        author.save(&site);
        let time = |path: &str| modified(&site.path(path)).expect("it is there");
        for _ in 0..300 {
            author.edit();
            author.before.truncate(20);
            let undated: Vec<_> = author.undated.iter().filter(|path| author.on_disk.contains_key(*path)).collect();
            let times: Vec<_> = undated.into_iter().map(|path| (path.clone(), time(path))).collect();
            author.save(&site);
            assert_eq!(site.sources().paths(), author.now.keys().map(String::as_str).collect::<Vec<_>>());
            for (path, before) in times {
                assert_eq!(time(&path), before);
            }
        }
    }
}
