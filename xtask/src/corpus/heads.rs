//! The front matter of every post, as dialect A writes it (format sheet §2).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};

use super::random::Random;
use super::words::{ADJECTIVES, NOUNS};

/// The categories of posts; pages have one more.
pub(super) const CATEGORIES: [&str; 8] = ["article", "aside", "diary", "essay", "howto", "picture", "review", "travel"];

/// How many tags there are.
pub(super) const TAGS: usize = 200;

/// One post before its body.
#[derive(Debug)]
pub(crate) struct Head {
    pub(super) id: String,
    /// Its title, which needs no quotes in YAML.
    pub(crate) title: String,
    /// The last part of its address; no two posts have the same.
    pub(crate) slug: String,
    /// When it was written, in UTC.
    pub(crate) created: DateTime,
    /// Its three tags.
    pub(crate) tags: Vec<String>,
    /// Its category.
    pub(crate) category: &'static str,
    excerpt: Option<String>,
}

/// The heads of `count` posts, evenly over the ten years from 2016 to 2025, oldest first.
pub(super) fn make(count: usize, random: &mut Random) -> Vec<Head> {
    let mut slugs = BTreeMap::new();
    (0..count).map(|number| post(number, count, &mut slugs, random)).collect()
}

fn post(number: usize, count: usize, slugs: &mut BTreeMap<String, usize>, random: &mut Random) -> Head {
    let title = title(random);
    let base = title.to_lowercase().replace(' ', "-");
    let copies = slugs.entry(base.clone()).or_default();
    *copies += 1;
    let slug = if *copies == 1 { base } else { format!("{base}-{copies}") };
    let excerpt = (number % 10 == 3).then(|| super::words::prose(20, random));
    Head {
        id: random.uuid(),
        title,
        slug,
        created: created(number, count, random),
        tags: tags(random),
        category: random.pick(&CATEGORIES),
        excerpt,
    }
}

impl Head {
    /// A page: a post that stands in no list.
    pub(super) fn page(title: &str, slug: &str, random: &mut Random) -> Self {
        Self {
            id: random.uuid(),
            title: title.to_owned(),
            slug: slug.to_owned(),
            created: first_day(),
            tags: Vec::new(),
            category: "page",
            excerpt: None,
        }
    }

    /// Where the post lies in the project.
    pub(crate) fn path(&self) -> String {
        format!("posts/{}/{}.md", self.created.strftime("%Y/%m"), self.slug)
    }

    /// Everything before the body.
    pub(crate) fn front_matter(&self) -> String {
        let created = self.created.strftime("%Y-%m-%dT%H:%M:%S.000Z");
        let updated = self.created.saturating_add(90.minutes());
        let updated = updated.strftime("%Y-%m-%dT%H:%M:%S.000Z");
        let mut text = format!(
            "---\nid: {}\ntitle: {}\nslug: {}\nstatus: published\ncreatedAt: '{created}'\nupdatedAt: '{updated}'\n",
            self.id, self.title, self.slug
        );
        if self.tags.is_empty() {
            text.push_str("tags: []\n");
        } else {
            text.push_str("tags:\n");
            self.tags.iter().for_each(|tag| writeln!(text, "  - {tag}").expect("strings take all"));
        }
        writeln!(text, "categories:\n  - {}", self.category).expect("strings take all");
        if let Some(excerpt) = &self.excerpt {
            folded(excerpt, &mut text);
        }
        writeln!(text, "author: The Gardener\npublishedAt: '{created}'\n---").expect("strings take all");
        text
    }
}

/// The name of a tag by its number.
pub(super) fn tag(number: usize) -> String {
    format!("{} {}", ADJECTIVES[number / 10], NOUNS[number % 10])
}

/// Writes a long string as js-yaml does: folded at 80 columns.
fn folded(excerpt: &str, text: &mut String) {
    text.push_str("excerpt: >-\n ");
    let mut column = 1;
    for word in excerpt.split(' ') {
        if column > 1 && column + 1 + word.len() > 80 {
            text.push_str("\n ");
            column = 1;
        }
        text.push(' ');
        text.push_str(word);
        column += 1 + word.len();
    }
    text.push('\n');
}

fn title(random: &mut Random) -> String {
    let (first, second) = (random.pick(&ADJECTIVES), random.pick(&NOUNS));
    let (third, fourth) = (random.pick(&ADJECTIVES), random.pick(&NOUNS));
    let mut title = format!("{first} {second} and a {third} {fourth}");
    title[..1].make_ascii_uppercase();
    title
}

fn first_day() -> DateTime {
    date(2016, 1, 1).at(0, 0, 0, 0)
}

/// Somewhere in this post's share of the ten years.
fn created(number: usize, count: usize, random: &mut Random) -> DateTime {
    const TEN_YEARS: usize = 3653 * 24 * 60 * 60;
    let (start, share) = (TEN_YEARS / count * number, TEN_YEARS / count);
    let seconds = i64::try_from(start + random.below(share.max(1))).expect("ten years are few seconds");
    first_day().saturating_add(seconds.seconds())
}

/// Three tags, none twice.
fn tags(random: &mut Random) -> Vec<String> {
    let mut numbers = Vec::new();
    while numbers.len() < 3 {
        let number = random.below(TAGS);
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.into_iter().map(tag).collect()
}
