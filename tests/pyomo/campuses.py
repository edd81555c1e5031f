"""A programme with two campuses whose value can be added up by hand."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

import optimizer
from optimizer.instance.loader import loads
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

PERIODS = range(1, 6)
SITES = ("north", "south")
TWO_CAMPUSES = """\
name: two-campuses
calendar: {start: 2026, periods: 5}
discount: {rate_per_year: 0.1}
objectives: [{name: total_value}]
solve: {gap_share: 0, threads: 1}
regions: {flat: {energy_price_usd_per_mwh: 0}}
sites:
  north:
    region: flat
    pue: 1
    phases: [{name: hall, mw: 10, lead_periods: 2, value_musd: {2026: 10, 2028: 6}, capex: {all: {musd: 5}}}]
  south:
    region: flat
    pue: 1
    phases: [{name: hall, mw: 10, lead_periods: 2, value_musd: {2026: 8, 2028: 5}, capex: {all: {musd: 5}}}]
debt: {line: {kind: revolver, rate_per_year: 0.1, limit_musd: 100}}
"""
"""A hall takes two years, and counts if it is energised by 2030, so if it is begun by 2028.

Begun in 2026 or 2027 it is worth 10 in the north and 8 in the south, in 2028 it is worth 6 and 5. Both at once: 18.
One after the other, the second begins in 2028: 10 + 5 = 15 with the north first, 8 + 6 = 14 with the south first.
"""
BOTH, NORTH_FIRST, SOUTH_FIRST = 18.0, 15.0, 14.0


def instance() -> Instance:
    return loads(TWO_CAMPUSES)


def model() -> Any:
    return optimizer.to_pyomo(instance())


def begun(model: Any, site: str, t: int) -> Any:
    """Halls of a site that were begun by the end of t."""
    return model.sites.started[site, "hall", t] if t >= 1 else 0


def under_construction(model: Any, t: int) -> Any:
    """Halls that were begun by t and are not on line yet: a hall takes two years."""
    return sum(begun(model, site, t) - begun(model, site, t - 2) for site in SITES)


def one_at_once(model: Any) -> Any:
    """The model with a rule of one's own: no more than one hall under construction."""
    model.at_once = pyo.Constraint(PERIODS, rule=lambda m, t: under_construction(m, t) <= 1)
    return model


def value(plan: Plan) -> float:
    assert plan.status == "optimal"
    assert plan.audit_passed
    return float(plan.metrics["total_value"])  # type: ignore[arg-type]
