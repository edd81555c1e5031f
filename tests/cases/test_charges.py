"""What capital costs at effective rates, mixes of the least capital, what loans are worth, and how rates are said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.finance.effective_interest import drawn_unit
from optimizer.instance.loader import load
from optimizer.instance.partner_unit import partner_unit
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solving.run import solve
from tests.oracles.effective import bullet, charges, worth, yield_of
from tests.oracles.money import factor, present

FOLDER = Path(__file__).parent
Data = dict[str, Any]


def case(name: str) -> Plan:
    return checked(solve(load(FOLDER / f"{name}.yaml"), gap=0.0, threads=1))


def solved(data: Data) -> Plan:
    base: Data = {"name": "case", "calendar": {"start": 2026, "periods": 3}, "discount": {"rate_per_year": 0.1}}
    objectives: Data = {"objectives": [{"name": "cost_of_capital"}]}
    return checked(solve(Instance.model_validate(base | objectives | data), gap=0.0, threads=1))


def checked(plan: Plan) -> Plan:
    assert plan.audit_passed
    assert plan.status == "optimal"
    return plan


def drawn(plan: Plan, name: str) -> float:
    return sum(row["musd"] for row in plan.decisions["debt_draws"] if row["instrument"] == name)


def paid_out(plan: Plan) -> float:
    return sum(row["musd"] for row in plan.decisions["dividends"])


def test_fee_over_the_life() -> None:
    """c08: 90 are short in 2027 (100 less the 10 of income). 94 for ten years of 5 and then 100 are 5.808 % a year, a
    year of which, on the 90 that came in, falls in 2028; the loan at 10 % would cost 9."""
    plan, own = case("c08-fee-over-horizon"), yield_of(94, [(when, 100 * paid) for when, paid in bullet(0.05, 10)])
    assert own == pytest.approx(0.05808, abs=1e-5)
    assert plan.metrics["cost_of_capital"] == pytest.approx(90 * own * factor(0.1, 3), abs=1e-6)
    assert drawn(plan, "a") == pytest.approx(0, abs=1e-6)
    assert drawn(plan, "b") == pytest.approx(90 / 0.94, abs=1e-6)


def test_no_draw_is_free() -> None:
    """c08b: what comes in in 2027, the last year, is charged for 2028, as what came in 2026 is for 2027."""
    plan, own = case("c08b-last-period-dearest"), yield_of(0.999, bullet(0.05, 10))
    assert plan.metrics["cost_of_capital"] == pytest.approx(90 * own * factor(0.1, 3), abs=1e-6)
    assert drawn(plan, "a") == pytest.approx(0, abs=1e-6)


def test_slack_is_one_of_what_is_decided() -> None:
    """i22: 0.05 % of the charges that are decided, 0.79·5 a year on 100, buy as much of the dear loan whether or not
    there is equity of 100,000 whose charge nobody can change."""
    none, much = case("i22-slack-on-a-constant-0"), case("i22-slack-on-a-constant-100000")
    for name in ("cheap", "dear"):
        assert drawn(none, name) == pytest.approx(drawn(much, name), abs=1e-5)
    decided = 0.79 * 5 * (factor(0.1, 2) + factor(0.1, 3))
    dear = 0.0005 * decided / (0.79 * 0.25 * (factor(0.1, 2) + factor(0.1, 3)))
    assert 0 < drawn(none, "dear") == pytest.approx(dear, abs=1e-3)
    given = 100_000 * 0.12 * present(0.1, (1, 1, 1))
    assert much.metrics["undecided_charge_musd"] == pytest.approx(given)
    assert much.summary["levels"][0]["base"] == pytest.approx(decided, rel=1e-6)
    assert none.metrics["undecided_charge_musd"] == 0
    assert "of the charges that are decided" in much.summary["message"]


@pytest.mark.parametrize(
    "name",
    ["e01-wacc-profit-0", "e01-wacc-profit-20", "c10d-wacc-borrow-to-pay-dividend", "14-wacc-no-net-capital"],
)
def test_ratio_of_what_is_charged(name: str) -> None:
    """Equity at 10 % and nothing else: profit, idle loans, dividends and cash do not make it another rate."""
    plan = case(name)
    assert plan.metrics["wacc"] == pytest.approx(0.1, abs=1e-9)
    assert sum(row["musd"] for row in plan.decisions["debt_draws"]) == pytest.approx(0, abs=1e-6)
    assert paid_out(plan) == pytest.approx(0, abs=1e-6)
    assert [level["name"] for level in plan.summary["levels"]] == ["capital_employed", "wacc"]
    assert [level["inserted"] for level in plan.summary["levels"]] == [True, False]


def test_loans_are_worth_what_they_cost() -> None:
    """c16b: the loan at 5 % is the reference, so it is worth nothing but the tax it saves; the one at 30 % costs more.

    100 at 5 %: −100 and twice 79 at 10 %; 0.21·5 saved in years 2 and 3 at 6 %; of year 3 5 % of the cash of 75.05.
    """
    plan = case("c16b-apv-dearest-loan")
    assert drawn(plan, "cheap") == pytest.approx(100, abs=1e-5)
    assert drawn(plan, "dear") == pytest.approx(0, abs=1e-5)
    value = present(0.1, (-100, 79, 79)) + present(0.06, (0, 1.05, 1.05 - 0.05 * 75.05))
    assert plan.metrics["adjusted_present_value"] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("name", ["c25q-charge-quarters", "c25y-charge-years"])
def test_equity_costs_the_same_by_quarters(name: str) -> None:
    """c25: 10 on 100 after a year, or 1.1^¼ − 1 of it after each of four quarters: 100·(1 − 1/1.1) either way."""
    assert case(name).metrics["cost_of_capital"] == pytest.approx(100 - 100 / 1.1, abs=1e-9)


def test_one_flow_one_rate() -> None:
    """08: 100 borrowed for a year at 1 % a month, for a project that earns 1 % a month: both 1.01¹² − 1 a year."""
    plan = case("08-irr-wacc-compounding")
    for name in ("average_wacc_per_year", "wacc", "project_irr_per_year"):
        assert plan.metrics[name] == pytest.approx(1.01**12 - 1, abs=1e-9)


def test_a_partner_costs_what_serving_it_does() -> None:
    """c07: 100 now for 200,000 H100e in years 5 to 9, at what a chip costs over its life, 0.228 USD an hour: 400 a year
    and less once the 100 are worked off at a cent an hour. That is more than 50 % a year: the loan at 8 % is drawn."""
    plan = case("c07-partner-beyond-horizon")
    assert plan.decisions["partners"] == []
    assert drawn(plan, "loan") == pytest.approx(100)
    assert plan.metrics["cost_of_capital"] == pytest.approx(8 * present(0.1, (0, 1, 1, 1)), abs=1e-6)
    served = 200_000 * 8760 / 1e6
    cost, value = served * 10_000 / (5 * 8760), served * 0.01
    owed, paid = 100.0, []
    for year in range(4, 9):
        against = min(value, owed)
        owed -= against
        paid.append((float(year), cost - (value - against) + (owed if year == 8 else 0.0)))
    rate = partner_unit(plan.instance, "lab", 1, 0.0).rate
    assert rate == pytest.approx(yield_of(100, paid), abs=1e-9)
    assert rate > 0.5


def test_a_partner_is_charged_its_yield() -> None:
    """100 now for 40 a year in years 2 to 4 is 9.7 % a year on 100 and then on 69.7: over the plan as much as a loan of
    100 at 8.3 %, so it is signed before one at 9 %, not before one at 8 %."""
    data: Data = {
        "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-100, 0, 0]}},
        "opening": {"cash_musd": 0},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 10}},
        "hardware": {
            "chips": {"price_usd": 0, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 9},
        },
        "partners": {
            "lab": {
                "kind": "compute",
                "cash_musd": 100,
                "last_signing": 2026,
                "delivery_lag_periods": 1,
                "delivery_periods": 3,
                "delivery_h100e": 1000,
                "price_usd_per_h100e_hour": 100 / (3 * 8.76),
                "cost_of_serving_usd_per_h100e_hour": 40 / 8.76,
            }
        },
    }
    own = yield_of(100, [(1.0, 40.0), (2.0, 40.0), (3.0, 40.0)])
    assert own == pytest.approx(0.097, abs=1e-3)
    for rate, signs in ((0.09, True), (0.08, False)):
        loan = {"kind": "bullet", "rate_per_year": rate, "tenor_periods": 10, "last_draw": 2026, "limit_musd": 100}
        income = {"kind": "operating", "musd_per_period": [0, 20, 20]}
        flows = {**data["cash_flows"], "income": income}
        plan = solved({**data, "cash_flows": flows, "debt": {"loan": loan}})
        assert bool(plan.decisions["partners"]) is signs
        if signs:
            second = 100 * (1 + own) - 40
            assert plan.metrics["cost_of_capital"] == pytest.approx(
                own * (100 * factor(0.1, 2) + second * factor(0.1, 3)), abs=1e-6
            )


@pytest.mark.parametrize("timing", ["end", "mid", "start"])
@pytest.mark.parametrize(
    "terms",
    [
        {"kind": "bullet"},
        {"kind": "level", "grace_periods": 2},
        {"kind": "annuity"},
        {"kind": "level", "grace_periods": 2, "capitalise_interest": True},
        {"kind": "bullet", "grace_periods": 3, "capitalise_interest": True},
    ],
)
def test_charges_add_up_to_what_is_paid(timing: str, terms: Data) -> None:
    """All charges of a loan, over its whole life, are what is paid for it less what came in, and it ends at nothing."""
    from optimizer.finance.amortisation import service
    from optimizer.instance.calendar import TIMING
    from optimizer.instance.schema import Debt

    fees = {"upfront_fee_share": 0.02, "issue_discount_share": 0.03}
    debt = Debt.model_validate({"rate_per_year": 0.08, "tenor_periods": 6, **terms, **fees})
    unit, whole = drawn_unit(debt, 0.08, TIMING[timing]), service(debt, 0.08, TIMING[timing])
    charged = unit.rate * sum(unit.held(age) for age in range(8))
    assert charged == pytest.approx(sum(whole.principal) + sum(whole.interest) - 0.95, abs=1e-12)
    payments = [(float(k), p) for k, p in enumerate(whole.principal) if p]
    payments += [(k + TIMING[timing], i) for k, i in enumerate(whole.interest) if i]
    assert worth(unit.rate, payments) == pytest.approx(0.95, abs=1e-12)
    ahead = charges(0.95, payments, 7, early=TIMING[timing])
    assert [unit.rate * unit.held(age) for age in range(7)] == pytest.approx(ahead, abs=1e-9)


def test_income_on_cash_is_taken_off() -> None:
    """100 of equity at 10 % are cash that earns 4 %, taxed at 25 %: 10 − 3 in year 1; income stays on the account."""
    plan = solved(
        {
            "calendar": {"start": 2026, "periods": 1},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash": {"yield_per_year": 0.04},
            "tax": {"rate": 0.25},
            "equity": {"cost_of_equity_per_year": 0.1},
        }
    )
    assert plan.metrics["cost_of_capital"] == pytest.approx((10 - 3) / 1.1)
    assert plan.metrics["undecided_charge_musd"] == pytest.approx(10 / 1.1)
    rows = plan.rows("cost_of_capital").records()
    assert [(row["source"], row["decided"]) for row in rows] == [("opening equity", 0), ("interest income", 1)]
    assert sum(row["present_value_musd"] for row in rows) == pytest.approx(plan.metrics["cost_of_capital"])


def test_what_is_owed_from_before_has_its_own_line() -> None:
    """50 at 8 % from before, which cannot be prepaid, is given; the 20 drawn beside it are decided."""
    plan = solved(
        {
            "opening": {"cash_musd": 10, "other_assets_musd": 40},
            "cash_flows": {
                "need": {"kind": "investing", "musd_per_period": [-30, 0, 0]},
                "income": {"kind": "operating", "musd_per_period": [4, 10, 10]},
            },
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 9,
                    "opening_balance_musd": 50,
                    "last_draw": 2026,
                }
            },
        }
    )
    rows = plan.rows("cost_of_capital").records()
    by_source = {row["source"]: row["decided"] for row in rows}
    assert by_source == {"loan, opening": 0, "loan": 1}
    assert plan.metrics["undecided_charge_musd"] == pytest.approx(4 * present(0.1, (1, 1, 1)))
    decided = sum(row["present_value_musd"] for row in rows if row["decided"])
    assert plan.summary["levels"][0]["base"] == pytest.approx(decided) == pytest.approx(1.6 * present(0.1, (0, 1, 1)))


def test_a_facility_writes_its_fee_off() -> None:
    """A line of two years of draws, 60 drawn in the first at 8 % and 3 %: half of the fee in each of the two years that
    what was drawn can be out, on 60: what is not written off stays when the line is repaid, and is no capital less."""
    plan = solved(
        {
            "cash_flows": {
                "need": {"kind": "investing", "musd_per_period": [-58.2, 0, 0]},
                "income": {"kind": "operating", "musd_per_period": [0, 4.8, 64.8]},
            },
            "debt": {
                "line": {
                    "kind": "revolver",
                    "rate_per_year": 0.08,
                    "limit_musd": 60,
                    "upfront_fee_share": 0.03,
                    "last_draw": 2027,
                }
            },
        }
    )
    assert drawn(plan, "line") == pytest.approx(60, abs=1e-6)
    assert plan.metrics["cost_of_capital"] == pytest.approx((4.8 + 0.9) * present(0.1, (0, 1, 1)), abs=1e-6)
    assert plan.metrics["capital_employed"] == pytest.approx(present(0.1, (0, 60, 60)), abs=1e-6)


FEES: dict[str, tuple[str, Data]] = {
    "line": ("year", {"kind": "revolver", "issue_fee_musd": 2}),
    "line by its share": ("quarter", {"kind": "revolver", "upfront_fee_share": 0.2}),
    "sculpted": ("year", {"kind": "sculpted", "tenor_periods": 10, "issue_fee_musd": 2}),
    "prepaid": ("year", {"kind": "bullet", "tenor_periods": 10, "issue_fee_musd": 2, "prepayment": {}}),
    "level": ("year", {"kind": "level", "tenor_periods": 5, "issue_fee_musd": 2}),
    "annuity": ("quarter", {"kind": "annuity", "tenor_periods": 5, "issue_fee_musd": 2, "grace_periods": 2}),
}


@pytest.mark.parametrize("timing", ["end", "mid", "start"])
@pytest.mark.parametrize("name", FEES)
def test_no_fee_is_paid_to_employ_less(name: str, timing: str) -> None:
    """Equity of 100 at 10 % and nothing to pay for: no loan is drawn and repaid for a fee that would stay behind.

    Where what is not charged yet of a fee lowers the capital of a loan that is gone, or of one that is drawn for
    little more than its fee, the least capital is found in fees: 2 drawn at a fee of 2 were −3.35 dollar years of it.
    """
    length, terms = FEES[name]
    plan = solved(
        {
            "calendar": {"start": 2026 if length == "year" else "2026Q1", "periods": 5, "length": length},
            "draw_timing": timing,
            "objectives": [{"name": "wacc"}],
            "opening": {"cash_musd": 10, "other_assets_musd": 90, "paid_in_capital_musd": 100},
            "equity": {"cost_of_equity_per_year": 0.1},
            "debt": {"loan": {"rate_per_year": 0.06, "limit_musd": 50, **terms}},
        }
    )
    assert plan.metrics["wacc"] == pytest.approx(0.1, abs=1e-9)
    assert drawn(plan, "loan") == pytest.approx(0, abs=1e-6)
