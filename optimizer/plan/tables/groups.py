"""Borrowing groups: the waterfall of each, and the statements of the company by itself and of each of them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.rings import COMPANY
from optimizer.plan.figures.reserves import reserves
from optimizer.plan.figures.waterfall import waterfalls
from optimizer.plan.record import Record
from optimizer.plan.table import NOTHING, Cell, Table
from optimizer.plan.tables.statements import balance_sheet_of, cash_flow_of, income_of

BY_ITSELF = "company by itself"
"""What the company without its groups is called: no name of a group has blanks."""


def waterfall(plan: Record) -> Table:
    """Per borrowing group and period: cash carried in, what comes in, operating cost, service of debt, what goes back
    to customers, what that leaves, what of it is swept, the cover that the lock-up looks at, what is distributed, then
    what is drawn, paid ahead by customers, put in and spent, and the cash that is left.

    ``left_musd`` = opening cash + revenue − operating cost + other receipts − interest − principal − fees + refinanced
    − refunded − what debt service reserves have to hold at the end; closing cash = left + reserved − swept −
    distributed + drawn − refinanced + prepaid + put in − spent. ``dscr`` is one of the last twelve months, empty where
    nothing is due or no year lies behind; then there is no lock-up. ``locked_up``: the cover is too low for a
    distribution, or the first one agreed is later; empty where neither was agreed.
    """
    columns = ["group", "period", "opening_cash_musd", "revenue_musd", "operating_cost_musd", "other_receipts_musd"]
    columns += [
        "interest_musd",
        "principal_musd",
        "fees_musd",
        "refinanced_musd",
        "refunded_musd",
        "reserved_musd",
        "left_musd",
    ]
    columns += [
        "swept_musd",
        "dscr",
        "lock_up_dscr",
        "locked_up",
        "distributed_musd",
        "drawn_musd",
        "prepaid_musd",
        "put_in_musd",
        "spent_musd",
        "closing_cash_musd",
    ]

    def rows() -> Iterator[dict[str, Cell]]:
        for step in waterfalls(plan):
            group = plan.instance.groups[step.group]
            test, first = group.lock_up_dscr, group.first_distribution
            early = first is not None and step.t < plan.instance.periods.index(first)
            low = test is not None and step.dscr is not None and step.dscr < test - NOTHING
            yield {
                "group": step.group,
                "period": plan.instance.periods.label(step.t),
                "opening_cash_musd": step.opening,
                "revenue_musd": step.revenue,
                "operating_cost_musd": step.operating_cost + 0.0,
                "other_receipts_musd": step.other_receipts,
                "interest_musd": step.interest + 0.0,
                "principal_musd": step.principal + 0.0,
                "fees_musd": step.fees + 0.0,
                "refinanced_musd": step.refinanced,
                "refunded_musd": step.refunded + 0.0,
                "reserved_musd": step.reserved,
                "left_musd": step.left,
                "swept_musd": step.swept,
                "dscr": step.dscr,
                "lock_up_dscr": test,
                "locked_up": None if test is None and first is None else early or low,
                "distributed_musd": step.distribution,
                "drawn_musd": step.financed,
                "prepaid_musd": step.prepaid,
                "put_in_musd": step.contributed,
                "spent_musd": step.built + 0.0,
                "closing_cash_musd": step.closing,
            }

    return Table.of(columns, rows())


def entities(plan: Record) -> Table:
    """The statements of the company by itself and of each borrowing group, one after the other.

    Row by row they add up to those of the company with its groups, but for what it has put into them (`Put into
    groups`, `Put in by the company`, `Distributed by groups`), which comes to nothing in all. Column ``0`` is the
    opening one.
    """
    labels = plan.instance.periods.labels
    columns = ["entity", "statement", "line", "0", *labels]

    def rows() -> Iterator[dict[str, Cell]]:
        for entity in (COMPANY, *sorted(plan.instance.groups)) if plan.instance.groups else ():
            books = plan.books_of(entity)
            made = {
                "income": income_of(books),
                "cash flow": cash_flow_of(books),
                "balance sheet": balance_sheet_of(books, reserves(plan, entity)),
            }
            for statement, table in made.items():
                for record in table.records():
                    yield {"entity": entity or BY_ITSELF, "statement": statement, **record}

    return Table.of(columns, rows())
