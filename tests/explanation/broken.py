"""A programme that has no money, no megawatt and no unit to spare, in years and in quarters, and ways to break it.

A hall of 10 MW costs 60 in the first period and takes 10,000 chips of 1 kW and 1,000 dollars, which cost 10 in the
second. Two markets ask for 5,000 H100e each from then on, at 0.5 dollars an hour (quarters: 2), which is 43.8 a period.
The 60 are 5 of cash in hand, a loan of 40 from a bank and a round of 15. So 43.8 − 10 less interest are in hand at the
end of the second period, and 43.8 less interest more at the end of the third: that pays for an annex of 50 that is
promised by then, and not a period earlier. In the last one the loan is repaid.

Neither market can be served by the cloud: it is there because a file is refused in which markets ask for more than
there can be, each by itself or all together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import optimizer
from optimizer.explanation.reading import read
from optimizer.instance.schema import Instance


def programme(length: str = "year") -> Instance:
    first = "2026" if length == "year" else "2026Q1"
    second = "2027" if length == "year" else "2026Q2"
    return optimizer.load(
        {
            "name": f"tight-{length}",
            "calendar": {"start": first, "periods": 4, "length": length},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "net_present_cost"}],
            "solve": {"threads": 1},
            "opening": {"cash_musd": 5},
            "resources": {"crew": {"limit": 1}},
            "regions": {
                "flat": {"energy_price_usd_per_mwh": 0, "power_limit_mw": 10},
                "hill": {"energy_price_usd_per_mwh": 0},
            },
            "sites": {
                "a": {
                    "region": "flat",
                    "pue": 1,
                    "grid_connection_mw": 10,
                    "phases": [
                        {
                            "name": "hall",
                            "mw": 10,
                            "lead_periods": 1,
                            "capex": {"shell": {"musd": 60}},
                            "resources": {"crew": {"building": 1}},
                        }
                    ],
                },
                "b": {
                    "region": "hill",
                    "pue": 1,
                    "phases": [
                        {
                            "name": "annex",
                            "mw": 1,
                            "lead_periods": 1,
                            "capex": {"shell": {"musd": 50}},
                            "committed": True,
                            "latest_start": "2028" if length == "year" else "2026Q3",
                        }
                    ],
                },
            },
            "hardware": {
                "chips": {
                    "price_usd": 1000,
                    "compute_h100e": 1,
                    "kw": 1,
                    "lead_periods": 0,
                    "life_periods": 4,
                    "first_order": second,
                    "last_order": second,
                    "supply_units": 10000,
                }
            },
            "markets": {
                name: {
                    "demand_h100e": [0, 5000, 5000, 5000],
                    "min_served_share": 1,
                    "revenue_usd_per_h100e_hour": 0.5 if length == "year" else 2.0,
                    "sites": ["a"],
                }
                for name in ("serving", "training")
            },
            "cloud": {"spot": {"price_usd_per_h100e_hour": 3, "limit_h100e": 5000}},
            "lenders": {"bank": {"limit_musd": 40}},
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.05,
                    "tenor_periods": 3,
                    "last_draw": first,
                    "limit_musd": 40,
                    # what is drawn at the end of 2026 is owed until it is repaid in 2029
                    "lender": "bank",
                }
            },
            "equity": {
                "cost_of_equity_per_year": 0.15,
                "rounds": {"a": {"max_musd": 15, "last_raise": first}},
            },
            "budgets": {"capital": {"musd": 60}},
        }
    )


class Break(NamedTuple):
    """What is ``broken`` of a programme, by which key, and the ``least`` change of it that mends it, found by hand.

    ``first`` and ``last`` are the periods in which it has to change. Three digits are found of an amount. ``way`` is
    that of the change, if there are two; ``refused`` says that a check finds it before a model is built. That nothing
    less would do is not ``least_is_sure`` where another value of the key may take plans away.
    """

    key: str
    broken: Mapping[str, Any]
    least: float
    first: str = ""
    last: str = ""
    length: str = "year"
    way: str = ""
    refused: bool = False
    least_is_sure: bool = True


def broken(case: Break) -> Instance:
    """The programme with the changes of a case, also where a check refuses it."""
    data = programme(case.length).canonical()
    for path, value in case.broken.items():
        *parts, last = path.split(".")
        at: Any = data
        for part in parts:
            if isinstance(at, list):
                at = next(item for item in at if item["name"] == part)
            else:
                if at.get(part) is None:
                    at[part] = {}
                at = at[part]
        at[last] = value
    return read(data).instance


BREAKS = {
    # money of the first period: 60 = 5 + 40 + 15, and what is less in one of them is missing
    "cash": Break("opening.cash_musd", {"opening.cash_musd": 2}, 3.0),
    "equity cap": Break("equity.rounds.a.max_musd", {"equity.rounds.a.max_musd": 10}, 5.0),
    "debt limit": Break("debt.loan.limit_musd", {"debt.loan.limit_musd": 30}, 10.0),
    # what is drawn at the end of 2026 is owed until it is repaid in 2029
    "lender": Break("lenders.bank.limit_musd", {"lenders.bank.limit_musd": 28}, 12.0, "2026", "2028"),
    "largest draw": Break("debt.loan.max_draw_musd", {"debt.loan.max_draw_musd": 36}, 4.0),
    # nothing is left of the first period; in the next one there are 43.8 − 10 − 2 = 31.8
    "minimum cash": Break("cash.minimum_musd", {"cash.minimum_musd": 5}, 5.0, "2026", "2026"),
    # the hall of 60 is one payment
    "budget": Break("budgets.capital.musd", {"budgets.capital.musd": 50}, 10.0, "2026", "2026"),
    # 10 MW are needed from 2027 on, 10,000 chips in it
    "region": Break("regions.flat.power_limit_mw", {"regions.flat.power_limit_mw": 8}, 2.0, "2027", "2029"),
    "grid": Break("sites.a.grid_connection_mw", {"sites.a.grid_connection_mw": [10, 10, 10, 7]}, 3.0, "2029", "2029"),
    "supply": Break("hardware.chips.supply_units", {"hardware.chips.supply_units": 9000}, 1000.0, "2027", "2027"),
    "crew": Break("resources.crew.limit", {"resources.crew.limit": 0}, 1.0, "2026", "2026"),
    # 7,000 + 5,000 are asked for in the last year, and 10,000 can be served: 5,000 of 7,000 is a share of 0.7143
    "demand": Break(
        "markets.training.min_served_share",
        {"markets.training.demand_h100e": [0, 5000, 5000, 7000]},
        0.286,
        "2029",
        "2029",
    ),
    # there are 31.8 at the end of 2027, and 50 to be paid
    "latest start": Break("sites.b.phases.annex.latest_start", {"sites.b.phases.annex.latest_start": 2027}, 1.0),
    "promise": Break("sites.b.phases.annex.committed", {"sites.b.phases.annex.latest_start": 2027}, 1.0),
    # neither loan nor round is of any use after the first year
    "raise": Break(
        "equity.rounds.a.first_raise", {"equity.rounds.a.first_raise": 2028, "equity.rounds.a.last_raise": 2029}, 2.0
    ),
    "draw": Break("debt.loan.first_draw", {"debt.loan.first_draw": 2027, "debt.loan.last_draw": 2027}, 1.0),
    # EBITDA 43.8 over interest of 0.05·40 = 2 is 21.9
    "cover": Break(
        "covenants.cover.minimum",
        {"covenants": {"cover": {"kind": "interest_cover", "minimum": 25, "first_test": 2027}}},
        3.1,
        "2027",
        "2029",
    ),
    # 40 of debt over 40 + 15 is 0.72727, to 0.7 that are 0.02727; the loan is owed until 2028
    "leverage": Break(
        "covenants.leverage.maximum",
        {"covenants": {"leverage": {"kind": "debt_to_capital", "maximum": 0.7}}},
        0.0273,
        "2026",
        "2028",
    ),
    "quarters: cash": Break("opening.cash_musd", {"opening.cash_musd": 2}, 3.0, length="quarter"),
    "quarters: equity": Break("equity.rounds.a.max_musd", {"equity.rounds.a.max_musd": 10}, 5.0, length="quarter"),
    "quarters: region": Break(
        "regions.flat.power_limit_mw", {"regions.flat.power_limit_mw": 8}, 2.0, "2026Q2", "2026Q4", "quarter"
    ),
    "quarters: draw": Break(
        "debt.loan.first_draw",
        {"debt.loan.first_draw": "2026Q2", "debt.loan.last_draw": "2026Q2"},
        1.0,
        length="quarter",
    ),
    "quarters: latest start": Break(
        "sites.b.phases.annex.latest_start",
        {"sites.b.phases.annex.latest_start": "2026Q2"},
        1.0,
        length="quarter",
    ),
    "quarters: budget": Break(
        "budgets.capital.musd", {"budgets.capital.musd": 50}, 10.0, "2026Q1", "2026Q1", "quarter"
    ),
}
