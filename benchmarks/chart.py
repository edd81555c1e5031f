"""Build and compile by size as an SVG, both scales logarithmic. Plain text, so that it needs no library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.measure import Row

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 40, 60
COLOURS = ("#1f5fa8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e", "#566573", "#148f77")


def chart(rows: Sequence[Row]) -> str:
    """Seconds over nonzeros, a line for each way; ``rows`` are those of the section ``compile``."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row.get("total_s"):
            lines.setdefault(row["way"], []).append((row["nonzeros"], row["total_s"]))
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError("there is nothing to draw")
    across = _Scale([x for x, _ in points], LEFT, WIDTH - RIGHT)
    upward = _Scale([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [*_frame(across, upward), *_legend(list(lines))]
    for (way, line), colour in zip(lines.items(), _colours(), strict=False):
        places = [(across.place(x), upward.place(y)) for x, y in sorted(line)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), (nonzeros, seconds) in zip(places, sorted(line), strict=True):
            title = f"{escape(way)}: {nonzeros:,} nonzeros, {seconds:.3g} s"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{title}</title></circle>')
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    return (
        f'{head} font-family="sans-serif" font-size="12">\n'
        f"<title>Build and compile by nonzeros</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


class _Scale:
    """Powers of ten over the values, from one edge of the picture to the other."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.first = math.floor(math.log10(min(values)))
        self.last = max(self.first + 1, math.ceil(math.log10(max(values))))
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.first) / (self.last - self.first)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[int]:
        return list(range(self.first, self.last + 1))


def _frame(across: _Scale, upward: _Scale) -> Iterator[str]:
    right, low = WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in across.ticks:
        x = across.place(10.0**power)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{low + 18}" text-anchor="middle">{_power(power)}</text>'
    for power in upward.ticks:
        y = upward.place(10.0**power)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_power(power)}</text>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle:.1f}" y="{HEIGHT - 16}" text-anchor="middle">nonzeros</text>'
    yield f'<text x="{LEFT}" y="{TOP - 16}">seconds from data to a solver that is ready to run</text>'


def _legend(ways: Sequence[str]) -> Iterator[str]:
    x = WIDTH - RIGHT + 16
    for number, (way, colour) in enumerate(zip(ways, _colours(), strict=False)):
        y = TOP + 10 + 20 * number
        yield f'<line x1="{x}" y1="{y}" x2="{x + 20}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{x + 26}" y="{y + 4}">{escape(way)}</text>'


def _power(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def _colours() -> Iterator[str]:
    while True:
        yield from COLOURS
