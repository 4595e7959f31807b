"""Runs shipped macro scripts in a plain Python, against recorded calls.

Reads {"scripts": {slug: source}, "strings": {language: {key: text}}, "cases": [...]} from standard input and writes the
list of the results' HTML, or of tracebacks, to standard output. Stands in for the `bds_api` of the engine.
"""

import json
import re
import sys
import traceback
import types

ALIASES = {"photo_album": "photo_archive"}
IMAGE_FILE = re.compile(r"\.(jpe?g|png|gif|webp|svg|bmp|avif)$", re.IGNORECASE)


class Media:
    def __init__(self, case):
        self.case = case

    def get_for_post(self, post_id):
        linked = self.case["linked_media_ids"] or []
        return [m for m in self.case["media"] if m["id"] in linked or post_id in m.get("linkedPostIds", [])]

    def get_images(self, year=None, month=None, recent_months=None):
        images = [m for m in self.case["media"] if self.is_wanted(m, year, month)]
        images.sort(key=lambda image: image["createdAt"], reverse=True)
        months = list(dict.fromkeys(image["createdAt"][:7] for image in images))[:recent_months]
        return [image for image in images if image["createdAt"][:7] in months]

    @staticmethod
    def is_wanted(medium, year, month):
        is_image = medium["mimeType"].lower().startswith("image/") or IMAGE_FILE.search(medium["filename"])
        of_year = year is None or int(medium["createdAt"][:4]) == year
        return is_image and of_year and (month is None or int(medium["createdAt"][5:7]) == month)


class Tags:
    def __init__(self, case):
        self.case = case

    def get_with_counts(self):
        used = [{"name": usage["tag"], "color": None, "count": usage["count"]} for usage in self.case["tag_usage"]]
        return used + [{"name": "unused", "color": "#123456", "count": 0}]


class Shape(type):
    """What stands for the types that `bds_api` exports: in annotations, also before Python 3.10."""

    def __or__(cls, _other):
        return cls


SHAPE = Shape("Shape", (dict,), {})


def run(job, case):
    language = re.split("[-_]", case["language"].strip().lower())[0]
    env = {"isPreview": False, "translations": job["strings"].get(language, job["strings"]["en"])}
    api = types.ModuleType("bds_api")
    api.site = types.SimpleNamespace(media=Media(case), tags=Tags(case))
    api.Context = api.MediaData = api.Post = api.Result = api.TagWithCount = SHAPE
    sys.modules["bds_api"] = api
    namespace = {}
    exec(compile(job["scripts"][ALIASES.get(case["macro"], case["macro"])], case["macro"], "exec"), namespace)
    result = namespace["render"]({"env": env, "params": case["params"]}, {"id": case["post_id"]})
    return result["html"]


def main():
    job = json.load(sys.stdin)
    results = []
    for case in job["cases"]:
        try:
            results.append(run(job, case))
        except Exception:
            results.append(traceback.format_exc())
    json.dump(results, sys.stdout)


main()
