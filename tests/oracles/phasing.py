"""Phased construction by enumeration of all start periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product


@dataclass(frozen=True)
class Stage:
    """One phase. ``outlays`` are paid from the start on; ``gap`` is the least distance from the stage before it.
    Its value counts if it is on line by the last period.

    ``building`` and ``running`` say what it takes of a resource before and after it is on line.
    """

    value: float
    outlays: tuple[float, ...] = ()
    first: int = 1
    last: int = 10**6
    gap: int = 0
    lead: int = 0
    building: Mapping[str, float] = field(default_factory=dict)
    running: Mapping[str, float] = field(default_factory=dict)


Starts = tuple[int, ...]
"""Start periods of the first stages of a site; the rest is not built."""


def best_value(
    sites: Sequence[Sequence[Stage]],
    periods: int,
    budget: Sequence[float] | None = None,
    carry_over: bool = False,
    resources: Mapping[str, float] | None = None,
) -> tuple[float, list[tuple[Starts, ...]]]:
    """The best total value and every plan that reaches it, one tuple of starts per site."""
    best, winners = 0.0, []
    for plan in product(*(list(_sequences(stages, periods)) for stages in sites)):
        if not _affordable(sites, plan, periods, budget, carry_over):
            continue
        if not _resourced(sites, plan, periods, resources or {}):
            continue
        value = sum(
            stage.value
            for stages, starts in zip(sites, plan, strict=True)
            for stage, start in zip(stages, starts, strict=False)
            if start + stage.lead <= periods
        )
        if value > best + 1e-9:
            best, winners = value, [plan]
        elif abs(value - best) <= 1e-9:
            winners.append(plan)
    return best, winners


def _sequences(stages: Sequence[Stage], periods: int, begun: Starts = ()) -> Iterator[Starts]:
    yield begun
    if len(begun) == len(stages):
        return
    stage = stages[len(begun)]
    earliest = max(stage.first, begun[-1] + stage.gap if begun else 1)
    for start in range(earliest, min(stage.last, periods) + 1):
        yield from _sequences(stages, periods, (*begun, start))


def _affordable(
    sites: Sequence[Sequence[Stage]],
    plan: Sequence[Starts],
    periods: int,
    budget: Sequence[float] | None,
    carry_over: bool,
) -> bool:
    if budget is None:
        return True
    spent = [0.0] * periods
    for stages, starts in zip(sites, plan, strict=True):
        for stage, start in zip(stages, starts, strict=False):
            for j, outlay in enumerate(stage.outlays):
                if start + j <= periods:
                    spent[start + j - 1] += outlay
    if carry_over:
        return all(sum(spent[:t]) <= sum(budget[:t]) + 1e-9 for t in range(1, periods + 1))
    return all(s <= b + 1e-9 for s, b in zip(spent, budget, strict=True))


def _resourced(
    sites: Sequence[Sequence[Stage]], plan: Sequence[Starts], periods: int, limits: Mapping[str, float]
) -> bool:
    for name, limit in limits.items():
        for t in range(1, periods + 1):
            used = 0.0
            for stages, starts in zip(sites, plan, strict=True):
                for stage, start in zip(stages, starts, strict=False):
                    if start <= t < start + stage.lead:
                        used += stage.building.get(name, 0.0)
                    elif t >= start + stage.lead:
                        used += stage.running.get(name, 0.0)
            if used > limit + 1e-9:
                return False
    return True
