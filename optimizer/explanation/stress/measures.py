"""What of a solution is told: what is late, missing, short and broken; and what the commitments break as they stand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.contract.decisions import TABLES
from optimizer.explanation.stress.elastic import Elastic
from optimizer.explanation.stress.holding import Holding
from optimizer.explanation.stress.parts import Breach, Damages, Exceeded, Late, Money, Unserved
from optimizer.instance.schema import Instance
from optimizer.plan.physical import Physical
from optimizer.plan.record import Record
from optimizer.solver.matrix import Vector

A_MILLIONTH = 1e-6
SHOWN_MUSD = 1e-3
"""A thousand dollars: less is not told."""
MOVED = 1e-3
"""Fewer of the units of a site, as a share, are not told to go elsewhere: where they go counts that little."""


def money(elastic: Elastic, x: Vector) -> tuple[Money, ...]:
    """Money from outside, by period."""
    at, label = elastic.compiled.values(_own(elastic, x)), elastic.built.model.calendar.label
    found = {t: at(amount) for t, amount in elastic.rescue.items()}
    return tuple(Money(label(t), musd) for t, musd in sorted(found.items()) if musd > SHOWN_MUSD)


def late(elastic: Elastic, x: Vector) -> tuple[Late, ...]:
    """Commitments of which less is kept than was planned, by the period, in the order of their tables."""
    at, label = elastic.compiled.values(_own(elastic, x)), elastic.built.model.calendar.label
    found, slipped = [], _slipped(elastic, x)
    for number, each in enumerate(elastic.commitments):
        if each.kind == "place" and each.name[:1] in slipped:  # what comes late is where it goes late, too
            continue
        told = MOVED if each.kind == "place" else 10.0 * A_MILLIONTH
        for t, decided in each.decided.items():
            due = each.due(t)
            if _late(elastic, x, number, t) > told * max(1.0, due):
                shown = "" if "period" not in TABLES[each.table].keys else label(t)
                unit = TABLES[each.table].value
                found.append(Late(each.table, ".".join(each.name), shown, due, max(0.0, at(decided)), unit))
    return tuple(found)


def _slipped(elastic: Elastic, x: Vector) -> set[tuple[str, ...]]:
    """Offers of which orders are late."""
    return {
        each.name
        for number, each in enumerate(elastic.commitments)
        if each.table == "orders"
        for t in each.decided
        if _late(elastic, x, number, t) > 10.0 * A_MILLIONTH * max(1.0, each.due(t))
    }


def _late(elastic: Elastic, x: Vector, number: int, t: int) -> float:
    """What of a commitment is late; of what is not due nothing is. The column may be larger, where nobody asked."""
    column = elastic.late.get((number, t))
    if column is None:
        return 0.0
    each = elastic.commitments[number]
    short = each.due(t) - elastic.compiled.values(_own(elastic, x))(each.decided[t])
    return max(0.0, min(float(x[column]), short))


def breaches(elastic: Elastic, x: Vector, world: Instance) -> tuple[Breach, ...]:
    """Tests that are not met."""
    at, label = elastic.compiled.values(_own(elastic, x)), elastic.built.model.calendar.label
    found = []
    for (name, t), relief in elastic.built.model.relief.items():
        short = at(relief.amount)
        if short > SHOWN_MUSD:
            value = relief.value(at)
            kind = world.covenants[name].kind
            known = value if math.isfinite(value) else None
            found.append(Breach(name, kind, label(t), relief.threshold, known, short))
    return tuple(found)


def unserved(elastic: Elastic, x: Vector, world: Instance) -> tuple[Unserved, ...]:
    """What is missing of the least that has to be served."""
    label = elastic.built.model.calendar.label
    found = []
    for (name, t), column in elastic.unserved.items():
        h100e = 1e3 * float(x[column])
        demand = world.markets[name].demand_h100e.expand(world.periods)[t - 1]
        if h100e > A_MILLIONTH * demand * 10.0:
            found.append(Unserved(name, label(t), h100e, h100e / demand))
    return tuple(found)


def damages(plan: Record, stressed: Record) -> tuple[Damages, ...]:
    """What is paid for missed demand, more than the plan pays."""
    before, after = _penalties(plan), _penalties(stressed)
    return tuple(
        Damages(name, period, musd, before.get((name, period), 0.0))
        for (name, period), musd in sorted(after.items(), key=lambda row: (row[0][0], str(row[0][1])))
        if musd - before.get((name, period), 0.0) > SHOWN_MUSD
    )


def _penalties(plan: Record) -> dict[tuple[str, str], float]:
    stem = "opex.shortfall."
    return {
        (row["line"].removeprefix(stem), str(row["period"])): row["musd"]
        for row in plan.ledger
        if row["line"].startswith(stem) and row["item"] == "opex"
    }


def paid_later(plan: Record, stressed: Record) -> tuple[Money, ...]:
    """By how much less has been spent on sites and hardware by each period than in the plan, where it is less."""
    calendar = plan.instance.periods
    before, after = (_capex(each) for each in (plan, stressed))
    found, open_ = [], 0.0
    for t in calendar.span:
        label = calendar.label(t)
        open_ += before.get(label, 0.0) - after.get(label, 0.0)
        if open_ > SHOWN_MUSD:
            found.append(Money(label, open_))
    return tuple(found)


def _capex(plan: Record) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in plan.ledger:
        if row["item"] == "capex":
            found[str(row["period"])] = found.get(str(row["period"]), 0.0) + row["musd"]
    return found


def dividends(plan: Record) -> float:
    """All that is paid out, USD million."""
    return math.fsum(row["musd"] for row in plan.ledger if row["item"] in ("dividend", "return_of_capital"))


def exceeded(plan: Record, world: Instance, holding: Holding) -> tuple[Exceeded, ...]:
    """Limits of power that the commitments break as they stand: what is held, in the world, by arithmetic.

    Units that the plan sells are gone from then on.
    """
    physical = Physical(world, _held(plan, world, holding))
    calendar = world.periods
    limits: list[tuple[str, Sequence[float], list[str]]] = []
    for name in world.sites:
        limits.append((f"sites.{name}", physical.energised_mw[name], [name]))
    for name, region in world.regions.items():
        if region.power_limit_mw is not None:
            own = [s for s, site in world.sites.items() if site.region == name]
            limits.append((f"regions.{name}.power_limit_mw", region.power_limit_mw.expand(calendar), own))
    if world.power.system_limit_mw is not None:
        limits.append(("power.system_limit_mw", world.power.system_limit_mw.expand(calendar), list(world.sites)))
    found = []
    for name, limit, members in limits:
        loads = [math.fsum(physical.load_mw[s][t - 1] for s in members) for t in calendar.span]
        for t, load in zip(calendar.span, loads, strict=True):
            if load > limit[t - 1] + A_MILLIONTH * max(1.0, load):
                found.append(Exceeded(name, calendar.label(t), limit[t - 1], load))
    return tuple(found)


def _held(plan: Record, world: Instance, holding: Holding) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of decisions that are held, of what the world still has."""
    phases = {(name, phase.name) for name, site in world.sites.items() for phase in site.phases}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in ("phase_starts", "colocation", "allocations"):
        keys = [key for key in TABLES[table].keys if key != "period"]
        for row in plan.decisions.get(table, ()):
            name = tuple(str(row[key]) for key in keys)
            known_there = (
                name in phases
                if table == "phase_starts"
                else name[0] in world.hardware and name[1] in world.sites
                if table == "allocations"
                else name[0] in world.sites and world.sites[name[0]].colocation is not None
            )
            # of what is ordered all arrives, though where it goes is decided later
            until = holding.until if table == "allocations" else holding.last(table, name)
            if known_there and world.periods.index(str(row["period"])) <= until:
                found.setdefault(table, []).append(row)
    there = {(row["offer"], row["site"], str(row["period"])) for row in found.get("allocations", ())}
    there |= {(o, lot.site, name) for o, offer in world.hardware.items() for name, lot in offer.opening.items()}
    sold: list[Mapping[str, Any]] = [row for row in plan.decisions.get("retirements", ()) if _vintage(row) in there]
    found["retirements"] = sold
    return found


def _vintage(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["offer"], row["site"], str(row["ordered"])


def _own(elastic: Elastic, x: Vector) -> Vector:
    """The columns of the world's own model."""
    return x[: elastic.compiled.matrix.shape[1]]


def decided_by(elastic: Elastic, x: Vector) -> dict[int, dict[int, float]]:
    """What has been decided of each commitment by each period: place in the list → period → amount."""
    at = elastic.compiled.values(_own(elastic, x))
    return {
        number: {t: at(decided) for t, decided in each.decided.items()}
        for number, each in enumerate(elastic.commitments)
    }
