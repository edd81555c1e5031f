"""What a company has at instant 0, worked out from what its file says of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from optimizer.contract.accounts import CASH, CONSTRUCTION, DEPOSITS, HARDWARE, OTHER, SITES
from optimizer.finance.depreciation import straight_line, tax_write_off
from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Instance, Offer, OpeningAsset, OpeningPart, OpeningUnits, Site
from optimizer.instance.tax_write_offs import ROUNDING


@dataclass(frozen=True)
class Write:
    """An amount and how it is written off: ``share[j]`` of it in the period ``first`` + j, USD million.

    ``first`` is 1 for what has been in service before the plan begins.
    """

    musd: float
    first: int
    share: tuple[float, ...]

    def by_period(self, periods: int) -> list[float]:
        """What is written off in the periods 1 … T."""
        found = [0.0] * periods
        for t, share in zip(range(self.first, periods + 1), self.share, strict=False):
            found[t - 1] = self.musd * share
        return found

    def left(self, periods: int) -> float:
        """What is not written off by the end of so many periods, USD million."""
        rest = 1.0 - sum(self.share[: max(0, periods - self.first + 1)])
        return self.musd * rest if rest > ROUNDING else 0.0


# ── units ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def first_served(lot: OpeningUnits, calendar: Calendar) -> int:
    """The first period of the plan in which units serve."""
    return 1 if lot.delivery is None else calendar.index(lot.delivery)


def life_left(offer: Offer, lot: OpeningUnits) -> int:
    """How many periods they serve from then on."""
    return offer.life_periods - (lot.age_periods if lot.delivery is None else 0)


def serving(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> range:
    """The periods of the plan in which units serve that are not sold."""
    first = first_served(lot, calendar)
    return range(first, min(first + life_left(offer, lot), calendar.periods + 1))


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
    left = life_left(offer, lot)
    share = straight_line(left * calendar.years, calendar.years, calendar.periods)
    return Write(cost_left(lot), first_served(lot, calendar), share)


def units_tax(instance: Instance, lot: OpeningUnits) -> list[Write]:
    """The write-offs of units for tax, one for each class: a schedule goes on where it stands at instant 0."""
    behind = lot.age_periods if lot.delivery is None else 0
    first = first_served(lot, instance.periods)
    classes = sorted(lot.tax_basis_musd.items())
    return [Write(musd, first, schedule_left(instance, name, behind)) for name, musd in classes]


def leaving_periods(offer: Offer, lot: OpeningUnits, calendar: Calendar) -> range:
    """The periods before which units may be sold: after their first period of service and before the end of life."""
    first = first_served(lot, calendar)
    just_there = lot.delivery is not None or lot.age_periods == 0
    return range(first + just_there, min(first + life_left(offer, lot), calendar.periods + 1))


def units_age(lot: OpeningUnits, t: int, calendar: Calendar) -> int:
    """Periods that units have served before period t."""
    behind = lot.age_periods if lot.delivery is None else 0
    return t - first_served(lot, calendar) + behind


def schedule_left(instance: Instance, tax_class: str, behind: int) -> tuple[float, ...]:
    """What a class writes off in the periods 1 … T, as shares of what is left after so many periods in service."""
    group, calendar = instance.depreciation[tax_class], instance.periods
    whole = tax_write_off(
        group.life_years,
        group.table_shares,
        group.bonus_share,
        calendar.years,
        calendar.periods + behind,
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
    share = straight_line(part.book_life_years, calendar.years, calendar.periods)
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
    """(period, USD million) of what is still to be spent by T."""
    return [(t, musd) for t, musd in enumerate(part.to_spend_musd, 1) if musd and t <= calendar.periods]


def unpaid(asset: OpeningAsset, calendar: Calendar) -> dict[int, float]:
    """What falls after T, USD million by how many periods after it."""
    found: dict[int, float] = {}
    for part in asset.parts.values():
        for t, musd in enumerate(part.to_spend_musd, 1):
            if musd and t > calendar.periods:
                found[t - calendar.periods] = found.get(t - calendar.periods, 0.0) + musd
    return found


# ── the balance sheet ─────────────────────────────────────────────────────────────────────────────────────────────


def opening_assets(instance: Instance) -> dict[str, float]:
    """The assets of the opening balance sheet by account, USD million."""
    lots = [lot for offer in instance.hardware.values() for lot in offer.opening.values()]
    assets = [asset for site in instance.sites.values() for asset in site.opening.values()]
    built = [fsum(part.book_value_musd for part in asset.parts.values()) for asset in assets]
    return {
        CASH: instance.opening.cash_musd,
        OTHER: instance.opening.other_assets_musd,
        DEPOSITS: fsum(lot.deposit_musd for lot in lots),
        HARDWARE: fsum(lot.book_value_musd for lot in lots),
        SITES: fsum(musd for asset, musd in zip(assets, built, strict=True) if asset.ready is None),
        CONSTRUCTION: fsum(musd for asset, musd in zip(assets, built, strict=True) if asset.ready is not None),
    }


def opening_retained(instance: Instance) -> float:
    """Opening retained earnings: what balances the opening balance sheet, USD million."""
    owed = fsum(debt.opening_balance_musd for debt in instance.debt.values())
    return fsum([*opening_assets(instance).values(), -instance.opening.paid_in_capital_musd, -owed])
