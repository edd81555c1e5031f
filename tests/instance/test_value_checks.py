"""Which objectives a file has that states none, and where nothing is to be said of shareholder value."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer
from optimizer.instance.schema import Instance
from tests.instance.example import GONE, changed

PINNED = {"markets.training.min_served_share": 1, "objectives": GONE}


def codes(changes: dict[str, Any]) -> set[str]:
    return {each.code for each in optimizer.validate(changed(changes))}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["shareholder_value"]),
        ({"markets.training.min_served_share": 1}, ["cost_of_capital", "shareholder_value"]),
        ({"markets.training.min_served_share": {2026: 1, 2028: 0.9}}, ["shareholder_value"]),
        ({"markets.training.revenue_usd_per_h100e_hour": 0}, ["cost_of_capital", "shareholder_value"]),
        ({**PINNED, "sites.abilene.phases.1.value_musd": 3}, ["shareholder_value"]),
        (
            {**PINNED, "sites.abilene.phases.1.value_musd": 3, "sites.abilene.phases.1.committed": True},
            ["cost_of_capital", "shareholder_value"],
        ),
        ({**PINNED, "partners.p": {"kind": "equity", "cash_musd": 50}}, ["shareholder_value"]),
    ],
)
def test_the_default_objectives_follow_from_what_can_be_left_undone(changes: dict[str, Any], names: list[str]) -> None:
    instance = Instance.model_validate(changed({"objectives": GONE, **changes}))
    assert [level.name for level in instance.objectives] == names
    assert [level["name"] for level in instance.canonical()["objectives"]] == names
    assert "objectives" not in instance.model_fields_set  # it is noted that they are not given


def test_a_default_is_kept_where_the_file_changes() -> None:
    """It follows from the new file, and one that is written stays."""
    instance = Instance.model_validate(changed({"objectives": GONE}))
    pinned = instance.replace({"markets.training.revenue_usd_per_h100e_hour": 0})
    assert [level.name for level in pinned.objectives] == ["cost_of_capital", "shareholder_value"]
    free = Instance.model_validate(instance.canonical())
    written = free.replace({"markets.training.revenue_usd_per_h100e_hour": 0})
    assert [level.name for level in written.objectives] == ["shareholder_value"]


def test_a_file_without_objectives_need_not_say_dividends() -> None:
    """It is asked for where the objective is: by default nothing is paid out, and that is noted."""
    found = codes({"objectives": GONE})
    assert "dividends-unsaid" not in found
    assert {"nothing-paid-out", "unset-objectives"} <= found


@pytest.mark.parametrize("said", ["none", None, {"maximum_musd": 10}])
def test_dividends_may_be_none_if_it_is_said(said: Any) -> None:
    found = codes({"objectives": [{"name": "shareholder_value"}], "equity.dividends": said})
    assert "dividends-unsaid" not in found
    assert ("nothing-paid-out" in found) is (not isinstance(said, dict))


def test_a_programme_pinned_by_demand_is_not_warned() -> None:
    """The least cost of capital is what it is about, though a surplus market and a partner are there."""
    objectives = {"objectives": [{"name": "cost_of_capital"}]}
    partner = {"partners.p": {"kind": "equity", "cash_musd": 50}}
    assert "blind-to-profit" in codes({**objectives, **partner})
    pinned = {"markets.training.min_served_share": 1}
    assert "blind-to-profit" not in codes({**objectives, **partner, **pinned})
    spare = {"demand_h100e": 100, "revenue_usd_per_h100e_hour": 1, "surplus_only_below_share": 0.7}
    assert "blind-to-profit" not in codes({**objectives, **pinned, "markets.spare": spare})


@pytest.mark.parametrize(
    "more",
    [
        {"equity.dividends": "none"},  # nothing is paid out
        {"debt.bond.rate_per_year": 0.2, "debt.line.rate_per_year": 0.2, "tax": GONE},  # dearer than equity
        {"objectives": [{"name": "net_present_cost"}]},
    ],
)
def test_cheap_debt_is_no_news_where_it_cannot_be_paid_out(more: dict[str, Any]) -> None:
    free = {"objectives": [{"name": "shareholder_value"}], "equity.dividends": {"maximum_musd": 10}}
    assert "debt-cheaper-than-equity" in codes(free)
    assert "debt-cheaper-than-equity" not in codes({**free, **more})
