"""What differs between two plans: in inputs, options, figures and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.comparison.columns import OBJECTIVE_UNITS
from optimizer.comparison.diff_inputs import Input, input_changes
from optimizer.plan.plan import Plan

VALUES = ("units", "musd", "mwh", "mw", "h100e", "count", "signed", "begun", "holds")
"""The columns of decisions that hold an amount; all others say what it is an amount of."""

SAME_SHARE = 1e-6
"""Amounts closer than a millionth of each other are the same: solver and rounding."""

SAME = 1e-6
"""So are amounts within this, in their own unit: a dollar, a watt, a millionth of a unit."""


@dataclass(frozen=True)
class Setting:
    """An option of the solve, or the version of a package."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Figure:
    """A metric of the two plans; None where it is not defined.

    For an objective of both, ``gap`` is the two distances to the bounds together, and ``tie`` says that the two values
    differ by no more than that: the optima may be equal, or the other way round. It is the best of its level; where a
    plan makes use of the slack, another figure of the name with ``own`` is what the plans themselves come to.
    """

    name: str
    unit: str
    old: float | None
    new: float | None
    gap: float | None = None
    tie: bool = False
    own: bool = False

    @property
    def objective(self) -> bool:
        """Whether both plans were made for it."""
        return self.gap is not None

    @property
    def change(self) -> float | None:
        """new − old."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class Decision:
    """One decision of a table that is not the same in both.

    ``what`` says which (site, phase, offer, …). ``old`` and ``new`` are its amounts by period, in ``unit``, without
    zeros; a decision that has no period has the empty text for one.
    """

    table: str
    what: Mapping[str, Any]
    unit: str
    old: Mapping[str, float]
    new: Mapping[str, float]

    @property
    def periods(self) -> list[str]:
        """The periods in which the amounts differ, in order."""
        periods = sorted(self.old.keys() | self.new.keys())
        return [t for t in periods if not same(self.old.get(t, 0.0), self.new.get(t, 0.0))]


@dataclass(frozen=True)
class Difference:
    """All that differs, from the first plan (old) to the second (new). Objectives are in ``figures`` even if equal."""

    inputs: tuple[Input, ...]
    settings: tuple[Setting, ...]
    figures: tuple[Figure, ...]
    decisions: tuple[Decision, ...]

    @property
    def nothing(self) -> bool:
        """Whether the two plans are the same, and so is what they were made from."""
        changed = [figure for figure in self.figures if not same(figure.old, figure.new)]
        return not (self.inputs or self.settings or self.decisions or changed)


def diff(old: Plan, new: Plan) -> Difference:
    """What differs between two plans. Notes, sources and titles of the instances do not count."""
    return Difference(
        inputs=tuple(input_changes(old.instance, new.instance)),
        settings=tuple(_settings(old, new)),
        figures=tuple(_figures(old, new)),
        decisions=tuple(_decisions(old, new)),
    )


def same(a: float | None, b: float | None) -> bool:
    """Whether two amounts are equal but for rounding; two that are not defined are."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= SAME + SAME_SHARE * max(abs(a), abs(b))


# ── options ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _settings(old: Plan, new: Plan) -> Iterator[Setting]:
    for group in ("options", "versions"):
        before, after = old.summary.get(group, {}), new.summary.get(group, {})
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                yield Setting(name if group == "options" else f"version of {name}", before.get(name), after.get(name))
    before, after = ({**plan.summary.get("point", {}).get("caps", {})} for plan in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Setting(f"limit on {name}", before.get(name), after.get(name))


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _figures(old: Plan, new: Plan) -> Iterator[Figure]:
    before, after = ({level["name"]: level for level in plan.summary.get("levels", [])} for plan in (old, new))
    for name in [name for name in before if name in after]:
        first, second = before[name], after[name]
        gap = _gap(first) + _gap(second)
        tie = abs(second["value"] - first["value"]) <= gap
        unit = first.get("unit", "musd")
        yield Figure(name, unit, first["value"], second["value"], gap, tie)
        a, b = old.metrics.get(name, first["value"]), new.metrics.get(name, second["value"])
        if not (same(a, first["value"]) and same(b, second["value"])):
            yield Figure(name, unit, a, b, own=True)
    shown = before.keys() & after.keys()
    for name in [*old.metrics, *(name for name in new.metrics if name not in old.metrics)]:
        # the figures of single periods (revenue_musd.2026) are in the statements
        if name in shown or "." in name or (name == "dilution" and "dilution_share" in old.metrics):
            continue
        a, b = old.metrics.get(name), new.metrics.get(name)
        if not same(a, b):
            yield Figure(name, unit_of(name, _OTHERWISE.get(name, "")), a, b)


def _gap(level: Mapping[str, Any]) -> float:
    """|value − bound|; endless if there is no bound."""
    return float("inf") if level["bound"] is None else abs(level["value"] - level["bound"])


_UNITS = ("musd", "share", "usd", "per_year", "dscr", "months", "t")
_OTHERWISE = {**OBJECTIVE_UNITS, "capital_employed": "USD million years"}


def unit_of(metric: str, otherwise: str = "") -> str:
    """The unit of a metric, by the end of its name."""
    return otherwise or next((unit for unit in _UNITS if metric.endswith(f"_{unit}")), "")


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _decisions(old: Plan, new: Plan) -> Iterator[Decision]:
    tables = [*old.decisions, *(name for name in new.decisions if name not in old.decisions)]
    for table in tables:
        before, after = _by_period(old.decisions.get(table, ())), _by_period(new.decisions.get(table, ()))
        for key in [*before, *(key for key in after if key not in before)]:
            *what, unit = key
            decision = Decision(table, dict(what), unit, before.get(key, {}), after.get(key, {}))
            if decision.periods:
                yield decision


def _by_period(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], dict[str, float]]:
    """Amounts by period under (column, name) pairs and the unit."""
    found: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        unit = next(column for column in VALUES if column in row)
        what = [(column, value) for column, value in row.items() if column not in (unit, "period")]
        amount = row[unit]
        if unit == "holds":  # which bucket of the pricing grid a period is in: its number, from 1
            unit, what, amount = "bucket", [], row["bucket"] + 1
        amounts = found.setdefault((*sorted(what), unit), {})
        period = str(row.get("period", ""))
        amounts[period] = amounts.get(period, 0.0) + amount
    return found
