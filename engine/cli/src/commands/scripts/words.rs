//! What scripts did, in words.

use bds_macro_api::{Answer, Failure, Frame, HostError, HostRequest, Read, VolatileRead};
use serde_json::{Value, json};

use crate::output;

/// Tells how a script failed: its traceback, if there is one, or else the places; then what happened, in a line.
pub(super) fn failed(what: &str, failure: &Failure) {
    match &failure.traceback {
        Some(traceback) => output::aside(&format!("{}\n", traceback.trim_end())),
        None => failure.frames.iter().for_each(|frame| output::aside(&format!("  at {}\n", place(frame)))),
    }
    output::status(&format!("{what} failed: {}", failure.message));
}

/// A failure for programs.
pub(super) fn failure(failure: &Failure) -> Value {
    json!({
        "kind": failure.kind,
        "message": failure.message,
        "frames": failure.frames,
        "traceback": failure.traceback,
    })
}

fn place(frame: &Frame) -> String {
    let Frame { file, line, function, .. } = frame;
    format!("{file}:{line}, in {function}")
}

/// What a script asked for, and how it was answered.
pub(super) fn asked(request: &HostRequest, answer: &Result<Answer, HostError>) -> String {
    let asked = match request {
        HostRequest::PostField(name) => format!("post[\"{name}\"]"),
        HostRequest::Api { method, arguments } if arguments.is_empty() => format!("{method}()"),
        HostRequest::Api { method, arguments } => format!("{method}({})", Value::Object(arguments.clone())),
    };
    match answer {
        Ok(answer) => format!("{asked} = {}", shortened(&answer.value.to_string())),
        Err(error) => format!("{asked}: {error}"),
    }
}

/// What a script looked at by itself.
pub(super) fn looked(read: &Read) -> String {
    match read {
        Read::File(path, _) => format!("the file {path}"),
        Read::Missing(path) => format!("the file {path}, which is not there"),
        Read::Exists(path) => format!("whether {path} is there"),
        Read::Folder(path, _) => format!("the folder {path}"),
        Read::Package(name, version) => format!("the package {name} {version}"),
    }
}

/// What a script looked at that differs from run to run.
pub(super) fn volatile(read: &VolatileRead) -> String {
    let at = read.at.as_ref().map(|frame| format!(" at {}", place(frame))).unwrap_or_default();
    format!("{}{at}: the result is good for one build only", read.what)
}

/// The start of a long text.
fn shortened(text: &str) -> String {
    const LONG: usize = 100;
    let mut short: String = text.chars().take(LONG).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
