use bds_base::{Diagnostic, Place, SitePath, Span};
use bds_macro_api::{Permission, PermissionError};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use super::{Archives, Config, MacroLimits, MacroOptions, Macros, Output, Python, Threshold, Thresholds};
use crate::nearest::nearest;
use crate::report::Report;
use crate::{codes, layout, script};

/// Reads table by table instead of all at once, so that all that is wrong is told and not only the first of it.
pub(super) fn read(text: &str) -> Result<Config, Vec<Diagnostic>> {
    let path = SitePath::new(layout::CONFIG_FILE).expect("a plain name");
    let mut report = Report::new(&path, text);
    if text.len() > LARGEST {
        let diagnostic = Diagnostic::error(codes::CONFIG_SYNTAX, "the file is too large to be meant");
        report.push(diagnostic.hint(format!("it can have {LARGEST} bytes")), Span::new(0, 0));
        return Err(report.into_diagnostics());
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or(Span::new(0, 0), Span::from);
        report.push(Diagnostic::error(codes::CONFIG_SYNTAX, error.message()), span);
    }
    if !errors.is_empty() {
        // What the parser made of the rest is a guess; faults in it may be none.
        return Err(report.into_diagnostics());
    }
    let config = config(Table::new(String::new(), root.into_inner(), &mut report));
    let diagnostics = report.into_diagnostics();
    if diagnostics.is_empty() { Ok(config) } else { Err(diagnostics) }
}

/// The parser takes time that grows with the square of a line that is no TOML.
const LARGEST: usize = 256 << 10;

fn config(mut table: Table<'_, '_, '_>) -> Config {
    let mut config = Config::default();
    table.take("timezone", &mut config.timezone);
    table.section("output", |table| config.output = output(table));
    table.section("archives", |table| config.archives = archives(table));
    table.section("macros", |table| config.macros = macros(table));
    table.section("thresholds", |table| config.thresholds = thresholds(table));
    table.section("python", |table| config.python = python(table));
    table.finish();
    config
}

fn output(mut table: Table<'_, '_, '_>) -> Output {
    let mut output = Output::default();
    let place = table.take("dir", &mut output.dir);
    table.take("media", &mut output.media);
    let dir = output.dir.as_str();
    if dir.is_empty() || layout::SOURCE_FOLDERS.iter().chain(&[layout::STATE]).any(|folder| output.dir.is_in(folder)) {
        let diagnostic = Diagnostic::error(codes::CONFIG_VALUE, format!("the site cannot be written to `{dir}`"));
        let hint = "that is where the sources lie; choose a folder of its own, such as `html`";
        table.report.push(diagnostic.hint(hint), place.unwrap_or(Span::new(0, 0)));
    }
    table.finish();
    output
}

fn archives(mut table: Table<'_, '_, '_>) -> Archives {
    let mut archives = Archives::default();
    table.take("root", &mut archives.root);
    table.take("category", &mut archives.category);
    table.take("tag", &mut archives.tag);
    table.take("year", &mut archives.year);
    table.take("month", &mut archives.month);
    table.take("day", &mut archives.day);
    table.take("feeds", &mut archives.feeds);
    table.take("sitemap", &mut archives.sitemap);
    table.take("calendar", &mut archives.calendar);
    table.take("translations", &mut archives.translations);
    table.finish();
    archives
}

fn macros(mut table: Table<'_, '_, '_>) -> Macros {
    let mut macros = Macros { limits: limits(&mut table), ..Macros::default() };
    for (key, value) in table.tables() {
        let name = format!("macros.{}", key.get_ref());
        let mut own = Table::new(name, value, table.report);
        let place = own.place(Span::from(key.span()));
        let options = MacroOptions { limits: limits(&mut own), allow: permissions(&mut own), place: Some(place) };
        own.finish();
        macros.scripts.insert(script::slug(key.get_ref()), options);
    }
    table.finish();
    macros
}

fn limits(table: &mut Table<'_, '_, '_>) -> MacroLimits {
    let mut limits = MacroLimits::default();
    table.take("timeout_ms", &mut limits.timeout_ms);
    table.take("total_ms", &mut limits.total_ms);
    table.take("memory_mb", &mut limits.memory_mb);
    table.take("output_bytes", &mut limits.output_bytes);
    table.take("stdout_bytes", &mut limits.stdout_bytes);
    table.take("requests", &mut limits.requests);
    table.take("recursion", &mut limits.recursion);
    limits
}

