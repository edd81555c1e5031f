"""The waterfall of a borrowing group: what comes in above, who gets it below. USD million by period."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.exhibits.axis import Axis
from optimizer.exhibits.money import MUSD
from optimizer.exhibits.shapes import Columns, Series, without_empty
from optimizer.plan.figures.waterfall import Step, waterfalls
from optimizer.plan.record import Record
from optimizer.report.numbers import money


def waterfall(plan: Record, group: str) -> Columns | None:
    """Receipts, draws, prepayments and contributions above; cost, service, refunds, spending and distributions below;
    None if nothing moves.

    The line is what is left in the account at the end. What moves in any group is a series of all, so that each has its
    colour in all of them.
    """
    axis, steps = Axis.of(plan), list(waterfalls(plan))
    groups = {step.group for step in steps}
    of_each = {name: _series(axis, [step for step in steps if step.group == name]) for name in groups}
    own, moving = of_each.get(group, []), {each.name for one in of_each.values() for each in without_empty(one)}
    if not without_empty(own):
        return None
    total = sum(step.distribution for step in steps if step.group == group)
    words = f"what comes in above, who gets it below; {money(total)} distributed to the company in all"
    shown = tuple(each for each in own if each.name in moving)
    return Columns(f"Waterfall of {group}", MUSD, axis.labels, shown, words)


def _series(axis: Axis, steps: Sequence[Step]) -> list[Series]:
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
    return [*series, Series("cash at the end", axis.stocks([step.closing for step in steps]), "line")]
