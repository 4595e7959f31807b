//! Why things were made anew: from what a page shows, over what that is made from, to what was changed.
//!
//! Asked after a build and outside of its queries: what is told depends on more than what a page depends on.

pub(crate) mod portrait;

use std::collections::{BTreeMap, HashMap, HashSet};

use bds_base::{Fingerprint, SitePath};
use bds_store::FileTable;
use serde_json::Value;

use crate::db::{Database, Db};
use crate::files::FileState;
use crate::ledger::calls::PARTS;
use crate::ledger::{Cause, Difference};
use crate::lens::Question;
use crate::needs::{self, Kind, Need, Of};
use crate::page;
use crate::report::{Because, MacroDecision, MacroFate, PageDecision, PageFate};
use crate::routes::{Route, Routes};
use crate::scan::Scanned;
use crate::traces;
use portrait::Portrait;

/// The files that differ from the last build: what they were known by, and are now. None where a file is not there.
pub(crate) type FileChanges = BTreeMap<SitePath, (Option<Fingerprint>, Option<Fingerprint>)>;

/// What the build before this one knew.
pub(crate) struct Before {
    pub(crate) files: std::sync::Arc<FileTable>,
    pub(crate) settings: Option<Portrait>,
}

/// Tells why.
pub(crate) struct Teller<'a> {
    db: &'a Database,
    causes: HashMap<u32, Cause>,
    changes: FileChanges,
    before: &'a Before,
    settings: &'a Portrait,
}

impl<'a> Teller<'a> {
    /// Takes the causes that the ledger has gathered since the last time.
    pub(crate) fn new(db: &'a Database, scanned: &Scanned, before: &'a Before, settings: &'a Portrait) -> Self {
        let causes = db.services().ledger.take_causes();
        let changes = if causes.is_empty() { FileChanges::new() } else { changes(&before.files, scanned) };
        Self { db, causes, changes, before, settings }
    }

    /// What was done with each page, sorted by file. `made` says why those were made that were.
    pub(crate) fn pages(&self, routes: &Routes, made: &mut BTreeMap<SitePath, PageFate>) -> Vec<PageDecision> {
        let pages = routes.pages.iter().filter(|(_, route)| !matches!(route, Route::Asset(_)));
        let decisions = pages.map(|(file, route)| {
            let fate = match made.remove(file) {
                Some(PageFate::Differs(_)) => PageFate::Differs(self.chain(page::number(self.db, route))),
                Some(fate) => fate,
                None => PageFate::Reused,
            };
            PageDecision { file: file.clone(), fate }
        });
        decisions.collect()
    }

    /// What was done with macro calls, in the order of the log.
    pub(crate) fn macros(&self, macros: Vec<(MacroDecision, u32)>) -> Vec<MacroDecision> {
        let told = macros.into_iter().map(|(decision, number)| match decision.fate {
            MacroFate::RanChanged(_) => MacroDecision { fate: MacroFate::RanChanged(self.chain(number)), ..decision },
            _ => decision,
        });
        told.collect()
    }

    /// From what something is made from, and is another, to what was changed.
    fn chain(&self, number: u32) -> Vec<Because> {
        let ledger = &self.db.services().ledger;
        let (mut chain, mut met, mut maker) = (Vec::new(), HashSet::new(), number);
        while met.insert(maker) {
            match self.causes.get(&maker) {
                Some(Cause::Answer(difference)) => {
                    let question = ledger.question(difference.question);
                    chain.push(because(question.to_string(), seen_file(&question), difference));
                    if !self.causes.contains_key(&difference.question) {
                        let known = seen_file(&question);
                        let roots = self.roots(&question, &ledger.question(maker)).into_iter();
                        chain.extend(roots.filter(|root| root.file.is_none() || root.file != known));
                    }
                    maker = difference.question;
                }
                Some(Cause::Key(part, difference)) => {
                    let question = ledger.question(maker);
                    chain.push(because(in_words(*part, &question), None, difference));
                    chain.extend(self.key_roots(*part, &question));
                }
                Some(Cause::Said(said)) => {
                    chain.push(Because { what: said.clone(), file: None, before: None, now: None });
                }
                None => {}
            }
        }
        chain
    }

    /// What was changed that a part of the key of a call is made from.
    fn key_roots(&self, part: usize, call: &Question) -> Vec<Because> {
        let Question::Macro { name, .. } = call else { return Vec::new() };
        match PARTS[part] {
            "script" => {
                let script = crate::macros::scripts::file_of(self.db, name);
                script.and_then(|script| self.file(&script)).into_iter().collect()
            }
            "limits" | "permissions" => self.config().into_iter().take(1).collect(),
            "context" => self.frame().into_iter().take(1).collect(),
            _ => Vec::new(),
        }
    }

    /// What was changed that an answer is made from, the nearest first.
    fn roots(&self, question: &Question, maker: &Question) -> Vec<Because> {
        if *question == Question::Frame {
            let said = self.frame().into_iter().chain(self.config()).next();
            return said.into_iter().chain(self.nearest(&needs::of(self.db, question))).collect();
        }
        let mut needs = needs::of(self.db, question);
        if let (Question::Seen(name), Question::Macro { place, .. }) = (question, maker)
            && let Some(traces::Question::PostField(field)) = traces::Question::read(name)
        {
            needs = needs::of_field(place, &field);
        }
        match self.nearest(&needs) {
            Some(file) => self.field(question, &file).into_iter().chain([file]).collect(),
            None => self.config().into_iter().next().or_else(|| self.time()).into_iter().collect(),
        }
    }

