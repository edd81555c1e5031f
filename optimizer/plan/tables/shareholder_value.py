"""What the plan is worth to shareholders, term by term, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.shareholder_value import terms
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def shareholder_value(plan: Record) -> Table:
    """Per term, source and period: the amount, its factor and its present value.

    The present values add up to the metric of that name. ``factor`` is the discount factor at the rate that
    shareholders ask; for a round with a rate of its own it is more by what that costs over the time it is out. What is
    owed at the end stands at its worth.
    """
    columns = ("term", "source", "period", "amount_musd", "factor", "present_value_musd")
    label = plan.instance.periods.label

    def rows() -> Iterator[dict[str, Cell]]:
        for each in terms(plan):
            yield {
                "term": each.term,
                "source": each.source,
                "period": label(each.t),
                "amount_musd": each.musd,
                "factor": each.factor,
                "present_value_musd": each.musd * each.factor,
            }

    return Table.of(columns, rows())
