"""
---
id: "28c6c6f8-62ac-4f53-8302-2ca6f1bbd496"
projectId: "1bb4e9fc-757d-47cc-9bf5-b65751cdf1e4"
slug: "tidy_link"
title: "Tidy a bookmarked link"
kind: "transform"
entrypoint: "normalize_blogmark"
enabled: true
version: 5
createdAt: "2021-05-22T07:30:00.000Z"
updatedAt: "2025-02-02T11:08:19.004Z"
---
"""
# Runs when a page is bookmarked into a new post. Gets the draft as a dictionary with
# title, content, tags and categories, and returns it changed.
#
# * "Title | Some Site" loses the name of the site,
# * utm_… and other tracking parameters leave the link,
# * hosts that come up often bring their tags along.

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref)$")
SITE_NAME = re.compile(r"\s+[|–—·]\s+[^|–—·]{2,40}$")
MARKDOWN_LINK = re.compile(r"^\[(?P<text>.*)\]\((?P<url>\S+)\)$", re.DOTALL)

TAGS_OF_HOSTS = {
    "xeno-canto.org": ["birds", "sound"],
    "ebird.org": ["birds"],
    "map.geo.admin.ch": ["maps"],
    "swpc.noaa.gov": ["night sky"],
    "meteoswiss.admin.ch": ["weather"],
}


def normalize_blogmark(post: dict[str, Any]) -> dict[str, Any]:
    post["title"] = SITE_NAME.sub("", post["title"]).strip() or post["title"]
    link = MARKDOWN_LINK.match(post["content"].strip())
    if link is None:
        return post

    url = without_tracking(link["url"])
    if url != link["url"]:
        toast("Removed tracking from the link")  # type: ignore[name-defined]  # noqa: F821 (given by the app)
    post["content"] = f"[{SITE_NAME.sub('', link['text'])}]({url})"
    for tag in tags_for(url):
        if tag not in post["tags"]:
            post["tags"].append(tag)
    return post


def without_tracking(url: str) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(key)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def tags_for(url: str) -> list[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return TAGS_OF_HOSTS.get(host, [])
