"""Plans by hand that differ."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

BASE: dict[str, Any] = {
    "name": "base",
    "calendar": {"start": 2026, "periods": 3},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
    "opening": {"cash_musd": 20.0, "paid_in_capital_musd": 20.0},
    "regions": {"north": {"energy_price_usd_per_mwh": 50.0}},
    "sites": {
        "abilene": {
            "region": "north",
            "pue": 1.2,
            "phases": [
                {"name": "one", "mw": 12.0, "lead_periods": 0, "capex": {"shell": {"musd": 40.0}}},
                {"name": "two", "mw": 8.0, "lead_periods": 0},
            ],
        }
    },
    "hardware": {"b200": {"price_usd": 20000.0, "compute_h100e": 1.0, "kw": 1.0, "lead_periods": 0, "life_periods": 5}},
    "markets": {"training": {"demand_h100e": 5000.0, "revenue_usd_per_h100e_hour": 2.0, "min_served_share": 1.0}},
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 5, "limit_musd": 200.0}},
    "equity": {"cost_of_equity_per_year": 0.12},
}


def plan(changes: dict[str, Any] | None = None, **parts: Any) -> Plan:
    """A plan by hand: ``changes`` are by path; only what a difference looks at is filled in."""
    data = deepcopy(BASE)
    for path, value in (changes or {}).items():
        *above, last = path.split(".")
        block: Any = data
        for key in above:
            block = block[int(key)] if isinstance(block, list) else block[key]
        if value is None:
            del block[last]
        else:
            block[last] = value
    parts = {"decisions": {}, "ledger": [], "metrics": {}, "summary": {}} | parts
    return Plan(Instance.model_validate(data), **parts)


def level(value: float, bound: float | None, name: str = "cost_of_capital") -> dict[str, Any]:
    return {"name": name, "sense": "minimise", "unit": "musd", "value": value, "bound": bound}
