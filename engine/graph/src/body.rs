//! The text of a post as HTML: macros, Markdown, code labels, links.

use std::sync::Arc;

use bds_base::{Diagnostic, Place, Span, TraceStep};
use bds_content::links::{Unresolved, UnresolvedKind};
use bds_content::macros::{Call, expand as put_in, scan};
use bds_content::markdown::Style;
use bds_content::{code, links, markdown};
use bds_macro_api::{Failure, FailureKind, Frame, VolatileRead};
use bds_project::nearest;

use crate::codes;
use crate::db::Db;
use crate::links::QueryResolver;
use crate::macros::{self, CallInSetting, CallResult, Setting, frame_file, macro_output, scripts};
use crate::posts::{self, Name, body, post_file};
use crate::text::source_text;

/// Which words of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// The text.
    Body,
    /// The excerpt in the front matter.
    Excerpt,
}

/// A text as HTML, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The HTML; links are those of the main tree.
    pub(crate) html: Arc<str>,
    /// What is wrong.
    pub(crate) diagnostics: Arc<[Diagnostic]>,
}

/// Renders the words of a post in a setting. Every page that shows them shares the result.
#[salsa::tracked(lru = 4096)]
pub(crate) fn rendered<'db>(db: &'db dyn Db, setting: Setting<'db>, part: Part) -> Rendered {
    match part {
        Part::Body => {
            let start = post_file(db, setting.words(db)).value.as_ref().map(|read| read.body.start);
            render(db, setting, body(db, setting.words(db)), start)
        }
        Part::Excerpt => render(db, setting, &excerpt(db, setting).unwrap_or_default(), None),
    }
}

/// The excerpt in the words of a setting.
pub(crate) fn excerpt<'db>(db: &'db dyn Db, setting: Setting<'db>) -> Option<Arc<str>> {
    match posts::translation(db, setting.words(db)) {
        Some(translation) => translation.excerpt.clone(),
        None => posts::post(db, setting.post(db))?.excerpt.clone(),
    }
}

/// Renders a text in a setting (format sheet §9). `start` says where it stands in the file of its words, for
/// diagnostics; none when it is not there as it is.
pub(crate) fn render<'db>(db: &'db dyn Db, setting: Setting<'db>, text: &str, start: Option<usize>) -> Rendered {
    let mut report = Report { db, setting, start, found: Vec::new() };
    let calls = scan(text);
    let replaced: Vec<(Span, Arc<str>)> =
        calls.iter().filter_map(|call| Some((call.span, expand(&mut report, call)?))).collect();
    let expanded = put_in(text, &replaced);
    let prefix = posts::post(db, setting.post(db)).map(|post| format!("{}-", post.slug)).unwrap_or_default();
    let html = markdown::to_html_with(&expanded, Style { footnote_prefix: &prefix });
    let html = code::annotate(&html);
    let rewritten = links::rewrite(&html, &QueryResolver(db));
    for link in &rewritten.unresolved {
        report.unresolved(text, link);
    }
    report.found.sort();
    Rendered { html: rewritten.html.into(), diagnostics: report.found.into() }
}

/// What stands in the place of a call; none when it stays as it is written.
fn expand(report: &mut Report<'_>, call: &Call) -> Option<Arc<str>> {
    let db = report.db;
    let Some(script) = scripts::macro_script(db, Name::new(db, call.name.as_str())) else {
        report.unknown(call);
        return None;
    };
    db.services().work.macro_used(&script.script.slug);
    let key = CallInSetting::new(db, call.name.clone(), call.params.clone(), report.setting);
    match macro_output(db, key) {
        CallResult::Html { html, warnings, volatile } => {
            warnings.iter().for_each(|warning| report.warned(call, warning));
            volatile.iter().for_each(|read| report.volatile(call, &script.script.slug, read));
            Some(html.clone())
        }
        CallResult::Failed(failure) if failure.kind == FailureKind::Cycle => {
            let path = macros::nesting::cycle_of(db, key).unwrap_or_default();
            report
                .failed(call, &Failure { message: format!("it needs its own result: {path}"), ..(**failure).clone() });
            Some("".into())
        }
        CallResult::Failed(failure) => {
            report.failed(call, failure);
            Some("".into())
        }
    }
}

/// The calls in a text that mean a macro, in their order.
pub(crate) fn calls<'db>(db: &'db dyn Db, setting: Setting<'db>, text: &str) -> Vec<CallInSetting<'db>> {
    let found = scan(text).into_iter();
    let known = found.filter(|call| scripts::macro_script(db, Name::new(db, call.name.as_str())).is_some());
    known.map(|call| CallInSetting::new(db, call.name, call.params, setting)).collect()
}

/// Collects what is wrong with one text.
struct Report<'db> {
    db: &'db dyn Db,
    setting: Setting<'db>,
    start: Option<usize>,
    found: Vec<Diagnostic>,
}

