"""Values, bounds, figures and decisions of a plan against those that are known."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.known_optima.expected import Expected, Key
from optimizer.known_optima.facts import found
from optimizer.known_optima.findings import BUG, Finding, Solved, SolvedLevel, number

SOLVED_GAP = 1e-6
"""USD million (of dilution: share): a level solved to a gap of 0 ends with its bound within this of its value."""

RELATIVE = 1e-6
"""How far the sum of a fact may be off as a share of it, where that is more than its own tolerance."""


def levels(expected: Expected, solved: Solved) -> Iterator[Finding]:
    """Value and bound of each level; after a level that is off, the next has another problem before it."""
    if [level.name for level in solved.levels] != [name for name, _ in expected.values]:
        names = ", ".join(level.name for level in solved.levels) or "none"
        yield Finding("wrong-objective", f"the levels of the plan are {names}", BUG, ("objective",))
        return
    for i, (level, (_, value)) in enumerate(zip(solved.levels, expected.values, strict=True)):
        if i == 0 and level.sense != expected.sense:
            message = f"{level.name} is to {level.sense}, the sidecar has the sense {expected.sense}"
            yield Finding("wrong-objective", message, "correct the sense", ("sense",))
            return
        key: Key = ("levels", i - 1, "value") if i else ("value",)
        off = [*_level(expected, level, value, key, solved.status == "optimal")]
        yield from off
        if off or not abs(level.value - value) <= expected.tolerance(value):
            return


def _level(expected: Expected, level: SolvedLevel, value: float, key: Key, proven: bool) -> Iterator[Finding]:
    """One level. Without a proof only what is impossible is told: too good a value, a bound beyond the optimum."""
    worse = 1.0 if level.sense == "minimise" else -1.0
    tolerance = expected.tolerance(value)
    if not math.isfinite(level.value):
        yield Finding("value-missed", f"{level.name} has no value", BUG, key)
        return
    if level.bound is None or not math.isfinite(level.bound):
        beyond = math.nan
        if proven:
            yield Finding("bound-loose", f"{level.name} has no bound: nothing is proven", BUG, key)
    else:
        beyond = worse * (level.bound - value)
    excess = worse * (level.value - value)
    against = f"{number(value)} in the sidecar"
    if beyond > tolerance + SOLVED_GAP:
        shown = f"bound {number(level.bound or 0.0)} of {level.name} against {against}"
        yield Finding(
            "bound-crosses-optimum", f"THE BOUND CROSSES THE KNOWN OPTIMUM by {beyond:.3g}: {shown}", BUG, key
        )
    if excess < -tolerance:
        shown = f"{level.name} {number(level.value)} against {against}"
        yield Finding("plan-beats-optimum", f"THE PLAN BEATS THE KNOWN OPTIMUM by {-excess:.3g}: {shown}", BUG, key)
    elif proven and excess > tolerance:
        message = f"the plan is worse than the known optimum by {excess:.3g}: {level.name} {number(level.value)}"
        yield Finding("value-missed", f"{message} against {against}", _closer(expected, "correct the sidecar"), key)
    if proven and beyond < -tolerance - SOLVED_GAP and excess >= -tolerance:
        message = f"the optimum is not proven, by {-beyond:.3g}: bound {number(level.bound or 0.0)} of {level.name}"
        yield Finding(
            "bound-loose",
            f"{message} against {against}",
            _closer(expected, "widen `abs_tol` if the size of the amounts allows"),
            key,
        )


def _closer(expected: Expected, otherwise: str) -> str:
    """What to do about a value or a bound that is not close enough."""
    if expected.options.gap_share:
        return "set `gap_share: 0` in the options of the sidecar"
    return f"the gap asked for was 0: {otherwise}, or report it with both files"


def metric(expected: Expected, solved: Solved) -> Iterator[Finding]:
    """The figure of the last level in the final plan: no later level may have moved it."""
    name, value = expected.values[-1]
    metric = solved.metrics.get(name)
    if metric is None or not abs(metric - value) <= expected.tolerance(value):
        shown = "missing" if metric is None else number(metric)
        key: Key = ("levels", len(expected.levels) - 1, "value") if expected.levels else ("value",)
        yield Finding("metric-missed", f"the plan reports {name} {shown}, not {number(value)}", BUG, key)


def facts(expected: Expected, solved: Solved) -> Iterator[Finding]:
    """Sums of decisions that every best plan has."""
    for i, fact in enumerate(expected.facts):
        total = found(fact, solved.decisions)
        if not abs(total - fact.value) <= max(fact.abs_tol, RELATIVE * abs(fact.value)):
            where = ", ".join(f"{name} {text}" for name, text in fact.where.items()) or "all rows"
            message = f"{fact.table} ({where}): {fact.column} {number(total)}, not {number(fact.value)}"
            remedy = "is the best plan unique in this? If not, `unique: false` and no facts"
            yield Finding("fact-missed", message, remedy, ("facts", i, "value"))
