"""An exhibit as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.exhibits.shapes import Exhibit
from optimizer.exhibits.svg.draw import to_svg
from optimizer.exhibits.svg.frame import NARROW


@dataclass(frozen=True)
class Figure:
    """An exhibit as the page shows it."""

    name: str
    title: str
    words: str
    wide: str
    narrow: str


def figure_of(name: str, exhibit: Exhibit) -> Figure:
    """An exhibit for a page: drawn wide and narrow."""
    narrow = to_svg(exhibit, f"{name}-narrow", width=NARROW)
    return Figure(name, exhibit.title, exhibit.words, to_svg(exhibit, name), narrow)
