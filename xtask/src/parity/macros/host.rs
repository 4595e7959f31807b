//! Answers the questions of a script from the data of a recorded case, as the graph answers them from a project.

use bds_macro_api::{Answer, Host, HostError, HostRequest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a case says of the project.
#[derive(Deserialize)]
pub(super) struct Data {
    media: Vec<Value>,
    linked_media_ids: Option<Vec<String>>,
    tag_usage: Vec<TagUsage>,
}

/// In how many posts a tag is used.
#[derive(Deserialize)]
struct TagUsage {
    tag: String,
    count: u64,
}

/// The project of a case, and the post that the call stands in.
pub(super) struct CaseHost<'a> {
    data: &'a Data,
    post_id: &'a str,
}

impl<'a> CaseHost<'a> {
    pub(super) fn new(data: &'a Data, post_id: &'a str) -> Self {
        Self { data, post_id }
    }

    fn api(&self, method: &str, arguments: &Map<String, Value>) -> Result<Value, HostError> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| arguments.get(name).and_then(Value::as_i64);
        match method {
            "media.get_for_post" => Ok(self.of_post(text("post_id"))),
            "media.get_images" => Ok(self.images(number("year"), number("month"), number("recent_months"))),
            "media.get_translation" => Ok(self.translation(text("id"), text("language"))),
            "tags.get_with_counts" => Ok(self.tags()),
            _ => Err(HostError::UnknownMethod(method.to_owned())),
        }
    }

    /// The media that either end of the link names.
    fn of_post(&self, post: &str) -> Value {
        let linked = self.data.linked_media_ids.as_deref().unwrap_or_default();
        let names_the_post = |media: &Value| {
            media["linkedPostIds"].as_array().is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some(post)))
        };
        let is_linked =
            |media: &&Value| linked.iter().any(|id| media["id"].as_str() == Some(id)) || names_the_post(media);
        self.data.media.iter().filter(is_linked).cloned().collect()
    }

    /// The images of a year, a month, or the newest months that have any, the newest first.
    fn images(&self, year: Option<i64>, month: Option<i64>, recent_months: Option<i64>) -> Value {
        let is_wanted = |media: &&Value| {
            let date = created(media);
            let part = |range: std::ops::Range<usize>| date.get(range).and_then(|digits| digits.parse::<i64>().ok());
            is_image(media)
                && year.is_none_or(|year| part(0..4) == Some(year))
                && month.is_none_or(|month| part(5..7) == Some(month))
        };
        let mut images: Vec<_> = self.data.media.iter().filter(is_wanted).collect();
        images.sort_by(|a, b| created(b).cmp(created(a)));
        let mut months: Vec<_> = images.iter().map(|image| created(image).get(..7)).collect();
        months.dedup();
        months.truncate(recent_months.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX));
        images.into_iter().filter(|image| months.contains(&created(image).get(..7))).cloned().collect()
    }

    /// What a case says of a file in another language: the key `translations` of the file, by language.
    fn translation(&self, id: &str, language: &str) -> Value {
        let media = self.data.media.iter().find(|media| media["id"] == id);
        media.map_or(Value::Null, |media| media["translations"][language].clone())
    }

    /// The tags in use, and one that no post has.
    fn tags(&self) -> Value {
        let used = self.data.tag_usage.iter().map(|usage| (usage.tag.as_str(), None, usage.count));
        let tag =
            |(name, color, count): (&str, Option<&str>, u64)| json!({ "name": name, "color": color, "count": count });
        used.chain([("unused", Some("#123456"), 0)]).map(tag).collect()
    }
}

fn created(media: &Value) -> &str {
    media["createdAt"].as_str().unwrap_or_default()
}

fn is_image(media: &Value) -> bool {
    const ENDINGS: [&str; 8] = ["jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "avif"];
    let text = |key: &str| media[key].as_str().unwrap_or_default().to_lowercase();
    let ending = text("filename").rsplit_once('.').map(|(_, ending)| ending.to_owned()).unwrap_or_default();
    text("mimeType").starts_with("image/") || ENDINGS.contains(&ending.as_str())
}

impl Host for CaseHost<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        let value = match request {
            HostRequest::PostField(name) if name == "id" => Ok(json!(self.post_id)),
            HostRequest::PostField(name) => {
                Err(HostError::BadArgument(format!("a case does not say the {name} of its post")))
            }
            HostRequest::Api { method, arguments } => self.api(&method, &arguments),
        };
        value.map(Answer::new)
    }

    fn print(&mut self, _: &str) {}
}
