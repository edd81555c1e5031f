"""Programmes of any size and shape, made by rule: what the benchmarks are run on.

A programme of ``sites`` halls of 100 MW with three expansions each, ``offers`` accelerators that get better and
cheaper, demand that grows to six tenths of what the sites can feed, two rounds of equity, a term loan and a revolver.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from optimizer.instance.schema import Instance

PERIODS_PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
KW_PER_UNIT = 1.8


@dataclass(frozen=True)
class Shape:
    """The size of a programme and which of the hard parts it has."""

    length: str = "year"
    years: int = 8
    sites: int = 5
    offers: int = 4
    tiers: bool = True
    grid: bool = False
    dilution: bool = False
    lots: bool = False

    @property
    def name(self) -> str:
        """A name that tells the shape."""
        parts = [name for name in ("tiers", "grid", "dilution", "lots") if asdict(self)[name]]
        return "-".join([f"{self.length}-{self.years}y", f"{self.sites}s", f"{self.offers}o", *parts])

    def instance(self) -> Instance:
        """The programme, valid by the schema."""
        return Instance.model_validate(self._data())

    def _data(self) -> dict[str, Any]:
        each = PERIODS_PER_YEAR[self.length]
        periods = self.years * each
        peak_mw = 0.6 * self.sites * 400
        # accelerators that fill a megawatt, in H100 equivalents of the best offer
        demand = [self._demand(t / each, peak_mw) for t in range(periods)]
        data: dict[str, Any] = {
            "name": self.name,
            "calendar": {"start": {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}[self.length]}
            | {"periods": periods, "length": self.length},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "cost_of_capital"}],
            "solve": {"gap_share": 0.001, "time_limit_s": 600, "threads": 1},
            "opening": {"cash_musd": 3 * peak_mw, "paid_in_capital_musd": 3 * peak_mw},
            "cash": {"minimum_musd": 0.2 * peak_mw},
            "regions": {
                "south": {"energy_price_usd_per_mwh": 50, "power_limit_mw": 300 * self.sites},
                "north": {"energy_price_usd_per_mwh": 65, "power_limit_mw": 200 * self.sites},
            },
            "sites": {f"site{i}": self._site(i, each) for i in range(self.sites)},
            "hardware": {f"chip{i}": self._offer(i, each, peak_mw) for i in range(self.offers)},
            "markets": {
                "training": {"demand_h100e": demand, "min_served_share": 1},
                "api": {
                    "demand_h100e": [0.3 * each_one for each_one in demand],
                    "revenue_usd_per_h100e_hour": {"initial": 2.2, "growth_per_year": -0.12},
                    "min_served_share": 0.5,
                },
            },
            "debt": {
                "term-loan": {
                    "kind": "level",
                    "rate_per_year": 0.065,
                    "tenor_periods": 7 * each,
                    "grace_periods": 2 * each,
                    "limit_musd": 8 * peak_mw,
                    "min_draw_musd": 0.2 * peak_mw,
                    "upfront_fee_share": 0.015,
                    "last_draw": data_label(self.length, periods // 2),
                },
                "revolver": {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": peak_mw},
            },
            "equity": {
                "cost_of_equity_per_year": 0.13,
                "rounds": {
                    name: {
                        "min_musd": 2 * peak_mw,
                        "max_musd": 30 * peak_mw,
                        "first_raise": data_label(self.length, first * each),
                        "last_raise": data_label(self.length, min(periods, (first + 3) * each) - 1),
                        "flotation_share": 0.02,
                        "pre_money_musd": value * peak_mw,
                    }
                    for name, first, value in (("a", 0, 20), ("b", 1, 30))
                },
            },
            "covenants": {"leverage": {"kind": "debt_to_capital", "maximum": 0.5}},
            "terminal": {"kind": "book_share", "share": 0.8},
        }
        if self.grid:
            edges = ((0.0, 0.15, 0.0, 0.125), (0.15, 0.3, 0.0025, 0.13), (0.3, 1.0, 0.01, 0.145))
            data["pricing_grid"] = {
                "by": "leverage",
                "buckets": [
                    {"lower": low, "upper": high, "spread_per_year": spread, "cost_of_equity_per_year": equity}
                    for low, high, spread, equity in edges
                ],
            }
        if self.dilution:
            data["equity"]["ownership_floor_share"] = 0.35
        return data

    def _demand(self, years: float, peak_mw: float) -> float:
        # nothing is on line before the first hall and its first order are there
        grown = min(1.0, (max(0.0, years - 1.5) / (0.6 * self.years - 1.5)) ** 2)
        return round(0.7 * grown * peak_mw * 1000 / KW_PER_UNIT)

    def _site(self, i: int, each: int) -> dict[str, Any]:
        hall = {"musd": 625 * (1 + 0.01 * (i % 7)), "book_life_years": 30}
        profile = [1.0 / (2 * each)] * (2 * each)
        return {
            "region": "south" if i % 3 else "north",
            "pue": 1.1 + 0.02 * (i % 5),
            "land_musd": 20 + 5 * (i % 4),
            "phases": [
                {"name": "hall", "mw": 100, "lead_periods": each, "spend_profile": profile, "capex": {"all": hall}},
                {
                    "name": "expansion",
                    "count": 3,
                    "mw": 100,
                    "lead_periods": each,
                    "spend_profile": profile,
                    "capex": {"all": {**hall, "musd": hall["musd"] - 30}},
                },
            ],
        }

    def _offer(self, i: int, each: int, peak_mw: float) -> dict[str, Any]:
        supply = peak_mw * 1000 / KW_PER_UNIT / (2 * each)
        offer: dict[str, Any] = {
            "price_usd": {"initial": 24000 + 4000 * i, "growth_per_year": -0.1},
            "attach": {"servers": {"usd_per_unit": 10000}},
            "compute_h100e": 1.0 + 0.2 * i,
            "kw": 1.3 + 0.1 * i,
            "lead_periods": i % 2 * max(1, each // 2),
            "life_periods": 6 * each,
            "supply_units": round(supply / (1 + i / 4)),
            "upkeep_usd_per_unit_year": 250,
        }
        if self.lots:
            offer["lot_units"] = round(supply / (8 + i))
        if self.tiers:
            offer["tiers"] = {
                "kind": "all_units" if i % 2 else "incremental",
                "steps": [
                    {"from_units": 0, "discount_share": 0},
                    {"from_units": round(0.3 * supply), "discount_share": 0.1},
                    {"from_units": round(0.6 * supply), "discount_share": 0.2},
                ],
            }
        return offer


def written(shape: Shape, folder: str) -> str:
    """The path of the instance of a shape, which is written into a folder."""
    path = Path(folder) / f"{shape.name}.yaml"
    path.write_text(json.dumps(shape.instance().canonical(), indent=1), encoding="utf-8")
    return str(path)


def data_label(length: str, period: int) -> int | str:
    """The name of a period of a calendar that starts in 2026."""
    each = PERIODS_PER_YEAR[length]
    year, part = 2026 + period // each, period % each + 1
    return {"year": year, "quarter": f"{year}Q{part}", "month": f"{year}-{part:02d}"}[length]


def grid() -> Iterator[Shape]:
    """The shapes of the benchmark: all but the largest calendar with the most sites."""
    for length, sites, offers in itertools.product(PERIODS_PER_YEAR, (5, 20, 50), (4, 10)):
        if (length, sites) != ("month", 50):
            for tiers, leverage, dilution in ((False, False, False), (True, False, False), (True, True, True)):
                yield Shape(length, 8, sites, offers, tiers, leverage, dilution)
