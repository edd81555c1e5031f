"""A number for each row and column, shaded."""

from __future__ import annotations

from optimizer.exhibits.shapes import HeatMap
from optimizer.exhibits.svg.canvas import Canvas, shortened, width_of
from optimizer.exhibits.svg.frame import RIGHT, WIDE, Slots
from optimizer.exhibits.svg.scale import number, told

HIGH, ROOM, SHADES = 28.0, 200.0, 5


def draw_heat_map(exhibit: HeatMap, width: float = WIDE) -> Canvas:
    """Cells in five shades from the best to the worst; a number in each, and a dash where there is none."""
    names = min(ROOM * width / WIDE, max(width_of(row) for row in exhibit.rows) + 16.0)
    canvas = Canvas(width, 32.0 + HIGH * len(exhibit.rows))
    slots = Slots(exhibit.columns, names, width - RIGHT)
    for j, column in enumerate(exhibit.columns):
        canvas.text(slots.middle(j), 18.0, shortened(column, slots.width - 6.0), "t", "middle", column)
    least, most = _ends(exhibit)
    digits = 0 if most - least >= 100 else 1 if most - least >= 1 else 3
    for i, (row, values) in enumerate(zip(exhibit.rows, exhibit.values, strict=True)):
        top = 26.0 + HIGH * i
        canvas.text(names - 8.0, top + 18.0, shortened(row, names - 8.0), "t", "end", row)
        for j, value in enumerate(values):
            says = f"{row}, {exhibit.columns[j]}: {'none' if value is None else told(value, exhibit.unit)}"
            style = "none" if value is None else f"h{shade_of(exhibit, value)}"
            canvas.rect(slots.left(j) + 1.0, top + 1.0, slots.width - 2.0, HIGH - 2.0, style, says)
            text = "–" if value is None else number(value, digits)
            canvas.text(slots.middle(j), top + 18.0, text, f"on{style}", "middle")
    return canvas


def _ends(exhibit: HeatMap) -> tuple[float, float]:
    known = [value for row in exhibit.values for value in row if value is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)


def shade_of(exhibit: HeatMap, value: float) -> int:
    """Which of the shades a value has, 0 the best."""
    least, most = _ends(exhibit)
    share = 0.0 if most == least else (value - least) / (most - least)
    return min(SHADES - 1, int((share if exhibit.low_is_good else 1.0 - share) * SHADES))
