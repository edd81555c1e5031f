"""What random programmes have found, each cut down to what shows it."""

from __future__ import annotations

import pytest

from optimizer.instance.calendar import TIMING
from optimizer.instance.partner_unit import PartnerUnit, partner_unit
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solving.run import search

from .solving import Data

PLAIN: Data = {
    "name": "found",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.0},
    "regions": {"north": {"energy_price_usd_per_mwh": 80}},
}
HALL: Data = {"name": "hall", "mw": 6, "lead_periods": 0, "capex": {"shell": {"musd": 36, "book_life_years": 20}}}


def audited(data: Data, gap: float = 0.0) -> Plan:
    plan = search(Instance.model_validate(PLAIN | data), Limits(gap_share=gap, time_limit_s=60.0, threads=1, seed=0))
    assert plan.status == "optimal"
    assert plan.audit is not None
    assert [rule["name"] for rule in plan.audit["rules"] if not rule["passed"]] == []
    return plan


def test_what_is_kept_is_not_called_infeasible() -> None:
    """HiGHS set columns as narrow as its tolerance at their upper end, and then found rows that they miss."""
    lease = {"payment_usd_per_unit_year": 3200, "implicit_rate_per_year": 0.08}
    chips = {"compute_h100e": 2.5, "kw": 1.2, "lead_periods": 0, "life_periods": 5, "lease": lease}
    hall = HALL | {"count": 2, "spend_profile": [0.6, 0.4], "value_musd": -1}
    plan = audited(
        {
            "discount": {"rate_per_year": 0.1},
            "opening": {"paid_in_capital_musd": 60},
            "objectives": [{"name": "wacc"}],
            "sites": {"beta": {"region": "north", "pue": 1.4, "phases": [hall]}},
            "hardware": {"leased_chips": chips},
        },
        gap=0.01,
    )
    assert plan.metrics["wacc"] == pytest.approx(0.0, abs=1e-9)


# ── partners who are served at the instant of their cash ──────────────────────────────────────────────────────────


def served(timing: str, cost: float, periods: int) -> Data:
    """A partner that pays 10 for 1,000 H100e at 0.5 USD an hour, delivered from that period on: 4.38 a year."""
    partner = {
        "kind": "compute",
        "cash_musd": 10,
        "delivery_lag_periods": 0,
        "delivery_periods": periods,
        "delivery_h100e": 1000,
        "price_usd_per_h100e_hour": 0.5,
        "cost_of_serving_usd_per_h100e_hour": cost,
    }
    chips = {"price_usd": 1000, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 2}
    # what is spent in the first period is paid back in the second, and cannot be paid without the partner
    flow = {"kind": "financing", "musd_per_period": [-3, 12]}
    return {
        "draw_timing": timing,
        "objectives": [{"name": "terminal_cash"}],
        "cash_flows": {"need": flow},
        "sites": {"beta": {"region": "north", "pue": 1}},
        "hardware": {"chips": chips},
        "partners": {"anchor": partner | {"last_signing": 2026}},
    }


def unit_of(data: Data) -> PartnerUnit:
    instance = Instance.model_validate(PLAIN | data)
    return partner_unit(instance, "anchor", 1, TIMING[instance.draw_timing])


def test_a_partner_served_at_no_loss_holds_capital_for_the_part_of_the_period() -> None:
    """Half a period before its end come 10, and are served or paid back at its end: half a year of 10, at nothing."""
    data = served("mid", 0.4, 1)
    unit = unit_of(data)
    assert (unit.rate, list(unit.held)) == (0.0, [5.0, 0.0, 0.0])
    data["cash_flows"]["need"]["musd_per_period"] = [-0.5, 12]
    assert len(audited(data).decisions["partners"]) == 1


def test_what_is_served_in_the_period_of_the_cash_is_no_longer_owed() -> None:
    """10 come at the end of a period in which 8.76·0.8 = 7.008 are served (4.38 are set against the cash), so that
    2.992 are held; in the next 7.008 are served and 10 − 8.76 = 1.24 paid back: 8.248 for them, 175.7 % a year.
    """
    data = served("end", 0.8, 2)
    unit = unit_of(data)
    assert unit.rate == pytest.approx(8.248 / 2.992 - 1, abs=1e-9)
    assert list(unit.held) == pytest.approx([0.0, 2.992, 0.0], abs=1e-9)
    plan = audited(data)
    assert len(plan.decisions["partners"]) == 1
    assert plan.metrics["cost_of_capital"] == pytest.approx(8.248 - 2.992, abs=1e-6)


