//! What a project has of the defaults, read from the disk. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use bds_base::{Severity, SitePath, System};
use bds_defaults::{Kind, Shipped, script, shipped};
use bds_project::layout::{self, MetaKind, SourceKind};
use bds_project::meta::{self, DefaultsRecord};
use bds_project::{script as script_file, template as template_file};

use super::DefaultsError;
use super::state::{Found, Standing, standing};

/// What a project has of the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// What `meta/defaults.json` says.
    pub record: DefaultsRecord,
    /// Its text; none when it is not there.
    pub record_text: Option<String>,
    found: BTreeMap<SitePath, Found>,
}

impl Survey {
    /// What is where the file of a default belongs.
    pub fn found(&self, default: &Shipped) -> &Found {
        self.found.get(&default.path).unwrap_or(&Found::Nothing)
    }

    /// How a default stands.
    pub fn standing(&self, default: &Shipped) -> Standing {
        standing(default, self.record.entries.get(&default.path), self.found(default))
    }
}

/// Looks at what a project has. Fails where `meta/defaults.json` cannot be understood whole: whoever goes by half of it
/// would lose the other half.
pub fn survey(root: &Path, system: &dyn System) -> Result<Survey, DefaultsError> {
    let (record, record_text) = record(root, system)?;
    let files = Files::list(root, system);
    let found = shipped().iter().map(|default| (default.path.clone(), look(root, system, default, &files)));
    Ok(Survey { record, record_text, found: found.collect() })
}

/// The path of `meta/defaults.json`.
pub(super) fn record_path() -> SitePath {
    SitePath::new(MetaKind::Defaults.path()).expect("the names of our own files are plain paths")
}

/// What `meta/defaults.json` says, and its text; none when it is not there.
pub(super) fn record(root: &Path, system: &dyn System) -> Result<(DefaultsRecord, Option<String>), DefaultsError> {
    let path = record_path();
    let bytes = match system.read(&path.to_path(root)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((DefaultsRecord::default(), None)),
        Err(source) => return Err(DefaultsError::File { path: path.to_string(), what: "read", source }),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let diagnostics = match bds_project::decode(&path, &bytes) {
        Ok(text) => {
            let parsed = meta::parse_defaults(&path, text);
            if parsed.diagnostics.is_empty() {
                return Ok((parsed.value, Some(text.to_owned())));
            }
            parsed.diagnostics
        }
        Err(diagnostic) => vec![*diagnostic],
    };
    // What a build passes over with a warning is an error here: nothing may be written that drops it.
    let diagnostics = diagnostics.into_iter().map(|found| bds_base::Diagnostic { severity: Severity::Error, ..found });
    Err(DefaultsError::Record { diagnostics: diagnostics.collect(), text })
}

/// The files of a project among which defaults can be.
#[derive(Debug, Default)]
struct Files {
    /// By their paths in lower case.
    paths: BTreeMap<String, BTreeSet<SitePath>>,
    /// The files by the names that their metadata, or their own name, gives them.
    scripts: BTreeMap<String, BTreeSet<SitePath>>,
    templates: BTreeMap<String, BTreeSet<SitePath>>,
}

impl Files {
    fn list(root: &Path, system: &dyn System) -> Self {
        let mut files = Self::default();
        for folder in [layout::SCRIPTS, layout::TEMPLATES, layout::STRINGS] {
            for file in system.walk(&root.join(folder)).files {
                let Ok(path) = SitePath::from_root(root, &file.path) else { continue };
                files.paths.entry(path.as_str().to_lowercase()).or_default().insert(path.clone());
                let text = || system.read(&file.path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                match layout::classify(&path) {
                    Some(SourceKind::Script) => files.add_script(&path, &text().unwrap_or_default()),
                    Some(SourceKind::Template) => files.add_template(&path, &text().unwrap_or_default()),
                    _ => {}
                }
            }
        }
        files
    }

    /// A module that scripts share has no name that calls use.
    fn add_script(&mut self, path: &SitePath, text: &str) {
        let head = script_file::parse(path, text).value.head;
        if !head.has_metadata {
            return;
        }
        let slug = head.slug.as_deref().map_or_else(|| script_file::slug(path.stem()), str::to_owned);
        for name in head.aliases.iter().map(ToString::to_string).chain([slug]) {
            self.scripts.entry(name).or_default().insert(path.clone());
        }
    }

    fn add_template(&mut self, path: &SitePath, text: &str) {
        let head = template_file::parse(path, text).value.head;
        let slug = head.slug.as_deref().map_or_else(|| template_file::slug(path.stem()), str::to_owned);
        self.templates.entry(slug).or_default().insert(path.clone());
    }

    /// Another file that answers to a name of a default, or lies at its path in another case.
    fn rival(&self, default: &Shipped) -> Option<&SitePath> {
        let named = match default.kind {
            Kind::Script => Some(&self.scripts),
            Kind::Template => Some(&self.templates),
            Kind::Strings => None,
        };
        let aliases =
            script(&default.slug).filter(|_| default.kind == Kind::Script).map(|script| script.aliases.as_slice());
        let called = aliases.unwrap_or_default().iter().copied().chain([default.slug.as_str()]);
        let by_name = called.filter_map(|name| named?.get(name));
        let by_path = self.paths.get(&default.path.as_str().to_lowercase());
        by_path.into_iter().chain(by_name).flatten().find(|path| **path != default.path)
    }

    fn has(&self, path: &SitePath) -> bool {
        self.paths.get(&path.as_str().to_lowercase()).is_some_and(|paths| paths.contains(path))
    }
}

fn look(root: &Path, system: &dyn System, default: &Shipped, files: &Files) -> Found {
    let path = default.path.to_path(root);
    if !files.has(&default.path) {
        if let Some(rival) = files.rival(default) {
            return Found::Taken(rival.clone());
        }
        return match system.stat(&path) {
            Ok(stat) if stat.is_dir => Found::Blocked("a folder where the file belongs".to_owned()),
            Ok(_) => Found::Blocked("something that is no file where the file belongs".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_listed(system, &path) => {
                Found::Blocked("a link that leads nowhere".to_owned())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                Found::Blocked("a file where its folder belongs".to_owned())
            }
            Err(error) => Found::Blocked(format!("something that cannot be looked at: {error}")),
        };
    }
    match system.read(&path) {
        Ok(content) => Found::File { content: content.into(), guard: guard(system, &path) },
        Err(error) => Found::Blocked(format!("a file that cannot be read: {error}")),
    }
}

/// Why a file is not to be written. Writing puts a new file in the place of the old one, and so would end a link to a
/// file that several projects may share.
fn guard(system: &dyn System, path: &Path) -> Option<&'static str> {
    if system.is_link(path) {
        return Some("the file is a link to another");
    }
    system.is_read_only(path).then_some("the file is read-only")
}

/// Whether the folder of a path has something with its name, though it may lead nowhere.
fn is_listed(system: &dyn System, path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return false;
    };
    system.list(folder).is_ok_and(|names| names.iter().any(|listed| listed == name))
}
