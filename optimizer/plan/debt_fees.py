"""Debt fees as tax deducts them, worked out afresh from the ledger and the draws."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.fee_life import fee_shares
from optimizer.plan.books import add

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

AT_ONCE = ("commitment", "prepayment")


def fees_deducted(plan: Plan, instrument: str) -> list[float]:
    """What tax deducts of an instrument's fees by period, positive, USD million.

    Discounts, upfront and issue fees straight line over the life of the draw; what is left of the first two when a part
    of the draw is prepaid, in that period; the others as they are paid.
    """
    instance, calendar = plan.instance, plan.instance.periods
    terms = instance.debt[instrument]

    def paid(kind: str) -> list[float]:
        return [-amount + 0.0 for amount in plan.books.line(f"fee.{kind}.{instrument}")]

    proportional, fixed = add(paid("upfront"), paid("discount")), paid("issue")
    parts: dict[int, list[float]] = {t: [] for t in calendar.span}
    for u in calendar.span:
        if not proportional[u - 1] and not fixed[u - 1]:
            continue
        early = _prepaid_shares(plan, instrument, u)
        live = left = 1.0
        for t, share in fee_shares(terms, calendar, u, instance.draw_timing).items():
            left -= share
            parts[t].append(share * (live * proportional[u - 1] + fixed[u - 1]))
            parts[t].append(early.get(t, 0.0) * left * proportional[u - 1])
            live -= early.get(t, 0.0)
    at_once = add(*(paid(kind) for kind in AT_ONCE))
    return [fsum([*parts[t], at_once[t - 1]]) for t in calendar.span]


def _prepaid_shares(plan: Plan, instrument: str, drawn: int) -> dict[int, float]:
    """The share of the draw of a period that is prepaid, by period of the payment."""
    calendar, debt = plan.instance.periods, plan.instance.debt[instrument]
    label = calendar.label(drawn)
    amount = fsum(
        row["musd"]
        for row in plan.decisions.get("debt_draws", ())
        if (row["instrument"], str(row["period"])) == (instrument, label)
    )
    rate = debt.rate_per_year.expand(calendar)[drawn - 1] * calendar.years
    shares: dict[int, float] = {}
    for row in plan.decisions.get("prepayments", ()):
        if amount > 0.0 and (row["instrument"], str(row["drawn"])) == (instrument, label):
            t = calendar.index(str(row["period"]))
            worth = outstanding_share(debt, t - drawn, rate)
            shares[t] = row["musd"] / (worth * amount) if worth else 0.0
    return shares
