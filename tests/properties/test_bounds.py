"""Bounds taken from data cut off no plan: each case asks for an order that a careless bound would forbid."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.largest_order import largest_orders, most_cash
from optimizer.instance.loader import check_text
from optimizer.instance.schema import Instance
from optimizer.solving.run import NoPlanError, solve

from .solving import Data, best

GATES: dict[str, Data] = {
    "nothing": {},
    "a tier of 0 %": {"tiers": {"kind": "all_units", "steps": [{"from_units": 0, "discount_share": 0}]}},
    "a framework of 0": {"framework": {"min_total_units": 0}},
    "a development of 0": {"development": {"cost_musd": 0, "lead_periods": 0}},
}
"""What hangs a yes or no on the orders, and costs nothing."""


def chips(periods: int, **others: Any) -> Data:
    """A programme whose chips draw no power: nothing but need or cash limits an order."""
    return {
        "name": "chips",
        "calendar": {"start": 2026, "periods": periods},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1}},
        "hardware": {
            "chips": {"price_usd": 1000, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 5},
        },
    } | others


def gated(data: Data, gate: str) -> Data:
    data = copy.deepcopy(data)
    data["hardware"]["chips"] |= GATES[gate]
    return data


LAB = {
    "kind": "compute",
    "cash_musd": 1,
    "last_signing": 2026,
    "delivery_periods": 2,
    "delivery_h100e": 2000,
    "price_usd_per_h100e_hour": 1,
}


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("tax", [None, {"rate": 0.0}, {"rate": 0.25}])
def test_a_partner_may_need_more_than_all_markets(gate: str, tax: Data | None) -> None:
    data = chips(3, partners={"lab": LAB}) | ({} if tax is None else {"tax": tax})
    # 2000 chips at 1000 USD are 2; 2000·8760 hours at 1 USD are 17.52 a year for two years; without a class the chips
    # are not written off for tax, so that a quarter of all revenue is paid
    expected = 2 - 2 * 17.52 * (1 - (tax or {"rate": 0})["rate"])
    assert best(gated(data, gate)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("gate", GATES)
def test_a_surplus_door_may_need_more_than_all_demand(gate: str) -> None:
    markets = {
        "own": {"demand_h100e": 1000, "min_served_share": 1},
        "spot": {"demand_h100e": 3000, "revenue_usd_per_h100e_hour": 1, "surplus_only_below_share": 0.1},
    }
    data = chips(1, markets=markets)
    data["hardware"]["chips"] |= {"price_usd": 10, "life_periods": 1}
    # the door opens at 1000/0.1 = 10,000 chips for 0.1; 3000·8760 hours at 1 USD are 26.28
    assert best(gated(data, gate)) == pytest.approx(0.1 - 26.28, abs=1e-6)


@pytest.mark.parametrize("gate", GATES)
def test_a_site_where_nothing_runs_says_nothing_of_the_need(gate: str) -> None:
    data = chips(1, markets={"own": {"demand_h100e": 5000, "min_served_share": 1}})
    data["sites"]["dark"] = {"region": "flat", "pue": 1, "uptime_share": 0}
    assert best(gated(data, gate)) == pytest.approx(5.0, abs=1e-6)  # 5000 chips at 1000 USD


@pytest.mark.parametrize("gate", [gate for gate in GATES if not gate.startswith("a tier")])
def test_what_can_be_sold_is_limited_by_cash_alone(gate: str) -> None:
    data = chips(2, terminal={"kind": "resale"}, discount={"rate_per_year": -0.05}, opening={"cash_musd": 10})
    data["hardware"]["chips"] |= {"resale_share_by_age": [1.0, 1.0, 1.0], "last_order": 2026}
    # for all the cash, 10: paid at 0.95^−1, and worth as much at 0.95^−2
    expected = 10 / 0.95 - 10 / 0.95**2
    assert best(gated(data, gate)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("gate", GATES)
def test_book_value_that_carries_a_loan_is_worth_something(gate: str) -> None:
    loan = {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5, "limit_musd": 40, "security": {"hardware": 1.0}}
    data = chips(1, debt={"loan": loan}, opening={"cash_musd": 100, "paid_in_capital_musd": 10})
    data["covenants"] = {"share": {"kind": "debt_to_capital", "minimum": 0.5}}
    # a loan of 10 beside equity of 10, secured by chips that a fifth is written off of: 0.8·12.5 = 10
    assert best(gated(data, gate)) == pytest.approx(12.5, abs=1e-6)


def test_without_a_bound_the_file_is_asked_for_supply_units() -> None:
    data = chips(2, terminal={"kind": "book_share", "share": 1.0}, discount={"rate_per_year": -0.05})
    data["debt"] = {"loan": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5}}
    data["hardware"]["chips"]["life_periods"] = 100
    with pytest.raises(NoPlanError, match="unbounded"):
        solve(Instance.model_validate(data))
    for gate in GATES:  # what costs nothing hangs no yes or no on the orders
        with pytest.raises(NoPlanError, match="unbounded"):
            solve(Instance.model_validate(gated(data, gate)))
    data["hardware"]["chips"]["framework"] = {"min_total_units": 1}
    with pytest.raises(InstanceError, match="give `supply_units`"):
        solve(Instance.model_validate(data))
    found = check_text(json.dumps(data))
    assert [d.code for d in found.errors] == ["supply-missing"]
    data["hardware"]["chips"]["supply_units"] = 3000
    # 3000 chips in the first year: 3 paid at 0.95^−1, and after two hundredths are written off 2.94 left at 0.95^−2;
    # those of the second year would lose a hundredth and gain nothing
    expected = 3 / 0.95 - 3 * 0.98 / 0.95**2
    assert best(data) == pytest.approx(expected, abs=1e-6)


def test_a_large_limit_does_not_forbid_a_small_raise() -> None:
    data = {
        "name": "small",
        "calendar": {"start": 2026, "periods": 1},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "capital_raised"}],
        "opening": {"cash_musd": 0.5},
        "cash_flows": {"rent": {"musd_per_year": -1, "kind": "operating"}},
        "equity": {"cost_of_equity_per_year": 0.1, "rounds": {"a": {"max_musd": 1e6, "flotation_fixed_musd": 0.1}}},
    }
    assert best(data) == pytest.approx(0.6, abs=1e-6)  # what the rent and the fee leave uncovered


def test_what_draws_no_power_is_limited_by_its_orders_where_it_is_taxed() -> None:
    data = chips(2, opening={"cash_musd": 0}, tax={"rate": 0.25})
    data["hardware"]["chips"] |= {"upkeep_usd_per_unit_year": 1, "life_periods": 1}
    assert best(data) == pytest.approx(0.0, abs=1e-6)  # there is no money and no demand


# ── the bounds themselves ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_most_cash_counts_every_source() -> None:
    data = chips(2, cash={"yield_per_year": 0.1}, partners={"lab": LAB | {"cash_musd": 7}})
    data["cash_flows"] = {"in": {"musd_per_year": [5, -3], "kind": "financing"}}
    data["markets"] = {"own": {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 2}}
    data["debt"] = {"line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 20, "last_draw": 2026}}
    data["equity"] = {"cost_of_equity_per_year": 0.1, "rounds": {"a": {"max_musd": 30, "first_raise": 2027}}}
    data["preferred_equity"] = {"p": {"dividend_per_year": 0.1, "max_musd": 4}}
    data["regions"]["flat"]["energy_price_usd_per_mwh"] = [0, -10]
    data["sites"]["hall"]["existing_mw"] = 100
    served, delivered, energy = 1000 * 2 * 8760 / 1e6, 2000 * 8760 / 1e6, 100 * 10 * 8760 / 1e6
    first = 100 * 1.1 + 5 + served + 7 + delivered + 20 + 4
    second = first * 1.1 + served + delivered + 30 + 4 + energy
    assert most_cash(Instance.model_validate(data)) == pytest.approx([first, second])


def test_what_can_be_paid_for_counts_deposit_discount_and_attached_parts() -> None:
    data = chips(3, terminal={"kind": "book_share", "share": 0.5}, cash_flows={})
    tiers = {"kind": "all_units", "steps": [{"from_units": 0, "discount_share": 0}]}
    tiers["steps"].append({"from_units": 10, "discount_share": 0.5})
    data["hardware"]["chips"] |= {"lead_periods": 1, "deposit_share": 0.4, "tiers": tiers}
    data["hardware"]["chips"]["attach"] = {"rack": {"usd_per_unit": 300}}
    data["cash_flows"] = {"later": {"musd_per_period": [0, 20, 0], "kind": "financing"}}
    # a unit costs at least 500 + 300 USD: 0.4 of it from the 100 of 2026, 0.6 from 120; in 2027 from 120 and 120
    first = min(100 / (0.4 * 800e-6), 120 / (0.6 * 800e-6))
    second = 120 / (0.6 * 800e-6)
    assert largest_orders(Instance.model_validate(data), "chips")[:2] == pytest.approx([first, second])


@pytest.mark.parametrize(
    "change",
    [
        {"terminal": {"kind": "book_share", "share": 0.1}},
        {"objectives": [{"name": "wacc"}]},
        {"discount": {"rate_per_year": -0.01}},
        {"debt": {"d": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1, "security": {"hardware": 0.5}}}},
        {"debt": {"d": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1, "tied_to": {"capex_share": 1}}}},
        {"covenants": {"ltv": {"kind": "loan_to_value", "maximum": 1, "assets": ["hardware"]}}},
    ],
)
def test_need_limits_nothing_where_a_unit_that_serves_nothing_is_worth_something(change: Data) -> None:
    data = chips(1, markets={"own": {"demand_h100e": 1000}})
    assert largest_orders(Instance.model_validate(data), "chips") == [1000.0]
    if "tied_to" in change.get("debt", {}).get("d", {}):
        change["debt"]["d"]["tied_to"]["hardware"] = ["chips"]
    paid = largest_orders(Instance.model_validate({**data, **change}), "chips")
    assert paid[0] >= 100 / 1000e-6  # what the opening cash can pay for, or more


def test_need_limits_nothing_where_an_objective_that_likes_spending_is_kept_at_a_value() -> None:
    instance = Instance.model_validate(chips(1, markets={"own": {"demand_h100e": 1000}}))
    assert largest_orders(instance, "chips", ["wacc"]) == pytest.approx([100 / 1000e-6])
