use bds_scripts::change::{self, Keeping, Kept};
use bds_scripts::library::plan::Setting;
use bds_scripts::library::{Entry, Library, Reference, Wish, plan, references};
use bds_store::Pending;
use clap_complete::ArgValueCompleter;

use super::{Common, Kind, listing, refused, to_change};
use crate::commands::completions;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::sources::Sources;
use crate::{output, setup};

/// Change the metadata of a script.
///
/// KEY is title, slug, kind, entrypoint, enabled or aliases; several aliases are parted by commas. The file is renamed with the slug, as `rename` does it.
#[derive(Debug, clap::Args)]
pub(super) struct Set {
    #[arg(add = ArgValueCompleter::new(completions::scripts))]
    script: String,

    /// What it becomes, such as `title=Photo wall`.
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = parse_setting)]
    settings: Vec<Setting>,

    /// Rename it although it is used under its old name.
    #[arg(long)]
    force: bool,
}

/// Give a script another slug, and its file the same name.
///
/// Refused while posts call it by its old name, or scripts import it.
#[derive(Debug, clap::Args)]
pub(super) struct Rename {
    #[arg(add = ArgValueCompleter::new(completions::scripts))]
    script: String,

    /// The new slug.
    slug: String,

    /// Have the old name go on working, as an alias.
    #[arg(long)]
    alias: bool,

    /// Rename it although it is used under its old name.
    #[arg(long)]
    force: bool,
}

/// Which scripts.
#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[arg(required = true, value_name = "SCRIPT", add = ArgValueCompleter::new(completions::scripts))]
    scripts: Vec<String>,
}

/// Move scripts to .bds/trash.
///
/// Refused while posts call them, or other scripts import them.
#[derive(Debug, clap::Args)]
pub(super) struct Delete {
    #[arg(required = true, value_name = "SCRIPT", add = ArgValueCompleter::new(completions::scripts))]
    scripts: Vec<String>,

    /// Remove them although they are used.
    #[arg(long)]
    force: bool,
}

fn parse_setting(text: &str) -> Result<Setting, String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    let value = value.trim();
    Ok(match key.trim() {
        "title" => Setting::Title(value.to_owned()),
        "slug" => Setting::Slug { slug: value.to_owned(), keep_alias: false },
        "entrypoint" => Setting::Entrypoint(value.to_owned()),
        "enabled" => Setting::Enabled(value.parse().map_err(|_| "enabled is true or false")?),
        "aliases" => {
            let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
            Setting::Aliases(names.map(str::to_owned).collect())
        }
        "kind" => {
            let kind = <Kind as clap::ValueEnum>::from_str(value, true);
            Setting::Kind(kind.map_err(|_| "kind is macro, utility or transform")?.into())
        }
        key => return Err(format!("`{key}` is none of title, slug, kind, entrypoint, enabled and aliases")),
    })
}

pub(super) fn set(set: &Set, common: &Common) -> Result<ExitStatus, Failure> {
    settings(&set.script, set.settings.clone(), set.force, common)
}

pub(super) fn rename(rename: &Rename, common: &Common) -> Result<ExitStatus, Failure> {
    let setting = Setting::Slug { slug: rename.slug.clone(), keep_alias: rename.alias };
    settings(&rename.script, vec![setting], rename.force, common)
}

fn settings(name: &str, settings: Vec<Setting>, force: bool, common: &Common) -> Result<ExitStatus, Failure> {
    let (sources, library) = to_change(common)?;
    let entry = library.find(name).map_err(refused)?;
    let keeps_alias = settings.iter().any(|setting| matches!(setting, Setting::Slug { keep_alias: true, .. }));
    let wish = Wish::Set(settings);
    let planned = plan(&library, Some(entry), &wish, setup::now()).map_err(refused)?;
    let is_renamed = planned.as_ref().is_some_and(|change| renames(entry, change));
    let mut used = Vec::new();
    if is_renamed {
        used = references(sources.project(), &library, entry, &[&*entry.script.slug]);
        // An alias answers calls; an import goes by the file.
        used.retain(|at| !(keeps_alias && at.path.is_in(bds_project::layout::POSTS)));
        check_references(entry, &used, force, "renamed")?;
    }
    carry_out(&sources, planned.as_ref(), &used, common)
}

/// Whether a change gives a script another slug.
fn renames(entry: &Entry, change: &Pending) -> bool {
    let text = change.text.as_deref().unwrap_or_default();
    let head = bds_project::script::parse(&change.path, text).value.head;
    change.moved_from.is_some() || head.slug.as_ref().is_some_and(|slug| *slug != entry.script.slug)
}

