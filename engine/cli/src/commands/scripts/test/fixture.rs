use std::collections::BTreeMap;
use std::path::Path;

use bds_base::{OsSystem, System as _};
use bds_graph::Rehearsal;
use bds_macro_api::{Answer, Host, HostError, HostRequest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// A call that is described in a file: a post that need not be in the project, and answers that need not be true.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Fixture {
    pub(super) params: BTreeMap<String, String>,
    pub(super) post: Option<Map<String, Value>>,
    answers: BTreeMap<String, Value>,
}

impl Fixture {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = OsSystem
            .read(path)
            .map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", path.display())))?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Failure::new(format!("`{}` is no fixture: {error}", path.display()))
                .hint("write it as { \"params\": {}, \"post\": {}, \"answers\": {} }")
        })
    }

    fn answer(&self, request: &HostRequest) -> Option<Value> {
        match request {
            HostRequest::Api { method, .. } => self.answers.get(method).cloned(),
            HostRequest::PostField(name) => {
                let post = self.post.as_ref()?;
                Some(post.get(name).cloned().unwrap_or_else(|| plain(name)))
            }
        }
    }
}

/// What a field of a post is that the fixture does not say.
fn plain(field: &str) -> Value {
    match field {
        "tags" | "categories" => json!([]),
        "excerpt" | "author" | "publishedAt" => Value::Null,
        "id" | "slug" => json!("fixture"),
        "status" => json!("published"),
        "createdAt" | "updatedAt" => json!("2024-01-01T00:00:00.000Z"),
        _ => json!(""),
    }
}

/// Answers from the fixture, and else from the project.
pub(super) struct Staged<'f, 'w> {
    pub(super) fixture: &'f Fixture,
    pub(super) rehearsal: Rehearsal<'w>,
}

impl Host for Staged<'_, '_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        let Some(value) = self.fixture.answer(&request) else { return self.rehearsal.request(request) };
        let answer = Answer::new(value);
        self.rehearsal.asked.push((request, Ok(answer.clone())));
        Ok(answer)
    }

    fn print(&mut self, text: &str) {
        self.rehearsal.print(text);
    }
}
