"""What deals as they are signed mean where two of their terms meet, with the figures by hand."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer


def solved(**parts: Any) -> optimizer.Plan:
    """The optimum, years from 2026 on, which passes its audit."""
    base = {
        "name": "deal",
        "calendar": {"start": 2026, "periods": 3},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "terminal_cash"}],
        "solve": {"gap_share": 0, "threads": 1},
    }
    plan = optimizer.solve(optimizer.load(base | parts))
    assert plan.audit_passed
    return plan


def test_a_line_is_not_repaid_and_drawn_at_once_beside_a_sweep() -> None:
    """20 are paid in 2026 with 10 of a loan and 10 of a line, and 10 come in in 2027, the last year.

    What repays the line is not swept, and all else is: of the 10 nothing is left, whatever is done. If the line could
    be repaid and drawn again in the same year, 10 would be left beside both debts.
    """
    plan = solved(
        calendar={"start": 2026, "periods": 2},
        cash_flows={
            "project": {"kind": "investing", "musd_per_period": [-20, 0]},
            "income": {"kind": "operating", "musd_per_period": [0, 10]},
        },
        debt={
            "loan": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5, "limit_musd": 10, "last_draw": 2026,
                     "sweep": {"share": 1, "first_sweep": 2027}},
            "line": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 10},
        },
        groups={"spv": {"debt": ["loan", "line"], "cash_flows": ["project", "income"]}},
    )  # fmt: skip
    assert plan.metrics["terminal_cash"] == pytest.approx(0, abs=1e-6)


def _put(cash: float, price: float) -> optimizer.Plan:
    """100 less what is there are borrowed in 2026, and 102 come in in each of the two years after it."""
    return solved(
        opening={"cash_musd": cash, "paid_in_capital_musd": cash},
        cash_flows={
            "project": {"kind": "investing", "musd_per_period": [-100, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": [0, 102, 102]},
        },
        equity={"cost_of_equity_per_year": 0.1},
        debt={"notes": {"kind": "bullet", "rate_per_year": 0.02, "tenor_periods": 2, "limit_musd": 100,
                        "last_draw": 2026,
                        "conversion": {"share_price_usd": [10, price, 9], "premium_share": 0.25,
                                       "straight_rate_per_year": 0.02, "put_periods": 1}}},
        covenants={"cover": {"kind": "dscr", "minimum": 1.1}},
    )  # fmt: skip


def test_what_is_put_within_a_year_is_debt_service() -> None:
    """Shares at 9 are worth less than the 12.5 of the conversion: the notes are put in 2027, a bullet of one year, and
    no balloon. 102 have to cover 1.1 times 102 % of them, so that no more than 90.909 can be drawn.

    At 13 the put lapses: the notes run for two years, and their maturity is a balloon, which this cover leaves out.
    """
    row = next(row for row in _put(9.1, 9).rows("covenants").records() if row["period"] == "2027")
    assert row["value"] == pytest.approx(102 / (1.02 * 90.9))
    with pytest.raises(optimizer.NoPlanError):
        _put(9, 9)
    assert _put(9, 13).metrics["minimum_dscr"] == pytest.approx(102 / 1.82)
