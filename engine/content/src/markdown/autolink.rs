//! Bare addresses (GFM §6.9, "Autolinks (extension)"), found in the text of a document before it is read as Markdown:
//! an address wins over the emphasis and the code that could begin in it, as in GitHub's own parser. Emphasis that began
//! before it ends it.

mod email;
mod web;

use bds_base::Span;
use memchr::memmem;

use super::plain::Plain;

/// A bare address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Autolink {
    /// Where it stands.
    pub(super) span: Span,
    /// What its link puts before it: `http://` before `www.`, `mailto:` before an e-mail address.
    pub(super) prefix: &'static str,
}

/// Finds the bare addresses of a document among what may be some: disjoint stretches in order.
pub(super) fn find(markdown: &str, triggers: &[Trigger], plain: &Plain) -> Vec<Autolink> {
    let mut links: Vec<Autolink> = Vec::new();
    let mut run_at = 0;
    for trigger in triggers.iter().copied() {
        let from = links.last().map_or(0, |link| link.span.end);
        while plain.runs.get(run_at).is_some_and(|run| run.end <= trigger.at()) {
            run_at += 1;
        }
        let Some(run) = plain.runs.get(run_at).filter(|run| run.start <= trigger.at()) else { continue };
        if trigger.at() < from {
            continue;
        }
        let link = match trigger {
            Trigger::Web { at, prefix } => {
                let bound = plain.bound(at, |at| contains(&links, at));
                let length = web::end(markdown.get(at..bound).unwrap_or_default());
                length.map(|length| Autolink { span: Span::new(at, at + length), prefix })
            }
            Trigger::At(at) => email::around(markdown, at, Span::new(run.start.max(from), run.end)),
        };
        links.extend(link);
    }
    links
}

/// Whether a place lies in one of these addresses, which are in order.
pub(super) fn contains(links: &[Autolink], at: usize) -> bool {
    let before = links.partition_point(|link| link.span.start <= at);
    before > 0 && at < links[before - 1].span.end
}

/// What may be an address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trigger {
    /// An address of the web may begin here.
    Web { at: usize, prefix: &'static str },
    /// An `@`.
    At(usize),
}

impl Trigger {
    fn at(self) -> usize {
        match self {
            Self::Web { at, .. } | Self::At(at) => at,
        }
    }
}

/// Everything that may be an address, in order. Most documents have addresses only as targets of links: those are
/// passed over here, since the document is read a second time for the rest.
pub(super) fn triggers(markdown: &str) -> Vec<Trigger> {
    let bytes = markdown.as_bytes();
    let schemes = memmem::find_iter(bytes, b"://").filter_map(|colon| {
        let at = web::scheme_start(bytes, colon)?;
        Some(Trigger::Web { at, prefix: "" })
    });
    let www = memmem::find_iter(bytes, b".")
        .filter_map(|dot| web::www_start(markdown, dot))
        .map(|at| Trigger::Web { at, prefix: "http://" });
    let mails = memchr::memchr_iter(b'@', bytes).filter(|at| email::is_likely(bytes, *at)).map(Trigger::At);
    let mut triggers: Vec<_> =
        schemes.chain(www).filter(|trigger| !is_target(bytes, trigger.at())).chain(mails).collect();
    triggers.sort_by_key(|trigger| trigger.at());
    triggers
}

/// Whether what begins at `at` is the target of a link, or the value of an attribute.
fn is_target(bytes: &[u8], at: usize) -> bool {
    let (before, after) = bytes.split_at(at);
    if before.ends_with(b"<") {
        let end = after.iter().find(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>'));
        return end == Some(&b'>');
    }
    [&b"]("[..], b"](<", b"=\"", b"='"].iter().any(|end| before.ends_with(end))
}
