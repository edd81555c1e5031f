"""What customers under contract get and pay."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.accounts import CONTRACT
from optimizer.contract.lines import (
    CONTRACT_DAMAGES,
    CONTRACT_GIVEN,
    CONTRACT_PREPAYMENT,
    CONTRACT_RECOGNISED,
    CONTRACT_REFUND,
    CONTRACT_REVENUE,
)
from optimizer.plan.figures.contracts import courses
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def contracts(plan: Record) -> Table:
    """Per contract signed and period: H100e held, the prepayment received, how much of it is revenue now, what is
    paid in cash, damages for delay, what is paid back, deferred revenue at the end of the period, and what the
    customer will still pay in cash as signed (``to_come_musd``; a second term counts once it has begun), and what is
    taken off revenue for shares that he got (``given_musd``)."""
    labels, books = plan.instance.periods.labels, plan.books
    columns = ["contract", "period", "held_h100e", "prepayment_musd", "recognised_musd", "revenue_musd"]
    columns += ["damages_musd", "refunded_musd", "deferred_musd", "to_come_musd", "given_musd"]

    def rows() -> Iterator[dict[str, Cell]]:
        for name, each in courses(plan).items():
            held, deferred = plan.physical.held_by(name), books.balance(CONTRACT + name)
            recognised, cash = books.posted(CONTRACT_RECOGNISED, name), books.line(CONTRACT_REVENUE, name)
            damages, refunded = books.line(CONTRACT_DAMAGES, name), books.line(CONTRACT_REFUND, name)
            prepaid, given = books.line(CONTRACT_PREPAYMENT, name), books.posted(CONTRACT_GIVEN, name)
            for t, label in enumerate(labels):
                yield {
                    "contract": name,
                    "period": label,
                    "held_h100e": held[t],
                    "prepayment_musd": prepaid[t],
                    "recognised_musd": recognised[t],
                    "revenue_musd": cash[t],
                    "damages_musd": -damages[t] + 0.0,
                    "refunded_musd": -refunded[t] + 0.0,
                    "deferred_musd": deferred[t + 1],
                    "to_come_musd": each.to_come(t + 1),
                    "given_musd": -given[t] + 0.0,
                }

    return Table.of(columns, rows())