impl Report<'_> {
    fn unknown(&mut self, call: &Call) {
        let name = &call.name;
        let names = scripts::macro_names(self.db);
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? In a code span it stays as written without this warning"),
            None => format!("write the script `scripts/{name}.py`, or put the text into a code span"),
        };
        let message = format!("there is no macro `{name}`, so the call stays as it is written");
        self.push(Diagnostic::warning(codes::MACRO_UNKNOWN, message).hint(hint), call.span);
    }

    fn warned(&mut self, call: &Call, warning: &str) {
        let message = format!("the macro `{}` says: {warning}", call.name);
        self.push(Diagnostic::warning(codes::MACRO_WARNING, message), call.span);
    }

    /// Told where the script looks at it, so that a hundred calls give one warning.
    fn volatile(&mut self, call: &Call, slug: &str, read: &VolatileRead) {
        let message = format!("the macro `{slug}` depends on {}, so it runs again in every build", read.what);
        let mut diagnostic = Diagnostic::warning(codes::MACRO_VOLATILE, message);
        if let Some(permission) = &read.permission {
            let hint = format!("if that is meant, say so in bds.toml: [macros.{slug}] allow = [\"{permission}\"]");
            diagnostic = diagnostic.hint(hint);
        }
        match read.at.as_ref().and_then(|frame| step(frame).place) {
            Some(place) => self.found.push(diagnostic.at(place)),
            None => self.push(diagnostic, call.span),
        }
    }

    fn failed(&mut self, call: &Call, failure: &Failure) {
        let message = format!("the macro `{}` failed: {}", call.name, failure.message);
        let steps = failure.frames.iter().map(step);
        let diagnostic = Diagnostic::error(codes::MACRO_FAILED, message).trace(steps).hint(advice(failure, &call.name));
        self.push(diagnostic, call.span);
    }

    fn unresolved(&mut self, text: &str, link: &Unresolved) {
        let (what, hint) = match link.kind {
            UnresolvedKind::Post => ("post", "a post is linked to by its slug: `/posts/slug`"),
            UnresolvedKind::Media => ("media file", "media are linked to by their path: `media/2026/03/name.jpg`"),
        };
        let message = format!("the link `{}` leads to no {what} of this site", link.address);
        let at = text.find(&link.address).unwrap_or(0);
        let span = Span::new(at, at + if text[at..].starts_with(&link.address) { link.address.len() } else { 0 });
        self.push(Diagnostic::warning(codes::LINK_TARGET, message).hint(hint), span);
    }

    fn push(&mut self, diagnostic: Diagnostic, span: Span) {
        let words = self.setting.words(self.db);
        let path = words.path(self.db);
        self.found.push(match (self.start, source_text(self.db, words)) {
            (Some(start), Ok(Some(text))) => diagnostic.at(Place::span(path.clone(), text, span.shifted(start))),
            _ => diagnostic.in_file(path),
        });
    }
}

/// What to do about a macro that failed in this way.
fn advice(failure: &Failure, name: &str) -> String {
    match failure.kind {
        FailureKind::Syntax => "correct the script at that line".to_owned(),
        FailureKind::Entrypoint => {
            "a macro has a function `render(context, post)`, or its metadata names another as `entrypoint`".to_owned()
        }
        FailureKind::Raised => {
            "correct the script or the parameters of the call; `bds build -v` prints the whole traceback".to_owned()
        }
        FailureKind::Denied => format!("what `{name}` may touch stands in bds.toml, under [macros.{name}]"),
        FailureKind::Timeout => {
            format!(
                "correct the script where it was stopped, or give it more time in bds.toml: [macros.{name}] timeout_ms"
            )
        }
        FailureKind::Limit => {
            format!("let the script do with less, or raise the limit in bds.toml, under [macros.{name}]")
        }
        FailureKind::BadResult => "a macro returns a dictionary such as {\"html\": \"<p>text</p>\"}".to_owned(),
        FailureKind::Crashed => {
            "the script ended its worker process; the rest of the build went on in a new one".to_owned()
        }
        FailureKind::Cycle => "let the macro not ask for what it is itself a part of".to_owned(),
        FailureKind::Cancelled => "build again".to_owned(),
        FailureKind::Unavailable => "`bds doctor` says what is wrong with Python on this machine".to_owned(),
    }
}

fn step(frame: &Frame) -> TraceStep {
    let place = frame_file(&frame.file).map(|file| Place {
        file,
        start: Some(bds_base::Position::new(frame.line, frame.column.unwrap_or(1))),
        end: None,
    });
    let message = match place {
        Some(_) => format!("in {}", frame.function),
        None => format!("{}:{}: in {}", frame.file, frame.line, frame.function),
    };
    TraceStep { message, place }
}
