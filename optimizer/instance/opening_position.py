"""What a company has at instant 0, worked out from what its file says of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from optimizer.contract.accounts import CASH, CONSTRUCTION, DEPOSITS, GIVEN, HARDWARE, OTHER, SITES
from optimizer.finance.depreciation import tax_write_off
from optimizer.finance.resale import resale_share
from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Instance, Offer, OpeningAsset, OpeningPart, OpeningUnits, Site
from optimizer.instance.tax_write_offs import ROUNDING, book_schedule


@dataclass(frozen=True)
class Write:
    """An amount and how it is written off: ``share[k]`` of it in the k-th base period from the beginning of ``first``.

    ``first`` is 1 for what has been in service before the plan begins; USD million.
    """

    musd: float
    first: int
    share: tuple[float, ...]

    def by_period(self, calendar: Calendar) -> list[float]:
        """What is written off in the periods 1 … T."""
        ages = (calendar.ages(self.first, t) for t in calendar.span)
        return [self.musd * fsum(self.share[k] for k in each if k < len(self.share)) for each in ages]

    def left(self, calendar: Calendar, t: int) -> float:
        """What is not written off by the end of t, USD million."""
        served = max(0, calendar.elapsed(self.first - 1, t))
        rest = 1.0 - sum(self.share[:served])
        return self.musd * rest if rest > ROUNDING else 0.0


# ── units ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def arrival(lot: OpeningUnits, calendar: Calendar) -> int:
    """The first period in which units serve, or have served; below 1 before the plan, in base periods."""
    return 1 - lot.age_periods if lot.delivery is None else calendar.index(lot.delivery)


def first_served(lot: OpeningUnits, calendar: Calendar) -> int:
    """The first period of the plan in which units serve."""
    return max(1, arrival(lot, calendar))


def life_left(offer: Offer, lot: OpeningUnits) -> int:
    """How many base periods they serve from then on."""
    return offer.life_periods - (lot.age_periods if lot.delivery is None else 0)


def end_of_life(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> int:
    """The first period in which units that are not sold serve no more; it may lie after T."""
    return calendar.later(arrival(lot, calendar), offer.life_periods)


def serving(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> range:
    """The periods of the plan in which units serve that are not sold."""
    return range(first_served(lot, calendar), min(end_of_life(offer, lot, calendar), calendar.periods + 1))


def opening_units(offer: Offer, calendar: Calendar) -> list[float]:
    """Units that are in service by period, if none is sold, of all lots."""
    found = [0.0] * calendar.periods
    for lot in offer.opening.values():
        for t in serving(offer, lot, calendar):
            found[t - 1] += lot.units
    return found


def cost_left(lot: OpeningUnits) -> float:
    """What is written off over the life that is left, USD million: book value, or all that an order costs."""
    return lot.book_value_musd + lot.deposit_musd + lot.due_musd


def units_book(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> Write:
    """The write-off of units in the books: straight line over the life that is left."""
    share = book_schedule(calendar, life_left(offer, lot) * calendar.base_years)
    return Write(cost_left(lot), first_served(lot, calendar), share)


def units_tax(instance: Instance, lot: OpeningUnits) -> list[Write]:
    """The write-offs of units for tax, one for each class: a schedule goes on where it stands at instant 0."""
    behind = lot.age_periods if lot.delivery is None else 0
    first, classes = first_served(lot, instance.periods), sorted(lot.tax_basis_musd.items())
    return [Write(musd, first, schedule_left(instance, name, behind)) for name, musd in classes]


def leaving_periods(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> range:
    """The periods before which units may be sold: after their first period of service and before the end of life."""
    return range(max(1, arrival(lot, calendar) + 1), min(end_of_life(offer, lot, calendar), calendar.periods + 1))


def age_years(lot: OpeningUnits, t: int, calendar: Calendar) -> float:
    """How long units have served as t begins."""
    return calendar.elapsed(arrival(lot, calendar) - 1, t - 1) * calendar.base_years


def resale_usd_of(offer: Offer, lot: OpeningUnits, t: int, calendar: Calendar) -> float:
    """What a unit fetches in t: its share by age of the lower of its own price and that of a new one, of T after T."""
    price = offer.price_usd.expand(calendar)
    own = price[0] if lot.price_usd is None else lot.price_usd
    share = resale_share(offer.resale_share_by_age or [], age_years(lot, t, calendar))
    return share * min(own, price[min(t, calendar.periods) - 1])


def schedule_left(instance: Instance, tax_class: str, behind: int) -> tuple[float, ...]:
    """What a class writes off by base period from instant 0, as shares of what is left after so many in service."""
    group, calendar = instance.depreciation[tax_class], instance.periods
    whole = tax_write_off(
        group.life_years,
        group.table_shares,
        group.bonus_share,
        calendar.base_years,
        calendar.end(calendar.periods) + behind,
        group.convention,
    )
    left = 1.0 - sum(whole[:behind])
    return tuple(share / left for share in whole[behind:]) if left > ROUNDING else ()


# ── sites ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ready_in(asset: OpeningAsset, calendar: Calendar) -> int:
    """The period from which on it is on line; 0 if it is at instant 0."""
    return 0 if asset.ready is None else calendar.index(asset.ready)


def in_place_mw(site: Site, calendar: Calendar) -> list[float]:
    """Power on line without a decision, MW by period: what exists, and what stands or is being built at instant 0."""
    added = [0.0] * (calendar.periods + 1)
    for asset in site.opening.values():
        added[max(1, ready_in(asset, calendar))] += asset.mw
    return [site.existing_mw + mw for mw in accumulate(added[1:])]


def part_books(asset: OpeningAsset, part: OpeningPart, calendar: Calendar) -> list[Write]:
    """The write-offs of a part in the books: of what has been spent, and of each payment that is to come."""
    if part.book_life_years is None:
        return []
    share = book_schedule(calendar, part.book_life_years)
    ready = max(1, ready_in(asset, calendar))
    spent = [(0, part.book_value_musd), *to_spend(part, calendar)]
    return [Write(musd, max(ready, paid), share) for paid, musd in spent]


def part_tax(instance: Instance, asset: OpeningAsset, part: OpeningPart) -> list[Write]:
    """The same for tax."""
    calendar = instance.periods
    ready = max(1, ready_in(asset, calendar))
    behind = asset.service_periods if asset.ready is None else 0
    classes = sorted(part.tax_basis_musd.items())
    found = [Write(musd, ready, schedule_left(instance, name, behind)) for name, musd in classes]
    if part.tax_class is not None:
        share = schedule_left(instance, part.tax_class, 0)
        found += [Write(musd, max(ready, paid), share) for paid, musd in to_spend(part, calendar)]
    return found


def to_spend(part: OpeningPart, calendar: Calendar) -> list[tuple[int, float]]:
    """(period, USD million) of what is still to be spent by T, by the base period of each."""
    dated = ((calendar.holding(step), musd) for step, musd in enumerate(part.to_spend_musd, 1))
    return [(t, musd) for t, musd in dated if musd and t <= calendar.periods]


def unpaid(asset: OpeningAsset, calendar: Calendar) -> dict[int, float]:
    """What falls after T, USD million by how many periods after it."""
    found: dict[int, float] = {}
    for part in asset.parts.values():
        for step, musd in enumerate(part.to_spend_musd, 1):
            t = calendar.holding(step)
            if musd and t > calendar.periods:
                found[t - calendar.periods] = found.get(t - calendar.periods, 0.0) + musd
    return found


# ── what is still due ─────────────────────────────────────────────────────────────────────────────────────────────


def still_due(instance: Instance) -> list[tuple[str, tuple[str, str], int, float]]:
    """(site, what is paid for, base period, USD million) of all that is due of what is built or on order at instant 0.

    Buildings by payment; units as the period of their delivery begins.
    """
    calendar = instance.periods
    due = [
        (lot.site, ("hardware", o), calendar.end(arrival(lot, calendar) - 1) + 1, lot.due_musd)
        for o, offer in instance.hardware.items()
        for lot in offer.opening.values()
        if lot.delivery is not None
    ]
    for name, site in instance.sites.items():
        for asset in site.opening.values():
            for part in asset.parts.values():
                due += [(name, ("sites", name), step, musd) for step, musd in enumerate(part.to_spend_musd, 1)]
    return [each for each in due if each[3]]


# ── the balance sheet ─────────────────────────────────────────────────────────────────────────────────────────────


def opening_assets(instance: Instance) -> dict[str, float]:
    """The assets of the opening balance sheet by account, USD million."""
    cash = {CASH: instance.opening.cash_musd, OTHER: instance.opening.other_assets_musd}
    cash[GIVEN] = fsum(one.opening.shares_left_musd for one in instance.contracts.values() if one.opening is not None)
    return cash | assets_at(instance, set(instance.sites))


def assets_at(instance: Instance, sites: Collection[str]) -> dict[str, float]:
    """What of the opening balance sheet stands at these sites or is on its way to them, by account, USD million."""
    lots = [lot for offer in instance.hardware.values() for lot in offer.opening.values() if lot.site in sites]
    assets = [asset for name, site in instance.sites.items() if name in sites for asset in site.opening.values()]
    built = [fsum(part.book_value_musd for part in asset.parts.values()) for asset in assets]
    return {
        DEPOSITS: fsum(lot.deposit_musd for lot in lots),
        HARDWARE: fsum(lot.book_value_musd for lot in lots),
        SITES: fsum(musd for asset, musd in zip(assets, built, strict=True) if asset.ready is None),
        CONSTRUCTION: fsum(musd for asset, musd in zip(assets, built, strict=True) if asset.ready is not None),
    }


def opening_deferred(instance: Instance) -> dict[str, float]:
    """Deferred revenue of the opening balance sheet by contract, USD million; of all contracts."""
    found = {name: each.opening for name, each in instance.contracts.items()}
    return {name: opening.deferred_musd if opening is not None else 0.0 for name, opening in found.items()}


def opening_counted_as_debt(instance: Instance) -> float:
    """What of it is debt in covenants, leverage and the pricing grid, USD million."""
    owed = opening_deferred(instance)
    return fsum(owed[name] for name, each in instance.contracts.items() if each.counts_as_debt)


def opening_retained(instance: Instance) -> float:
    """Opening retained earnings: what balances the opening balance sheet, USD million."""
    owed = fsum(debt.opening_balance_musd for debt in instance.debt.values()) + fsum(
        opening_deferred(instance).values()
    )
    return fsum([*opening_assets(instance).values(), -instance.opening.paid_in_capital_musd, -owed])
