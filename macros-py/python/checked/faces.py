# What type checkers must see in the stubs of `bds_api`, and what they must refuse: `cargo xtask typecheck` fails when a
# `type: ignore` here stands where nothing is wrong.

from typing import Literal

from bds_api import BdsApiError, Context, Post, PostData, Result, api_version, bds, escape, require_api, site
from bds_api import toast  # type: ignore[attr-defined]
from datetime import datetime
from typing_extensions import assert_type


def render(context: Context, post: Post | None) -> Result:
    require_api(1)
    assert_type(context["params"].get("count", "5"), str)
    assert_type(context["env"]["translations"], dict[str, str])
    assert_type(context["env"].get("mainLanguage", "en"), str)
    post["title"]  # type: ignore[index]
    if post is None:
        return {"html": escape(api_version)}
    assert_type(post["title"], str)
    assert_type(post.get("excerpt"), str | None)
    assert_type(post["status"], Literal["draft", "published", "archived"])
    post["titel"]  # type: ignore[typeddict-item]
    post["title"] = "x"  # type: ignore[typeddict-readonly-mutated]
    return {"html": post["title"], "data": {"any": [1, 2.5, None]}, "warnings": ["careful"]}


def asks() -> None:
    assert_type(site.posts.get("x"), PostData | None)
    assert_type(site.posts.get_all()["items"][0]["tags"], list[str])
    assert_type(site.meta.get_project_metadata()["categoryMetadata"]["news"]["title"], str | None)
    assert_type(site.now(), datetime)
    site.posts.filter({"tags": ["birds", "rain"], "year": 2026})
    site.posts.filter({"tags": "birds", "categories": ("notes",)})
    site.media.get_images(year=2024, recent_months=None)
    site.posts.filter({"tag": ["birds"]})  # type: ignore[arg-type]
    site.posts.filter({"year": "2026"})  # type: ignore[arg-type]
    site.posts.get(5)  # type: ignore[arg-type]
    site.posts.get()  # type: ignore[call-arg]
    site.posts.create({})  # type: ignore[attr-defined]
    site.chat  # type: ignore[attr-defined]
    site.posts = site.posts  # type: ignore[misc]


async def awaits() -> Result:
    assert_type(await bds.posts.get("x"), PostData | None)
    assert_type((await bds.posts.get_all({"limit": 5}))["total"], int)
    assert_type(await bds.now(), datetime)
    for _ in bds.posts.get_by_status("published"):  # type: ignore[attr-defined]
        raise BdsApiError
    return {"htm": ""}  # type: ignore[typeddict-item]
