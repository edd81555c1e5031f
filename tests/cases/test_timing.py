"""Small cases of when money moves: each with the value that is derived by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.plan.plan import Plan

FOLDER = Path(__file__).parent
REVENUE = 1.4 * 8.76
"""What 1000 H100e earn a year at 1.4 USD an hour, USD million."""


def solved(source: str | dict[str, Any]) -> Plan:
    """The plan of a case by name, or of what is given, proven and audited."""
    given = source if isinstance(source, dict) else FOLDER / f"{source}.yaml"
    plan = optimizer.solve(optimizer.load(given), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed
    return plan


def served(periods: int, objective: str, **more: Any) -> dict[str, Any]:
    """1000 chips for 10 serve from 2026 on and earn 12.264 a year."""
    chips = {"price_usd": 10_000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5}
    market = {"demand_h100e": 1000, "min_served_share": 1, "revenue_usd_per_h100e_hour": 1.4}
    return {
        "name": "served",
        "calendar": {"start": 2026, "periods": periods},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": objective}],
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1000}},
        "hardware": {"chips": chips},
        "markets": {"m": market},
        **more,
    }


def financed(periods: int, flows: list[float], debt: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Given flows and debt; the most cash at the end."""
    return {
        "name": "financed",
        "calendar": {"start": 2026, "periods": periods},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "cash_flows": {"net": {"kind": "investing", "musd_per_period": flows}},
        "debt": debt,
        **more,
    }


# ── payments ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["f02y-peak-years", "f02q-peak-quarters", "f02m-peak-months"])
def test_what_is_paid_at_the_start_needs_all_its_funding_in_every_calendar(name: str) -> None:
    """10 at the start of the first period: no revenue has come in by then, however short the period is."""
    plan = solved(name)
    assert plan.metrics["peak_funding"] == pytest.approx(10.0, abs=1e-6)
    first = plan.instance.periods.label(1)
    (row,) = [row for row in plan.rows("binding_limits").records() if row["limit"] == "cash for payments"]
    assert (row["place"], row["period"], row["used"], row["allowed"]) == ("start", first, 10.0, pytest.approx(10.0))


def test_paid_at_the_end_out_of_its_own_revenue_is_noted_once() -> None:
    """Two offers, one note: they are paid out of what they earn. Written down, it is meant."""
    data = served(2, "peak_funding")
    data["hardware"]["more"] = data["hardware"]["chips"]
    found = [each.code for each in optimizer.validate(data)]
    assert found.count("unset-payment-timing") == 1
    assert "unset-payment-timing" not in [each.code for each in optimizer.validate({**data, "payment_timing": "end"})]
    assert solved(data).metrics["peak_funding"] == pytest.approx(0.0, abs=1e-6)


def test_a_line_is_no_bridge_within_a_period() -> None:
    """Drawn at the start of 2026 for the chips, it stands until the start of 2027 and bears a year's interest.

    Drawn and repaid in 2026 it would have been free: 2·12.264 − 10.
    """
    line = {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 20}
    terms = {"draw_timing": "start", "payment_timing": "start", "debt": {"line": {**line, "last_draw": 2026}}}
    plan = solved(served(2, "terminal_cash", **terms))
    assert plan.metrics["terminal_cash"] == pytest.approx(2 * REVENUE - 10 - 0.8, abs=1e-6)


def test_what_is_kept_back_of_a_draw_pays_for_nothing() -> None:
    """9 for the chips at the start of 2026 take a draw of 10, a tenth of which is kept back."""
    loan = {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1, "limit_musd": 20}
    data = served(2, "capital_raised", draw_timing="start", payment_timing="start")
    data["hardware"]["chips"]["price_usd"] = 9000
    for share in ("upfront_fee_share", "issue_discount_share"):
        plan = solved(data | {"debt": {"loan": {**loan, share: 0.1}}})
        assert plan.metrics["capital_raised"] == pytest.approx(10.0, abs=1e-6)


def test_a_phase_has_a_timing_of_its_own() -> None:
    """Land of 5 and the first 10 at the start of 2026, 10 at the start of 2027, the opening cost of 3 at an end."""
    phase = {"name": "a", "mw": 1, "lead_periods": 1, "committed": True, "latest_start": 2026}
    phase |= {"capex": {"shell": {"musd": 20}}, "spend_profile": [0.5, 0.5], "payment_timing": "start"}
    site = {"region": "flat", "pue": 1, "land_musd": 5, "opening_cost_musd": 3, "phases": [phase]}
    data = {
        "name": "campus",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"campus": site},
    }
    assert solved(data).metrics["net_present_cost"] == pytest.approx(15 + 10 / 1.1 + 3 / 1.1, abs=1e-6)


def test_a_payment_is_discounted_from_the_earlier_of_two_dates() -> None:
    """t − max(θ, w): paid in mid-year, from there where flows count at the end, from the start where they do there."""
    data = served(1, "net_present_cost", payment_timing="mid", opening={"cash_musd": 10})
    at_end, at_start = solved(data), solved(data | {"discount": {"rate_per_year": 0.1, "timing": "start"}})
    assert at_end.metrics["net_present_cost"] == pytest.approx(10 / 1.1**0.5 - REVENUE / 1.1, abs=1e-6)
    assert at_start.metrics["net_present_cost"] == pytest.approx(10 - REVENUE, abs=1e-6)


