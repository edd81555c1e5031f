"""What there is at the end of the last period, afresh from decisions and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.contract.accounts import CONSTRUCTION, HARDWARE, SITES
from optimizer.instance.resale import resale_usd
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.contracts import courses
from optimizer.plan.figures.opening import opening_h100e_after, opening_resale_value
from optimizer.plan.figures.tax import basis_left, tax_base
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR, USD_PER_MUSD
from optimizer.plan.record import Record


def net_terminal_value(plan: Record) -> float:
    """After tax, with losses carried, less what is still owed: what value objectives count, USD million at T's end."""
    return terminal_value(plan) + carried_worth(plan) - fsum(each.counted_musd for each in commitments(plan))


def terminal_value(plan: Record) -> float:
    """min(V, (1−τ)·V + τ·tax basis), USD million: all assets together, no refund for a loss."""
    value, tax = value_before_tax(plan), plan.instance.tax
    return value if tax is None else min(value, (1.0 - tax.rate) * value + tax.rate * basis_left(plan))


def carried_worth(plan: Record) -> float:
    """τ·loss_value_share·(losses and interest carried beyond T), USD million."""
    base = tax_base(plan)
    if base is None:
        return 0.0
    return worth_of_losses(plan, fsum((base.losses_carried[-1] or 0.0, base.interest_carried[-1] or 0.0)))


def worth_of_losses(plan: Record, musd: float) -> float:
    """What losses and interest carried beyond T are worth as the instance counts them, USD million."""
    tax = plan.instance.tax
    return 0.0 if tax is None else tax.rate * plan.instance.terminal.loss_value_share * musd


def value_before_tax(plan: Record) -> float:
    """What the assets are worth at the end of the last period, as the instance values them, USD million."""
    terminal, books = plan.instance.terminal, plan.books
    match terminal.kind:
        case "book_share":
            accounts = (SITES, CONSTRUCTION, HARDWARE)
            return (terminal.share or 0.0) * fsum(books.balance(account)[-1] for account in accounts)
        case "ebitda_multiple":
            return max(0.0, (terminal.multiple or 0.0) * run_rate(plan))
        case "resale":
            return resale_value(plan)
        case "none":
            return 0.0


def resale_value(plan: Record) -> float:
    """What the units in service at the end would fetch: Σ min(price[u], price[T])·curve((T+1−a)·Δ), USD million."""
    calendar, total = plan.instance.periods, []
    for (name, _, ordered), units in plan.physical.vintages.items():
        offer = plan.instance.hardware[name]
        if offer.resale_share_by_age is not None:
            total.append(units[-1] * resale_usd(offer, calendar, ordered, calendar.periods + 1) / USD_PER_MUSD)
    return fsum([*total, *opening_resale_value(plan)])


def run_rate(plan: Record) -> float:
    """EBITDA a year of the last year, without what hardware that leaves after it has earned, USD million.

    In each of its periods sites serve no more than they could in T+1, and the dearest hours first.
    """
    calendar, ebitda = plan.instance.periods, plan.books.ebitda()
    last_year = range(max(0, calendar.last_year(calendar.periods).start - 1), calendar.periods)
    after, lost = _h100e_after(plan), []
    for t in last_year:
        room = after
        for price, served in sorted(_sold(plan, t), reverse=True):
            kept = min(served, room)
            room -= kept
            lost.append((served - kept) * price * MUSD_PER_USD_HOUR_YEAR * calendar.years_of(t + 1))
    steps = sum(calendar.steps(t + 1) for t in last_year)
    return fsum([*(ebitda[t] for t in last_year), *(-each for each in lost)]) / (steps * calendar.base_years)


def _sold(plan: Record, t: int) -> Iterator[tuple[float, float]]:
    """(USD an hour, H100e) of what sites serve in period t (from 0), to markets, partners and customers."""
    instance = plan.instance
    for (market, place), served in plan.physical.served.items():
        if place in instance.sites:
            price = instance.markets[market].revenue_usd_per_h100e_hour.expand(instance.periods)[t]
            yield price, served[t]
    for (partner, _), delivered in plan.physical.delivered.items():
        yield instance.partners[partner].price_usd_per_h100e_hour or 0.0, delivered[t]
    hours = MUSD_PER_USD_HOUR_YEAR * instance.periods.years_of(t + 1)
    for each in courses(plan).values():
        if h100e := each.held.get(t + 1):
            yield (each.invoiced[t + 1] - each.given.get(t + 1, 0.0)) / (h100e * hours), h100e


def _h100e_after(plan: Record) -> float:
    """H100e that the units in service at T can serve in T+1, those left out whose life is over by then."""
    instance, horizon = plan.instance, plan.instance.periods.periods
    capacity = []
    for (name, place, ordered), units in plan.physical.vintages.items():
        offer, site = instance.hardware[name], instance.sites[place]
        arrival = instance.periods.later(ordered, offer.lead_periods)
        if instance.periods.later(arrival, offer.life_periods) > horizon + 1:
            use = site.uptime_share * site.max_utilisation_share * offer.compute_h100e
            capacity.append(use * units[-1])
    return fsum([*capacity, *opening_h100e_after(plan)])
