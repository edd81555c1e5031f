"""What was there at instant 0, as the plan goes on with it: what it pays, writes off, and fetches."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.instance.calendar import TIMING
from optimizer.instance.opening_position import (
    Write,
    end_of_life,
    part_tax,
    resale_usd_of,
    serving,
    to_spend,
    units_book,
    units_tax,
    unpaid,
)
from optimizer.instance.schema import OpeningAsset, OpeningUnits
from optimizer.plan.books import add
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record


def lots(plan: Record) -> Iterator[tuple[str, str, OpeningUnits]]:
    """(offer, lot, what the file says of it)."""
    for offer, terms in sorted(plan.instance.hardware.items()):
        yield from ((offer, name, lot) for name, lot in sorted(terms.opening.items()))


def assets(plan: Record) -> Iterator[tuple[str, OpeningAsset]]:
    """(site, what stands or is being built there)."""
    for site, terms in sorted(plan.instance.sites.items()):
        yield from ((site, asset) for _, asset in sorted(terms.opening.items()))


def sold(plan: Record, offer: str, lot: str) -> dict[int, float]:
    """Units of a lot that are sold, by period."""
    calendar, found = plan.instance.periods, dict[int, float]()
    for row in plan.decisions.get("retirements", ()):
        if (row["offer"], row["ordered"]) == (offer, lot):
            found[calendar.index(str(row["period"]))] = row["units"]
    return found


def book_of_unit(plan: Record, offer: str, lot: OpeningUnits, t: int) -> float:
    """Its net book value as it is sold in t, USD."""
    book = units_book(plan.instance.hardware[offer], lot, plan.instance.periods)
    return book.left(plan.instance.periods, t - 1) / lot.units * USD_PER_MUSD


def opening_depreciation(plan: Record) -> list[float]:
    """Tax depreciation by period, with what is left of units that are sold, USD million."""
    size = plan.instance.periods.periods
    found = [write.by_period(plan.instance.periods) for _, asset in assets(plan) for write in _of_asset(plan, asset)]
    for offer, name, lot in lots(plan):
        leaving = sold(plan, offer, name)
        for write in units_tax(plan.instance, lot):
            amounts = write.by_period(plan.instance.periods)
            for t in plan.instance.periods.span:
                gone = sum(units for v, units in leaving.items() if v <= t) / lot.units
                amounts[t - 1] *= 1.0 - gone
                amounts[t - 1] += write.left(plan.instance.periods, t - 1) * leaving.get(t, 0.0) / lot.units
            found.append(amounts)
    return add(*found, size=size)


def opening_basis_left(plan: Record) -> float:
    """What of it is not written off for tax at the end of T, land at its cost, USD million."""
    last, left = plan.instance.periods.periods, list[float]()
    for _, asset in assets(plan):
        left += [write.left(plan.instance.periods, last) for write in _of_asset(plan, asset)]
        left += [part.land_basis_musd for part in asset.parts.values()]
    for offer, name, lot in lots(plan):
        kept = 1.0 - fsum(sold(plan, offer, name).values()) / lot.units
        left += [write.left(plan.instance.periods, last) * kept for write in units_tax(plan.instance, lot)]
    return fsum(left)


def _of_asset(plan: Record, asset: OpeningAsset) -> list[Write]:
    return [write for part in asset.parts.values() for write in part_tax(plan.instance, asset, part)]


def opening_resale_value(plan: Record) -> Iterator[float]:
    """What the units still in service at T would fetch in T+1, USD million, lot by lot."""
    last = plan.instance.periods.periods
    for offer, name, lot in lots(plan):
        terms = plan.instance.hardware[offer]
        if terms.resale_share_by_age and last in serving(terms, lot, plan.instance.periods):
            kept = plan.physical.opening[offer, lot.site, name][-1]
            yield kept * resale_usd_of(terms, lot, last + 1, plan.instance.periods) / USD_PER_MUSD


def opening_h100e_after(plan: Record) -> Iterator[float]:
    """H100e that they can serve in T+1, lot by lot."""
    calendar = plan.instance.periods
    for offer, name, lot in lots(plan):
        terms, site = plan.instance.hardware[offer], plan.instance.sites[lot.site]
        if end_of_life(terms, lot, calendar) > calendar.periods + 1:
            use = site.uptime_share * site.max_utilisation_share * terms.compute_h100e
            yield use * plan.physical.opening[offer, lot.site, name][-1]


def opening_payments(plan: Record) -> Iterator[tuple[float, list[float]]]:
    """(by which part of a period it comes before its end, USD million by period) of what sites still cost."""
    instance = plan.instance
    for _, asset in assets(plan):
        paid = [0.0] * instance.periods.periods
        for part in asset.parts.values():
            for t, musd in to_spend(part, instance.periods):
                paid[t - 1] += musd
        yield TIMING[asset.payment_timing or instance.payment_timing], paid


def opening_unpaid(plan: Record) -> Iterator[tuple[str, int, float, float]]:
    """(site, periods after T, USD million, by which part of a period before its end) of what falls after T."""
    for site, asset in assets(plan):
        early = TIMING[asset.payment_timing or plan.instance.payment_timing]
        for later, musd in unpaid(asset, plan.instance.periods).items():
            yield site, later, musd, early
