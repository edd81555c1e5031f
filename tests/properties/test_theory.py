"""Theorems of corporate finance, and of cutting time into shorter periods, on random programmes."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from .solving import Data, best, examples, same, solved, statement
from .strategies import instances

AMPLE = 5000
"""USD million: more than any of these programmes can use."""


# ── Modigliani and Miller ─────────────────────────────────────────────────────────────────────────────────────────

MIXES: dict[str, Data] = {
    "equity": {"equity": {"rounds": {"round": {"max_musd": AMPLE}}}},
    "bullet": {"debt": {"bullet": {"kind": "bullet", "tenor_periods": 9}}},
    "level": {"debt": {"level": {"kind": "level", "tenor_periods": 2}}},
    "annuity": {"debt": {"annuity": {"kind": "annuity", "tenor_periods": 3, "grace_periods": 1}}},
    "revolver": {"debt": {"revolver": {"kind": "revolver"}}},
    "revolver_and_equity": {
        "debt": {"revolver": {"kind": "revolver"}},
        "equity": {"rounds": {"round": {"max_musd": AMPLE, "min_musd": 5}}},
    },
}


def with_mix(data: Data, mix: str, rate: float) -> Data:
    """The data with one way to raise as much as is wanted, at one rate for all capital and for cash."""
    debt = {
        name: {"rate_per_year": rate, "limit_musd": AMPLE} | item for name, item in MIXES[mix].get("debt", {}).items()
    }
    equity = {"cost_of_equity_per_year": rate} | MIXES[mix].get("equity", {})
    return data | {"debt": debt, "equity": equity, "cash": data.get("cash", {}) | {"yield_per_year": rate}}


def perfect_market(data: Data) -> Data:
    """The data without financing, covenants and terminal value, in years, discounted from their ends."""
    data = {key: value for key, value in data.items() if key not in ("debt", "equity", "covenants", "terminal")}
    data["discount"] = data["discount"] | {"timing": "end"}
    data["cash_flows"] = {
        name: flow for name, flow in data.get("cash_flows", {}).items() if flow["kind"] == "operating"
    }
    return data | {"draw_timing": "end", "payment_timing": "end", "objectives": [{"name": "net_present_cost"}]}


@examples(25)
@given(instances(tax=False), st.sampled_from(sorted(MIXES)), st.sampled_from(sorted(MIXES)))
def test_financing_mix_is_irrelevant(data: Data, one: str, other: str) -> None:
    """Proposition I: with one rate, no tax, no fees and money for all, the mix changes neither value nor programme.

    Let r be the rate of all debt, of cash and of the discount, Δ = 1, F_t the free cash flow. Cash follows
    C_t = C_{t−1}(1+r) + F_t + D_t + e_t with D the draws less repayments less interest. Multiply by DF_t = (1+r)^−t and
    add up; a loan at r is worth nothing to either side, so Σ DF·D_t = DF_T·B_T, B_T what is still owed. Hence

        DF_T·(C_T − B_T) − Σ DF_t·e_t = C_0 + Σ DF_t·F_t = C_0 − net present cost

    for every plan: what shareholders end up with depends on the programme alone. And as the money always suffices, the
    net present cost of the best programme is the same whatever it may be raised from.
    """
    assume(data["calendar"]["length"] == "year")
    data = perfect_market(data)
    data["opening"] = {"cash_musd": 40, "paid_in_capital_musd": 40}
    rate = data["discount"]["rate_per_year"]
    costs = []
    for mix in (one, other):
        plan = solved(with_mix(data, mix, rate))
        assume(plan is not None)
        assert plan is not None
        factors = plan.instance.periods.discount_factors(rate, "end")
        flows = statement(plan, "cash_flow")
        owed = statement(plan, "balance_sheet")["Total debt"][-1]
        raised = flows.get("Equity raised", [0.0] * len(factors))
        contributed = sum(factor * amount for factor, amount in zip(factors, raised, strict=True))
        left = factors[-1] * (flows["Closing cash"][-1] - owed) - contributed
        cost = plan.metrics["net_present_cost"]
        assert cost is not None
        # the sums are of amounts up to AMPLE, and exact to about 1e-9 of it
        assert abs(left - (40.0 - cost)) < 1e-9 * AMPLE + 1e-6
        costs.append(cost)
    assert same(*costs)


# ── shorter periods ───────────────────────────────────────────────────────────────────────────────────────────────


def flattened(data: Any) -> Any:
    """The data with every series at its first value; a schedule of shares is not a series, nor are costs by age."""
    if isinstance(data, list):
        return [flattened(item) for item in data]
    if not isinstance(data, dict):
        return data
    kept = ("spend_profile", "upkeep_usd_per_unit_year_by_age")
    return {key: value if key in kept else _flat(flattened(value)) for key, value in data.items()}


def _flat(value: Any) -> Any:
    if isinstance(value, dict) and "initial" in value:
        return value["initial"]
    if isinstance(value, dict) and value and all(key.startswith("20") for key in value):
        return value[min(value)]
    if isinstance(value, list) and value and all(isinstance(item, (int, float)) for item in value):
        return value[0]
    return value


def operations(data: Data) -> Data:
    """The programme alone: flat data, years, all the cash it can use, no finance, no tax, no windows."""
    keys = ("name", "calendar", "discount", "regions", "sites", "hardware", "markets", "cloud", "power", "resources")
    data = flattened({key: data[key] for key in keys if key in data})
    for site in data["sites"].values():
        for phase in site["phases"]:
            phase.pop("latest_start", None)
    for offer in data["hardware"].values():
        offer.pop("last_order", None)
    data["discount"] = data["discount"] | {"timing": "end"}
    data["opening"] = {"cash_musd": AMPLE, "paid_in_capital_musd": AMPLE}
    return data | {
        "equity": {"cost_of_equity_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
    }


def in_quarters(data: Data) -> Data:
    """The same programme in quarters: durations × 4, orders only in first quarters."""
    data = flattened(data)
    years = data["calendar"]["periods"]
    data["calendar"] = {"start": "2026Q1", "periods": 4 * years, "length": "quarter"}
    for site in data["sites"].values():
        for phase in site["phases"]:
            profile = phase.get("spend_profile", [1.0])
            phase["spend_profile"] = [x for share in profile for x in (share, 0.0, 0.0, 0.0)]
            for key in ("lead_periods", "gap_periods"):
                phase[key] = 4 * phase.get(key, 0)
    for offer in data["hardware"].values():
        offer["lead_periods"] *= 4
        offer["life_periods"] *= 4
        offer["supply_units"] = [offer.get("supply_units", 1e6), 0, 0, 0] * years
    return data


def at_year_end(data: Data) -> Data:
    """The same programme in years, with prices grown to the year's end.

    What is paid at the end of a first quarter is worth (1+ρ)^¾ as much at the end of the year; what is paid in four
    equal parts a = ¼·Σ_{j=1..4} (1+ρ)^((4−j)/4).
    """
    growth = 1.0 + data["discount"]["rate_per_year"]
    at_first, in_parts = growth**0.75, sum(growth ** ((4 - j) / 4) for j in (1, 2, 3, 4)) / 4
    data = flattened(data)
    for region in data["regions"].values():
        region["energy_price_usd_per_mwh"] *= in_parts
    for site in data["sites"].values():
        for key in ("land_musd", "opening_cost_musd"):
            site[key] = at_first * site.get(key, 0)
        for phase in site["phases"]:
            for item in phase["capex"].values():
                item["musd"] *= at_first
            phase["fixed_opex_musd_per_year"] = in_parts * phase.get("fixed_opex_musd_per_year", 0)
    for offer in data["hardware"].values():
        offer["price_usd"] *= at_first
        offer["order_fee_musd"] = at_first * offer.get("order_fee_musd", 0)
        for cost in offer.get("attach", {}).values():
            cost["usd_per_unit"] *= at_first
        offer["upkeep_usd_per_unit_year"] = in_parts * offer.get("upkeep_usd_per_unit_year", 0)
        by_age = "upkeep_usd_per_unit_year_by_age"
        offer[by_age] = [in_parts * usd for usd in offer.get(by_age, ())]
    for market in data["markets"].values():
        for key in (*(key for key in market if key.endswith("usd_per_h100e_hour") and "by_site" not in key),):
            market[key] *= in_parts
        by_site = market.get("serving_cost_by_site_usd_per_h100e_hour", {})
        for site in by_site:
            by_site[site] *= in_parts
    for cloud in data.get("cloud", {}).values():
        cloud["price_usd_per_h100e_hour"] *= in_parts
    return data


@examples(25)
@given(instances(tax=False))
def test_years_cut_into_quarters(data: Data) -> None:
    """With flat data the optimum in quarters is that in years, once prices are moved to the instants of payment.

    A plan in years becomes one in quarters by doing in first quarters what it does in years; each year's service is
    served in four equal quarters. Both pay the same amounts, in years at the end of the year, in quarters at the end of
    the first quarter (building, orders) or of each quarter (running, service); `at_year_end` grows the prices in years
    by just that. In quarters nothing better is possible: orders are closed outside first quarters; a phase started in a
    later quarter is of use from the next delivery in a first quarter on, so that starting it in that first quarter
    costs the same later; and within a year all quarters face the same fleet, demand and prices.
    """
    years = operations(data) | {"calendar": {"start": 2026, "periods": min(3, data["calendar"]["periods"])}}
    assert same(best(at_year_end(years)), best(in_quarters(years)))


@examples(15)
@given(instances(tax=False), st.sampled_from([0.05, 0.08]))
def test_interest_cut_into_quarters(data: Data, rate: float) -> None:
    """Undiscounted, a loan that is in place from the start costs the same in quarters as in years: Σ r·Δ·B.

    The loan is a bullet beyond the horizon, so that its balance stays; a year of it is r·B, four quarters are
    4·(r/4)·B. The charge on opening equity compounds: 4·((1+k)^¼ − 1)·E_0 in four quarters. The programme stands still:
    there is nothing to order.
    """
    flow = {"overhead": {"kind": "operating", "musd_per_year": -1}}
    years = data["calendar"]["periods"]
    base: Data = {
        "name": "capital",
        "discount": {"rate_per_year": 0.0},
        "opening": {"cash_musd": 200, "paid_in_capital_musd": data["opening"]["paid_in_capital_musd"]},
        "objectives": [{"name": "cost_of_capital"}],
        "cash_flows": flow,
        "equity": {"cost_of_equity_per_year": 0.12},
    }
    loan = {"kind": "bullet", "rate_per_year": rate, "limit_musd": 50, "opening_balance_musd": 30}
    yearly = base | {"calendar": {"start": 2026, "periods": years}, "debt": {"loan": loan | {"tenor_periods": 10}}}
    quarterly = base | {
        "calendar": {"start": "2026Q1", "periods": 4 * years, "length": "quarter"},
        "debt": {"loan": loan | {"tenor_periods": 40}},
    }
    paid_in = data["opening"]["paid_in_capital_musd"]
    assert same(best(yearly), years * (rate * 30 + 0.12 * paid_in))
    assert same(best(quarterly), years * (rate * 30 + 4 * (1.12**0.25 - 1) * paid_in))
