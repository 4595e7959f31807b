mod background;
mod project;
mod session;
mod words;

use std::sync::Arc;
use std::time::Duration;

use bds_base::{OsSystem, System};
use bds_serve::{How, Inbox, POLL, Places, Watching};

use crate::commands::build;
use crate::commands::options::Options;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::{find, output, setup};

use background::Background;
use session::Session;

/// Builds the site of a project, and again whenever something changes.
///
/// Runs until Ctrl-C. A page that cannot be rendered keeps its last good version, and a post that is dated in the future appears when its time comes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    /// Look at every file each MS milliseconds (1000 if not said), instead of being told by the system.
    #[arg(long, value_name = "MS", num_args = 0..=1, require_equals = true, value_parser = parse_poll)]
    #[expect(clippy::option_option, reason = "the form that clap has for an option whose value is optional")]
    poll: Option<Option<Duration>>,
}

fn parse_poll(text: &str) -> Result<Duration, &'static str> {
    match text.parse() {
        Ok(ms @ 10..=3_600_000) => Ok(Duration::from_millis(ms)),
        _ => Err("it is a number of milliseconds, from 10 to 3600000"),
    }
}

/// Runs `bds watch`. Ctrl-C ends the process.
pub(crate) fn run(args: Args) -> Result<ExitStatus, Failure> {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let options = Arc::new(args.options);
    let root = find::project(options.project.as_deref(), &*system)?;
    build::check_base_url(options.base_url.as_deref())?;
    let out = build::output_folder(&options, &root, &setup::config(&root, &*system)?)?;
    let interrupt = Interrupt::watch()?;

    let how = args.poll.map_or(How::ByThemselves, |every| How::Poll(every.unwrap_or(POLL)));
    let (mut inbox, messages) = Inbox::new();
    let places = Places::new(root.clone(), vec![out], Arc::clone(&system));
    inbox.watch(Watching::begin(places.clone(), how, messages.clone(), output::status)?);

    let session = Session::new(root, options, system, interrupt, places);
    let mut site = Background::begin(session, messages)?;
    bds_serve::watch(&mut inbox, &mut site);
    site.end();
    Ok(ExitStatus::Success)
}
