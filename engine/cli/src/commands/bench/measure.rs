use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bds_base::Fingerprint;
use bds_macro_api::{
    Answer, Context, Env, Host, HostError, HostRequest, Limits, MacroCall, MacroRuntime as _, Script, ScriptOrigin,
};
use bds_macros_py::{PythonRuntime, RuntimeConfig};

use crate::failure::Failure;

/// A macro such as people write.
const SOURCE: &str = r#"
from bds_api import escape

def render(context, post):
    count = int(context["params"].get("count", 5))
    return {"html": f"<p>{escape(post['title'])}, {count}</p>"}
"#;

/// A cold start takes some ten milliseconds: more of them say nothing new.
const MOST_STARTS: usize = 50;

/// Measures all there is to measure.
pub(super) fn all(config: &RuntimeConfig, iterations: usize) -> Result<[(&'static str, Sample); 3], Failure> {
    let starts = sample(iterations.min(MOST_STARTS), |_| {
        let began = Instant::now();
        let runtime = PythonRuntime::new(config.clone());
        run(&runtime, &call(SOURCE))?;
        Ok(began.elapsed())
    })?;
    let runtime = PythonRuntime::new(config.clone());
    run(&runtime, &call(SOURCE))?;
    let first_runs = sample(iterations, |number| {
        let call = call(&format!("{SOURCE}\n# {number}\n"));
        timed(&runtime, &call)
    })?;
    let known = call(SOURCE);
    run(&runtime, &known)?;
    let repeated = sample(iterations, |_| timed(&runtime, &known))?;
    Ok([("cold start", starts), ("warm run", first_runs), ("repeated macro", repeated)])
}

fn call(source: &str) -> MacroCall {
    let script = Script {
        slug: "bench".to_owned(),
        id: None,
        origin: ScriptOrigin::Default("bench".to_owned()),
        source: source.into(),
        fingerprint: Fingerprint::of(source),
    };
    let env = Env {
        is_preview: false,
        main_language: Some("en".to_owned()),
        language_prefix: String::new(),
        hook: Some("bench".to_owned()),
        source: None,
        translations: BTreeMap::new(),
    };
    MacroCall {
        script: Arc::new(script),
        entrypoint: "render".to_owned(),
        context: Context {
            env,
            params: BTreeMap::from([("count".to_owned(), "7".to_owned())]),
            data: serde_json::Map::new(),
        },
        post_id: Some("bench".to_owned()),
        prefetched: vec![("title".to_owned(), Answer::new("A title".into()))],
        limits: Limits::default(),
        permissions: Vec::new(),
    }
}

fn timed(runtime: &PythonRuntime, call: &MacroCall) -> Result<Duration, Failure> {
    let began = Instant::now();
    run(runtime, call)?;
    Ok(began.elapsed())
}

fn run(runtime: &PythonRuntime, call: &MacroCall) -> Result<(), Failure> {
    let outcome = runtime.call(call, &mut OnePost);
    outcome.result.map(drop).map_err(|failure| Failure::new(format!("the macro failed: {}", failure.message)))
}

fn sample(times: usize, mut measure: impl FnMut(usize) -> Result<Duration, Failure>) -> Result<Sample, Failure> {
    let mut sorted = (0..times).map(&mut measure).collect::<Result<Vec<_>, _>>()?;
    sorted.sort_unstable();
    Ok(Sample { sorted })
}

/// Times that were measured.
pub(super) struct Sample {
    sorted: Vec<Duration>,
}

impl Sample {
    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(super) fn mean(&self) -> Duration {
        let count = u32::try_from(self.sorted.len().max(1)).unwrap_or(u32::MAX);
        self.sorted.iter().sum::<Duration>() / count
    }

    /// The smallest time that `percent` of 100 do not exceed.
    pub(super) fn quantile(&self, percent: usize) -> Duration {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Answers for one post.
struct OnePost;

impl Host for OnePost {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        match request {
            HostRequest::PostField(name) if name == "title" => Ok(Answer::new("A title".into())),
            HostRequest::PostField(_) => Ok(Answer::new(serde_json::Value::Null)),
            HostRequest::Api { method, .. } => Err(HostError::UnknownMethod(method)),
        }
    }

    fn print(&mut self, _: &str) {}
}
