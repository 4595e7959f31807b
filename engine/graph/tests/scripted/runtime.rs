//! A runtime whose macros are functions in Rust.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bds_macro_api::{
    Failure, FailureKind, Host, HostRequest, MacroCall, MacroResult, MacroRuntime, Outcome, RuntimeUnavailable,
};
use serde_json::{Map, Value, json};

/// A macro: gets its call and may ask the host.
pub(crate) type Macro = fn(&MacroCall, &mut dyn Host) -> Result<String, String>;

/// Runs macros by the slug of their scripts; the code of the scripts does not matter.
#[derive(Default)]
pub(crate) struct ScriptedRuntime {
    macros: BTreeMap<&'static str, Macro>,
    calls: AtomicUsize,
    called: Mutex<Vec<String>>,
}

impl ScriptedRuntime {
    pub(crate) fn with(mut self, slug: &'static str, code: Macro) -> Self {
        self.macros.insert(slug, code);
        self
    }

    /// The slugs of the macros that ran since the last time, sorted.
    pub(crate) fn take_called(&self) -> Vec<String> {
        let mut called = std::mem::take(&mut *self.called.lock().unwrap());
        called.sort();
        called
    }
}

impl std::fmt::Debug for ScriptedRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedRuntime").field("calls", &self.calls).finish_non_exhaustive()
    }
}

impl MacroRuntime for ScriptedRuntime {
    fn version(&self) -> Result<String, RuntimeUnavailable> {
        Ok("scripted 1".to_owned())
    }

    fn call(&self, call: &MacroCall, host: &mut dyn Host) -> Outcome {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.called.lock().unwrap().push(call.script.slug.clone());
        let code = self.macros.get(call.script.slug.as_str());
        let result = code.map_or_else(|| Err("no such macro".to_owned()), |code| code(call, host));
        let result = result
            .map(|html| MacroResult { html, data: None, warnings: Vec::new() })
            .map_err(|message| Failure { kind: FailureKind::Raised, message, frames: Vec::new(), traceback: None });
        Outcome { result, reads: Vec::new(), volatile: Vec::new() }
    }
}

/// A field of the post that the call stands in.
pub(crate) fn field(host: &mut dyn Host, name: &str) -> Value {
    host.request(HostRequest::PostField(name.to_owned())).expect("a post has this field")
}

/// The answer of a method without arguments.
pub(crate) fn api(host: &mut dyn Host, method: &str, arguments: Value) -> Value {
    let arguments = arguments.as_object().cloned().unwrap_or_else(Map::new);
    host.request(HostRequest::Api { method: method.to_owned(), arguments })
        .unwrap_or_else(|error| json!(error.to_string()))
}
