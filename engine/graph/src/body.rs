//! The text of a post as HTML: macros, Markdown, code labels, links.

use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, Place, Span, TraceStep};
use bds_content::links::{Unresolved, UnresolvedKind};
use bds_content::macros::{Call, expand as put_in, scan};
use bds_content::markdown::Style;
use bds_content::{code, links, markdown};
use bds_macro_api::{Failure, FailureKind, Frame, VolatileRead};
use bds_project::nearest;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::db::Db;
use crate::ledger::{Entry, Proof, Seal};
use crate::lens::Lens;
use crate::macros::nesting::Cycle;
use crate::macros::{CallInSetting, CallResult, Remark, Setting, frame_file, scripts};
use crate::posts::{self, Name};

/// Which words of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    let lens = Lens::new(db);
    let rendered = match part {
        Part::Body => render(&lens, setting, lens.body(lens.words(setting)), true),
        Part::Excerpt => render(&lens, setting, &lens.excerpt(setting).unwrap_or_default(), false),
    };
    if !db.services().proves_nothing() {
        let content = Fingerprint::of(&*rendered.html);
        let entry = Entry { content, diagnostics: rendered.diagnostics.clone(), reads: lens.reads().into() };
        db.services().ledger.put(lens.number_of(setting, part), entry);
    }
    rendered
}

/// What a text is known by. It need not be rendered for that, if what it was made from is as it was.
pub(crate) fn seal<'db>(db: &'db dyn Db, setting: Setting<'db>, part: Part) -> Seal {
    let number = Lens::new(db).number_of(setting, part);
    match db.services().ledger.prove(db, number) {
        Proof::Holds(entry) => sealed(db, setting, part, entry.content, &entry.diagnostics),
        Proof::Differs(_) | Proof::Unknown => {
            let Rendered { html, diagnostics } = rendered(db, setting, part);
            sealed(db, setting, part, Fingerprint::of(&**html), diagnostics)
        }
    }
}

fn sealed<'db>(
    db: &'db dyn Db,
    setting: Setting<'db>,
    part: Part,
    content: Fingerprint,
    diagnostics: &[Diagnostic],
) -> Seal {
    let words = (part == Part::Body).then(|| posts::body_seal(db, setting.words(db)));
    Seal::of(&(content, diagnostics, words))
}

/// The excerpt in the words of a setting.
pub(crate) fn excerpt<'db>(db: &'db dyn Db, setting: Setting<'db>) -> Option<Arc<str>> {
    match posts::translation(db, setting.words(db)) {
        Some(translation) => translation.excerpt.clone(),
        None => posts::post(db, setting.post(db))?.excerpt.clone(),
    }
}

/// Renders a text in a setting (format sheet §9). `is_body` says whether it stands in the file of its words as it is,
/// so that diagnostics can say where.
pub(crate) fn render<'db>(lens: &Lens<'db>, setting: Setting<'db>, text: &str, is_body: bool) -> Rendered {
    let mut report = Report { lens, setting, is_body, found: Vec::new() };
    let calls = scan(text);
    let replaced: Vec<(Span, Arc<str>)> =
        calls.iter().filter_map(|call| Some((call.span, expand(&mut report, call)?))).collect();
    let expanded = put_in(text, &replaced);
    let prefix = lens.slug(lens.post(setting)).map(|slug| format!("{slug}-")).unwrap_or_default();
    let html = markdown::to_html_with(&expanded, Style { footnote_prefix: &prefix });
    let html = code::annotate(&html);
    let rewritten = links::rewrite(&html, lens);
    for link in &rewritten.unresolved {
        report.unresolved(text, &replaced, link);
    }
    report.found.sort();
    Rendered { html: rewritten.html.into(), diagnostics: report.found.into() }
}

/// What stands in the place of a call; none when it stays as it is written.
fn expand(report: &mut Report<'_, '_>, call: &Call) -> Option<Arc<str>> {
    let lens = report.lens;
    let Some(script) = lens.macro_script(&call.name) else {
        report.unknown(call);
        return None;
    };
    let key = lens.call(&call.name, &call.params, report.setting);
    match lens.macro_output(key) {
        CallResult::Html { html, remarks, volatile } => {
            remarks.iter().for_each(|remark| report.said(call, remark));
            volatile.iter().for_each(|read| report.volatile(call, &script.script.slug, read));
            Some(html.clone())
        }
        CallResult::Failed(failure) if failure.kind == FailureKind::Cycle => {
            let (way, frames) = lens.cycle_of(key).map(|Cycle { way, at }| (way, at)).unwrap_or_default();
            let message = format!("it needs its own result: {way}");
            report.failed(call, &Failure { message, frames, ..(**failure).clone() });
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
struct Report<'r, 'db> {
    lens: &'r Lens<'db>,
    setting: Setting<'db>,
    is_body: bool,
    found: Vec<Diagnostic>,
}

impl Report<'_, '_> {
    fn unknown(&mut self, call: &Call) {
        let name = &call.name;
        let names = self.lens.macro_names();
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? In a code span it stays as written without this warning"),
            None => format!("write the script `scripts/{name}.py`, or put the text into a code span"),
        };
        let message = format!("there is no macro `{name}`, so the call stays as it is written");
        self.push(Diagnostic::warning(codes::MACRO_UNKNOWN, message).hint(hint), call.span);
    }

    fn said(&mut self, call: &Call, remark: &Remark) {
        let message = |text| format!("the macro `{}` says: {text}", call.name);
        let diagnostic = match remark {
            Remark::Error(text) => {
                let hint = "correct the call; the page shows what the macro could make of it";
                Diagnostic::error(codes::MACRO_CALL, message(text)).hint(hint)
            }
            Remark::Warning(text) => Diagnostic::warning(codes::MACRO_WARNING, message(text)),
        };
        self.push(diagnostic, call.span);
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
        self.push(diagnostic.traceback(failure.traceback.clone()), call.span);
    }

    /// A link that does not stand in the text came from a macro: then it is told at the call.
    fn unresolved(&mut self, text: &str, replaced: &[(Span, Arc<str>)], link: &Unresolved) {
        if link.kind == UnresolvedKind::Post && self.lens.is_unread(&link.name) {
            return;
        }
        let (what, hint) = match link.kind {
            UnresolvedKind::Post => (
                "post",
                "a post is linked to by its slug, `/posts/slug`; drafts and posts of the future are only there with --drafts and --future",
            ),
            UnresolvedKind::Media => ("media file", "media are linked to by their path: `media/2026/03/name.jpg`"),
        };
        let message = format!("the link `{}` leads to no {what} of this site", link.address);
        let made = || replaced.iter().find(|(_, html)| html.contains(&link.address)).map(|(span, _)| *span);
        let written = text.find(&link.address).map(|at| Span::new(at, at + link.address.len()));
        let span = written.or_else(made).unwrap_or(Span::new(0, 0));
        self.push(Diagnostic::warning(codes::LINK_TARGET, message).hint(hint), span);
    }

    fn push(&mut self, diagnostic: Diagnostic, span: Span) {
        let words = self.lens.words(self.setting);
        let path = self.lens.path(words);
        let text = if self.is_body { self.lens.source(words).zip(self.lens.body_start(words)) } else { None };
        self.found.push(match text {
            Some((text, start)) => diagnostic.at(Place::span(path.clone(), text, span.shifted(start))),
            None => diagnostic.in_file(path),
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
