//! How diagnostics look: for a person, for a terminal with little room, for a program, for GitHub's annotations.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place, Severity};
use crate::{Position, SitePath};

/// The forms that a diagnostic can be printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageFormat {
    /// With the line of the source that it is about.
    #[default]
    Human,
    /// `file:line:column: severity: message [code]`, one line each.
    Short,
    /// One JSON object a line.
    Json,
    /// Workflow commands of GitHub Actions, which it shows beside the changed lines.
    Github,
}

/// Gives the text of a file of the project, if it can still be read.
pub type SourceText<'a> = dyn Fn(&SitePath) -> Option<String> + 'a;

/// Renders one diagnostic, with a newline at its end. `color` matters for people only.
pub fn render(diagnostic: &Diagnostic, format: MessageFormat, color: bool, source: &SourceText<'_>) -> String {
    match format {
        MessageFormat::Human => human(diagnostic, color, source),
        MessageFormat::Short => short(diagnostic),
        MessageFormat::Json => {
            serde_json::to_string(diagnostic).expect("a diagnostic is plain data, which always serialises") + "\n"
        }
        MessageFormat::Github => github(diagnostic),
    }
}

fn short(diagnostic: &Diagnostic) -> String {
    let Diagnostic { place, severity, code, message, .. } = diagnostic;
    let message = printable(&one_line(message));
    match place {
        Some(place) => format!("{place}: {severity}: {message} [{code}]\n"),
        None => format!("{severity}: {message} [{code}]\n"),
    }
}

fn github(diagnostic: &Diagnostic) -> String {
    let Diagnostic { place, severity, code, message, hints, .. } = diagnostic;
    let mut properties = Vec::new();
    if let Some(Place { file, start, .. }) = place {
        properties.push(format!("file={}", escape_property(file.as_str())));
        if let Some(Position { line, column }) = start {
            properties.push(format!("line={line},col={column}"));
        }
    }
    properties.push(format!("title={code}"));
    let text = std::iter::once(message).chain(hints).map(String::as_str).collect::<Vec<_>>().join("\nhint: ");
    format!("::{severity} {}::{}\n", properties.join(","), escape_data(&text))
}

/// Escapes as GitHub's workflow commands want it.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn human(diagnostic: &Diagnostic, color: bool, source: &SourceText<'_>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = printable(&diagnostic.message);
    let text = diagnostic.place.as_ref().and_then(|place| source(&place.file));
    let title = level.primary_title(message.as_str()).id(diagnostic.code.name);
    let mut main = match &diagnostic.place {
        Some(place) => at_place(title, place, text.as_deref()),
        None => Group::with_title(title),
    };
    let steps: Vec<String> = diagnostic.trace.iter().map(step_line).collect();
    for step in &steps {
        main = main.element(Level::NOTE.message(step.as_str()));
    }
    let hints: Vec<String> = diagnostic.hints.iter().map(|hint| printable(hint)).collect();
    for hint in &hints {
        main = main.element(Level::HELP.with_name(Some("hint")).message(hint.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[main]) + "\n"
}

fn at_place<'a>(title: annotate_snippets::Title<'a>, place: &'a Place, text: Option<&'a str>) -> Group<'a> {
    let path = place.file.as_str();
    match (place.start, text) {
        (Some(start), Some(text)) => {
            let from = byte_offset(text, start);
            let to = place.end.map_or(from, |end| byte_offset(text, end)).max(from);
            let line_end = text[from..].find('\n').map_or(text.len(), |length| from + length);
            let span = from..to.min(line_end.max(from));
            title.element(Snippet::source(text).path(path).annotation(AnnotationKind::Primary.span(span)))
        }
        (Some(start), None) => {
            title.element(Origin::path(path).line(start.line as usize).char_column(start.column as usize))
        }
        (None, _) => title.element(Origin::path(path)),
    }
}

fn step_line(step: &super::TraceStep) -> String {
    let message = printable(&step.message);
    match &step.place {
        Some(place) => format!("{place}: {message}"),
        None => message,
    }
}

/// The message with every control character except line breaks made visible: what a script raises must not be able
/// to steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() && c != '\n' { c.escape_default().collect() } else { vec![c] })
        .collect()
}

fn byte_offset(text: &str, position: Position) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(position.line as usize - 1).map(str::len).sum();
    let in_line = text[line_start..].char_indices().nth(position.column as usize - 1);
    in_line.map_or(text.len(), |(offset, _)| line_start + offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Span, TraceStep};

    const TEST: Code = Code::new("macro-failed", "A macro raised an exception.");
    const TEXT: &str = "# Title\n\nSee [[boom]] here\n";

    fn example() -> Diagnostic {
        let file = SitePath::new("posts/2024/a.md").expect("a plain path");
        let script = SitePath::new("scripts/boom.py").expect("a plain path");
        Diagnostic::error(TEST, "the macro `boom` raised ValueError: \u{1b}[2Jno")
            .at(Place::span(file, TEXT, Span::new(13, 21)))
            .trace([TraceStep { message: "in render".to_owned(), place: Some(Place::at(script, Position::new(7, 1))) }])
            .hint("look at it")
    }

    fn rendered(format: MessageFormat) -> String {
        render(&example(), format, false, &|_| Some(TEXT.to_owned()))
    }

    #[test]
    fn for_people() {
        let text = rendered(MessageFormat::Human);
        let wanted = r"error[macro-failed]: the macro `boom` raised ValueError: \u{1b}[2Jno
 --> posts/2024/a.md:3:5
  |
3 | See [[boom]] here
  |     ^^^^^^^^
  |
  = note: scripts/boom.py:7:1: in render
  = hint: look at it
";
        assert_eq!(text, wanted);
    }

    #[test]
    fn for_programs() {
        let json: serde_json::Value = serde_json::from_str(&rendered(MessageFormat::Json)).expect("one JSON value");
        assert_eq!(json["code"], "macro-failed");
        assert_eq!(json["place"]["start"]["line"], 3);
        let short = "posts/2024/a.md:3:5: error: the macro `boom` raised ValueError: \u{1b}[2Jno [macro-failed]\n";
        assert_eq!(rendered(MessageFormat::Short), short.replace('\u{1b}', "\\u{1b}"));
        assert_eq!(
            rendered(MessageFormat::Github),
            "::error file=posts/2024/a.md,line=3,col=5,title=macro-failed::\
             the macro `boom` raised ValueError: \u{1b}[2Jno%0Ahint: look at it\n"
        );
    }

    #[test]
    fn survives_a_source_that_shrank() {
        for text in ["", "x", "a\nb\nc"] {
            render(&example(), MessageFormat::Human, false, &|_| Some(text.to_owned()));
        }
        render(&example(), MessageFormat::Human, false, &|_| None);
    }
}
