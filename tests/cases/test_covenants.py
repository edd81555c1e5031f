"""Small cases of what lenders test, each with its derivation."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError, search
from tests.audit.cases_covenants import QUARTERS, lenders

FOLDER = Path(__file__).parent
EXACTLY = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0)


def case(name: str) -> Instance:
    return load(FOLDER / f"{name}.yaml")


def best(instance: Instance | str) -> Plan:
    """The best plan to a gap of 0; its audit has passed."""
    plan = search(case(instance) if isinstance(instance, str) else instance, EXACTLY)
    assert plan.status == "optimal"
    assert plan.audit_passed, [rule for rule in (plan.audit or {})["rules"] if not rule["passed"]]
    return plan


def value(plan: Plan) -> float:
    found: float = plan.summary["levels"][0]["value"]
    return found


def infeasible(instance: Instance | str) -> bool:
    with pytest.raises(NoPlanError) as caught:
        search(case(instance) if isinstance(instance, str) else instance, EXACTLY)
    return caught.value.status == "infeasible"


def rows(plan: Plan, table: str, **where: str) -> list[dict[str, object]]:
    return [row for row in plan.rows(table).records() if all(row[key] == text for key, text in where.items())]


# ── only where there is something to test ─────────────────────────────────────────────────────────────────────────


def test_a_cover_of_nothing_is_no_test() -> None:
    """EBITDA of −100 and 100 with a loan of which nothing may be drawn: 1000 of cash come out as 1000."""
    plan = best("c02-dscr-no-debt")
    assert value(plan) == pytest.approx(1000, abs=1e-6)
    assert [row["tested"] for row in rows(plan, "covenants")] == ["nothing owed"] * 2
    assert [row["headroom_musd"] for row in rows(plan, "covenants")] == [None, None]
    assert [row["binding"] for row in rows(plan, "covenants")] == [False, False]


def test_a_loan_of_a_later_year_is_no_debt_before() -> None:
    """200 of cash pay for all: no loan is drawn, and the −5 of the first year cover nothing, which is no breach.

    200 − 5 = 195, 215, 165, 215: cash lasts, and capital costs nothing.
    """
    plan = best("dscr-without-debt")
    assert value(plan) == pytest.approx(0, abs=1e-6)
    assert plan.books.balance("cash") == pytest.approx([200, 195, 215, 165, 215])


def test_dividends_of_a_company_without_debt() -> None:
    """10 are paid in 2026 by a company that earns −5 and owes nothing: 200 − 5 − 10 + 5 = 190."""
    plan = best("c12c-lock-up-no-debt")
    assert value(plan) == pytest.approx(190, abs=1e-6)
    assert [row["locked_up"] for row in rows(plan, "dividends")] == [False, False]


def test_a_grid_by_cover_without_interest() -> None:
    """The first bucket, 10 % on 100, in all three years, whatever EBITDA is: 30."""
    plan = best("15-grid-cover-no-debt")
    assert value(plan) == pytest.approx(30, abs=1e-6)
    assert [row["bucket"] for row in rows(plan, "pricing_grid")] == [0, 0, 0, 0]


def test_the_cover_of_the_opening_balance_sheet() -> None:
    """EBITDA of 1 over 8 of interest is below 3: 10 % more on 100 in 2026 already. 8 + 10 = 18, discounted a year."""
    plan = best("c19-grid-by-cover-opening")
    assert value(plan) == pytest.approx(18 / 1.1, abs=1e-6)
    assert -plan.books.item("interest")[0] == pytest.approx(18)


# ── twelve months ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "tests"), [("06-dscr-quarter", 5), ("06-dscr-same-by-year", 2)])
def test_a_year_is_a_year_in_quarters(name: str, tests: int) -> None:
    """24 a year, whether 24 or 2 + 10 + 2 + 10, cover 16 of principal 1.5 times: more than 1.2. Debt costs nothing."""
    plan = best(name)
    assert value(plan) == pytest.approx(0, abs=1e-6)
    tested = [row["value"] for row in rows(plan, "covenants", tested="yes")]
    assert tested == [pytest.approx(1.5)] * tests
    assert plan.metrics["minimum_dscr"] == pytest.approx(1.5)


def test_debt_is_a_multiple_of_twelve_months() -> None:
    """1, 1, 1 and 37 are 40: 100 is 2.5 times, within 3. Before the year's end there is no test. 200 + 40 − 8 = 232."""
    plan = best("c22-debt-ebitda-ltm")
    assert value(plan) == pytest.approx(232, abs=1e-6)
    found = [(row["tested"], row["value"]) for row in rows(plan, "covenants")]
    assert found == [("first year", None)] * 3 + [("yes", pytest.approx(2.5))]


