use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use bds_base::{OsSystem, SitePath, System as _};
use bds_scripts::library::{Entry, Library, Wish, plan};
use clap_complete::ArgValueCompleter;

use super::{Common, change, refused, to_change};
use crate::commands::completions;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::sources::Sources;
use crate::{output, setup};

/// Change the code of a script: in your editor, or from a file.
///
/// The editor is that of VISUAL or EDITOR; it gets the file itself. When it ends, the version is raised.
#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    #[arg(add = ArgValueCompleter::new(completions::scripts))]
    script: String,

    /// Take the code from this file; `-` is standard input. Metadata at its beginning is passed over.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(super) fn run(edit: &Edit, common: &Common) -> Result<ExitStatus, Failure> {
    let body = edit.from.as_deref().map(text_of).transpose()?;
    let (sources, library) = to_change(common)?;
    let entry = library.find(&edit.script).map_err(refused)?;
    match body {
        Some(body) => {
            let planned = plan(&library, Some(entry), &Wish::Body(body), setup::now()).map_err(refused)?;
            change::carry_out(&sources, planned.as_ref(), &[], common)
        }
        None => in_editor(sources, entry, common),
    }
}

/// The text of a file, or of standard input.
pub(super) fn text_of(file: &Path) -> Result<String, Failure> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        OsSystem.read(file)
    };
    let bytes = bytes.map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", file.display())))?;
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("`{}` is not in UTF-8", file.display())))
}

/// Nobody has to wait while somebody types: the project is not locked then.
fn in_editor(sources: Sources, entry: &Entry, common: &Common) -> Result<ExitStatus, Failure> {
    let (path, before, version) = (entry.script.path.clone(), entry.fingerprint, entry.script.head.version);
    let file = path.to_path(&sources.root);
    drop(sources);
    open_editor(&file)?;
    let (sources, library) = to_change(common)?;
    let Some(entry) = edited(&library, &path)? else {
        return Err(Failure::new(format!("`{path}` is gone, so no script was changed")));
    };
    // Whoever raises the version by hand has done what is to be done.
    let is_to_be_raised = entry.fingerprint != before && entry.script.head.version == version;
    let planned =
        if is_to_be_raised { plan(&library, Some(entry), &Wish::Touch, setup::now()).map_err(refused)? } else { None };
    change::carry_out(&sources, planned.as_ref(), &[], common)
}

fn edited<'l>(library: &'l Library, path: &SitePath) -> Result<Option<&'l Entry>, Failure> {
    if let Some(file) = library.unreadable.iter().find(|file| file.file_path == *path) {
        return Err(Failure::new(format!("the metadata of `{path}` cannot be read: {}", file.reason))
            .hint("what you have written is in the file; mend it there"));
    }
    Ok(library.scripts.iter().find(|entry| entry.script.path == *path))
}

/// As git does: the variable holds a command, which may have arguments.
fn open_editor(file: &Path) -> Result<(), Failure> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor = named.into_iter().find(|editor| !editor.trim().is_empty());
    let Some(editor) = editor else {
        return Err(Failure::new("no editor is named: neither VISUAL nor EDITOR is set")
            .hint(format!("set EDITOR, give the code with `--from FILE`, or edit `{}`", file.display())));
    };
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(file).status();
    let status = status.map_err(|error| Failure::new(format!("`{editor}` cannot be started: {error}")))?;
    if !status.success() {
        output::status(&format!("The editor `{editor}` did not end well ({status})."));
    }
    Ok(())
}
