"""How soon and how much at the very best: bounds that no plan can beat, for checks that prove a file impossible.

Nothing here knows of money. Every bound errs on the generous side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import accumulate

from optimizer.instance.calendar import Calendar
from optimizer.instance.opening_position import in_place_mw, opening_units
from optimizer.instance.schema import Cloud, Instance, Offer, Site
from optimizer.instance.series import Series


def earliest_starts(site: Site, calendar: Calendar) -> list[list[int]]:
    """For each entry of ``phases``, the earliest start period of each of its identical phases.

    The list of an entry is shorter than its ``count`` if not all of them can start within the window and the horizon.
    """
    starts: list[list[int]] = []
    ready: int | None = 1
    for position, phase in enumerate(site.phases):
        window = calendar.window(phase.earliest_start, phase.latest_start)
        entry: list[int] = []
        if ready is not None:
            first = max(window.start, calendar.later(ready, phase.gap_periods if position else 0))
            every = [first]
            for _ in range(phase.count - 1):
                every.append(calendar.later(every[-1], phase.gap_periods))
            entry = [t for t in every if t < window.stop]
        starts.append(entry)
        ready = entry[-1] if len(entry) == phase.count else None
    return starts


def most_energised_mw(site: Site, calendar: Calendar) -> list[float]:
    """The most that can be energised in each period, MW: existing, phases and what is rented."""
    added = [0.0] * (calendar.periods + 1)
    for phase, starts in zip(site.phases, earliest_starts(site, calendar), strict=True):
        for start in starts:
            if (ready := calendar.later(start, phase.lead_periods)) <= calendar.periods:
                added[ready] += phase.mw
    rented = most_rented_mw(site, calendar)
    existing = in_place_mw(site, calendar)
    total = [mw + new + more for mw, new, more in zip(existing, accumulate(added[1:]), rented, strict=True)]
    return [min(pair) for pair in zip(total, _limit(site.grid_connection_mw, calendar), strict=True)]


def most_rented_mw(site: Site, calendar: Calendar) -> list[float]:
    """The most that can be rented from a landlord in each period, MW."""
    terms = site.colocation
    if terms is None:
        return [0.0] * calendar.periods
    window = calendar.window(terms.first_signing, terms.last_signing)
    first, last = (calendar.later(u, terms.lead_periods) for u in (window.start, window.stop - 1))
    active = range(first, calendar.later(last, terms.term_periods))
    return [_blocks(most, terms.block_mw) if t in active else 0.0 for t, most in _timed(terms.limit_mw, calendar)]


def most_reserved_h100e(cloud: Cloud, calendar: Calendar) -> list[float]:
    """The most that can be reserved of a cloud in each period, H100e."""
    terms = cloud.reserved
    if terms is None:
        return [0.0] * calendar.periods
    window = calendar.window(terms.first_signing, terms.last_signing)
    active = range(window.start, calendar.later(window.stop - 1, terms.term_periods))
    return [_blocks(most, terms.block_h100e) if t in active else 0.0 for t, most in _timed(terms.limit_h100e, calendar)]


def order_window(offer: Offer, calendar: Calendar) -> range:
    """The periods in which an order can be placed and still arrive, once what has to be developed is."""
    window = calendar.window(offer.first_order, offer.last_order)
    first = window.start
    if offer.development is not None:
        starts = calendar.window(offer.development.first_start, offer.development.last_start)
        first = max(first, calendar.later(starts.start, offer.development.lead_periods))
    arriving = [u for u in window if calendar.later(u, offer.lead_periods) <= calendar.periods]
    return range(first, arriving[-1] + 1 if arriving else window.start)


def most_ordered(offer: Offer, calendar: Calendar) -> float:
    """The most units that can be ordered over the whole window; infinite without a supply limit."""
    supply = _supply(offer, calendar)
    return math.fsum(supply[t - 1] for t in order_window(offer, calendar))


def most_units(offer: Offer, calendar: Calendar) -> list[float]:
    """The most units that can be in service in each period; infinite without a supply limit."""
    supply = _supply(offer, calendar)
    units = opening_units(offer, calendar)
    for u in order_window(offer, calendar):
        arrival = calendar.later(u, offer.lead_periods)
        for t in range(arrival, min(calendar.later(arrival, offer.life_periods), calendar.periods + 1)):
            units[t - 1] += supply[u - 1]
    return units


class Supply:
    """The most compute that can serve in a period, H100e in average use."""

    def __init__(self, instance: Instance) -> None:
        calendar = instance.periods
        self.instance = instance
        self.energised = {name: most_energised_mw(site, calendar) for name, site in instance.sites.items()}
        self.units = {name: most_units(offer, calendar) for name, offer in instance.hardware.items()}
        self.cloud = {
            name: [
                hourly + reserved
                for hourly, reserved in zip(
                    cloud.limit_h100e.expand(calendar), most_reserved_h100e(cloud, calendar), strict=True
                )
            ]
            for name, cloud in instance.cloud.items()
        }
        self.region = {name: _limit(region.power_limit_mw, calendar) for name, region in instance.regions.items()}
        self.system = _limit(instance.power.system_limit_mw, calendar)

    def at(self, t: int, names: Iterable[str]) -> float:
        """The bound in period t over the sites and clouds named. Infinite if nothing limits it."""
        wanted = set(names)
        sites = [name for name in self.instance.sites if name in wanted]
        rented = sum(limits[t - 1] for name, limits in self.cloud.items() if name in wanted)
        return rented + min(self._by_power(t, sites), self._by_units(t, sites, True)) + self._by_units(t, sites, False)

    def _usable(self, t: int, site: str) -> list[Offer]:
        offers = self.instance.hardware
        return [
            offer
            for name, offer in offers.items()
            if self.units[name][t - 1] > 0 and (offer.sites is None or site in offer.sites)
        ]

    def _by_power(self, t: int, sites: list[str]) -> float:
        """Each MW goes where it yields most, within site, region and system; nested limits make greed exact."""
        best = []
        for name in sites:
            yields = [offer.compute_h100e / offer.kw for offer in self._usable(t, name) if offer.kw > 0]
            if yields:
                site = self.instance.sites[name]
                best.append((1000.0 * max(yields) * self._in_use(name) / site.pue, name))
        left_system = self.system[t - 1]
        left_region = {name: limits[t - 1] for name, limits in self.region.items()}
        total = 0.0
        for compute_per_mw, name in sorted(best, reverse=True):
            region = self.instance.sites[name].region
            mw = min(self.energised[name][t - 1], left_region.get(region, math.inf), left_system)
            left_region[region] = left_region.get(region, math.inf) - mw
            left_system -= mw
            total += mw * compute_per_mw
        return total

    def _by_units(self, t: int, sites: list[str], powered: bool) -> float:
        """All units that can be in service, of the offers that need power or of those that need none."""
        total = 0.0
        for name, offer in self.instance.hardware.items():
            units = self.units[name][t - 1]
            uses = [self._in_use(s) for s in sites if offer.sites is None or s in offer.sites]
            if (offer.kw > 0) == powered and units > 0 and uses and offer.compute_h100e * max(uses) > 0:
                total += units * offer.compute_h100e * max(uses)
        return total

    def _in_use(self, site: str) -> float:
        return self.instance.sites[site].uptime_share * self.instance.sites[site].max_utilisation_share


def _limit(series: Series | None, calendar: Calendar) -> list[float]:
    """A limit per period; infinite where there is none."""
    return [math.inf] * calendar.periods if series is None else list(series.expand(calendar))


def _timed(series: Series, calendar: Calendar) -> Iterator[tuple[int, float]]:
    return enumerate(series.expand(calendar), 1)


def _supply(offer: Offer, calendar: Calendar) -> list[float]:
    return [_blocks(most, offer.lot_units) for most in _limit(offer.supply_units, calendar)]


def _blocks(most: float, block: float) -> float:
    """The most that whole blocks make; a block of 0 is any size."""
    return most if block == 0.0 or math.isinf(most) else math.floor(most / block + 1e-9) * block
