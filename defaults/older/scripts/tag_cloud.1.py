"""
---
slug: "tag_cloud"
title: "Tag cloud"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
---
"""
# [[tag_cloud orientation="mixed_hv" width="900" height="420"]] shows the tags of the blog, the larger the more posts have
# them. The browser arranges them: /assets/tag-cloud.js.

import json
import math
import re
from urllib.parse import quote

from bds_api import Context, Post, Result, TagWithCount, site

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
# An integer at the start of a text, as JavaScript's parseInt reads it: "640px" is 640.
LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")
# What JavaScript's parseInt and trim take for space.
SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
ORIENTATIONS = {
    "horizontal": "horizontal",
    "mixed_hv": "mixed-hv",
    "mixed-hv": "mixed-hv",
    "hv": "mixed-hv",
    "horizontal_vertical": "mixed-hv",
    "mixed_diagonal": "mixed-diagonal",
    "mixed-diagonal": "mixed-diagonal",
    "diagonal": "mixed-diagonal",
    "diag": "mixed-diagonal",
}
SMALLEST, MIDDLE, LARGEST = 14, 35, 56


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    translations = context["env"]["translations"]
    words = size_words([tag for tag in site.tags.get_with_counts() if tag["count"] > 0])
    orientation = ORIENTATIONS.get(params.get("orientation", "").strip(SPACE).lower())
    width = read_length(params.get("width", ""), 320, 1600)
    height = read_length(params.get("height", ""), 180, 900)
    cloud = CLOUD.format(
        orientation=orientation or "horizontal",
        words=escape(json.dumps(words, ensure_ascii=False, separators=(",", ":")) if words else ""),
        width=width or 900,
        height=height or 420,
        label=escape(translations.get("render.tagCloud.ariaLabel", "render.tagCloud.ariaLabel")),
    )
    understood = [
        ("orientation", orientation, "horizontal, mixed_hv or mixed_diagonal; the cloud is horizontal"),
        ("width", width, "a number from 320 to 1600; the cloud has 900"),
        ("height", height, "a number from 180 to 900; the cloud has 420"),
    ]
    errors = [f"{name} is {kind}" for name, value, kind in understood if value is None and params.get(name, "").strip()]
    return {"html": cloud, "data": {"errors": errors}}


def size_words(tags: list[TagWithCount]) -> list[dict[str, object]]:
    counts = [tag["count"] for tag in tags]
    least, most = min(counts, default=0), max(counts, default=0)
    return [
        {
            "text": tag["name"],
            "size": size(tag["count"], least, most),
            "count": tag["count"],
            "url": f"/tag/{quote(tag['name'], safe=SAFE)}/",
        }
        for tag in tags
    ]


# What encodeURIComponent leaves as it is, beside letters and digits.
SAFE = "-_.!~*'()"


def size(count: int, least: int, most: int) -> int:
    if least == most:
        return MIDDLE
    return math.floor(SMALLEST + (count - least) / (most - least) * (LARGEST - SMALLEST) + 0.5)


def read_length(text: str, least: int, most: int) -> "int | None":
    number = LEADING_INTEGER.match(text.lstrip(SPACE))
    length = float(number[0]) if number else 0
    return int(length) if least <= length <= most else None


def escape(text: str) -> str:
    return text.translate(ESCAPES)


CLOUD = """\
<div
	class="macro-tag-cloud"
	data-tag-cloud="true"
	data-orientation="{orientation}"
	data-color-distribution="quantile"
	data-color-easing="0.7"
	data-color-theme="pico"data-tag-cloud-words="{words}" data-width="{width}" data-height="{height}"><svg
			class="tag-cloud-canvas"
			viewBox="0 0 {width} {height}"
			preserveAspectRatio="xMidYMid meet"
			aria-label="{label}"
		></svg></div>
"""