pub(super) fn enable(named: &Named, is_enabled: bool, common: &Common) -> Result<ExitStatus, Failure> {
    each(&named.scripts, common, |sources, library, entry| {
        let wish = Wish::Set(vec![Setting::Enabled(is_enabled)]);
        let planned = plan(library, Some(entry), &wish, setup::now()).map_err(refused)?;
        let used = if is_enabled { Vec::new() } else { all_references(sources, library, entry) };
        Ok((planned, used))
    })
}

pub(super) fn delete(delete: &Delete, common: &Common) -> Result<ExitStatus, Failure> {
    each(&delete.scripts, common, |sources, library, entry| {
        let used = all_references(sources, library, entry);
        check_references(entry, &used, delete.force, "deleted")?;
        Ok((plan(library, Some(entry), &Wish::Delete, setup::now()).map_err(refused)?, used))
    })
}

/// Does the same with several scripts. What is wrong with one of their names is told before anything is done.
fn each(
    names: &[String],
    common: &Common,
    planned: impl Fn(&Sources, &Library, &Entry) -> Result<(Option<Pending>, Vec<Reference>), Failure>,
) -> Result<ExitStatus, Failure> {
    let (sources, library) = to_change(common)?;
    let mut all = Vec::new();
    for name in names {
        let entry = library.find(name).map_err(refused)?;
        all.push(planned(&sources, &library, entry)?);
    }
    let mut done = Vec::new();
    for (change, used) in &all {
        done.push(make(&sources, change.as_ref(), used)?);
    }
    if common.is_json() {
        let done: Vec<_> = done.iter().map(Made::json).collect();
        output::json(&serde_json::json!({ "changes": done }))?;
    } else {
        done.iter().for_each(Made::tell);
    }
    Ok(ExitStatus::Success)
}

fn all_references(sources: &Sources, library: &Library, entry: &Entry) -> Vec<Reference> {
    let names = std::iter::once(&entry.script.slug).chain(entry.script.head.aliases.iter());
    let names: Vec<&str> = names.map(|name| &**name).collect();
    references(sources.project(), library, entry, &names)
}

fn check_references(entry: &Entry, used: &[Reference], force: bool, what: &str) -> Result<(), Failure> {
    if used.is_empty() || force {
        return Ok(());
    }
    let slug = &entry.script.slug;
    let places = listing::references(used);
    Err(Failure::new(format!("`{slug}` was not {what}, for it is used:\n{}", places.trim_end())).hint(match what {
        "renamed" => "change these places first, let the old name go on working with `rename --alias`, or use --force",
        _ => "change these places first, or use --force",
    }))
}

/// Makes a change, and says what came of it.
pub(super) fn carry_out(
    sources: &Sources,
    planned: Option<&Pending>,
    used: &[Reference],
    common: &Common,
) -> Result<ExitStatus, Failure> {
    let made = make(sources, planned, used)?;
    if common.is_json() {
        output::json(&made.json())?;
    } else {
        made.tell();
    }
    Ok(ExitStatus::Success)
}

/// What came of a change.
struct Made<'c> {
    change: Option<&'c Pending>,
    script: Option<Entry>,
    copy: Kept,
    used: &'c [Reference],
}

fn make<'c>(sources: &Sources, change: Option<&'c Pending>, used: &'c [Reference]) -> Result<Made<'c>, Failure> {
    let copy = match change {
        Some(change) => change::make(sources.project(), change, Keeping::Trash)?,
        None => None,
    };
    let mut scripts = Library::read(sources.project()).scripts.into_iter();
    let script = change.and_then(|change| scripts.find(|entry| entry.script.path == change.path));
    Ok(Made { change, script, copy, used })
}

impl Made<'_> {
    fn json(&self) -> serde_json::Value {
        listing::change_json(self.change.is_some(), self.script.as_ref(), &self.copy, self.used)
    }

    fn tell(&self) {
        output::status(&self.sentence());
        if !self.used.is_empty() {
            output::status(&format!("It is used in:\n{}", listing::references(self.used).trim_end()));
        }
    }

    /// What was done.
    fn sentence(&self) -> String {
        let Some(change) = self.change else { return "Nothing to do: it is so already.".to_owned() };
        let path = &change.path;
        let version = self.script.as_ref().map_or(1, |script| script.script.head.version);
        match (&change.text, &change.moved_from, &self.copy) {
            (None, _, Some(copy)) => format!("Removed {path}; it lies in {copy}."),
            (None, _, None) => format!("Removed {path}."),
            (Some(_), Some(from), _) => format!("Renamed {from} to {path}, version {version}."),
            (Some(_), None, _) if change.base.is_none() => format!("Made {path}."),
            (Some(_), None, _) => format!("Changed {path}, version {version}."),
        }
    }
}
