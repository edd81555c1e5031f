"""What an instrument of debt asks in each period, and each vintage over its life: stated, or by a reference rate."""

from __future__ import annotations

from optimizer.finance.amortisation import Rate, RatePath
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.vintage_terms import tenor_of


def yearly_rates(instance: Instance, debt: Debt) -> dict[int, float]:
    """The rate of each period t = 1 … T, nominal per year; of what floats with its margin, floor and swap::

        r_t = margin_t + (1 − swap)·max(reference_t, floor) + swap·fixed

    The margin of a pricing grid is no part of it: that is charged on all debt.
    """
    calendar = instance.periods
    floating = debt.floating
    if floating is None:
        assert debt.rate_per_year is not None
        return dict(zip(calendar.span, debt.rate_per_year.expand(calendar), strict=True))
    reference = instance.reference_rates[floating.reference].rate_per_year.expand(calendar)
    margin = floating.margin_per_year.expand(calendar)
    share, fixed = (floating.swap.share, floating.swap.rate_per_year) if floating.swap else (0.0, 0.0)
    return {
        t: margin[t - 1] + (1.0 - share) * max(reference[t - 1], floating.floor_per_year) + share * fixed
        for t in calendar.span
    }


def has_rate(instance: Instance, debt: Debt) -> bool:
    """Whether the file says what it asks: a check may see one that does not."""
    if debt.floating is None:
        return debt.rate_per_year is not None
    return debt.floating.reference in instance.reference_rates


def vintage_rates(instance: Instance, debt: Debt) -> dict[int, Rate]:
    """What a vintage drawn in u = 0 … T asks per base period, 0 the opening balance.

    One rate for its life, r_u·δ of the period of its draw (1 for the opening balance); where it floats, that of every
    period in which it lives, after T that of T.
    """
    calendar, yearly = instance.periods, yearly_rates(instance, debt)
    rates = {t: rate * calendar.base_years for t, rate in yearly.items()}
    drawn = (0, *calendar.span)
    if debt.floating is None or len(set(rates.values())) == 1:
        return {u: rates[max(1, u)] for u in drawn}
    kappa, last = TIMING[instance.draw_timing], calendar.periods
    lives = {u: min(tenor_of(debt, calendar, u), last) for u in drawn}
    return {
        u: RatePath(tuple(rates[min(max(1, u + k), last)] for k in range(lives[u] + 1)), kappa if u else 0.0)
        for u in drawn
    }
