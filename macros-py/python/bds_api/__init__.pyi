# Written by `cargo xtask codegen` from methods.json, shapes.json and the types of ABI v1; edit those.
"""The data of the blog, for macros."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypedDict, type_check_only

from typing_extensions import NotRequired, ReadOnly

__all__ = [
    "BdsApiError",
    "BdsDenied",
    "CategoryCount",
    "CategorySettings",
    "Context",
    "DashboardStats",
    "DataPaths",
    "Env",
    "MediaData",
    "MediaFilter",
    "MediaTranslationData",
    "PageOptions",
    "Post",
    "PostData",
    "PostFilter",
    "PostLink",
    "PostList",
    "PostSummary",
    "PostTranslationData",
    "ProjectData",
    "ProjectMetadata",
    "PublishingPreferences",
    "Result",
    "ScriptData",
    "ScriptRef",
    "TagCount",
    "TagData",
    "TagWithCount",
    "TemplateData",
    "TemplateValidation",
    "YearMonthCount",
    "api_version",
    "bds",
    "escape",
    "require_api",
    "site",
]

class BdsApiError(Exception):
    """The engine cannot answer a request."""

class BdsDenied(PermissionError):
    """The script did something that is not allowed; the message says what would allow it."""

api_version: Final[int]
"""The version of the shapes of `context`, `post`, the result, and all answers."""

def require_api(version: int) -> None:
    """Raises `BdsApiError` unless this bds has at least this version of the API."""

def escape(text: object) -> str:
    """The text as it stands in HTML, between tags or in an attribute. `None` is the empty text."""

class Context(TypedDict):
    """The first argument of a macro."""

    env: ReadOnly[Env]
    """Where and for whom the macro is rendered."""
    params: ReadOnly[dict[str, str]]
    """The parameters of the call as written; every value is a string."""
    data: ReadOnly[NotRequired[dict[str, Any]]]
    """Free for later versions; empty in this one."""

class Env(TypedDict):
    """Where and for whom a macro is rendered."""

    isPreview: ReadOnly[bool]
    """Whether this is a preview. `false` in builds."""
    mainLanguage: ReadOnly[NotRequired[str]]
    """The language that is being rendered (not the project's main language; the name is ABI v1's)."""
    languagePrefix: ReadOnly[str]
    """`""` in the main tree, `"/en"` in the English one."""
    hook: ReadOnly[NotRequired[str]]
    """The name that the macro was called by, in lower case."""
    source: ReadOnly[NotRequired[ScriptRef]]
    """Which script it is."""
    translations: ReadOnly[dict[str, str]]
    """The strings `render.*` in the language that is being rendered."""

class ScriptRef(TypedDict):
    """Names the script that runs."""

    kind: ReadOnly[str]
    """Always `macro` for macros."""
    id: ReadOnly[NotRequired[str]]
    """The script's id; none for a shipped default."""

class Result(TypedDict):
    """What a macro returns."""

    html: str
    """The HTML that stands in the place of the call."""
    data: NotRequired[dict[str, Any] | None]
    """Anything that the script wants to hand on; must be JSON. `errors` in it, a list of texts, says what is wrong with the call: they are told to the user as errors at the call, and the HTML stands in its place all the same."""
    warnings: NotRequired[list[str]]
    """Told to the user as warnings at the call."""

class Post(TypedDict):
    """The post that a macro stands in, in the language that is rendered: the second argument. Read-only; `dict(post)` is a copy that can be changed."""

    id: ReadOnly[str]
    """Its id."""
    projectId: ReadOnly[str]
    """The id of the project."""
    title: ReadOnly[str]
    """Its title."""
    slug: ReadOnly[str]
    """Its slug."""
    excerpt: ReadOnly[str | None]
    """Its excerpt."""
    content: ReadOnly[str]
    """Its text, in Markdown."""
    status: ReadOnly[Literal["draft", "published", "archived"]]
    """Its status."""
    author: ReadOnly[str | None]
    """Its author."""
    createdAt: ReadOnly[str]
    """When it was written: `2026-03-13T07:19:45.000Z`."""
    updatedAt: ReadOnly[str]
    """When it was changed last."""
    publishedAt: ReadOnly[str | None]
    """When it was published."""
    tags: ReadOnly[list[str]]
    """Its tags."""
    categories: ReadOnly[list[str]]
    """Its categories."""

