//! Scripts that run outside of a build, and what they ask for: the same answers, of the sources as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::SitePath;
use bds_macro_api::{Answer, Host, HostError, HostRequest, MacroCall};
use serde_json::{Map, Value};

use crate::api;
use crate::db::{Database, Db};
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::macros::{self, Asker, CallInSetting, Setting};
use crate::posts::{self, Name};
use crate::settings;
use crate::traces::Question;

/// The project as scripts see it that run outside of a build.
#[derive(Debug, Clone)]
pub struct Stage<'w> {
    db: &'w Database,
}

/// Which call is to be rehearsed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The macro's name.
    pub name: String,
    /// The parameters.
    pub params: BTreeMap<String, String>,
    /// The post that it stands in: a slug, an id, or a file of the project; none for a call that stands in none.
    pub post: Option<String>,
    /// The language of the page; that of the post, or else of the project, where none is named.
    pub language: Option<String>,
}

/// Why a call cannot be rehearsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRehearsal {
    /// The macro is not there.
    #[error("there is no enabled macro `{0}`")]
    NoMacro(String),
    /// The post is not there.
    #[error("there is no post `{0}`")]
    NoPost(String),
}

impl<'w> Stage<'w> {
    pub(crate) fn new(db: &'w Database) -> Self {
        Self { db }
    }

    /// Answers a method of the API to a script that stands in no post.
    pub fn answer(&self, method: &str, arguments: &Map<String, Value>) -> Result<Answer, HostError> {
        api::answer(self.db, method, arguments).map(Answer::new)
    }

    /// A macro call as a build would make it, and who answers what it asks for.
    ///
    /// # Errors
    /// Which of the two is not there.
    pub fn rehearse(&self, wanted: &Wanted) -> Result<(MacroCall, Rehearsal<'w>), NoRehearsal> {
        let db: &'w dyn Db = self.db;
        let name = wanted.name.to_lowercase();
        let script = macros::scripts::macro_script(db, Name::new(db, name.as_str()));
        let script = script.as_ref().ok_or_else(|| NoRehearsal::NoMacro(name.clone()))?;
        let post = match &wanted.post {
            Some(post) => Some(self.post(post).ok_or_else(|| NoRehearsal::NoPost(post.clone()))?),
            None => None,
        };
        let main = settings::main_language(db);
        let own = post.and_then(|file| posts::post(db, file).as_ref().and_then(|post| post.language.clone()));
        let language: Arc<str> =
            wanted.language.as_deref().map_or_else(|| own.unwrap_or_else(|| main.clone()), Into::into);
        let prefix = if language == main { String::new() } else { format!("/{language}") };
        let setting = post.map(|file| {
            let words = posts::variant(db, file, Name::new(db, language.clone())).map_or(file, |variant| variant.words);
            Setting::new(db, file, words, language.clone(), prefix.as_str())
        });
        let post_id = setting.and_then(|setting| posts::post(db, setting.post(db)).map(|post| post.id.to_string()));
        let call = macros::request_of(db, script, &name, &wanted.params, (&*language, prefix.as_str()), post_id);
        let in_setting = setting.map(|setting| CallInSetting::new(db, name, wanted.params.clone(), setting));
        let asker = in_setting.map(|call| Asker::new(db, call));
        Ok((call, Rehearsal { stage: self.clone(), asker, asked: Vec::new(), printed: String::new() }))
    }

    /// A post that the site shows, by its slug, its id, or its file.
    fn post(&self, named: &str) -> Option<SourceFile> {
        let db: &'w dyn Db = self.db;
        let by_file = || {
            let path = SitePath::new(named.trim_start_matches("./")).ok()?;
            Site::get(db).posts(db).iter().copied().find(|file| *file.path(db) == path)
        };
        let of_file = by_file().filter(|file| posts::post(db, *file).is_some());
        let by_name =
            || posts::post_of_slug(db, Name::new(db, named)).or_else(|| posts::post_of_id(db, Name::new(db, named)));
        of_file.or_else(by_name)
    }
}

/// Answers the macro of one call, and writes down what it asked for.
pub struct Rehearsal<'w> {
    stage: Stage<'w>,
    /// None where the call stands in no post.
    asker: Option<Asker<'w>>,
    /// What was asked for, in order, and what the answer was.
    pub asked: Vec<(HostRequest, Result<Answer, HostError>)>,
    /// What the macro printed.
    pub printed: String,
}

impl Host for Rehearsal<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        let answer = match (&self.asker, request.clone()) {
            (Some(asker), HostRequest::PostField(name)) => asker.ask(&Question::PostField(name)),
            (Some(asker), HostRequest::Api { method, arguments }) => asker.ask(&Question::Api(method, arguments)),
            (None, HostRequest::Api { method, arguments }) => self.stage.answer(&method, &arguments),
            (None, HostRequest::PostField(name)) => {
                Err(HostError::BadArgument(format!("the call stands in no post, so there is no `{name}`")))
            }
        };
        self.asked.push((request, answer.clone()));
        answer
    }

    fn print(&mut self, text: &str) {
        self.printed.push_str(text);
    }
}
