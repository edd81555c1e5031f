"""Small worlds for trees, whose best plans can be found by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import optimizer
from optimizer.instance.schema import Instance
from optimizer.uncertainty.plan import TreePlan
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.run import asked_of, solve_tree

HOURS = 8760.0


def lots(
    fee: float = 50.0, demand: Sequence[float] = (10000.0, 20000.0, 30000.0), calendar: dict[str, Any] | None = None
) -> Instance:
    """Units at 1000 dollars that live for ever, cost 1000 a year and ``fee`` million an order; demand has to be met."""
    return optimizer.load(
        {
            "name": "lots",
            "calendar": calendar or {"start": 2026, "periods": len(demand), "length": "year"},
            "discount": {"rate_per_year": 0, "timing": "end"},
            "objectives": [{"name": "net_present_cost"}],
            "solve": {"gap_share": 0, "threads": 1},
            "opening": {"cash_musd": 100000},
            "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
            "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1000}},
            "hardware": {
                "chips": {
                    "price_usd": 1000,
                    "compute_h100e": 1,
                    "kw": 0,
                    "lead_periods": 0,
                    "life_years": 20,
                    "upkeep_usd_per_unit_year": 1000,
                    "order_fee_musd": fee,
                }
            },
            "markets": {"demand": {"min_served_share": 1, "demand_h100e": list(demand)}},
        }
    )


def demand(steps: Mapping[int, float]) -> dict[str, Any]:
    """The changes of a node that moves demand from some year on."""
    return {"markets": {"demand": {"demand_h100e": dict(steps)}}}


THREE_STAGES: dict[str, Any] = {
    "today": {},
    "low": {"parent": "today", "from": 2027, "probability": 0.5, "set": demand({2027: 20000, 2028: 30000})},
    "high": {"parent": "today", "from": 2027, "probability": 0.5, "set": demand({2027: 60000, 2028: 70000})},
    "low-low": {"parent": "low", "from": 2028, "probability": 0.4, "set": demand({2028: 30000})},
    "low-high": {"parent": "low", "from": 2028, "probability": 0.6, "set": demand({2028: 90000})},
}


def plain(name: str, periods: int) -> dict[str, Any]:
    """What the companies here begin with: years from 2026 on, no discount, plenty of cash, energy for nothing."""
    return {
        "name": name,
        "calendar": {"start": 2026, "periods": periods, "length": "year"},
        "discount": {"rate_per_year": 0, "timing": "end"},
        "objectives": [{"name": "net_present_cost"}],
        "solve": {"gap_share": 0, "threads": 1},
        "opening": {"cash_musd": 1000},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
    }


def newsboy() -> Instance:
    """Units ordered a year before they can be sold: 1000 dollars each, 3000 for each that is sold, 200 back for all."""
    return optimizer.load(
        {
            **plain("newsboy", 2),
            "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1000}},
            "hardware": {
                "chips": {"price_usd": 1000, "compute_h100e": 1, "kw": 0, "lead_periods": 1, "life_periods": 2}
            },
            "markets": {
                "news": {
                    "min_served_share": 0,
                    "demand_h100e": {2026: 0, 2027: 10000},
                    "revenue_usd_per_h100e_hour": 3000 / HOURS,
                }
            },
            "terminal": {"kind": "book_share", "share": 0.4},
        }
    )


def option() -> Instance:
    """A hall for 100 million that earns 20 in 2026, and in the two years after it what becomes known in 2027."""
    return optimizer.load(
        {
            **plain("option", 3),
            "sites": {
                "hall": {
                    "region": "flat",
                    "pue": 1,
                    "phases": [
                        {
                            "name": "one",
                            "mw": 10,
                            "lead_periods": 0,
                            "capex": {"shell": {"musd": 100, "book_life_years": 20}},
                        }
                    ],
                }
            },
            "hardware": {
                "chips": {
                    "price_usd": 0,
                    "compute_h100e": 1,
                    "kw": 1,
                    "lead_periods": 0,
                    "life_periods": 5,
                    "supply_units": 10000,
                }
            },
            "markets": {
                "cloud": {
                    "min_served_share": 0,
                    "demand_h100e": 10000,
                    "revenue_usd_per_h100e_hour": [each / HOURS for each in (2000, 5000, 5000)],
                }
            },
        }
    )


def price(usd_per_year: float) -> dict[str, Any]:
    """The changes of a node after which a unit earns so much a year."""
    return {"markets": {"cloud": {"revenue_usd_per_h100e_hour": usd_per_year / HOURS}}}


UP_OR_DOWN: dict[str, Any] = {
    "today": {},
    "up": {"parent": "today", "from": 2027, "probability": 0.5, "set": price(9000)},
    "down": {"parent": "today", "from": 2027, "probability": 0.5, "set": price(1000)},
}


def landlord(periods: int, contract: dict[str, Any]) -> Instance:
    """Up to 1000 units at 1000 dollars, and a customer for all of them; the open market pays nothing."""
    now = {"first_signing": 2026, "last_signing": 2026}
    return optimizer.load(
        {
            **plain("landlord", periods),
            "regions": {"flat": {"energy_price_usd_per_mwh": 0, "power_limit_mw": 1}},
            "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1}},
            "hardware": {
                "chips": {
                    "price_usd": 1000,
                    "compute_h100e": 1,
                    "kw": 1,
                    "lead_periods": 0,
                    "life_periods": 9,
                    "supply_units": 1000,
                }
            },
            "markets": {
                "cloud": {
                    "min_served_share": 0,
                    "demand_h100e": 1000,
                    "revenue_usd_per_h100e_hour": 0,
                }
            },
            "contracts": {"anchor": {"ramp_h100e": [1000], **contract} | ({} if "opening" in contract else now)},
        }
    )


RENEWED: dict[str, Any] = {
    "acceptance_lag_periods": 0,
    "term_periods": 2,
    "price_usd_per_h100e_hour": 2000 / HOURS,
    "renewal": {"term_periods": 1, "price_usd_per_h100e_hour": 3000 / HOURS},
}


def spot(first: int) -> dict[str, Any]:
    """What a unit earns in the open market of 2028, known in some year: 9000 dollars or 1000."""
    prices = {name: {"markets": {"cloud": {"revenue_usd_per_h100e_hour": {2028: usd / HOURS}}}} for name, usd in SPOT}
    nodes = {name: {"parent": "today", "from": first, "probability": 0.5, "set": prices[name]} for name, _ in SPOT}
    return {"today": {}, **nodes}


SPOT = (("dear", 9000), ("cheap", 1000))


LATE: dict[str, Any] = {
    "acceptance_lag_periods": 1,
    "long_stop_periods": 1,
    "term_periods": 2,
    "price_usd_per_h100e_hour": 5000 / HOURS,
    "delay_damages_musd_per_year": 1,
}


def powered(first: int) -> dict[str, Any]:
    """Whether there is power in 2027, known in some year."""
    off = {"regions": {"flat": {"power_limit_mw": {2027: 0, 2028: 1}}}}
    return {
        "today": {},
        "on-time": {"parent": "today", "from": first, "probability": 0.5},
        "late": {"parent": "today", "from": first, "probability": 0.5, "set": off},
    }


def solved(base: Instance, nodes: Mapping[str, Any], gap: float = 0.0, worth: bool = True, **parts: Any) -> TreePlan:
    """The plan of a tree."""
    tree = tree_from(base, nodes=nodes, **parts)
    return solve_tree(tree, asked_of(tree, gap=gap, worth=worth))


def value(found: TreePlan) -> float:
    """What the first level of the whole comes to."""
    return found.levels[0].value
