"""What the plan is worth to shareholders, term by term, and what they put in and get."""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import expm1, fsum, log1p
from typing import NamedTuple

from optimizer.contract.accounts import CASH, DEBT, PAID_IN, PARTNER
from optimizer.finance.amortisation import outstanding_share, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import vintage_rates, yearly_rates
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.lease_rates import lease_rates
from optimizer.instance.opening_position import opening_assets
from optimizer.instance.schema import Debt, Offer
from optimizer.instance.vintage_terms import terms_of
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.dating import TEN_DOLLARS, Dated, evened
from optimizer.plan.figures.debt import drawn as drawn_of
from optimizer.plan.figures.debt import units_repaid_early, vintages
from optimizer.plan.figures.equity import converted, raised
from optimizer.plan.figures.irr import why_none
from optimizer.plan.figures.partners import stakes
from optimizer.plan.figures.preferred import raised_preferred
from optimizer.plan.figures.pricing_grid import buckets, cost_of_equity
from optimizer.plan.figures.terminal import carried_worth, terminal_value
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record

PAID_OUT, RAISED, GRID, LEFT, OWED = "paid out", "paid in", "pricing grid", "left at the end", "owed at the end"
RIGHT = "right to shares"
WORDS = {"no money goes out": "shareholders put nothing in", "no money comes in": "shareholders get nothing back"}


class Term(NamedTuple):
    """An amount in a period, USD million: what it is worth today is ``factor`` times it."""

    term: str
    source: str
    t: int
    musd: float
    factor: float


def terms(plan: Record) -> list[Term]:
    """All terms that are not 0."""
    growth = _growth(plan)
    found = [*_paid(plan, growth), *_rights(plan, growth), *_grid(plan, growth)]
    last, factor = plan.instance.periods.periods, _factor(growth, plan.instance.periods.periods)
    left = {CASH: plan.books.balance(CASH)[-1], "assets": terminal_value(plan), "carried for tax": carried_worth(plan)}
    found += [Term(LEFT, source, last, musd, factor) for source, musd in left.items()]
    found += [Term(OWED, source, last, -musd, factor) for source, musd in owed(plan).items()]
    return [each for each in found if each.musd]


def _growth(plan: Record) -> list[float]:
    """ln(1+k)·Δ of each period: of unlevered equity under a grid that relevers, of the company's, or of discounting."""
    instance, calendar = plan.instance, plan.instance.periods
    grid, equity = instance.pricing_grid, instance.equity
    if grid is not None and grid.relever is not None:
        yearly: tuple[float, ...] = (grid.relever.unlevered_cost_per_year,) * calendar.periods
    elif equity is not None:
        yearly = equity.cost_of_equity_per_year.expand(calendar)
    else:
        yearly = (instance.discount.rate_per_year,) * calendar.periods
    return [log1p(rate) * calendar.years_of(t) for t, rate in enumerate(yearly, 1)]


def _factor(growth: list[float], t: int, before: float = 0.0) -> float:
    """What money is worth that comes a part of a period before the end of t."""
    return math.exp(before * growth[t - 1] - fsum(growth[:t]))


def _paid(plan: Record, growth: list[float]) -> Iterator[Term]:
    """What is paid out, and what is paid in at κ; dearer by its own rate over the periods from it to T and one more."""
    instance, calendar = plan.instance, plan.instance.periods
    for name, item in (("dividends", "dividend"), ("capital returned", "return_of_capital")):
        yield from (
            Term(PAID_OUT, name, t, -musd + 0.0, _factor(growth, t)) for t, musd in enumerate(plan.books.item(item), 1)
        )
    kappa, equity = TIMING[instance.draw_timing], instance.equity
    for name, amounts in {**raised(plan), **stakes(plan), **converted(plan)}.items():
        own = equity.rounds[name].cost_of_equity_per_year if equity and name in equity.rounds else None
        more = [0.0] * (calendar.periods + 1)
        if own is not None and instance.pricing_grid is None and name in raised(plan):
            rates = own.expand(calendar)
            pairs = zip([*rates, rates[-1]], [*growth, growth[-1]], strict=True)
            more = [log1p(rate) * calendar.years_of(t) - asked for t, (rate, asked) in enumerate(pairs, 1)]
        for t, musd in enumerate(amounts, 1):
            yield Term(RAISED, name, t, -musd + 0.0, _factor(growth, t, kappa) * math.exp(fsum(more[t - 1 :])))


