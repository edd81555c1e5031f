"""What becomes of a convertible, draw by draw: the share prices of the file say it before anything is decided.

Sources: ASU 2020-06 (one liability at what is owed, no equity part); ASC 260, if-converted method (all shares that it
may become, a capped call aside while it is outstanding).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.finance.amortisation import Rate, service
from optimizer.finance.effective_interest import yield_of
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import vintage_rates, yearly_rates
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.vintage_terms import tenor_of, terms_of


@dataclass(frozen=True)
class Outcome:
    """Of a draw: the period ``matures`` (it may lie after T), the ``conversion_price``, the ``price`` of a share at
    maturity (None after T), whether it ``converts`` into shares, what a unit of it is worth then with what a capped
    call brings (``redemption``), and how many shares stay issued, of those that a unit becomes (``kept``).
    """

    matures: int
    conversion_price: float
    price: float | None
    converts: bool
    redemption: float
    kept: float


def outcome(instance: Instance, debt: Debt, u: int) -> Outcome:
    """What becomes of what is drawn in u: X = S_u·(1 + premium), S the price at maturity, C that of the cap.

    In the money, S > X, it becomes shares, worth S/X; the call brings min(S, C) − X a share, which leaves a redemption
    of (S − min(S, C) + X)/X. Else it is repaid in cash, as is what is put, on the date of the put. After T it is
    outstanding, with all shares that it may become.
    """
    terms, calendar = debt.conversion, instance.periods
    assert terms is not None
    prices = terms.share_price_usd.expand(calendar)
    exercise = prices[u - 1] * (1.0 + terms.premium_share)
    matures = calendar.later(u, tenor_of(debt, calendar, u))
    if matures > calendar.periods:
        return Outcome(matures, exercise, None, False, 1.0, 1.0)
    price = prices[matures - 1]
    if price <= exercise:
        return Outcome(matures, exercise, price, False, 1.0, 0.0)
    call = terms.capped_call
    brought = 0.0 if call is None else min(price, prices[u - 1] * (1.0 + call.cap_premium_share)) - exercise
    return Outcome(matures, exercise, price, True, (price - brought) / exercise, (price - brought) / price)


def converts(instance: Instance, debt: Debt, u: int) -> bool:
    """Whether what is drawn in u becomes shares within the plan; nothing of other debt and of opening balances does."""
    return debt.conversion is not None and u > 0 and outcome(instance, debt, u).converts


def charged_vintages(instance: Instance, debt: Debt) -> dict[int, Rate]:
    """What a vintage drawn in u = 0 … T is charged at per period: what it asks, a convertible as straight debt."""
    if debt.conversion is None:
        return vintage_rates(instance, debt)
    rates = charged_rates(instance, debt)
    return {u: rates[max(1, u) - 1] * instance.periods.base_years for u in (0, *instance.periods.span)}


def charged_rates(instance: Instance, debt: Debt) -> tuple[float, ...]:
    """The nominal rate per year at which a draw of a convertible is charged, by its period: that of straight debt.

    Straight debt of the effective rate e bears ((1+e)^δ − 1)/δ, δ a base period, also where it is paid in longer ones;
    where the shares that holders get are worth more than that, as much as has the same yield: a convertible is never
    cheaper than straight debt, nor than it is.
    """
    terms = debt.conversion
    assert terms is not None
    calendar, years, own = instance.periods, instance.periods.base_years, _coupons(instance, debt)
    asked = terms.straight_rate_per_year.expand(calendar)
    straight = [math.expm1(years * math.log1p(rate)) / years for rate in asked]
    window = calendar.window(debt.first_draw, debt.last_draw)
    given = [_as_straight(instance, debt, u) if u in window else own[u - 1] for u in calendar.span]
    return tuple(max(each) for each in zip(own, straight, given, strict=True))


def _coupons(instance: Instance, debt: Debt) -> tuple[float, ...]:
    return tuple(yearly_rates(instance, debt).values())


def _as_straight(instance: Instance, debt: Debt, u: int) -> float:
    """The nominal rate of a bullet at par with the yield of the coupon and what holders get at the end."""
    own, years = _coupons(instance, debt)[u - 1], instance.periods.base_years
    end = outcome(instance, debt, u)
    if not end.converts:
        return own
    whole = service(terms_of(debt, instance.periods, u), 1.0, TIMING[instance.draw_timing])
    tenor = whole.repaid(len(whole.steps) - 1)
    unit = [(whole.paid(k), share) for k, share in enumerate(whole.interest) if share]
    flows = [(age, own * years * share) for age, share in unit]
    growth = math.log1p(yield_of([*flows, (float(tenor), end.redemption)], 1.0))
    annuity = math.fsum(share * math.exp(-age * growth) for age, share in unit)
    return -math.expm1(-tenor * growth) / annuity / years
