//! One call, from `Run` to `Done`: answers what the script asks for, watches its limits, and ends it in steps.

use std::time::{Duration, Instant};

use bds_macro_api::{
    Failure, FailureKind, Host, HostError, HostRequest, MacroCall, MacroResult, Outcome, ScriptOrigin, Usage,
};

use super::abi;
use super::clock::Clock;
use super::connection::{Connection, Event, map};
use super::context::{encode_context, encode_texts};
use super::dump::{script_frames, shown};
use crate::RuntimeConfig;
use crate::protocol::{Answer, Bytes, Done, Failed, Returned, Run, ToWorker};

/// How long a worker may take to write where it is.
const DUMP_PATIENCE: Duration = Duration::from_millis(50);

/// How long it mostly takes at most.
const LAST_MOMENT: Duration = Duration::from_millis(10);

/// How a call ended.
#[derive(Debug)]
pub(super) enum Ending {
    Finished(Box<Outcome>),
    /// A nested call took the worker with it; this call was not at fault and can begin again.
    WorkerLost,
}

/// Runs one call on a worker. `job` is what is to be done with its script, encoded; none to call it as a macro.
pub(super) fn run(
    worker: &Connection,
    config: &RuntimeConfig,
    call: &MacroCall,
    job: Option<&[u8]>,
    host: &mut dyn Host,
) -> Ending {
    let guard = InFlight { worker };
    let mut session = Session {
        worker,
        config,
        call,
        job,
        nonce: worker.next_nonce(),
        clock: Clock::start(&call.limits),
        requests: 0,
        sent: 0,
        forced: None,
        grace: None,
        is_asked: false,
    };
    session.begin();
    // A worker that cannot even be told has ended before this call, by no fault of it.
    let ending = if worker.is_alive() { session.attend(host) } else { Ending::WorkerLost };
    std::mem::forget(guard);
    ending
}

/// Ends the worker when a call is left by unwinding: it would wait for an answer for ever.
struct InFlight<'a> {
    worker: &'a Connection,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.worker.end();
    }
}

struct Session<'a> {
    worker: &'a Connection,
    config: &'a RuntimeConfig,
    call: &'a MacroCall,
    job: Option<&'a [u8]>,
    nonce: u64,
    clock: Clock,
    requests: u64,
    /// How many bytes were sent.
    sent: u64,
    /// How the call fails, whatever the script does from now on.
    forced: Option<(FailureKind, String)>,
    /// When the script must have left, once it was told to stop.
    grace: Option<Instant>,
    /// Whether it was asked where it is, because it will hardly leave.
    is_asked: bool,
}

