//! The maps of the context (format sheet §10) as objects that answer for one key by query: a page that looks one post
//! up does not depend on the others.

use std::sync::Arc;

use bds_liquid::{Object, Text, Value};
use bds_project::slug;
use serde_json::json;

use crate::api;
use crate::archives::{self, Archive, ArchiveKind};
use crate::db::Db;
use crate::posts::{self, Name};
use crate::{links, media, routes, settings};

/// `canonical_post_path_by_slug`.
pub(super) struct PostPaths<'db>(pub(super) &'db dyn Db);

impl<'db> Object<'db> for PostPaths<'db> {
    fn get(&self, slug: &str) -> Option<Value<'db>> {
        links::post_address(self.0, Name::new(self.0, slug)).map(Value::from)
    }

    fn keys(&self) -> Vec<Text<'db>> {
        let posts = posts::shown_posts(self.0).iter().filter_map(|file| posts::post(self.0, *file));
        posts.map(|post| (&post.slug).into()).collect()
    }
}

/// `canonical_media_path_by_source_path`.
pub(super) struct MediaPaths<'db>(pub(super) &'db dyn Db);

impl<'db> Object<'db> for MediaPaths<'db> {
    fn get(&self, path: &str) -> Option<Value<'db>> {
        links::media_address(self.0, Name::new(self.0, path.to_lowercase().as_str())).map(Value::from)
    }

    fn keys(&self) -> Vec<Text<'db>> {
        media::all_media(self.0).iter().map(|media| media.media.as_str().to_lowercase().into()).collect()
    }
}

/// `post_data_json_by_id`.
pub(super) struct PostData<'db>(pub(super) &'db dyn Db);

impl<'db> Object<'db> for PostData<'db> {
    fn get(&self, id: &str) -> Option<Value<'db>> {
        let arguments = json!({ "post_id": id });
        let data = api::answer(self.0, "posts.get", arguments.as_object()?).ok()?;
        (!data.is_null()).then(|| data.to_string().into())
    }

    fn keys(&self) -> Vec<Text<'db>> {
        let posts = posts::shown_posts(self.0).iter().filter_map(|file| posts::post(self.0, *file));
        posts.map(|post| (&post.id).into()).collect()
    }
}

/// `tag_color_by_name`.
pub(super) struct TagColors<'db>(pub(super) &'db dyn Db, pub(super) Arc<[Arc<str>]>);

impl<'db> Object<'db> for TagColors<'db> {
    fn get(&self, tag: &str) -> Option<Value<'db>> {
        let color = settings::tag_color(self.0, Name::new(self.0, &*slug::key(tag)));
        Some(color.map_or(Value::Nil, Value::from))
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.1.iter().map(Text::from).collect()
    }
}

/// `category_path_by_name` and `tag_path_by_name`: the address of an archive; nil where the site has none.
pub(super) struct ArchivePaths<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) tree: Name<'db>,
    pub(super) kind: fn(Arc<str>) -> ArchiveKind,
}

impl<'db> Object<'db> for ArchivePaths<'db> {
    fn get(&self, name: &str) -> Option<Value<'db>> {
        let kind = (self.kind)(slug::key(name).into());
        let archive = Archive::new(self.db, self.tree, kind);
        Some(if archives::archive_exists(self.db, archive) {
            routes::archive_path(self.db, archive).into()
        } else {
            Value::Nil
        })
    }
}
