"""Of an objective without an end: what grows, and what would end it."""

from __future__ import annotations

import pytest

import optimizer
from optimizer.instance.reference import ROOT

KNOWN = ROOT / "instances" / "known-optimal"


def test_a_loan_below_its_deposit() -> None:
    """Each million drawn leaves 0.041 in the end, so that a million more of cash takes 24.39 of draws."""
    found = optimizer.explain(KNOWN / "unbounded-arbitrage.yaml")
    assert (found.status, found.objective, found.complete) == ("unbounded", "terminal_cash", True)
    (growth,) = found.grows
    ((period, amount),) = growth.amounts
    assert (growth.table, growth.thing, growth.unit, period) == ("debt_draws", "loan", "musd", "2026")
    assert amount == pytest.approx(1.0 / 0.041)
    assert [(bound.path, bound.enough) for bound in found.bounds] == [("debt.loan.limit_musd", True)]
    assert "these grow together without a limit: loan: drawn" in str(found)
    assert found.cause == "these grow together without a limit: loan: drawn"


def test_chips_that_are_worth_more_than_they_cost() -> None:
    """They are paid with the loan: a limit of either is the end of both."""
    found = optimizer.explain(KNOWN / "unbounded-scrap.yaml")
    assert {growth.table for growth in found.grows} >= {"orders", "debt_draws"}
    ends = {bound.path for bound in found.bounds if bound.enough}
    assert ends == {"hardware.chips.supply_units", "debt.loan.limit_musd"}
    for path in ends:
        changed = optimizer.load(KNOWN / "unbounded-scrap.yaml").replace({path: 500})
        assert optimizer.solve(changed).status == "optimal"


def test_one_limit_of_two_loans_is_not_the_end() -> None:
    """Either loan can go on without the other: with a limit of one, the other has no end."""
    base = optimizer.load(KNOWN / "unbounded-arbitrage.yaml")
    loan = {"kind": "bullet", "rate_per_year": 0.03, "tenor_periods": 2, "last_draw": 2026}
    found = optimizer.explain(base.replace({"debt": {"one": loan, "two": loan}}))
    assert found.status == "unbounded"
    assert found.bounds
    assert not any(bound.enough for bound in found.bounds)
    assert "no single limit ends it" in str(found)


def test_what_has_an_end_is_feasible() -> None:
    base = optimizer.load(KNOWN / "unbounded-arbitrage.yaml").replace({"debt.loan.limit_musd": 100})
    found = optimizer.explain(base)
    assert (found.status, found.grows, found.bounds, found.complete) == ("feasible", (), (), True)
