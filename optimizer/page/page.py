"""`report.html`: a plan as one file that needs nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.comparison.comparison import Comparison
from optimizer.contract.durable import replacing
from optimizer.exhibits.all import exhibits
from optimizer.exhibits.axis import lengths
from optimizer.exhibits.story import story
from optimizer.exhibits.svg.style import STYLE
from optimizer.page.comparison import comparison_page
from optimizer.page.figure import figure_of
from optimizer.page.render import render
from optimizer.page.sheets import STATEMENTS, sheets, waterfall_sheets
from optimizer.page.tree import tree_page
from optimizer.plan.record import Record
from optimizer.report.figures import figures
from optimizer.report.headline import STALE, audit_text, own_text, sold_text
from optimizer.report.layout import printable
from optimizer.report.numbers import RATES, money, percent, ratio
from optimizer.uncertainty.record import TreeRecord

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

SCHEDULES = ("site_starts", "purchases", "equity_rounds", "lenders", "covenants", "binding_limits", "commitments")
"""The tables of the appendix; all others are in the run's folder."""


def to_html(subject: Plan | Comparison | TreeRecord, path: str | os.PathLike[str] | None = None) -> str:
    """The report of a plan, a comparison or a tree of scenarios (the ``record`` of its plan) as one HTML page; written
    to ``path`` as well, if there is one.

    Drawings are SVG, there is no script, and nothing is loaded from elsewhere. The same subject gives the same
    bytes. Raises MissingExtraError without jinja2, OSError if the file cannot be written, and TypeError for what is
    none of them.

    >>> page = optimizer.to_html(plan)
    >>> page.startswith("<!DOCTYPE html>"), "Content-Security-Policy" in page
    (True, True)
    """
    if isinstance(subject, Record):
        page = _plan_page(subject)
    elif isinstance(subject, Comparison):
        page = comparison_page(subject)
    elif isinstance(subject, TreeRecord):
        page = tree_page(subject)
    else:
        raise TypeError(f"a plan or a comparison is expected, not {type(subject).__name__}")
    if path is not None:
        with replacing(Path(path)) as stream:
            stream.write(page.encode())
    return page


def _plan_page(plan: Plan) -> str:
    found = exhibits(plan)
    return render(
        "report.html",
        style=STYLE,
        name=plan.instance.name,
        title=printable(plan.instance.title or ""),
        verdict=verdict(plan),
        tiles=tiles(plan),
        chapters=story(plan),
        lengths=lengths(plan),
        figures=[figure_of(name, each) for name, each in found.items()],
        statements=[*sheets(plan, STATEMENTS), *waterfall_sheets(plan)],
        schedules=sheets(plan, SCHEDULES),
        levels=_levels(plan),
        audit=_audit(plan),
        inputs=_inputs(plan),
        rates=RATES,
    )


def verdict(plan: Plan) -> list[tuple[str, bool]]:
    """Sentences on how sure the plan is, and whether each is good news."""
    found = [(printable(str(plan.summary.get("message", plan.status))), plan.status == "optimal")]
    if own := own_text(plan.summary):
        found.append((own, False))
    stands = plan.audit is None or plan.audit_stands
    found.append((audit_text(plan.audit).plain if stands else STALE, plan.audit_passed is True))
    return found


def tiles(plan: Plan) -> list[tuple[str, str]]:
    """Key figures: name and text."""
    metrics = plan.metrics
    npc = metrics.get("net_present_cost")
    found = [
        ("capital spending", money(metrics.get("capex_musd"))),
        ("net present value", "n/a" if npc is None else money(0.0 - npc)),
        ("capital raised", money(metrics.get("external_capital_raised_musd"))),
        ("cost of capital a year", percent(metrics.get("average_wacc_per_year"), 2)),
        ("equity IRR", percent(metrics.get("equity_irr_per_year"))),
        ("least DSCR", ratio(metrics.get("minimum_dscr"))),
        ("least cash", money(metrics.get("minimum_cash_musd"))),
        ("sold to new owners", sold_text(plan) or "n/a"),
    ]
    return [(name, text) for name, text in found if text != "n/a"]


def _levels(plan: Plan) -> list[Mapping[str, Any]]:
    show = {"musd": money}
    return [
        {
            "name": f"{level['sense']} {level['name']}",
            "value": show.get(level.get("unit", "musd"), percent)(level["value"]),
            "bound": show.get(level.get("unit", "musd"), percent)(level["bound"]),
            "gap": percent(level["gap_share"], 3),
            "status": level["status"],
        }
        for level in plan.summary.get("levels", [])
    ]


def _audit(plan: Plan) -> list[Mapping[str, Any]]:
    """The rules of the audit, failures first; none if there is no audit of this plan."""
    if plan.audit is None or not plan.audit_stands:
        return []
    return sorted(plan.audit.get("rules", []), key=lambda rule: bool(rule["passed"]))


def _inputs(plan: Plan) -> list[tuple[str, str, str]]:
    """Path, value, source; the source of the figure above it is not said again."""
    found: list[tuple[str, str, str]] = []
    above = ""
    for each in figures(plan.instance, {}):
        source = printable(each["source"] or "no source is named")
        found.append((printable(each["path"]), printable(_told(each["value"])), "″" if source == above else source))
        above = source
    return found


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_told(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_told, value))
    return f"{value:,}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
