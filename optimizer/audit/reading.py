"""plan.json as typed, checked data.

Rows that name something unknown, come twice, lack a column or hold a value of the wrong type make the plan unreadable
(AuditError with the place). What a row *says* is not judged here: that is the business of the rules.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from optimizer.audit.report import AuditError
from optimizer.audit.tolerances import ONE
from optimizer.instance.schema import Instance

THOUSAND = Decimal(1000)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class LedgerRow:
    """One posting of the plan: ``musd`` moves from account ``credit`` to account ``debit`` in period t."""

    line: str
    item: str
    t: int
    musd: Decimal
    debit: str
    credit: str
    corporate: bool


@dataclass(frozen=True)
class Decisions:
    """What the plan decides; periods are 1 … T; hardware in thousand units, compute in kH100e, money in musd."""

    starts: Mapping[tuple[str, str, int], Decimal]
    orders: Mapping[tuple[str, int], Decimal]
    allocations: Mapping[tuple[str, str, int], Decimal]
    service: Mapping[tuple[str, str, int], Decimal]
    draws: Mapping[tuple[str, int], Decimal]
    repayments: Mapping[tuple[str, int], Decimal]
    signed: frozenset[str]
    pledges: Mapping[tuple[str, str, int], Decimal]
    raises: Mapping[tuple[str, int], Decimal]


@dataclass(frozen=True)
class PlanData:
    """A plan.json that has been read: decisions, postings and metrics."""

    decisions: Decisions
    ledger: tuple[LedgerRow, ...]
    metrics: Mapping[str, Decimal]


def read_plan(instance: Instance, plan: Mapping[str, Any]) -> PlanData:
    """Check the form of a plan against its instance. Raises AuditError with the place of the first fault."""
    if not isinstance(plan, Mapping):
        raise AuditError("plan.json", f"should be an object, not {type(plan).__name__}")
    for name in ("format", "instance", "instance_hash", "decisions", "ledger", "metrics"):
        if name not in plan:
            raise AuditError("plan.json", f"the entry {name!r} is missing")
    if plan["format"] != 1 or isinstance(plan["format"], bool):
        raise AuditError("plan.json: format", f"should be 1, not {plan['format']!r}")
    if plan["instance"] != instance.name:
        raise AuditError(
            "plan.json: instance", f"the plan is for {plan['instance']!r}, the instance is {instance.name!r}"
        )
    if plan["instance_hash"] != instance.hash:
        raise AuditError("plan.json: instance_hash", "the plan was made for other data than this instance holds")
    reader = _Reader(instance)
    return PlanData(reader.decisions(plan["decisions"]), reader.ledger(plan["ledger"]), reader.metrics(plan["metrics"]))


def exact(value: float | int) -> Decimal:
    """The decimal number that is written for a float."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AuditError(place, f"should be a number, not {value!r}")
    if not math.isfinite(value):
        raise AuditError(place, "should be a finite number")
    return exact(value)


