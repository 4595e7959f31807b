//! What is wrong, as far as it has been told.

use std::collections::BTreeMap;

use bds_base::{Code, Diagnostic, Severity, SitePath, TraceStep};

/// The diagnostics of the last build.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<Diagnostic>);

/// What a build has changed about them.
#[derive(Debug, Default)]
pub(super) struct News {
    /// What was not wrong before.
    pub(super) new: Vec<Diagnostic>,
    /// What is no longer wrong.
    pub(super) gone: Vec<Diagnostic>,
}

/// All of a diagnostic but where in its file it is: every line that is typed moves what stands below it.
type Identity<'a> = (Option<&'a SitePath>, Severity, Code, &'a str, &'a [String], &'a [TraceStep]);

fn identity(found: &Diagnostic) -> Identity<'_> {
    let file = found.place.as_ref().map(|place| &place.file);
    (file, found.severity, found.code, &found.message, &found.hints, &found.trace)
}

impl Told {
    /// Takes those of another build.
    pub(super) fn take(&mut self, found: &[Diagnostic]) -> News {
        if self.0 == found {
            return News::default();
        }
        let mut before: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for told in &self.0 {
            before.entry(identity(told)).or_default().push(told);
        }
        let mut new = Vec::new();
        for found in found {
            if before.get_mut(&identity(found)).and_then(Vec::pop).is_none() {
                new.push(found.clone());
            }
        }
        let mut gone: Vec<_> = before.into_values().flatten().cloned().collect();
        gone.sort();
        self.0 = found.to_vec();
        News { new, gone }
    }
}

#[cfg(test)]
mod tests {
    use bds_base::{Place, Position};

    use super::*;

    const CODE: Code = Code::new("test", "A test.");

    fn wrong(file: &str, line: u32, message: &str) -> Diagnostic {
        let file = SitePath::new(file).expect("a plain path");
        Diagnostic::warning(CODE, message).at(Place::at(file, Position { line, column: 1 }))
    }

    #[track_caller]
    fn check(told: &mut Told, found: &[Diagnostic], new: &[Diagnostic], gone: &[Diagnostic]) {
        let news = told.take(found);
        assert_eq!((&*news.new, &*news.gone), (new, gone));
    }

    #[test]
    fn what_comes_and_goes_is_news_and_what_moves_is_not() {
        let (a, moved, b) = (wrong("a.md", 3, "x"), wrong("a.md", 9, "x"), wrong("b.md", 3, "x"));
        let mut told = Told::default();
        check(&mut told, std::slice::from_ref(&a), std::slice::from_ref(&a), &[]);
        check(&mut told, std::slice::from_ref(&moved), &[], &[]);
        check(&mut told, &[moved.clone(), b.clone()], std::slice::from_ref(&b), &[]);
        check(&mut told, &[b], &[], &[moved]);
    }

    #[test]
    fn the_same_twice_is_two() {
        let (first, second) = (wrong("a.md", 3, "x"), wrong("a.md", 9, "x"));
        let mut told = Told::default();
        told.take(std::slice::from_ref(&first));
        assert_eq!(told.take(&[first, second.clone()]).new, std::slice::from_ref(&second));
        assert_eq!(told.take(&[second]).gone.len(), 1);
    }
}
