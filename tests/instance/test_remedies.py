"""What is said to do about a mistake: the form that is wanted, the periods that there are, a remedy that can be had."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer
from tests.instance.example import changed
from tests.instance.parts import PHASE


def said(changes: dict[str, Any], code: str) -> list[tuple[str, str]]:
    """Message and help of each finding of a code."""
    return [(each.message, each.help) for each in optimizer.validate(changed(changes)) if each.code == code]


def test_a_condition_says_how_what_it_names_is_named() -> None:
    ((message, _),) = said({"choices": {"one": {"of": "abilene.hall", "requires": ["contracts.a"]}}}, "wrong-value")
    wanted = '`of` should be `contracts.NAME`, `partners.NAME` or `sites.SITE.PHASE`, not text "abilene.hall"'
    assert message == wanted


def test_a_period_outside_is_told_with_those_that_there_are() -> None:
    ((_, help),) = said({"debt.bond.last_draw": 2040}, "period-outside")
    assert help == "write a period of 2026 to 2029, or leave it out"
    swept = {"groups": {"spv": {"debt": ["bond"]}}, "debt.bond.sweep": {"share": 1, "first_sweep": 2040}}
    ((_, help),) = said(swept, "period-outside")
    assert help == "write a period of 2026 to 2029"  # it is needed


@pytest.mark.parametrize(
    ("profile", "help"),
    [([60, 40], "shares are fractions: write 0.45 for 45 %"), ([0.6, 0.5], "its shares are of the whole cost")],
)
def test_a_spend_profile_in_per_cent_is_told_to_be_one(profile: list[float], help: str) -> None:
    ((_, found),) = said({f"{PHASE}.spend_profile": profile}, "spend-profile-sum")
    assert found == help


def test_no_grid_is_asked_for_where_none_can_be() -> None:
    """A pricing grid does not go with groups: dearer equity where there is debt is no remedy there."""
    worth = {"objectives": [{"name": "shareholder_value"}], "equity.dividends": {}, "pricing_grid": None}
    alone = said(worth, "debt-cheaper-than-equity")
    ringed = said({**worth, "groups": {"spv": {"debt": ["bond"]}}}, "debt-cheaper-than-equity")
    assert alone
    assert all("give a `pricing_grid`" in help for _, help in alone)
    assert ringed
    assert all(help.startswith("say when how much may be paid out") for _, help in ringed)
