"""What an agreement with a partner for compute costs as capital, by its age; and what an hour costs to serve."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.schema import Contract, Offer, Partner, Site
from optimizer.workbook.areas.upkeep import average_by_age
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, both, greatest, least, total, when
from optimizer.workbook.sheet import Figure, Line

_TURNS = 24
NEVER = 1e9


@dataclass
class PartnerUnit:
    """The yield a period, what is held at each age, what serving costs and what is owed at the end of each."""

    rate: Figure
    held: Line
    service: Line
    owed: Line


def partner_unit(draft: Draft, name: str, partner: Partner) -> PartnerUnit:
    """The schedule of an agreement."""
    sheet, path, kappa = draft.schedules, ("partners", name), draft.kappa
    sheet.heading(f"Partner {name}: the agreement by age")
    age = sheet.positions
    cash = draft.figure(*path, "cash_musd")
    lag, count = draft.figure(*path, "delivery_lag_periods"), draft.figure(*path, "delivery_periods")
    of_year = draft.inputs.constant("Hours of a year", "hours", 8760.0)
    hours = draft.figure(*path, "delivery_h100e") * of_year / draft.per_year / draft.million
    price = sheet.figure("Agreed price of a period", "musd", hours * draft.figure(*path, "price_usd_per_h100e_hour"))
    cost = sheet.figure("Cost of serving a period", "musd", hours * hourly_cost(draft, path, partner))
    serves = when(both(age >= lag, age < lag + count), 1)
    delivered = sheet.line("Delivered", "1 for yes", serves, serves)
    last = age.equals(lag + count - 1)
    owed = sheet.line("Owed at the end", "musd")
    against = sheet.line("Worked off", "musd", delivered * least(price, owed.before), delivered * least(price, cash))
    back = sheet.line("Paid back", "musd", last * (owed.before - against), last * (cash - against))
    owed.opening, owed.formula = cash - against - back, owed.before - against - back
    worth = delivered * (cost - (price - against)) + back
    service = sheet.line("Cost of serving less what is paid", "musd", worth, worth)
    free = sheet.figure(
        "Serving costs no more than the cash", "1 for yes", when(sheet.product(service.array(0), 0) <= cash, 1)
    )
    guess = sheet.line("Yield, step by step", "share", opening=0)
    growth, late = 1 + guess.before, age.array(0) + kappa
    value = sheet.product(service.array(0) * growth ** (0 - late), 0)
    slope = sheet.product(late * service.array(0) * growth ** (0 - late - 1), 0)
    guess.formula = when(free > 0, 0, guess.before + (value - cash) / slope)
    guess.high = _TURNS
    rate = sheet.figure("Yield a period", "share", when(free > 0, 0, Reference(guess, still=_TURNS)))
    at_start = sheet.figure(
        "Held of the first period", "periods", when(rate.equals(0), kappa, ((1 + rate) ** kappa - 1) / rate)
    )
    carried = sheet.line("Carrying amount at the end", "musd")
    held = sheet.line("Held", "musd", carried.before * 1, cash * at_start)
    carried.formula = when(free > 0, owed, greatest(0, carried.before + rate * held - service))
    carried.opening = when(free > 0, owed, greatest(0, cash + rate * held - service))
    return PartnerUnit(rate, held, service, owed)


def hourly_cost(draft: Draft, path: tuple[str, str], terms: Partner | Contract) -> Expr:
    """USD to serve an H100e-hour: stated, or the cheapest of clouds and of own hardware at any site."""
    if terms.cost_of_serving_usd_per_h100e_hour is not None:
        return draft.figure(*path, "cost_of_serving_usd_per_h100e_hour") * 1
    if draft.cheapest_hour is None:
        draft.cheapest_hour = _cheapest_hour(draft)
    return draft.cheapest_hour


def _cheapest_hour(draft: Draft) -> Expr:
    never = draft.inputs.constant("What cannot be had costs", "USD", NEVER)
    ways: list[Expr] = []
    for cloud, terms in draft.instance.cloud.items():
        path = ("cloud", cloud)
        there = _most(draft.series(*path, "limit_h100e")) > 0
        ways.append(when(there, _last(draft.series(*path, "price_usd_per_h100e_hour")), never))
        if terms.reserved is not None:
            there = _most(draft.series(*path, "reserved", "limit_h100e")) > 0
            ways.append(when(there, _last(draft.series(*path, "reserved", "price_usd_per_h100e_hour")), never))
    for offer, one in draft.instance.hardware.items():
        having = draft.schedules.figure(f"An hour of a unit of {offer}", "USD", _unit_hour(draft, offer, one))
        for place, site in draft.instance.sites.items():
            usable = one.compute_h100e * site.uptime_share * site.max_utilisation_share
            if usable <= 0 or (one.sites is not None and place not in one.sites):
                continue
            use = (
                draft.figure("hardware", offer, "compute_h100e")
                * draft.figure("sites", place, "uptime_share")
                * draft.figure("sites", place, "max_utilisation_share")
            )
            way: Expr = (having + _power_hour(draft, offer, place, site)) / use
            if one.kw > 0:
                way = when(_power(draft, place, site) > 0, way, never)
            if one.supply_units is not None:
                way = when(_most(draft.series("hardware", offer, "supply_units")) > 0, way, never)
            ways.append(way)
    rows = [draft.schedules.figure(f"Way {i} to serve an hour", "USD", way) for i, way in enumerate(ways, 1)]
    if not rows:
        return draft.kappa * 0
    cheapest = draft.schedules.figure("Cheapest way to serve an hour", "USD", least(*rows))
    return when(cheapest < never, cheapest, 0)


def _most(series: Figure | Line) -> Expr:
    """More than 0 where a series that is never below it is more than 0 at any time."""
    return series.whole if isinstance(series, Line) else series


def _power(draft: Draft, place: str, site: Site) -> Expr:
    """More than 0 where there is ever power at a site."""
    terms: list[Expr] = [draft.figure("sites", place, "existing_mw")]
    terms += [draft.figure("sites", place, "phases", phase.name, "mw") for phase in site.phases]
    terms += [draft.figure("sites", place, "opening", hall, "mw") for hall in site.opening]
    if site.colocation is not None:
        terms.append(_most(draft.series("sites", place, "colocation", "limit_mw")))
    return total(terms)


def _last(series: Figure | Line) -> Expr:
    return series.end if isinstance(series, Line) else series


def _at(series: Figure | Line, t: int) -> Expr:
    return Reference(series, still=t) if isinstance(series, Line) else series


def _unit_hour(draft: Draft, name: str, offer: Offer) -> Expr:
    of_year = draft.inputs.constant("Hours of a year", "hours", 8760.0)
    last_order = draft.calendar.window(offer.first_order, offer.last_order)[-1]
    yearly = _last(draft.series("hardware", name, "upkeep_usd_per_unit_year"))
    if offer.upkeep_usd_per_unit_year_by_age:
        yearly = yearly + average_by_age(draft, name)
    if offer.lease is not None:
        return (
            yearly + _at(draft.series("hardware", name, "lease", "payment_usd_per_unit_year"), last_order)
        ) / of_year
    bought = [draft.series("hardware", name, "price_usd")]
    bought += [draft.series("hardware", name, "attach", part, "usd_per_unit") for part in offer.attach]
    cost = total([_at(each, last_order) for each in bought])
    life = draft.figure("hardware", name, "life_periods") / draft.per_year
    return (yearly + cost / life) / of_year


def _power_hour(draft: Draft, name: str, place: str, site: Site) -> Expr:
    instance = draft.instance
    never = draft.inputs.constant("What cannot be had costs", "USD", NEVER)
    prices: list[Expr] = [
        when(
            _most(draft.series("energy_sources", source, "limit_mw")) > 0,
            _last(draft.series("energy_sources", source, "price_usd_per_mwh")),
            never,
        )
        for source, one in instance.energy_sources.items()
        if one.region == site.region
    ]
    if instance.regions[site.region].energy_price_usd_per_mwh is not None:
        prices.append(_last(draft.series("regions", site.region, "energy_price_usd_per_mwh")))
    if not prices:
        return draft.kappa * 0
    cheapest = draft.schedules.figure(f"Cheapest energy at {place} for {name}", "USD a MWh", least(*prices))
    thousand = draft.inputs.constant("A thousand", "number", 1000.0)
    load = draft.figure("hardware", name, "kw") / thousand * draft.figure("sites", place, "pue")
    return when(cheapest < never, cheapest, 0) * load * draft.figure("sites", place, "load_factor_share")
