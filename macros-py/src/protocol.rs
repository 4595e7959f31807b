//! What the two ends of the pipe say to each other: length-prefixed postcard frames.
//!
//! The host speaks first ([`ToWorker::Setup`]), the worker answers with [`FromWorker::Ready`] or
//! [`FromWorker::Unable`]. Then each [`ToWorker::Run`] ends in one [`FromWorker::Done`]; in between the worker may
//! ask, and while it waits for the answer the host may send another `Run`, which ends before the answer comes: calls
//! nest. [`FromWorker::Print`] can come at any time.

use std::borrow::Cow;
use std::path::PathBuf;

use bds_base::Fingerprint;
use bds_macro_api::{FailureKind, Frame, Limits, Permission, Read, VolatileRead};
use serde::{Deserialize, Serialize};

/// Stands in the first message of both ends; workers of another version are refused.
pub(crate) const PROTOCOL: u32 = 4;

/// The longest frame that is taken, in bytes.
pub(crate) const MAX_FRAME: usize = 256 << 20;

/// What the host says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToWorker<'a> {
    Setup(Setup),
    #[serde(borrow)]
    Run(Run<'a>),
    Answer(Answer<'a>),
    /// A stop signal was sent that may not have been noticed: forget it.
    Settle,
    /// Try what no script may do, and tell what came of it: for workers that nothing else is asked of.
    Probe,
}

/// What a worker must know before it starts Python.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) protocol: u32,
    /// The folder that the standard library lies under.
    pub(crate) python_home: PathBuf,
    /// The project, without symbolic links.
    pub(crate) root: PathBuf,
    /// The folder of scripts, relative to the project.
    pub(crate) scripts: String,
    /// Folders of the project that no script may look into.
    pub(crate) private: Vec<String>,
    /// Where installed packages lie.
    pub(crate) packages: Vec<PathBuf>,
    /// Folders of the project that modules are looked for in, after the folder of scripts.
    pub(crate) linked: Vec<PathBuf>,
    /// What is installed there.
    pub(crate) installed: Vec<Package>,
    /// The fingerprint of all that is installed.
    pub(crate) installed_fingerprint: String,
    pub(crate) hash_seed: u32,
    /// Whether the kernel shall enforce what is allowed.
    pub(crate) sandbox: bool,
    /// What every script of this worker may do.
    pub(crate) permissions: Vec<Permission>,
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    /// As it is compared (PEP 503).
    pub(crate) name: String,
    pub(crate) version: String,
    /// The file or folder that describes it.
    pub(crate) info: PathBuf,
}

/// One call of one macro, or another job.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run<'a> {
    /// Stands in [`Done`] too: nobody can guess it, so what a script writes into the pipe is not taken for an end.
    pub(crate) nonce: u64,
    pub(crate) slug: &'a str,
    /// The file as tracebacks name it.
    pub(crate) file: &'a str,
    pub(crate) fingerprint: Fingerprint,
    /// The code; none when this worker has had it before.
    pub(crate) source: Option<&'a str>,
    pub(crate) entrypoint: &'a str,
    /// What is to be done with the script, encoded; none for a macro.
    pub(crate) job: Option<Bytes<'a>>,
    /// The first argument, encoded, without its translations.
    #[serde(with = "bytes")]
    pub(crate) context: &'a [u8],
    /// `env.translations`, encoded; none when they are those of the last call.
    pub(crate) translations: Option<Bytes<'a>>,
    /// The second argument: the fields that are known already; none for `None`.
    #[serde(borrow)]
    pub(crate) post: Option<Vec<(&'a str, Sent<'a>)>>,
    pub(crate) limits: Limits,
    pub(crate) permissions: Vec<Permission>,
}

