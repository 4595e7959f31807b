//! One build after the other, and what is told of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bds_base::{Diagnostic, Severity, SitePath, System};
use bds_graph::{BuildError, Built, Cancellation, FileFate};
use bds_project::layout::{self, SourceKind};
use bds_serve::{Changes, Ending, Places, Preview};
use bds_store::Store;

use crate::commands::build::words::summary;
use crate::commands::options::Options;
use crate::commands::watch::background::Running;
use crate::commands::watch::project::{Project, Right, Settings};
use crate::commands::watch::told::{News, Told};
use crate::commands::watch::words;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use crate::{output, setup, sources};

/// What lives as long as `bds watch` does.
pub(super) struct Session {
    root: PathBuf,
    options: Arc<Options>,
    system: Arc<dyn System>,
    interrupt: Interrupt,
    places: Places,
    preview: Option<Preview>,
    running: Running,
    project: Option<Project>,
    told: Told,
    /// Why the last build could not be done, if so.
    failed: Option<(String, Vec<Diagnostic>)>,
    has_built: bool,
    /// Whether it was said that the project is watched.
    is_announced: bool,
    /// Whether the project was gone before this build.
    was_gone: bool,
}

impl Session {
    pub(super) fn new(
        root: PathBuf,
        options: Arc<Options>,
        system: Arc<dyn System>,
        interrupt: Interrupt,
        places: Places,
        preview: Option<Preview>,
    ) -> Self {
        let running = Running::default();
        Self {
            root,
            options,
            system,
            interrupt,
            places,
            preview,
            running,
            project: None,
            told: Told::default(),
            failed: None,
            has_built: false,
            is_announced: false,
            was_gone: false,
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn system(&self) -> Arc<dyn System> {
        Arc::clone(&self.system)
    }

    pub(super) fn running(&self) -> Running {
        self.running.clone()
    }

    /// Lets go of a project that is gone.
    pub(super) fn lose(&mut self) {
        self.close();
        self.was_gone = true;
        output::status("The project is gone. It is built again as soon as it is back.");
    }

    /// Builds after these changes; says how that ended, and when the next post is due.
    pub(super) fn build(&mut self, changes: &Changes, cancellation: &Cancellation) -> (Ending, Option<Duration>) {
        if changes.is_empty() && !self.is_due() {
            return (Ending::Built, self.due_in());
        }
        let started = Instant::now();
        let ending = match self.try_build(changes, cancellation) {
            Ok(Some(built)) => {
                if let Some((reason, _)) = self.failed.take().filter(|_| !self.options.quiet) {
                    output::status(&format!("No longer: {reason}"));
                }
                self.show(changes, &built);
                self.tell(changes, &built, started);
                Ending::Built
            }
            Ok(None) => Ending::Cancelled,
            Err(failure) => {
                self.interrupt.stop_here_if_it_has_come();
                self.tell_failure(failure);
                self.announce();
                Ending::Failed
            }
        };
        (ending, self.due_in())
    }

    /// None when it was cancelled.
    fn try_build(&mut self, changes: &Changes, cancellation: &Cancellation) -> Result<Option<Built>, Failure> {
        let right = if self.options.no_state { Right::Unknown } else { Right::take(&self.root, cancellation) };
        if matches!(right, Right::Cancelled) {
            return Ok(None);
        }
        let bar = Bar::new(self.options.quiet || self.has_built);
        let is_locked = matches!(right, Right::Held(_));
        self.open(changes, is_locked, &bar)?;
        let project = self.project.as_mut().expect("it was opened just now");
        if is_locked {
            follow(&self.root, changes, &*self.system, project.store());
        }
        let workspace = &mut project.workspace;
        workspace.come_to(self.options.now.unwrap_or_else(setup::now));
        let built = if changes.everything {
            workspace.build_unless(cancellation, &project.request, &bar)
        } else {
            workspace.update(&changes.paths, cancellation, &project.request, &bar)
        };
        project.is_current();
        let unfinished = project.workspace.take_unfinished();
        if let Some(preview) = &self.preview {
            // The next build finds these as they have to be, and has nothing to say of them.
            preview.changed(&unfinished);
        }
        self.interrupt.stop_here_if_it_has_come();
        bar.finish();
        match built {
            Ok(built) => Ok(Some(built)),
            Err(BuildError::Cancelled) => Ok(None),
            Err(error @ (BuildError::Runtime(_) | BuildError::Store(_))) => {
                // What runs macros may be mended without a change in the project: it is looked for anew. And where
                // nothing could be remembered, what is in memory is not what later builds will know.
                self.close();
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the project, if it is not, or not as it has to be now.
    fn open(&mut self, changes: &Changes, is_locked: bool, bar: &Bar) -> Result<(), Failure> {
        let is_of_settings =
            |file: &str| changes.paths.iter().any(|path| path.as_str() == file || path.as_str() == layout::META);
        let may_differ =
            changes.everything || is_of_settings(layout::CONFIG_FILE) || is_of_settings(layout::PROJECT_FILE);
        let open = self.project.as_ref().filter(|project| !project.is_overtaken());
        if let Some(open) = open {
            if !may_differ {
                return Ok(());
            }
            let settings = Settings::read(&self.root, &self.options, &*self.system)?;
            if settings == open.settings {
                return Ok(());
            }
        }
        self.close();
        let settings = Settings::read(&self.root, &self.options, &*self.system)?;
        self.places.exclude(settings.out.clone());
        if let Some(preview) = &self.preview {
            preview.move_to(settings.out.clone());
        }
        let project = Project::open(&self.root, settings, &self.options, &self.system, is_locked)?;
        if self.has_built {
            project.is_open_again();
        }
        self.interrupt.covers(&project.runtime, bar);
        self.running.on(Some(Arc::clone(&project.runtime) as _));
        self.project = Some(project);
        Ok(())
    }

    fn close(&mut self) {
        self.running.on(None);
        self.project = None;
    }

    fn is_due(&self) -> bool {
        self.due_in().is_some_and(|due_in| due_in.is_zero())
    }

    /// How long it is until the next post is due.
    fn due_in(&self) -> Option<Duration> {
        if self.options.now.is_some() {
            return None;
        }
        let due = self.project.as_ref()?.workspace.next_due()?;
        Some(Duration::try_from(due.duration_since(setup::now())).unwrap_or_default())
    }

    /// Has pages reload whose files have changed.
    fn show(&self, changes: &Changes, built: &Built) {
        let is_changed = |fate: &FileFate| matches!(fate, FileFate::Written(_) | FileFate::Removed);
        if let Some(preview) = &self.preview {
            let files = built.files.iter().filter(|file| is_changed(&file.fate)).map(|file| &file.file);
            // A file of the output that is another name of a media file changes with it, and needs no writing.
            let is_media = |path: &&SitePath| {
                matches!(layout::classify(path), Some(SourceKind::MediaFile | SourceKind::Thumbnail))
            };
            preview.changed(files.chain(changes.paths.iter().filter(is_media)));
        }
    }

    fn tell(&mut self, changes: &Changes, built: &Built, started: Instant) {
        let is_shown = |found: &Diagnostic| !self.options.quiet || found.severity == Severity::Error;
        let News { mut new, mut gone } = self.told.take(&built.diagnostics);
        new.retain(is_shown);
        gone.retain(is_shown);
        output::diagnostics(&new, self.options.message_format.into(), &self.root, &*self.system);
        for gone in &gone {
            output::status(&words::struck(gone));
        }
        if self.options.verbose {
            for printed in &built.printed {
                output::status(&format!("{} in {}: {}", printed.call, printed.post, printed.text.trim_end()));
            }
        }
        let is_first = !std::mem::replace(&mut self.has_built, true);
        let was_gone = std::mem::take(&mut self.was_gone);
        if self.options.quiet {
            return;
        }
        if is_first {
            let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            output::status(&summary(built, duration_ms, false));
            self.announce();
            return;
        }
        let is_folder = |path: &SitePath| self.system.stat(&path.to_path(&self.root)).is_ok_and(|stat| stat.is_dir);
        let has_news = was_gone || !new.is_empty() || !gone.is_empty();
        if has_news || words::is_of_interest(changes, built, is_folder) {
            output::status(&words::line(changes, &words::files(changes, is_folder), built, started.elapsed()));
        }
    }

    /// Says why nothing could be built; at length only if that is another reason than before.
    fn tell_failure(&mut self, mut failure: Failure) {
        failure.format = self.options.message_format.into();
        let reason = (failure.message.clone(), std::mem::take(&mut failure.diagnostics));
        if self.failed.as_ref() != Some(&reason) {
            failure.diagnostics.clone_from(&reason.1);
        }
        self.failed = Some(reason);
        output::failure(&failure);
    }

    /// Says, once, that it goes on from here, even if the first build has failed.
    fn announce(&mut self) {
        if std::mem::replace(&mut self.is_announced, true) || self.options.quiet {
            return;
        }
        if let Some(preview) = &self.preview {
            output::status(&format!("The site is shown at http://{}/.", preview.address()));
        }
        output::status(&format!("Watching {}. Ctrl-C ends.", self.root.display()));
    }
}

/// Has the index follow scripts and templates, if one of them may have changed.
fn follow(root: &Path, changes: &Changes, system: &dyn System, store: &Store) {
    let is_followed = |path: &SitePath| path.is_in(layout::SCRIPTS) || path.is_in(layout::TEMPLATES);
    if changes.everything || changes.paths.iter().any(is_followed) {
        sources::follow(root, system, store);
    }
}
