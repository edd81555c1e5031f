"""The plan that is left of a committed one, with what cures it: an ordinary instance, solved and audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.explanation.stress.commitments import commitments
from optimizer.explanation.stress.elastic import Added
from optimizer.explanation.stress.holding import Holding
from optimizer.explanation.stress.parts import Breach, Money, Unserved
from optimizer.explanation.stress.rescue import with_rescue
from optimizer.instance.schema import Covenant, Instance
from optimizer.model.build import BuiltModel
from optimizer.plan.plan import Plan
from optimizer.plan.record import Record
from optimizer.solver.highs import Limits
from optimizer.solver.matrix import ROUNDING
from optimizer.solving.compiled import Compiled
from optimizer.solving.extension import Extension
from optimizer.solving.run import search

ROOM = 1e-6
"""By so much, of its size, a limit is wider than what was found, so that rounding leaves a plan."""

Decided = Mapping[tuple[str, tuple[str, ...]], Mapping[int, float]]
"""What has been decided by each period, by table and name."""


def cured(world: Instance, money: Sequence[Money], broken: Sequence[Breach], missed: Sequence[Unserved]) -> Instance:
    """The world with so much money from outside, broken covenants waived to where they stand, and the share of demand
    that is served in the place of what was promised.
    """
    changes: dict[str, Any] = {}
    for name in dict.fromkeys(each.market for each in missed):
        market, calendar = world.markets[name], world.periods
        share = {each.period: each.share for each in missed if each.market == name}
        least = market.min_served_share.expand(calendar)
        changes[f"markets.{name}.min_served_share"] = [
            value if calendar.label(t) not in share else max(0.0, value - share[calendar.label(t)] - ROOM)
            for t, value in zip(calendar.span, least, strict=True)
        ]
    if broken:
        changes["covenants"] = dict(_waived(world, broken))
    # all at once: what is changed may be no instance without the money
    return with_rescue(world, {each.period: each.musd * (1.0 + ROOM) + ROOM for each in money}, changes)


def _waived(world: Instance, broken: Sequence[Breach]) -> Iterator[tuple[str, Any]]:
    """All covenants: where one is broken its level is what was reached, or it is not tested where that is no level."""
    calendar, written = world.periods, world.canonical()["covenants"]
    for name, covenant in world.covenants.items():
        reached = {calendar.index(each.period): each.value for each in broken if each.covenant == name}
        side = "minimum" if covenant.minimum is not None else "maximum"
        series = getattr(covenant, side)
        levels = list(series.expand(calendar))
        dropped = []
        for t, value in reached.items():
            level = _level(covenant, side, value)
            if level is None:
                dropped.append(t)
            else:
                levels[t - 1] = level
        if not reached:
            yield name, written[name]
            continue
        tested = [t for t in calendar.window(covenant.first_test, covenant.last_test) if t not in dropped]
        for number, run in enumerate(_runs(tested)):
            ends = {"first_test": calendar.label(run[0]), "last_test": calendar.label(run[-1])}
            yield name if not number else f"{name}-{number + 1}", {**written[name], side: levels, **ends}


def _level(covenant: Covenant, side: str, value: float | None) -> float | None:
    """The level that a test just meets; None if there is none that a file can have."""
    if value is None or value <= 0.0:
        return None
    room = ROOM * max(1.0, value)
    if covenant.kind == "debt_to_capital" and value + room >= 1.0:
        return None
    return max(0.0, value - room) if side == "minimum" else value + room


def _runs(periods: Sequence[int]) -> Iterator[list[int]]:
    """Periods that follow each other."""
    run: list[int] = []
    for t in periods:
        if run and t != run[-1] + 1:
            yield run
            run = []
        run.append(t)
    if run:
        yield run


def solved(instance: Instance, plan: Record, holding: Holding, decided: Decided, limits: Limits) -> Plan:
    """The plan of a cured world in which what is held is decided as it was found. Raises as ``search``."""

    def extend(built: BuiltModel, compiled: Compiled) -> Extension:
        added = Added(compiled)
        for each in commitments(built.model, plan.decisions, holding):
            for t, expression in each.decided.items():
                amount = decided[each.table, each.name][t]
                room = ROUNDING * max(1.0, abs(amount))
                if each.is_held(t):
                    added.row(expression, {}, amount - room, amount + room)
                else:
                    added.row(expression, {}, min(amount, each.due(t)) - room, float("inf"))
        return added.extension(("commitments",))

    return search(instance, limits, extend=extend)
