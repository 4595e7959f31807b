use std::sync::Arc;

use bds_macro_api::{
    Answer, Failure, Host, HostError, HostRequest, Job, Limits, Permission, ScriptRuntime, TOAST, Task,
    Transformed as Given,
};
use bds_project::script::{Script, ScriptKind};
use serde::Serialize;
use serde_json::{Value, json};

use super::draft::Draft;
use crate::collection::Source;

/// A transform with what it may use up and touch.
#[derive(Debug, Clone)]
pub struct Transform<'a> {
    /// The script.
    pub source: &'a Source,
    /// What it may use up.
    pub limits: Limits,
    /// What it may touch beyond its project.
    pub permissions: Vec<Permission>,
}

/// What the transforms of a project made of a draft.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transformed {
    /// The draft, as the last transform that worked left it.
    pub post: Draft,
    /// The slugs of those that worked, in their order.
    pub applied: Vec<String>,
    /// What the others came to, in their order.
    pub errors: Vec<TransformError>,
    /// What they have to tell the user, in their order.
    pub toasts: Vec<String>,
    /// What they printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub printed: String,
}

/// A transform that did not work: the draft went on without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransformError {
    /// The id of the script.
    pub script_id: String,
    /// Its slug.
    pub script_slug: String,
    /// What happened, as a phrase.
    pub message: String,
    /// The failure, with its places; none where the script worked and gave no post.
    #[serde(skip)]
    pub failure: Option<Failure>,
}

/// The transforms that are used, in the order in which they are: by the time of their last change, then slug, then id.
pub fn in_order<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Vec<&'s Source> {
    let is_used =
        |script: &Script| script.head.has_metadata && script.head.enabled && script.head.kind == ScriptKind::Transform;
    let mut used: Vec<_> = sources.into_iter().filter(|source| is_used(&source.script)).collect();
    used.sort_by(|a, b| order(&a.script).cmp(&order(&b.script)));
    used
}

fn order(script: &Script) -> impl Ord + '_ {
    (script.updated_at, &script.slug, &script.id)
}

/// The function that a transform is called by: what its metadata says, unless that is `main` or no name at all.
pub fn entrypoint_of(said: &str) -> &str {
    let mut characters = said.chars();
    let begins = characters.next().is_some_and(|first| first == '_' || first.is_alphabetic());
    let is_name = begins && characters.all(|next| next == '_' || next.is_alphanumeric());
    if is_name && said != "main" { said } else { "transform" }
}

/// Has each transform change what the one before it left. One that fails changes nothing.
pub fn transform(draft: Draft, url: &str, transforms: &[Transform<'_>], runtime: &dyn ScriptRuntime) -> Transformed {
    let context = json!({ "source": "blogmark", "url": url });
    let mut done = Transformed {
        post: draft,
        applied: Vec::new(),
        errors: Vec::new(),
        toasts: Vec::new(),
        printed: String::new(),
    };
    for transform in transforms {
        let script = &transform.source.script;
        let job = Job {
            script: Arc::clone(&transform.source.code),
            task: Task::Transform {
                entrypoint: entrypoint_of(&script.head.entrypoint).to_owned(),
                post: done.post.to_json(),
                context: context.clone(),
            },
            limits: transform.limits,
            permissions: transform.permissions.clone(),
        };
        let mut listener = Listener { own: 0, toasts: &mut done.toasts, printed: &mut done.printed };
        let given = runtime.run(&job, &mut listener).read::<Given>();
        let invalid = |what: &dyn std::fmt::Display| (format!("Transform output validation failed: {what}"), None);
        let post = given.map_err(|failure| (failure.message.clone(), Some(failure))).and_then(|given| {
            let value = if given.returned.is_null() { given.post.unwrap_or_default() } else { given.returned };
            Draft::from_json(&value).map_err(|fault| invalid(&fault))
        });
        match post {
            Ok(post) => {
                done.post = post;
                done.applied.push(script.slug.to_string());
            }
            Err((message, failure)) => done.errors.push(TransformError {
                script_id: script.id.to_string(),
                script_slug: script.slug.to_string(),
                message,
                failure,
            }),
        }
    }
    done
}

/// The most toasts of one script.
const MOST_OF_ONE: usize = 5;
/// The most toasts of all.
const MOST: usize = 20;
/// The longest toast, in characters.
const LONGEST: usize = 300;

/// Takes what transforms tell the user. There is nothing that they could ask for.
struct Listener<'a> {
    own: usize,
    toasts: &'a mut Vec<String>,
    printed: &'a mut String,
}

impl Host for Listener<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        let (method, arguments) = match request {
            HostRequest::Api { method, arguments } => (method, arguments),
            HostRequest::PostField(name) => (name, serde_json::Map::new()),
        };
        if method != TOAST {
            return Err(HostError::UnknownMethod(method));
        }
        let message = arguments.get("message").and_then(Value::as_str).unwrap_or_default().trim();
        if !message.is_empty() && self.own < MOST_OF_ONE && self.toasts.len() < MOST {
            self.own += 1;
            self.toasts.push(message.chars().take(LONGEST).collect());
        }
        Ok(Answer::new(Value::Null))
    }

    fn print(&mut self, text: &str) {
        self.printed.push_str(text);
    }
}
