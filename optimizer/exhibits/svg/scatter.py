"""Points of two figures, joined in order."""

from __future__ import annotations

from optimizer.exhibits.shapes import Scatter
from optimizer.exhibits.svg.canvas import Canvas
from optimizer.exhibits.svg.frame import BELOW, LEFT, RIGHT, WIDE, draw_grid
from optimizer.exhibits.svg.scale import Scale, told

PLOT, TOP = 250.0, 34.0


def draw_scatter(exhibit: Scatter, width: float = WIDE) -> Canvas:
    """Axes from where the points are, not from 0: what matters is what one figure costs of the other."""
    canvas = Canvas(width, TOP + PLOT + BELOW + 18.0)
    up = Scale.of([y for _, _, y in exhibit.points], TOP + PLOT, TOP, zero=False)
    across = Scale.of([x for _, x, _ in exhibit.points], LEFT + 20.0, width - RIGHT - 20.0, zero=False)
    draw_grid(canvas, up, exhibit.unit, TOP - 14.0)
    for tick in across.ticks:
        canvas.text(across(tick), TOP + PLOT + 18.0, across.label(tick), "t", "middle")
    canvas.text(width - RIGHT, TOP + PLOT + 36.0, exhibit.x_unit, "u", "end")
    canvas.line([(across(x), up(y)) for _, x, y in exhibit.points], "lline k0")
    for name, x, y in exhibit.points:
        says = f"{name}: {told(x, exhibit.x_unit)}, {told(y, exhibit.unit)}"
        canvas.dot(across(x), up(y), "d k0", says)
    return canvas