def test_adjusted_present_value_dates_payments() -> None:
    """10 in mid-2026 and 12.264 at the ends of two years, at 8 %; what is idle, 5 on average and then 12.264, costs the
    discount rate of 10 %, since there is no loan, at 5 %."""
    rates = {"unlevered_rate_per_year": 0.08, "shield_rate_per_year": 0.05}
    terms = {"payment_timing": "mid", "opening": {"cash_musd": 10}, "adjusted_present_value": rates}
    plan = solved(served(2, "adjusted_present_value", **terms))
    value = -10 / 1.08**0.5 + REVENUE / 1.08 + REVENUE / 1.08**2 - 0.1 * (5 / 1.05 + REVENUE / 1.05**2)
    assert plan.metrics["adjusted_present_value"] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("timing", "years"), [("mid", 0.5), ("start", 1.0)])
def test_the_rate_of_return_dates_payments(timing: str, years: float) -> None:
    """10 become 12.264 within the part of the year that is left."""
    plan = solved(served(1, "net_present_cost", payment_timing=timing, opening={"cash_musd": 10}))
    rate = (REVENUE / 10) ** (1 / years) - 1
    assert plan.metrics["project_irr_per_year"] == pytest.approx(rate, abs=1e-9)


# ── interest ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_year_of_a_loan_is_a_year_of_interest() -> None:
    """100 from the start of 2026 to the start of 2027 at 8 %: 8, all of it in 2026."""
    plan = solved("j01-start-timing-tenor")
    assert plan.metrics["cost_of_capital"] == pytest.approx(8.0, abs=1e-6)
    paid = [row["interest_musd"] for row in plan.rows("financing").records()]
    assert paid == [pytest.approx(8.0), pytest.approx(0.0)]


@pytest.mark.parametrize(("first", "owed"), [(None, 110.0), (2028, 121.0)])
def test_what_is_prepaid_in_grace_bears_no_interest_after(first: int | None, owed: float) -> None:
    """100 drawn in mid-2026 at 10 %, capitalised for two years: 110 in mid-2027 or 121 in mid-2028, and no more.

    The rate of 2027, which no draw has, keeps the vintages apart.
    """
    loan: dict[str, Any] = {"kind": "bullet", "rate_per_year": {2026: 0.1, 2027: 0.2}, "tenor_periods": 4}
    loan |= {"grace_periods": 2, "capitalise_interest": True, "last_draw": 2027, "limit_musd": 150}
    loan |= {"prepayment": {"first_prepayment": first} if first else {}}
    plan = solved(financed(6, [-100, 150, 0, 0, 0, 0], {"loan": loan}, draw_timing="mid"))
    assert plan.metrics["terminal_cash"] == pytest.approx(150 - owed, abs=1e-6)


# ── one movement ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_drawn_once_for_its_tax_shield() -> None:
    """300 at 8 % from mid-2026 on: interest of 12, 24, 24, 24 is deducted, and nothing is drawn and repaid at once."""
    plan = solved("wash")
    kept = [200 - 0.25 * (200 - interest) for interest in (12, 24, 24, 24)]
    value = sum(flow / 1.1**t for t, flow in enumerate(kept, 1))
    assert plan.metrics["net_present_cost"] == pytest.approx(-value, abs=1e-5)
    assert plan.metrics["capital_raised"] == pytest.approx(300, abs=1e-6)
    assert [row["draw_musd"] for row in plan.rows("financing").records()] == pytest.approx([300, 0, 0, 0])


def test_a_least_draw_is_not_reached_by_repaying_at_once() -> None:
    """26 are short beside a line of 60 at 10 %, whose least draw is 50: 24 lie idle for a year.

    Drawn and repaid at once, 50 and 24 would have done: 105.4.
    """
    line = {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 200, "opening_balance_musd": 60}
    plan = solved(financed(2, [-20, 200], {"line": {**line, "min_draw_musd": 50, "last_draw": 2026}}))
    assert plan.metrics["terminal_cash"] == pytest.approx(24 + 200 - 11 - 110, abs=1e-6)
    assert plan.metrics["capital_raised"] == pytest.approx(50, abs=1e-6)


def test_a_line_without_fees_reports_net_draws() -> None:
    """Where a wash costs nothing and earns nothing, it is not in the plan: 100 drawn, and repaid as income allows."""
    line = {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 300, "last_draw": 2027}
    for objective in ("terminal_cash", "total_value", "peak_funding"):
        data = financed(3, [-100, 60, 60], {"line": line}, draw_timing="mid")
        plan = solved(data | {"objectives": [{"name": objective}]})
        moved = [(row["draw_musd"], row["repayment_musd"]) for row in plan.rows("financing").records()]
        assert all(min(pair) < 1e-6 for pair in moved)


def test_what_refinances_is_not_repaid_at_once() -> None:
    """50 of a loan fall due in 2026 and in 2027, of which 30 are earned; a cover of 1 leaves 20 and 22 to the line.

    They stand until 2028, at 10 %: interest of 2 in 2027 (which is why it is 22) and of 4.2. Drawn and repaid at once
    they would have cost nothing: 30.
    """
    loan = {"kind": "level", "rate_per_year": 0, "tenor_periods": 2, "opening_balance_musd": 100, "limit_musd": 0}
    line = {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 100, "last_draw": 2027, "refinances": ["loan"]}
    data = financed(3, [0, 0, 0], {"loan": loan, "line": line}, opening={"cash_musd": 40})
    data["cash_flows"]["net"] = {"kind": "operating", "musd_per_year": 30}
    plan = solved(data | {"covenants": {"cover": {"kind": "dscr", "minimum": 1}}})
    assert plan.metrics["terminal_cash"] == pytest.approx(40 + 90 - 100 - 2 - 4.2, abs=1e-6)
