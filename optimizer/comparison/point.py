"""What is compared: runs to be made, in chains of neighbours, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.instance.schema import Instance


@dataclass(frozen=True)
class Options:
    """How hard each point is tried: relative gap, wall-clock seconds of all its levels together, and random seed."""

    gap_share: float
    time_limit_s: float
    seed: int = 0


@dataclass(frozen=True)
class Point:
    """One run to be made.

    ``name`` is unique in its batch. ``labels`` say what it stands for: mix and scenario, or sweep and swept values.
    ``caps`` keep objectives at most (of those that are maximised: at least) at a value, in the unit of the objective.
    The objectives are those of the instance. ``question`` is what is asked beside a plan of the instance, as plain
    data, by who has a solve of its own (trees of scenarios).
    """

    name: str
    labels: Mapping[str, str | float]
    instance: Instance
    options: Options
    caps: Mapping[str, float] = field(default_factory=dict)
    question: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Chain:
    """Points that one worker solves one after another, so that each may start from the ones before.

    ``found`` are results of points that were solved before: they are not solved again, and help the others as they did
    then, so that an interruption changes nothing. Where what is found is ``remembered``, it is to help chains that come
    later, that of a single point as well.
    """

    name: str
    points: tuple[Point, ...]
    found: tuple[Result, ...] = ()
    remembered: bool = False


@dataclass(frozen=True)
class Result:
    """What came of a point.

    ``status`` is what a solve can end with (optimal, feasible, infeasible, undefined, unbounded, no_solution),
    ``invalid`` where there is no instance, or ``error``; ``reason`` says in words why there is no plan, and ``cause``
    which limits cannot hold together, if that was found in time. ``levels`` are the records of the summary (name,
    sense, unit, value, bound, gap_musd, …) and ``metrics`` the figures of the plan, both empty without one.
    ``audit_passed`` is None without a plan. ``run`` is the run folder below the store. ``trace`` is what its neighbours
    in a chain start from (`chain.py`), empty for a point that has none. ``details`` are more columns of its plan
    (`details.py`); None in a record of before there were any, which the store fills in.
    """

    name: str
    labels: Mapping[str, str | float]
    status: str
    reason: str = ""
    levels: tuple[Mapping[str, Any], ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    audit_passed: bool | None = None
    seconds: float = 0.0
    key: str = ""
    run: str | None = None
    trace: str = ""
    details: Mapping[str, str | float | int | bool | None] | None = None
    cause: str = ""

    @property
    def first(self) -> Mapping[str, Any]:
        """The record of the first level that the file asks for; there is one where there is a plan."""
        return next(level for level in self.levels if not level.get("inserted"))
