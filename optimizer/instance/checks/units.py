"""Figures that are likely to be in another unit than their key says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from optimizer.instance.calendar import PERIODS_PER_YEAR
from optimizer.instance.checks.ranges import (
    BUILDING_MUSD_PER_MW,
    H100E_PER_MW,
    MUSD_PER_MW,
    PERCENT,
    SHARE,
    USD_PER_H100E,
    USUAL,
    Per,
    Usual,
)
from optimizer.instance.checks.walk import Hit, Path, all_series, blocks
from optimizer.instance.schema import CapexItem, Instance, Offer, Phase
from optimizer.instance.series import Series

MOST_GROWTH_PER_YEAR = 1.0
STEP = 200.0
"""A series does not change by this factor from one step to the next: a thousand, less what can change."""

MEASURED_BY = {
    "compute": ("compute_h100e",),
    "power": ("kw",),
    "price": ("price_usd", "lease"),
    "phase": ("mw",),
    "capex": ("capex",),
}
"""Keys of an offer or a phase that its other figures are measured by."""

Numbers = list[tuple[Path, float]]

_ROWS = {block: [row for row in USUAL if row.block is block] for block in {row.block for row in USUAL}}


def unusual_figure(instance: Instance) -> Iterator[Hit]:
    """A figure is so far from what is usual that it may be in another unit; see "Usual ranges"."""
    beside = Beside(instance)
    hits: dict[Path, Hit] = {}
    for path, block in blocks(instance):
        for row in _ROWS.get(type(block), ()):
            if row.kind in ("", getattr(block, "kind", "")):
                for name in row.fields:
                    for at, value in _values((*path, name), getattr(block, name)):
                        for hit in _unusual(row, numbers(at, value), beside):
                            hits.setdefault(hit.path, hit._replace(rests=tuple(_rests(row, path))))
    # where a part is unusual, what it is a part of is no news
    whole = {path[:end] for path in hits for end in range(len(path))}
    yield from (hit for path, hit in hits.items() if path not in whole)


def unusual_growth(instance: Instance) -> Iterator[Hit]:
    """A series more than doubles every year."""
    for path, series, _limits in all_series(instance):
        growth = series.written()["growth_per_year"] if series.is_growth else 0.0
        if growth > MOST_GROWTH_PER_YEAR:
            message = f"a growth of {_figure(growth)} is {_figure(100 * growth)} % a year"
            yield Hit((*path, "growth_per_year"), message, f"did you mean {_figure(growth / 100)}?")


def _rests(row: Usual, path: Path) -> Iterator[Path]:
    """What else says whether a figure of a block is usual; the size of the programme rests on the whole file."""
    if {"size", "fleet"} & set(row.per):
        yield ()
    if "year" in row.per:
        yield "calendar", "length"
    if row.kind:
        yield (*path, "kind")
    beside = path[:4] if "phases" in path else path[:2]
    for per in row.per:
        yield from ((*beside, name) for name in MEASURED_BY.get(per, ()))


# ── one figure ────────────────────────────────────────────────────────────────────────────────────────────────────


def _values(path: Path, value: Any) -> Iterator[tuple[Path, Series | float]]:
    """The values of a field: one, none, or one for each name; costs of a phase count together."""
    if not isinstance(value, dict):
        if value is not None:
            yield path, value
    elif any(isinstance(item, CapexItem) for item in value.values()):
        yield path, sum(_most(item.musd) for item in value.values())
    else:
        yield from (((*path, name), item) for name, item in value.items())


def numbers(path: Path, value: Series | float) -> Numbers:
    """The numbers of a value as written, each with its path, without zeros; of growth only where it begins."""
    written = value.written() if isinstance(value, Series) else value
    if isinstance(written, dict):
        found = [((*path, key), number) for key, number in written.items() if key != "growth_per_year"]
    elif isinstance(written, list):
        found = [((*path, i), number) for i, number in enumerate(written)]
    else:
        found = [(path, written)]
    return [(at, number) for at, number in found if number]


def _unusual(row: Usual, found: Numbers, beside: Beside) -> Iterator[Hit]:
    """The first number of a value that is unusual."""
    if not found:
        return
    measures = [beside.measure(per, found[0][0]) for per in row.per]
    if measures and not measures[0][0]:
        return
    scales = [scale for scale, _ in measures if scale] or [1.0]

    def usual(number: float) -> bool:
        return any(row.low * scale <= abs(number) <= row.high * scale for scale in scales)

    # what grows with the programme may begin small
    growing = row.per[:1] in (("size",), ("fleet",))
    for path, number in [max(found, key=_size)] if growing else found:
        if not usual(number):
            low, high = row.low * scales[0], row.high * scales[0]
            words = " and ".join(text for scale, text in measures if scale)
            years = f" ({_figure(number / scales[0], 3)} years)" if row.per == ("year",) and scales[0] > 1.0 else ""
            message = f"{_shown(number, row)}{years} is unusual{' beside ' if words else ''}{words}"
            meant = _meant(row, filter(usual, _undone(row, number, scales[0])), low, high)
            yield Hit(path, message, f"{meant}{_figure(low, 2)} to {_figure(high, 2)} is usual ({row.source})")
            return
    yield from _odd_step(row, found)


def _odd_step(row: Usual, found: Numbers) -> Iterator[Hit]:
    """The first number of a series that is far from those before and after it, and from most of the series."""
    sizes = [abs(number) for _, number in found]
    middle = sorted(sizes)[len(sizes) // 2]
    for i, (path, number) in enumerate(found):
        others = [middle, *sizes[max(0, i - 1) : i], *sizes[i + 1 : i + 2]]
        if sizes[i] > STEP * max(others) or sizes[i] * STEP < min(others):
            message = f"{_shown(number, row)} is unusual beside {_figure(others[-1])} in the same series"
            low, high = min(others) / math.sqrt(STEP), max(others) * math.sqrt(STEP)
            meant = _meant(row, (n for n in _undone(row, number, 1.0) if low <= abs(n) <= high), low, high)
            yield Hit(path, message, meant + "a series does not change so much at once")
            return


def _undone(row: Usual, number: float, scale: float) -> list[float]:
    """The number without each of the likely mistakes."""
    if row.slips is SHARE:
        return [number * slip for slip in row.slips] + [1.0 - number] * (number < 1.0)
    if row.per != ("year",):
        return [number * slip for slip in row.slips]
    return [periods for slip in row.slips if (periods := round(number * slip * scale, 9)).is_integer()]


def _meant(row: Usual, fitting: Iterable[float], low: float, high: float) -> str:
    """What was probably meant, in words: what comes nearest to the middle of what is usual, if it has a lower end."""
    middle = math.sqrt(low) * math.sqrt(high)
    likely = sorted(fitting, key=lambda number: abs(math.log(abs(number)) - math.log(middle)) if middle else 0.0)
    # 0.9 may be meant as 0.9 % or as 0.09, or as what 0.1 is kept back of
    shown = " or ".join(map(_figure, likely[: 2 if row.slips is PERCENT or row.slips is SHARE else 1]))
    return f"did you mean {shown}? " if shown else ""


def _size(pair: tuple[Path, float]) -> float:
    return abs(pair[1])


def _shown(number: float, row: Usual) -> str:
    percent = f" ({_figure(100 * number)} %)" if row.slips is PERCENT else ""
    unit = row.unit.removesuffix("s") if number == 1 else row.unit
    return f"{_figure(number)}{percent} {unit}"


def _figure(number: float, digits: int = 12) -> str:
    rounded = float(f"{number:.{digits}g}")
    return f"{rounded:,.6f}".rstrip("0").rstrip(".") if 1e-4 <= abs(rounded) < 1e15 else f"{rounded:g}"


# ── what it is measured by ────────────────────────────────────────────────────────────────────────────────────────


class Beside:
    """What the figures of an instance are measured by. A series counts with its largest number."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def measure(self, per: Per, path: Path) -> tuple[float, str]:
        """What the figure at a path is divided by, 0 if there is nothing, and in words."""
        if per == "size":
            return self.size_mw, self._size
        if per == "year":
            count = PERIODS_PER_YEAR[self.instance.calendar.length]
            return count, f"a calendar of {self.instance.calendar.length}s"
        if per == "phases":
            return self._phase_mw, f"phases of about {_figure(self._phase_mw, 2)} MW"
        if per in ("phase", "capex"):
            phase = self.instance.sites[str(path[1])].phases[int(path[3])]
            cost = _cost(phase)
            if per == "phase":
                return phase.mw, f"a phase of {_figure(phase.mw)} MW"
            return cost / BUILDING_MUSD_PER_MW, f"a cost of {_figure(cost)} USD million"
        offer = self.instance.hardware[str(path[1])]
        if per == "fleet":
            h100e = _middle([offer.compute_h100e, offer.kw, _price(offer) / USD_PER_H100E])
            return self.size_mw * H100E_PER_MW / h100e if h100e else 0.0, self._size
        if per == "compute":
            return offer.compute_h100e, f"{_figure(offer.compute_h100e)} H100e a unit"
        if per == "power":
            return offer.kw, f"{_figure(offer.kw)} kW a unit"
        price = _price(offer)
        return price / USD_PER_H100E, f"a price of {_figure(price)} USD"

    @property
    def _size(self) -> str:
        return f"a programme of about {_figure(self.size_mw, 2)} MW"

    @cached_property
    def size_mw(self) -> float:
        """The size of the programme: the middle of what figures of different kinds say, so that none misleads alone."""
        instance = self.instance
        sites, offers, clouds = instance.sites.values(), instance.hardware.values(), instance.cloud.values()
        phases = self._phases
        rented = [site.colocation.limit_mw for site in sites if site.colocation is not None]
        rounds = instance.equity.rounds.values() if instance.equity is not None else ()
        money = [
            instance.opening.cash_musd,
            *(each.limit_musd or 0.0 for each in instance.debt.values()),
            *(each.max_musd for each in (*rounds, *instance.preferred_equity.values())),
            *(each.cash_musd for each in instance.partners.values()),
        ]
        return _middle(
            [
                sum(site.existing_mw for site in sites) + sum(p.count * p.mw for p in phases) + sum(map(_most, rented)),
                sum(phase.count * _cost(phase) for phase in phases) / BUILDING_MUSD_PER_MW,
                sum(_most(region.power_limit_mw) for region in instance.regions.values()),
                sum(_most(market.demand_h100e) for market in instance.markets.values()) / H100E_PER_MW,
                sum(_most(offer.supply_units) * offer.compute_h100e for offer in offers) / H100E_PER_MW,
                sum(_most(cloud.limit_h100e) for cloud in clouds) / H100E_PER_MW,
                sum(money) / MUSD_PER_MW,
            ]
        )

    @property
    def _phases(self) -> list[Phase]:
        return [phase for site in self.instance.sites.values() for phase in site.phases]

    @cached_property
    def _phase_mw(self) -> float:
        """The size of a phase, by all of them; one alone is also compared with the programme."""
        said = [(phase.mw, _cost(phase) / BUILDING_MUSD_PER_MW) for phase in self._phases]
        return _middle([*(mw for each in said for mw in each), self.size_mw / max(1, len(said))])


def _middle(values: list[float]) -> float:
    """The median of what is known, geometric; 0 if nothing is."""
    known = sorted(value for value in values if 0 < value < math.inf)
    return math.sqrt(known[(len(known) - 1) // 2]) * math.sqrt(known[len(known) // 2]) if known else 0.0


def _most(value: Series | None) -> float:
    return 0.0 if value is None else max((number for _, number in numbers((), value)), default=0.0)


def _cost(phase: Phase) -> float:
    return sum(_most(item.musd) for item in phase.capex.values())


def _price(offer: Offer) -> float:
    """What a unit costs; of a lease, three payments."""
    return _most(offer.price_usd) if offer.lease is None else 3.0 * _most(offer.lease.payment_usd_per_unit_year)
