//! Errors and warnings, with their places.

use bds_base::Span;

use super::Renderer;
use crate::environment::Environment;
use crate::error::{FilterError, RenderError, TraceStep};
use crate::filters;
use crate::syntax::{FilterCall, Operand, Path, Pipeline, TermItem};
use crate::template::Template;
use crate::text::nearest;
use crate::warning::{Warning, WarningKind};

/// The end of a render.
#[derive(Debug)]
pub(crate) struct Stop(Box<RenderError>);

/// A result, or the end of the render.
pub(crate) type Outcome<T> = Result<T, Stop>;

/// How many steps of a trace are kept at either end.
const TRACE_END: usize = 4;

/// A template with more warnings than this has a reader who has long stopped reading.
const MOST_WARNINGS: usize = 500;

impl Stop {
    pub(crate) fn new(template: &Template, span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(RenderError {
            message: message.into(),
            template: template.shared_name(),
            span,
            position: template.position(span.start),
            trace: Vec::new(),
            hint: None,
            warnings: Vec::new(),
        }))
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says that the tag at `span` led there.
    pub(crate) fn through(mut self, template: &Template, span: Span) -> Self {
        let position = template.position(span.start);
        self.0.trace.push(TraceStep { template: template.shared_name(), span, position });
        self
    }

    pub(crate) fn into_error(mut self) -> RenderError {
        let trace = &mut self.0.trace;
        if trace.len() > 2 * TRACE_END {
            trace.drain(TRACE_END..trace.len() - TRACE_END);
        }
        *self.0
    }
}

impl From<RenderError> for Stop {
    fn from(error: RenderError) -> Self {
        Self(Box::new(error))
    }
}

impl Renderer<'_, '_> {
    pub(super) fn stop(&self, span: Span, message: impl Into<String>) -> Stop {
        Stop::new(&self.template, span, message)
    }

    pub(super) fn over_limit(&self, reason: &str, span: Span) -> Stop {
        self.stop(span, format!("the template is stopped: {reason}"))
            .with_hint("look for a loop that is larger than meant")
    }

    pub(super) fn failed_filter(&self, filter: &FilterCall, error: FilterError) -> Stop {
        let stop = self.stop(filter.span, format!("`{}`: {}", filter.name, error.message));
        match error.hint {
            Some(hint) => stop.with_hint(hint),
            None => stop,
        }
    }

    pub(super) fn warn_of_undefined(&mut self, path: &Path) {
        self.warn(WarningKind::UndefinedVariable, path.span, None, |_| {
            Some("give it a value, or say what to print instead: `| default: …`".to_owned())
        });
    }

    pub(super) fn warn_of_filter(&mut self, filter: &FilterCall) {
        self.warn(WarningKind::UnknownFilter, filter.span, None, |renderer| {
            let environment: &Environment<'_> = renderer.environment;
            let custom = nearest(&filter.name, environment.filter_names());
            let name = custom.or_else(|| nearest(&filter.name, filters::names()));
            name.map(|name| format!("did you mean `{name}`?"))
        });
    }

    pub(super) fn warn_of_object(&mut self, span: Span) {
        let hint = "print one of the things in it, or use `| json`";
        self.warn(WarningKind::PrintedObject, span, None, |_| Some(hint.to_owned()));
    }

    /// Says that a filter was asked for the present time.
    pub(crate) fn warn_of_clock(&mut self, word: &str, span: Span) {
        self.warn(WarningKind::NoClock, span, Some(word), |_| None);
    }

    fn warn(&mut self, kind: WarningKind, span: Span, subject: Option<&str>, hint: impl Fn(&Self) -> Option<String>) {
        self.faults += 1;
        if self.warnings.len() >= MOST_WARNINGS || !self.warned.insert((self.template.shared_name(), span, kind)) {
            return;
        }
        let subject = subject.unwrap_or_else(|| self.template.text(span)).to_owned();
        let (template, position) = (self.template.shared_name(), self.template.position(span.start));
        let hint = hint(self);
        self.warnings.push(Warning { kind, subject, template, span, position, hint });
    }
}

/// The paths that a pipeline prints or hands to its filters as they are; conditions are not among them.
pub(super) fn lone_operand(pipeline: &Pipeline) -> Option<&Operand> {
    match (pipeline.value.rest.as_slice(), pipeline.value.first.0.as_slice()) {
        ([], [TermItem::Operand(operand)]) => Some(operand),
        _ => None,
    }
}
