use std::collections::HashSet;
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_project::post::{PostDocument, PostHead, Status};
use bds_project::{layout, slug};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::draft::Draft;

/// The file that a draft becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    /// Where it lies.
    pub path: SitePath,
    /// The slug of the post.
    pub slug: String,
    /// Its whole text.
    pub text: String,
}

/// What a new post must not be called.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The slugs of all posts, drafts too.
    pub slugs: HashSet<String>,
    /// All files below `posts/`, in lower case: not every disk tells them apart.
    pub files: HashSet<String>,
}

impl DraftFile {
    /// The post of a draft that is made now, in the folder of its month in the time zone of the site.
    pub fn new(draft: &Draft, now: Timestamp, zone: &TimeZone, taken: &Taken) -> Self {
        // Files hold milliseconds.
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let day = zone.to_datetime(now);
        let folder = format!("{}/{:04}/{:02}", layout::POSTS, day.year(), day.month());
        let base = Some(slug::post_slug(&draft.title)).filter(|slug| !slug.is_empty());
        let base = base.unwrap_or_else(|| "untitled".to_owned());
        let numbered = (2_u64..).map(|number| format!("{base}-{number}"));
        let (slug, path) = std::iter::once(base.clone())
            .chain(numbered)
            .find_map(|slug| {
                let path = format!("{folder}/{slug}.md");
                let is_free = !taken.slugs.contains(&slug) && !taken.files.contains(&path);
                is_free.then(|| SitePath::new(&path).ok()).flatten().map(|path| (slug, path))
            })
            .expect("there are more numbers than files");
        let id = Fingerprint::of_key("new-post", &(path.as_str(), now.as_nanosecond().to_string(), &draft.content));
        let head = PostHead {
            id: Some(bds_project::uuid(&id).into()),
            title: Some(draft.title.as_str().into()),
            slug: Some(slug.as_str().into()),
            status: Status::Draft,
            created_at: Some(now),
            updated_at: Some(now),
            tags: names(&draft.tags),
            categories: names(&draft.categories),
            ..PostHead::default()
        };
        let front_matter = PostDocument::Post(Arc::new(head)).to_front_matter();
        Self { path, slug, text: format!("{front_matter}{}\n", draft.content) }
    }
}

/// Each once, whatever its case.
fn names(names: &[String]) -> Arc<[Arc<str>]> {
    let mut seen = HashSet::new();
    names.iter().filter(|name| seen.insert(slug::key(name))).map(|name| Arc::from(name.as_str())).collect()
}