def test_each_quarter_by_itself_fails() -> None:
    """By the period alone, 2 a quarter do not cover 4 of principal; made a year's, 1 times 4 is no third of 100."""
    assert infeasible(case("06-dscr-quarter").replace({"covenants.d.over": "period"}))
    assert infeasible(case("c22-debt-ebitda-ltm").replace({"covenants.d.first_year": "annualised"}))


def test_the_history_stands_in_for_the_first_year() -> None:
    """Three quarters of 13 before: 39 + 1 are 40 in Q1; then 27 + 2 = 29, less than a third of 100: infeasible.

    With 37 a quarter the least is 37 + 3 = 40 in Q3.
    """
    base = case("c22-debt-ebitda-ltm")
    assert infeasible(base.replace({"history": {"ebitda_musd": 13}}))
    plan = best(base.replace({"history": {"ebitda_musd": {"2025Q2": 37}}}))
    assert [row["value"] for row in rows(plan, "covenants")] == [
        pytest.approx(100 / earned) for earned in (112, 76, 40, 40)
    ]
    short = best(base.replace({"history": {"ebitda_musd": {"2025Q3": 37}}}))  # 2025Q2 is not known
    assert [row["tested"] for row in rows(short, "covenants")] == ["first year", "yes", "yes", "yes"]


def test_a_hand_made_spreadsheet() -> None:
    """The table of `tests.audit.cases_covenants.lenders`, quarter by quarter, in the plan's own schedule."""
    made = lenders()
    instance, data = made.built()
    plan = Plan.assemble(instance, data["decisions"], data["ledger"], data["metrics"], made.summary())
    third = 10 / 3
    cash = [46.5, 47.75, 49, 51.875, 54.75, 57.625, 60.5]
    interest = [6, 5, 4, 4, 4, 3, 2]
    principal = [8 + 10, 4 + 15 + 2, 20 + 2, 20 + 2, 4 * third + 2, 4 * third, 4 * third]
    company = rows(plan, "covenants", covenant="company")
    assert [row["period"] for row in company] == QUARTERS
    assert [row["value"] for row in company[1:]] == [
        pytest.approx(a / (b + c)) for a, b, c in zip(cash, interest, principal, strict=True)
    ]
    assert company[0]["tested"] == "first year"
    # after a tax of its own, without overhead, and with the bond of Q6
    earned = [58.5, 59.75, 61, 63.875, 66.75, 69.625, 72.5]
    balloon = [0, 0, 0, 0, 50, 50, 50]
    assert [row["value"] for row in rows(plan, "covenants", covenant="infra")[1:]] == [
        pytest.approx(a / (b + c + d)) for a, b, c, d in zip(earned, interest, principal, balloon, strict=True)
    ]
    # EBITDA of twelve months, 12 a quarter before
    ebitda = [52, 56, 60, 64, 68, 72, 76, 80]
    paid = [7, 6, 5, 4, 4, 4, 3, 2]
    owed = [91, 76, 50 + 8 + 5 * third, 50 + 8 + 4 * third, 50 + 8 + 3 * third, 8 + 2 * third, 8 + third, 8]
    assert [row["value"] for row in rows(plan, "covenants", covenant="cover")] == [
        pytest.approx(a / b) for a, b in zip(ebitda, paid, strict=True)
    ]
    assert [row["value"] for row in rows(plan, "covenants", covenant="leverage")] == [
        pytest.approx(a / b) for a, b in zip(owed, ebitda, strict=True)
    ]
    assert rows(plan, "dividends", period="2026Q3")[0]["dscr"] == pytest.approx(47.75 / 26)
    assert plan.metrics["minimum_dscr"] == pytest.approx(66.75 / (4 + 4 * third + 2 + 50))


