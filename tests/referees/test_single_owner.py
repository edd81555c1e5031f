"""NREL PySAM's Singleowner, a project finance model, on the same project: debt, service, tax, cash and return by year.

A plant of 1 MW that costs 4 m in year 0 and earns from year 1 on, ten years; straight line over ten years for tax. The
same conventions, so the same figures to a cent: everything is paid at the end of its year; interest is on what is owed
at the beginning of the year; debt is drawn in year 0 and serviced from year 1 on; sized by DSCR it is
Σ CFADS_t/(DSCR·(1+r)^t), CFADS before tax; all that is left each year is paid out.

Conventions that differ, and what is done about them:

- year 0 is our first period, in which the plant is built and paid;
- a loss is a tax refund there and is carried here: the plant is chosen so that no year has one;
- its rate of return ends when its value is small, some 1e-5 of it away: ours is compared with its flows;
- it pays out whatever there is, we decide: at a cost of equity of 30 % nothing is kept, and what goes beyond earnings
  is capital that is returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

import optimizer
from optimizer.plan.plan import Plan

pytest.importorskip("PySAM", reason="the optional part referee is not installed")

YEARS, COST, RATE, TENOR, DSCR, TAX = 10, 4_000_000.0, 0.06, 8, 1.3, 0.21
PRICE, GROWTH, RUNNING = 0.10, 0.02, 120_000.0
MARGINS = [1000 * 8760 * PRICE * (1 + GROWTH) ** t - RUNNING for t in range(YEARS)]
CENT = 0.01
COMPARED = (
    *("size_of_debt", "cf_debt_payment_interest", "cf_debt_payment_principal", "cf_fedtax", "issuance_of_equity"),
    *("cf_project_return_aftertax", "project_return_aftertax_irr", "cf_reserve_debtservice"),
)


def theirs(**terms: Any) -> Any:
    """The outputs of Singleowner; whatever is not named is nothing."""
    import PySAM.Singleowner as singleowner

    model = singleowner.new()
    listed = ("state_tax_rate", "om_production", "om_capacity", "degradation", "cp_capacity_credit_percent")
    zero = (
        *("system_use_lifetime_output", "cp_capacity_payment_type", "cp_capacity_payment_esc", "cp_battery_nameplate"),
        *("om_fixed_escal", "inflation_rate", "property_tax_rate", "prop_tax_assessed_decline", "insurance_rate"),
        *("salvage_percentage", "cost_debt_closing", "cost_debt_fee", "dscr_limit_debt_fraction"),
        *("dscr_reserve_months", "reserves_interest", "months_working_reserve", "months_receivables_reserve"),
        *("cost_other_financing", "equip_reserve_depr_sta", "equip_reserve_depr_fed", "construction_financing_cost"),
        *("depr_bonus_fed", "depr_bonus_sta"),
        *(f"equip{i}_reserve_cost" for i in (1, 2, 3)),
        *(f"depr_alloc_{kind}_percent" for kind in ("macrs_5", "macrs_15", "sl_5", "sl_15", "sl_20", "sl_39")),
    )
    given: dict[str, Any] = {
        **dict.fromkeys(zero, 0.0),
        **{name: [0.0] for name in (*listed, "cp_capacity_payment_amount")},
        "gen": [1000.0] * 8760,
        "dispatch_factors_ts": [1.0] * 8760,
        "analysis_period": YEARS,
        "system_capacity": 1000.0,
        "cp_system_nameplate": 1.0,
        "ppa_multiplier_model": 1,
        "dispatch_tod_factors": [1.0] * 9,
        "dispatch_sched_weekday": [[1] * 24] * 12,
        "dispatch_sched_weekend": [[1] * 24] * 12,
        "ppa_soln_mode": 1,
        "ppa_price_input": [PRICE],
        "ppa_escalation": 100 * GROWTH,
        "total_installed_cost": COST,
        "om_fixed": [RUNNING],
        "federal_tax_rate": [100 * TAX],
        "prop_tax_cost_assessed_percent": 100.0,
        "real_discount_rate": 8.0,
        "flip_target_percent": 8.0,
        "flip_target_year": 5.0,
        "term_tenor": float(TENOR),
        "term_int_rate": 100 * RATE,
        "dscr_maximum_debt_fraction": 100.0,
        "depr_alloc_custom_percent": 100.0,
        "depr_custom_schedule": [10.0] * 10,
        **{f"equip{i}_reserve_freq": 5.0 for i in (1, 2, 3)},
        **terms,
    }
    for name, value in given.items():
        model.value(name, value)
    model.execute(0)
    return SimpleNamespace(**{name: getattr(model.Outputs, name) for name in COMPARED})


def ours(debt: Mapping[str, Any], **more: Any) -> Plan:
    """The plan that is worth most to shareholders who ask 30 %, so that all debt is taken that there is."""
    data = {
        "name": "single-owner",
        "calendar": {"start": 2026, "periods": YEARS + 1},
        "discount": {"rate_per_year": 0.08},
        "objectives": [{"name": "shareholder_value"}],
        "solve": {"gap_share": 0, "threads": 1},
        "regions": {"grid": {"energy_price_usd_per_mwh": 0}},
        "sites": {
            "plant": {
                "region": "grid",
                "pue": 1,
                "phases": [
                    {
                        "name": "all",
                        "mw": 1,
                        "lead_periods": 1,
                        "committed": True,
                        "latest_start": 2026,
                        "capex": {"plant": {"musd": COST / 1e6, "book_life_years": 10, "tax_class": "ten-years"}},
                    }
                ],
            }
        },
        "cash_flows": {"margin": {"kind": "operating", "musd_per_year": [0.0, *(each / 1e6 for each in MARGINS)]}},
        "depreciation": {"ten-years": {"table_shares": [0.1] * 10}},
        "tax": {"rate": TAX},
        "debt": {"term": {"rate_per_year": RATE, "tenor_periods": TENOR, "last_draw": 2026, "limit_musd": 10, **debt}},
        "equity": {
            "cost_of_equity_per_year": 0.3,
            "dividends": {"return_of_capital": True},
            "rounds": {"owner": {"max_musd": 10, "last_raise": 2026}},
        },
        "terminal": {"kind": "none"},
        **more,
    }
    plan = optimizer.solve(optimizer.load(data))
    assert plan.audit_passed
    return plan


def usd(plan: Plan, *lines: str) -> list[float]:
    """What lines come to by year, USD."""
    found = dict.fromkeys(plan.instance.periods.labels, 0.0)
    for row in plan.ledger:
        if row["line"] in lines:
            found[row["period"]] += row["musd"] * 1e6
    return list(found.values())


def agree(plan: Plan, other: Any) -> None:
    """Debt, service, tax, what owners put in and get, and what it returns."""
    years = YEARS + 1
    cents = pytest.approx
    assert usd(plan, "draw.term")[0] == cents(other.size_of_debt, abs=CENT)
    assert usd(plan, "interest.term") == cents(list(other.cf_debt_payment_interest)[:years], abs=CENT)
    assert usd(plan, "repayment.term") == cents(list(other.cf_debt_payment_principal)[:years], abs=CENT)
    assert usd(plan, "tax") == cents([-each for each in other.cf_fedtax[:years]], abs=CENT)
    paid_in = usd(plan, "raise.owner")
    assert paid_in[0] == cents(other.issuance_of_equity, abs=CENT)
    flows = [back - put for back, put in zip(usd(plan, "dividend", "return_of_capital"), paid_in, strict=True)]
    flows[-1] += plan.books.balance("cash")[-1] * 1e6  # what is left is theirs
    assert flows == cents(list(other.cf_project_return_aftertax)[:years], abs=CENT)
    rate = plan.metrics["equity_irr_per_year"]
    assert rate is not None
    worth = sum(flow / (1 + rate) ** t for t, flow in enumerate(other.cf_project_return_aftertax))
    assert worth == cents(0.0, abs=CENT)
    assert rate == cents(other.project_return_aftertax_irr / 100, rel=1e-4)


def test_debt_sized_by_its_cover() -> None:
    covenants = {"cover": {"kind": "dscr", "minimum": DSCR, "tax": "none", "first_test": 2027}}
    plan = ours({"kind": "sculpted"}, covenants=covenants)
    size = sum(margin / DSCR / (1 + RATE) ** t for t, margin in enumerate(MARGINS[:TENOR], 1))
    assert usd(plan, "draw.term")[0] == pytest.approx(size, abs=CENT)
    agree(plan, theirs(debt_option=1, dscr=DSCR))
    assert plan.metrics["minimum_dscr"] == pytest.approx(DSCR, abs=1e-9)
    # all service is 1/DSCR of what there is for it, discounted at the rate of the loan
    assert plan.metrics["loan_life_cover"] == pytest.approx(_after_tax_cover(plan), rel=1e-9)


def _after_tax_cover(plan: Plan) -> float:
    """LLCR with CFADS after tax, as we define it, by hand."""
    cash = [margin - tax for margin, tax in zip(MARGINS, usd(plan, "tax")[1:], strict=True)]
    return sum(c / (1 + RATE) ** t for t, c in enumerate(cash[:TENOR], 1)) / usd(plan, "draw.term")[0]


def test_debt_of_equal_payments() -> None:
    """60 % of the cost, repaid in eight equal payments."""
    plan = ours({"kind": "annuity", "limit_musd": 0.6 * COST / 1e6})
    payment = 0.6 * COST * RATE / (1 - (1 + RATE) ** -TENOR)
    service = usd(plan, "interest.term", "repayment.term")
    assert service[1 : TENOR + 1] == pytest.approx([payment] * TENOR, abs=CENT)
    agree(plan, theirs(debt_option=0, debt_percent=60.0, payment_option=0))


def test_debt_of_equal_principal() -> None:
    plan = ours({"kind": "level", "limit_musd": 0.6 * COST / 1e6})
    assert usd(plan, "repayment.term")[1 : TENOR + 1] == pytest.approx([0.6 * COST / TENOR] * TENOR, abs=CENT)
    agree(plan, theirs(debt_option=0, debt_percent=60.0, payment_option=1))


def test_a_reserve_for_a_year_of_service() -> None:
    """Twelve months of service are kept from the close on, paid for with the plant, and free at the last payment.

    There 60 % are of what the plant and the reserve cost together: debt D of 0.6·(cost + f·D), f a payment of 1.
    """
    factor = RATE / (1 - (1 + RATE) ** -TENOR)
    debt = 0.6 * COST / (1 - 0.6 * factor)
    plan = ours({"kind": "annuity", "limit_musd": debt / 1e6, "service_reserve": {"service_periods": 1}})
    other = theirs(debt_option=0, debt_percent=60.0, payment_option=0, dscr_reserve_months=12.0)
    kept = [factor * debt] * TENOR + [0.0] * (YEARS + 1 - TENOR)
    # nothing is kept of the last year here, and paid out there
    assert [each * 1e6 for each in plan.books.balance("cash")[1:YEARS]] == pytest.approx(kept[: YEARS - 1], abs=CENT)
    assert list(other.cf_reserve_debtservice)[:YEARS] == pytest.approx(kept[:YEARS], abs=CENT)
    agree(plan, other)
