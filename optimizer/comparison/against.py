"""Differences to a base that the user names: a mix, a scenario, a point of a sweep, or one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from optimizer.comparison.columns import BASE_RUN, CHANGE_WITHIN, CHANGES
from optimizer.comparison.point import Point, Result
from optimizer.instance.schema_errors import near_or_all
from optimizer.plan.table import Cell


def base_runs(name: str, runs: Sequence[Point | Result]) -> dict[str, str]:
    """Run → the run that it is measured against; both by name. Those that the base has no counterpart for are absent.

    ``name`` is a mix (each run against that mix in its scenario), a scenario (against the same mix there), the values
    of a point of a sweep (``0.5``, ``0.8/1200``: all points of the sweep against it), or the whole name of a run (all
    of its table against it). Where a mix and a scenario share a name the mix is meant; ``mixes/NAME`` and
    ``scenarios/NAME`` say which. Raises ValueError if there is none of that name.
    """
    mixed = [run for run in runs if run.name.startswith("mixes/")]
    names = {run.name for run in runs}
    found: dict[str, str] = {}
    if name in names:
        return {run.name: name for run in runs if _table(run.name) == _table(name)}
    mixes, scenarios = ({str(run.labels[key]) for run in mixed} for key in ("mix", "scenario"))
    kind, _, rest = name.partition("/")
    if name in mixes or (kind == "mixes" and rest in mixes):
        mix = name if name in mixes else rest
        found = {run.name: f"mixes/{mix}/{run.labels['scenario']}" for run in mixed}
    elif name in scenarios or (kind == "scenarios" and rest in scenarios):
        scenario = name if name in scenarios else rest
        found = {run.name: f"mixes/{run.labels['mix']}/{scenario}" for run in mixed}
    sweeps = {_table(run.name) for run in runs if run.name.startswith("sweeps/")}
    found |= {
        run.name: f"{_table(run.name)}/{name}"
        for run in runs
        if _table(run.name) in sweeps and f"{_table(run.name)}/{name}" in names
    }
    if not found:
        points = {run.name.removeprefix(f"{_table(run.name)}/") for run in runs if _table(run.name) in sweeps}
        known = sorted(mixes) + sorted(scenarios - mixes) + sorted(points)
        message = f"there is no mix, scenario or point of a sweep called {name!r}"
        raise ValueError(f"{message}; {near_or_all(name, known)}")
    return found


def _table(name: str) -> str:
    """The table that a run stands in: all mixes, or its sweep."""
    kind, _, rest = name.partition("/")
    return kind if kind == "mixes" else f"{kind}/{rest.partition('/')[0]}"


def with_changes(rows: Mapping[str, dict[str, Cell]], bases: Mapping[str, str]) -> None:
    """Add to each row, by the name of its run, what it differs by from the row of its base.

    ``change_value`` only where both have the same objective: the true difference is within ``change_value_within``, the
    gaps of both plans together, of it. A figure that one of the two does not have makes no difference.
    """
    for name, row in rows.items():
        base = rows.get(bases.get(name, ""))
        if base is None:
            continue
        same = (row.get("objective"), row.get("sense")) == (base.get("objective"), base.get("sense"))
        row[BASE_RUN] = bases[name]
        for change, column in CHANGES.items():
            if column != "value" or same:
                row[change] = _difference(row.get(column), base.get(column))
        gaps = [_difference(each.get("value"), each.get("bound")) for each in (row, base)]
        if same and name != bases[name] and None not in gaps:
            row[CHANGE_WITHIN] = sum(abs(gap) for gap in gaps if gap is not None)
        elif same and row.get("value") is not None and name == bases[name]:
            row[CHANGE_WITHIN] = 0.0


def _difference(one: Cell, other: Cell) -> float | None:
    if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
        return None
    return float(one) - float(other)


def columns_of(bases: Iterable[str]) -> list[str]:
    """The columns that differences add to a table, if it has a base."""
    return (
        [BASE_RUN, "change_value", CHANGE_WITHIN, *(each for each in CHANGES if each != "change_value")]
        if any(True for _ in bases)
        else []
    )