# ── cash, and principal when it is due ────────────────────────────────────────────────────────────────────────────


def test_deliveries_are_no_cash() -> None:
    """At most 60 + 35.04 are there without the loan, 100 are needed; from 2027 on nothing comes in that could cover it.

    The deliveries of 17.52 a year are revenue, and were paid for in 2026.
    """
    assert infeasible("c06-cfads-without-cash")
    without = best(case("c06-cfads-without-cash").replace({"covenants": {}}))
    assert without.books.ebitda()[1:] == pytest.approx([17.52, 17.52])


def test_without_debt_no_company_is_refused() -> None:
    """The same company with the 40 in its opening cash needs no loan, and passes."""
    plan = best(case("c06-cfads-without-cash").replace({"opening.cash_musd": 100}))
    assert value(plan) == pytest.approx(0, abs=1e-6)


def test_principal_prepaid_out_of_a_new_draw() -> None:
    """12 a year cannot cover a third of 100 and its interest 1.2 times, in 2028 or later.

    Nor can the loan be drawn anew in the period in which it is prepaid: what is prepaid in 2027 has to be there, and of
    at most 125 (8 % of which 12 cover 1.2 times) 27 can be. Of the 98 left a third falls due in 2028.
    """
    assert 12 >= 1.2 * 0.08 * 125
    assert 12 < 1.2 * (100 - 2) / 3
    assert infeasible("c20-prepay-redraw")


LOANS = {
    "old": {"kind": "level", "rate_per_year": 0, "tenor_periods": 8, "opening_balance_musd": 80, "prepayment": {}},
    "new": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 20, "first_draw": "2026Q2", "last_draw": "2026Q2"},
}


def refinancing(minimum: float, debt: dict[str, dict[str, object]]) -> Instance:
    """Two years of quarters that earn 6 each; the old loan falls due by 10 in each."""
    return Instance.model_validate(
        {
            "name": "refinancing",
            "calendar": {"start": "2026Q1", "periods": 8, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "capital_raised"}],
            "opening": {"cash_musd": 100, "other_assets_musd": 100},
            "cash_flows": {"income": {"kind": "operating", "musd_per_period": 6}},
            "debt": {name: {"limit_musd": 100, **terms} for name, terms in debt.items()},
            "covenants": {"cover": {"kind": "dscr", "minimum": minimum, "last_test": "2026Q4"}},
        }
    )


def test_prepaid_out_of_another_loan_is_due_all_the_same() -> None:
    """Twelve months earn 24 and 40 fall due: 0.6. Prepaid in Q2 out of another loan 40 are due still."""
    assert value(best(refinancing(0.6, LOANS))) == pytest.approx(0, abs=1e-6)
    assert infeasible(refinancing(0.601, LOANS))


def test_what_a_loan_names_it_refinances_as_it_falls_due() -> None:
    """The new loan repays the 10 that fall due in Q2 and no more: 24 cover the other 30 0.8 times."""
    named = {**LOANS, "new": {**LOANS["new"], "refinances": ["old"]}}
    plan = best(refinancing(0.8, named))
    assert value(plan) == pytest.approx(10, abs=1e-6)
    (row,) = plan.decisions["refinancings"]
    assert (row["instrument"], row["refinanced"], row["period"]) == ("new", "old", "2026Q2")
    assert row["musd"] == pytest.approx(10)
    assert infeasible(refinancing(0.801, named))


