"""What a plan has reached, written down as an opening position, goes on as the plan does.

This shows that the opening position is complete: whatever the statements of later periods come from has to be in it.
"""

from __future__ import annotations

import copy
from math import isclose
from typing import Any

import pytest
import yaml

import optimizer
from optimizer.plan.plan import Plan

BASE: dict[str, Any] = yaml.safe_load("""
name: whole
calendar: {start: 2026, periods: 6, length: year}
discount: {rate_per_year: 0.1}
objectives: [{name: net_present_cost}]
solve: {gap_share: 0, threads: 1}
opening: {cash_musd: 300, paid_in_capital_musd: 300}
regions: {r: {energy_price_usd_per_mwh: {initial: 50, growth_per_year: 0.03}}}
resources: {crews: {limit: 3}}
depreciation:
  five: {table_shares: [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]}
  straight: {life_years: 4}
tax: {rate: 0.25, loss_usable_share: 0.8, opening_loss_musd: 5, interest_limit_share: 0.3}
terminal: {kind: resale}
sites:
  a:
    region: r
    pue: 1.2
    existing_mw: 2
    land_musd: 6
    opening_cost_musd: 1
    opening:
      hall:
        mw: 2
        service_periods: 1
        fixed_opex_musd_per_year: 1
        parts:
          shell: {book_value_musd: 40, book_life_years: 8.5, tax_basis_musd: {straight: 30}, land_basis_musd: 5}
      second:
        mw: 3
        ready: 2028
        resources: {crews: {building: 2, running: 1}}
        parts:
          shell: {book_value_musd: 20, book_life_years: 10, to_spend_musd: [10, 7, 3, 0, 4],
                  tax_basis_musd: {straight: 20}, tax_class: five}
    phases:
      - {name: one, count: 2, mw: 1.5, gap_periods: 2, lead_periods: 1, spend_profile: [0.3, 0.3, 0.4],
         fixed_opex_musd_per_year: 0.2, capex: {shell: {musd: 10, book_life_years: 7, tax_class: straight},
         power: {musd: 4, book_life_years: 3, tax_class: five}}}
      - {name: two, mw: 1, lead_periods: 2, spend_profile: [0.5, 0.5],
         capex: {shell: {musd: 5, book_life_years: 7, tax_class: straight}}}
hardware:
  h:
    price_usd: {initial: 30000, growth_per_year: -0.1}
    compute_h100e: 1
    kw: 1
    lead_periods: 1
    life_periods: 4
    supply_units: 4000
    upkeep_usd_per_unit_year: 500
    upkeep_usd_per_unit_year_by_age: [0, 300, 1000]
    tax_class: five
    deposit_share: 0.2
    attach: {net: {usd_per_unit: 4000, tax_class: straight}}
    resale_share_by_age: [1, 0.6, 0.4, 0.2]
    opening:
      old: {site: a, units: 3000, age_periods: 2, book_value_musd: 45, tax_basis_musd: {five: 43.2}, price_usd: 33000}
      coming: {site: a, units: 500, delivery: 2027, deposit_musd: 3, due_musd: 12, tax_basis_musd: {five: 15}}
markets: {m: {demand_h100e: {initial: 3000, growth_per_year: 0.25}, revenue_usd_per_h100e_hour: 2.2}}
contracts:
  anchor: {signed: true, acceptance_lag_periods: 0, term_periods: 4, ramp_h100e: [300, 500], escalator_per_year: 0.05,
           price_usd_per_h100e_hour: {initial: 2.4, growth_per_year: -0.1}, take_or_pay_share: 0.9, used_share: 0.95,
           prepayment_share: 0.3, prepayment_taxed: deferred_a_year, renewal: {kind: certain, term_periods: 1},
           shares: {musd: 2}}
  brief: {signed: true, term_periods: 1, ramp_h100e: [100], price_usd_per_h100e_hour: 3, prepayment_musd: 0.5,
          prepayment_credited: first}
debt:
  loan: {kind: annuity, rate_per_year: 0.08, tenor_periods: 4, grace_periods: 1, limit_musd: 50, last_draw: 2027,
         upfront_fee_share: 0.02, capitalise_interest: true, opening_balance_musd: 12, opening_fees_musd: 0.4}
  line: {kind: revolver, rate_per_year: 0.07, limit_musd: 40, opening_balance_musd: 10, commitment_fee_per_year: 0.01}
covenants: {cover: {kind: interest_cover, minimum: 0.1}, leverage: {kind: debt_to_ebitda, maximum: 100}}
""")


