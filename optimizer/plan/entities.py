"""The books of the company by itself and of each borrowing group: parts of the ledger, and what passes between them.

All of them together are the consolidated books: what the company has put into groups is their owner's capital.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.contract.accounts import CASH, INVESTED, OWNERS_CAPITAL
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Instance
from optimizer.plan.books import Books

Row = Mapping[str, Any]

CONTRIBUTED, DISTRIBUTED = "Put into groups", "Distributed by groups"
"""Rows of what passes between the company and its groups."""


def books_of(instance: Instance, decisions: Mapping[str, Sequence[Row]], ledger: Sequence[Row], entity: str) -> Books:
    """The books of a group, or of the company without its groups (an empty name)."""
    own = [row for row in ledger if row.get("group", COMPANY) == entity]
    return Books(instance, [*own, *_between(decisions, entity)], entity=entity)


def _between(decisions: Mapping[str, Sequence[Row]], entity: str) -> list[dict[str, Any]]:
    """What passes between an entity and others, as postings of its own books."""
    inside = OWNERS_CAPITAL if entity else INVESTED
    posted: dict[tuple[str, str, bool], float] = {}
    for table, line, comes_in in (("contributions", CONTRIBUTED, True), ("distributions", DISTRIBUTED, False)):
        for row in decisions.get(table, ()):
            if entity in (COMPANY, row["group"]):
                key = line, str(row["period"]), comes_in == bool(entity)
                posted[key] = posted.get(key, 0.0) + float(row["musd"])
    return [
        {"line": line, "item": "between", "period": period, "musd": musd, "corporate": False}
        | {"debit": CASH if into else inside, "credit": inside if into else CASH}
        for (line, period, into), musd in posted.items()
    ]