def test_a_tie_leaves_room_for_what_refinances() -> None:
    """Nothing is built, so that a tied loan could not be drawn at all but for what it refinances."""
    tied = {**LOANS["new"], "tied_to": {"capex_share": 1, "sites": []}, "refinances": ["old"]}
    assert value(best(refinancing(0.8, {**LOANS, "new": tied}))) == pytest.approx(10, abs=1e-6)
    assert infeasible(refinancing(0.8, {**LOANS, "new": {**tied, "refinances": ["new"]}}))


# ── the same in years, quarters and months ────────────────────────────────────────────────────────────────────────

STARTS = {"year": ("2026", 1), "quarter": ("2026Q1", 4), "month": ("2026-01", 12)}


def flat(length: str) -> Instance:
    """Three years of 48: a bond of 100 at 8 %, and a loan of 60 without interest over five years."""
    start, per_year = STARTS[length]
    return Instance.model_validate(
        {
            "name": "flat",
            "calendar": {"start": int(start) if length == "year" else start, "periods": 3 * per_year, "length": length},
            "discount": {"rate_per_year": 0},
            "objectives": [{"name": "terminal_cash"}],
            "opening": {"cash_musd": 50, "other_assets_musd": 200, "paid_in_capital_musd": 40},
            "cash_flows": {
                "halls": {"kind": "operating", "musd_per_year": 60},
                "overhead": {"kind": "operating", "musd_per_year": -12, "corporate": True},
            },
            "tax": {"rate": 0.25},
            "debt": {
                "bond": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 9 * per_year,
                    "opening_balance_musd": 100,
                    "limit_musd": 0,
                },
                "loan": {
                    "kind": "level",
                    "rate_per_year": 0,
                    "tenor_periods": 5 * per_year,
                    "opening_balance_musd": 60,
                    "limit_musd": 0,
                },
            },
            "covenants": {
                "company": {"kind": "dscr", "minimum": 0.5},
                "infra": {"kind": "dscr", "minimum": 0.5, "scope": "infrastructure"},
                "cover": {"kind": "interest_cover", "minimum": 1},
                "multiple": {"kind": "debt_to_ebitda", "maximum": 9},
            },
        }
    )


def test_a_year_is_four_quarters_and_twelve_months() -> None:
    """48 − 0.25·(48 − 8) = 38 and 60 − 0.25·(60 − 8) = 47 against 8 + 12; 48/8; and the debt of each year's end."""
    hand = {
        "company": [38 / 20] * 3,
        "infra": [47 / 20] * 3,
        "cover": [6.0] * 3,
        "multiple": [148 / 48, 136 / 48, 124 / 48],
    }
    for length, (_, per_year) in STARTS.items():
        plan = best(flat(length))
        assert plan.metrics["minimum_dscr"] == pytest.approx(1.9)
        for name, values in hand.items():
            tested = rows(plan, "covenants", covenant=name)
            assert [row["value"] for row in tested[per_year - 1 :: per_year]] == [
                pytest.approx(each) for each in values
            ]
            assert {row["tested"] for row in tested[: per_year - 1]} <= {"first year"}
            assert {row["tested"] for row in tested[per_year - 1 :]} == {"yes"}


# ── a company without debt is never refused by a ratio ────────────────────────────────────────────────────────────

KINDS = {
    "dscr": {"minimum": 1.3},
    "interest_cover": {"minimum": 2},
    "debt_to_ebitda": {"maximum": 3},
    "debt_to_capital": {"maximum": 0.5},
    "loan_to_value": {"maximum": 0.5, "assets": ["hardware"]},
}


