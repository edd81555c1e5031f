"""Numbers by name, one below the other: full up to what is certain, paler up to what is possible.

Names stand to the left of the bars on a desk, above them on a telephone.
"""

from __future__ import annotations

from optimizer.exhibits.shapes import Bars
from optimizer.exhibits.svg.canvas import Canvas, shortened, width_of
from optimizer.exhibits.svg.frame import RIGHT, WIDE
from optimizer.exhibits.svg.scale import Scale, number, told

THICK, TOP = 16.0, 30.0
NAMES = 280.0
WIDER = 1.08
"""Names may have more wide letters than a text has on average."""


def draw_bars(exhibit: Bars, width: float = WIDE) -> Canvas:
    """A bar a row from 0 on; its number beside it, both ends where they are told apart."""
    is_wide = width >= WIDE
    names, high = (NAMES, 24.0) if is_wide else (12.0, 40.0)
    canvas = Canvas(width, TOP + high * len(exhibit.bars) + 26.0)
    largest = max(abs(end) for bar in exhibit.bars for end in (bar.low, bar.high))
    digits = 0 if largest >= 100 else 1 if largest >= 1 else 3
    texts = [_text(bar.low, bar.high, digits) for bar in exhibit.bars]
    room = max(map(width_of, texts)) + 8.0
    scale = Scale.of([end for bar in exhibit.bars for end in (bar.low, bar.high)], names, width - RIGHT - room, 3)
    bottom = TOP + high * len(exhibit.bars)
    for tick in scale.ticks:
        canvas.text(scale(tick), bottom + 16.0, scale.label(tick), "t", "middle")
    canvas.text(names, 14.0, exhibit.unit, "u")
    for row, (bar, text) in enumerate(zip(exhibit.bars, texts, strict=True)):
        line = TOP + high * row + 12.0
        top = line - 12.0 if is_wide else line + 5.0
        for tick in scale.ticks:
            x, style = scale(tick), "zero" if abs(tick) < 1e-9 * scale.step else "grid"
            canvas.line([(x, top - 1.0), (x, top + THICK + 4.0)], style)
        end = names - 8.0 if is_wide else width - RIGHT
        canvas.text(end, line, bar.note, "u", "end")
        canvas.text(6.0, line, shortened(bar.name, (end - width_of(bar.note) - 18.0) / WIDER), "t", "start", bar.name)
        says = f"{bar.name}: {told(bar.low, exhibit.unit)} to {told(bar.high, exhibit.unit)}"
        sure = bar.low if bar.low > 0.0 else bar.high if bar.high < 0.0 else 0.0
        for start, end, style in ((bar.low, bar.high, "begun"), (0.0, sure, "serves")):
            ends = sorted((scale(start), scale(end)))
            canvas.rect(ends[0], top, ends[1] - ends[0], THICK, style, says)
        canvas.text(max(scale(bar.high), scale(0.0)) + 6.0, top + 12.0, text)
    return canvas


def _text(low: float, high: float, digits: int) -> str:
    ends = [number(each, digits) for each in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
