"""
---
slug: "photo_archive"
title: "Photo archive"
kind: "macro"
aliases: ["photo_album"]
entrypoint: "render"
enabled: true
version: 1
---
"""
# [[photo_archive year="2024" month="7"]] shows the pictures of the blog by month, the newest first: those of a month, of a
# year, or of the ten newest months that have any.

import json
import re
from itertools import groupby

from bds_api import Context, MediaData, Post, Result, site

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
# An integer at the start of a text, as JavaScript's parseInt reads it: "2025abc" is 2025, "feb" is none.
LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")
# What JavaScript's parseInt takes for space.
SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
RECENT_MONTHS = 10


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    translations = context["env"]["translations"]
    year = read_integer(params.get("year", ""))
    month = read_integer(params.get("month", ""))
    by_month = groupby(find_images(year, month), key=month_of)
    months = [show_month(date, list(group), translations) for date, group in by_month]
    if not months:
        message = translations.get("render.photoArchive.empty", "render.photoArchive.empty")
        months = [f'<div class="photo-archive-empty">{escape(message)}</div>']
    archive = ARCHIVE.format(attributes=root_attributes(year, month), months="".join(months))
    return {"html": archive, "data": {"errors": find_errors(params, year, month)}}


def read_integer(text: str) -> "float | None":
    number = LEADING_INTEGER.match(text.lstrip(SPACE))
    return float(number[0]) if number else None


def show_integer(number: float) -> str:
    """As JavaScript writes it: with zeros after the 17th digit, and as 1e+21 from there on."""
    if abs(number) < 1e16:
        return str(int(number))
    from decimal import Decimal  # Hardly ever needed, and slower to import than everything else here.

    return json.dumps(number) if abs(number) >= 1e21 else str(int(Decimal(repr(number))))


def find_images(year: "float | None", month: "float | None") -> list[MediaData]:
    if any(number is not None and not 0 <= number <= 9999 for number in (year, month)):
        return []  # No picture is as old as that, and the question takes no such number.
    return site.media.get_images(
        year=None if year is None else int(year),
        month=None if month is None else int(month),
        recent_months=RECENT_MONTHS if year is None else None,
    )


def find_errors(params: "dict[str, str]", year: "float | None", month: "float | None") -> "list[str]":
    errors = []
    if params.get("year", "").strip() and (year is None or not 1 <= year <= 9999):
        errors.append("year is a number such as 2024")
    if params.get("month", "").strip() and (month is None or not 1 <= month <= 12):
        errors.append("month is a number from 1 to 12")
    return errors


def root_attributes(year: "float | None", month: "float | None") -> str:
    if year is None:
        return f'class="macro-photo-archive photo-archive-recent-months" data-recent="{RECENT_MONTHS}"'
    if month is None:
        return f'class="macro-photo-archive photo-archive-full-year" data-year="{show_integer(year)}"'
    attributes = f'data-year="{show_integer(year)}" data-month="{show_integer(month)}"'
    return f'class="macro-photo-archive photo-archive-single-month" {attributes}'


def month_of(image: MediaData) -> str:
    return image["createdAt"][:7]


def show_month(date: str, images: list[MediaData], translations: dict[str, str]) -> str:
    key = f"render.month.{int(date[5:7])}"
    label = f"{translations.get(key, key)} {int(date[:4])}"
    items = "".join(show(image, f"photo-archive-{date}") for image in images)
    return MONTH.format(label=escape(label), items=items)


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
