//! A project on disk with a runtime for it, and a host that answers from a table.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{
    Answer, Context, Env, Host, HostError, HostRequest, Limits, MacroCall, MacroRuntime as _, Outcome, Permission,
    Script, ScriptOrigin,
};
use bds_macros_py::{PythonRuntime, RuntimeConfig, WorkerCommand};
use serde_json::{Value, json};

/// A project with its runtime.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    config: RuntimeConfig,
    pub(crate) runtime: PythonRuntime,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A project whose runtime is configured otherwise.
    pub(crate) fn with(change: impl FnOnce(&mut RuntimeConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = RuntimeConfig::new(folder.path()).expect("this binary has a path");
        config.worker =
            WorkerCommand { program: PathBuf::from(env!("CARGO_BIN_EXE_bds-macro-worker")), arguments: Vec::new() };
        config.private = vec![path("html"), path(".bds")];
        std::fs::create_dir_all(folder.path().join("scripts")).expect("made");
        change(&mut config);
        Self { folder, runtime: PythonRuntime::new(config.clone()), config }
    }

    /// How the runtime was configured.
    pub(crate) fn config(&self) -> RuntimeConfig {
        self.config.clone()
    }

    pub(crate) fn root(&self) -> PathBuf {
        std::fs::canonicalize(self.folder.path()).expect("it is there")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, content: &str) -> &Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("made");
        std::fs::write(path, content).expect("written");
        self
    }

    /// Calls a script with this source.
    pub(crate) fn call(&self, source: &str) -> Outcome {
        self.run(&call("sample", source), &mut Answers::default())
    }

    pub(crate) fn run(&self, call: &MacroCall, host: &mut dyn Host) -> Outcome {
        self.runtime.call(call, host)
    }

    /// The HTML of a call that must succeed.
    pub(crate) fn html(&self, source: &str) -> String {
        html(self.call(source))
    }
}

pub(crate) fn path(text: &str) -> SitePath {
    SitePath::new(text).expect("a plain path")
}

/// A call of `scripts/SLUG.py` with this source, in a post.
pub(crate) fn call(slug: &str, source: &str) -> MacroCall {
    let script = Script {
        slug: slug.to_owned(),
        id: None,
        origin: ScriptOrigin::Project(path(&format!("scripts/{slug}.py"))),
        source: source.into(),
        fingerprint: Fingerprint::of(source),
    };
    MacroCall {
        script: Arc::new(script),
        entrypoint: "render".to_owned(),
        context: Context {
            env: Env {
                is_preview: false,
                main_language: Some("de".to_owned()),
                language_prefix: String::new(),
                hook: Some(slug.to_owned()),
                source: None,
                translations: BTreeMap::from([("render.archive".to_owned(), "Archiv".to_owned())]),
            },
            params: BTreeMap::from([("count".to_owned(), "5".to_owned())]),
            data: serde_json::Map::new(),
        },
        post_id: Some("post-1".to_owned()),
        prefetched: Vec::new(),
        limits: Limits::default(),
        permissions: Vec::new(),
    }
}

/// The same call with less of something.
pub(crate) fn limited(mut call: MacroCall, change: impl FnOnce(&mut Limits)) -> MacroCall {
    change(&mut call.limits);
    call
}

/// The same call with permissions.
pub(crate) fn allowed(mut call: MacroCall, permissions: &[&str]) -> MacroCall {
    call.permissions = permissions.iter().map(|text| text.parse::<Permission>().expect("a permission")).collect();
    call
}

pub(crate) fn html(outcome: Outcome) -> String {
    outcome.result.unwrap_or_else(|failure| panic!("{failure:?}")).html
}

/// Answers that are made up, and a record of what was asked and printed.
#[derive(Default)]
pub(crate) struct Answers<'a> {
    pub(crate) asked: Vec<String>,
    pub(crate) printed: String,
    /// What was printed, as it came.
    pub(crate) pieces: Vec<String>,
    /// Answers before the table does; none to leave it to the table.
    pub(crate) special: Option<RefCell<Special<'a>>>,
}

/// Answers some requests in its own way.
pub(crate) type Special<'a> = Box<dyn FnMut(&HostRequest) -> Option<Result<Value, HostError>> + 'a>;

impl<'a> Answers<'a> {
    pub(crate) fn with(special: impl FnMut(&HostRequest) -> Option<Result<Value, HostError>> + 'a) -> Self {
        Self { special: Some(RefCell::new(Box::new(special))), ..Self::default() }
    }
}

impl Host for Answers<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        self.asked.push(match &request {
            HostRequest::PostField(name) => name.clone(),
            HostRequest::Api { method, arguments } => format!("{method}({})", Value::Object(arguments.clone())),
        });
        if let Some(special) = &self.special
            && let Some(answer) = special.borrow_mut()(&request)
        {
            return answer.map(Answer::new);
        }
        let value = match request {
            HostRequest::PostField(name) => Ok(match name.as_str() {
                "tags" | "categories" => json!(["one", "two"]),
                "excerpt" | "author" | "publishedAt" => Value::Null,
                _ => json!(format!("the {name}")),
            }),
            HostRequest::Api { method, .. } if method == "posts.get" => Ok(json!({"title": "Another"})),
            HostRequest::Api { method, .. } if method == "tags.get_all" => Ok(json!([{"name": "rust"}])),
            HostRequest::Api { method, .. } if method == "now" => Ok(json!(1_717_243_200.5)),
            HostRequest::Api { method, .. } => Err(HostError::UnknownMethod(method)),
        };
        value.map(Answer::new)
    }

    fn print(&mut self, text: &str) {
        self.printed.push_str(text);
        self.pieces.push(text.to_owned());
    }
}
