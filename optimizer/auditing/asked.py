"""What a summary says was asked for: the options of the solver, and the caps on objectives.

Options are those of the instance, but for what ``asked`` holds: that was asked for on the command line, from Python or
by a batch. The objectives and their slack stand in the instance, which is known by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from optimizer.auditing.levels import own_tolerance
from optimizer.auditing.report import AuditError, Findings, rule
from optimizer.auditing.rows import number
from optimizer.auditing.tolerances import DOLLAR, MONEY, ONE, WHOLE, ZERO
from optimizer.contract.objectives import MAXIMISED
from optimizer.contract.solvers import ENGINES, HIGHS
from optimizer.instance.schema import Instance

OPTIONS = rule(
    "level.options", "Gap, time limit, threads and seed are what the instance or its user asked for.", "options", WHOLE
)
CAPS = rule("level.caps", "The plan keeps every objective that was capped within its cap.", "own unit", MONEY)

ASKED = ("gap_share", "time_limit_s", "threads", "seed")
"""The options that can be asked for; the gap in dollars that is enough is always one dollar."""


def check_asked(instance: Instance, findings: Findings, metrics: Mapping[str, Any], summary: Mapping[str, Any]) -> None:
    """Check options and caps of a summary. Raises AuditError if they cannot be read."""
    asked, options = _block(summary, "asked"), _block(summary, "options")
    own = {name: getattr(instance.solve, name) for name in ASKED}
    for name in sorted({*asked, *options} - {*own, "gap_musd", "solver"}):
        findings.record(OPTIONS, f"summary.json: {name} is no option", None, ONE)
    findings.record(OPTIONS, "summary.json: asked.gap_musd cannot be asked for", None, Decimal("gap_musd" in asked))
    solver, wanted_solver = options.get("solver", HIGHS), asked.get("solver", HIGHS)
    if solver != wanted_solver or solver not in list(ENGINES):
        findings.record(OPTIONS, f"summary.json: options.solver is {solver}, asked for is {wanted_solver}", None, ONE)
    for name in (*ASKED, "gap_musd"):
        place = f"summary.json: options.{name}"
        if name not in options:
            raise AuditError("summary.json: options", f"the entry {name!r} is missing")
        stated = number(options[name], place)
        wanted = number(asked.get(name, own.get(name, float(DOLLAR))), f"summary.json: asked.{name}")
        who = "asked for" if name in asked or name not in own else "asked by the instance"
        findings.record(OPTIONS, f"{place} is {stated}, {who} is {wanted}", None, Decimal(stated != wanted))
    _check_caps(findings, metrics, summary)


def _check_caps(findings: Findings, metrics: Mapping[str, Any], summary: Mapping[str, Any]) -> None:
    caps = _block(summary, "caps")
    if "point" in summary and dict(_block(_block(summary, "point"), "caps")) != dict(caps):
        findings.record(CAPS, "summary.json: caps are not those of point.caps", None, ONE)
    for name, cap in caps.items():
        place = f"summary.json: caps.{name}"
        limit = number(cap, place)
        if metrics.get(name) is None:
            findings.record(CAPS, f"{place}: the plan has no such figure", None, ONE)
            continue
        value = number(metrics[name], f"plan.json: metrics.{name}")
        beyond = max(ZERO, (limit - value) if name in MAXIMISED else (value - limit))
        # the same multiple of its own tolerance
        scale = MONEY.of(limit) / own_tolerance(name).of(limit)
        findings.record(CAPS, f"{place} is {limit}, the plan has {value}", None, beyond * scale, limit)


def _block(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An entry that is an object; empty if there is none."""
    block = data.get(name, {})
    if not isinstance(block, Mapping):
        raise AuditError(f"summary.json: {name}", f"should be an object, not {type(block).__name__}")
    return block
