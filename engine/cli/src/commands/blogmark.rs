use std::collections::HashSet;
use std::path::{Path, PathBuf};

use bds_base::{OsSystem, SitePath, System as _};
use bds_project::layout::{self, SourceKind};
use bds_project::{meta, post, posts};
use bds_scripts::transforms::{self, BOOKMARKLET, Bookmark, Draft, DraftFile, Taken, Transform, Transformed};
use bds_store::{Lock, Wait};
use serde_json::json;

use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{output, setup};

/// Makes the draft of a post from a page of the web: what a bookmarklet calls.
///
/// The draft is a link to the page, in the `blogmarkCategory` of meta/project.json. The enabled transforms of the project change it, in the order in which they were last changed; one that fails is told of, and changes nothing. The result is written below posts/ with `status: draft`, under a name that nothing has yet. Ends with 1 when a transform failed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The link: `bds://new-post?title=…&url=…`
    #[arg(required_unless_present = "bookmarklet")]
    link: Option<String>,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Show what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Print the bookmarklet: a bookmark with this address opens the link for the page that is shown.
    #[arg(long, conflicts_with_all = ["link", "dry_run", "json"])]
    bookmarklet: bool,
}

/// Runs `bds blogmark`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    if args.bookmarklet {
        output::data(&format!("{BOOKMARKLET}\n"));
        return Ok(ExitStatus::Success);
    }
    let bookmark = Bookmark::from_link(args.link.as_deref().unwrap_or_default())?;
    let desk = Desk::open(args.project.as_deref())?;
    let done = transformed(&desk, &bookmark);
    // Nobody else may take the name in between.
    let lock = || Lock::acquire(&desk.root.join(layout::STATE), Wait::Forever);
    let _lock = if args.dry_run { None } else { Some(lock()?) };
    let taken = taken(&desk.root);
    let file = DraftFile::new(&done.post, setup::now(), &desk.config.timezone.zone(), &taken);
    if !args.dry_run {
        OsSystem
            .write_atomic(&file.path.to_path(&desk.root), file.text.as_bytes())
            .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", file.path)))?;
    }
    if args.json {
        output::json(&json!({
            "path": file.path,
            "slug": file.slug,
            "dryRun": args.dry_run,
            "url": bookmark.url,
            "post": done.post,
            "applied": done.applied,
            "errors": done.errors,
            "toasts": done.toasts,
            "output": done.printed,
        }))?;
    } else {
        told(&done);
        output::data(&file.text);
        let written = if args.dry_run { "This would be" } else { "Wrote the draft" };
        output::status(&format!("{written} `{}`.", file.path));
    }
    Ok(if done.errors.is_empty() { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

fn transformed(desk: &Desk, bookmark: &Bookmark) -> Transformed {
    let path = SitePath::new(layout::PROJECT_FILE).expect("the names of our own files are plain paths");
    let bytes = OsSystem.read(&path.to_path(&desk.root)).unwrap_or_default();
    let project = meta::parse_project(&path, &String::from_utf8_lossy(&bytes)).value;
    let transforms = transforms::in_order(&desk.collection.scripts).into_iter().map(|source| {
        let (limits, permissions) = desk.config.limits_of_job(&source.script.slug);
        Transform { source, limits, permissions }
    });
    let transforms: Vec<_> = transforms.collect();
    let draft = Draft::of(bookmark, project.blogmark_category.as_deref());
    transforms::transform(draft, &bookmark.url, &transforms, &*desk.runtime)
}

fn told(done: &Transformed) {
    output::aside(&done.printed);
    for toast in &done.toasts {
        output::status(&format!("Toast: {toast}"));
    }
    for error in &done.errors {
        let failure = error.failure.as_ref();
        if let Some(traceback) = failure.and_then(|failure| failure.traceback.as_ref()) {
            output::aside(&format!("{}\n", traceback.trim_end()));
        }
        let frame = failure.and_then(|failure| failure.frames.last());
        let place = frame.map(|frame| format!(" ({}:{})", frame.file, frame.line)).unwrap_or_default();
        output::status(&format!("The transform `{}` failed{place}: {}.", error.script_slug, error.message));
    }
    if !done.applied.is_empty() {
        output::status(&format!("Changed by {}.", done.applied.join(", ")));
    }
}

/// What is there already.
fn taken(root: &Path) -> Taken {
    let mut taken = Taken::default();
    let mut documents = Vec::new();
    for file in OsSystem.walk(&root.join(layout::POSTS)).files {
        let Ok(path) = SitePath::from_root(root, &file.path) else { continue };
        taken.files.insert(path.as_str().to_lowercase());
        if layout::classify(&path) != Some(SourceKind::Post) {
            continue;
        }
        let bytes = OsSystem.read(&file.path).unwrap_or_default();
        let parsed = post::parse(&path, &String::from_utf8_lossy(&bytes));
        documents.extend(parsed.value.map(|read| (path, read.document)));
    }
    let resolved = posts::resolve(documents, "");
    let slugs: HashSet<String> = resolved.posts.iter().map(|post| post.slug.to_string()).collect();
    Taken { slugs, ..taken }
}
