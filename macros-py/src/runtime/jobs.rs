//! What else is done with scripts: the same session as a macro call, with an order for the worker.

use std::collections::BTreeMap;

use bds_macro_api::{Context, Env, Host, Job, JobOutcome, MacroCall, ScriptRuntime};
use serde_json::{Map, Value};

use super::PythonRuntime;
use crate::value::Writer;

/// Under this key stands what a job gives, which need not be a map.
pub(crate) const GIVEN: &str = "given";

impl ScriptRuntime for PythonRuntime {
    fn run(&self, job: &Job, host: &mut dyn Host) -> JobOutcome {
        let mut order = Writer::default();
        order.json(&job.task.to_json());
        let call = MacroCall {
            script: job.script.clone(),
            entrypoint: job.task.entrypoint().unwrap_or_default().to_owned(),
            context: Context { env: environment(), params: BTreeMap::new(), data: Map::new() },
            post_id: None,
            prefetched: Vec::new(),
            limits: job.limits,
            permissions: job.permissions.clone(),
        };
        let outcome = self.attempt(&call, Some(&order.into_bytes()), host);
        let given = |data: Option<Map<String, Value>>| data.and_then(|mut data| data.remove(GIVEN)).unwrap_or_default();
        JobOutcome {
            result: outcome.result.map(|result| given(result.data)),
            reads: outcome.reads,
            volatile: outcome.volatile,
            usage: outcome.usage,
        }
    }
}

/// Jobs do not get the environment of a macro.
fn environment() -> Env {
    Env {
        is_preview: false,
        main_language: None,
        language_prefix: String::new(),
        hook: None,
        source: None,
        translations: BTreeMap::new(),
    }
}
