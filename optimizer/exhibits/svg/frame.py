"""What a drawing along time has besides its marks: legend, axes and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.exhibits.svg.canvas import Canvas, shortened, width_of
from optimizer.exhibits.svg.scale import Scale

WIDE, NARROW = 720.0, 400.0
"""How wide a drawing is on a desk, and on a telephone."""
LEFT, RIGHT, BELOW = 64.0, 12.0, 26.0
ROW, SWATCH, LONGEST = 18.0, 12.0, 200.0

Entry = tuple[str, str]
"""(name, style) of a line of the legend."""


def legend_rows(entries: Sequence[Entry], width: float) -> list[list[tuple[float, str, str]]]:
    """Names with their places, (x, name, style), in as many rows as they need."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = LEFT
    for name, style in entries:
        shown = shortened(name, LONGEST)
        needed = SWATCH + 6.0 + width_of(shown) + 16.0
        if rows[-1] and x + needed > width - RIGHT:
            rows.append([])
            x = LEFT
        rows[-1].append((x, shown, style))
        x += needed
    return rows


@dataclass(frozen=True)
class Slots:
    """Equal places along time, one a label."""

    labels: tuple[str, ...]
    start: float
    end: float

    @property
    def width(self) -> float:
        return (self.end - self.start) / max(1, len(self.labels))

    def left(self, i: float) -> float:
        return self.start + i * self.width

    def middle(self, i: int) -> float:
        return self.left(i + 0.5)

    def draw(self, canvas: Canvas, y: float) -> None:
        """As many labels as there is room for, each k-th."""
        widest = max((width_of(label) for label in self.labels), default=0.0) + 14.0
        every = max(1, -int(-widest // self.width)) if self.width else 1
        for i in range(0, len(self.labels), every):
            canvas.text(self.middle(i), y, self.labels[i], "t", "middle")


def draw_legend(canvas: Canvas, rows: list[list[tuple[float, str, str]]]) -> None:
    """Swatches with their names."""
    for i, row in enumerate(rows):
        y = 14.0 + i * ROW
        for x, name, style in row:
            if style.startswith(("lline", "llimit")):
                canvas.line([(x, y - 4.0), (x + SWATCH, y - 4.0)], style)
            else:
                canvas.rect(x, y - 10.0, SWATCH, SWATCH - 1.0, style)
            canvas.text(x + SWATCH + 6.0, y, name)


def draw_grid(canvas: Canvas, scale: Scale, unit: str, top: float) -> None:
    """Lines at the round numbers, the one at 0 darker, and the unit above them."""
    for tick in scale.ticks:
        y = scale(tick)
        canvas.line([(LEFT, y), (canvas.width - RIGHT, y)], "zero" if abs(tick) < 1e-9 * scale.step else "grid")
        canvas.text(LEFT - 6.0, y + 4.0, scale.label(tick), "t", "end")
    canvas.text(LEFT, top, unit, "u")
