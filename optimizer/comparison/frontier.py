"""The trade-off between two objectives, by the ε-constraint method (Haimes, Lasdon and Wismer, 1971).

With a and b to be minimised: the ends are the best of a and then of b, and the best of b and then of a. Between them a
is minimised with b ≤ ε, then b with that a held, for ε evenly spaced between the values that b has at the ends. The
second level keeps points out that are only weakly efficient (Mavrotas, 2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.comparison.batch import BASE, Batch
from optimizer.comparison.columns import OBJECTIVE_UNITS
from optimizer.comparison.point import Point, Result
from optimizer.comparison.points import Run, run
from optimizer.contract.objectives import MAXIMISED
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.yaml_source import Node

SAME_MUSD, SAME_SHARE = 2e-6, 1e-9
"""Values that differ by less are the same: two dollars, as a level is held to the dollar."""


@dataclass(frozen=True)
class Trade:
    """A point of a frontier: both objectives of its plan, and which points are better in both."""

    result: Result
    first: float
    second: float
    dominated: bool = False


def end_runs(batch: Batch, name: str) -> list[Run]:
    """The two ends: (a, then b) and (b, then a), with slack 0."""
    a, b = batch.file.frontiers[name].objectives
    return [_run(batch, name, "first", (a, b)), _run(batch, name, "last", (b, a))]


def inner_points(batch: Batch, name: str, ends: Sequence[Result]) -> list[Point]:
    """The points between two ends, from the first on; none if an end has no plan or both ends are one point."""
    frontier = batch.file.frontiers[name]
    a, b = frontier.objectives
    levels = [value(end, b) for end in ends]
    if any(level is None for level in levels):
        return []
    start, stop = (float(level) for level in levels if level is not None)
    if abs(start - stop) <= _same(b) or frontier.points < 3:
        return []
    first = _run(batch, name, "inner", (a, b))
    if not isinstance(first, Point):
        return []
    found = []
    for k in range(1, frontier.points - 1):
        cap = start + (stop - start) * k / (frontier.points - 1)
        labels = {**first.labels, "point": str(k + 1), "cap": cap}
        found.append(replace(first, name=f"frontiers/{name}/{k + 1}", labels=labels, caps={b: cap}))
    return found


def _run(batch: Batch, name: str, point: str, objectives: Sequence[str]) -> Run:
    frontier = batch.file.frontiers[name]
    place = batch.tree.place(("frontiers", name, "objectives"))
    problems: list[Diagnostic] = []
    tree = batch.varied(frontier.mix, frontier.scenario, problems)
    levels = [Node({"name": Node(objective, place, place)}, place) for objective in objectives]
    assert isinstance(tree.value, dict)
    tree = replace(tree, value={**tree.value, "objectives": Node(levels, place, place)})
    labels: Mapping[str, str | float] = {
        "frontier": name,
        "mix": frontier.mix or BASE,
        "scenario": frontier.scenario or BASE,
        "point": point,
    }
    return run(batch, f"frontiers/{name}/{point}", labels, tree, problems)


def value(result: Result, objective: str) -> float | None:
    """What the plan of a run comes to; None without a plan."""
    return result.metrics.get(objective) if result.levels else None


def bound(result: Result, objective: str) -> float | None:
    """How good the objective could at best be there; None if nothing is known."""
    return next((level["bound"] for level in result.levels if level["name"] == objective), None)


def trades(results: Sequence[Result], a: str, b: str) -> list[Trade]:
    """The points with a plan, each marked if another is no worse in both objectives and better in one.

    Of points that are the same the first is kept.
    """
    signs = [-1.0 if objective in MAXIMISED else 1.0 for objective in (a, b)]
    found: list[Trade] = []
    for result in results:
        pair = value(result, a), value(result, b)
        if pair[0] is not None and pair[1] is not None:
            found.append(Trade(result, pair[0], pair[1]))
    same = _same(a), _same(b)

    def beats(i: int, j: int) -> bool:
        one, other = found[i], found[j]
        worse = (signs[0] * (one.first - other.first) > same[0], signs[1] * (one.second - other.second) > same[1])
        better = (signs[0] * (other.first - one.first) > same[0], signs[1] * (other.second - one.second) > same[1])
        return not any(worse) and (any(better) or i < j)

    count = range(len(found))
    return [replace(found[j], dominated=any(beats(i, j) for i in count if i != j)) for j in count]


def _same(objective: str) -> float:
    return SAME_SHARE if OBJECTIVE_UNITS[objective] == "share" else SAME_MUSD