fn thresholds(mut table: Table<'_, '_, '_>) -> Thresholds {
    let mut thresholds = Thresholds { all: threshold(&mut table), ..Thresholds::default() };
    for (key, value) in table.tables() {
        let mut own = Table::new(format!("thresholds.{}", key.get_ref()), value, table.report);
        let place = own.place(Span::from(key.span()));
        let threshold = Threshold { place: Some(place), ..threshold(&mut own) };
        own.finish();
        thresholds.scripts.insert(script::slug(key.get_ref()), threshold);
    }
    table.finish();
    thresholds
}

fn threshold(table: &mut Table<'_, '_, '_>) -> Threshold {
    let mut threshold = Threshold::default();
    table.take("p95_ms", &mut threshold.p95_ms);
    table.take("errors", &mut threshold.errors);
    table.take("timeouts", &mut threshold.timeouts);
    threshold
}

/// One by one, so that each that is none is told with its place.
fn permissions(table: &mut Table<'_, '_, '_>) -> Vec<Permission> {
    let mut texts: Vec<Spanned<String>> = Vec::new();
    table.take("allow", &mut texts);
    let mut permissions = Vec::with_capacity(texts.len());
    for text in texts {
        match text.get_ref().parse() {
            Ok(permission) => permissions.push(permission),
            Err(error) => {
                let error: PermissionError = error;
                let message = format!("`{}` cannot be that: {error}", table.name_of("allow"));
                table.report.push(Diagnostic::error(codes::CONFIG_VALUE, message), Span::from(text.span()));
            }
        }
    }
    permissions
}

fn python(mut table: Table<'_, '_, '_>) -> Python {
    let mut python = Python::default();
    let span = table.take("venv", &mut python.venv);
    python.place = span.map(|span| table.place(span));
    table.finish();
    python
}

/// A table whose keys are taken one by one; what is left at the end is unknown.
struct Table<'r, 'p, 't> {
    /// Its name in the file; empty for the file itself.
    name: String,
    values: DeTable<'t>,
    known: Vec<&'static str>,
    report: &'r mut Report<'p>,
}

impl<'r, 'p, 't> Table<'r, 'p, 't> {
    fn new(name: String, values: DeTable<'t>, report: &'r mut Report<'p>) -> Self {
        Self { name, values, known: Vec::new(), report }
    }

    /// Puts the value of a key into `slot`, if it is there and fits. Says where it stands.
    fn take<T: Deserialize<'t>>(&mut self, key: &'static str, slot: &mut T) -> Option<Span> {
        self.known.push(key);
        let (_, value) = self.values.remove_entry(key)?;
        let span = Span::from(value.span());
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => *slot = value,
            Err(error) => {
                let at = error.span().map_or(span, Span::from);
                let name = self.name_of(key);
                let message = format!("`{name}` cannot be that: {}", in_words(error.message()));
                self.report.push(Diagnostic::error(codes::CONFIG_VALUE, message), at);
            }
        }
        Some(span)
    }

    fn section(&mut self, key: &'static str, read: impl FnOnce(Table<'_, '_, 't>)) {
        self.known.push(key);
        let Some((_, value)) = self.values.remove_entry(key) else { return };
        let span = Span::from(value.span());
        let name = self.name_of(key);
        match value.into_inner() {
            DeValue::Table(values) => read(Table::new(name, values, self.report)),
            other => {
                let message = format!("`{name}` is no table, but a value of type {}", other.type_str());
                let hint = format!("write its keys below a line `[{name}]`");
                self.report.push(Diagnostic::error(codes::CONFIG_VALUE, message).hint(hint), span);
            }
        }
    }

    /// Takes all tables that are left, by name.
    fn tables(&mut self) -> Vec<(Spanned<DeString<'t>>, DeTable<'t>)> {
        let (tables, values) = std::mem::take(&mut self.values)
            .into_iter()
            .partition::<Vec<_>, _>(|(_, value)| value.get_ref().is_table());
        self.values = values.into_iter().collect();
        let tables = tables.into_iter().filter_map(|(key, value)| match value.into_inner() {
            DeValue::Table(values) => Some((key, values)),
            _ => None,
        });
        tables.collect()
    }

    fn finish(self) {
        for key in self.values.keys() {
            let place = if self.name.is_empty() { String::new() } else { format!(" in `[{}]`", self.name) };
            let message = format!("there is no key `{}`{place}", key.get_ref());
            let hint = match nearest(key.get_ref(), self.known.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the keys are {}", self.known.join(", ")),
            };
            self.report.push(Diagnostic::error(codes::CONFIG_KEY, message).hint(hint), Span::from(key.span()));
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::stretch(self.report.path().clone(), Some(self.report.stretch(span)))
    }

    fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// What is wrong with a value, without the names of Rust's types.
fn in_words(message: &str) -> String {
    message.replace("a nonzero u64", "a whole number, 1 or more").replace("unknown variant", "there is no")
}