class PostData(TypedDict):
    """A post."""

    id: str
    """Its id."""
    projectId: str
    """The id of the project."""
    title: str
    """Its title."""
    slug: str
    """Its slug."""
    excerpt: NotRequired[str]
    """Its excerpt."""
    content: str
    """Its text, in Markdown; empty in lists."""
    status: Literal["draft", "published", "archived"]
    """Its status."""
    author: NotRequired[str]
    """Its author."""
    language: NotRequired[str]
    """Its language, where its file says one; else it is the main one."""
    createdAt: str
    """When it was written: `2026-03-13T07:19:45.000Z`."""
    updatedAt: str
    """When it was changed last."""
    publishedAt: NotRequired[str]
    """When it was published."""
    tags: list[str]
    """Its tags."""
    categories: list[str]
    """Its categories."""
    availableLanguages: list[str]
    """The languages that it is translated into."""
    url: str
    """Its address in the main tree: `/2026/03/13/spring`."""

class PostList(TypedDict):
    """Some of all posts."""

    items: list[PostData]
    """The posts, newest first."""
    hasMore: bool
    """Whether there are more after these."""
    total: int
    """How many there are in all."""

class PostSummary(TypedDict):
    """A post that was found by its words."""

    id: str
    """Its id."""
    title: str
    """Its title."""
    slug: str
    """Its slug."""
    excerpt: str | None
    """Its excerpt."""

class PostLink(TypedDict):
    """A post that links to another, or is linked to."""

    id: str
    """Its id."""
    title: str
    """Its title."""
    slug: str
    """Its slug."""

class PostTranslationData(TypedDict):
    """A translation of a post."""

    id: str
    """Its id: that of the post, a colon, the language."""
    projectId: str
    """The id of the project."""
    translationFor: str
    """The id of the post."""
    language: str
    """Its language."""
    title: str
    """Its title."""
    excerpt: str | None
    """Its excerpt."""
    content: str
    """Its text, in Markdown."""
    status: Literal["draft", "published", "archived"]
    """Its status."""
    createdAt: str
    """When the post was written."""
    updatedAt: str
    """When the post was changed last."""
    publishedAt: str | None
    """When the post was published."""
    filePath: str
    """Its file, relative to the project."""

class DashboardStats(TypedDict):
    """How many posts there are of each status."""

    totalPosts: int
    """All of them."""
    publishedPosts: int
    """Published ones."""
    draftPosts: int
    """Drafts."""
    archivedPosts: int
    """Archived ones: a site shows none."""

class TagCount(TypedDict):
    """A tag and how often it is used."""

    tag: str
    """Its name."""
    count: int
    """How many have it."""

class CategoryCount(TypedDict):
    """A category and how often it is used."""

    category: str
    """Its name."""
    count: int
    """How many posts have it."""

class YearMonthCount(TypedDict):
    """How many there are of a month."""

    year: int
    """The year."""
    month: int
    """The month, from 1 to 12."""
    count: int
    """How many there are."""

class MediaData(TypedDict):
    """A file among the media."""

    id: str
    """Its id."""
    projectId: str
    """The id of the project."""
    filename: str
    """The name of the file."""
    originalName: str
    """The name that it had when it was imported."""
    mimeType: str
    """Its type, such as `image/jpeg`."""
    size: int
    """Its size in bytes; 0 when its sidecar says none."""
    width: NotRequired[int]
    """The width of an image in pixels."""
    height: NotRequired[int]
    """The height of an image in pixels."""
    title: NotRequired[str]
    """Its title."""
    alt: NotRequired[str]
    """What it shows, for those who cannot see it."""
    caption: NotRequired[str]
    """Its caption."""
    author: NotRequired[str]
    """Who made it."""
    language: NotRequired[str]
    """The language of these texts."""
    createdAt: str
    """When it was made: `2026-03-13T07:19:45.000Z`."""
    updatedAt: str
    """When it was changed last."""
    tags: list[str]
    """Its tags."""
    linkedPostIds: list[str]
    """The ids of the posts that it belongs to."""
    url: str
    """Its address in the site: `/media/2024/05/file.jpg`."""