def _rights(plan: Record, growth: list[float]) -> Iterator[Term]:
    """What convertibles pay less interest than the straight debt that they are charged as: the right to shares."""
    calendar, timing = plan.instance.periods, TIMING[plan.instance.draw_timing]
    for name, debt in sorted(plan.instance.debt.items()):
        if debt.conversion is None:
            continue
        asked, coupon = charged_vintages(plan.instance, debt), vintage_rates(plan.instance, debt)
        saved = [0.0] * calendar.periods
        for u, amount in drawn_of(plan, name).items():
            of_u = terms_of(debt, calendar, u)
            dear, cheap = (service(of_u, rate[u], timing).interest for rate in (asked, coupon))
            for t, (more, less) in enumerate(zip(dear, cheap, strict=True), u):
                if t <= calendar.periods:
                    saved[t - 1] += amount * (more - less)
        yield from (Term(RIGHT, name, t, -musd, _factor(growth, t)) for t, musd in enumerate(saved, 1))


def _grid(plan: Record, growth: list[float]) -> Iterator[Term]:
    """What shareholders ask more for leverage: on all debt where equity is relevered, else on what is paid in."""
    grid, calendar = plan.instance.pricing_grid, plan.instance.periods
    if grid is None:
        return
    debt, common, kappa = plan.books.debt(), plan.books.balance(PAID_IN), TIMING[plan.instance.draw_timing]
    yearly = log1p(fair_rate(plan.instance)) if grid.relever is not None else 0.0
    for t, held in enumerate(buckets(plan)[:-1], 1):
        if held is None:
            continue
        years = calendar.years_of(t)
        fair = expm1(yearly * years)
        if grid.relever is not None:
            spread = grid.buckets[held].spread_per_year * years
            rate, amount = expm1(growth[t - 1]) - fair - spread, debt[t - 1]
        else:
            own, first = (cost_of_equity(plan, grid.buckets[b])[t - 1] for b in (held, 0))
            rate = expm1(log1p(own) * years) - expm1(log1p(first) * years)
            amount = common[t - 1]
        charge = rate * amount
        if grid.relever is not None:
            part = expm1(kappa * growth[t - 1]) - expm1(kappa * log1p(fair))
            charge += part * _moved(plan, t)
        yield Term(GRID, f"bucket {held + 1}", t, -charge, _factor(growth, t))


def _moved(plan: Record, t: int) -> float:
    """By how much debt rises in t but for the opening balance of loans with a schedule, which is repaid at the end."""
    rises = []
    for name, debt in plan.instance.debt.items():
        balance = plan.books.balance(DEBT + name)
        rises.append(balance[t] - balance[t - 1])
        if debt.opening_balance_musd and not debt.is_pooled:
            rate = vintage_rates(plan.instance, debt)[0]
            for when, sign in ((t, -1.0), (t - 1, 1.0)):
                early = fsum(units for v, units in units_repaid_early(plan, name, 0) if v <= when)
                left = debt.opening_balance_musd - early
                of_opening, end = terms_of(debt, plan.instance.periods, 0), plan.instance.periods.end(when)
                rises.append(sign * left * outstanding_share(of_opening, end, rate))
    return fsum(rises)


# ── what they put in and get ──────────────────────────────────────────────────────────────────────────────────────


def shareholder_flows(plan: Record) -> list[Dated]:
    """(instant in base periods, USD million) from the side of common shareholders: what they put in is negative::

        0        − what is theirs as the plan begins: cash less debt
        t − κ    − rounds and partners' equity of t, before flotation costs
        t        dividends and capital returned
        T        cash and terminal value after tax less what is owed, as in the objective shareholder_value

    Preferred shares and partners' prepayments are among what is owed. Empty where ``unknown_flows`` says why.
    """
    if unknown_flows(plan):
        return []
    found, kappa = terms(plan), TIMING[plan.instance.draw_timing]
    dated = [(0.0, -_opening(plan))]
    calendar = plan.instance.periods
    dated += [
        (calendar.end(each.t) - kappa * calendar.steps(each.t), each.musd) for each in found if each.term == RAISED
    ]
    dated += [(float(calendar.end(each.t)), each.musd) for each in found if each.term == PAID_OUT]
    left = fsum(each.musd for each in found if each.term in (LEFT, OWED))
    return [*dated, (float(calendar.end(calendar.periods)), left)]


