//! What ships with bds becomes files of the project when it begins to be watched.

use std::path::Path;

use bds_base::System;
use bds_scripts::defaults::{self, Done, Outcome};

use crate::commands::defaults::line;
use crate::commands::options::Options;
use crate::output;

/// Seeds what was never a file of the project, so that it can be read and changed; no page changes. A project in which this
/// cannot be done is watched all the same.
pub(super) fn seed(root: &Path, options: &Options, system: &dyn System) {
    // Those who seed at once wait for one another, and the lock lies in the state.
    if options.no_state {
        return;
    }
    match defaults::seed_missing(root, system) {
        Ok(done) => tell(&done, options.quiet),
        Err(error) => output::status(&format!("What ships with bds was not seeded: {error}.")),
    }
}

fn tell(done: &[Done], is_quiet: bool) {
    for fault in done.iter().filter(|done| done.is_fault()) {
        output::status(&line(fault));
    }
    let is_seeded = |done: &&Done| matches!(done.outcome, Outcome::Seeded { .. });
    let seeded = done.iter().filter(is_seeded).count();
    if seeded > 0 && !is_quiet {
        let files = if seeded == 1 { "1 file".to_owned() } else { format!("{seeded} files") };
        output::status(&format!("Seeded {files} of what ships with bds; `bds defaults status` lists them."));
    }
}
