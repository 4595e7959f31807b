//! The query graph: from a project on disk to the bytes of its pages.
//!
//! [`Workspace`] holds a project in memory and builds its site. Inside, few inputs (`SourceFile`, `Site`) carry
//! everything; queries are thin shells around the pure functions of the crates for projects, text and templates. The
//! only crate that names salsa; it knows the runtime of macros only by its contract.

mod workspace;

mod cancellation;
mod scan;

mod db;
mod defaults;
mod files;
mod inputs;
mod text;

mod posts;

mod media;

mod settings;

mod frame;

mod pieces;

mod tags;

mod archives;

mod routes;

mod links;

mod menu;

mod templates;

mod standing;
mod static_files;

mod macros;

mod traces;

mod lens;

mod ledger;

mod heads;

mod rest;

mod needs;

mod lineage;

pub mod upkeep;

mod why;

mod unsteady;

mod api;

mod body;

mod page;

mod writer;

mod diagnostics;

mod check;

mod report;

mod rehearsal;

mod explain;

mod history;

mod work;

pub mod codes;

pub use cancellation::Cancellation;
pub use db::QueryLog;
pub use explain::Explanation;
pub use history::story::{CallStory, Chapter, Past, Story};
pub use inputs::Options;
pub use lineage::{Dependent, Dependents, How, Lineage, Node, NodeKind, Sources};
pub use rehearsal::{NoRehearsal, Rehearsal, Stage, Wanted};
pub use report::{
    Because, Built, FileDecision, FileFate, MacroDecision, MacroFate, PageDecision, PageFate, Printed, Report,
    ReportedDiagnostic, WriteReason,
};
pub use work::Counts;
pub use workspace::{BuildError, Progress, Request, Setup, Step, Workspace};
pub use writer::WriteError;