def unknown_flows(plan: Record) -> str:
    """Why there is no saying what shareholders have in the plan at its two ends; empty where there is."""
    if plan.instance.opening.other_assets_musd > TEN_DOLLARS:
        return "what other assets are worth at the end is not stated"
    if fsum(opening_assets(plan.instance).values()) - plan.instance.opening.cash_musd > TEN_DOLLARS:
        return "what shareholders have in the assets of the opening balance sheet is not stated"
    if any(each.opening is not None for each in plan.instance.contracts.values()):
        return "what shareholders have in the customers' contracts signed before the plan is not stated"
    return "more is owed than there is as the plan begins" if _opening(plan) < -TEN_DOLLARS else ""


def _opening(plan: Record) -> float:
    """Cash less debt at instant 0, USD million: without other assets, paid-in capital and retained earnings."""
    owed = [debt.opening_balance_musd for debt in plan.instance.debt.values()]
    return fsum([plan.instance.opening.cash_musd, *(-musd for musd in owed)])


def why_no_rate(plan: Record) -> str:
    """Why shareholders have no internal rate of return, in their words."""
    if why := unknown_flows(plan):
        return why
    why = why_none(evened(shareholder_flows(plan))[0])
    return WORDS.get(why, why)


# ── what is owed ──────────────────────────────────────────────────────────────────────────────────────────────────


def owed(plan: Record) -> dict[str, float]:
    """What each source is owed at the end of T, at its worth at the reference rate of debt, USD million."""
    instance, fair = plan.instance, fair_rate(plan.instance)
    found = {name: _debt(plan, name, debt, fair) for name, debt in sorted(instance.debt.items())}
    for name, offer in sorted(instance.hardware.items()):
        if offer.lease is not None and offer.lease.counts_as_debt:
            found[name] = fsum(_lease(plan, name, offer, fair))
    for name in sorted(instance.partners):
        if PARTNER + name in plan.books.opening:
            found[name] = plan.books.balance(PARTNER + name)[-1]
    asked, years = expm1(_growth(plan)[-1]), instance.periods.years_of(instance.periods.periods)
    for name, amounts in raised_preferred(plan).items():
        rates = instance.preferred_equity[name].dividend_per_year.expand(instance.periods)
        dearer = [max(1.0, rate * years / asked) if asked > 0 else 1.0 for rate in rates]
        found[name] = fsum(musd * more for musd, more in zip(amounts, dearer, strict=True))
    for each in commitments(plan):
        place = f"{each.kind}, {each.name}"
        found[place] = found.get(place, 0.0) + each.counted_musd
    return found


def _premium(plan: Record, nominal: float, fair: float) -> float:
    """1 + a year of what a nominal rate, made effective, is above the reference rate."""
    years = plan.instance.periods.base_years
    return 1.0 + max(0.0, expm1(log1p(nominal * years) / years) - fair)


def _debt(plan: Record, name: str, debt: Debt, fair: float) -> float:
    calendar = plan.instance.periods
    last = calendar.periods
    if debt.is_pooled:
        return plan.books.balance(DEBT + name)[-1] * _premium(plan, yearly_rates(plan.instance, debt)[last], fair)
    rates = charged_vintages(plan.instance, debt)
    growth = log1p(fair) * calendar.base_years
    worth = []
    for u, drawn in vintages(plan, name).items():
        live = drawn - fsum(units for _, units in units_repaid_early(plan, name, u))
        timing = TIMING[plan.instance.draw_timing] if u else 0.0
        whole = service(terms_of(debt, calendar, u), rates[u], timing)
        later = whole.worth(expm1(growth), after=last - u)
        worth.append(live * later * math.exp((calendar.elapsed(u, last) + timing * calendar.steps(u)) * growth))
    return fsum(worth)


def _lease(plan: Record, name: str, offer: Offer, fair: float) -> Iterator[float]:
    """What is owed for each order just after the payment of T, at the rate inside, and what that is dearer than f."""
    calendar, lease = plan.instance.periods, offer.lease
    assert lease is not None
    payment, rates = lease.payment_usd_per_unit_year.expand(calendar), lease_rates(plan.instance, name)
    for row in plan.decisions.get("orders", ()):
        if row["offer"] == name:
            u = calendar.index(str(row["period"]))
            due = row["units"] * payment[u - 1] * calendar.base_years / USD_PER_MUSD
            begun = calendar.elapsed(calendar.later(u, offer.lead_periods) - 1, calendar.periods)
            inside = rates[u - 1]
            left = fsum((1.0 + inside * calendar.base_years) ** -j for j in range(1, offer.life_periods - begun + 1))
            yield due * left * _premium(plan, inside, fair)