    /// The file that was changed and is needed most: one that is needed by its name, or else the first of its kind.
    fn nearest(&self, needs: &[Need]) -> Option<Because> {
        let by_name = needs.iter().find_map(|need| match &need.of {
            Of::File(path) => self.file(path),
            Of::Folder(folder) => {
                self.changes.keys().find(|path| path.is_in(folder.as_str())).and_then(|it| self.file(it))
            }
            Of::Every(_) | Of::Settings => None,
        });
        let of_kind = |kind: Kind| self.changes.keys().find(|path| Kind::of(path) == Some(kind));
        let by_kind = || {
            needs.iter().find_map(|need| match need.of {
                Of::Every(kind) => self.file(of_kind(kind)?),
                Of::Settings => self.file(&needs::project_file()),
                Of::File(_) | Of::Folder(_) => None,
            })
        };
        by_name.or_else(by_kind)
    }

    /// A file, if it was changed. What a script looked at by itself is in no table: it is named by the question.
    fn file(&self, path: &SitePath) -> Option<Because> {
        let (before, now) = self.changes.get(path)?;
        let shown = |content: &Option<Fingerprint>| content.map(short);
        Some(Because {
            what: format!("the file {path}"),
            file: Some(path.clone()),
            before: shown(before),
            now: shown(now),
        })
    }

    /// The first key of the front matter that differs, where an answer is made from that of a post.
    fn field(&self, question: &Question, file: &Because) -> Option<Because> {
        let (matters, path) = (matters(question)?, file.file.as_ref()?);
        let (Some(before), Some(now)) = self.changes[path] else { return None };
        let head = |content| {
            let file = self.db.services().heads.get(path, content)?.file.value?;
            let document = serde_json::to_value(file.document).ok()?;
            // The one key says what it is: a post or a translation.
            document.as_object()?.values().next().cloned()
        };
        let (before, now): (Value, Value) = (head(before)?, head(now)?);
        let differs = |key: &&String| *key != "slug_at" && before.get(key) != now.get(key) && matters(key);
        let key = now.as_object()?.keys().find(differs)?;
        let shown = |head: &Value| head.get(key).filter(|value| !value.is_null()).map(portrait::short);
        Some(Because {
            what: format!("`{}` in {path}", camel(key)),
            file: Some(path.clone()),
            before: shown(&before),
            now: shown(&now),
        })
    }

    fn frame(&self) -> Vec<Because> {
        self.before.settings.as_ref().map(|before| self.settings.frame_since(before)).unwrap_or_default()
    }

    fn config(&self) -> Vec<Because> {
        self.before.settings.as_ref().map(|before| self.settings.config_since(before)).unwrap_or_default()
    }

    fn time(&self) -> Option<Because> {
        self.settings.time_since(self.before.settings.as_ref()?)
    }
}

/// The files that differ. Both tables are sorted.
fn changes(before: &FileTable, scanned: &Scanned) -> FileChanges {
    let content = |state: &FileState| match state {
        FileState::Present(content) => Some(*content),
        FileState::Absent | FileState::Unreadable(_) => None,
    };
    let mut changes = FileChanges::new();
    for (path, (_, state)) in &scanned.texts {
        let (before, now) = (before.get(path).map(|entry| entry.fingerprint), content(state));
        if before != now {
            changes.insert(path.clone(), (before, now));
        }
    }
    let gone = before.iter().filter(|(path, _)| !scanned.texts.contains_key(*path));
    changes.extend(gone.map(|(path, entry)| (path.clone(), (Some(entry.fingerprint), None))));
    changes
}

fn because(what: String, file: Option<SitePath>, difference: &Difference) -> Because {
    let Difference { before, now, .. } = difference;
    Because { what, file, before: Some(before.to_string()), now: Some(now.to_string()) }
}

/// The file that a script looked at by itself.
fn seen_file(question: &Question) -> Option<SitePath> {
    let Question::Seen(name) = question else { return None };
    match traces::Question::read(name)? {
        traces::Question::File(path) => Some(path),
        _ => None,
    }
}

/// A part of the key of a call.
fn in_words(part: usize, call: &Question) -> String {
    let Question::Macro { name, .. } = call else { return PARTS[part].to_owned() };
    match PARTS[part] {
        "abi" => "the version of the macro ABI".to_owned(),
        "runtime" => "the Python that runs macros".to_owned(),
        "script" => format!("the script of the macro `{name}`"),
        "entrypoint" => format!("the entry point of the macro `{name}`"),
        "context" => "what macros are told of the project".to_owned(),
        "post" => "the id of the post".to_owned(),
        part => format!("the {part} of the macro `{name}`"),
    }
}

/// Which keys of the front matter an answer can show; none when it shows no front matter.
fn matters(question: &Question) -> Option<fn(&str) -> bool> {
    match question {
        Question::Variant(..)
        | Question::TemplateOfPost(_)
        | Question::PostData(_)
        | Question::PageFiles(..)
        | Question::PageCount(..)
        | Question::ArchivePath(..)
        | Question::Spelling(_)
        | Question::Seen(_) => Some(|_| true),
        Question::Entry(..) => Some(|key| !matches!(key, "tags" | "template_slug" | "do_not_translate")),
        Question::Slug(_) | Question::PostAddress(_) => Some(|key| matches!(key, "slug" | "title" | "created_at")),
        Question::Excerpt(..) => Some(|key| key == "excerpt"),
        _ => None,
    }
}

/// A key as it stands in the front matter.
fn camel(key: &str) -> String {
    let mut parts = key.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |key, part| {
        let (head, tail) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
        key + &head.to_uppercase() + tail
    })
}

/// What a content is known by, as it is shown.
fn short(content: Fingerprint) -> String {
    crate::ledger::Seal::of_fingerprint(content).to_string()
}