def indebted_to_nobody(seed: int) -> tuple[Instance, Instance]:
    """A small company whose only loan cannot be drawn, with every ratio and a lock-up, and the same without them."""
    chance = random.Random(seed)
    length = chance.choice(["year", "quarter", "month"])
    periods = chance.randint(1, 14)
    start = int(STARTS[length][0]) if length == "year" else STARTS[length][0]
    earned = [round(chance.uniform(-8, 8), 2) for _ in range(periods)]
    first_year = chance.choice(["untested", "annualised"])
    covenants = {
        kind: {"kind": kind, **terms}
        | (
            {"over": chance.choice(["year", "period"]), "first_year": first_year}
            if kind in ("dscr", "interest_cover", "debt_to_ebitda")
            else {}
        )
        | {"scope": chance.choice(["company", "infrastructure"])}
        for kind, terms in KINDS.items()
    }
    dividends = {"maximum_musd": 5, "minimum_total_musd": 5}
    data = {
        "name": f"debtless-{seed}",
        "calendar": {"start": start, "periods": periods, "length": length},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "opening": {"cash_musd": 300, "paid_in_capital_musd": 100, "other_assets_musd": 500},
        "cash": {"yield_per_year": 0.03},
        "cash_flows": {
            "income": {"kind": "operating", "musd_per_period": earned},
            "overhead": {"kind": "operating", "musd_per_period": -1, "corporate": True},
        },
        "tax": {"rate": 0.25, "loss_usable_share": 0.8},
        "debt": {"loan": {"kind": chance.choice(["level", "bullet"]), "rate_per_year": 0.08, "tenor_periods": 4}},
        "equity": {"cost_of_equity_per_year": 0.1, "dividends": dividends},
    }
    data["debt"]["loan"]["limit_musd"] = 0  # type: ignore[index]
    lock_up = {**dividends, "lock_up_dscr": 1.5, "lock_up_over": chance.choice(["year", "period"])}
    promised = {**data, "covenants": covenants, "equity": {"cost_of_equity_per_year": 0.1, "dividends": lock_up}}
    return Instance.model_validate(promised), Instance.model_validate(data)


@pytest.mark.parametrize("seed", range(36))
def test_a_company_without_debt_keeps_every_ratio(seed: int) -> None:
    promised, free = indebted_to_nobody(seed)
    plan = best(promised)
    assert value(plan) == pytest.approx(value(best(free)), abs=1e-6)
    assert {row["tested"] for row in rows(plan, "covenants")} <= {"nothing owed", "first year"}
    assert not [row for row in rows(plan, "dividends") if row["locked_up"]]


def kept(covenant: dict[str, object], **loan: object) -> Instance:
    """40 a year against a loan that was drawn before and lets nothing be decided, and 93 of equity paid in."""
    terms = {"rate_per_year": 0, "limit_musd": 0, **loan}
    data = {
        "name": "kept",
        "calendar": {"start": 2026, "periods": 3, "length": "year"},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "opening": {"cash_musd": 100, "paid_in_capital_musd": 93},
        "cash_flows": {"income": {"kind": "operating", "musd_per_period": 40}},
        "debt": {"loan": terms},
        "covenants": {"test": covenant},
    }
    return Instance.model_validate(data)


def test_a_test_that_is_met_exactly_is_met() -> None:
    """60 is repaid in three years, 20 a year: 40 are twice that, though in binary two thirds of 60 leave a little more.

    Debt of 7 beside 93 of equity is 0.07 of both, though 0.07·100 is a little more than 7. A millionth more is none.
    """
    of_service = {"kind": "level", "tenor_periods": 3, "opening_balance_musd": 60}
    assert (1 - 2 / 3) * 60 * 2 > 40
    assert value(best(kept({"kind": "dscr", "minimum": 2}, **of_service))) == pytest.approx(100 + 120 - 60, abs=1e-6)
    assert infeasible(kept({"kind": "dscr", "minimum": 2.000001}, **of_service))
    of_capital = {"kind": "bullet", "tenor_periods": 9, "opening_balance_musd": 7}
    assert 0.07 * 100 > 7
    assert value(best(kept({"kind": "debt_to_capital", "minimum": 0.07}, **of_capital))) == pytest.approx(220, abs=1e-6)
    assert infeasible(kept({"kind": "debt_to_capital", "minimum": 0.070001}, **of_capital))