class MediaTranslationData(TypedDict):
    """The texts of a file in another language."""

    translationFor: str
    """The id of the file."""
    language: str
    """The language."""
    title: str | None
    """The title."""
    alt: str | None
    """What it shows, for those who cannot see it."""
    caption: str | None
    """The caption."""

class TagData(TypedDict):
    """A tag."""

    id: str
    """Its id: its name in lower case."""
    projectId: str
    """The id of the project."""
    name: str
    """Its name."""
    color: NotRequired[str]
    """Its colour, such as `#2b7a78`."""
    createdAt: str
    """Files do not say it: always `1970-01-01T00:00:00.000Z`."""
    updatedAt: str
    """Files do not say it: always `1970-01-01T00:00:00.000Z`."""

class TagWithCount(TypedDict):
    """A tag, its colour, and how often it is used."""

    name: str
    """Its name."""
    color: str | None
    """Its colour, such as `#2b7a78`."""
    count: int
    """How many posts have it."""

class ProjectData(TypedDict):
    """A project."""

    id: str
    """Its id."""
    name: str
    """Its name; empty when it has none."""
    slug: str
    """Its name as it can stand in addresses."""
    description: str | None
    """What it is about."""
    dataPath: str
    """Its folder on this machine."""
    createdAt: str
    """Files do not say it: always `1970-01-01T00:00:00.000Z`."""
    updatedAt: str
    """Files do not say it: always `1970-01-01T00:00:00.000Z`."""
    isActive: bool
    """Whether it is the one that is built."""

class ProjectMetadata(TypedDict):
    """What `meta/project.json` says, and the settings of the categories."""

    name: str | None
    """The name of the site."""
    description: str | None
    """What it is about."""
    publicUrl: str | None
    """Its address."""
    mainLanguage: str
    """Its main language."""
    defaultAuthor: str | None
    """Who wrote what names no author."""
    maxPostsPerPage: int
    """How many posts a page of a list has."""
    blogmarkCategory: str | None
    """The category of bookmarked links."""
    picoTheme: str | None
    """The colours of the style."""
    blogLanguages: list[str]
    """All languages of the site, the main one first."""
    categoryMetadata: dict[str, CategorySettings]
    """The settings of categories, by name."""
    semanticSimilarityEnabled: bool
    """Whether the app looks for similar posts."""

class CategorySettings(TypedDict):
    """How posts of a category are shown."""

    renderInLists: bool
    """Whether they stand in lists."""
    showTitle: bool
    """Whether lists show their titles."""
    title: str | None
    """What the category is called on pages."""
    postTemplateSlug: str | None
    """The template of its posts."""
    listTemplateSlug: str | None
    """The template of its lists."""

class PublishingPreferences(TypedDict):
    """What `meta/publishing.json` says."""

    sshHost: str | None
    """The machine that the site is uploaded to."""
    sshUser: str | None
    """The user there."""
    sshRemotePath: str | None
    """The folder there."""
    sshMode: Literal["scp", "rsync"]
    """The program that uploads."""

class ScriptData(TypedDict):
    """A script of the project."""

    id: str
    """Its id."""
    projectId: str
    """The id of the project."""
    slug: str
    """Its name in calls."""
    title: str
    """Its title."""
    kind: Literal["macro", "utility", "transform"]
    """What it is for."""
    entrypoint: str
    """The function that is called."""
    enabled: bool
    """Whether it is in use."""
    version: int
    """Its version."""
    filePath: str
    """Its file, relative to the project."""
    content: str | None
    """Its code, without the metadata; none when its file cannot be read."""
    createdAt: str
    """When it was made; `1970-01-01T00:00:00.000Z` when its file does not say it."""
    updatedAt: str
    """When it was changed last."""

class TemplateData(TypedDict):
    """A template of the project."""

    id: str
    """Its id."""
    projectId: str
    """The id of the project."""
    slug: str
    """Its name."""
    title: str
    """Its title."""
    kind: Literal["post", "list", "not-found", "partial"]
    """What it renders."""
    enabled: bool
    """Whether it is in use."""
    version: int
    """Its version."""
    filePath: str
    """Its file, relative to the project."""
    content: str | None
    """Its text, without the metadata; none when its file cannot be read."""
    createdAt: str
    """When it was made; `1970-01-01T00:00:00.000Z` when its file does not say it."""
    updatedAt: str
    """When it was changed last."""

