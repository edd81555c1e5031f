"""Small formulas, each with its value by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from optimizer.finance.amortisation import service
from optimizer.finance.cost_of_equity import relevered_cost_of_equity
from optimizer.finance.depreciation import straight_line, tax_write_off
from optimizer.finance.fees import level_annuity, spread_by_time, straight_line_fee
from optimizer.finance.rates import effective_per_period, effective_rate
from optimizer.finance.resale import resale_share
from optimizer.finance.tiers import price_tiers


def test_a_fee_is_spread_evenly_from_instant_to_instant() -> None:
    """From ½ to 2½, two periods: a quarter in period 1, a half in 2, a quarter in 3, which is left out where T is 2."""
    ends = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert spread_by_time(0.5, 2.5, ends) == {1: 0.25, 2: 0.5, 3: 0.25}
    assert spread_by_time(0.5, 2.5, ends[:3]) == {1: 0.25, 2: 0.5}
    assert spread_by_time(1.0, 3.0, ends) == {2: 0.5, 3: 0.5}


def test_a_fee_is_spread_over_periods_of_several_lengths() -> None:
    """From 1 to 9, eight quarters of which one lies in period 2, four make period 3 and the rest lies in 4."""
    assert spread_by_time(1.0, 9.0, (0.0, 1.0, 2.0, 6.0, 10.0)) == {2: 0.125, 3: 0.5, 4: 0.375}


@dataclass(frozen=True)
class _Loan:
    kind: str
    tenor_periods: int
    grace_periods: int = 0
    capitalise_interest: bool = False
    balloon_share: float = 0.0


def test_a_loan_is_served_at_the_ends_of_longer_periods() -> None:
    """A level loan of 8 quarters at 2 % each, drawn at the end of a quarter that is followed by one more and by years.

    After 1, 5 and 9 quarters 7/8, 3/8 and nothing are left. Interest is 2 % of what is held, four times that of a
    quarter in a year: 0.02, 4·0.02·7/8 = 0.07, 4·0.02·3/8 = 0.03. Worth at 0 % is all that is paid: 1.12.
    """
    whole = service(_Loan("level", 8), 0.02, 0.0, (1, 1, 4, 4))
    assert whole.balance == pytest.approx((1.0, 7 / 8, 3 / 8, 0.0))
    assert whole.principal == pytest.approx((0.0, 1 / 8, 1 / 2, 3 / 8))
    assert whole.interest == pytest.approx((0.0, 0.02, 0.07, 0.03))
    assert [whole.repaid(k) for k in range(4)] == [0, 1, 5, 9]
    assert whole.worth(0.0) == pytest.approx(1.12)


def test_interest_is_added_by_the_quarter_within_a_year() -> None:
    """Two quarters of grace and one quarter of a year have passed when interest begins to be paid: 1.02² is owed, and
    three quarters bear 2 % of it."""
    whole = service(_Loan("bullet", 6, 2, True), 0.02, 0.0, (1, 1, 4, 4))
    assert whole.capitalised == pytest.approx((0.0, 0.02, 1.02 * 0.02, 0.0))
    assert whole.interest == pytest.approx((0.0, 0.0, 3 * 0.02 * 1.02**2, 4 * 0.02 * 1.02**2))
    assert whole.principal == pytest.approx((0.0, 0.0, 0.0, 1.02**2))


def test_a_fee_as_a_cost_of_capital() -> None:
    """At the end of a period the first of two equal charges falls a period later: at 0 % a half each; at 25 % both are
    worth 0.8 + 0.64 = 1.44 for a charge of 1, so 1/1.44 each. At the beginning (1) the first half falls at once.
    """
    assert straight_line_fee(2, 0.0).charge == (0.0, 0.5, 0.5)
    assert straight_line_fee(2, 1.0).charge == (0.5, 0.5, 0.0)
    assert level_annuity(2, 0.25, 0.0).charge == pytest.approx((0.0, 1 / 1.44, 1 / 1.44), rel=1e-14)


def test_a_used_unit_fetches_what_the_curve_says() -> None:
    """0.8 new, 0.4 after a year: 0.6 after half of it, and nothing beyond the last entry."""
    assert [resale_share([0.8, 0.4], age) for age in (0.0, 0.5, 1.0, 1.5, 2.0)] == pytest.approx([0.8, 0.6, 0.4, 0, 0])
    assert resale_share([], 0.0) == 0.0


def test_rates_of_a_year_and_of_a_period() -> None:
    """1.21^½ = 1.1, and 1.1² = 1.21."""
    assert effective_per_period(0.21, 0.5) == pytest.approx(0.1, rel=1e-14)
    assert effective_rate(0.1, 2) == pytest.approx(0.21, rel=1e-14)
    assert effective_rate(-1.0, 4) == -1.0  # nothing is paid back


def test_what_is_written_off() -> None:
    """Two years in periods of half a year, a quarter each; half at once leaves a half for a table of 0.6 and 0.4."""
    assert straight_line(2.0, 0.5, 5) == (0.25, 0.25, 0.25, 0.25, 0.0)
    assert tax_write_off(None, [0.6, 0.4], 0.5, 1.0, 3) == pytest.approx((0.8, 0.2, 0.0))
    assert tax_write_off(2.0, None, 0.0, 1.0, 3, "half_year") == (0.25, 0.5, 0.25)


def test_tiers_of_a_volume_discount() -> None:
    """10 % from 100 units on: all units pay 0.9, or only those above, which makes 0.1·100 + 0.9·q."""
    first = (0.0, 100.0 * (1.0 - 1e-6), 0.0, 1.0)
    assert price_tiers("all_units", [0.0, 100.0], [0.0, 0.1], 300.0) == [first, (100.0, 300.0, 0.0, 0.9)]
    assert price_tiers("incremental", [0.0, 100.0], [0.0, 0.1], 300.0) == [first, (100.0, 300.0, 10.0, 0.9)]
    assert price_tiers("all_units", [0.0, 100.0], [0.0, 0.1], 50.0) == [(0.0, 50.0, 0.0, 1.0)]


def test_the_cost_of_equity_with_leverage() -> None:
    """D/E = 1 at L = ½, k_u = 10 %. Hamada with r_f 4 % and τ 25 %: 4 + 6·1.75 = 14.5 %. Harris and Pringle with k_d
    6 %: 10 + 4 = 14 %.
    """
    terms = {"risk_free": 0.04, "cost_of_debt": 0.06, "tax_rate": 0.25}
    assert relevered_cost_of_equity("hamada", 0.5, 0.1, **terms) == pytest.approx(0.145)
    assert relevered_cost_of_equity("harris_pringle", 0.5, 0.1, **terms) == pytest.approx(0.14)
