//! The codes of the diagnostics that a host makes of this crate's errors and warnings.

use bds_base::Code;

/// For a [`ParseError`](crate::ParseError).
pub const TEMPLATE_SYNTAX: Code = Code::new("template-syntax", "A template is not valid Liquid.");
/// For a [`RenderError`](crate::RenderError).
pub const TEMPLATE_RENDER: Code = Code::new("template-render", "A template failed while a page was rendered with it.");
/// For [`UndefinedVariable`](crate::WarningKind::UndefinedVariable).
pub const TEMPLATE_UNDEFINED: Code =
    Code::new("template-undefined", "A template uses a variable that nobody defined; it counts as nothing.");
/// For [`UnknownFilter`](crate::WarningKind::UnknownFilter).
pub const TEMPLATE_FILTER: Code =
    Code::new("template-filter", "A template uses a filter that does not exist; it changes nothing.");
/// For [`PrintedObject`](crate::WarningKind::PrintedObject).
pub const TEMPLATE_OBJECT: Code = Code::new("template-object", "A template prints an object as a whole.");
/// For [`NoClock`](crate::WarningKind::NoClock).
pub const TEMPLATE_CLOCK: Code =
    Code::new("template-clock", "A template asks for the present time where there is none.");

/// All of them, for the index of diagnostics.
pub const ALL: &[Code] =
    &[TEMPLATE_SYNTAX, TEMPLATE_RENDER, TEMPLATE_UNDEFINED, TEMPLATE_FILTER, TEMPLATE_OBJECT, TEMPLATE_CLOCK];
