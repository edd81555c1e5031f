"""A comparison as one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.exhibits.comparing import comparison_exhibits
from optimizer.exhibits.svg.style import STYLE
from optimizer.page.figure import figure_of
from optimizer.page.render import render
from optimizer.page.sheets import Sheet
from optimizer.report.compare import layouts
from optimizer.report.layout import Layout, printable

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison


def comparison_page(comparison: Comparison) -> str:
    """The page of a comparison. Raises MissingExtraError."""
    shown = comparison_exhibits(comparison)
    ended = ", ".join(f"{count:,} {status}" for status, count in sorted(comparison.counts.items()))
    failures = comparison.audit_failures
    verdict = [(f"{len(comparison.results):,} runs: {ended}", not failures)]
    verdict += [(f"the audit failed of {', '.join(failures)}: do not use them", False)] if failures else []
    verdict += [(printable(warning), False) for warning in comparison.warnings]
    return render(
        "comparison.html",
        style=STYLE,
        name=printable(comparison.name),
        title=printable(comparison.title or ""),
        base=comparison.base,
        against=printable(comparison.against or ""),
        verdict=verdict,
        figures=[figure_of(name, each) for name, each in shown.items()],
        tables=[_sheet(layout) for layout in layouts(comparison, None, None)],
    )


def _sheet(layout: Layout) -> Sheet:
    """A table of the terminal as one of the page, as wide as it is."""
    numeric = (False, *(True for _ in layout.columns))
    rows = tuple((printable(label), *map(printable, cells)) for label, cells, _ in layout.rows)
    strong = frozenset(i for i, (_, _, is_strong) in enumerate(layout.rows) if is_strong)
    return Sheet(layout.title, printable(layout.title), "", ("", *layout.columns), numeric, rows, strong)
