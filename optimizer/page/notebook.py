"""A plan as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from optimizer.exhibits.all import EXHIBITS
from optimizer.exhibits.comparing import comparison_exhibits
from optimizer.exhibits.svg.draw import to_svg
from optimizer.page.page import tiles, verdict
from optimizer.report.layout import printable

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison
    from optimizer.plan.plan import Plan

CHOSEN = ("build_out", "sources_and_uses")


def brief(plan: Plan) -> str:
    """The name, how sure it is, key figures, and when what is built and how it is paid for, as HTML."""
    said = "".join(f"<li>{escape(text)}</li>" for text, _ in verdict(plan))
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in tiles(plan))
    shown = [(name, exhibit) for name in CHOSEN if (exhibit := EXHIBITS[name](plan)) is not None]
    drawn = "".join(f"<h4>{escape(each.title)}</h4>{to_svg(each, f'brief-{name}', alone=True)}" for name, each in shown)
    title = escape(printable(plan.instance.title or ""))
    return f"<div><h3>{escape(plan.instance.name)}</h3><p>{title}</p><ul>{said}</ul><table>{cells}</table>{drawn}</div>"


def brief_comparison(comparison: Comparison) -> str:
    """The name, how the runs ended, what is in doubt, and the figures, as HTML."""
    ended = ", ".join(f"{count:,} {status}" for status, count in sorted(comparison.counts.items()))
    lines = [f"{len(comparison.results):,} runs: {ended}", *map(printable, comparison.warnings)]
    said = "".join(f"<li>{escape(line)}</li>" for line in lines)
    drawn = "".join(
        f"<h4>{escape(each.title)}</h4>{to_svg(each, f'brief-{name}', alone=True)}"
        for name, each in comparison_exhibits(comparison).items()
    )
    return f"<div><h3>{escape(printable(comparison.name))}</h3><ul>{said}</ul>{drawn}</div>"
