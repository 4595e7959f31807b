"""
---
id: "8c076738-fa3a-4b32-92f1-915d059663fe"
projectId: "1bb4e9fc-757d-47cc-9bf5-b65751cdf1e4"
slug: "notebook_check"
title: "Check the notebook"
kind: "utility"
entrypoint: "main"
enabled: true
version: 2
createdAt: "2023-11-12T15:00:00.000Z"
updatedAt: "2025-12-27T10:31:00.700Z"
---
"""
# A utility: run by hand, it prints what the notebook holds and what it lacks.
# Its entrypoint is "main", which means: the file itself, from top to bottom.

from collections import Counter

from bds_api import site

posts = site.posts.get_by_status("published")
years = Counter(post["createdAt"][:4] for post in posts)

print(f"{len(posts)} published notes")
for year, count in sorted(years.items()):
    print(f"  {year}  {'#' * count} {count}")

untagged = [post["slug"] for post in posts if not post["tags"] and "page" not in post["categories"]]
print("without tags:", ", ".join(sorted(untagged)) or "none")

mute = [medium["originalName"] for medium in site.media.get_all() if not medium.get("alt")]
print("pictures without a description:", ", ".join(sorted(mute)) or "none")
