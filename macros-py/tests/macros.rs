//! What macros can do, and what they cannot do to a build: each test runs real scripts in real workers.
#![expect(clippy::disallowed_methods, reason = "tests lay out their projects themselves")]

mod macros {
    mod answers;
    mod calls;
    mod failures;
    pub(super) mod hostile;
    mod in_process;
    mod jobs;
    #[cfg(target_os = "linux")]
    mod kernel;
    mod limits;
    mod packages;
    pub(super) mod project;
    pub(super) mod reads;
    mod sandbox;
    mod state;
    mod volatile;
}
