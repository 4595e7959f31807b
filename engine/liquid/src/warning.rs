use std::fmt;
use std::sync::Arc;

use bds_base::{Code, Position, Span};

use crate::codes;

/// Something that rendered, but probably not as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The variable, filter or other thing, as it is written in the template.
    pub subject: String,
    /// The template.
    pub template: Arc<str>,
    /// Where, in bytes of its source.
    pub span: Span,
    /// Where, as people count.
    pub position: Position,
    /// What to do.
    pub hint: Option<String>,
}

/// What a [`Warning`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// A variable that nobody defined was used; it counted as nothing.
    UndefinedVariable,
    /// A filter that does not exist was used; it changed nothing.
    UnknownFilter,
    /// An object was printed as a whole.
    PrintedObject,
    /// The time was asked for, but the host has not said what it is.
    NoClock,
}

impl WarningKind {
    /// The stable code of this kind.
    pub fn code(self) -> Code {
        match self {
            Self::UndefinedVariable => codes::TEMPLATE_UNDEFINED,
            Self::UnknownFilter => codes::TEMPLATE_FILTER,
            Self::PrintedObject => codes::TEMPLATE_OBJECT,
            Self::NoClock => codes::TEMPLATE_CLOCK,
        }
    }
}

impl Warning {
    /// What it says, as a lower-case phrase.
    pub fn message(&self) -> String {
        let subject = &self.subject;
        match self.kind {
            WarningKind::UndefinedVariable => format!("`{subject}` is not defined and counts as nothing"),
            WarningKind::UnknownFilter => format!("there is no filter `{subject}`; it changes nothing"),
            WarningKind::PrintedObject => format!("`{subject}` is an object and cannot be printed as a whole"),
            WarningKind::NoClock => format!("`{subject}` stands for no time here and is printed as it is"),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.template, self.position.line, self.position.column, self.message())
    }
}
