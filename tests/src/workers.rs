//! The worker processes of a run of `bds`, as Linux shows them.

use std::fs;

/// The variable in which a worker holds the id of the process that started it.
const PARENT: &str = "BDS_WORKER_PARENT";

/// The worker processes that a process has started and that still run. None are seen elsewhere than on Linux, which
/// alone shows the environment of a process as a file.
pub(crate) fn of(process: u32) -> Vec<u32> {
    let wanted = format!("{PARENT}={process}");
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let processes = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    processes
        .filter(|id| {
            // A process that ends while it is looked at is none.
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
        })
        .collect()
}
