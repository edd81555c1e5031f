"""Halls and chips of which every plan can be written down: what all that cost little more than the best have in common.

Two sites may have a hall of 10 MW each, up a period after it was begun; two vendors sell a lot of 10,000 chips of 1 kW
and 1 H100 equivalent in each period, which last. 10,000 H100e are asked for in the last two of four periods. Nothing is
discounted, nothing earned and nothing but halls and chips costs anything, so a plan costs the sum of its prices:

    hall, by period of start          a 50 51 54 60       b 52 51.2 56 60         USD million
    lot, by period of order           x 10 10.2 10.1 10   y 10.3 10.3 10.6 10.9

A plan is a set of starts, at most one a site, and of lots: in each period no more lots than halls that are up (a lot
that is there stays), one lot at least in the last two. There are 5·5 ways to build and 2⁴·2⁴ ways to order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import optimizer
from optimizer.instance.schema import Instance

PERIODS = range(4)
HALLS = {"a": (50.0, 51.0, 54.0, 60.0), "b": (52.0, 51.2, 56.0, 60.0)}
LOTS = {"x": (10.0, 10.2, 10.1, 10.0), "y": (10.3, 10.3, 10.6, 10.9)}
LABELS = {
    "year": ("2026", "2027", "2028", "2029"),
    "quarter": ("2026Q3", "2026Q4", "2027Q1", "2027Q2"),
}


def programme(length: str) -> Instance:
    return optimizer.load(
        {
            "name": f"halls-by-{length}",
            "calendar": {"start": LABELS[length][0], "periods": 4, "length": length},
            "discount": {"rate_per_year": 0},
            "objectives": [{"name": "net_present_cost"}],
            "solve": {"threads": 1, "gap_share": 0},
            "opening": {"cash_musd": 1000},
            "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
            "sites": {
                site: {
                    "region": "flat",
                    "pue": 1,
                    "phases": [
                        {"name": "hall", "mw": 10, "lead_periods": 1, "capex": {"shell": {"musd": list(prices)}}}
                    ],
                }
                for site, prices in HALLS.items()
            },
            "hardware": {
                name: {
                    "vendor": f"vendor-{name}",
                    "price_usd": [100.0 * price for price in prices],
                    "compute_h100e": 1,
                    "kw": 1,
                    "lead_periods": 0,
                    "life_periods": 20,
                    "lot_units": 10000,
                    "supply_units": 10000,
                }
                for name, prices in LOTS.items()
            },
            "markets": {"all": {"demand_h100e": [0, 0, 10000, 10000], "min_served_share": 1}},
        }
    )


class Choice(NamedTuple):
    """A plan: the period in which each hall is begun (None: never), and in which periods a lot of each is ordered."""

    halls: tuple[int | None, ...]
    lots: tuple[tuple[int, ...], ...]

    @property
    def cost(self) -> float:
        halls = sum(prices[t] for prices, t in zip(HALLS.values(), self.halls, strict=True) if t is not None)
        return halls + sum(
            prices[t] for prices, taken in zip(LOTS.values(), self.lots, strict=True) for t in PERIODS if taken[t]
        )

    @property
    def possible(self) -> bool:
        for t in PERIODS:
            up = sum(begun is not None and begun < t for begun in self.halls)
            there = sum(sum(taken[: t + 1]) for taken in self.lots)
            if there > up or (t >= 2 and there < 1):
                return False
        return True

    def sums(self, length: str) -> dict[str, float]:
        """The business sums by name, counts of phases and units of chips."""
        labels = LABELS[length]
        found: dict[str, float] = {}
        for site, begun in zip(HALLS, self.halls, strict=True):
            found[f"{site} hall"] = float(begun is not None)
            found |= {f"{site} hall {labels[t]}": float(begun == t) for t in PERIODS}
        return found | {name: 10000.0 * sum(taken) for name, taken in zip(LOTS, self.lots, strict=True)}

    def distance(self, base: Choice) -> float:
        """The share of what ``base`` has that this one has not, or not at the same time: see docs/why.md.

        MW of halls of each site in all; MW of halls by period, over all four; chips of each vendor in all.
        """
        built = [t is not None for t in base.halls]
        where = sum(t is None for t, wanted in zip(self.halls, built, strict=True) if wanted) / sum(built)
        when = 0
        for mine, theirs in zip(self.halls, base.halls, strict=True):
            if theirs is not None:
                begun = [mine is not None and mine <= t for t in PERIODS]
                when += sum(here != (theirs <= t) for t, here in zip(PERIODS, begun, strict=True))
        ordered = [(sum(mine), sum(theirs)) for mine, theirs in zip(self.lots, base.lots, strict=True)]
        vendors = sum(max(0, theirs - mine) for mine, theirs in ordered) / sum(theirs for _, theirs in ordered)
        return (where + when / (4 * sum(built)) + vendors) / 3


def choices() -> Iterator[Choice]:
    starts = product((None, *PERIODS), repeat=len(HALLS))
    orders = list(product(product((0, 1), repeat=4), repeat=len(LOTS)))
    for halls in starts:
        yield from (choice for lots in orders if (choice := Choice(halls, lots)).possible)