class TemplateValidation(TypedDict):
    """Whether a text is a template."""

    valid: bool
    """Whether it is."""
    errors: list[str]
    """What is wrong with it."""

class DataPaths(TypedDict):
    """Where things lie on this machine."""

    project: str
    """The folder of the project."""

class PostFilter(TypedDict):
    """Which posts: those that fit everything that is given."""

    status: NotRequired[Literal["draft", "published", "archived"]]
    """Their status."""
    tags: NotRequired[str | Sequence[str]]
    """They have all of these."""
    categories: NotRequired[str | Sequence[str]]
    """They have one of these at least."""
    excludeCategories: NotRequired[str | Sequence[str]]
    """They have none of these."""
    language: NotRequired[str]
    """They are written in it."""
    missingTranslationLanguage: NotRequired[str]
    """They are neither written in it nor translated into it."""
    startDate: NotRequired[str]
    """They are not older: `2026-03-13`, with a time or without."""
    endDate: NotRequired[str]
    """They are not newer."""
    year: NotRequired[int]
    """They were written in this year."""
    month: NotRequired[int]
    """They were written in this month, from 1 to 12."""

class PageOptions(TypedDict):
    """Which of all posts."""

    limit: NotRequired[int]
    """How many at most: 500 when it is not given."""
    offset: NotRequired[int]
    """How many are left out before the first."""

class MediaFilter(TypedDict):
    """Which media: those that fit everything that is given."""

    tags: NotRequired[str | Sequence[str]]
    """They have all of these."""
    mimeType: NotRequired[str]
    """Their type begins so: `image/`."""
    year: NotRequired[int]
    """They were made in this year."""
    month: NotRequired[int]
    """They were made in this month, from 1 to 12."""

@type_check_only
class _Projects:
    def get(self, id: str) -> ProjectData | None:
        """The project with this id."""

    def get_all(self) -> list[ProjectData]:
        """All projects: in a build, the one that is built."""

    def get_active(self) -> ProjectData | None:
        """The project that is built."""

@type_check_only
class _Posts:
    def get(self, post_id: str) -> PostData | None:
        """The post with this id, with its content."""

    def get_html(self, post_id: str, language: str | None = None) -> str | None:
        """The HTML of a post, macros included, in the language of the page or in another; none where the site has no such post."""

    def get_by_slug(self, slug: str) -> PostData | None:
        """The post with this slug, with its content."""

    def get_all(self, options: PageOptions | None = None) -> PostList:
        """Posts, newest first, by `limit` (500) and `offset` (0); the content of published ones is empty."""

    def get_by_status(self, status: str) -> list[PostData]:
        """The posts with this status: `draft`, `published` or `archived`."""

    def filter(self, filter: PostFilter | None = None) -> list[PostData]:
        """The posts that fit: status, tags (all of them), categories (any), excludeCategories, language, missingTranslationLanguage, startDate, endDate, year, month."""

    def search(self, query: str) -> list[PostSummary]:
        """The posts in which these words are found."""

    def get_tags(self) -> list[str]:
        """The tags of all posts."""

    def get_categories(self) -> list[str]:
        """The categories of all posts."""

    def get_tags_with_counts(self) -> list[TagCount]:
        """The tags of all posts, each with the number of its posts."""

    def get_categories_with_counts(self) -> list[CategoryCount]:
        """The categories of all posts, each with the number of its posts."""

    def get_by_year_month(self) -> list[YearMonthCount]:
        """How many posts there are of each month, newest first."""

    def get_dashboard_stats(self) -> DashboardStats:
        """How many posts there are of each status."""

    def get_translation(self, post_id: str, language: str) -> PostTranslationData | None:
        """A translation of a post."""

    def get_translations(self, post_id: str) -> list[PostTranslationData]:
        """All translations of a post."""

    def get_links_to(self, id: str) -> list[PostLink]:
        """The posts that this post links to."""

    def get_linked_by(self, id: str) -> list[PostLink]:
        """The posts that link to this post."""

    def has_published_version(self, id: str) -> bool:
        """Whether a post has been published."""

    def is_slug_available(self, slug: str, exclude_post_id: str | None = None) -> bool:
        """Whether no other post has this slug."""

    def generate_unique_slug(self, title: str, exclude_post_id: str | None = None) -> str:
        """A slug made of a title that no other post has."""

