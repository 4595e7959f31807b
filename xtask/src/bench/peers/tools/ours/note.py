"""
---
id: "3d1c1f6e-3f0c-4a39-9a4e-0d6a6f1f8a11"
slug: "note"
title: "note"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
---
"""
from html import escape


def render(context, post):
    params = context["params"]
    return {"html": f'<aside class="note-edition-0 {params["kind"]}"><p>{escape(params["text"])}</p></aside>'}
