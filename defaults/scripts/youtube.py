"""
---
slug: "youtube"
title: "YouTube video"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
---
"""
# [[youtube id="…" title="…"]] shows a video of YouTube.

from bds_api import Context, Post, Result

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})

# What JavaScript's trim() takes off, which is what the first version of this macro was written with.
SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    video = params.get("id", "").strip(SPACE)
    if not video:
        return {"html": "", "data": {"errors": ['the video needs an id: [[youtube id="…"]]']}}
    title = params.get("title", "")
    if not title.strip(SPACE):
        translations = context["env"]["translations"]
        title = translations.get("render.video.youtubeTitle", "render.video.youtubeTitle")
    return {"html": PLAYER.format(video=escape(video), title=escape(title))}


def escape(text: str) -> str:
    return text.translate(ESCAPES)


PLAYER = """\
<div class="macro-youtube">
	<iframe
		src="https://www.youtube.com/embed/{video}?rel=0"
		title="{title}"
		frameborder="0"
		allow="accelerometer; autoplay; clipboard-write; encrypted-media; gyroscope; picture-in-picture"
		allowfullscreen
	></iframe>
</div>
"""
