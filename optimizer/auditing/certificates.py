"""Bounds: who vouches for each, and second opinions held against the levels that they are about.

A bound says that no plan is better, which the plan alone cannot tell: the audit does not recompute it. It is
the solver's word, unless another solver has confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from optimizer.auditing.report import AuditError, Findings, rule
from optimizer.auditing.rows import number, rows
from optimizer.auditing.tolerances import GAP, MONEY, ONE, SHARE, WHOLE, ZERO
from optimizer.contract.objectives import MAXIMISED, SHARES
from optimizer.contract.solvers import solver_of

CERTIFICATES = rule(
    "level.certificates",
    "Second opinions are of these levels and bounds, and say what they find.",
    "texts",
    WHOLE,
)
NONE = "none"
EXACT = Decimal("2e-6")
"""What a plan may be off the exact optimum of its decisions: a dollar, and a dollar for the level before."""
EDGE = 1e-9
"""By this part of its value, or of 1, a distance may be off before it is rounded to be told."""


def bound_words(summary: Mapping[str, Any]) -> dict[str, str]:
    """Level → who says that no plan is better than its bound: the solver, and SCIP where it agrees on all levels."""
    first = f"by {solver_of(summary).name}"
    confirmed = [
        f"{first}, confirmed by {_short(opinion)}"
        for opinion in _opinions(summary)
        if opinion.get("method") == "scip" and opinion.get("agrees") is True and opinion.get("levels")
    ]
    words = confirmed[0] if confirmed else f"{first}, not recomputed"
    return {str(level["name"]): NONE if level["bound"] is None else words for level in summary["objectives"]}


def check_certificates(findings: Findings, summary: Mapping[str, Any]) -> None:
    """Check every second opinion of a summary against its levels. Raises AuditError if one cannot be read."""
    stated = rows(summary["objectives"], "summary.json: objectives")
    for i, opinion in enumerate(_opinions(summary)):
        place = f"summary.json: certificates[{i}]"
        for name in ("method", "agrees", "message", "version"):
            if name not in opinion:
                raise AuditError(place, f"the entry {name!r} is missing")
        levels = rows(opinion.get("levels", []), f"{place}.levels")
        for fault in _faults(opinion, levels, stated):
            findings.record(CERTIFICATES, f"{place}{fault}", None, ONE)
        findings.record(CERTIFICATES, place, None, ZERO)


def _faults(
    opinion: Mapping[str, Any], levels: Sequence[Mapping[str, Any]], stated: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What is wrong with an opinion, as its place and words."""
    message, agrees, name = str(opinion["message"]), opinion["agrees"], _short(opinion)
    if not levels:  # it was interrupted, or failed
        return [] if agrees is None and message.startswith(f"{name} is undecided: ") else [": agrees on no level"]
    names, wanted = [level.get("name") for level in levels], [level["name"] for level in stated]
    if names != wanted:
        return [f".levels: should be {', '.join(wanted)}, not {names}"]
    verdicts = [level.get("agrees") for level in levels]
    together = False if False in verdicts else None if None in verdicts else True
    found = [] if agrees is together else [f".agrees is {agrees}, its levels say {together}"]
    find = _of_second_solver if opinion["method"] == "scip" else _of_exact_arithmetic
    for level, own in zip(levels, stated, strict=True):
        found += [f": {own['name']}: {fault}" for fault in find(level, own)]
    words = {True: "agrees", None: "is undecided", False: "DISAGREES"}[together]
    who = name if opinion["method"] == "scip" else "exact arithmetic"
    if not message.startswith(f"{who} {words}"):
        found.append(f".message does not say that it {words}")
    elif together and opinion["method"] == "scip" and not _says_within(message, levels, stated):
        found.append(f".message should end in: within {', '.join(map(_gap, levels, stated))}")
    return found


def _of_second_solver(level: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """Value and bound are those of the level; where it agrees, neither plan is better than the other's bound."""
    found = [
        f"{name} is {level.get(name)}, the level says {own[name]}"
        for name in ("value", "bound")
        if level.get(name) != own[name]
    ]
    if level.get("agrees") is not True or found:
        return found
    sign = -1 if own["name"] in MAXIMISED else 1
    value = number(own["value"], "summary.json: objectives.value")
    tolerance = (SHARE if own["name"] in SHARES else GAP).of(value)
    if level.get("second_bound") is None:
        return [*found, "agrees without a bound of its own"]
    second = number(level["second_bound"], "summary.json: certificates.second_bound")
    if sign * (second - value) > tolerance:
        found.append(f"second_bound {second} is better than the plan")
    if own["bound"] is not None and level.get("second_value") is not None:
        bound = number(own["bound"], "summary.json: objectives.bound")
        other = number(level["second_value"], "summary.json: certificates.second_value")
        if sign * (bound - other) > tolerance:
            found.append(f"second_value {other} is better than the bound")
    return found


def _of_exact_arithmetic(level: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """The exact value and the difference from it come to the value of the level (of shares there is no such sum)."""
    exact_value, difference = level.get("exact_value"), level.get("difference_musd")
    if own["name"] in SHARES or exact_value is None or difference is None or level.get("agrees") is not True:
        return []
    value = number(own["value"], "summary.json: objectives.value")
    apart = abs(
        abs(value - Decimal(str(exact_value))) - abs(number(difference, "summary.json: certificates.difference_musd"))
    )
    return [f"exact_value {exact_value} is not that of the level"] if apart > MONEY.of(value) + EXACT else []


def _says_within(message: str, levels: Sequence[Mapping[str, Any]], stated: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a message tells how far the second solver's bounds leave the plan from the best.

    The plan that is delivered: what was given up for later levels is part of the distance. The figures are rounded, so
    that a number on the edge may be told either way.
    """
    told = message.rpartition(" within ")[2].split(", ")
    return len(told) == len(stated) and all(
        words in {_gap(level, own, off) for off in (0.0, -EDGE, EDGE)}
        for words, level, own in zip(told, levels, stated, strict=True)
    )


def _gap(level: Mapping[str, Any], own: Mapping[str, Any], off: float = 0.0) -> str:
    """The distance of the delivered plan, and ``off`` of its value, to the second solver's bound, in words."""
    delivered = own.get("plan_value")
    value = float(own["value"] if delivered is None else delivered)
    sign = -1.0 if own["name"] in MAXIMISED else 1.0
    gap = max(0.0, (value - float(level.get("second_bound") or 0.0)) * sign + off * max(1.0, abs(value)))
    return f"{gap:.4%} ({own['name']})" if own["name"] in SHARES else f"${gap:,.1f} m ({own['name']})"


def _opinions(summary: Mapping[str, Any]) -> list[Any]:
    return rows(summary.get("certificates", []), "summary.json: certificates")


def _short(opinion: Mapping[str, Any]) -> str:
    """A program and its version, without that of its interface."""
    return str(opinion.get("version", "")).partition(" (")[0]
