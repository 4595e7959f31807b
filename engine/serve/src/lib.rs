//! What runs while somebody writes: notices changes of a project, and has its site built again.
//!
//! [`watch()`] is the loop: one closed set of [`Message`]s, one `match`. What notices changes is a [`Watcher`], what builds
//! is a [`Site`]; the loop knows neither the disk nor the clock, so that tests can script both. The only crate that names
//! notify and HTTP.

mod watch;

mod message;

mod watcher;

mod preview;

pub use message::{Changes, Ending, Message};
pub use preview::{Preview, PreviewError};
pub use watch::{Site, Watcher, watch};
pub use watcher::{How, Inbox, POLL, Places, Sender, Watching};