def test_more_served_than_paid_at_the_same_instant_is_a_charge_and_no_capital() -> None:
    """10 come, 8.76·2 = 17.52 are served and 10 − 4.38 = 5.62 paid back: 13.14 lost at once, on no capital."""
    data = served("end", 2.0, 1)
    unit = unit_of(data)
    assert list(unit.held) == [0.0, 0.0, 0.0]
    assert list(unit.charge) == pytest.approx([13.14, 0.0, 0.0], abs=1e-9)
    data["cash_flows"]["need"]["musd_per_period"] = [-3, 12]
    plan = audited(data)
    assert len(plan.decisions["partners"]) == 1
    assert plan.metrics["cost_of_capital"] == pytest.approx(13.14, abs=1e-6)


# ── grids and loans ───────────────────────────────────────────────────────────────────────────────────────────────


def test_on_a_common_edge_at_instant_0_the_first_bucket_holds() -> None:
    """A level that is blind to cost chose the last bucket for the cover of period 1, at interest of 1,000 dollars."""
    loan = {"kind": "level", "rate_per_year": 0.06, "limit_musd": 60, "tenor_periods": 4}
    buckets = [{"lower": 2.5}, {"lower": 1, "upper": 2.5}, {"upper": 1, "cost_of_equity_per_year": 0.18}]
    audited(
        {
            "calendar": {"start": 2026, "periods": 1},
            "draw_timing": "start",
            "opening": {"paid_in_capital_musd": 100},
            "objectives": [{"name": "total_value"}],
            "debt": {"vendor_loan": loan},
            "equity": {"cost_of_equity_per_year": 0.15},
            "pricing_grid": {"by": "interest_cover", "buckets": buckets},
        },
        gap=1e-4,
    )


def test_no_loan_is_drawn_for_less_than_its_fee() -> None:
    """A fee is less capital until it is charged: a loan of 20 dollars at a fee of 0.5 lowered what is employed."""
    loan = {"kind": "sculpted", "rate_per_year": 0.05, "limit_musd": 60, "tenor_periods": 3, "issue_fee_musd": 0.5}
    plan = audited(
        {
            "opening": {"cash_musd": 60, "paid_in_capital_musd": 60},
            "objectives": [{"name": "wacc"}],
            "debt": {"loan": loan},
            "equity": {"cost_of_equity_per_year": 0.1},
        }
    )
    assert plan.decisions["debt_draws"] == []
    assert plan.metrics["wacc"] == pytest.approx(0.1, abs=1e-9)


def test_an_order_that_no_development_allows_needs_no_bound() -> None:
    """It is developed in the last period, and would be delivered after it."""
    chips = {"price_usd": 30000, "compute_h100e": 2, "kw": 0, "lead_periods": 1, "life_periods": 1}
    plan = audited(
        {
            "opening": {"cash_musd": 1},
            "objectives": [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
            "sites": {"beta": {"region": "north", "pue": 1}},
            "hardware": {"chips": chips | {"development": {"cost_musd": 0.5, "lead_periods": 1}}},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 2}},
            "terminal": {"kind": "book_share", "share": 1},
        }
    )
    assert plan.decisions["orders"] == []


