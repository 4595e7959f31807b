//! Macro calls as queries: a call is remembered by what it is made from, and what it looks at becomes its
//! dependencies.

mod ask;
pub(crate) mod scripts;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{
    Context, Env, Failure, Host, HostError, HostRequest, Limits, MacroCall, MacroResult, Outcome, Permission, Read,
    ScriptRef,
};
use serde::Serialize;
use serde_json::Value;

use crate::db::Db;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::{self, Name};
use crate::report::{MacroDecision, MacroFate, Printed};
use crate::settings;
use crate::traces::{Answered, Question};
use ask::{ABSENT, PRESENT, ask, fingerprint};
use scripts::{MacroScript, macro_script};

/// Where a text is rendered: in which post, with which words, for whom.
#[salsa::interned(debug)]
pub(crate) struct Setting<'db> {
    /// The post.
    #[returns(copy)]
    pub(crate) post: SourceFile,
    /// The file that the words are in: the post's own, or a translation.
    #[returns(copy)]
    pub(crate) words: SourceFile,
    /// The language of the page.
    pub(crate) language: Arc<str>,
    /// The folder of its tree: `""` or `"/en"`.
    pub(crate) prefix: Arc<str>,
}

/// One call of a macro in one setting. Calls that are written alike are one.
#[salsa::interned(debug)]
pub(crate) struct CallInSetting<'db> {
    /// The macro's name, in lower case.
    pub(crate) name: String,
    /// The parameters.
    pub(crate) params: BTreeMap<String, String>,
    /// Where it stands.
    #[returns(copy)]
    pub(crate) setting: Setting<'db>,
}

/// What a macro call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallResult {
    /// HTML, and warnings of the script.
    Html(Arc<str>, Arc<[String]>),
    /// Nothing: it failed.
    Failed(Arc<Failure>),
}

/// What a remembered result is known by: everything that it depends on and that is not asked for on the way.
#[derive(Serialize)]
struct Key<'a> {
    abi: u32,
    runtime: &'a str,
    script: Fingerprint,
    entrypoint: &'a str,
    context: &'a Context,
    post: Option<&'a str>,
    limits: &'a Limits,
    permissions: &'a [Permission],
}

/// Runs a macro call, or finds its result among what is remembered. The script must exist.
#[salsa::tracked]
pub(crate) fn macro_output<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> CallResult {
    let name = Name::new(db, call.name(db).as_str());
    let Some(script) = macro_script(db, name) else { return CallResult::Html("".into(), [].into()) };
    let runtime = match db.services().runtime.version() {
        Ok(version) => version,
        Err(unavailable) => {
            db.services().work.give_up(unavailable);
            return CallResult::Html("".into(), [].into());
        }
    };
    let setting = call.setting(db);
    let request = request(db, call, script);
    let key = Key {
        abi: bds_macro_api::ABI_VERSION,
        runtime: &runtime,
        script: request.script.fingerprint,
        entrypoint: &request.entrypoint,
        context: &request.context,
        post: request.post_id.as_deref(),
        limits: &request.limits,
        permissions: &request.permissions,
    };
    let fingerprint = Fingerprint::of_key("macro", &key);
    db.services().unsteady.begin(db, KIND, || in_words(db, call));
    let (fate, result, printed) = match recall(db, setting, fingerprint) {
        Recalled::Good(result) => (MacroFate::Reused, html(result), String::new()),
        Recalled::Differs(what) => run(db, call, &request, fingerprint, &key, MacroFate::RanChanged(what)),
        Recalled::Unknown => run(db, call, &request, fingerprint, &key, MacroFate::RanNew),
    };
    let post = setting.post(db).path(db).clone();
    let printed =
        (!printed.is_empty()).then(|| Printed { post: post.clone(), name: call.name(db).clone(), text: printed });
    let decision = MacroDecision {
        call: written(call.name(db), call.params(db)),
        post,
        language: setting.language(db).to_string(),
        fate,
    };
    db.services().work.macro_decided(decision, printed);
    result
}

fn html(result: MacroResult) -> CallResult {
    CallResult::Html(result.html.into(), result.warnings.into())
}

/// What macro calls are called among the queries that may hold for one build only.
const KIND: &str = "macro";

/// The call and its setting.
fn in_words<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> String {
    let setting = call.setting(db);
    let (post, words) = (setting.post(db).path(db), setting.words(db).path(db));
    let (language, prefix) = (setting.language(db), setting.prefix(db));
    format!("{} in {post} {words} {language} {prefix}", written(call.name(db), call.params(db)))
}

/// The call as one would write it.
fn written(name: &str, params: &BTreeMap<String, String>) -> String {
    params.iter().fold(name.to_owned(), |call, (name, value)| format!("{call} {name}=\"{value}\""))
}

