//! A Liquid template engine that is as lenient as the one that users' templates were written for, `LiquidJS` 10: what is
//! undefined prints as nothing, and the author is told where.
//!
//! * [`Template::parse`] makes a template of text, or says all that is wrong with it.
//! * [`render()`] prints it. Variables come from an [`Object`], which is asked for what the template uses and nothing
//!   else; filters and other templates come from the [`Environment`].
//! * [`Limits`] see to it that no template overflows the stack, hangs, or eats the memory.
//!
//! Where it goes its own way, for the better or because a site must come out the same from each build:
//! * `<>` means `!=`; `{%- endraw` closes a `raw`; a text without its closing quote is an error;
//! * `break` in a `tablerow` ends the table, not the whole template;
//! * counters of `increment` begin at 0 even if the host has a variable of the name;
//! * `render 'x' for list` without `as` calls the item as the template is called;
//! * `sample` takes the first items, not random ones; dates are in UTC; `'now'` is what the host says;
//! * characters beyond U+FFFF are never cut in half.
//!
//! Invariant: nothing here knows what a post, a macro or a query is.
//!
//! ```
//! use bds_liquid::{Environment, Map, Template, render};
//!
//! let template = Template::parse("hello", "Hello {{ name | upcase }}!").expect("valid");
//! let globals = Map::new().with("name", "Ada");
//! let page = render(&template, &globals, &Environment::new()).expect("renders");
//! assert_eq!(page.text, "Hello ADA!");
//! ```

pub mod codes;
pub mod conformance;
mod environment;
mod error;
mod filters;
mod limits;
mod parse;
mod pieces;
mod render;
mod syntax;
mod template;
mod text;
mod value;
mod warning;

pub use environment::{Arguments, Environment, Filter, Loaded, Loader, Rendered, render};
pub use error::{FilterError, ParseError, ParseErrors, RenderError, TraceStep};
pub use limits::Limits;
pub use pieces::{Piece, PieceKey, Pieces};
pub use template::Template;
pub use value::{Array, Map, Object, ObjectRef, Text, Value, Word};
pub use warning::{Warning, WarningKind};
