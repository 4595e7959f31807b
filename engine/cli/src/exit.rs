use std::process::ExitCode;

/// How the process ends.
///
/// A bug of ours ends it with 101 (a panic), Ctrl-C with 130 as shells count a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// 0: done, and nothing is wrong with the content.
    Success,
    /// 1: done, but something is wrong with the content.
    ContentErrors,
    /// 2: not done: the command line, the configuration or the machine is at fault.
    Usage,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Success => 0,
            ExitStatus::ContentErrors => 1,
            ExitStatus::Usage => 2,
        })
    }
}
