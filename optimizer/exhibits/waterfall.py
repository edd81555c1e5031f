"""The waterfall of a borrowing group: what comes in above, who gets it below. USD million by period."""

from __future__ import annotations

from optimizer.exhibits.axis import Axis
from optimizer.exhibits.money import MUSD
from optimizer.exhibits.shapes import Columns, Series, without_empty
from optimizer.plan.figures.waterfall import waterfalls
from optimizer.plan.record import Record


def waterfall(plan: Record, group: str) -> Columns | None:
    """Receipts, draws, prepayments and contributions above; cost, service, refunds, spending and distributions below;
    None if nothing moves.

    The line is what is left in the account at the end.
    """
    axis = Axis.of(plan)
    steps = [step for step in waterfalls(plan) if step.group == group]
    flows = {
        "revenue": [step.revenue + step.other_receipts for step in steps],
        "drawn": [step.financed for step in steps],
        "paid ahead by customers": [step.prepaid for step in steps],
        "put in by the company": [step.contributed for step in steps],
        "operating cost": [-step.operating_cost for step in steps],
        "debt service": [-step.interest - step.principal - step.fees for step in steps],
        "swept by lenders": [-step.swept for step in steps],
        "paid back to customers": [-step.refunded for step in steps],
        "spent": [-step.built for step in steps],
        "distributed": [-step.distribution for step in steps],
    }
    series = [Series(name, axis.flows(amounts)) for name, amounts in flows.items()]
    series.append(Series("cash at the end", axis.stocks([step.closing for step in steps]), "line"))
    shown = without_empty(series)
    total = sum(step.distribution for step in steps)
    words = f"what comes in above, who gets it below; {total:,.0f} distributed to the company in all"
    return Columns(f"Waterfall of {group}", MUSD, axis.labels, shown, words) if shown else None
