"""More room never hurts, and what nobody would choose changes nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .solving import Data, best, examples, no_worse, same
from .strategies import OBJECTIVES, instances

MINIMISED = {name: name not in ("terminal_cash", "total_value") for name in OBJECTIVES}
ROOM = 1.3


def scaled(value: Any, factor: float) -> Any:
    """A series, ``factor`` times as large."""
    if isinstance(value, dict):
        return {key: item if key == "growth_per_year" else scaled(item, factor) for key, item in value.items()}
    return [scaled(item, factor) for item in value] if isinstance(value, list) else factor * value


# ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────
# Each function makes sure that the limit is there (in place) and returns the same data with more room.


def _power(data: Data) -> Data:
    data["regions"]["north"].setdefault("power_limit_mw", 8)
    data.setdefault("power", {}).setdefault("system_limit_mw", 10)
    wide = copy.deepcopy(data)
    wide["regions"]["north"]["power_limit_mw"] = scaled(wide["regions"]["north"]["power_limit_mw"], ROOM)
    wide["power"]["system_limit_mw"] = scaled(wide["power"]["system_limit_mw"], ROOM)
    return wide


def _grid(data: Data) -> Data:
    for site in data["sites"].values():
        site.setdefault("grid_connection_mw", 15)
    wide = copy.deepcopy(data)
    for site in wide["sites"].values():
        site["grid_connection_mw"] *= ROOM
    return wide


def _resource(data: Data) -> Data:
    data.setdefault("resources", {"crews": {"limit": 1}})
    for site in data["sites"].values():
        site["phases"][0].setdefault("resources", {"crews": {"running": 1}})
    wide = copy.deepcopy(data)
    wide["resources"]["crews"]["limit"] = scaled(wide["resources"]["crews"]["limit"], 2)
    return wide


def _supply(data: Data) -> Data:
    for offer in data["hardware"].values():
        offer.setdefault("supply_units", 2500)
    wide = copy.deepcopy(data)
    for offer in wide["hardware"].values():
        offer["supply_units"] = scaled(offer["supply_units"], ROOM)
    return wide


def _budget(data: Data) -> Data:
    data.setdefault("budgets", {"capital": {"musd": 70}})
    wide = copy.deepcopy(data)
    wide["budgets"]["capital"]["musd"] = scaled(wide["budgets"]["capital"]["musd"], ROOM)
    return wide


def _debt(data: Data) -> Data:
    # commitment and letter-of-credit fees are charged on the limit itself: with one, a larger limit is no favour
    data["debt"].setdefault("loan", {"kind": "level", "rate_per_year": 0.07, "tenor_periods": 3, "limit_musd": 40})
    for debt in data["debt"].values():
        debt.pop("commitment_fee_per_year", None)
        debt.pop("letter_of_credit_fee_per_year", None)
    wide = copy.deepcopy(data)
    for debt in wide["debt"].values():
        debt["limit_musd"] *= ROOM
    return wide


def _covenant(data: Data) -> Data:
    data.setdefault("covenants", {}).setdefault("debt_to_capital", {"kind": "debt_to_capital", "maximum": 0.4})
    wide = copy.deepcopy(data)
    for covenant in wide["covenants"].values():
        for key, factor in (("minimum", 0.6), ("maximum", ROOM)):
            if key in covenant:
                covenant[key] = scaled(covenant[key], factor)
    return wide


def _minimum_cash(data: Data) -> Data:
    data.setdefault("cash", {}).setdefault("minimum_musd", 25)
    wide = copy.deepcopy(data)
    wide["cash"]["minimum_musd"] = scaled(wide["cash"]["minimum_musd"], 0.5)
    wide["cash"].pop("minimum_opex_months", None)
    return wide


def _demand(data: Data) -> Data:
    market = data["markets"]["training"]
    market.setdefault("min_served_share", 0.8)
    market.setdefault("shortfall_penalty_usd_per_h100e_hour", 0.4)
    wide = copy.deepcopy(data)
    wide["markets"]["training"]["min_served_share"] *= 0.7
    return wide


def _equity(data: Data) -> Data:
    data.setdefault("equity", {"cost_of_equity_per_year": 0.12}).setdefault("rounds", {"extra": {"max_musd": 30}})
    wide = copy.deepcopy(data)
    for item in wide["equity"]["rounds"].values():
        item["max_musd"] *= ROOM
        item.pop("last_raise", None)
    return wide


LIMITS: dict[str, Callable[[Data], Data]] = {
    "power": _power,
    "grid_connection": _grid,
    "resource": _resource,
    "supply": _supply,
    "budget": _budget,
    "debt_limit": _debt,
    "covenant": _covenant,
    "minimum_cash": _minimum_cash,
    "min_served": _demand,
    "equity_round": _equity,
}


@pytest.mark.parametrize("limit", LIMITS)
@examples(8)
@given(data=instances(), name=st.sampled_from(OBJECTIVES))
def test_more_room(limit: str, data: Data, name: str) -> None:
    """A wider limit leaves every plan possible, so the optimum is no worse, and a plan stays a plan."""
    data = data | {"objectives": [{"name": name}]}
    wide = LIMITS[limit](data)
    assert no_worse(best(wide), best(data), MINIMISED[name])


# ── choices that are never better ─────────────────────────────────────────────────────────────────────────────────


WORSE_OFFERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "upkeep": {"upkeep_usd_per_unit_year": lambda old: (old or 0) + 500},
    "compute": {"compute_h100e": lambda old: 0.9 * old},
    "power": {"kw": lambda old: 1.1 * old},
}


@pytest.mark.parametrize("flaw", WORSE_OFFERS)
@examples(8)
@given(data=instances(), name=st.sampled_from(OBJECTIVES), choice=st.data())
def test_worse_offer(flaw: str, data: Data, name: str, choice: st.DataObject) -> None:
    """A copy of an offer with a flaw is never ordered to advantage: its units could be ordered from the original.

    The original has no supply limit, so it can take them over, in the same lots, and its volume discount can only rise.
    """
    original = choice.draw(st.sampled_from(sorted(data["hardware"])))
    data = data | {"objectives": [{"name": name}]}
    data["hardware"][original].pop("supply_units", None)
    copied = dict(data["hardware"][original])
    for key, change in WORSE_OFFERS[flaw].items():
        copied[key] = change(copied.get(key))
    more = data | {"hardware": data["hardware"] | {"aaa_copy": copied}}
    assert same(best(data), best(more))


@examples(20)
@given(instances(), st.sampled_from(OBJECTIVES))
def test_useless_site(data: Data, name: str) -> None:
    """A site in a region without power, with dear phases of no value, is never built.

    Money spent on it could stay in cash: what a lender would advance on its book value, what the tax office would give
    back and what the terminal value would count are together less than its cost.
    """
    data = data | {"objectives": [{"name": name}]}
    phase = {"name": "hall", "mw": 10, "lead_periods": 0, "capex": {"shell": {"musd": 30, "book_life_years": 10}}}
    site = {"region": "desert", "pue": 1.1, "opening_cost_musd": 1, "phases": [phase]}
    more = data | {
        "regions": data["regions"] | {"desert": {"energy_price_usd_per_mwh": 10, "power_limit_mw": 0}},
        "sites": data["sites"] | {"aaa_useless": site},
    }
    assert same(best(data), best(more))


@examples(20)
@given(
    instances(tax=False),
    st.sampled_from(["net_present_cost", "cost_of_capital", "peak_funding"]),
    st.sampled_from(["level", "bullet", "annuity", "revolver"]),
)
def test_dearer_loan(data: Data, name: str, kind: str) -> None:
    """A copy of a loan that nobody can exhaust, with a higher rate and an upfront fee, is never used to advantage.

    What is drawn from the copy can be drawn from the original, which leaves more cash and charges less. (With tax, net
    present cost could gain: by the capital-cash-flow method it counts the shield of the dearer interest.)
    """
    loan: Data = {"kind": kind, "rate_per_year": 0.06, "limit_musd": 3000}
    if kind != "revolver":
        loan["tenor_periods"] = 3
    dearer = loan | {"rate_per_year": 0.08, "upfront_fee_share": 0.02}
    data = data | {"objectives": [{"name": name}], "debt": data["debt"] | {"loan": loan}}
    assert same(best(data), best(data | {"debt": data["debt"] | {"aaa_dearer": dearer}}))
