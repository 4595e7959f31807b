"""
---
slug: "photo_archive"
title: "Photo archive"
kind: "macro"
aliases: ["photo_album"]
entrypoint: "render"
enabled: true
version: 2
---
"""
# [[photo_archive year="2024" month="7"]] shows the pictures of the blog by month, the newest first: those of a month, of a
# year, or of the ten newest months that have any. Their texts are in the language of the page where they have any in it.

import re
from itertools import groupby

from bds_api import Context, MediaData, Post, Result, site

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
# An integer at the start of a text, as JavaScript's parseInt reads it: "2025abc" is 2025, "feb" is none.
LEADING_INTEGER = re.compile(r"[\s\ufeff]*([+-]?[0-9]+)")
RECENT_MONTHS = 10


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    translations = context["env"]["translations"]
    year = read_integer(params.get("year", ""))
    month = read_integer(params.get("month", ""))
    if year is None:
        images = site.media.get_images(month=month, recent_months=RECENT_MONTHS)
    else:
        images = site.media.get_images(year=year, month=month)
    language = context["env"].get("mainLanguage") or ""
    by_month = groupby(images, key=month_of)
    months = [show_month(date, list(group), translations, language) for date, group in by_month]
    if not months:
        message = translations.get("render.photoArchive.empty", "render.photoArchive.empty")
        months = [f'<div class="photo-archive-empty">{escape(message)}</div>']
    archive = ARCHIVE.format(attributes=root_attributes(year, month), months="".join(months))
    return {"html": archive, "data": {"errors": find_errors(params, year, month)}}


def read_integer(text: str) -> "int | None":
    number = LEADING_INTEGER.match(text)
    return int(number[1]) if number and len(number[1]) < 16 else None


def find_errors(params: "dict[str, str]", year: "int | None", month: "int | None") -> "list[str]":
    errors = []
    if params.get("year", "").strip() and (year is None or not 1 <= year <= 9999):
        errors.append("year is a number such as 2024")
    if params.get("month", "").strip() and (month is None or not 1 <= month <= 12):
        errors.append("month is a number from 1 to 12")
    return errors


def root_attributes(year: "int | None", month: "int | None") -> str:
    if year is None:
        return f'class="macro-photo-archive photo-archive-recent-months" data-recent="{RECENT_MONTHS}"'
    if month is None:
        return f'class="macro-photo-archive photo-archive-full-year" data-year="{year}"'
    return f'class="macro-photo-archive photo-archive-single-month" data-year="{year}" data-month="{month}"'


def month_of(image: MediaData) -> str:
    return image["createdAt"][:7]


def show_month(date: str, images: list[MediaData], translations: dict[str, str], language: str) -> str:
    key = f"render.month.{int(date[5:7])}"
    label = f"{translations.get(key, key)} {int(date[:4])}"
    items = "".join(show(image, f"photo-archive-{date}", language) for image in images)
    return MONTH.format(label=escape(label), items=items)


def show(image: MediaData, group: str, language: str) -> str:
    is_translated = language and image.get("language") != language
    translation = site.media.get_translation(image["id"], language) if is_translated else None
    said = translation or {"title": None, "alt": None, "caption": None}
    name = said["title"] or image.get("title") or image["originalName"] or image["filename"]
    return ITEM.format(
        url=escape(url(image)),
        group=group,
        title=escape(said["caption"] or image.get("caption") or name),
        alt=escape(said["alt"] or image.get("alt") or name),
    )


def url(image: MediaData) -> str:
    return f"/media/{image['createdAt'][:4]}/{image['createdAt'][5:7]}/{image['filename']}"


def escape(text: str) -> str:
    return text.translate(ESCAPES)


ARCHIVE = """\
<div {attributes}>
	<div class="photo-archive-container">{months}</div>
</div>
"""

MONTH = """\
<div class="photo-archive-month-wrapper">
					<div class="photo-archive-month">
						<div class="photo-archive-month-label">
							<span>{label}</span>
						</div>
						<div class="photo-archive-gallery">{items}</div>
					</div>
				</div>"""

ITEM = """\
<a
									class="photo-archive-item"
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
