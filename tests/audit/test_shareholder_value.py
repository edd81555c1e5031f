"""What plans are worth to shareholders, derived by hand; their other figures are the business of other tests."""

from __future__ import annotations

import pytest

from optimizer.auditing import audited

from .build import Case
from .cases_value import CASES

OTHERS = {
    f"objective.{name}"
    for name in ("cost_of_capital", "wacc", "net_present_cost", "peak_funding", "capital_raised", "terminal_cash")
}


def failed(case: Case) -> set[str]:
    return {rule.name for rule in audited(*case.built()).failed}


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_the_one_derived(name: str) -> None:
    assert failed(CASES[name]()) <= OTHERS


@pytest.mark.parametrize("dollars", [100, -100])
@pytest.mark.parametrize("name", CASES)
def test_no_value_hides_100_dollars(name: str, dollars: int) -> None:
    def change(case: Case) -> None:
        case.plan["metrics"]["shareholder_value"] += dollars / 1e6

    assert failed(CASES[name]().changed(change)) - OTHERS == {"objective.shareholder_value"}


# ── the rate of return ──────────────────────────────────────────────────────────────────────────────────────────────


RATE, RULE = "equity_irr_per_year", "metric.equity_irr_per_year"


@pytest.mark.parametrize(
    "opening",
    [
        {"cash_musd": 100, "paid_in_capital_musd": 60, "other_assets_musd": 30},
        {"cash_musd": 30, "paid_in_capital_musd": 60},
    ],
)
def test_no_rate_is_let_pass_where_nobody_knows_the_flows(opening: dict[str, float]) -> None:
    """Other assets, of which no file says what they are worth at the end; 40 owed of 30 that are there."""
    one = CASES["relevered"]().changed(lambda c: c.instance.update(opening=opening))
    assert RATE in one.plan["metrics"]
    assert one.plan["metrics"][RATE] is not None
    assert RULE in failed(one)
    assert RULE not in failed(one.changed(lambda c: c.plan["metrics"].update({RATE: None})))


def test_a_second_rate_of_shareholders_is_not_left_out() -> None:
    """The rates of a plan are one, or several under numbers: one with a number beside it is neither."""
    one = CASES["relevered"]()
    assert RULE not in failed(one)
    assert RULE in failed(one.changed(lambda c: c.plan["metrics"].update({f"{RATE}.1": -0.5})))
    assert RULE in failed(one.changed(lambda c: c.plan["metrics"].update({RATE: None})))
