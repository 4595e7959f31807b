//! Macros that ask for the HTML of another post, whose text may hold macros that ask for more.
//!
//! The text is rendered here, outside of the query that pages use: only macro calls can then be part of a cycle, and a
//! cycle costs the calls in it and nothing of the texts around them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bds_macro_api::{FailureKind, Frame, HostError, HostRequest};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{CallInSetting, CallResult, Setting, account, in_words, macro_output, written};
use crate::api::arguments::Arguments;
use crate::body;
use crate::db::Db;
use crate::lens::Lens;
use crate::posts::{self, Name};

/// The method that asks for it.
pub(super) const METHOD: &str = HostRequest::RUNS_MACROS;

/// The HTML of a post in the language of the page, or another, which the script asks for `at` these lines; none where the site has no such post. Says too whether
/// macros in it need each other's results: such HTML is good for this build only.
pub(super) fn html<'db>(
    db: &'db dyn Db,
    asking: CallInSetting<'db>,
    arguments: &Map<String, Value>,
    at: &[Frame],
) -> Result<(Value, bool), HostError> {
    let arguments = Arguments::new(METHOD, arguments);
    let around = asking.setting(db);
    let language = arguments.optional_text("language")?.unwrap_or(around.language(db));
    let post = posts::post_of_id(db, Name::new(db, arguments.text("post_id")?));
    let Some((post, variant)) = post.and_then(|post| Some((post, posts::variant(db, post, Name::new(db, language))?)))
    else {
        return Ok((Value::Null, false));
    };
    let setting = Setting::new(db, post, variant.words, language, around.prefix(db).clone());
    let text = posts::body(db, variant.words);
    let mut met_a_cycle = false;
    for call in body::calls(db, setting, text) {
        db.services().nesting.add(step(db, asking), step(db, call), at);
        let result = macro_output(db, call);
        met_a_cycle |= matches!(result, CallResult::Failed(failure) if failure.kind == FailureKind::Cycle);
    }
    Ok((Value::String(body::render(&Lens::new(db), setting, text, false).html.to_string()), met_a_cycle))
}

/// The way from a call back to itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cycle {
    /// In words.
    pub(crate) way: String,
    /// Where in its script the call sets out on it, outermost first.
    pub(crate) at: Vec<Frame>,
}

/// The shortest way from a call back to itself; none when there is none.
pub(crate) fn cycle_of<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> Option<Cycle> {
    db.services().nesting.cycle(&in_words(db, call))
}

/// The numbers of the calls in the texts that a call asked for.
pub(super) fn met<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> Vec<u32> {
    let calls = db.services().nesting.calls();
    let met = calls.get(&in_words(db, call)).into_iter().flat_map(|(_, met)| met.keys());
    met.map(|step| step.number).collect()
}

/// A call on the way from one to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    /// Tells it from all others.
    name: String,
    /// As it is shown.
    shown: String,
    /// Its number in the ledger.
    number: u32,
}

fn step<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> Step {
    let words = call.setting(db).words(db).path(db);
    Step {
        name: in_words(db, call),
        shown: format!("`{}` in {words}", written(call.name(db), call.params(db))),
        number: account::number(db, call),
    }
}

/// Which call asked for texts with which calls, when it ran last, and from where in its script.
///
/// No query reads this but to say how a cycle runs, and the calls of a cycle have all run by then.
#[derive(Debug, Default)]
pub(crate) struct Nesting(Mutex<Calls>);

/// By the names of calls: the call, and those that it met, each with the lines from which it asked.
type Calls = BTreeMap<String, (Step, BTreeMap<Step, Vec<Frame>>)>;

impl Nesting {
    /// A call runs: what it asked for before does not count.
    pub(super) fn begin(&self, call: &str) {
        self.calls().remove(call);
    }

    fn add(&self, asking: Step, met: Step, at: &[Frame]) {
        let mut calls = self.calls();
        let (_, all) = calls.entry(asking.name.clone()).or_insert_with(|| (asking, BTreeMap::new()));
        // Of several places that ask for the same, the first is told.
        let first = all.entry(met).or_default();
        if first.is_empty() {
            *first = at.to_vec();
        }
    }

    fn cycle(&self, call: &str) -> Option<Cycle> {
        let calls = self.calls();
        let (start, met) = calls.get(call)?;
        let mut came_from: BTreeMap<&str, &Step> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(step) = queue.pop_front() {
            for next in calls.get(&step.name).into_iter().flat_map(|(_, met)| met.keys()) {
                if next.name == start.name {
                    let steps = way(start, step, &came_from);
                    let at = steps.get(1).and_then(|first| met.get(*first)).cloned().unwrap_or_default();
                    let shown: Vec<&str> = steps.into_iter().map(|step| step.shown.as_str()).collect();
                    return Some(Cycle { way: shown.join(" asks for "), at });
                }
                if !came_from.contains_key(next.name.as_str()) {
                    came_from.insert(&next.name, step);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From the start over the calls that lead to `last`, and back to the start.
fn way<'s>(start: &'s Step, last: &'s Step, came_from: &BTreeMap<&str, &'s Step>) -> Vec<&'s Step> {
    let mut steps = vec![start];
    let mut step = last;
    while step.name != start.name {
        steps.push(step);
        step = came_from[step.name.as_str()];
    }
    steps.push(start);
    steps.reverse();
    steps
}