@type_check_only
class _Media:
    def get(self, id: str) -> MediaData | None:
        """The file with this id."""

    def get_all(self) -> list[MediaData]:
        """All media."""

    def filter(self, filter: MediaFilter | None = None) -> list[MediaData]:
        """The media that fit: tags (all of them), mimeType (how it begins), year, month."""

    def search(self, query: str) -> list[MediaData]:
        """The media in which these words are found."""

    def get_by_year_month(self) -> list[YearMonthCount]:
        """How many media there are of each month, newest first."""

    def get_tags(self) -> list[str]:
        """The tags of all media."""

    def get_tags_with_counts(self) -> list[TagCount]:
        """The tags of all media, each with the number of its files."""

    def get_url(self, id: str) -> str | None:
        """Where the file lies in the site: `media/2024/05/file.jpg`."""

    def get_file_path(self, id: str) -> str | None:
        """Where the file lies on disk."""

    def get_thumbnail(self, id: str, size: str | None = None) -> str | None:
        """A small version of an image, as a data URL; `None` in a build, which makes none."""

    def get_translation(self, id: str, language: str) -> MediaTranslationData | None:
        """A translation of the texts of a file."""

    def get_translations(self, id: str) -> list[MediaTranslationData]:
        """All translations of the texts of a file."""

    def get_for_post(self, post_id: str) -> list[MediaData]:
        """The media that are linked to a post."""

    def get_images(self, year: int | None = None, month: int | None = None, recent_months: int | None = None) -> list[MediaData]:
        """The images of a year, of a month (of every year when no year is given), or of so many of the latest months that have any; newest first."""

@type_check_only
class _Scripts:
    def get(self, id: str) -> ScriptData | None:
        """The script with this id."""

    def get_all(self) -> list[ScriptData]:
        """All scripts."""

@type_check_only
class _Templates:
    def get(self, id: str) -> TemplateData | None:
        """The template with this id."""

    def get_all(self) -> list[TemplateData]:
        """All templates."""

    def get_enabled_by_kind(self, kind: str) -> list[TemplateData]:
        """The templates of this kind that are switched on."""

    def validate(self, content: str) -> TemplateValidation:
        """Whether a text is a template, and what is wrong with it."""

@type_check_only
class _Tags:
    def get_all(self) -> list[TagData]:
        """All tags."""

    def get_with_counts(self) -> list[TagWithCount]:
        """All tags with the number of their posts, most used first."""

    def get(self, id: str) -> TagData | None:
        """The tag with this id."""

    def get_by_name(self, name: str) -> TagData | None:
        """The tag with this name."""

    def get_posts_with_tag(self, tag_id: str) -> list[str]:
        """The ids of the posts with a tag."""

@type_check_only
class _Meta:
    def get_tags(self) -> list[str]:
        """The tags that the project knows."""

    def get_categories(self) -> list[str]:
        """The categories that the project knows."""

    def get_project_metadata(self) -> ProjectMetadata:
        """What `meta/project.json` says, and the settings of the categories."""

    def get_publishing_preferences(self) -> PublishingPreferences:
        """What `meta/publishing.json` says."""

@type_check_only
class _Tasks:
    def get_all(self) -> list[dict[str, Any]]:
        """The tasks of the app; none in a build."""

    def get_running(self) -> list[dict[str, Any]]:
        """The running tasks of the app; none in a build."""

@type_check_only
class _App:
    def get_data_paths(self) -> DataPaths:
        """Where the data of the project lies."""

    def get_system_language(self) -> str:
        """The language of the project: a build does not look at the machine's."""

@type_check_only
class _Sync:
    def get_status(self) -> dict[str, Any] | None:
        """The state of version control: `None` in a build, which does not look at it."""

    def get_history(self) -> list[dict[str, Any]]:
        """The history of version control: empty in a build, which does not look at it."""

