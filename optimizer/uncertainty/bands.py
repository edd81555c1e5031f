"""Figures along time over all scenarios: what is expected, and how far apart the scenarios are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.contract.accounts import CASH, DEBT
from optimizer.instance.rings import COMPANY
from optimizer.plan.books import add
from optimizer.plan.figures.power import SYSTEM, places
from optimizer.plan.record import Record
from optimizer.uncertainty.record import TreeRecord

THOUSAND = 1e3
Values = list[float | None]


@dataclass(frozen=True)
class Band:
    """A figure in every scenario by period, None where it has no value; a ``stock`` is that at the end of a period."""

    name: str
    title: str
    unit: str
    stock: bool
    by_scenario: tuple[tuple[float | None, ...], ...]

    @property
    def moves(self) -> bool:
        """Whether the scenarios ever differ by more than rounding."""
        for values in zip(*self.by_scenario, strict=True):
            known = [value for value in values if value is not None]
            if known and max(known) - min(known) > 1e-6 * max(1.0, max(map(abs, known))):
                return True
        return False

    @property
    def is_there(self) -> bool:
        """Whether it is ever more than nothing."""
        return any(value is not None and abs(value) > 1e-6 for values in self.by_scenario for value in values)


def bands(record: TreeRecord) -> list[Band]:
    """The figures that are ever more than nothing, in the order of ``FIGURES``."""
    found = []
    for name, (title, unit, stock, figure) in FIGURES.items():
        band = Band(name, title, unit, stock, tuple(tuple(figure(plan)) for plan in record.plans.values()))
        if band.is_there:
            found.append(band)
    return found


def _price(plan: Record) -> Values:
    """What an H100e hour brings, USD: the prices of all markets by what they ask for."""
    calendar = plan.instance.periods
    asked = [market.demand_h100e.expand(calendar) for market in plan.instance.markets.values()]
    prices = [market.revenue_usd_per_h100e_hour.expand(calendar) for market in plan.instance.markets.values()]
    found: Values = []
    for t in range(calendar.periods):
        total = sum(each[t] for each in asked)
        worth = sum(price[t] * each[t] for price, each in zip(prices, asked, strict=True))
        found.append(worth / total if total > 0.0 else None)
    return found


def _demand(plan: Record) -> Values:
    calendar = plan.instance.periods
    asked = [market.demand_h100e.expand(calendar) for market in plan.instance.markets.values()]
    return [value / THOUSAND for value in add(*asked, size=calendar.periods)]


def _limit(plan: Record) -> Values:
    """The power that regions and the system allow, MW; nothing is said where one of them has no limit."""
    calendar = plan.instance.periods
    limits = [region.power_limit_mw for region in plan.instance.regions.values()]
    known = [limit.expand(calendar) for limit in limits if limit is not None]
    if not known or len(known) < len(limits):
        return [None] * calendar.periods
    return list(add(*known, size=calendar.periods))


def _energised(plan: Record) -> Values:
    return list(next(each.energised_mw for each in places(plan) if each.level == SYSTEM))


def _capacity(plan: Record) -> Values:
    size = plan.instance.periods.periods
    return [value / THOUSAND for value in add(*plan.physical.capacity_h100e.values(), size=size)]


def _revenue(plan: Record) -> Values:
    return list(plan.books.earned("revenue"))


def _spending(plan: Record) -> Values:
    return [0.0 - value for value in plan.books.item("capex")]


def _cash(plan: Record) -> Values:
    return list(plan.books_of(COMPANY).balance(CASH)[1:])


def _debt(plan: Record) -> Values:
    books = plan.books
    owed = [books.balance(account)[1:] for account in books.accounts(DEBT)]
    return list(add(*owed, size=plan.instance.periods.periods))


FIGURES: dict[str, tuple[str, str, bool, Callable[[Record], Values]]] = {
    "price": ("Price of compute", "USD per H100e hour", True, _price),
    "demand": ("Demand of the markets", "thousand H100e", True, _demand),
    "power_limit": ("Power that is to be had", "MW", True, _limit),
    "energised": ("Power energised", "MW", True, _energised),
    "capacity": ("Own capacity", "thousand H100e", True, _capacity),
    "revenue": ("Revenue", "USD million", False, _revenue),
    "capital_spending": ("Capital spending", "USD million", False, _spending),
    "debt": ("Debt", "USD million", True, _debt),
    "cash": ("Cash", "USD million", True, _cash),
}
"""What is followed over the scenarios: title, unit, whether it is a stock, and how it is read from a plan."""
