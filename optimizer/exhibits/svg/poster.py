"""A plan in one picture: when, from whom, how it is paid for, what it costs."""

from __future__ import annotations

from optimizer.exhibits.all import EXHIBITS
from optimizer.exhibits.svg.canvas import Canvas
from optimizer.exhibits.svg.draw import canvas_of
from optimizer.exhibits.svg.frame import WIDE
from optimizer.exhibits.svg.style import STYLE
from optimizer.plan.record import Record
from optimizer.report.layout import printable

CHOSEN = ("build_out", "orders", "sources_and_uses", "value_bridge")
GAP, HEAD, MARGIN = 28.0, 26.0, 20.0


def poster(plan: Record) -> str:
    """The SVG of the four exhibits that answer most, two side by side, with the verdict above; it stands alone."""
    found = [exhibit for exhibit in (EXHIBITS[name](plan) for name in CHOSEN) if exhibit is not None]
    drawn = [(exhibit.title, canvas_of(exhibit)) for exhibit in found]
    rows = [drawn[i : i + 2] for i in range(0, len(drawn), 2)]
    heights = [max(canvas.height for _, canvas in row) + HEAD + GAP for row in rows]
    canvas = Canvas(2.0 * WIDE + GAP + 2.0 * MARGIN, 96.0 + sum(heights))
    canvas.rect(0.0, 0.0, canvas.width, canvas.height, "paper")
    title = printable(plan.instance.title or plan.instance.name)
    canvas.text(MARGIN, 40.0, title, "head")
    canvas.text(MARGIN, 66.0, printable(str(plan.summary.get("message", plan.status))), "u")
    top = 96.0
    for row, height in zip(rows, heights, strict=True):
        for i, (name, part) in enumerate(row):
            left = MARGIN + i * (WIDE + GAP)
            canvas.text(left, top + 14.0, name, "v")
            canvas.place(part, left, top + HEAD)
        top += height
    words = "; ".join(exhibit.words for exhibit in found)
    return canvas.svg("plan", title, words, STYLE)