def test_a_search_that_presolve_breaks() -> None:
    """HiGHS reported an error: what presolve had made of it broke a row by 1 when it was carried back."""
    partner = {"kind": "compute", "delivery_h100e": 7000}
    cards = {"price_usd": 500, "compute_h100e": 2, "kw": 0, "lead_periods": 1, "life_periods": 3}
    cards |= {"upkeep_usd_per_unit_year": 1000, "development": {"cost_musd": 0.5, "lead_periods": 1}}
    market = {"demand_h100e": [6000, 2500, 1000], "min_served_share": 0.5, "shortfall_penalty_usd_per_h100e_hour": 0.6}
    audited(
        {
            "calendar": {"start": "2026Q1", "periods": 3, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "opening": {"cash_musd": 5},
            "regions": {"north": {"energy_price_usd_per_mwh": 0}},
            "sites": {"hall": {"region": "north", "pue": 1.25}},
            "hardware": {"cards": cards},
            "markets": {"more": market},
            "partners": {
                "lab": partner | {"cash_musd": 1, "delivery_periods": 2, "price_usd_per_h100e_hour": 2},
                "fund": partner | {"cash_musd": 10, "delivery_periods": 1, "price_usd_per_h100e_hour": 0.3},
            },
            "tax": {"rate": 0.25},
        }
    )


def test_what_follows_from_a_plan_is_found_beside_a_level_that_is_held() -> None:
    """HiGHS called the plan it was given the best: the EBITDA of the last year went unvalued.

    2,625 chips are rented for 2,500 and then 2,625 H100e at 3 USD an hour: 65.7 and 68.985, at 700 USD each a year.
    """
    chips = {"compute_h100e": 2, "kw": 1, "lead_periods": 0, "life_periods": 3}
    lease = {"payment_usd_per_unit_year": 700, "implicit_rate_per_year": 0.05}
    bought = {"price_usd": 30000, "compute_h100e": 2, "kw": 0, "lead_periods": 1, "life_periods": 1}
    market = {"demand_h100e": {"initial": 2500, "growth_per_year": 0.05}, "revenue_usd_per_h100e_hour": 3}
    plan = audited(
        {
            "objectives": [{"name": "terminal_cash"}],
            "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
            "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1000}},
            "hardware": {"chips": bought, "cards": chips | {"lease": lease}},
            "markets": {"surplus": market},
            "terminal": {"kind": "ebitda_multiple", "multiple": 1.5},
        }
    )
    earned = (65.7 - 0.875) + (68.985 - 0.91875)
    assert plan.metrics["terminal_cash"] == pytest.approx(earned, abs=1e-5)
    assert plan.metrics["terminal_value_musd"] == pytest.approx(1.5 * (68.985 - 0.91875), abs=1e-5)


def test_the_plan_a_search_begins_with_is_not_the_best_unseen() -> None:
    """HiGHS called it the best before it looked at anything: presolve had found nothing feasible beside what is held
    to a dollar. A loan was signed for its commitment fee, of 0.025 a month, and never drawn: equity costs 12 %.
    """
    loan = {"kind": "bullet", "rate_per_year": 0.08, "limit_musd": 60, "tenor_periods": 5, "upfront_fee_share": 0.01}
    loan |= {"issue_fee_musd": 0.5, "commitment_fee_per_year": 0.005, "min_draw_musd": 20}
    chips = {"price_usd": 24000, "compute_h100e": 2.5, "kw": 2, "lead_periods": 0, "life_periods": 5}
    market = {"demand_h100e": {"initial": 8000, "growth_per_year": -0.1}, "revenue_usd_per_h100e_hour": 2.6}
    plan = audited(
        {
            "calendar": {"start": "2026-06", "periods": 5, "length": "month"},
            "discount": {"rate_per_year": 0.07},
            "opening": {"paid_in_capital_musd": 60},
            "objectives": [{"name": "wacc"}],
            "regions": {"north": {"energy_price_usd_per_mwh": 40}},
            "sites": {"alpha": {"region": "north", "pue": 1.1, "existing_mw": 2}},
            "hardware": {"dense": chips},
            "markets": {"training": market},
            "debt": {"loan": loan},
            "equity": {"cost_of_equity_per_year": 0.12, "dividends": {}},
            "cash": {"minimum_opex_months": 1},
            "cash_flows": {"grant": {"kind": "investing", "musd_per_period": 1.5}},
            "pricing_grid": {"by": "interest_cover", "buckets": [{"lower": 4}, {"lower": 2, "upper": 4}, {"upper": 2}]},
        }
    )
    assert plan.decisions["facilities"] == []
    assert plan.metrics["wacc"] == pytest.approx(0.12, abs=1e-8)
