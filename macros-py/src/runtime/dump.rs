//! Reads what `faulthandler` wrote about a worker that hung or died.

use bds_macro_api::Frame;

/// The frames that lie in scripts, outermost first: of the thread that was running, or else of the first that is in a
/// script at all. A file counts as a script's when `is_script` says so.
pub(super) fn script_frames(dump: &str, is_script: impl Fn(&str) -> bool) -> Vec<Frame> {
    let mut threads: Vec<(bool, Vec<Frame>)> = vec![(false, Vec::new())];
    for line in dump.lines() {
        if line.starts_with("Thread 0x") || line.starts_with("Current thread 0x") {
            threads.push((line.starts_with('C'), Vec::new()));
        } else if let (Some(frame), Some((_, frames))) = (frame(line), threads.last_mut())
            && is_script(&frame.file)
        {
            frames.push(frame);
        }
    }
    threads.sort_by_key(|(is_current, _)| !is_current);
    let mut frames = threads.into_iter().map(|(_, frames)| frames).find(|it| !it.is_empty()).unwrap_or_default();
    frames.reverse();
    frames
}

/// What people are shown of it: without the addresses of threads, which differ from run to run.
pub(super) fn shown(dump: &str) -> Option<String> {
    let lines = dump.trim().lines().map(|line| match line.split_once("hread 0x") {
        Some((start, rest)) => {
            format!("{start}hread{}", rest.trim_start_matches(|letter: char| letter.is_ascii_hexdigit()))
        }
        None => line.to_owned(),
    });
    Some(lines.collect::<Vec<_>>().join("\n")).filter(|shown| !shown.is_empty())
}

/// `  File "scripts/slow.py", line 3 in render`.
fn frame(line: &str) -> Option<Frame> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (line, function) = rest.split_once(" in ")?;
    Some(Frame { file: file.to_owned(), line: line.parse().ok()?, column: None, function: function.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_thread_comes_first_and_is_read_from_outside_in() {
        let dump = "Fatal Python error: Segmentation fault\n\n\
            Thread 0x00007f01 (most recent call first):\n  File \"scripts/other.py\", line 9 in wait\n\n\
            Current thread 0x00007f02 (most recent call first):\n  File \"/usr/lib/python3/ctypes.py\", line 5 in f\n  \
            File \"scripts/shared.py\", line 2 in inner\n  File \"scripts/a.py\", line 7 in render\n";
        let frames = script_frames(dump, |file| file.starts_with("scripts/"));
        let places: Vec<_> =
            frames.iter().map(|frame| format!("{}:{} {}", frame.file, frame.line, frame.function)).collect();
        assert_eq!(places, ["scripts/a.py:7 render", "scripts/shared.py:2 inner"]);
    }

    #[test]
    fn two_crashes_at_one_place_look_the_same() {
        let check = |dump, expected: Option<&str>| assert_eq!(shown(dump).as_deref(), expected, "{dump}");
        check(
            "Fatal Python error: Aborted\n\nCurrent thread 0x00007f2501c16540 (most recent call first):\n  File \"a.py\", line 1 in f\n",
            Some(
                "Fatal Python error: Aborted\n\nCurrent thread (most recent call first):\n  File \"a.py\", line 1 in f",
            ),
        );
        check(
            "Thread 0x00007f01 [python] (most recent call first):",
            Some("Thread [python] (most recent call first):"),
        );
        check(" \n", None);
    }
}
