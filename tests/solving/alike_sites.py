"""Small programmes with sites that are alike, and what the search over sums makes of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.levels import solve_levels
from optimizer.solving.compile import compile_instance
from optimizer.solving.programme import programme_of
from optimizer.solving.reductions.reduced import Reduced, reduced
from optimizer.solving.run import search

Data = dict[str, Any]
LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)

SITE: Data = {
    "region": "north",
    "pue": 1.0,
    "phases": [{"name": "hall", "mw": 10, "lead_periods": 0, "capex": {"shell": {"musd": 100, "book_life_years": 20}}}],
}
OFFER: Data = {"price_usd": 30000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 9}


def programme(**changes: Any) -> Data:
    """Two years; halls of 10 MW at two sites, units of 1 kW and 1 H100e, 15,000 H100e to be served in both years.

    ``changes`` are laid over it by dotted path, with ``__`` for a dot.
    """
    data: Data = {
        "name": "alike",
        "calendar": {"start": 2026, "periods": 2, "length": "year"},
        "discount": {"rate_per_year": 0.0},
        "opening": {"cash_musd": 5000, "paid_in_capital_musd": 5000},
        "objectives": [{"name": "net_present_cost"}],
        "regions": {"north": {"energy_price_usd_per_mwh": 0}},
        "sites": {"a": deepcopy(SITE), "b": deepcopy(SITE)},
        "hardware": {"chip": deepcopy(OFFER)},
        "markets": {"training": {"demand_h100e": 15000, "min_served_share": 1}},
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = data
        for parent in parents:
            place = place[int(parent)] if isinstance(place, list) else place.setdefault(parent, {})
        place[int(last) if isinstance(place, list) else last] = value
    return data


def solved(data: Data, reductions: str) -> Plan:
    """The optimum, one thread."""
    return search(Instance.model_validate(data), LIMITS, reductions=reductions)


def value(plan: Plan) -> float:
    """What the first level of a plan comes to."""
    return float(plan.summary["levels"][0]["value"])


def over_sums(data: Data) -> Reduced:
    """The programme over sums, whatever is summed. Raises NotAlikeError."""
    built, compiled = compile_instance(Instance.model_validate(data))
    ordered = built.model.instance
    found = reduced(ordered, compiled, programme_of(ordered, built, compiled, {}), "always")
    assert found is not None
    return found


def best_over_sums(data: Data) -> float:
    """The best value of the first level over sums, whether its plan can be parted or not."""
    searched = over_sums(data).programme
    solution = solve_levels(searched.matrix, searched.objectives, [], searched.followers, LIMITS)
    return solution.levels[0].value
