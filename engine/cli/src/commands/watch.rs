mod background;
mod project;
mod seeding;
mod session;
mod told;
mod words;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bds_base::{OsSystem, System};
use bds_serve::{How, Inbox, POLL, Places, Preview, PreviewError, Watching};

use crate::commands::options::Options;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::{find, output, setup};

use background::Background;
use session::Session;

/// Builds the site of a project, and again whenever something changes.
///
/// Runs until Ctrl-C. What ships with bds and was never a file of the project is seeded first, as `bds defaults seed` does. A page that cannot be rendered keeps its last good version, and a post that is dated in the future appears when its time comes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    /// Look at every file each MS milliseconds (1000 if not said), instead of being told by the system.
    #[arg(long, value_name = "MS", num_args = 0..=1, require_equals = true, value_parser = parse_poll)]
    #[expect(clippy::option_option, reason = "the form that clap has for an option whose value is optional")]
    poll: Option<Option<Duration>>,

    /// Show the site in a browser on this machine, too; pages reload when they change.
    #[arg(long)]
    serve: bool,

    /// Where the site is shown [default: 127.0.0.1:4280, or another port if that is taken]
    #[arg(long, value_name = "ADDRESS:PORT", requires = "serve")]
    addr: Option<SocketAddr>,
}

/// Where the site is shown unless somebody says otherwise.
const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4280);

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
    setup::check_base_url(options.base_url.as_deref())?;
    let out = setup::output_folder(options.out.as_deref(), &root, &setup::config(&root, &*system)?)?;
    let interrupt = Interrupt::watch()?;
    seeding::seed(&root, &options, &*system);

    let how = args.poll.map_or(How::ByThemselves, |every| How::Poll(every.unwrap_or(POLL)));
    let (mut inbox, messages) = Inbox::new();
    let preview = args.serve.then(|| preview(args.addr, &root, &out, &system)).transpose()?;
    let places = Places::new(root.clone(), vec![out], Arc::clone(&system));
    inbox.watch(Watching::begin(places.clone(), how, messages.clone(), output::status)?);

    let session = Session::new(root, options, system, interrupt, places, preview);
    let mut site = Background::begin(session, messages)?;
    bds_serve::watch(&mut inbox, &mut site);
    site.end();
    inbox.end();
    Ok(ExitStatus::Success)
}

fn preview(wanted: Option<SocketAddr>, root: &Path, out: &Path, system: &Arc<dyn System>) -> Result<Preview, Failure> {
    let begin = |address| Preview::begin(address, root.to_owned(), out.to_owned(), Arc::clone(system));
    let preview = match begin(wanted.unwrap_or(ADDRESS)) {
        Err(PreviewError::Address { .. }) if wanted.is_none() => begin(SocketAddr::new(ADDRESS.ip(), 0)),
        done => done,
    };
    preview.map_err(|error| {
        let hint = match error {
            PreviewError::NotLoopback(_) => "give an address such as 127.0.0.1:4280",
            PreviewError::Address { .. } => "choose another port with --addr 127.0.0.1:PORT",
        };
        Failure::from(error).hint(hint)
    })
}
