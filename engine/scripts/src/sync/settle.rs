//! What becomes of a change that was noted and whose end nobody has seen, decided on values alone.

use bds_base::Fingerprint;
use bds_store::Pending;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// Nothing.
    Nothing,
    /// A file with this content.
    File(Fingerprint),
    /// A folder, or something else that no file can take the place of; a phrase that goes after "there is".
    Blocked(String),
    /// Something of which it cannot be told; a phrase.
    Unknown(String),
}

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It was made: only the note is left.
    Made,
    /// It is made now: nobody has touched the file since.
    Make,
    /// Its new file is there; the old one goes now.
    Finish,
    /// It is given up, and its text is kept as a conflict. The reason is a phrase about the file.
    Keep(String),
    /// It is given up, its text is kept as a conflict, and the file that it has made already goes.
    Undo(String),
    /// It is given up; no text of it is lost by that.
    GiveUp(String),
    /// It has to wait: it cannot be told what is there.
    Wait(String),
}

/// Decides what becomes of a change, given what is at its path and at the one that it moves a file from. The file wins: a
/// change is only made over what it was meant for.
pub fn settle(change: &Pending, at: &At, from: Option<&At>) -> Settlement {
    if let Some(reason) = [Some(at), from].into_iter().flatten().find_map(unknown) {
        return Settlement::Wait(reason.to_owned());
    }
    let Some(text) = &change.text else { return removal(change, at) };
    let is_written = *at == At::File(Fingerprint::of(text));
    match from {
        Some(from) => moving(change, at, from, is_written),
        None if is_written => Settlement::Made,
        None if is_as_meant(change, at) => Settlement::Make,
        None => Settlement::Keep(said(at)),
    }
}

fn removal(change: &Pending, at: &At) -> Settlement {
    match at {
        At::Nothing => Settlement::Made,
        at if is_as_meant(change, at) => Settlement::Make,
        at => Settlement::GiveUp(said(at)),
    }
}

fn moving(change: &Pending, to: &At, from: &At, is_written: bool) -> Settlement {
    match (is_written, from) {
        (true, At::Nothing) => Settlement::Made,
        (true, from) if is_as_meant(change, from) => Settlement::Finish,
        (true, from) => Settlement::Undo(said(from)),
        (false, from) if *to == At::Nothing && is_as_meant(change, from) => Settlement::Make,
        (false, from) if *to == At::Nothing => Settlement::Keep(said(from)),
        (false, _) => Settlement::Keep("another file has its new name".to_owned()),
    }
}

fn is_as_meant(change: &Pending, at: &At) -> bool {
    match (change.base, at) {
        (None, At::Nothing) => true,
        (Some(base), At::File(now)) => base == *now,
        _ => false,
    }
}

fn said(at: &At) -> String {
    match at {
        At::Nothing => "the file was deleted since".to_owned(),
        At::File(_) => "the file was changed since".to_owned(),
        At::Blocked(what) => format!("there is {what}"),
        At::Unknown(reason) => reason.clone(),
    }
}

fn unknown(at: &At) -> Option<&str> {
    match at {
        At::Unknown(reason) => Some(reason),
        _ => None,
    }
}
