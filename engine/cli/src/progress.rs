use bds_graph::{Progress, Step};
use bds_scripts::index::IndexKind;
use bds_scripts::index::survey::Watcher;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar on stderr, when that is a terminal; nothing otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template("{msg:>9} {wide_bar} {pos}/{len}").expect("the template is valid");
        Self(ProgressBar::with_draw_target(Some(0), target).with_style(style))
    }

    /// Takes it away, for good: threads that still work cannot bring it back.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
        self.0.set_draw_target(ProgressDrawTarget::hidden());
    }
}

impl Progress for Bar {
    fn begin(&self, step: Step, parts: usize) {
        self.0.set_message(match step {
            Step::Scan => "Reading",
            Step::Render => "Rendering",
        });
        self.0.set_length(parts as u64);
        self.0.set_position(0);
    }

    fn advance(&self) {
        self.0.inc(1);
    }
}

impl Watcher for Bar {
    fn begin(&self, kind: IndexKind, files: usize) {
        self.0.set_message(kind.name());
        self.0.set_length(files as u64);
        self.0.set_position(0);
    }

    fn advance(&self) {
        self.0.inc(1);
    }
}
