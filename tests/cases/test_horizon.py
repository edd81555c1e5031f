"""Small cases of the end of the last period and of what comes after it: each with the value that is derived by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import optimizer
from optimizer.plan.plan import Plan
from optimizer.report.terminal import print_plan

FOLDER = Path(__file__).parent
HOUR = 8.76
"""What 1000 H100e earn a year at 1 USD an hour, USD million."""


def solved(source: str | dict[str, Any]) -> Plan:
    """The plan of a case by name, or of what is given, proven and audited."""
    given = source if isinstance(source, dict) else FOLDER / f"{source}.yaml"
    plan = optimizer.solve(optimizer.load(given), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed
    return plan


def starts(plan: Plan) -> set[tuple[str, str]]:
    return {(row["site"], row["period"]) for row in plan.decisions["phase_starts"]}


# ── terminal value ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_multiple_is_discounted_from_the_end_whatever_the_timing_of_flows() -> None:
    """100 at 1.1^−½ and 1.1^−1½ are 182.02; the multiple of 500 comes two years from now."""
    plan = solved("05-terminal-mid")
    expected = 100 * 1.1**-0.5 + 100 * 1.1**-1.5 + 500 / 1.1**2
    assert expected == pytest.approx(595.25, abs=5e-3)
    assert plan.metrics["net_present_cost"] == pytest.approx(-expected, abs=1e-6)
    assert plan.metrics["terminal_value_musd"] == pytest.approx(500)


def test_resale_is_discounted_from_the_end() -> None:
    """10 of chips and 0.0876 earned, at 1.21^−½ = 1/1.1; half the price comes back at 1/1.21."""
    plan = solved("05b-resale-mid")
    expected = (10 - 0.01 * HOUR) / 1.1 - 5 / 1.21
    assert expected == pytest.approx(4.879, abs=5e-4)
    assert plan.metrics["net_present_cost"] == pytest.approx(expected, abs=1e-6)


def test_a_multiple_is_one_of_twelve_months() -> None:
    """2 + 2 + 2 + 18 is 24 a year, of which ten times are 240; the last quarter alone would give 720."""
    plan = solved("06c-terminal-multiple-quarter")
    assert plan.metrics["net_present_cost"] == pytest.approx(-(24 + 240), abs=1e-6)


def test_a_horizon_shorter_than_a_year_is_divided_by_its_length() -> None:
    """Two quarters earn 2 and 4: 12 a year."""
    plan = solved(_quarters([2, 4]))
    assert plan.metrics["terminal_value_musd"] == pytest.approx(10 * 12)


def test_a_multiple_of_a_loss_is_nothing() -> None:
    plan = solved(_quarters([2, -3]))
    assert plan.metrics["terminal_value_musd"] == 0.0
    assert plan.metrics["net_present_cost"] == pytest.approx(1)


def _quarters(flows: list[float]) -> dict[str, Any]:
    return {
        "name": "quarters",
        "calendar": {"start": "2026Q1", "periods": len(flows), "length": "quarter"},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 50, "paid_in_capital_musd": 50},
        "cash_flows": {"ops": {"kind": "operating", "musd_per_period": flows}},
        "terminal": {"kind": "ebitda_multiple", "multiple": 10},
    }


def test_terminal_value_is_taxed_so_that_nothing_is_bought_on_the_last_day() -> None:
    """79 a year after tax. A chip of 1 saves 0.21 and would fetch 0.85, of which 0.6715 are left: not the 0.79."""
    plan = solved("c03-terminal-untaxed")
    expected = 79 / 1.1 + 79 / 1.21
    assert expected == pytest.approx(137.11, abs=5e-3)
    assert plan.metrics["net_present_cost"] == pytest.approx(-expected, abs=1e-6)
    assert plan.decisions["orders"] == []


@pytest.mark.parametrize(("tax_class", "begun"), [("ten", True), (None, False)])
def test_construction_in_progress_counts_in_the_book_share_and_is_basis(tax_class: str | None, begun: bool) -> None:
    """60 of 100 paid in 2027 count at the end of 2028; the hall opens later, and 40 are worth 40/11 then.

    A dollar of later is worth more here, 1/0.9 a year, so that it pays unless the 60 are taxed at 25 % for want of a
    class, which leaves 45.
    """
    shell = {"musd": 100, "book_life_years": 10} | ({"tax_class": tax_class} if tax_class else {})
    phase = {"name": "p", "mw": 1, "lead_periods": 2, "earliest_start": 2027, "latest_start": 2027}
    phase |= {"capex": {"shell": shell}, "spend_profile": [0.6, 0, 0.4]}
    plan = solved(
        {
            "name": "unfinished",
            "calendar": {"start": 2026, "periods": 3},
            "discount": {"rate_per_year": -0.1},
            "fair_rate_per_year": 10,
            "objectives": [{"name": "net_present_cost"}],
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 200},
            "regions": {"r": {"energy_price_usd_per_mwh": 0}},
            "sites": {"s": {"region": "r", "pue": 1, "phases": [phase]}},
            "depreciation": {"ten": {"life_years": 10}},
            "tax": {"rate": 0.25},
            "terminal": {"kind": "book_share", "share": 1},
        }
    )
    expected = 60 / 0.9**2 - (60 - 40 / 11) / 0.9**3
    assert expected < 0 < 60 / 0.9**2 - (45 - 40 / 11) / 0.9**3
    assert bool(starts(plan)) is begun
    assert plan.metrics["net_present_cost"] == pytest.approx(expected if begun else 0.0, abs=1e-6)


# ── commitments ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_unpaid_at_the_end_has_to_be_covered() -> None:
    """Of two projects begun with 10 each 180 stay unpaid, and 80 are left; one leaves 90 unpaid, and 90."""
    plan = solved("c09-spend-after-horizon")
    assert plan.metrics["total_value"] == 10
    assert {site for site, _ in starts(plan)} == {"one"}


def test_without_the_cover_both_are_begun() -> None:
    file = optimizer.load(FOLDER / "c09-spend-after-horizon.yaml").canonical()
    plan = solved(file | {"cash": {"cover_commitments": False}})
    assert plan.metrics["total_value"] == 19
    (row,) = [each for each in plan.rows("commitments").records() if each["name"] == "one"]
    assert (row["kind"], row["first_period"], row["payments_musd"]) == ("construction", "2028", pytest.approx(90))
    assert row["counted_musd"] == row["worth_musd"] == pytest.approx(90 / 1.1)  # no debt: at the discount rate


def test_a_value_counts_only_if_the_phase_is_energised_by_the_end() -> None:
    """Cash of 100 is spent on one phase started in 2026; a second one could start in 2027 and would open in 2029."""
    plan = solved("04b-value-of-phase-after-horizon")
    assert plan.metrics["total_value"] == 50
    assert [period for _, period in starts(plan)] == ["2026"]


def test_a_hall_is_not_built_for_the_income_of_its_first_year() -> None:
    """10 paid, 43.8 earned, and 90 still to pay."""
    plan = solved("04c-spend-profile-past-end")
    assert starts(plan) == set()
    assert plan.metrics["net_present_cost"] == 0.0


def test_serving_a_partner_beyond_the_horizon_is_owed() -> None:
    """Cash of 100 for five years of 200,000 H100e, each 400 to serve at 10,000/(5·8760) = 0.228 USD an hour.

    At the 10 % of discounting they are worth 1,516, and the 12.4 of the prepayment that are left after them 7.7.
    """
    file = optimizer.load(FOLDER / "c07-partner-beyond-horizon.yaml").canonical()
    file["objectives"] = [{"name": "net_present_cost"}]
    income = sum(10 / 1.1**t for t in (2, 3, 4))
    plan = solved("c07-partner-beyond-horizon")
    assert plan.decisions["partners"] == []
    assert sum(row["musd"] for row in plan.decisions["debt_draws"]) == pytest.approx(100)
    plan = solved(file)
    assert plan.decisions["partners"] == []
    assert plan.metrics["net_present_cost"] == pytest.approx(100 / 1.1 - income, abs=1e-6)
    file["debt"] = {}  # nothing but the partner can pay for the need, and the rate is that of discounting
    worth = sum(400 / 1.1**k for k in range(1, 6)) + (100 - 5 * 0.01 * 200 * HOUR) / 1.1**5
    plan = solved(file)
    assert plan.metrics["commitments_musd"] == pytest.approx(worth - 100)
    assert plan.metrics["net_present_cost"] == pytest.approx(100 / 1.1 - income + (worth - 100) / 1.1**4, abs=1e-5)


def test_a_partner_that_pays_more_than_serving_costs_is_no_debt() -> None:
    file = optimizer.load(FOLDER / "c07-partner-beyond-horizon.yaml").canonical()
    file["partners"]["lab"] |= {"price_usd_per_h100e_hour": 2.0}
    plan = solved(file | {"debt": {}, "objectives": [{"name": "net_present_cost"}]})
    assert plan.metrics["commitments_musd"] == 0.0
    (row,) = plan.rows("commitments").records()
    assert row["kind"] == "partner deliveries"
    # 3,504 a year at 2 USD; of the first, 100 are set against the prepayment
    assert row["payments_musd"] == pytest.approx(5 * (400 - 2 * 200 * HOUR) + 100)


def test_the_terminal_shows_what_is_left_to_pay(capsys: pytest.CaptureFixture[str]) -> None:
    file = optimizer.load(FOLDER / "c09-spend-after-horizon.yaml").canonical()
    plan = solved(file | {"cash": {"cover_commitments": False}})
    print_plan(plan, Console(width=100))
    shown = capsys.readouterr().out
    assert "Still to be paid after 2027" in shown
    assert "construction one" in shown


# ── a longer horizon ──────────────────────────────────────────────────────────────────────────────────────────────


def growing(periods: int, length: str = "year", **more: Any) -> dict[str, Any]:
    """A hall that earns in its second period, paid in four parts; nothing happens from the fourth period on."""
    first, second, third, *_ = labels = _labels(periods, length)
    flows = [0.0, 30.0, 30.0] + [0.0] * (periods - 3)
    phase = {"name": "p", "mw": 1, "lead_periods": 1, "committed": True, "latest_start": second}
    phase |= {"capex": {"shell": {"musd": 40}}, "spend_profile": [0.4, 0.3, 0.2, 0.1], "earliest_start": second}
    assert labels[2] == third
    return {
        "name": "growing",
        "calendar": {"start": first, "periods": periods, "length": length},
        "discount": {"rate_per_year": 0.1, "timing": "mid"},
        "fair_rate_per_year": 0.1,
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
        "cash_flows": {"sales": {"kind": "operating", "musd_per_period": flows}},
        "regions": {"r": {"energy_price_usd_per_mwh": 0}},
        "sites": {"s": {"region": "r", "pue": 1, "phases": [phase]}},
        **more,
    }


def _labels(periods: int, length: str) -> list[str]:
    if length == "year":
        return [str(2026 + t) for t in range(periods)]
    return [f"{2026 + t // 4}Q{t % 4 + 1}" for t in range(periods)]


@pytest.mark.parametrize("length", ["year", "quarter"])
def test_a_period_of_nothing_changes_nothing(length: str) -> None:
    """Where nothing is left to pay at the end a further period in which nothing happens has no effect."""
    plans = [solved(growing(periods, length)) for periods in (5, 6, 8)]
    values = [plan.metrics["net_present_cost"] for plan in plans]
    assert values == pytest.approx([values[0]] * 3, abs=1e-9)
    assert [plan.metrics["commitments_musd"] for plan in plans] == [0.0] * 3
    assert len({frozenset(starts(plan)) for plan in plans}) == 1


@pytest.mark.parametrize("length", ["year", "quarter"])
@pytest.mark.parametrize("timing", ["mid", "end"])
def test_what_is_left_to_pay_counts_as_if_the_plan_went_on(length: str, timing: str) -> None:
    """At f = ρ a plan that ends before the last payments is worth what the plan that makes them is."""
    more = {"payment_timing": timing, "discount": {"rate_per_year": 0.1, "timing": timing}}
    short, long = (solved(growing(periods, length, **more)) for periods in (3, 6))
    assert short.metrics["commitments_musd"] > 0.5
    assert short.metrics["net_present_cost"] == pytest.approx(long.metrics["net_present_cost"], abs=1e-9)


def test_a_contract_nobody_takes_over_counts_as_if_the_plan_went_on() -> None:
    """Rent of a contract of five years, signed at once; the plan ends after two, or after six."""

    def rented(periods: int) -> dict[str, Any]:
        rent = {"rent_musd_per_mw_year": 1, "limit_mw": 1, "term_periods": 5, "last_signing": 2026}
        demand = {2026: 1000, 2027: 0} if periods > 1 else 1000
        return {
            "name": "rented",
            "calendar": {"start": 2026, "periods": periods},
            "discount": {"rate_per_year": 0.1},
            "fair_rate_per_year": 0.1,
            "objectives": [{"name": "net_present_cost"}],
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"r": {"energy_price_usd_per_mwh": 0}},
            "sites": {"s": {"region": "r", "pue": 1, "colocation": {**rent, "assignable_share": 0}}},
            "hardware": {"chips": {"price_usd": 0, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 1}},
            "markets": {"m": {"demand_h100e": demand, "min_served_share": 1}},
        }

    values = [solved(rented(periods)).metrics["net_present_cost"] for periods in (1, 2, 6)]
    assert values == pytest.approx([sum(1.1**-t for t in range(1, 6))] * 3, abs=1e-9)
