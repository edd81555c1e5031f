"""Stacked columns with lines over them."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from optimizer.exhibits.shapes import Columns, Series
from optimizer.exhibits.svg.canvas import Canvas
from optimizer.exhibits.svg.frame import BELOW, LEFT, RIGHT, ROW, WIDE, Slots, draw_grid, draw_legend, legend_rows
from optimizer.exhibits.svg.scale import Scale, told

COLOURS = 10
PLOT = 250.0
NOTHING = 1e-6
"""What is less is rounding: it is neither up nor down."""


def draw_columns(exhibit: Columns, width: float = WIDE) -> Canvas:
    """Parts stacked up and down from 0; lines and limits over them, broken where there is no value."""
    parts = few(exhibit.of("part"))
    over = exhibit.of("line", "limit")
    names = [(each.name, f"s{i}") for i, each in enumerate(parts)]
    lines = [(each, f"l{each.role} k{(len(parts) + i) % COLOURS}") for i, each in enumerate(over)]
    rows = legend_rows([*names, *((each.name, style) for each, style in lines)], width)
    top = 8.0 + ROW * len(rows) + 22.0
    canvas = Canvas(width, top + PLOT + BELOW)
    scale = Scale.of(_reach(parts, [each for each, _ in lines], len(exhibit.labels)), top + PLOT, top)
    slots = Slots(exhibit.labels, LEFT, width - RIGHT)
    draw_legend(canvas, rows)
    draw_grid(canvas, scale, exhibit.unit, top - 10.0)
    thick = min(56.0, 0.72 * slots.width)
    for i, label in enumerate(exhibit.labels):
        above = below = 0.0
        for part, style in zip(parts, (style for _, style in names), strict=True):
            value = part.values[i] or 0.0
            if abs(value) < 1e-9:
                continue
            base = above if value > 0 else below
            ends = scale(base), scale(base + value)
            says = f"{part.name}, {label}: {told(value, exhibit.unit)}"
            canvas.rect(slots.middle(i) - thick / 2.0, min(ends), thick, abs(ends[0] - ends[1]), style, says)
            above, below = (above + value, below) if value > 0 else (above, below + value)
    for each, style in lines:
        _line(canvas, exhibit, each, style, slots, scale)
    slots.draw(canvas, top + PLOT + 18.0)
    return canvas


def _line(canvas: Canvas, exhibit: Columns, series: Series, style: str, slots: Slots, scale: Scale) -> None:
    run: list[tuple[float, float]] = []
    for i, value in enumerate((*series.values, None)):
        if value is not None:
            run.append((slots.middle(i), scale(value)))
            continue
        if len(run) > 1:
            canvas.line(run, style)
        run = []
    colour = style.split()[-1]
    for i, value in enumerate(series.values):
        if value is not None:
            says = f"{series.name}, {exhibit.labels[i]}: {told(value, exhibit.unit)}"
            canvas.dot(slots.middle(i), scale(value), f"d {colour}", says)


def _reach(parts: list[Series], lines: list[Series], size: int) -> list[float]:
    found = [value for each in lines for value in each.values if value is not None]
    for i in range(size):
        values = [each.values[i] or 0.0 for each in parts]
        found += [fsum(value for value in values if value > 0), fsum(value for value in values if value < 0)]
    return found


def few(parts: list[Series]) -> list[Series]:
    """At most as many parts as there are colours: the smallest are drawn together, up and down apart."""
    if len(parts) <= COLOURS:
        return parts
    size = {each.name: fsum(abs(value or 0.0) for value in each.values) for each in parts}
    kept = set(sorted(size, key=lambda name: -size[name])[: COLOURS - 2])
    rest = [each for each in parts if each.name not in kept]
    together = []
    for sign, words in ((1.0, "other, in"), (-1.0, "other, out")):
        columns = zip(*(each.values for each in rest), strict=True)
        values = tuple(fsum(v for v in column if v is not None and sign * v > NOTHING) for column in columns)
        if any(values):
            together.append(Series(words, values))
    if len(together) == 1:
        together = [replace(together[0], name=f"{len(rest)} others")]
    return [each for each in parts if each.name in kept] + together
