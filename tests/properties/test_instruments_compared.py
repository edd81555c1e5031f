"""Two files that mean the same, and choices that are never better, with random instruments."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.instance.loader import loads
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

from .instrument_checks import SHARES, raised, with_objective
from .instrument_strategies import ALL_OBJECTIVES, equity_of, programmes
from .solving import Data, best, examples, same, solved
from .test_meaning import doubled, reversed_names

# ── two files that mean the same ──────────────────────────────────────────────────────────────────────────────────


def same_plan(one: Plan | None, other: Plan | None) -> None:
    """Two plans are the same to the last digit, or there is none of either."""
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.to_dict() == other.to_dict()


@examples(7)
@given(programmes())
def test_order_of_the_file(data: Data) -> None:
    """The order of names in the file is of no account."""
    other = reversed_names(data)
    assert json.dumps(other) != json.dumps(data)
    same_plan(solved(data), solved(other))


@examples(10)
@given(programmes())
def test_defaults_written_down(data: Data) -> None:
    """A file in which every default is written out has the same plan."""
    instance = Instance.model_validate(data)
    explicit = loads(json.dumps(instance.canonical()))
    assert explicit.hash == instance.hash
    same_plan(solved(instance), solved(explicit))


@examples(12)
@given(programmes(), st.sampled_from(ALL_OBJECTIVES))
def test_currency(data: Data, name: str) -> None:
    """In a currency worth half, amounts are twice as large, and shares are what they were."""
    data = with_objective(data, name)
    once = best(data)
    factor = 1 if name in SHARES else 2
    assert same(None if once is None else factor * once, best(doubled(data)))


def _agreement_without_terms(data: Data) -> tuple[Data, Data]:
    """An offer that may be ordered at once, and one behind an agreement and a development that cost nothing."""
    other = copy.deepcopy(data)
    name = min(name for name, offer in data["hardware"].items() if not offer.keys() & {"framework", "development"})
    other["hardware"][name] |= {
        "framework": {"min_total_units": 0},
        "development": {"cost_musd": 0, "lead_periods": 0},
    }
    return data, other


def _discount_is_a_fee(data: Data) -> tuple[Data, Data]:
    """What is kept back from a draw and owed all the same, and a fee on the draw."""
    data["debt"]["bond"] = {"kind": "level", "rate_per_year": 0.05, "tenor_periods": 3, "limit_musd": 80}
    other = copy.deepcopy(data)
    data["debt"]["bond"]["issue_discount_share"] = 0.02
    other["debt"]["bond"]["upfront_fee_share"] = 0.02
    return data, other


def _source_is_the_grid(data: Data) -> tuple[Data, Data]:
    """A source at the price of the grid, without a contract and larger than any load, in the place of the grid."""
    other = copy.deepcopy(data)
    price = other["regions"]["north"].pop("energy_price_usd_per_mwh")
    other["energy_sources"] = {"utility": {"region": "north", "price_usd_per_mwh": price, "limit_mw": 500}}
    return data, other


def _reserved_by_the_period(data: Data) -> tuple[Data, Data]:
    """Compute reserved for one period at the hourly price, and more of it by the hour."""
    hourly = {"price_usd_per_h100e_hour": 1.4, "limit_h100e": 2000}
    data["cloud"] = data.get("cloud", {}) | {"extra": hourly}
    other = copy.deepcopy(data)
    data["cloud"]["extra"]["limit_h100e"] = 5000
    terms = {"price_usd_per_h100e_hour": 1.4, "limit_h100e": 3000, "term_periods": 1}
    other["cloud"]["extra"]["reserved"] = terms
    return data, other


def _partner_is_a_round(data: Data) -> tuple[Data, Data]:
    """A partner for equity, and a round of just that size without issue costs."""
    equity_of(data)
    other = copy.deepcopy(data)
    item = {"min_musd": 40, "max_musd": 40, "pre_money_musd": 500}
    data["equity"]["rounds"] = data["equity"].get("rounds", {}) | {"whole": item}
    partner = {"kind": "equity", "cash_musd": 40, "pre_money_musd": 500}
    other["partners"] = other.get("partners", {}) | {"whole": partner}
    return data, other


def _grid_of_one_bucket(data: Data) -> tuple[Data, Data]:
    """A spread that holds at any leverage, and rates that much higher.

    The spread is on what is carried in, hence draws at the end of a period. An annuity, or interest that is
    capitalised, would repay otherwise at another rate.
    """
    data |= {"draw_timing": "end", "debt": {k: d for k, d in data["debt"].items() if d["kind"] != "annuity"}}
    data["debt"]["loan"] = {"kind": "level", "rate_per_year": 0.05, "tenor_periods": 3, "limit_musd": 60}
    for debt in data["debt"].values():
        debt.pop("service_reserve", None)  # it holds what the loan itself asks
    other = {key: copy.deepcopy(value) for key, value in data.items() if key != "pricing_grid"}
    data["pricing_grid"] = {"by": "leverage", "buckets": [{"spread_per_year": 0.01}]}
    for debt in other["debt"].values():
        at, name = (debt["floating"], "margin_per_year") if "floating" in debt else (debt, "rate_per_year")
        at[name] = raised(at[name], 0.01)
    for version in (data, other):
        for item in version.get("equity", {}).get("rounds", {}).values():
            item.pop("cost_of_equity_per_year", None)
    return data, other


SAME_THING: dict[str, tuple[Callable[[Data], tuple[Data, Data]], tuple[str, ...]]] = {
    "agreement_without_terms": (_agreement_without_terms, ()),
    "discount_is_a_fee": (_discount_is_a_fee, ("issue_discount",)),
    "source_is_the_grid": (_source_is_the_grid, ("energy", "renewable_share")),
    "reserved_by_the_period": (_reserved_by_the_period, ()),
    # a partner's amount is exact under a floor on ownership, a round's is modelled piecewise
    "partner_is_a_round": (_partner_is_a_round, ("ownership_floor", "grid_by_leverage", "grid_by_cover")),
    "grid_of_one_bucket": (_grid_of_one_bucket, ("pik", "prepayment", "finance_lease", "grid_by_cover")),
}


@pytest.mark.parametrize("pair", SAME_THING)
@examples(5)
@given(choice=st.data(), name=st.sampled_from(ALL_OBJECTIVES))
def test_one_thing_in_two_ways(pair: str, choice: st.DataObject, name: str) -> None:
    """What docs/model.md gives the same cash, books and charges has the same optimum."""
    write, without = SAME_THING[pair]
    data = with_objective(choice.draw(programmes(without=without)), name)
    one, other = write(data)
    assert same(best(one), best(other))


# ── choices that are never better ─────────────────────────────────────────────────────────────────────────────────


def _dearer_lease(data: Data) -> tuple[Data, Data]:
    """A lease, and a copy of it with higher payments. Nobody can lease all of the first."""
    lease: Data = {"payment_usd_per_unit_year": 8000, "implicit_rate_per_year": 0.06}
    offer: Data = {"compute_h100e": 2, "kw": 1.5, "lead_periods": 0, "life_periods": 3, "supply_units": 50000}
    one = data | {"hardware": data["hardware"] | {"lease": offer | {"lease": lease}}}
    dearer = offer | {"lease": lease | {"payment_usd_per_unit_year": 8500}}
    return one, one | {"hardware": one["hardware"] | {"aaa_dearer": dearer}}


def _dearer_source(data: Data) -> tuple[Data, Data]:
    """A source of energy that nobody can exhaust, and a copy at a higher price under a contract."""
    source = {"region": "north", "price_usd_per_mwh": 45, "limit_mw": 500}
    one = data | {"energy_sources": data.get("energy_sources", {}) | {"utility": source}}
    dearer = source | {"price_usd_per_mwh": 50, "limit_mw": 20, "contract": {"term_periods": 2}}
    return one, one | {"energy_sources": one["energy_sources"] | {"aaa_dearer": dearer}}


def _dearer_preferred(data: Data) -> tuple[Data, Data]:
    """Preferred shares that nobody can exhaust, and a copy with a higher dividend and an issue cost."""
    first = Instance.model_validate(data).periods.label(1)
    item = {"dividend_per_year": 0.07, "max_musd": 1500, "first_raise": first, "last_raise": first}
    one = data | {"preferred_equity": data.get("preferred_equity", {}) | {"class_a": item}}
    dearer = item | {"dividend_per_year": 0.08, "flotation_share": 0.02}
    return one, one | {"preferred_equity": one["preferred_equity"] | {"aaa_dearer": dearer}}


def _worse_partner(data: Data) -> tuple[Data, Data]:
    """A round that nobody can exhaust, and a partner who asks for more shares in the same period."""
    first = Instance.model_validate(data).periods.label(1)
    item = {"max_musd": 1500, "pre_money_musd": 900, "first_raise": first, "last_raise": first}
    equity = equity_of(data)
    one = data | {"equity": equity | {"rounds": equity.get("rounds", {}) | {"open": item}}}
    partner = {"kind": "equity", "cash_musd": 30, "pre_money_musd": 500, "last_signing": first}
    return one, one | {"partners": one.get("partners", {}) | {"aaa_worse": partner}}


def _impossible_partner(data: Data) -> tuple[Data, Data]:
    """A partner who asks at once for more compute than all the power of the region could give."""
    first = Instance.model_validate(data).periods.label(1)
    partner = {
        "kind": "compute",
        "cash_musd": 50,
        "last_signing": first,
        "delivery_lag_periods": 0,
        "delivery_periods": 1,
        "delivery_h100e": 900000,
        "price_usd_per_h100e_hour": 0.01,
    }
    return data, data | {"partners": data.get("partners", {}) | {"aaa_impossible": partner}}


NO_CHOICE: dict[str, tuple[Callable[[Data], tuple[Data, Data]], tuple[str, ...]]] = {
    "dearer_lease": (_dearer_lease, ()),
    "dearer_source": (_dearer_source, ()),
    "dearer_preferred": (_dearer_preferred, ()),
    # under a floor on ownership a round counts a little more than it takes, a partner does not
    "worse_partner": (_worse_partner, ("ownership_floor",)),
    "impossible_partner": (_impossible_partner, ()),
}


INSATIABLE = ("wacc", "terminal_cash")
"""Left out: with less cash there is more net capital for wacc; terminal cash takes all that can be raised."""


@pytest.mark.parametrize("choice", NO_CHOICE)
@examples(5)
@given(draws=st.data(), name=st.sampled_from([name for name in ALL_OBJECTIVES if name not in INSATIABLE]))
def test_dominated_choice(choice: str, draws: st.DataObject, name: str) -> None:
    """What leaves less cash than another choice, and charges no less, is never taken to advantage.

    Without tax: a tax shield would give something back.
    """
    add, without = NO_CHOICE[choice]
    one, more = add(with_objective(draws.draw(programmes(tax=False, without=without)), name))
    assert same(best(one), best(more))
