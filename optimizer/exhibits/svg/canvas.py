"""Marks of a drawing, with text escaped. Positions are in pixels of the view box."""

from __future__ import annotations

from html import escape

CHARACTER = 6.4
"""Width of a character of small text, on average; wide scripts take up to twice as much."""
SIZE = 12
"""Of text."""


def width_of(text: str) -> float:
    """How wide a text is at most, about."""
    return sum(CHARACTER if ord(sign) < 0x2E80 else 2.0 * CHARACTER for sign in text)


def shortened(text: str, room: float) -> str:
    """The text, or as much of it as there is room for, with an ellipsis."""
    if width_of(text) <= room:
        return text
    while text and width_of(text) + CHARACTER > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Canvas:
    """What is drawn, from back to front, on ``width`` by ``height`` pixels."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._marks: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, style: str, says: str = "") -> None:
        """A rectangle; ``says`` is shown when it is pointed at."""
        place = f'x="{_px(x)}" y="{_px(y)}" width="{_px(max(width, 0.0))}" height="{_px(max(height, 0.0))}"'
        self._mark(f'<rect class="{style}" {place}', says, "rect")

    def line(self, points: list[tuple[float, float]], style: str, says: str = "") -> None:
        """A line through points."""
        through = " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
        self._mark(f'<polyline class="{style}" points="{through}"', says, "polyline")

    def area(self, points: list[tuple[float, float]], style: str) -> None:
        """What lies within a closed line."""
        through = " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
        self._mark(f'<polygon class="{style}" points="{through}"', "", "polygon")

    def dot(self, x: float, y: float, style: str, says: str) -> None:
        """A point on a line."""
        self._mark(f'<circle class="{style}" cx="{_px(x)}" cy="{_px(y)}" r="3.5"', says, "circle")

    def text(self, x: float, y: float, text: str, style: str = "t", anchor: str = "start", says: str = "") -> None:
        """A line of text: ``anchor`` start, middle or end."""
        title = f"<title>{_clean(says)}</title>" if says else ""
        at = f'x="{_px(x)}" y="{_px(y)}" text-anchor="{anchor}"'
        self._marks.append(f'<text class="{style}" {at}>{title}{_clean(text)}</text>')

    def place(self, other: Canvas, x: float, y: float) -> None:
        """Another drawing, its corner at a point of this one."""
        self._marks += [f'<g transform="translate({_px(x)} {_px(y)})">', *other._marks, "</g>"]

    def _mark(self, opening: str, says: str, tag: str) -> None:
        self._marks.append(f"{opening}><title>{_clean(says)}</title></{tag}>" if says else f"{opening}/>")

    def svg(self, name: str, title: str, words: str, style: str = "") -> str:
        """The drawing; ``name`` tells it apart from others of the page, ``style`` is for one that stands alone."""
        ids = f'aria-labelledby="{name}-title {name}-words"'
        space = 'xmlns="http://www.w3.org/2000/svg"'
        size = (
            f'viewBox="0 0 {_px(self.width)} {_px(self.height)}" width="{_px(self.width)}" height="{_px(self.height)}"'
        )
        head = f'<svg {space} class="exhibit" {size} role="img" {ids}>'
        about = f'<title id="{name}-title">{_clean(title)}</title><desc id="{name}-words">{_clean(words)}</desc>'
        return "\n".join([head, about, *([f"<style>{style}</style>"] if style else []), *self._marks, "</svg>"])


def _px(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def _clean(text: str) -> str:
    return escape("".join(sign if sign >= " " and sign not in "￾￿" else " " for sign in text))
