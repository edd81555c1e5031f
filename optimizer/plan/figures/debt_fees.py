"""Debt fees as tax deducts them, worked out afresh from the ledger and the draws."""

from __future__ import annotations

from math import fsum

from optimizer.contract.lines import DEBT_FEES, DISCOUNT, FEES_ON_DRAWS, ISSUE_FEE, UPFRONT_FEE, LineKind
from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.fee_life import fee_shares
from optimizer.instance.vintage_terms import terms_of
from optimizer.plan.books import add
from optimizer.plan.figures.debt import drawn, prepaid_by_draw
from optimizer.plan.record import Record

AT_ONCE = tuple(fee for fee in DEBT_FEES if fee not in FEES_ON_DRAWS)


def fees_deducted(plan: Record, instrument: str) -> list[float]:
    """What tax deducts of an instrument's fees by period, positive, USD million.

    Discounts, upfront and issue fees straight line over the life of the draw; what is left of the first two when a part
    of the draw is prepaid, in that period; the others as they are paid.
    """
    instance, calendar = plan.instance, plan.instance.periods
    terms = instance.debt[instrument]

    def paid(fee: LineKind) -> list[float]:
        return [-amount + 0.0 for amount in plan.books.line(fee, instrument)]

    proportional, fixed = add(paid(UPFRONT_FEE), paid(DISCOUNT)), paid(ISSUE_FEE)
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
    early = _prepaid_shares(plan, instrument, 0) if terms.opening_fees_musd else {}
    live, tenor = 1.0, terms.tenor_periods or 0
    for t in range(1, min(calendar.later(0, tenor), calendar.periods) + 1 if terms.opening_balance_musd else 1):
        passed = min(calendar.end(t), tenor)
        share = (passed - calendar.end(t - 1)) / tenor
        parts[t].append(terms.opening_fees_musd * (live * share + early.get(t, 0.0) * (1.0 - passed / tenor)))
        live -= early.get(t, 0.0)
    at_once = add(*(paid(fee) for fee in AT_ONCE))
    return [fsum([*parts[t], at_once[t - 1]]) for t in calendar.span]


def _prepaid_shares(plan: Record, instrument: str, u: int) -> dict[int, float]:
    """The share of the draw of a period that is prepaid, by period of the payment."""
    calendar, debt = plan.instance.periods, plan.instance.debt[instrument]
    amount = drawn(plan, instrument).get(u, 0.0) if u else debt.opening_balance_musd
    rate = vintage_rates(plan.instance, debt)[u]
    shares: dict[int, float] = {}
    for t, musd in prepaid_by_draw(plan, instrument).get(u, {}).items():
        if amount > 0.0:
            worth = outstanding_share(terms_of(debt, calendar, u), calendar.elapsed(u, t), rate)
            shares[t] = musd / (worth * amount) if worth else 0.0
    return shares
