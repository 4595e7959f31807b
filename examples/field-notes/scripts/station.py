"""
---
id: "ab5f9888-8dc4-4823-a87a-683f14d571ad"
projectId: "1bb4e9fc-757d-47cc-9bf5-b65751cdf1e4"
slug: "station"
title: "Weather station chart"
kind: "macro"
entrypoint: "render"
enabled: true
version: 6
createdAt: "2022-07-24T08:10:00.000Z"
updatedAt: "2026-03-21T10:12:44.871Z"
---
"""
# [[station year="2024"]] draws a year of the weather station as an SVG chart.
#
#     [[station year="2024"]]                       temperature: mean, with the range of the month
#     [[station year="2024" field="rain"]]          rain as bars, likewise field="frost_days"
#     [[station year="2024" compare="2021"]]        a second year as a dashed line
#
# The values stand in data/station.csv. A macro may read any file of the project; paths
# are relative to the project folder. When the file changes, the charts are drawn again.

import csv
from collections.abc import Iterable
from html import escape

from bds_api import Context, Post, Result

# The values of a year: {month number: {column: value}}.
Rows = dict[int, dict[str, float]]

DATA_FILE = "data/station.csv"
BARS = {"rain": "mm", "frost_days": ""}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 260, 44, 16, 30
MONTHS = "JFMAMJJASOND"

LABELS = {
    "en": {
        "mean": "Temperature {year}, °C: monthly mean, lowest and highest value",
        "rain": "Rain {year}, mm a month",
        "frost_days": "Days with frost {year}",
        "compare": "dashed: {year}",
    },
    "de": {
        "mean": "Temperatur {year}, °C: Monatsmittel, tiefster und höchster Wert",
        "rain": "Regen {year}, mm im Monat",
        "frost_days": "Frosttage {year}",
        "compare": "gestrichelt: {year}",
    },
}


def render(context: Context, post: Post | None) -> Result:
    params = context["params"]
    year, field = params.get("year", ""), params.get("field", "mean")
    rows = read_year(year)
    if not rows:
        return {"html": "", "warnings": [f"{DATA_FILE} has no values for the year {year!r}"]}
    if field != "mean" and field not in BARS:
        return {"html": "", "warnings": [f"no field {field!r}: use mean, rain or frost_days"]}

    labels = LABELS.get(context["env"].get("mainLanguage", "en"), LABELS["en"])
    caption = labels[field].format(year=year)
    compared = read_year(params["compare"]) if "compare" in params and field == "mean" else {}
    if compared:
        caption += "; " + labels["compare"].format(year=params["compare"])
    drawing = draw_bars(rows, field) if field in BARS else draw_temperatures(rows, compared)
    return {"html": figure(drawing, caption)}


def read_year(year: str) -> Rows:
    """Returns the values of one year."""
    rows: Rows = {}
    with open(DATA_FILE, encoding="utf-8", newline="") as file:
        # The first line is a comment that says what the columns mean.
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            row_year, month = row.pop("month").split("-")
            if row_year == year:
                rows[int(month)] = {column: float(value) for column, value in row.items()}
    return rows


def draw_temperatures(rows: Rows, compared: Rows) -> str:
    values = [row[column] for row in [*rows.values(), *compared.values()] for column in ("min", "max")]
    y = Scale(min(values), max(values), step=10)
    upper = [(x_of(month), y(row["max"])) for month, row in rows.items()]
    lower = [(x_of(month), y(row["min"])) for month, row in rows.items()]
    band = points(upper + lower[::-1])
    parts = [y.grid(), f'<polygon points="{band}" fill="currentColor" opacity="0.12"/>']
    if compared:
        dashed = points((x_of(month), y(row["mean"])) for month, row in compared.items())
        parts.append(
            f'<polyline points="{dashed}" fill="none" stroke="currentColor" '
            f'stroke-width="1.5" stroke-dasharray="5 4" opacity="0.6"/>'
        )
    mean = points((x_of(month), y(row["mean"])) for month, row in rows.items())
    parts.append(f'<polyline points="{mean}" fill="none" stroke="{ACCENT}" stroke-width="3" stroke-linejoin="round"/>')
    for month, row in rows.items():
        title = f'{MONTHS[month - 1]}: {row["min"]:g} / {row["mean"]:g} / {row["max"]:g} °C'
        parts.append(
            f'<circle cx="{x_of(month):.1f}" cy="{y(row["mean"]):.1f}" r="4" fill="{ACCENT}">'
            f"<title>{escape(title)}</title></circle>"
        )
    return "".join(parts)


def draw_bars(rows: Rows, field: str) -> str:
    y = Scale(0, max(row[field] for row in rows.values()), step=50 if field == "rain" else 10)
    parts = [y.grid()]
    for month, row in rows.items():
        title = f"{MONTHS[month - 1]}: {row[field]:g} {BARS[field]}".strip()
        parts.append(
            f'<rect x="{x_of(month) - 17:.1f}" y="{y(row[field]):.1f}" width="34" '
            f'height="{y(0) - y(row[field]):.1f}" rx="2" fill="{ACCENT}" opacity="0.8">'
            f"<title>{escape(title)}</title></rect>"
        )
    return "".join(parts)


# The accent colour of the page's style, and one that fits where there is none.
ACCENT = "var(--pico-primary, #2b7a78)"


class Scale:
    """Maps values to heights in the drawing, with grid lines at whole steps."""

    def __init__(self, lowest: float, highest: float, step: int) -> None:
        self.step = step
        self.low = int(lowest // step) * step
        self.high = max(self.low + step, int(-(-highest // step)) * step)

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    def grid(self) -> str:
        lines = []
        for value in range(self.low, self.high + 1, self.step):
            strong = value == 0
            lines.append(
                f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{self(value):.1f}" y2="{self(value):.1f}" '
                f'stroke="currentColor" opacity="{0.5 if strong else 0.15}"/>'
                f'<text x="{LEFT - 8}" y="{self(value) + 4:.1f}" text-anchor="end">{value}</text>'
            )
        for number, letter in enumerate(MONTHS, start=1):
            lines.append(f'<text x="{x_of(number):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{letter}</text>')
        return f'<g font-size="12" fill="currentColor">{"".join(lines)}</g>'


def x_of(month: int) -> float:
    column = (WIDTH - LEFT - 8) / 12
    return LEFT + (month - 0.5) * column


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def figure(drawing: str, caption: str) -> str:
    # No blank line inside: in Markdown it would end the block of HTML.
    return (
        f'<figure class="station-chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(caption)}" style="width:100%;height:auto">{drawing}</svg>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