@type_check_only
class _Site:
    @property
    def projects(self) -> _Projects: ...
    @property
    def posts(self) -> _Posts: ...
    @property
    def media(self) -> _Media: ...
    @property
    def scripts(self) -> _Scripts: ...
    @property
    def templates(self) -> _Templates: ...
    @property
    def tags(self) -> _Tags: ...
    @property
    def meta(self) -> _Meta: ...
    @property
    def tasks(self) -> _Tasks: ...
    @property
    def app(self) -> _App: ...
    @property
    def sync(self) -> _Sync: ...
    def now(self) -> datetime:
        """The time, in UTC. Whoever asks for it runs in every build."""

@type_check_only
class _AwaitableProjects:
    async def get(self, id: str) -> ProjectData | None:
        """The project with this id."""

    async def get_all(self) -> list[ProjectData]:
        """All projects: in a build, the one that is built."""

    async def get_active(self) -> ProjectData | None:
        """The project that is built."""

@type_check_only
class _AwaitablePosts:
    async def get(self, post_id: str) -> PostData | None:
        """The post with this id, with its content."""

    async def get_html(self, post_id: str, language: str | None = None) -> str | None:
        """The HTML of a post, macros included, in the language of the page or in another; none where the site has no such post."""

    async def get_by_slug(self, slug: str) -> PostData | None:
        """The post with this slug, with its content."""

    async def get_all(self, options: PageOptions | None = None) -> PostList:
        """Posts, newest first, by `limit` (500) and `offset` (0); the content of published ones is empty."""

    async def get_by_status(self, status: str) -> list[PostData]:
        """The posts with this status: `draft`, `published` or `archived`."""

    async def filter(self, filter: PostFilter | None = None) -> list[PostData]:
        """The posts that fit: status, tags (all of them), categories (any), excludeCategories, language, missingTranslationLanguage, startDate, endDate, year, month."""

    async def search(self, query: str) -> list[PostSummary]:
        """The posts in which these words are found."""

    async def get_tags(self) -> list[str]:
        """The tags of all posts."""

    async def get_categories(self) -> list[str]:
        """The categories of all posts."""

    async def get_tags_with_counts(self) -> list[TagCount]:
        """The tags of all posts, each with the number of its posts."""

    async def get_categories_with_counts(self) -> list[CategoryCount]:
        """The categories of all posts, each with the number of its posts."""

    async def get_by_year_month(self) -> list[YearMonthCount]:
        """How many posts there are of each month, newest first."""

    async def get_dashboard_stats(self) -> DashboardStats:
        """How many posts there are of each status."""

    async def get_translation(self, post_id: str, language: str) -> PostTranslationData | None:
        """A translation of a post."""

    async def get_translations(self, post_id: str) -> list[PostTranslationData]:
        """All translations of a post."""

    async def get_links_to(self, id: str) -> list[PostLink]:
        """The posts that this post links to."""

    async def get_linked_by(self, id: str) -> list[PostLink]:
        """The posts that link to this post."""

    async def has_published_version(self, id: str) -> bool:
        """Whether a post has been published."""

    async def is_slug_available(self, slug: str, exclude_post_id: str | None = None) -> bool:
        """Whether no other post has this slug."""

    async def generate_unique_slug(self, title: str, exclude_post_id: str | None = None) -> str:
        """A slug made of a title that no other post has."""

@type_check_only
class _AwaitableMedia:
    async def get(self, id: str) -> MediaData | None:
        """The file with this id."""

    async def get_all(self) -> list[MediaData]:
        """All media."""

    async def filter(self, filter: MediaFilter | None = None) -> list[MediaData]:
        """The media that fit: tags (all of them), mimeType (how it begins), year, month."""

    async def search(self, query: str) -> list[MediaData]:
        """The media in which these words are found."""

    async def get_by_year_month(self) -> list[YearMonthCount]:
        """How many media there are of each month, newest first."""

    async def get_tags(self) -> list[str]:
        """The tags of all media."""

    async def get_tags_with_counts(self) -> list[TagCount]:
        """The tags of all media, each with the number of its files."""

    async def get_url(self, id: str) -> str | None:
        """Where the file lies in the site: `media/2024/05/file.jpg`."""

    async def get_file_path(self, id: str) -> str | None:
        """Where the file lies on disk."""

    async def get_thumbnail(self, id: str, size: str | None = None) -> str | None:
        """A small version of an image, as a data URL; `None` in a build, which makes none."""

    async def get_translation(self, id: str, language: str) -> MediaTranslationData | None:
        """A translation of the texts of a file."""

    async def get_translations(self, id: str) -> list[MediaTranslationData]:
        """All translations of the texts of a file."""

    async def get_for_post(self, post_id: str) -> list[MediaData]:
        """The media that are linked to a post."""

    async def get_images(self, year: int | None = None, month: int | None = None, recent_months: int | None = None) -> list[MediaData]:
        """The images of a year, of a month (of every year when no year is given), or of so many of the latest months that have any; newest first."""

