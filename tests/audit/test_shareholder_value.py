"""What plans are worth to shareholders, derived by hand; their other figures are the business of other tests."""

from __future__ import annotations

import pytest

from optimizer.audit import audit

from .build import Case
from .cases_value import CASES

OTHERS = {
    f"objective.{name}"
    for name in ("cost_of_capital", "wacc", "net_present_cost", "peak_funding", "capital_raised", "terminal_cash")
}


def failed(case: Case) -> set[str]:
    return {rule.name for rule in audit(*case.built()).failed}


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_the_one_derived(name: str) -> None:
    assert failed(CASES[name]()) <= OTHERS


@pytest.mark.parametrize("dollars", [100, -100])
@pytest.mark.parametrize("name", CASES)
def test_no_value_hides_100_dollars(name: str, dollars: int) -> None:
    def change(case: Case) -> None:
        case.plan["metrics"]["shareholder_value"] += dollars / 1e6

    assert failed(CASES[name]().changed(change)) - OTHERS == {"objective.shareholder_value"}
