"""A figure along time that may turn out in several ways: two bands, what is expected, and paths where they are few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.exhibits.shapes import Fan
from optimizer.exhibits.svg.canvas import Canvas
from optimizer.exhibits.svg.frame import BELOW, LEFT, RIGHT, ROW, WIDE, Slots, draw_grid, draw_legend, legend_rows
from optimizer.exhibits.svg.scale import Scale, told

PLOT = 210.0

Points = list[tuple[float, float]]


def draw_fan(exhibit: Fan, width: float = WIDE) -> Canvas:
    """Bands from back to front, the wider one paler; paths thin, what is expected bold with a dot a period."""
    names = [("expected", "lline k0"), ("eight in ten", "fan1"), ("all scenarios", "fan0")]
    rows = legend_rows(names, width)
    top = 8.0 + ROW * len(rows) + 22.0
    canvas = Canvas(width, top + PLOT + BELOW)
    ends = [value for values in exhibit.outer for value in values if value is not None]
    scale = Scale.of(ends, top + PLOT, top)
    slots = Slots(exhibit.labels, LEFT, width - RIGHT)
    draw_legend(canvas, rows)
    draw_grid(canvas, scale, exhibit.unit, top - 10.0)
    for (low, high), style in ((exhibit.outer, "fan0"), (exhibit.inner, "fan1")):
        for below, above in zip(_runs(low, slots, scale), _runs(high, slots, scale), strict=True):
            if len(below) > 1:
                canvas.area([*below, *reversed(above)], style)
    for path in exhibit.paths:
        for run in _runs(path.values, slots, scale):
            if len(run) > 1:
                canvas.line(run, "path", f"{path.name}, {100.0 * path.probability:.0f} %")
    for run in _runs(exhibit.expected, slots, scale):
        if len(run) > 1:
            canvas.line(run, "lline k0")
    for i, value in enumerate(exhibit.expected):
        if value is not None:
            least, most = (told(each[i] or 0.0, exhibit.unit) for each in exhibit.outer)
            says = f"{exhibit.labels[i]}: {told(value, exhibit.unit)} expected, from {least} to {most}"
            canvas.dot(slots.middle(i), scale(value), "d k0", says)
    slots.draw(canvas, top + PLOT + 18.0)
    return canvas


def _runs(values: Sequence[float | None], slots: Slots, scale: Scale) -> Iterator[Points]:
    """The pieces of a line between gaps."""
    run: Points = []
    for i, value in enumerate((*values, None)):
        if value is not None:
            run.append((slots.middle(i), scale(value)))
        elif run:
            yield run
            run = []
