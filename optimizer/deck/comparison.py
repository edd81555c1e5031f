"""A comparison as slides: mixes and scenarios, sweeps and frontiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.deck.slides import Front, Slide
from optimizer.exhibits.comparing import comparison_exhibits
from optimizer.report.compare import layouts
from optimizer.report.layout import printable

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

MOST_COLUMNS, WIDTH = 9, 88
"""Of a table on a slide: columns, and the characters that the terminal's choice of columns may take."""


def comparison_front(comparison: Comparison) -> Front:
    """What was compared, and how the runs ended."""
    ended = ", ".join(f"{count:,} {status}" for status, count in sorted(comparison.counts.items()))
    words = (f"Comparison {comparison.name} of {comparison.base}", f"{len(comparison.results):,} runs: {ended}")
    return Front(comparison.title or comparison.name, words)


def comparison_slides(comparison: Comparison) -> Iterator[Slide]:
    """Its tables, then its figures, and last what is in doubt."""
    shown = comparison_exhibits(comparison)
    for layout in layouts(comparison, None, WIDTH):
        columns = ("", *layout.columns[: MOST_COLUMNS - 1])
        rows = tuple((label, *cells[: MOST_COLUMNS - 1]) for label, cells, _ in layout.rows)
        shares = (2.0, *(1.0 for _ in columns[1:]))
        yield Slide(printable(layout.title), columns=columns, rows=rows, shares=shares)
    for exhibit in shown.values():
        yield Slide(f"{exhibit.title}: {exhibit.words}", charts=(exhibit,))
    if comparison.warnings:
        yield Slide("What is in doubt", points=tuple(map(printable, comparison.warnings)))
