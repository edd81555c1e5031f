"""A cap on an objective that the file does not ask for is kept."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer

FLOWS = {
    "need": {"kind": "investing", "musd_per_period": [-100, 0]},
    "income": {"kind": "operating", "musd_per_period": [0, 120]},
}
PROGRAMME: dict[str, Any] = {
    "name": "cheap-equity",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}],
    "cash_flows": FLOWS,
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 1, "last_draw": 2026}},
    "equity": {
        "cost_of_equity_per_year": 0.05,
        "rounds": {"a": {"max_musd": 100, "pre_money_musd": 200, "last_raise": 2026}},
    },
}


def test_a_cap_on_dilution() -> None:
    """Equity at 5 % is cheaper than the loan at 8 %: 100 of it is a third of the company, worth 200 before.

    A fifth is 50 of 250: the other 50 are borrowed, and all of it costs 2.5 + 4. Tangents keep ownership to 0.01 %.
    """
    base = optimizer.load(PROGRAMME)
    free = optimizer.solve(base, gap=0)
    assert free.metrics["dilution_share"] == pytest.approx(1 / 3)
    capped = optimizer.solve(base, gap=0, caps={"dilution": 0.2})
    assert (capped.status, capped.audit_passed) == ("optimal", True)
    assert capped.metrics["dilution_share"] == pytest.approx(0.2, abs=1e-4)
    assert capped.metrics["dilution_share"] <= 0.2 + 1e-9  # type: ignore[operator]
    assert capped.metrics["cost_of_capital"] == pytest.approx(6.5 / 1.21, abs=1e-3)
