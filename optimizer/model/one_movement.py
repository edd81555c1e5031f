"""A loan moves one way in a period: money that goes out and comes back at once is no money."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByPeriod
from optimizer.instance.calendar import TIMING
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.opening_debt import first_repayment
from optimizer.instance.schema import Debt
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.dating import early_weights


def add_one_movement(
    model: Model,
    d: str,
    debt: Debt,
    new: ByPeriod,
    back: ByPeriod,
    most_back: float,
    issue: ByPeriod,
) -> None:
    """No instrument is drawn in a period in which it is prepaid, or repaid at will::

        new[t] ≤ (largest draw)·x[t],   back[t] ≤ (largest balance)·(1 − x[t]),   x binary

    ``new`` are the draws, ``back`` what is prepaid of vintages or repaid of pooled debt. A loan with a least draw or a
    fixed fee has the binary already: ``issue``, which is 1 where it is drawn. Of a revolver a wash leaves interest,
    cash and balance as they are; a binary rules it out only where a draw costs something, has a least size, counts
    as refinancing, pays for what falls before the end of the period, or stands beside a sweep: what is repaid lowers
    what is left to be swept, and what is drawn does not raise it. Elsewhere the least draws are taken in the end.
    """
    most_new, both = largest_draw(debt), [t for t in new if t in back]
    if not both or most_new == 0 or (debt.is_revolving and not _wash_may_pay(model, d, debt)):
        return
    if math.isinf(most_back):
        raise UnboundedModelError(f"`{d}` can be drawn in a period in which it is repaid early: it needs `limit_musd`")
    rows = model.constraints(f"one_movement.{d}")
    moving = issue or model.variables(f"drawing.{d}", both, upper=1, integer=True)
    for t in both:
        rows.add(back[t] <= most_back * (1 - moving[t]))
        if not issue:
            rows.add(new[t] <= most_new * moving[t])


def repaid_at_will(model: Model, debt: Debt, window: range) -> range:
    """Periods in which pooled debt can be repaid: sculpted debt once the grace of the first draw is over."""
    if debt.is_revolving:
        return model.span
    first = 0 if debt.opening_balance_musd else window.start
    return range(first_repayment(debt, model.calendar, first), model.span.stop)


def _wash_may_pay(model: Model, d: str, debt: Debt) -> bool:
    """Whether to draw more than the balance rises could help: for a least draw, in fees, to refinance, in time for
    payments, or to leave less for a sweep of its group.
    """
    costs = (debt.min_draw_musd, debt.issue_fee_musd, debt.upfront_fee_share, debt.issue_discount_share)
    in_time = any(w <= TIMING[model.instance.draw_timing] for w in early_weights(model))
    own = [e for e, group in model.rings.debt.items() if group == model.rings.debt[d]]
    beside_a_sweep = any(model.instance.debt[e].sweep is not None for e in own)
    return in_time or any(costs) or bool(debt.refinances) or beside_a_sweep
