"""Bare random instances in which little but the need bounds an order: chips without power draw, partners, scrap.

A file has one or two sites and offers, seldom a limit on supply, and something that makes more of them worth having:
markets, surplus markets, partners, a resale curve, a value after the last period, a price of energy below 0. Many have
no end to what they earn, and are of use for just that.
"""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance

from .strategies import Data, Draw, calendar_of, series, sometimes

PURPOSES = (
    *([{"name": "net_present_cost"}],) * 3,
    [{"name": "terminal_cash"}],
    [{"name": "adjusted_present_value"}],
    [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
    [{"name": "net_present_cost", "slack_musd": 0.5}, {"name": "peak_funding"}],
)


@st.composite
def bare(draw: Draw) -> Data:
    """A whole instance that passes all checks."""
    length = draw(st.sampled_from(["year", "year", "year", "quarter"]))
    data: Data = {
        "name": "bare",
        "calendar": {
            "start": 2026 if length == "year" else "2026Q1",
            "periods": draw(st.integers(2, 4)),
            "length": length,
        },
        "discount": {
            "rate_per_year": draw(st.sampled_from([0.0, 0.1, -0.05])),
            "timing": draw(st.sampled_from(["end", "mid", "start"])),
        },
        "objectives": draw(st.sampled_from(PURPOSES)),
        "opening": draw(
            st.sampled_from([{}, {"cash_musd": 20}, {"cash_musd": 5, "paid_in_capital_musd": 5}, {"cash_musd": 100}])
        ),
        "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.05},
    }
    calendar = calendar_of(data)
    data["regions"] = {"flat": {"energy_price_usd_per_mwh": draw(series([0, 50, -30], calendar))}}
    sometimes(draw, data["regions"]["flat"], "power_limit_mw", st.sampled_from([2, 50]))
    data["sites"] = {name: draw(_sites(data)) for name in ["hall", "shed"][: draw(st.sampled_from([1, 1, 2]))]}
    data["hardware"] = {name: draw(_offers(data)) for name in ["chips", "cards"][: draw(st.integers(1, 2))]}
    data["markets"] = {
        name: draw(_markets(data, name == "surplus"))
        for name in draw(st.sampled_from([[], ["need"], ["need", "surplus"], ["need", "more"], ["surplus"]]))
    }
    data["partners"] = {name: draw(_partners(data)) for name in ["lab", "fund"][: draw(st.integers(0, 2))]}
    data["debt"] = {name: draw(_debts(data)) for name in ["loan", "line"][: draw(st.sampled_from([0, 1, 1, 2]))]}
    sometimes(draw, data, "equity", _equity())
    data["terminal"] = draw(_terminals(data))
    if draw(st.integers(0, 3)) == 3 and all("limit_musd" in debt for debt in data["debt"].values()):
        data["tax"] = {"rate": 0.25}
        sometimes(draw, data["tax"], "loss_usable_share", st.just(0.8))
    assume(not [f for f in check(Instance.model_validate(data)) if f.severity == "error"])
    return data


@st.composite
def _sites(draw: Draw, data: Data) -> Data:
    site: Data = {"region": "flat", "pue": draw(st.sampled_from([1, 1.25]))}
    sometimes(draw, site, "existing_mw", st.sampled_from([1, 1000]))
    sometimes(draw, site, "uptime_share", st.just(0.8))
    if draw(st.integers(0, 2)) == 2:
        hall = {"name": "hall", "mw": 1, "lead_periods": draw(st.integers(0, 1)), "capex": {"shell": {"musd": 2}}}
        site["phases"] = [hall | {"count": draw(st.sampled_from([1, 2, 4]))}]
    if draw(st.integers(0, 4)) == 4:
        site["colocation"] = {"rent_musd_per_mw_year": 0.5, "limit_mw": 3, "term_periods": draw(st.integers(1, 3))}
    return site


@st.composite
def _offers(draw: Draw, data: Data) -> Data:
    calendar = calendar_of(data)
    offer: Data = {
        "price_usd": draw(series([1000, 8000, 30000, 500], calendar)),
        "compute_h100e": draw(st.sampled_from([1, 2])),
        "kw": draw(st.sampled_from([0, 0, 1])),
        "lead_periods": draw(st.integers(0, 1)),
        "life_periods": draw(st.sampled_from([1, 2, 3, 100])),
    }
    if draw(st.integers(0, 3)) == 3:
        offer["supply_units"] = draw(series([1000, 3000], calendar))
    if draw(st.integers(0, 2)) == 2:
        offer["resale_share_by_age"] = draw(st.sampled_from([[1], [1, 1, 0.9], [0.8, 0.5], [1, 0.7, 0.4, 0.2]]))
    if draw(st.integers(0, 3)) == 3:
        offer["lot_units"] = draw(st.sampled_from([100, 700]))
    if draw(st.integers(0, 3)) == 3:
        offer["deposit_share"] = 0.5
    sometimes(draw, offer, "upkeep_usd_per_unit_year", st.sampled_from([100, 1000]))
    if offer["life_periods"] == 3:
        offer["upkeep_usd_per_unit_year_by_age"] = [0, 600]
    gate = draw(st.sampled_from(["none", "none", "none", "tiers", "framework", "development", "fee"]))
    if gate == "tiers" and "resale_share_by_age" not in offer:
        steps = [{"from_units": 0, "discount_share": 0}, {"from_units": 1500, "discount_share": 0.2}]
        offer["tiers"] = {"kind": draw(st.sampled_from(["all_units", "incremental"])), "steps": steps}
    if gate == "framework":
        offer["framework"] = {"min_total_units": draw(st.sampled_from([500, 2000]))}
        sometimes(draw, offer["framework"], "take_or_pay_share", st.just(0.5))
    if gate == "development":
        offer["development"] = {"cost_musd": 0.5, "lead_periods": draw(st.integers(0, 1))}
    if gate == "fee":
        offer["order_fee_musd"] = 0.3
    if draw(st.integers(0, 7)) == 7:
        for key in ("deposit_share", "resale_share_by_age", "tiers", "price_usd"):
            offer.pop(key, None)
        offer.get("framework", {}).pop("take_or_pay_share", None)
        offer["lease"] = {"payment_usd_per_unit_year": 700, "implicit_rate_per_year": 0.05}
        sometimes(draw, offer["lease"], "counts_as_debt", st.booleans())
    return offer


@st.composite
def _markets(draw: Draw, data: Data, surplus: bool) -> Data:
    calendar = calendar_of(data)
    market: Data = {"demand_h100e": draw(series([1000, 2500, 6000], calendar))}
    sometimes(draw, market, "revenue_usd_per_h100e_hour", series([1, 0.2, 3], calendar))
    if surplus:
        return market | {"surplus_only_below_share": draw(st.sampled_from([0.5, 0.8, 0]))}
    if draw(st.booleans()):
        market["min_served_share"] = draw(st.sampled_from([0.5, 1]))
        market["shortfall_penalty_usd_per_h100e_hour"] = draw(st.sampled_from([0.1, 0.6]))
    return market


@st.composite
def _partners(draw: Draw, data: Data) -> Data:
    calendar = calendar_of(data)
    partner: Data = {
        "kind": "compute",
        "cash_musd": draw(st.sampled_from([1, 10, 30])),
        "delivery_periods": draw(st.integers(1, 3)),
        "delivery_h100e": draw(st.sampled_from([500, 2000, 7000])),
        "price_usd_per_h100e_hour": draw(st.sampled_from([1, 0.3, 2])),
        "delivery_lag_periods": draw(st.integers(0, 1)),
    }
    sometimes(draw, partner, "last_signing", st.just(calendar.label(draw(st.integers(1, calendar.periods)))))
    return partner


@st.composite
def _debts(draw: Draw, data: Data) -> Data:
    kind = draw(st.sampled_from(["bullet", "level", "annuity", "revolver", "sculpted"]))
    debt: Data = {"kind": kind, "rate_per_year": draw(st.sampled_from([0.05, 0.1, 0]))}
    if kind != "revolver":
        debt["tenor_periods"] = draw(st.integers(1, 5))
    if kind == "revolver" or draw(st.booleans()):
        debt["limit_musd"] = draw(st.sampled_from([5, 20, 100]))
    if draw(st.integers(0, 3)) == 3:
        debt["upfront_fee_share"] = 0.02
    if draw(st.integers(0, 4)) == 4:
        debt["security"] = {"hardware": 0.7}
    return debt


@st.composite
def _equity(draw: Draw) -> Data:
    equity: Data = {"cost_of_equity_per_year": 0.12}
    if draw(st.booleans()):
        equity["rounds"] = {"round": {"max_musd": draw(st.sampled_from([10, 40]))}}
    return equity


@st.composite
def _terminals(draw: Draw, data: Data) -> Data:
    kinds = ["none", "none", "book_share", "ebitda_multiple"]
    if any("resale_share_by_age" in offer for offer in data["hardware"].values()):
        kinds.append("resale")
    kind = draw(st.sampled_from(kinds))
    if kind == "book_share":
        return {"kind": kind, "share": draw(st.sampled_from([0.5, 1]))}
    return {"kind": kind, "multiple": 1.5} if kind == "ebitda_multiple" else {"kind": kind}
