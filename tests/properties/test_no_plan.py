"""Instances squeezed until many have no plan: everybody has to agree on which."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.instance.checks import PROOFS, check
from optimizer.instance.schema import Instance

from .solving import Data, examples, solved
from .strategies import instances
from .test_meaning import doubled, reversed_names


def squeezed(data: Data, how: str) -> Data:
    """The data with one demand that is hard to meet."""
    data = copy.deepcopy(data)
    if how == "demand":
        for market in data["markets"].values():
            market.pop("shortfall_penalty_usd_per_h100e_hour", None)
        data["markets"]["training"]["min_served_share"] = 0.8
    elif how == "cash":
        data["cash"] = data.get("cash", {}) | {"minimum_musd": 150}
    elif how == "liquidity":
        data["covenants"] = {"cushion": {"kind": "minimum_liquidity", "minimum": 180}}
    else:
        old = {"kind": "bullet", "rate_per_year": 0.06, "tenor_periods": 9, "limit_musd": 1, "opening_balance_musd": 60}
        data["debt"]["old"] = old
        data["covenants"] = {"leverage": {"kind": "debt_to_capital", "maximum": 0.35}}
    return data


SQUEEZES = ("demand", "cash", "liquidity", "leverage")


@pytest.mark.parametrize("how", SQUEEZES)
@examples(10)
@given(data=instances())
def test_refused_for_a_reason(how: str, data: Data) -> None:
    """Where a check says that no plan can exist, the model finds none."""
    data = squeezed(data, how)
    codes = {finding.code for finding in check(Instance.model_validate(data)) if finding.severity == "error"}
    assert codes <= PROOFS
    if codes:
        assert solved(data) is None


def test_squeezes_bite() -> None:
    """Each way to squeeze leaves some of 20 examples with a plan and some without, by check or by proof."""
    outcomes: dict[str, set[bool]] = {how: set() for how in SQUEEZES}

    @examples(20)
    @given(instances())
    def collect(data: Data) -> None:
        for how, seen in outcomes.items():
            seen.add(solved(squeezed(data, how)) is None)

    collect()
    assert outcomes == {how: {True, False} for how in SQUEEZES}


@examples(20)
@given(instances(), st.sampled_from(SQUEEZES), st.integers(1, 1000))
def test_no_plan_either_way(data: Data, how: str, seed: int) -> None:
    """An instance without a plan has none in another order, another currency or with another seed, and the reverse."""
    data = squeezed(data, how)
    assert (solved(data) is None) == (solved(doubled(reversed_names(data)), seed) is None)
