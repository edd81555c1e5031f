"""A tree along time: a row a node, with what it decides, how likely it is, and what comes of it where it ends."""

from __future__ import annotations

from optimizer.exhibits.shapes import Branch, Branches
from optimizer.exhibits.svg.canvas import Canvas, shortened, width_of
from optimizer.exhibits.svg.frame import RIGHT, WIDE, Slots
from optimizer.exhibits.svg.heat_map import SHADES

HIGH, TOP, STEP = 40.0, 24.0, 14.0
BOLD = 1.15
"""How much wider a bold text is."""
NAMES = {True: 300.0, False: 196.0}
"""How much room names have, on a desk and on a telephone."""


def draw_branches(exhibit: Branches, width: float = WIDE) -> Canvas:
    """Names to the left, further in the deeper; to the right a bar for the periods that a node decides."""
    names = NAMES[width >= WIDE]
    canvas = Canvas(width, TOP + HIGH * len(exhibit.nodes) + 6.0)
    slots = Slots(exhibit.labels, names, width - RIGHT)
    slots.draw(canvas, 14.0)
    for i in range(len(exhibit.labels) + 1):
        canvas.line([(slots.left(i), 20.0), (slots.left(i), canvas.height - 4.0)], "grid")
    _joints(canvas, exhibit)
    for row, node in enumerate(exhibit.nodes):
        top, left = TOP + HIGH * row, 6.0 + STEP * node.depth
        chance = f"{100.0 * node.probability:.3g} %"
        room = (names - left - width_of(chance) - 20.0) / BOLD
        canvas.text(left, top + 15.0, shortened(node.name, room), "v", "start", node.name)
        canvas.text(names - 8.0, top + 15.0, chance, "t", "end")
        canvas.text(left, top + 31.0, shortened(node.note, names - left - 8.0), "u", "start", node.note)
        _bar(canvas, slots, node, top, exhibit.labels)
    return canvas


def _bar(canvas: Canvas, slots: Slots, node: Branch, top: float, labels: tuple[str, ...]) -> None:
    """The periods of a node; one that ends it all is shaded by how good that is, and says what comes of it."""
    left, wide = slots.left(node.start), (node.end - node.start) * slots.width
    shade = None if node.share is None else min(SHADES - 1, int(node.share * SHADES))
    style = ("total" if not node.depth else "serves") if shade is None else f"h{shade}"
    says = f"{node.name}: {labels[node.start]} to {labels[max(node.start, node.end - 1)]}, {node.note}"
    canvas.rect(left + 1.0, top + 5.0, wide - 2.0, HIGH - 12.0, style, f"{says}{', ' * bool(node.text)}{node.text}")
    if node.text and width_of(node.text) + 8.0 <= wide:
        ink = "in" if shade is None else f"onh{shade}"
        canvas.text(left + wide / 2.0, top + 23.0, node.text, ink, "middle")


def _joints(canvas: Canvas, exhibit: Branches) -> None:
    """A line down from each node to those that follow it, and a short one in to each."""
    for row, node in enumerate(exhibit.nodes):
        below: list[int] = []
        for later, other in enumerate(exhibit.nodes[row + 1 :], row + 1):
            if other.depth <= node.depth:
                break
            if other.depth == node.depth + 1:
                below.append(later)
        x = STEP * node.depth + 1.0
        for later in below:
            y = TOP + HIGH * later + 11.0
            canvas.line([(x, TOP + HIGH * row + 34.0 - 12.0 * (not node.note)), (x, y), (x + STEP - 1.0, y)], "joint")
