//! From a context to a page: renders a template with what the engine brings to it.

use std::cell::RefCell;
use std::rc::Rc;

use bds_base::{Diagnostic, Place, Position, SitePath, TraceStep};
use bds_content::links;
use bds_liquid::{Environment, Loaded, Object, RenderError, Warning};
use bds_project::layout;

use super::pieces::Shared;
use super::{Content, filters};

use crate::lens::Lens;
use crate::posts::Name;

/// What a page is rendered for.
#[derive(Clone)]
pub(super) struct Target<'db> {
    /// What the page looks through.
    pub(super) lens: Lens<'db>,
    /// The language tree that the page lies in.
    pub(super) tree: Name<'db>,
    /// The folder of the tree: `""` or `"/en"`.
    pub(super) prefix: String,
    /// What is wrong with the texts that were rendered on the way.
    pub(super) found: Rc<RefCell<Vec<Diagnostic>>>,
}

/// Renders the template of this name with a context, and puts the links of the page into its tree.
pub(super) fn render<'db>(target: &Target<'db>, template: &str, context: &dyn Object<'db>) -> Content {
    let lens = target.lens.clone();
    // What is wrong with a template is told once, where it stands.
    let Some(Ok(parsed)) = lens.template(template) else { return Content::default() };
    let environment = Environment::new()
        .with_now({
            let lens = lens.clone();
            move || lens.now()
        })
        .with_loader({
            let lens = lens.clone();
            move |name: &str| match lens.template(name) {
                Some(Ok(template)) => Loaded::Found(template.clone()),
                Some(Err(errors)) => Loaded::Broken(errors.clone()),
                None => Loaded::Missing,
            }
        })
        .with_filter("i18n", {
            let lens = lens.clone();
            move |input, arguments| Ok(filters::i18n(&lens, &input, arguments))
        })
        .with_filter("markdown", {
            let target = target.clone();
            move |input, arguments| Ok(filters::markdown(&target, &input, arguments))
        })
        .with_pieces(Shared::new(target.clone()));
    let rendered = bds_liquid::render(parsed, context, &environment);
    drop(environment);
    let mut diagnostics = target.found.take();
    let warnings = match &rendered {
        Ok(page) => &page.warnings,
        Err(error) => &error.warnings,
    };
    diagnostics.extend(warnings.iter().filter_map(warning));
    let bytes = match rendered {
        Ok(page) => Some(
            links::prefix_tree(&page.text, &target.prefix, |address| lens.stays_in_main_tree(address)).into_bytes(),
        ),
        Err(error) => {
            diagnostics.push(failure(&error));
            None
        }
    };
    Content { content: bytes, diagnostics }
}

/// A warning about a template of the project; what the shipped ones leave undefined is no matter of the user's.
fn warning(warning: &Warning) -> Option<Diagnostic> {
    let diagnostic = Diagnostic::warning(warning.kind.code(), warning.message());
    let diagnostic = warning.hint.iter().fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.as_str()));
    Some(diagnostic.at(place(&warning.template, warning.position)?))
}

fn failure(error: &RenderError) -> Diagnostic {
    let message = format!("the page cannot be rendered: {}", error.message);
    let mut diagnostic = Diagnostic::error(bds_liquid::codes::TEMPLATE_RENDER, message);
    diagnostic.place = place(&error.template, error.position);
    diagnostic.hints.extend(error.hint.clone());
    diagnostic.trace(error.trace.iter().map(|step| TraceStep {
        message: format!("rendered by `{}`", step.template),
        place: place(&step.template, step.position),
    }))
}

/// Where something stands, if it stands in a template of the project.
fn place(template: &str, position: Position) -> Option<Place> {
    let file = SitePath::new(template).ok().filter(|file| file.is_in(layout::TEMPLATES))?;
    Some(Place::at(file, position))
}