impl Session<'_> {
    fn begin(&mut self) {
        let script = &self.call.script;
        let file = file_name(&script.origin);
        // What other jobs make of the code is not kept.
        let is_sent = self.job.is_some() || self.worker.learns(&file, script.fingerprint);
        let source = is_sent.then_some(&*script.source);
        let context = encode_context(&self.call.context);
        let translations = &self.call.context.env.translations;
        let translations = self.worker.learns_translations(translations).then(|| encode_texts(translations));
        let pack = |(name, answer): &'_ (String, bds_macro_api::Answer)| (name.clone(), self.worker.pack(answer));
        let fields: Option<Vec<_>> =
            self.call.post_id.as_ref().map(|_| self.call.prefetched.iter().map(pack).collect());
        let post = fields.as_ref().map(|it| it.iter().map(|(name, value)| (name.as_str(), value.as_sent())).collect());
        self.say(&ToWorker::Run(Run {
            nonce: self.nonce,
            slug: &script.slug,
            file: &file,
            fingerprint: script.fingerprint,
            source,
            entrypoint: &self.call.entrypoint,
            job: self.job.map(Bytes),
            context: &context,
            translations: translations.as_deref().map(Bytes),
            post,
            limits: self.call.limits,
            permissions: self.call.permissions.clone(),
        }));
    }

    fn attend(mut self, host: &mut dyn Host) -> Ending {
        loop {
            let patience = match self.grace {
                Some(end) if self.is_asked => end.saturating_duration_since(Instant::now()),
                Some(end) => end.saturating_duration_since(Instant::now()).saturating_sub(self.last_moment()),
                None => self.clock.left(),
            };
            match self.worker.receive(patience) {
                Event::Request(request, at) => {
                    if let Some(at) = at {
                        host.asks_from(vec![at]);
                    }
                    self.answer(request, host);
                    if !self.worker.is_alive() {
                        return Ending::WorkerLost;
                    }
                }
                Event::Print(text) => {
                    self.clock.pause();
                    host.print(&text);
                    self.clock.resume();
                }
                Event::Done(done) if done.nonce == self.nonce => {
                    return Ending::Finished(Box::new(self.finish(*done, host)));
                }
                Event::Settled | Event::Probed(_) => {}
                Event::TimedOut if self.grace.is_none() => {
                    self.force(FailureKind::Timeout, self.clock.verdict());
                    self.worker.stop();
                }
                Event::TimedOut if !self.is_asked => {
                    self.is_asked = true;
                    self.worker.ask_place();
                }
                Event::TimedOut => return Ending::Finished(Box::new(self.kill())),
                Event::Gone => return Ending::Finished(Box::new(self.bury())),
                Event::Broken | Event::Done(_) => {
                    self.worker.end();
                    let cause = "it wrote into the pipe of its worker, which is not its own";
                    return Ending::Finished(Box::new(self.post_mortem("", cause)));
                }
            }
        }
    }

    fn say(&mut self, message: &ToWorker<'_>) {
        self.sent += self.worker.send(message);
    }

    /// How long before its end the script is asked where it is: the answer shall be there when it ends.
    fn last_moment(&self) -> Duration {
        (self.config.grace / 4).min(LAST_MOMENT)
    }

    /// Decides how the call fails, and gives the script a little time to leave.
    fn force(&mut self, kind: FailureKind, message: String) {
        self.forced.get_or_insert((kind, message));
        self.grace.get_or_insert_with(|| Instant::now() + self.config.grace);
    }

    fn answer(&mut self, request: HostRequest, host: &mut dyn Host) {
        self.requests += 1;
        if self.grace.is_none() && self.requests > self.call.limits.requests {
            let limit = self.call.limits.requests;
            self.force(FailureKind::Limit, format!("asked the engine for more than {limit} things"));
        }
        if self.grace.is_some() {
            return self.say(&ToWorker::Answer(Answer::Stop));
        }
        self.clock.pause();
        let field = if let HostRequest::PostField(name) = &request { Some(name.clone()) } else { None };
        let answer = host.request(request);
        self.clock.resume();
        if !self.worker.is_alive() {
            return;
        }
        match answer {
            Ok(_) if self.clock.left().is_zero() => {
                self.force(FailureKind::Timeout, self.clock.verdict());
                self.say(&ToWorker::Answer(Answer::Stop));
            }
            Ok(answer) => {
                if let Some(fault) = fault(field.as_deref(), &answer.value) {
                    self.force(FailureKind::Unavailable, format!("bds answers macros wrongly: {fault}"));
                    return self.say(&ToWorker::Answer(Answer::Stop));
                }
                let packed = self.worker.pack(&answer);
                self.say(&ToWorker::Answer(Answer::Value(packed.as_sent())));
            }
            // Where a cycle is noticed depends on where it was entered: no script may make a result of it.
            Err(error @ (HostError::Cycle(_) | HostError::Cancelled)) => {
                let kind = if error == HostError::Cancelled { FailureKind::Cancelled } else { FailureKind::Cycle };
                self.force(kind, error.to_string());
                self.say(&ToWorker::Answer(Answer::Stop));
            }
            Err(error) => self.say(&ToWorker::Answer(Answer::Error(&error.to_string()))),
        }
    }

    /// The script has left by itself, in whatever way.
    fn finish(&mut self, done: Done, host: &mut dyn Host) -> Outcome {
        if done.spent {
            self.worker.end();
        } else if self.grace.is_some() {
            self.settle();
        }
        if self.is_asked {
            // It was not needed, and must not be taken for that of a later call.
            self.worker.place(Duration::ZERO);
        }
        if done.result.is_err() {
            self.worker.unlearns(&file_name(&self.call.script.origin));
        }
        let result = match (self.forced.take(), done.result) {
            (Some((kind, message)), returned) => {
                let told = returned.err().unwrap_or_default();
                let because = told.kind.is_none() && !told.message.is_empty();
                let message = if because { format!("{message}: {}", told.message) } else { message };
                Err(Failure { kind, message, frames: told.frames, traceback: told.traceback })
            }
            (None, Ok(returned)) => confirm(&done.used, host).and_then(|()| result(returned)),
            (None, Err(Failed { kind, message, frames, traceback })) => {
                Err(Failure { kind: kind.unwrap_or(FailureKind::Raised), message, frames, traceback })
            }
        };
        Outcome { result, reads: done.reads, volatile: done.volatile, usage: self.usage(false) }
    }

    /// Waits until a stop signal that came too late has been forgotten.
    fn settle(&self) {
        self.worker.send(&ToWorker::Settle);
        if !matches!(self.worker.receive(self.config.grace), Event::Settled) {
            self.worker.end();
        }
    }

    /// The script did not leave: asks where it is, and ends its worker.
    fn kill(&mut self) -> Outcome {
        let mut dump = self.worker.place(Duration::ZERO);
        if dump.is_empty() {
            dump = self.worker.place(DUMP_PATIENCE);
        }
        self.worker.end();
        let outcome = self.post_mortem(&dump, "did not stop");
        Outcome { usage: self.usage(true), ..outcome }
    }

    /// The worker has ended in the middle of the call.
    fn bury(&mut self) -> Outcome {
        let ending = self.worker.end();
        let dump = self.worker.place(Duration::ZERO);
        self.post_mortem(&dump, &format!("its worker {ending}"))
    }

    fn post_mortem(&mut self, dump: &str, otherwise: &str) -> Outcome {
        let (kind, message) = self.forced.take().unwrap_or_else(|| (FailureKind::Crashed, otherwise.to_owned()));
        let scripts = format!("{}/", self.config.scripts_dir);
        let frames = script_frames(dump, |file| file.starts_with(&scripts) || file.starts_with("<default>/"));
        let failed = Outcome::failed(Failure { kind, message, frames, traceback: shown(dump) });
        Outcome { usage: self.usage(false), ..failed }
    }

    fn usage(&self, killed: bool) -> Usage {
        let (own, host) = (self.clock.own_time(), self.clock.host_time());
        Usage { own, host, requests: self.requests, sent: self.sent, killed }
    }
}

