"""Steps from nothing to a total."""

from __future__ import annotations

from itertools import accumulate

from optimizer.exhibits.shapes import Bridge
from optimizer.exhibits.svg.canvas import Canvas, shortened
from optimizer.exhibits.svg.frame import LEFT, RIGHT, WIDE, Slots, draw_grid
from optimizer.exhibits.svg.scale import Scale, number, told

PLOT, TOP = 250.0, 34.0


def draw_bridge(exhibit: Bridge, width: float = WIDE) -> Canvas:
    """Up in one colour, down in another; a total stands on 0."""
    steps = exhibit.steps
    ends = list(accumulate(0.0 if step.total else step.value for step in steps))
    starts = [0.0, *ends[:-1]]
    canvas = Canvas(width, TOP + PLOT + 44.0)
    scale = Scale.of([*ends, *(step.value for step in steps if step.total)], TOP + PLOT, TOP)
    slots = Slots(tuple(step.name for step in steps), LEFT, width - RIGHT)
    draw_grid(canvas, scale, exhibit.unit, TOP - 14.0)
    for i, step in enumerate(steps):
        low, high = (0.0, step.value) if step.total else (starts[i], ends[i])
        style = "total" if step.total else "up" if step.value >= 0 else "down"
        y = min(scale(low), scale(high))
        left, wide = slots.left(i + 0.15), 0.7 * slots.width
        canvas.rect(
            left, y, wide, abs(scale(low) - scale(high)), style, f"{step.name}: {told(step.value, exhibit.unit)}"
        )
        above = y - 4.0 if y - 4.0 > TOP + 8.0 else y + 14.0
        canvas.text(slots.middle(i), above, number(step.value, 0), "v" if above < y else "vi", "middle")
        for line, words in enumerate(_two_lines(step.name)):
            shown = shortened(words, slots.width)
            canvas.text(slots.middle(i), TOP + PLOT + 18.0 + 14.0 * line, shown, "t", "middle", step.name)
    return canvas


def _two_lines(name: str) -> list[str]:
    words = name.split()
    if len(name) < 10 or len(words) == 1:
        return [name]
    half = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(" ".join(words[i:]))))
    return [" ".join(words[:half]), " ".join(words[half:])]
