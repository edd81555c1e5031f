"""Limits that stand in contracts: energy, colocation, reservations, lenders, advances, tied draws, preferred shares,
dividends, ownership. A floor of 0 is no limit and is not listed."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.contract.lines import BUILDING, DEPOSIT, DRAW, PURCHASE
from optimizer.instance.advances import by_rate
from optimizer.instance.schema import Advance, TiedTo
from optimizer.plan.books import add
from optimizer.plan.figures.contracts import courses
from optimizer.plan.figures.energy import active, supplies, totals
from optimizer.plan.figures.frameworks import signed_frameworks
from optimizer.plan.figures.hardware import ACCELERATOR
from optimizer.plan.figures.limit import TOLERANCE, Limit, by_period
from optimizer.plan.figures.ownership import kept
from optimizer.plan.figures.preferred import raised_preferred
from optimizer.plan.record import Record


def contract_limits(plan: Record) -> Iterator[Limit]:
    """The limits of this file in every period, binding or not."""
    yield from _energy(plan)
    yield from _rented(plan)
    yield from _frameworks(plan)
    yield from _debt(plan)
    yield from _equity(plan)


def _energy(plan: Record) -> Iterator[Limit]:
    calendar = plan.instance.periods
    for supply in supplies(plan):
        if supply.source in plan.instance.energy_sources:
            limit = plan.instance.energy_sources[supply.source].limit_mw.expand(calendar)
            on = active(plan, supply.source)
            most = [mw * calendar.hours_of(t) * on[t - 1] for t, mw in enumerate(limit, 1)]
            yield from by_period("energy source", supply.source, supply.taken_mwh, most, "MWh")
    used, renewable, _ = totals(plan)
    target = plan.instance.power.min_renewable_share.expand(calendar)
    for t, share in enumerate(target):
        if share * used[t] > TOLERANCE:
            yield Limit("renewable share", "all sites", t + 1, renewable[t], share * used[t], "MWh", floor=True)


def _rented(plan: Record) -> Iterator[Limit]:
    calendar, physical = plan.instance.periods, plan.physical
    for name, site in sorted(plan.instance.sites.items()):
        if site.colocation is not None:
            most = site.colocation.limit_mw.expand(calendar)
            yield from by_period("colocation", name, physical.rented_mw[name], most, "MW")
    for name, cloud in sorted(plan.instance.cloud.items()):
        if cloud.reserved is not None:
            most = cloud.reserved.limit_h100e.expand(calendar)
            yield from by_period("reserved cloud", name, physical.reserved_h100e[name], most, "H100e")


def _frameworks(plan: Record) -> Iterator[Limit]:
    """The minimum of an agreement, said in the last period of its window; what is paid for instead is no limit."""
    for each in signed_frameworks(plan):
        if each.minimum_units > TOLERANCE and not each.take_or_pay_musd:
            last, used, least = each.window.stop - 1, each.ordered_units, each.minimum_units
            yield Limit("framework minimum", each.offer, last, used, least, "units", floor=True)


def _debt(plan: Record) -> Iterator[Limit]:
    calendar, books = plan.instance.periods, plan.books
    for name, lender in sorted(plan.instance.lenders.items()):
        own = [debt for debt, terms in plan.instance.debt.items() if terms.lender == name]
        yield from by_period("lender", name, books.debt(own)[1:], lender.limit_musd.expand(calendar), "musd")
    for name, debt in sorted(plan.instance.debt.items()):
        if debt.advance is not None:
            yield from by_period("advance", name, books.debt([name])[1:], _advanced(plan, name, debt.advance), "musd")
        if debt.tied_to is None:
            continue
        spent = _spent(plan, debt.tied_to)
        most = [-debt.tied_to.capex_share * amount for amount in add(*spent, size=calendar.periods)]
        for t, draw in enumerate(books.line(DRAW, name), 1):
            if draw > TOLERANCE:
                yield Limit("tied draw", name, t, draw, most[t - 1], "musd")


def _advanced(plan: Record, name: str, terms: Advance) -> list[float]:
    """What may be owed at the end of each period by what customers have still to pay."""
    calendar, rate, found = plan.instance.periods, terms.discount_rate_per_year, courses(plan)
    own = {share: [found[c] for c in named if c in found] for share, named in by_rate(plan.instance, name).items()}
    return [
        fsum(share * fsum(goes.worth_to_come(t, calendar, rate) for goes in some) for share, some in own.items())
        for t in calendar.span
    ]


def _spent(plan: Record, tied: TiedTo) -> list[list[float]]:
    """The spending that a debt is tied to, line by line, negative."""
    found = []
    for name in tied.sites:
        parts = {"land", *(part for phase in plan.instance.sites[name].phases for part in phase.capex)}
        found += [plan.books.line(BUILDING, name, part) for part in sorted(parts)]
    for name in tied.hardware:
        parts = {ACCELERATOR, *plan.instance.hardware[name].attach}
        found += [plan.books.line(kind, name, part) for part in sorted(parts) for kind in (PURCHASE, DEPOSIT)]
    return found


def _equity(plan: Record) -> Iterator[Limit]:
    calendar, equity = plan.instance.periods, plan.instance.equity
    for name, amounts in raised_preferred(plan).items():
        terms = plan.instance.preferred_equity[name]
        for t, amount in enumerate(amounts, 1):
            if amount > TOLERANCE:
                yield Limit("largest issue", name, t, amount, terms.max_musd, "musd")
                if terms.min_musd > TOLERANCE:
                    yield Limit("smallest issue", name, t, amount, terms.min_musd, "musd", floor=True)
    if equity is None:
        return
    if equity.ownership_floor_share:
        yield Limit(
            "ownership floor", "company", calendar.periods, kept(plan), equity.ownership_floor_share, "", floor=True
        )
    if equity.dividends is None:
        return
    paid = [-amount for amount in plan.books.item("dividend", "return_of_capital")]
    if equity.dividends.maximum_musd is not None:
        most = equity.dividends.maximum_musd.expand(calendar)
        yield from by_period("largest dividend", "company", paid, most, "musd")
    for t, least in enumerate(equity.dividends.minimum_musd.expand(calendar), 1):
        if least > TOLERANCE:
            yield Limit("least dividend", "company", t, paid[t - 1], least, "musd", floor=True)
    if equity.dividends.minimum_total_musd > TOLERANCE:
        total, least = fsum(paid), equity.dividends.minimum_total_musd
        yield Limit("least dividends in all", "company", calendar.periods, total, least, "musd", floor=True)
