"""plan.json as typed, checked data.

A plan of the wrong form is unreadable (AuditError with the place). What it *says* is the business of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from optimizer.auditing.decisions import Decisions, read_decisions
from optimizer.auditing.report import AuditError
from optimizer.auditing.rows import check_columns, number, period, rows, text
from optimizer.contract.objectives import OBJECTIVES
from optimizer.instance.schema import Instance


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
    group: str = ""


@dataclass(frozen=True)
class PlanData:
    """A plan.json that has been read: decisions, postings and metrics (None where the plan says null)."""

    decisions: Decisions
    ledger: tuple[LedgerRow, ...]
    metrics: Mapping[str, Decimal | None]


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
    return PlanData(
        read_decisions(instance, plan["decisions"]),
        _ledger(instance, plan["ledger"]),
        _metrics(plan["metrics"]),
    )


def _ledger(instance: Instance, data: Any) -> tuple[LedgerRow, ...]:
    place = "plan.json: ledger"
    in_t = period(instance.periods)
    columns = {"line", "item", "period", "musd", "debit", "credit", "corporate"}
    columns |= {"group"} if instance.groups else set()
    postings = []
    seen = set()
    for index, row in enumerate(rows(data, place)):
        here = f"{place}[{index}]"
        check_columns(row, columns, here)
        if row.get("group", "") not in ("", *instance.groups):
            raise AuditError(f"{here}.group", f"{row['group']!r} is not known here")
        if not isinstance(row["corporate"], bool):
            raise AuditError(f"{here}.corporate", f"should be true or false, not {row['corporate']!r}")
        posting = LedgerRow(
            line=text(row, "line", here),
            item=text(row, "item", here),
            t=in_t(row, "period", here),
            musd=number(row["musd"], f"{here}.musd"),
            debit=text(row, "debit", here),
            credit=text(row, "credit", here),
            corporate=row["corporate"],
            group=row.get("group", ""),
        )
        key = (posting.line, posting.item, posting.t, posting.debit, posting.credit, posting.corporate, posting.group)
        if key in seen:
            raise AuditError(here, f"a second row for {posting.line} {row['period']}")
        seen.add(key)
        postings.append(posting)
    return tuple(postings)


def _metrics(data: Any) -> dict[str, Decimal | None]:
    place = "plan.json: metrics"
    if not isinstance(data, Mapping):
        raise AuditError(place, f"should be an object, not {type(data).__name__}")
    found: dict[str, Decimal | None] = {}
    for name, objective in sorted(OBJECTIVES.items(), key=lambda item: item[1].nullable):
        if name not in data:
            raise AuditError(place, f"the metric {name!r} is missing")
        null = data[name] is None and objective.nullable
        found[name] = None if null else number(data[name], f"{place}.{name}")
    for name, value in data.items():
        if name not in found:
            found[str(name)] = None if value is None else number(value, f"{place}.{name}")
    return found
