"""
---
id: "acb93ce5-8020-4955-8496-f521ac705bd5"
projectId: "1bb4e9fc-757d-47cc-9bf5-b65751cdf1e4"
slug: "moon"
title: "Moon phase"
kind: "macro"
entrypoint: "render"
enabled: true
version: 3
createdAt: "2022-08-27T20:15:00.000Z"
updatedAt: "2025-09-08T18:22:05.330Z"
---
"""
# [[moon date="2024-05-10"]] draws the Moon as it stood in the evening of that day.
#
#     [[moon]]                         the day of the post
#     [[moon date="2025-09-07"]]       another day
#     [[moon size="160"]]              in pixels, 40 to 400
#
# Nothing is looked up: the astronomy is in sky.py beside this file. A macro imports
# its neighbours by their names, and is drawn again when one of them changes.

from datetime import date
from html import escape

import sky
from bds_api import Context, Post, Result

NAMES = {
    "en": [
        "New Moon", "waxing crescent", "first quarter", "waxing gibbous",
        "Full Moon", "waning gibbous", "last quarter", "waning crescent",
    ],
    "de": [
        "Neumond", "zunehmende Sichel", "erstes Viertel", "zunehmender Mond",
        "Vollmond", "abnehmender Mond", "letztes Viertel", "abnehmende Sichel",
    ],
}
LIT = {"en": "{percent} % lit", "de": "zu {percent} % beleuchtet"}


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    wanted = params.get("date") or (post["createdAt"][:10] if post else "")
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return {"html": "", "warnings": [f"{wanted!r} is not a date like 2024-05-10"]}

    language = context["env"].get("mainLanguage", "en")
    language = language if language in NAMES else "en"
    phase = sky.moon_phase(day)
    name = NAMES[language][phase.eighth]
    percent = LIT[language].format(percent=round(phase.lit * 100))
    text = f"{day.isoformat()}: {name}, {percent}"
    return {"html": figure(phase, text, read_size(params)), "data": {"lit": round(phase.lit, 3)}}


def figure(phase: sky.MoonPhase, text: str, size: int) -> str:
    return (
        f'<figure class="moon-phase" style="text-align:center">'
        f'<svg viewBox="-52 -52 104 104" width="{size}" height="{size}" role="img" aria-label="{escape(text)}">'
        f'<circle r="50" fill="#1b2333"/><path d="{lit_shape(phase)}" fill="#f3ecd8"{mirror(phase)}/>'
        f'<circle r="50" fill="none" stroke="#8892a6" stroke-width="1"/></svg>'
        f"<figcaption>{escape(text)}</figcaption></figure>"
    )


def lit_shape(phase: sky.MoonPhase) -> str:
    """The lit part of a waxing Moon: its right edge, and back along the terminator.

    The terminator is half of a circle seen from the side, which is half of an ellipse.
    """
    width = abs(1 - 2 * phase.lit) * 50
    through_the_right = 0 if phase.lit < 0.5 else 1
    return f"M0-50A50 50 0 0 1 0 50A{width:.2f} 50 0 0 {through_the_right} 0-50Z"


def mirror(phase: sky.MoonPhase) -> str:
    return "" if phase.waxing else ' transform="scale(-1 1)"'


def read_size(params: dict[str, str]) -> int:
    try:
        return min(400, max(40, int(params.get("size", "120"))))
    except ValueError:
        return 120
