use std::path::PathBuf;

use bds_base::{OsSystem, System};
use bds_defaults::{Starter, starter};

use crate::commands::defaults;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{output, setup};

/// Makes a new project that builds: settings, a menu, a first post, a page, and the scripts, templates and strings that ship
/// with bds, to be made one's own.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the new project; it must be empty, or not there yet.
    dir: PathBuf,

    /// The name of the site [default: the name of the folder]
    #[arg(long)]
    name: Option<String>,

    /// The main language, as a code such as `en` or `de`.
    #[arg(long, default_value = "en", value_name = "CODE")]
    language: String,

    /// The address that the site will have.
    #[arg(long, default_value = "https://example.org", value_name = "URL")]
    base_url: String,
}

/// Runs `bds init`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let system = OsSystem;
    let folder = std::path::absolute(&args.dir)?;
    check_empty(&folder, &system)?;
    let public_url = bds_project::meta::public_url(&args.base_url)
        .map_err(|reason| Failure::new(format!("`{}` is no address of a site: {reason}", args.base_url)))?;
    let language = bds_project::language::normalise(&args.language)
        .ok_or_else(|| Failure::new(format!("`{}` is no language code", args.language)).hint("write it as `en`"))?;
    let name = args.name.clone().or_else(|| Some(folder.file_name()?.to_string_lossy().into_owned()));
    let wishes = Starter {
        name: name.unwrap_or_else(|| "Blog".to_owned()),
        language: language.to_string(),
        public_url,
        created_at: setup::now(),
    };
    for (path, content) in starter(&wishes) {
        system.write_atomic(&path.to_path(&folder), content.as_bytes()).map_err(|error| {
            Failure::new(format!("`{}` cannot be written: {error}", path.to_path(&folder).display()))
        })?;
    }
    let seeded = bds_scripts::defaults::seed_new(&folder, &system).map_err(|error| defaults::failure(error, false))?;
    if let Some(fault) = seeded.iter().find(|done| done.is_fault()) {
        return Err(Failure::new(defaults::line(fault)));
    }
    let shown = args.dir.display();
    output::status(&format!("Made a new project in `{shown}`. Build it with `bds build {shown}`."));
    Ok(ExitStatus::Success)
}

/// Nothing that is there may be overwritten. A `.git` is no obstacle.
fn check_empty(folder: &std::path::Path, system: &dyn System) -> Result<(), Failure> {
    match system.list(folder) {
        Ok(names) if names.iter().all(|name| name == ".git") => Ok(()),
        Ok(_) => Err(Failure::new(format!("`{}` is not empty", folder.display())).hint("name a new folder")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::new(format!("`{}` cannot be used: {error}", folder.display()))),
    }
}
