//! The maps of the context (format sheet §10) as objects that answer for one key by query: a page that looks one post
//! up does not depend on the others.

use std::sync::Arc;

use bds_content::links::Resolver as _;
use bds_liquid::{Object, Text, Value};
use bds_project::slug;

use crate::archives::ArchiveKind;
use crate::lens::{Keys, Lens};
use crate::posts::Name;

/// `canonical_post_path_by_slug`.
pub(super) struct PostPaths<'db>(pub(super) Lens<'db>);

impl<'db> Object<'db> for PostPaths<'db> {
    fn get(&self, slug: &str) -> Option<Value<'db>> {
        self.0.post_path(slug).map(|path| path.into_owned().into())
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.0.keys(Keys::Slugs).into_iter().map(Text::from).collect()
    }
}

/// `canonical_media_path_by_source_path`.
pub(super) struct MediaPaths<'db>(pub(super) Lens<'db>);

impl<'db> Object<'db> for MediaPaths<'db> {
    fn get(&self, path: &str) -> Option<Value<'db>> {
        self.0.media_path(&path.to_lowercase()).map(|path| path.into_owned().into())
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.0.keys(Keys::Media).into_iter().map(Text::from).collect()
    }
}

/// `post_data_json_by_id`.
pub(super) struct PostData<'db>(pub(super) Lens<'db>);

impl<'db> Object<'db> for PostData<'db> {
    fn get(&self, id: &str) -> Option<Value<'db>> {
        self.0.post_data(id).map(Value::from)
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.0.keys(Keys::Ids).into_iter().map(Text::from).collect()
    }
}

/// `tag_color_by_name`.
pub(super) struct TagColors<'db>(pub(super) Lens<'db>, pub(super) Arc<[Arc<str>]>);

impl<'db> Object<'db> for TagColors<'db> {
    fn get(&self, tag: &str) -> Option<Value<'db>> {
        Some(self.0.tag_color(&slug::key(tag)).map_or(Value::Nil, Value::from))
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.1.iter().map(|tag| Text::from(tag.to_string())).collect()
    }
}

/// `category_path_by_name` and `tag_path_by_name`: the address of an archive; nil where the site has none.
pub(super) struct ArchivePaths<'db> {
    pub(super) lens: Lens<'db>,
    pub(super) tree: Name<'db>,
    pub(super) kind: fn(Arc<str>) -> ArchiveKind,
}

impl<'db> Object<'db> for ArchivePaths<'db> {
    fn get(&self, name: &str) -> Option<Value<'db>> {
        let archive = self.lens.archive(self.tree, (self.kind)(slug::key(name).into()));
        Some(self.lens.archive_path(archive).map_or(Value::Nil, Value::from))
    }
}
