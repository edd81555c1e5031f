"""A committed plan in three worlds by years and two by quarters: every shortfall against its value by hand.

What is held at its least may be a dollar more, so that amounts are compared to ten dollars.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

import optimizer
from optimizer.explanation.stress.outcome import Stress
from optimizer.explanation.stress.parts import Cure, Money, Stressed
from tests.explanation.stress.programmes import QUARTER_WORLDS, YEAR_WORLDS, quarters, years


@cache
def by_year(fix: str = "all") -> Stress:
    return optimizer.stress(years(), YEAR_WORLDS, fix=fix)


@cache
def by_quarter() -> Stress:
    return optimizer.stress(quarters(), QUARTER_WORLDS)


def paid(money: Iterable[Money]) -> dict[str, float]:
    return {each.period: each.musd for each in money}


def about(musd: dict[str, float]) -> object:
    return pytest.approx(musd, abs=1e-5)


def missing(found: Stressed) -> dict[str, float]:
    return {each.period: each.short_musd for each in found.breaches}


def cure(found: Stressed, kind: str) -> Cure:
    return next(each for each in found.cures if each.kind == kind)


def test_the_plans_are_the_ones_by_hand() -> None:
    assert years().decisions["debt_draws"] == [{"instrument": "loan", "period": "2026", "musd": pytest.approx(55)}]
    drawn = {row["instrument"]: row["musd"] for row in quarters().decisions["debt_draws"] if row["period"] == "2026Q1"}
    assert drawn == {"loan": pytest.approx(6), "line": pytest.approx(12)}


def test_a_world_in_which_nothing_changes_is_held() -> None:
    """Interest of 5.5 in 2027, 2028 and 2029 at 10 %: 5.5·(1/1.1² + 1/1.1³ + 1/1.1⁴)."""
    found = by_year()["same"]
    assert (found.status, found.short_verdict, found.cures) == ("holds", "proven no", ())
    assert found.after is not None
    assert found.after.value == pytest.approx(found.before.value) == pytest.approx(5.5 * (1.1**-2 + 1.1**-3 + 1.1**-4))


def test_a_price_a_fifth_lower() -> None:
    """35.04 − 15 = 20.04 a year before interest of 5.5, and 10 for the chips in 2027.

    Cash: 20.04 − 10 − 5.5 = 4.54, then 19.08, then 19.08 + 20.04 − 5.5 − 55 = −21.38. The cover is 20.04 / 5.5, of 4.5:
    4.5·5.5 − 20.04 = 4.71 are missing in each year. The loan cannot be repaid early, so that no equity lowers the
    interest. Decided anew from 2027 on, the round of 30 pays the 21.38, and the cover stays where it is. What comes in
    in the last year is charged for one more: 15 % of 21.38 five years from now.
    """
    found = by_year()["price"]
    assert (found.status, found.short_verdict) == ("does not hold", "yes")
    assert paid(found.short) == about({"2029": 21.38})
    assert missing(found) == about({"2027": 4.71, "2028": 4.71, "2029": 4.71})
    assert [(each.threshold, each.value) for each in found.breaches] == [(4.5, pytest.approx(20.04 / 5.5))] * 3
    assert (found.late, found.exceeded, found.unserved) == ((), (), ())
    waived = cure(found, "equity and waiver")
    assert waived.waived == ("cover 2027", "cover 2028", "cover 2029")
    assert cure(found, "equity").enough == "proven no"
    later = cure(found, "later decisions")
    assert (later.free_from, later.enough, later.money) == ("2027", "proven no", ())
    assert found.after is not None
    charged = 5.5 * (1.1**-2 + 1.1**-3 + 1.1**-4) + 0.15 * 21.38 / 1.1**5
    assert found.after.value == pytest.approx(charged, abs=1e-5)
    assert found.audit_passed


def test_interest_two_points_higher() -> None:
    """6.6 in place of 5.5: cash of 28.8 − 10 − 6.6 = 12.2, 34.4, then 34.4 + 28.8 − 6.6 − 55 = 1.6, never short.

    28.8 / 6.6 = 4.36 of 4.5: 4.5·6.6 − 28.8 = 0.9 is missing in each year.
    """
    found = by_year()["interest"]
    assert (found.short, found.short_verdict) == ((), "proven no")
    assert missing(found) == about({"2027": 0.9, "2028": 0.9, "2029": 0.9})
    assert [each.kind for each in found.cures] == ["waiver", "equity", "later decisions"]
    assert found.audit_passed


def test_power_a_year_late() -> None:
    """The hall stands and there is no power in 2027, where 10 MW of chips would be: they come, and are paid, in 2028.

    Cash: −15 − 5.5 = −20.5 in 2027; 43.8 − 10 − 15 − 5.5 = 13.3 in 2028; 13.3 + 43.8 − 15 − 5.5 − 55 = −18.4 in 2029.
    The cover of 2027 is −15 / 5.5, and 4.5·5.5 + 15 = 39.75 are missing. Decided anew from 2027 on, the round of 30
    comes in 2027, once: 9.5 of it are left for the 18.4.
    """
    found = by_year()["power"]
    exceeded = [(each.limit, each.period, each.limit_mw, each.committed_mw) for each in found.exceeded]
    assert exceeded == [("regions.flat.power_limit_mw", "2027", 0.0, pytest.approx(10))]
    late = [(each.table, each.name, each.period, each.planned) for each in found.late]
    assert late == [("orders", "chips", "2026", pytest.approx(10_000))]
    assert found.late[0].kept == pytest.approx(0.0, abs=1e-2)
    assert [(each.market, each.period) for each in found.unserved] == [("api", "2027")]
    assert (found.unserved[0].h100e, found.unserved[0].share) == pytest.approx((10_000, 1.0))
    assert paid(found.paid_later) == about({"2027": 10.0})
    assert paid(found.short) == about({"2027": 20.5, "2029": 18.4})
    assert [each.value for each in found.breaches] == [pytest.approx(-15 / 5.5)]
    assert missing(found) == about({"2027": 39.75})
    later = cure(found, "later decisions")
    assert paid(later.money) == about({"2029": 8.9})
    assert found.audit_passed


def test_what_is_decided_later_reacts() -> None:
    """As above with what is decided by 2026: the orders of that year are held, the round of 2027 is raised."""
    found = by_year("until:2026")["power"]
    assert [(each.table, each.period) for each in found.late] == [("orders", "2026")]
    assert paid(found.short) == about({"2029": 8.9})
    assert by_year("until:2026")["price"].short == ()
    assert found.audit_passed


def test_a_price_a_fifth_lower_by_quarters() -> None:
    """35.04 − 33 = 2.04 a quarter; interest is 0.18 on the loan of 6 and 2 % on the line.

    2026Q2: 2.04 − 10 − 0.18 − 0.24 = −8.38, and the line is drawn already. 2026Q3: 2.04 − 0.42 = 1.62 goes into the
    line, 10.38. 2026Q4: 2.04 − 0.18 − 0.2076 − 6 = −4.3476, of which the line gives 1.62 again: 2.7276 are short.
    The least equity comes at once: each dollar in the line in 2026Q2 leaves 1.02² of room in it in 2026Q4, so that
    8.38 + 2.7276 / 1.02² do.
    """
    found = by_quarter()["price"]
    assert paid(found.short) == about({"2026Q2": 8.38, "2026Q4": 2.7276})
    equity = cure(found, "equity")
    assert paid(equity.money) == about({"2026Q2": 8.38 + 2.7276 / 1.02**2})
    assert equity.proven_musd == pytest.approx(equity.total_musd, abs=1e-5)
    assert (found.breaches, found.late, found.damages) == ((), (), ())
    assert found.audit_passed


def test_power_a_quarter_late() -> None:
    """2026Q2: damages of a dollar for 10,000 H100e over 2190 hours, 21.9: −21.9 − 33 − 0.18 − 0.24 = −55.32.

    2026Q3: 43.8 − 10 − 33 − 0.42 = 0.38. 2026Q4: 43.8 − 33 − 0.42 − 6 = 4.38. Only 2026Q2 is short.
    """
    found = by_quarter()["power"]
    assert [(each.period, each.planned_musd) for each in found.damages] == [("2026Q2", 0.0)]
    assert found.damages[0].musd == pytest.approx(21.9)
    assert paid(found.short) == about({"2026Q2": 55.32})
    assert paid(cure(found, "equity").money) == about({"2026Q2": 55.32})
    assert found.unserved == ()  # damages are agreed
    assert found.audit_passed
