"""
---
id: "8aa2266a-e66c-43a3-b709-0c9549355303"
projectId: "1bb4e9fc-757d-47cc-9bf5-b65751cdf1e4"
slug: "related"
title: "Related posts"
kind: "macro"
entrypoint: "render"
enabled: true
version: 4
createdAt: "2021-06-19T16:02:11.000Z"
updatedAt: "2026-01-24T09:40:30.512Z"
---
"""
# [[related]] lists the posts that share the most tags with the one it stands in.
#
#     [[related]]                    the three nearest posts
#     [[related limit="5"]]          more of them
#     [[related title="See also"]]   another heading
#
# It asks for posts tag by tag instead of reading all of them, so it runs again only
# when a post with one of these tags appears, goes, or changes.

from html import escape

from bds_api import Context, Post, PostData, Result, site

HEADINGS = {"en": "Related notes", "de": "Verwandte Notizen"}


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    language = context["env"].get("mainLanguage", "en")
    neighbours = posts_by_shared_tags(post)[: read_limit(params)]
    if not neighbours:
        return {"html": ""}
    heading = params.get("title") or HEADINGS.get(language, HEADINGS["en"])
    items = "".join(list_item(other, shared, language) for other, shared in neighbours)
    return {
        "html": f'<aside class="related-notes"><strong>{escape(heading)}</strong><ul>{items}</ul></aside>',
        "data": {"related": [other["slug"] for other, _ in neighbours]},
    }


def posts_by_shared_tags(post: Post | None) -> list[tuple[PostData, list[str]]]:
    """Returns (post, shared tags) pairs, most shared tags first, then the newest."""
    if post is None:
        return []
    found: dict[str, tuple[PostData, list[str]]] = {}
    for tag in post["tags"]:
        for other in site.posts.filter({"status": "published", "tags": [tag]}):
            if other["id"] != post["id"]:
                found.setdefault(other["id"], (other, []))[1].append(tag)
    # Two stable sorts: the second keeps the order of the first among equals.
    newest_first = sorted(found.values(), key=lambda pair: pair[0]["createdAt"], reverse=True)
    return sorted(newest_first, key=lambda pair: -len(pair[1]))


def list_item(other: PostData, shared: list[str], language: str) -> str:
    # The engine turns /posts/<slug> into the post's real address.
    link = f'<a href="/posts/{escape(other["slug"])}">{escape(title_in(other, language))}</a>'
    return f'<li>{link} <small>{escape(", ".join(shared))}</small></li>'


def title_in(other: PostData, language: str) -> str:
    """The title of the translation, where there is one."""
    if other.get("language") == language:
        return other["title"]
    translation = site.posts.get_translation(other["id"], language)
    return translation["title"] if translation else other["title"]


def read_limit(params: dict[str, str]) -> int:
    # Parameters always arrive as strings.
    try:
        return max(1, int(params.get("limit", "3")))
    except ValueError:
        return 3
