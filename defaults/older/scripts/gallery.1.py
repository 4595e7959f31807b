"""
---
slug: "gallery"
title: "Gallery"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
---
"""
# [[gallery columns="3" caption="…"]] shows the pictures that are linked to the post, the newest first.

import re

from bds_api import Context, MediaData, Post, Result, site

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
IMAGE_FILE = re.compile(r"\.(jpe?g|png|gif|webp|svg|bmp|avif)\Z", re.ASCII | re.IGNORECASE)
# An integer at the start of a text, as JavaScript's parseInt reads it: "3abc" is 3, "2.9" is 2.
LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")
# What JavaScript's parseInt takes for space.
SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    translations = context["env"]["translations"]
    post_id = "" if post is None else post["id"]
    images = [medium for medium in site.media.get_for_post(post_id) if is_image(medium)]
    images.sort(key=lambda image: image["createdAt"], reverse=True)
    group = escape("gallery-" + (post_id or "post"))
    items = "".join(show(image, group) for image in images)
    if not items:
        message = translations.get("render.gallery.empty", "render.gallery.empty")
        items = f'<div class="gallery-empty">{escape(message)}</div>'
    gallery = GALLERY.format(
        columns=read_columns(params.get("columns", "")) or 3,
        post_id=escape(post_id),
        items=items,
        caption=escape(params.get("caption", "")),
    )
    errors = []
    if params.get("columns") and read_columns(params["columns"]) is None:
        errors.append("columns is a number from 1 to 6; the gallery has 3")
    return {"html": gallery, "data": {"errors": errors}}


def read_columns(text: str) -> "int | None":
    number = LEADING_INTEGER.match(text.lstrip(SPACE))
    columns = float(number[0]) if number else 0
    return int(columns) if 1 <= columns <= 6 else None


def is_image(medium: MediaData) -> bool:
    return medium["mimeType"].lower().startswith("image/") or bool(IMAGE_FILE.search(medium["filename"]))


def show(image: MediaData, group: str) -> str:
    name = image.get("title") or image["originalName"] or image["filename"]
    return ITEM.format(
        url=escape(url(image)),
        group=group,
        title=escape(image.get("caption") or name),
        alt=escape(image.get("alt") or name),
    )


def url(image: MediaData) -> str:
    return f"/media/{image['createdAt'][:4]}/{image['createdAt'][5:7]}/{image['filename']}"


def escape(text: str) -> str:
    return text.translate(ESCAPES)


GALLERY = """\
<div
	class="macro-gallery gallery-cols-{columns}"
	data-post-id="{post_id}"
	data-columns="{columns}"
	data-lightbox="true"
>
	<div class="gallery-container gallery-lightbox">{items}</div><figcaption class="gallery-caption">{caption}</figcaption></div>
"""

ITEM = """\
<a
					class="gallery-item"
					href="{url}"
					data-lightbox="{group}"
					data-title="{title}"
				>
					<img
						src="{url}"
						alt="{alt}"
						loading="lazy"
					/>
				</a>"""
