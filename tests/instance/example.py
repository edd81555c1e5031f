"""A small instance without errors or warnings, and ways to change it."""

from __future__ import annotations

import copy
from typing import Any

import yaml

TEXT = """\
name: example
calendar: {start: 2026, periods: 4}
discount: {rate_per_year: 0.08, timing: end}
draw_timing: end
payment_timing: end
objectives: [{name: terminal_cash}, {name: cost_of_capital}]
opening: {cash_musd: 100, paid_in_capital_musd: 50}
cash: {minimum_musd: 10, yield_per_year: 0.02}
regions:
  north: {energy_price_usd_per_mwh: 40, power_limit_mw: 100}
power: {system_limit_mw: 200}
resources:
  crews: {limit: 3}
sites:
  abilene:
    region: north
    pue: 1.25
    uptime_share: 0.9
    max_utilisation_share: 0.8
    load_factor_share: 0.9
    grid_connection_mw: 60
    phases:
      - name: one
        mw: 20
        capex: {shell: {musd: 200, book_life_years: 20, tax_class: building}}
        spend_profile: [0.5, 0.5]
        lead_periods: 1
        latest_start: 2028
        fixed_opex_musd_per_year: 2
        resources: {crews: {building: 1}}
      - name: two
        count: 2
        mw: 20
        capex: {shell: {musd: 200, book_life_years: 20, tax_class: building}}
        spend_profile: [1]
        lead_periods: 1
        fixed_opex_musd_per_year: 2
hardware:
  gb200:
    price_usd: 40000
    compute_h100e: 2.5
    kw: 2
    lead_periods: 0
    life_periods: 4
    lot_units: 100
    supply_units: 50000
    deposit_share: 0.2
    upkeep_usd_per_unit_year: 500
    tax_class: chips
    tiers: {kind: all_units, steps: [{from_units: 0, discount_share: 0}, {from_units: 1000, discount_share: 0.05}]}
markets:
  training: {demand_h100e: 5000, min_served_share: 0, revenue_usd_per_h100e_hour: 2}
cloud:
  rented: {price_usd_per_h100e_hour: 3, limit_h100e: 1000}
cash_flows:
  staff: {musd_per_year: -5, kind: operating}
depreciation:
  building: {life_years: 39}
  chips: {table_shares: [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]}
tax: {rate: 0.21, loss_usable_share: 0.8}
debt:
  bond: {kind: bullet, rate_per_year: 0.07, tenor_periods: 2, last_draw: 2027, limit_musd: 500}
  line: {kind: revolver, rate_per_year: 0.06, limit_musd: 50, last_draw: 2027}
equity:
  cost_of_equity_per_year: 0.12
  rounds: {seed: {max_musd: 400}}
budgets:
  all: {musd: 1000}
covenants:
  leverage: {kind: debt_to_capital, maximum: 0.7}
terminal: {kind: none}
"""

GONE = object()
"""Stands for a key that is taken away."""


def data() -> dict[str, Any]:
    """The instance as plain data; its keys and numbers mean the same to any YAML reader."""
    loaded: dict[str, Any] = yaml.safe_load(TEXT)
    return loaded


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The data with some paths set: ``{"sites.abilene.phases.0.mw": 30}``. GONE deletes."""
    result = copy.deepcopy(data())
    for path, value in changes.items():
        *front, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        block: Any = result
        for part in front:
            block = block[part] if isinstance(part, int) else block.setdefault(part, {})
        if value is GONE:
            del block[last]
        else:
            block[last] = value
    return result