class _Reader:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.calendar = instance.periods

    def decisions(self, data: Any) -> Decisions:
        names = {
            "phase_starts",
            "orders",
            "allocations",
            "service",
            "debt_draws",
            "debt_repayments",
            "facilities",
            "pledges",
            "equity_raises",
        }
        if not isinstance(data, Mapping):
            raise AuditError("plan.json: decisions", f"should be an object, not {type(data).__name__}")
        for name in sorted(names - data.keys()):
            raise AuditError("plan.json: decisions", f"the table {name!r} is missing")
        for name in sorted(str(key) for key in data.keys() - names):
            raise AuditError("plan.json: decisions", f"there is no table {name!r}")

        instance = self.instance
        phases = {(site, phase.name) for site, block in instance.sites.items() for phase in block.phases}
        revolvers = {name for name, debt in instance.debt.items() if debt.kind == "revolver"}
        fee_bearing = {name for name, debt in instance.debt.items() if debt.commitment_fee_per_year > 0}
        security = {(name, asset) for name, debt in instance.debt.items() for asset in debt.security or {}}
        both = sorted(instance.sites.keys() & instance.cloud.keys())
        if both:
            raise AuditError("instance.json", f"{both[0]!r} is the name of a site and of a cloud")
        places = instance.sites.keys() | instance.cloud.keys()
        offers = instance.hardware
        rounds = instance.equity.rounds if instance.equity else {}

        def thousands(table: dict[Key, Decimal]) -> dict[Any, Decimal]:
            return {key: value / THOUSAND for key, value in table.items()}

        starts = self.table(data, "phase_starts", {"site": instance.sites, "phase": None}, "count")
        self.known_pairs("phase_starts", starts, phases, "site {} has no phase {!r}")
        pledges = self.table(data, "pledges", {"instrument": instance.debt, "asset": None}, "musd")
        self.known_pairs("pledges", pledges, security, "the debt {} is not secured on {!r}")
        facilities = self.table(data, "facilities", {"instrument": fee_bearing}, "signed", timed=False)
        for (name,), value in facilities.items():
            if value != ONE:
                raise AuditError("plan.json: decisions.facilities", f"signed of {name} should be 1, not {value}")
        orders = self.table(data, "orders", {"offer": offers}, "units")
        allocations = self.table(data, "allocations", {"offer": offers, "site": instance.sites}, "units")
        service = self.table(data, "service", {"market": instance.markets, "from": places}, "h100e")
        return Decisions(
            starts=starts,
            orders=thousands(orders),
            allocations=thousands(allocations),
            service=thousands(service),
            draws=self.table(data, "debt_draws", {"instrument": instance.debt}, "musd"),
            repayments=self.table(data, "debt_repayments", {"instrument": revolvers}, "musd"),
            signed=frozenset(name for (name,) in facilities),
            pledges=pledges,
            raises=self.table(data, "equity_raises", {"round": rounds}, "musd"),
        )

    def table(
        self,
        data: Mapping[str, Any],
        name: str,
        columns: Mapping[str, Collection[str] | None],
        value: str,
        timed: bool = True,
    ) -> dict[Any, Decimal]:
        """A table as key → value; the key is the named columns (each with the names it may hold), then the period."""
        place = f"plan.json: decisions.{name}"
        table: dict[Any, Decimal] = {}
        for index, row in enumerate(self.rows(data[name], place)):
            here = f"{place}[{index}]"
            self.columns(row, {*columns, value, *(["period"] if timed else [])}, here)
            key: list[Any] = []
            for column, known in columns.items():
                text = self.text(row, column, here)
                if known is not None and text not in known:
                    raise AuditError(f"{here}.{column}", f"{text!r} is not known here")
                key.append(text)
            if timed:
                key.append(self.period(row, here))
            if tuple(key) in table:
                raise AuditError(here, f"a second row for {', '.join(str(row[c]) for c in row if c != value)}")
            table[tuple(key)] = number(row[value], f"{here}.{value}")
        return table

    def known_pairs(self, name: str, table: Mapping[Any, Decimal], known: set[tuple[str, Any]], message: str) -> None:
        for first, second, _ in table:
            if (first, second) not in known:
                raise AuditError(f"plan.json: decisions.{name}", message.format(first, second))

    def ledger(self, data: Any) -> tuple[LedgerRow, ...]:
        place = "plan.json: ledger"
        rows = []
        seen = set()
        for index, row in enumerate(self.rows(data, place)):
            here = f"{place}[{index}]"
            self.columns(row, {"line", "item", "period", "musd", "debit", "credit", "corporate"}, here)
            if not isinstance(row["corporate"], bool):
                raise AuditError(f"{here}.corporate", f"should be true or false, not {row['corporate']!r}")
            posting = LedgerRow(
                line=self.text(row, "line", here),
                item=self.text(row, "item", here),
                t=self.period(row, here),
                musd=number(row["musd"], f"{here}.musd"),
                debit=self.text(row, "debit", here),
                credit=self.text(row, "credit", here),
                corporate=row["corporate"],
            )
            key = (posting.line, posting.item, posting.t, posting.debit, posting.credit, posting.corporate)
            if key in seen:
                raise AuditError(here, f"a second row for {posting.line} {row['period']}")
            seen.add(key)
            rows.append(posting)
        return tuple(rows)

    def metrics(self, data: Any) -> dict[str, Decimal]:
        place = "plan.json: metrics"
        if not isinstance(data, Mapping):
            raise AuditError(place, f"should be an object, not {type(data).__name__}")
        numbers = {}
        for name in ("cost_of_capital", "net_present_cost", "terminal_cash", "peak_funding", "total_value"):
            if name not in data:
                raise AuditError(place, f"the metric {name!r} is missing")
            number(data[name], f"{place}.{name}")
        for name, value in data.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                numbers[str(name)] = number(value, f"{place}.{name}")
        return numbers

    def rows(self, data: Any, place: str) -> list[Any]:
        if not isinstance(data, list):
            raise AuditError(place, f"should be a list of rows, not {type(data).__name__}")
        for index, row in enumerate(data):
            if not isinstance(row, Mapping):
                raise AuditError(f"{place}[{index}]", f"should be an object, not {type(row).__name__}")
        return data

    def columns(self, row: Mapping[str, Any], wanted: set[str], place: str) -> None:
        for name in sorted(wanted - row.keys()):
            raise AuditError(place, f"{name!r} is missing")
        for name in sorted(str(key) for key in row.keys() - wanted):
            raise AuditError(place, f"{name!r} does not belong here")

    def text(self, row: Mapping[str, Any], column: str, place: str) -> str:
        value = row[column]
        if not isinstance(value, str) or not value:
            raise AuditError(f"{place}.{column}", f"should be a name, not {value!r}")
        return value

    def period(self, row: Mapping[str, Any], place: str) -> int:
        label = self.text(row, "period", place)
        try:
            return self.calendar.index(label)
        except ValueError as error:
            raise AuditError(f"{place}.period", str(error)) from error