fn request<'db>(db: &'db dyn Db, call: CallInSetting<'db>, script: &MacroScript) -> MacroCall {
    let setting = call.setting(db);
    let language = setting.language(db);
    let (limits, permissions) = Site::get(db).config(db).limits_of(&script.script.slug);
    let source = ScriptRef { kind: "macro".to_owned(), id: script.script.id.clone() };
    let env = Env {
        is_preview: false,
        main_language: Some(language.to_string()),
        language_prefix: setting.prefix(db).to_string(),
        hook: Some(call.name(db).clone()),
        source: Some(source),
        translations: settings::render_strings(language),
    };
    MacroCall {
        script: Arc::clone(&script.script),
        entrypoint: script.entrypoint.clone(),
        context: Context { env, params: call.params(db).clone(), data: serde_json::Map::new() },
        post_id: posts::post(db, setting.post(db)).map(|post| post.id.to_string()),
        prefetched: Vec::new(),
        limits,
        permissions,
    }
}

/// What is remembered of a call.
enum Recalled {
    /// A result, proved to be still good.
    Good(MacroResult),
    /// Nothing that is still good; this differs.
    Differs(String),
    /// Nothing.
    Unknown,
}

fn recall<'db>(db: &'db dyn Db, setting: Setting<'db>, key: Fingerprint) -> Recalled {
    let mut differs = None;
    for trace in db.services().traces.of(&key) {
        let is_other = |read: &&Answered| fingerprint(&ask(db, setting, &read.question)) != read.answer;
        match trace.reads.iter().find(is_other) {
            None => {
                if let Some(result) = db.services().traces.result(&trace) {
                    return Recalled::Good(result);
                }
            }
            Some(read) => differs = differs.or(Some(read.question.to_string())),
        }
    }
    differs.map_or(Recalled::Unknown, Recalled::Differs)
}

fn run<'db>(
    db: &'db dyn Db,
    call: CallInSetting<'db>,
    request: &MacroCall,
    fingerprint: Fingerprint,
    key: &Key<'_>,
    why: MacroFate,
) -> (MacroFate, CallResult, String) {
    let setting = call.setting(db);
    let mut host = QueryHost { db, setting, reads: Vec::new(), seen: HashSet::new(), printed: String::new() };
    let Outcome { result, reads, volatile, usage: _ } = db.services().runtime.call(request, &mut host);
    let held_still = host.take_reads(&reads);
    let QueryHost { reads: asked, printed, .. } = host;
    let mut passing: Vec<_> = volatile.iter().map(|read| read.what.to_string()).collect();
    passing.extend(reads.iter().filter_map(|read| match read {
        Read::Package(name, _) => Some(format!("the package {name}")),
        _ => None,
    }));
    if !held_still {
        passing.push("a file that changed meanwhile".to_owned());
        db.services().unsteady.mark_urgent(db, KIND, &in_words(db, call));
    } else if !passing.is_empty() || result.is_err() {
        db.services().unsteady.mark(db, KIND, &in_words(db, call));
    }
    db.services().work.macro_called(result.is_err());
    match result {
        Ok(result) if passing.is_empty() => {
            let description = serde_json::to_string(key).expect("a key is plain data, which always serialises");
            db.services().traces.add(fingerprint, description, &asked, &result);
            (why, html(result), printed)
        }
        Ok(result) => (MacroFate::RanVolatile(passing.join(", ")), html(result), printed),
        Err(failure) => {
            let printed = failure.traceback.iter().fold(printed, |printed, traceback| printed + traceback);
            (MacroFate::Failed(failure.message.clone()), CallResult::Failed(Arc::new(failure)), printed)
        }
    }
}

/// Answers a macro by queries, and writes down what was asked.
struct QueryHost<'db> {
    db: &'db dyn Db,
    setting: Setting<'db>,
    reads: Vec<Answered>,
    seen: HashSet<Question>,
    printed: String,
}

impl QueryHost<'_> {
    fn note(&mut self, question: Question, answer: Fingerprint) {
        if self.seen.insert(question.clone()) {
            self.reads.push(Answered { question, answer });
        }
    }

    /// Takes what the script looked at by itself. Asking the same here makes salsa know of it. Says whether it is still
    /// as the script saw it.
    fn take_reads(&mut self, reads: &[Read]) -> bool {
        let mut held_still = true;
        for read in reads {
            let (question, answer) = match read.clone() {
                Read::File(path, content) => (Question::File(path), content),
                Read::Missing(path) => (Question::Existence(path), Fingerprint::of(ABSENT)),
                Read::Exists(path) => (Question::Existence(path), Fingerprint::of(PRESENT)),
                Read::Folder(path, names) => (Question::Folder(path), names),
                Read::Package(..) => continue,
            };
            held_still &= fingerprint(&ask(self.db, self.setting, &question)) == answer;
            self.note(question, answer);
        }
        held_still
    }
}

impl Host for QueryHost<'_> {
    fn request(&mut self, request: HostRequest) -> Result<bds_macro_api::Answer, HostError> {
        let question = match request {
            HostRequest::PostField(name) => Question::PostField(name),
            HostRequest::Api { method, arguments } => Question::Api(method, arguments),
        };
        let answer = ask(self.db, self.setting, &question);
        self.note(question, fingerprint(&answer));
        answer.map(|answer| bds_macro_api::Answer::new(answer.into_value()))
    }

    fn print(&mut self, text: &str) {
        self.printed.push_str(text);
    }
}

/// The project file that a frame of a traceback lies in.
pub(crate) fn frame_file(file: &str) -> Option<SitePath> {
    SitePath::new(file).ok().filter(|path| !file.starts_with('<') && path.extension().is_some())
}
