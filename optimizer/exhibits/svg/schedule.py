"""Spans along time, row by row."""

from __future__ import annotations

from optimizer.exhibits.shapes import Schedule
from optimizer.exhibits.svg.canvas import Canvas, shortened, width_of
from optimizer.exhibits.svg.frame import RIGHT, WIDE, Slots

HIGH, ROOM = 26.0, 210.0


def draw_schedule(exhibit: Schedule, width: float = WIDE) -> Canvas:
    """A row a line; spans that lie over each other share its height."""
    names = min(ROOM * width / WIDE, max(width_of(row) for row in exhibit.rows) + 16.0)
    lanes = {row: _lanes(exhibit, row) for row in exhibit.rows}
    tops, y = {}, 24.0
    for row in exhibit.rows:
        tops[row] = y
        y += HIGH * max(1, lanes[row][1]) + 4.0
    canvas = Canvas(width, y + 4.0)
    slots = Slots(exhibit.labels, names, width - RIGHT)
    slots.draw(canvas, 14.0)
    for i in range(len(exhibit.labels) + 1):
        canvas.line([(slots.left(i), 20.0), (slots.left(i), y)], "grid")
    for row in exhibit.rows:
        canvas.text(names - 8.0, tops[row] + 17.0, shortened(row, names - 8.0), "t", "end", row)
    for span in exhibit.spans:
        place = lanes[span.row][0][id(span)]
        top = tops[span.row] + HIGH * place
        left, wide = slots.left(span.start), (span.end - span.start) * slots.width
        when = f"{exhibit.labels[span.start]} to {exhibit.labels[span.end - 1]}"
        says = f"{span.row}: {span.text} {'under construction' if span.begun else 'in service'}, {when}"
        canvas.rect(left + 1.0, top + 2.0, wide - 2.0, HIGH - 4.0, "begun" if span.begun else "serves", says)
        if width_of(span.text) + 8.0 <= wide:
            canvas.text(left + wide / 2.0, top + 17.0, span.text, "on" if span.begun else "in", "middle")
    return canvas


def _lanes(exhibit: Schedule, row: str) -> tuple[dict[int, int], int]:
    """Which lane of a row each of its spans is in, and how many lanes there are.

    What is built and then serves keeps its lane, which is free once that ends.
    """
    free: list[int] = []
    found: dict[int, int] = {}
    own = [spans for spans in exhibit.together() if spans[0].row == row]
    for spans in sorted(own, key=lambda each: (each[0].start, each[-1].end)):
        lane = next((i for i, end in enumerate(free) if end <= spans[0].start), len(free))
        free[lane : lane + 1] = [spans[-1].end]
        found |= {id(span): lane for span in spans}
    return found, len(free)