/// What a script gets for a request.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer<'a> {
    #[serde(borrow)]
    Value(Sent<'a>),
    /// `BdsApiError` with this message.
    Error(&'a str),
    /// The call is over: leave the script.
    Stop,
}

/// A value on its way to a script. The host alone decides what a worker keeps and forgets, and both ends take messages
/// in the same order, so they always agree on what is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Sent<'a> {
    /// Encoded, and not to be kept.
    Once(#[serde(borrow)] Bytes<'a>),
    /// Encoded, and to be kept.
    Keep {
        fingerprint: Fingerprint,
        /// What is forgotten to make room.
        forget: Cow<'a, [Fingerprint]>,
        #[serde(with = "bytes")]
        value: &'a [u8],
    },
    /// What was kept under this fingerprint.
    Kept(Fingerprint),
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum FromWorker<'a> {
    Ready(Ready),
    /// Python cannot run here, for this reason.
    Unable(String),
    #[serde(borrow)]
    Request(Request<'a>),
    Print(&'a str),
    Done(Done),
    Settled,
    Probed(Vec<Attempt>),
}

/// Something that no script may do, and whether the kernel refused it to the worker itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// What was tried, as it follows "may not".
    pub(crate) what: String,
    /// What the kernel said; none when it let it happen.
    pub(crate) refused: Option<String>,
}

/// What a worker found when it started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) protocol: u32,
    pub(crate) python_version: String,
    pub(crate) python_prefix: String,
    /// How far the kernel enforces the rules for files; none where it was not asked to.
    pub(crate) landlock: Result<String, String>,
    pub(crate) seccomp: Result<String, String>,
    /// How Python names the thread that runs the macros.
    pub(crate) thread: u64,
}

/// What a script asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request<'a> {
    Field(&'a str),
    Api {
        method: &'a str,
        /// An encoded map.
        #[serde(with = "bytes")]
        arguments: &'a [u8],
        /// Where the script asks, where that can matter: the answer can need the script's own result.
        at: Option<Frame>,
    },
}

/// How a call ended.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    /// That of its [`Run`].
    pub(crate) nonce: u64,
    pub(crate) result: Result<Returned, Failed>,
    pub(crate) reads: Vec<Read>,
    pub(crate) volatile: Vec<VolatileRead>,
    /// The fields of the post that were sent along and used.
    pub(crate) used: Vec<String>,
    /// Whether the worker is not fit for another call.
    pub(crate) spent: bool,
}

/// What a macro returned; of another job, only `data`: what it gives.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Returned {
    pub(crate) html: String,
    /// An encoded map.
    pub(crate) data: Option<Vec<u8>>,
    pub(crate) warnings: Vec<String>,
}

/// How a macro failed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Failed {
    /// None when the worker was told to stop: the host knows why.
    pub(crate) kind: Option<FailureKind>,
    pub(crate) message: String,
    pub(crate) frames: Vec<Frame>,
    pub(crate) traceback: Option<String>,
}

/// Bytes that serde takes as one piece.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        bytes::serialize(self.0, serializer)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Bytes<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bytes::deserialize(deserializer).map(Self)
    }
}

mod bytes {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<&'a [u8], D::Error> {
        <&[u8]>::deserialize(deserializer)
    }
}

/// Encodes a message with its length before it.
pub(crate) fn frame(message: &impl Serialize) -> Vec<u8> {
    let mut frame = postcard::to_extend(message, vec![0; 4]).expect("messages are plain data, which always encodes");
    let length = u32::try_from(frame.len() - 4).unwrap_or(u32::MAX);
    frame[..4].copy_from_slice(&length.to_le_bytes());
    frame
}

/// Cuts a stream of bytes into frames.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
}

/// Says that the other end does not speak this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other end does not keep to the protocol")]
pub(crate) struct BrokenStream;

impl Inbox {
    /// Takes in what was read.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// How many bytes of the frame that has begun are still to come.
    pub(crate) fn lacks(&self) -> usize {
        let rest = &self.bytes[self.taken..];
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return 0 };
        (u32::from_le_bytes(*length) as usize).saturating_sub(rest.len())
    }

    /// The next whole frame, without its length; none when more must be read first.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, BrokenStream> {
        let rest = &self.bytes[self.taken..];
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_le_bytes(*length) as usize;
        if length > MAX_FRAME {
            return Err(BrokenStream);
        }
        let Some(frame) = rest.get(..length) else { return Ok(None) };
        let frame = frame.to_vec();
        self.taken += 4 + length;
        if self.taken == self.bytes.len() && self.bytes.capacity() > 1 << 20 {
            *self = Self::default();
        }
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_they_were_cut() {
        let mut bytes = frame(&FromWorker::Print("one"));
        bytes.extend(frame(&FromWorker::Print("two")));
        let mut inbox = Inbox::default();
        let mut texts = Vec::new();
        for byte in bytes {
            inbox.extend(&[byte]);
            while let Some(frame) = inbox.next().expect("a sound stream") {
                match postcard::from_bytes(&frame) {
                    Ok(FromWorker::Print(text)) => texts.push(text.to_owned()),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(texts, ["one", "two"]);
    }

    #[test]
    fn frames_beyond_the_limit_are_refused_before_they_are_read() {
        let mut inbox = Inbox::default();
        inbox.extend(&u32::MAX.to_le_bytes());
        assert_eq!(inbox.next(), Err(BrokenStream));
    }
}