@type_check_only
class _AwaitableScripts:
    async def get(self, id: str) -> ScriptData | None:
        """The script with this id."""

    async def get_all(self) -> list[ScriptData]:
        """All scripts."""

@type_check_only
class _AwaitableTemplates:
    async def get(self, id: str) -> TemplateData | None:
        """The template with this id."""

    async def get_all(self) -> list[TemplateData]:
        """All templates."""

    async def get_enabled_by_kind(self, kind: str) -> list[TemplateData]:
        """The templates of this kind that are switched on."""

    async def validate(self, content: str) -> TemplateValidation:
        """Whether a text is a template, and what is wrong with it."""

@type_check_only
class _AwaitableTags:
    async def get_all(self) -> list[TagData]:
        """All tags."""

    async def get_with_counts(self) -> list[TagWithCount]:
        """All tags with the number of their posts, most used first."""

    async def get(self, id: str) -> TagData | None:
        """The tag with this id."""

    async def get_by_name(self, name: str) -> TagData | None:
        """The tag with this name."""

    async def get_posts_with_tag(self, tag_id: str) -> list[str]:
        """The ids of the posts with a tag."""

@type_check_only
class _AwaitableMeta:
    async def get_tags(self) -> list[str]:
        """The tags that the project knows."""

    async def get_categories(self) -> list[str]:
        """The categories that the project knows."""

    async def get_project_metadata(self) -> ProjectMetadata:
        """What `meta/project.json` says, and the settings of the categories."""

    async def get_publishing_preferences(self) -> PublishingPreferences:
        """What `meta/publishing.json` says."""

@type_check_only
class _AwaitableTasks:
    async def get_all(self) -> list[dict[str, Any]]:
        """The tasks of the app; none in a build."""

    async def get_running(self) -> list[dict[str, Any]]:
        """The running tasks of the app; none in a build."""

@type_check_only
class _AwaitableApp:
    async def get_data_paths(self) -> DataPaths:
        """Where the data of the project lies."""

    async def get_system_language(self) -> str:
        """The language of the project: a build does not look at the machine's."""

@type_check_only
class _AwaitableSync:
    async def get_status(self) -> dict[str, Any] | None:
        """The state of version control: `None` in a build, which does not look at it."""

    async def get_history(self) -> list[dict[str, Any]]:
        """The history of version control: empty in a build, which does not look at it."""

@type_check_only
class _AwaitableSite:
    @property
    def projects(self) -> _AwaitableProjects: ...
    @property
    def posts(self) -> _AwaitablePosts: ...
    @property
    def media(self) -> _AwaitableMedia: ...
    @property
    def scripts(self) -> _AwaitableScripts: ...
    @property
    def templates(self) -> _AwaitableTemplates: ...
    @property
    def tags(self) -> _AwaitableTags: ...
    @property
    def meta(self) -> _AwaitableMeta: ...
    @property
    def tasks(self) -> _AwaitableTasks: ...
    @property
    def app(self) -> _AwaitableApp: ...
    @property
    def sync(self) -> _AwaitableSync: ...
    async def now(self) -> datetime:
        """The time, in UTC. Whoever asks for it runs in every build."""

site: Final[_Site]
"""Methods that answer at once: `site.posts.get_all()`."""

bds: Final[_AwaitableSite]
"""The same methods to be awaited, as bDS has them: `await bds.posts.get_all()`."""
