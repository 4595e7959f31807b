"""A stand-in for the engine, for tests of scripts that `bds scripts test` runs.

    from bds_api.testing import context, make_post

    def test_recent_posts_are_listed(blog):
        blog.posts.append(make_post(title="First", slug="first"))
        html = render(context({"count": "5"}), None)["html"]
        assert "First" in html
        assert blog.asked == [("posts.get_all", {"options": {"limit": 5}})]

The argument `blog` of a test is a `Blog` that is in force while the test runs; `with Blog(...)` puts another one there.
"""

import bds_api
from bds_api import BdsApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType
    from typing import Any

__all__ = ["Blog", "context", "make_media", "make_post"]

#: What is behind the face that the stub shows.
_api: "Any" = bds_api
_TIME = "2024-05-01T12:00:00.000Z"


def make_post(**fields: "Any") -> "dict[str, Any]":
    """A post: what `post` is in a macro, and what `site.posts` gives. Every field can be given; the rest is plain."""
    title = fields.get("title", "A post")
    slug = fields.get("slug") or "-".join(str(title).lower().split())
    made: "dict[str, Any]" = {
        "id": slug,
        "projectId": "blog",
        "title": title,
        "slug": slug,
        "excerpt": None,
        "content": "",
        "status": "published",
        "author": None,
        "createdAt": _TIME,
        "updatedAt": fields.get("createdAt", _TIME),
        "publishedAt": fields.get("createdAt", _TIME),
        "tags": [],
        "categories": [],
        "availableLanguages": ["en"],
    }
    return _filled(made, fields)


def make_media(**fields: "Any") -> "dict[str, Any]":
    """A media file as `site.media` gives it. Every field can be given; the rest is plain."""
    filename = fields.get("filename", "picture.jpg")
    made: "dict[str, Any]" = {
        "id": str(filename).partition(".")[0],
        "projectId": "blog",
        "filename": filename,
        "originalName": filename,
        "mimeType": "image/jpeg",
        "size": 1,
        "createdAt": _TIME,
        "updatedAt": fields.get("createdAt", _TIME),
        "tags": [],
    }
    optional = ("width", "height", "title", "alt", "caption", "author")
    return _filled(made, fields, optional)


def _filled(made: "dict[str, Any]", fields: "dict[str, Any]", optional: "Iterable[str]" = ()) -> "dict[str, Any]":
    for name in fields:
        if name not in made and name not in optional:
            raise TypeError(f"there is no field {name!r}; there are {', '.join([*made, *optional])}")
    return {**made, **fields}


def context(params: "Mapping[str, str] | None" = None, **env: "Any") -> "dict[str, Any]":
    """The first argument of a macro: parameters, and whatever `env` is to hold beside what it always does."""
    plain = {"isPreview": False, "mainLanguage": "en", "languagePrefix": "", "hook": "test", "translations": {}}
    return {"env": {**plain, **env}, "params": dict(params or {})}


class Blog:
    """A blog that answers as the engine does, made of the posts and media that a test gives it.

    `answers` has answers of other methods by name, such as `{"meta.get_project_metadata": {"name": "Test"}}`: a value,
    or a function that gets the arguments by name. `asked` holds what was asked, in order.
    """

    def __init__(
        self,
        posts: "Iterable[dict[str, Any]]" = (),
        media: "Iterable[dict[str, Any]]" = (),
        answers: "Mapping[str, Any] | None" = None,
        now: float = 1714564800.0,
    ) -> None:
        self.posts = list(posts)
        self.media = list(media)
        self.answers: "dict[str, Any]" = dict(answers or {})
        self.asked: "list[tuple[str, dict[str, Any]]]" = []
        self.now = now
        self._before: "list[tuple[Any, Any]]" = []

    def __enter__(self) -> "Blog":
        self._before.append((_api._answer, _api._clock))
        _api._answer, _api._clock = self._answer, lambda: self.now
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        _api._answer, _api._clock = self._before.pop()

    def _answer(self, method: str, arguments: "dict[str, Any]") -> "Any":
        self.asked.append((method, arguments))
        if method in self.answers:
            answer = self.answers[method]
            return answer(**arguments) if callable(answer) else answer
        known: "Callable[..., Any] | None" = getattr(self, "_" + method.replace(".", "_"), None)
        if known is None:
            raise BdsApiError(
                f"the stand-in has no answer for `{method}`: give one with Blog(answers={{{method!r}: ...}})"
            )
        return known(**arguments)

    def _posts_get(self, post_id: str) -> "Any":
        return _first(self.posts, "id", post_id)

    def _posts_get_by_slug(self, slug: str) -> "Any":
        return _first(self.posts, "slug", slug)

    def _posts_get_all(self, options: "dict[str, Any] | None" = None) -> "dict[str, Any]":
        begin = int((options or {}).get("offset", 0))
        end = begin + int((options or {}).get("limit", 500))
        items = [{**post, "content": ""} for post in self.posts[begin:end]]
        return {"items": items, "hasMore": end < len(self.posts), "total": len(self.posts)}

    def _posts_get_by_status(self, status: str) -> "list[dict[str, Any]]":
        return [post for post in self.posts if post["status"] == status]

    def _posts_filter(self, filter: "dict[str, Any]") -> "list[dict[str, Any]]":
        return [post for post in self.posts if _matches(post, filter)]

    def _posts_get_tags(self) -> "list[str]":
        return sorted({tag for post in self.posts for tag in post["tags"]})

    def _posts_get_categories(self) -> "list[str]":
        return sorted({category for post in self.posts for category in post["categories"]})

    def _posts_get_tags_with_counts(self) -> "list[dict[str, Any]]":
        counts = [{"tag": tag, "count": _count(self.posts, "tags", tag)} for tag in self._posts_get_tags()]
        return sorted(counts, key=lambda one: -int(str(one["count"])))

    def _media_get(self, id: str) -> "Any":
        return _first(self.media, "id", id)

    def _media_get_all(self) -> "list[dict[str, Any]]":
        return list(self.media)


def _first(items: "list[dict[str, Any]]", key: str, value: str) -> "dict[str, Any] | None":
    return next((item for item in items if item[key] == value), None)


def _count(posts: "list[dict[str, Any]]", key: str, name: str) -> int:
    return sum(name in post[key] for post in posts)


def _matches(post: "dict[str, Any]", filter: "dict[str, Any]") -> bool:
    created = str(post["createdAt"])
    tests: "dict[str, Callable[[Any], bool]]" = {
        "status": lambda wanted: post["status"] == wanted,
        "tags": lambda wanted: all(tag in post["tags"] for tag in wanted),
        "categories": lambda wanted: any(category in post["categories"] for category in wanted),
        "excludeCategories": lambda wanted: not any(category in post["categories"] for category in wanted),
        "startDate": lambda wanted: created >= wanted,
        "endDate": lambda wanted: created <= wanted,
        "year": lambda wanted: created[:4] == f"{int(wanted):04}",
        "month": lambda wanted: created[5:7] == f"{int(wanted):02}",
    }
    for key in filter:
        if key not in tests:
            raise BdsApiError(f"the stand-in cannot filter by {key!r}: give an answer for `posts.filter`")
    return all(tests[key](wanted) for key, wanted in filter.items())