def quarters() -> dict[str, Any]:
    """The same in eight quarters from 2026Q3, with lives, tenors and money as long."""
    data = copy.deepcopy(BASE)
    data["calendar"] = {"start": "2026Q3", "periods": 8, "length": "quarter"}
    data["tax"]["year_to_date_musd"] = -3
    site, offer = data["sites"]["a"], data["hardware"]["h"]
    site["opening"]["second"]["ready"], site["opening"]["hall"]["service_periods"] = "2027Q1", 3
    offer["opening"]["coming"]["delivery"], offer["opening"]["old"]["age_periods"] = "2026Q4", 4
    offer["life_periods"] = 6
    offer["opening"]["old"]["tax_basis_musd"] = {"five": 40}
    data["debt"]["loan"]["last_draw"] = "2027Q2"
    return data


def segments() -> dict[str, Any]:
    """The same in the six quarters from 2026Q3 and two years after them: numbers of periods are of quarters."""
    data = quarters()
    lengths = [{"length": "quarter", "periods": 6}, {"length": "year", "periods": 2}]
    data["calendar"] = {"start": "2026Q3", "length": "quarter", "segments": lengths}
    offer = data["hardware"]["h"]
    offer["life_periods"], offer["supply_units"] = 12, [4000] * 8
    data["sites"]["a"]["opening"]["second"]["parts"]["shell"]["to_spend_musd"] = [10, 7, 3, 0, 0, 0, 4]
    return data


def same(plan: Plan, cut: int) -> None:
    """The rolled file is solved and audited, and its statements are those of the plan, to a cent."""
    labels = plan.instance.periods.labels
    new = optimizer.rolled(plan, labels[cut - 1])
    again = optimizer.solve(new)
    assert again.audit is not None
    assert again.audit["passed"]
    for name in ("balance_sheet", "cash_flow"):
        whole = {row["line"]: row for row in plan.rows(name).records()}
        rest = {row["line"]: row for row in again.rows(name).records()}
        for line in {*whole, *rest}:
            if line.startswith("Debt: "):
                continue  # vintages have become loans of their own; their sum is a line, too
            for column in (name == "balance_sheet") * ["0"] + new.periods.labels:
                there = whole.get(line, {}).get(labels[cut - 1] if column == "0" else column) or 0.0
                here = rest.get(line, {}).get(column) or 0.0
                assert isclose(here, there, rel_tol=0, abs_tol=1e-6), (line, column, here, there)


@pytest.mark.parametrize("cut", [2, 4])
def test_a_plan_in_years_goes_on(cut: int) -> None:
    same(optimizer.solve(optimizer.load(copy.deepcopy(BASE))), cut)


@pytest.mark.parametrize("cut", [2, 6])
def test_a_plan_in_quarters_goes_on(cut: int) -> None:
    same(optimizer.solve(optimizer.load(quarters())), cut)


@pytest.mark.parametrize("cut", [2])
def test_a_plan_in_quarters_and_years_goes_on(cut: int) -> None:
    same(optimizer.solve(optimizer.load(segments())), cut)


def test_what_cannot_be_said_is_named() -> None:
    data = quarters()
    plan = optimizer.solve(optimizer.load(data))
    with pytest.raises(optimizer.RollError, match="the tax year goes on"):
        optimizer.rolled(plan, "2026Q3")
    with pytest.raises(ValueError, match="nothing is left to decide"):
        optimizer.rolled(plan, "2028Q2")
    plan = optimizer.solve(optimizer.load(segments()))
    with pytest.raises(optimizer.RollError, match="where all periods left are longer: roll to 2027Q3 or before"):
        optimizer.rolled(plan, "2027Q4")


@pytest.mark.parametrize(
    "terms", [{"kind": "sculpted", "tenor_periods": 3, "last_draw": 2026}, {"kind": "revolver", "last_draw": 2028}]
)
def test_fees_that_are_still_deducted_are_named(terms: dict[str, Any]) -> None:
    """2 % of what is drawn in 2026 is deducted in the years after it; no opening balance of such debt has fees."""
    data = {
        "name": "fees",
        "calendar": {"start": 2026, "periods": 4},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "solve": {"gap_share": 0, "threads": 1},
        "tax": {"rate": 0.25},
        "cash_flows": {
            "project": {"kind": "investing", "musd_per_period": [-98, 0, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": [0, 60, 60, 60]},
        },
        "debt": {"loan": {"rate_per_year": 0.06, "limit_musd": 200, "upfront_fee_share": 0.02} | terms},
    }
    plan = optimizer.solve(optimizer.load(copy.deepcopy(data)))
    with pytest.raises(optimizer.RollError, match="fees of draws without a schedule"):
        optimizer.rolled(plan, "2026")
    del data["tax"]
    assert optimizer.rolled(optimizer.solve(optimizer.load(data)), "2026").debt
