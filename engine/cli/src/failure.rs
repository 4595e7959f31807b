use bds_base::{Code, Diagnostic, MessageFormat};

use crate::codes;

/// Why a command could not be done at all: exit code 2.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Its kind, for programs.
    pub(crate) code: &'static Code,
    /// One clear sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// What is wrong with the configuration, where that is the reason.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The text that they are about.
    pub(crate) text: String,
    /// How they are printed.
    pub(crate) format: MessageFormat,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            code: &codes::NOT_DONE,
            message: message.into(),
            hint: None,
            diagnostics: Vec::new(),
            text: String::new(),
            format: MessageFormat::default(),
        }
    }

    pub(crate) fn code(self, code: &'static Code) -> Self {
        Self { code, ..self }
    }

    /// The same as a diagnostic.
    pub(crate) fn as_diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(*self.code, self.message.as_str());
        self.hint.iter().fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.as_str()))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self::new(message)
    }
}
