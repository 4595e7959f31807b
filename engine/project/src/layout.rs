//! Which file of a project is what, by its path alone (format sheet §1).

use bds_base::SitePath;

use crate::media;
use crate::passing::is_passing;

/// The folder of posts and their translations.
pub const POSTS: &str = "posts";
/// The folder of media and their sidecars.
pub const MEDIA: &str = "media";
/// The folder of the media's thumbnails.
pub const THUMBNAILS: &str = "thumbnails";
/// The folder of Python scripts.
pub const SCRIPTS: &str = "scripts";
/// The folder of Liquid templates.
pub const TEMPLATES: &str = "templates";
/// The folder of what is known of the project itself.
pub const META: &str = "meta";
/// The folders that sources lie in; nothing else is a source.
pub const SOURCE_FOLDERS: &[&str] = &[POSTS, MEDIA, THUMBNAILS, SCRIPTS, TEMPLATES, META];

/// The folder of the project's own strings: one file for each language, such as `de.json`.
pub const STRINGS: &str = "meta/strings";

/// The file by which a folder is known to be a project.
pub const PROJECT_FILE: &str = "meta/project.json";
/// Where the options of bds itself stand, beside `meta/`.
pub const CONFIG_FILE: &str = "bds.toml";
/// The folder of what bds remembers; it can be thrown away.
pub const STATE: &str = ".bds";
/// The folder that the site is written to unless `bds.toml` says otherwise.
pub const OUTPUT: &str = "html";

/// What a file of a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A post, or the translation of one: its front matter says which.
    Post,
    /// What is known of one media file.
    MediaSidecar,
    /// The same in another language.
    MediaSidecarTranslation,
    /// A media file.
    MediaFile,
    /// A small version of a media file.
    Thumbnail,
    /// A Python script, or a module that scripts share.
    Script,
    /// A Liquid template.
    Template,
    /// One of the files about the project itself.
    Meta(MetaKind),
    /// The project's own strings for one language.
    Strings,
}

/// One of the files about the project itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetaKind {
    /// `meta/project.json`.
    Project,
    /// `meta/categories.json`.
    Categories,
    /// `meta/category-meta.json`.
    CategoryMeta,
    /// `meta/tags.json`.
    Tags,
    /// `meta/publishing.json`.
    Publishing,
    /// `meta/menu.opml`.
    Menu,
    /// `meta/defaults.json`: which versions of what ships with bds the project uses.
    Defaults,
}

impl MetaKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Project, Self::Categories, Self::CategoryMeta, Self::Tags, Self::Publishing, Self::Menu, Self::Defaults];

    /// Where the file lies in the project.
    pub fn path(self) -> &'static str {
        match self {
            Self::Project => PROJECT_FILE,
            Self::Categories => "meta/categories.json",
            Self::CategoryMeta => "meta/category-meta.json",
            Self::Tags => "meta/tags.json",
            Self::Publishing => "meta/publishing.json",
            Self::Menu => "meta/menu.opml",
            Self::Defaults => "meta/defaults.json",
        }
    }
}

/// Says what a file of a project is; none when it is no source, or only an editor's or the system's.
///
/// Extensions count in any case. Sources lie at any depth below their folder.
pub fn classify(path: &SitePath) -> Option<SourceKind> {
    let (folder, _) = path.as_str().split_once('/')?;
    if is_left_out(path) {
        return None;
    }
    let has = |extensions: &[&str]| {
        path.extension().is_some_and(|own| extensions.iter().any(|known| own.eq_ignore_ascii_case(known)))
    };
    match folder {
        POSTS => has(&["md", "markdown", "mdx"]).then_some(SourceKind::Post),
        MEDIA if !has(&["meta"]) => Some(SourceKind::MediaFile),
        MEDIA if media::is_translation(path) => Some(SourceKind::MediaSidecarTranslation),
        MEDIA => Some(SourceKind::MediaSidecar),
        THUMBNAILS => Some(SourceKind::Thumbnail),
        SCRIPTS => has(&["py"]).then_some(SourceKind::Script),
        TEMPLATES => has(&["liquid"]).then_some(SourceKind::Template),
        META if path.as_str().rsplit_once('/').is_some_and(|(folder, _)| folder == STRINGS) && has(&["json"]) => {
            Some(SourceKind::Strings)
        }
        META => MetaKind::ALL.into_iter().find(|kind| kind.path() == path.as_str()).map(SourceKind::Meta),
        _ => None,
    }
}

/// Whether a file is no source whatever folder it lies in: it, or a folder on the way to it, is hidden or
/// [passing](is_passing).
pub fn is_left_out(path: &SitePath) -> bool {
    path.as_str().split('/').any(|part| part.starts_with('.')) || is_passing(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_paths() {
        let check = |path: &str, kind: Option<SourceKind>| {
            assert_eq!(classify(&SitePath::new(path).unwrap()), kind, "{path}");
        };
        check("posts/2024/01/a.md", Some(SourceKind::Post));
        check("posts/a.de.MARKDOWN", Some(SourceKind::Post));
        check("posts/a.mdx", Some(SourceKind::Post));
        check("posts/a.txt", None);
        check("media/2024/01/x.jpg", Some(SourceKind::MediaFile));
        check("media/2024/01/x.jpg.meta", Some(SourceKind::MediaSidecar));
        check("media/2024/01/x.jpg.de.meta", Some(SourceKind::MediaSidecarTranslation));
        check("media/2024/01/x.jpg.en-us.META", Some(SourceKind::MediaSidecarTranslation));
        check("thumbnails/ab/abc-small.webp", Some(SourceKind::Thumbnail));
        check("scripts/lib/a.PY", Some(SourceKind::Script));
        check("scripts/data.json", None);
        check("templates/post.liquid", Some(SourceKind::Template));
        check("meta/project.json", Some(SourceKind::Meta(MetaKind::Project)));
        check("meta/menu.opml", Some(SourceKind::Meta(MetaKind::Menu)));
        check("meta/defaults.json", Some(SourceKind::Meta(MetaKind::Defaults)));
        check("meta/strings/de.json", Some(SourceKind::Strings));
        check("meta/strings/more/de.json", None);
        check("meta/strings.json", None);
        check("meta/other.json", None);
        check("html/index.html", None);
        check("posts", None);
        check("bds.toml", None);
    }

    #[test]
    fn what_editors_leave_behind_is_no_source() {
        for name in [
            ".a.md.swp",
            "a.md~",
            "4913",
            ".#a.md",
            "#a.md#",
            ".DS_Store",
            ".hidden.md",
            "a.md.TMP",
            "Thumbs.db",
            "sedAb3dEf",
        ] {
            assert_eq!(classify(&SitePath::new(format!("media/{name}")).unwrap()), None, "{name}");
        }
        assert_eq!(classify(&SitePath::new("scripts/__pycache__/a.py").unwrap()), None);
        assert_eq!(classify(&SitePath::new("posts/.git/a.md").unwrap()), None);
        assert_eq!(classify(&SitePath::new("posts/node_modules/a.md").unwrap()), None);
    }
}
