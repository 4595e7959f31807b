//! Macro calls as queries: a call is remembered by what it is made from, and what it looks at becomes its
//! dependencies.

mod account;
mod ask;
pub(crate) mod nesting;
mod run;
pub(crate) mod scripts;

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{
    Context, Env, Failure, FailureKind, Limits, MacroCall, MacroResult, Permission, ScriptRef, VolatileRead,
};
use serde::Serialize;

use crate::db::Db;
use crate::defaults;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::{self, Name};
use crate::report::{MacroDecision, MacroFate, Printed};
use account::Account;
pub(crate) use ask::Asker;
use run::{Ran, Recalled, recall, run};
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
    /// HTML.
    Html {
        /// What stands in the place of the call.
        html: Arc<str>,
        /// What the script says of the call.
        remarks: Arc<[Remark]>,
        /// What it looked at without saying so that cannot be asked again.
        volatile: Arc<[VolatileRead]>,
    },
    /// Nothing: it failed.
    Failed(Arc<Failure>),
}

/// Something that a script says of its call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) enum Remark {
    /// The call is wrong.
    Error(String),
    /// The call is good, but probably not as meant.
    Warning(String),
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
///
/// Calls that need each other's results all fail, whichever of them was met first: salsa gives every query of a cycle
/// what [`in_a_cycle`] says.
#[salsa::tracked(cycle_result = in_a_cycle)]
pub(crate) fn macro_output<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> CallResult {
    let name = Name::new(db, call.name(db).as_str());
    let Some(script) = macro_script(db, name) else { return html(MacroResult::default(), []) };
    let runtime = match db.services().runtime.version() {
        Ok(version) => version,
        Err(unavailable) => {
            db.services().work.give_up(unavailable);
            return html(MacroResult::default(), []);
        }
    };
    db.services().work.macro_met(&script.script.slug);
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
    let account = Account::open(db, call, &key);
    let Ran { fate, result, printed } = match recall(db, call, fingerprint) {
        Recalled::Good(result, reads) => {
            db.services().unsteady.settle(db, KIND, || in_words(db, call));
            account.close(&reads, None);
            Ran { fate: MacroFate::Reused, result: html(result, []), printed: String::new() }
        }
        Recalled::Differs(difference) => {
            let fate = account.blame_answer(&difference);
            run(db, call, &request, fingerprint, &key, fate, &account)
        }
        Recalled::Unknown => run(db, call, &request, fingerprint, &key, account.blame_key(), &account),
    };
    let (post, written) = (setting.post(db).path(db).clone(), written(call.name(db), call.params(db)));
    let printed = (!printed.is_empty()).then(|| Printed { post: post.clone(), call: written.clone(), text: printed });
    let decision = MacroDecision { call: written, post, language: setting.language(db).to_string(), fate };
    db.services().work.macro_decided(decision, account.number, printed);
    result
}

fn html(result: MacroResult, volatile: impl IntoIterator<Item = VolatileRead>) -> CallResult {
    let errors = result.errors().into_iter().map(|error| Remark::Error(error.to_owned()));
    let remarks = errors.chain(result.warnings.iter().cloned().map(Remark::Warning)).collect();
    CallResult::Html { html: result.html.into(), remarks, volatile: volatile.into_iter().collect() }
}

/// What each of the calls comes to that need each other's results. Which ones those are is told where it is reported.
fn in_a_cycle(_db: &dyn Db, _id: salsa::Id, _call: CallInSetting<'_>) -> CallResult {
    CallResult::Failed(Arc::new(Failure {
        kind: FailureKind::Cycle,
        message: String::new(),
        frames: Vec::new(),
        traceback: None,
    }))
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
pub(crate) fn written(name: &str, params: &BTreeMap<String, String>) -> String {
    params.iter().fold(name.to_owned(), |call, (name, value)| format!("{call} {name}=\"{value}\""))
}

fn request<'db>(db: &'db dyn Db, call: CallInSetting<'db>, script: &MacroScript) -> MacroCall {
    let setting = call.setting(db);
    let page = (&**setting.language(db), &**setting.prefix(db));
    let post_id = posts::post(db, setting.post(db)).map(|post| post.id.to_string());
    request_of(db, script, call.name(db), call.params(db), page, post_id)
}

/// A call as a runtime takes it, on a page of this language and with this folder before its addresses.
pub(crate) fn request_of(
    db: &dyn Db,
    script: &MacroScript,
    name: &str,
    params: &BTreeMap<String, String>,
    (language, prefix): (&str, &str),
    post_id: Option<String>,
) -> MacroCall {
    let (limits, permissions) = Site::get(db).config(db).limits_of(scripts::name_in_config(db, &script.script));
    let source = ScriptRef { kind: "macro".to_owned(), id: script.script.id.clone() };
    let env = Env {
        is_preview: false,
        main_language: Some(language.to_string()),
        language_prefix: prefix.to_owned(),
        hook: Some(name.to_owned()),
        source: Some(source),
        translations: defaults::strings(db).render_texts(language),
    };
    MacroCall {
        script: Arc::clone(&script.script),
        entrypoint: script.entrypoint.clone(),
        context: Context { env, params: params.clone(), data: serde_json::Map::new() },
        post_id,
        prefetched: Vec::new(),
        limits,
        permissions,
    }
}

/// The project file that a frame of a traceback lies in.
pub(crate) fn frame_file(file: &str) -> Option<SitePath> {
    SitePath::new(file).ok().filter(|path| !file.starts_with('<') && path.extension().is_some())
}
