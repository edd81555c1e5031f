"""Business sums of a plan: phases of a site, units of a vendor, money of a lender or a round.

Each is a sum of decisions, read from the rows of a plan or from the columns of a matrix, in the unit of its table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import (
    COLOCATION_RENTED,
    CONTRACTS,
    DEBT_DRAWS,
    DEVELOPMENTS,
    ENERGY_CONTRACTS,
    EQUITY_RAISES,
    FACILITIES,
    FRAMEWORKS,
    ORDERS,
    PARTNERS,
    PHASE_STARTS,
    PREFERRED_RAISES,
    RESERVATIONS,
    Decisions,
)
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.model.context import Decision
from optimizer.solver.matrix import Expression
from optimizer.solving.compiled import Compiled

Kind = Literal["site", "start", "vendor", "debt", "equity", "contract"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds of sums, in the order in which they are told."""

NOTHING = 1e-3
"""In the unit of the sum (a thousand dollars, a thousandth of a phase, a unit or a MW): no more than this is none."""


class Group(NamedTuple):
    """Which rows of a table are summed: those that agree in the columns ``by``."""

    kind: Kind
    table: Decisions
    by: tuple[str, ...]


GROUPS = (
    Group("site", PHASE_STARTS, ("site", "phase")),
    Group("site", COLOCATION_RENTED, ("site",)),
    Group("start", PHASE_STARTS, ("site", "phase", "period")),
    Group("vendor", ORDERS, ("offer",)),
    Group("debt", DEBT_DRAWS, ("instrument",)),
    Group("equity", EQUITY_RAISES, ("round",)),
    Group("equity", PREFERRED_RAISES, ("name",)),
    Group("contract", PARTNERS, ("partner",)),
    Group("contract", CONTRACTS, ("contract",)),
    Group("contract", FRAMEWORKS, ("offer",)),
    Group("contract", DEVELOPMENTS, ("offer",)),
    Group("contract", ENERGY_CONTRACTS, ("source",)),
    Group("contract", RESERVATIONS, ("cloud",)),
    Group("contract", FACILITIES, ("instrument",)),
)


@dataclass(frozen=True)
class Sum:
    """Of a table, the rows that agree in ``what``; or, of all offers of a ``vendor`` or instruments of a ``lender``."""

    kind: Kind
    table: str
    what: tuple[tuple[str, str], ...]
    unit: str
    whole: bool
    expression: Expression

    @property
    def name(self) -> str:
        """``abilene hall``; with the period, for a start."""
        return " ".join(value for _, value in self.what)

    def get(self, column: str) -> str:
        """The value of a column; empty without one."""
        return dict(self.what).get(column, "")


def sums_of(instance: Instance, built: BuiltModel, compiled: Compiled) -> list[Sum]:
    """All sums over the decisions of a model, those of a kind together; sums that are always 0 are left out."""
    tables = {decision.table.name: decision for decision in built.model.decisions}
    found: list[Sum] = []
    for group in GROUPS:
        decision = tables.get(group.table.name)
        parts: dict[tuple[tuple[str, str], ...], list[Any]] = {}
        for key, amount in decision.items() if decision else ():
            named = dict(zip(group.table.keys, key if isinstance(key, tuple) else (key,), strict=True))
            if "period" in named:
                named["period"] = instance.periods.label(named["period"])
            what = tuple((column, str(named[column])) for column in group.by)
            parts.setdefault(what, []).append(amount)
        for what, amounts in parts.items():
            assert decision is not None
            expression = compiled.expression(quicksum(amounts))
            scaled = Expression(decision.scale * expression.cost, decision.scale * expression.constant)
            if scaled.cost.any() or scaled.constant:
                whole = group.table.whole and not _in_part(decision, what)
                found.append(Sum(group.kind, group.table.name, what, group.table.value, whole, scaled))
    found += [*_together(found, _lenders(instance), "instrument", "lender")]
    found += [*_together(_in_compute(instance, found), _vendors(instance), "offer", "vendor")]
    return sorted(found, key=lambda each: KINDS.index(each.kind))


def _in_part(decision: Decision, what: tuple[tuple[str, str], ...]) -> bool:
    """Whether a sum is of what can be taken in part."""
    named = dict(what)
    return any(
        all(named.get(column) == name for column, name in zip(decision.table.keys, names, strict=False))
        for names in decision.in_part
    )


def values_in_rows(
    sums: Sequence[Sum], instance: Instance, decisions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[float]:
    """The value of each sum in the rows of a plan, in the unit of the sum."""
    found = []
    for each in sums:
        members = _members(instance, each)
        weights = {o: offer.compute_h100e for o, offer in instance.hardware.items()} if each.get("vendor") else {}
        total = 0.0
        for row in decisions.get(each.table, ()):
            if all(str(row[column]) in values for column, values in members.items()):
                total += row[each.unit if each.unit in row else ORDERS.value] * weights.get(str(row.get("offer")), 1.0)
        found.append(total)
    return found


def _members(instance: Instance, each: Sum) -> dict[str, set[str]]:
    """The values of the columns of a table that a sum takes."""
    if lender := each.get("lender"):
        return {"instrument": {name for name, of in _lenders(instance).items() if of == lender}}
    if vendor := each.get("vendor"):
        return {"offer": {name for name, of in _vendors(instance).items() if of == vendor}}
    return {column: {value} for column, value in each.what}


def _lenders(instance: Instance) -> dict[str, str]:
    return {name: debt.lender for name, debt in instance.debt.items() if debt.lender}


def _vendors(instance: Instance) -> dict[str, str]:
    return {name: offer.vendor for name, offer in instance.hardware.items() if offer.vendor}


def _in_compute(instance: Instance, sums: Sequence[Sum]) -> list[Sum]:
    """Orders in H100 equivalents, in which those of several offers can be added."""
    return [in_compute(instance, each) for each in sums if each.kind == "vendor"]


def in_compute(instance: Instance, each: Sum) -> Sum:
    """The sum of an offer in H100 equivalents."""
    factor = instance.hardware[each.get("offer")].compute_h100e
    expression = Expression(factor * each.expression.cost, factor * each.expression.constant)
    return Sum(each.kind, each.table, each.what, "h100e", False, expression)


def _together(sums: Sequence[Sum], owner: Mapping[str, str], column: str, named: str) -> Iterator[Sum]:
    """For each owner of several members the sum over them."""
    for name in dict.fromkeys(owner.values()):
        members = [each for each in sums if each.kind in ("debt", "vendor") and owner.get(each.get(column)) == name]
        if len(members) > 1:
            total = members[0].expression
            for each in members[1:]:
                total = total.plus(each.expression, 1.0)
            first = members[0]
            yield Sum(first.kind, first.table, ((named, name),), first.unit, False, total)