/// What is wrong with an answer; looked for only while bds is being worked on.
fn fault(field: Option<&str>, value: &serde_json::Value) -> Option<String> {
    if !cfg!(debug_assertions) {
        return None;
    }
    field.map_or(Ok(()), |name| abi::check_field(name, value)).and_then(|()| abi::check_answer(value)).err()
}

/// The file as Python names it in tracebacks.
fn file_name(origin: &ScriptOrigin) -> String {
    match origin {
        ScriptOrigin::Project(path) => path.to_string(),
        ScriptOrigin::Default(slug) => format!("<default>/{slug}.py"),
    }
}

/// Asks for the fields that were sent along and used, so that they are recorded as what they are: reads.
fn confirm(used: &[String], host: &mut dyn Host) -> Result<(), Failure> {
    for field in used {
        host.request(HostRequest::PostField(field.clone())).map_err(|error| {
            let kind = match error {
                HostError::Cycle(_) => FailureKind::Cycle,
                HostError::Cancelled => FailureKind::Cancelled,
                _ => FailureKind::Raised,
            };
            failure(kind, error.to_string())
        })?;
    }
    Ok(())
}

fn result(returned: Returned) -> Result<MacroResult, Failure> {
    let data = match returned.data {
        Some(bytes) => {
            Some(map(&bytes).ok_or_else(|| failure(FailureKind::BadResult, "`data` is no JSON".to_owned()))?)
        }
        None => None,
    };
    Ok(MacroResult { html: returned.html, data, warnings: returned.warnings })
}

fn failure(kind: FailureKind, message: String) -> Failure {
    Failure { kind, message, frames: Vec::new(), traceback: None }
}
