"""A year, four quarters and twelve months in which the same happens evenly: the same taxes, tests, charges and values.

Exact: what is sold, spent and taxed in a year, balances and tests at its end, what is drawn, and what there is at the
end of the plan. By compounding differ present values, in a way that can be said. A flow of a that comes evenly is paid
in m parts, at the ends of the parts. At ρ these are worth a·A_m at the end of the year, A_m = Σ_{j=1}^m
(1+ρ)^((m−j)/m) / m; A_1 = 1. Interest is such a flow, since loans charge r/m for a part of a year. Equity asks
(1+k)^(1/m) − 1, so that a year of it is worth ((1+k)^(1/m) − 1)·m·A_m at its end.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan.plan import Plan

from .solving import Data, examples, solved, statement

CENT = 1e-6
"""USD million, a dollar: rows are kept to 1e-9 of amounts of hundreds, and added up over up to 36 periods."""
PARTS = {"year": 1, "quarter": 4, "month": 12}
START: dict[str, Any] = {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}
COST_OF_EQUITY, FAIR, RHO = 0.12, 0.05, 0.1
Draw = st.DrawFn


@st.composite
def companies(draw: Draw) -> Data:
    """What the company is like, in years: a hall and chips bought at the start, results of two or three years, a tax,
    what it owes from before, and a loan for what is short at the start."""
    years = draw(st.integers(2, 3))
    tax: Data = {"rate": draw(st.sampled_from([0.25, 0.21]))}
    if draw(st.booleans()):
        tax |= {"loss_usable_share": draw(st.sampled_from([0.8, 1.0])), "opening_loss_musd": 15}
    if draw(st.booleans()):
        tax["interest_limit_share"] = draw(st.sampled_from([0.05, 0.3]))
    tax["payment"] = draw(st.sampled_from(["instalments", "year_end"]))
    written_off: Data = draw(st.sampled_from([{"life_years": 5}, {"life_years": 3}, {"table_shares": [0.5, 0.3, 0.2]}]))
    if "life_years" in written_off and draw(st.booleans()):
        written_off = written_off | {"convention": draw(st.sampled_from(["half_year", "mid_month"]))}
    if draw(st.booleans()):
        written_off = written_off | {"bonus_share": 0.4}
    return {
        "years": years,
        "results": [draw(st.sampled_from([5.0, 20.0, 45.0])) for _ in range(years)],
        "tax": draw(st.sampled_from([tax, tax, tax, None])),
        "depreciation": {"machines": written_off},
        "terminal": draw(
            st.sampled_from([None, {"kind": "book_share", "share": 0.6}, {"kind": "ebitda_multiple", "multiple": 4}])
        ),
        "cash": draw(st.sampled_from([10, 90])),
        "rate": draw(st.sampled_from([0.08, 0.0, 0.11])),
        "bond": draw(st.sampled_from([0, 30])),
        "amortising": draw(st.sampled_from([0, 20])),
        "life_years": draw(st.integers(4, 6)),
    }


def in_parts(company: Data, length: str) -> Data:
    """The company in years, quarters or months."""
    m, years = PARTS[length], company["years"]
    first = START[length]
    income = [each / m for each in company["results"] for _ in range(m)]
    taxed = {"tax_class": "machines"} if company["tax"] else {}
    shell = {"musd": 30, "book_life_years": 20} | taxed
    phase = {"name": "hall", "mw": 5, "lead_periods": 0, "committed": True, "latest_start": first}
    owed: Data = {
        "loan": {"kind": "bullet", "rate_per_year": company["rate"], "tenor_periods": 4 * m, "limit_musd": 500}
    }
    owed["loan"]["last_draw"] = first
    if company["bond"]:
        owed["bond"] = {"kind": "bullet", "rate_per_year": 0.06, "tenor_periods": 5 * m, "limit_musd": 0}
        owed["bond"]["opening_balance_musd"] = company["bond"]
    if company["amortising"]:
        owed["free"] = {"kind": "level", "rate_per_year": 0, "tenor_periods": 5 * m, "limit_musd": 0}
        owed["free"]["opening_balance_musd"] = company["amortising"]
    chips = {"price_usd": 20000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "last_order": first} | taxed
    data: Data = {
        "name": "even",
        "calendar": {"start": first, "periods": years * m, "length": length},
        "discount": {"rate_per_year": RHO},
        "fair_rate_per_year": FAIR,
        "draw_timing": "start",
        "payment_timing": "start",
        "objectives": [{"name": "cost_of_capital"}],
        "opening": {"cash_musd": company["cash"], "other_assets_musd": 200, "paid_in_capital_musd": 100},
        "cash_flows": {
            "results": {"kind": "operating", "musd_per_period": income},
            "overhead": {"kind": "operating", "musd_per_year": -2, "corporate": True},
        },
        "regions": {"flat": {"energy_price_usd_per_mwh": 40}},
        "sites": {
            "campus": {"region": "flat", "pue": 1.2, "phases": [phase | {"capex": {"shell": shell}}]},
        },
        "hardware": {
            "chips": chips | {"life_periods": company["life_years"] * m, "upkeep_usd_per_unit_year": 300},
        },
        "markets": {"demand": {"demand_h100e": 2000, "min_served_share": 1, "revenue_usd_per_h100e_hour": 0.5}},
        "debt": owed,
        "equity": {"cost_of_equity_per_year": COST_OF_EQUITY, "dividends": "none"},
        "covenants": {
            "company": {"kind": "dscr", "minimum": 0},
            "halls": {"kind": "dscr", "minimum": 0, "scope": "infrastructure", "balloons": "excluded"},
            "cover": {"kind": "interest_cover", "minimum": 0},
            "multiple": {"kind": "debt_to_ebitda", "maximum": 1000},
            "share": {"kind": "debt_to_capital", "maximum": 1},
            "book_share": {"kind": "debt_to_capital", "maximum": 1, "equity_basis": "book"},
            "value": {"kind": "loan_to_value", "maximum": 1000, "assets": ["sites", "hardware"]},
        },
    }
    if company["tax"]:
        data |= {"tax": company["tax"], "depreciation": company["depreciation"]}
    return data | ({"terminal": company["terminal"]} if company["terminal"] else {})


def yearly(plan: Plan, table: str, line: str, years: int) -> list[float]:
    """What a line of a statement comes to in each year."""
    amounts = statement(plan, table).get(line, [0.0] * len(plan.instance.periods.labels))
    m = len(amounts) // years
    return [sum(amounts[k : k + m]) for k in range(0, len(amounts), m)]


def ratios_at_year_ends(plan: Plan) -> dict[str, list[tuple[str, float | None]]]:
    m = plan.instance.periods.per_year
    ends = set(plan.instance.periods.labels[m - 1 :: m])
    found: dict[str, list[tuple[str, float | None]]] = {}
    for row in plan.rows("covenants").records():
        if row["period"] in ends:
            found.setdefault(row["covenant"], []).append((row["tested"], row["value"]))
    return found


@examples(20)
@given(companies())
def test_the_same_by_years_quarters_and_months(company: Data) -> None:
    years = company["years"]
    plans = {length: solved(in_parts(company, length)) for length in PARTS}
    whole = plans["year"]
    assert whole is not None
    drawn = sum(row["musd"] for row in whole.decisions["debt_draws"])
    assert (drawn > 1) == (company["cash"] == 10)
    lines = (("income", "EBITDA"), ("income", "Tax"), ("income", "Interest"), ("income", "Depreciation"))
    tests = ratios_at_year_ends(whole)
    assert {len(each) for each in tests.values()} == {years}
    for length, plan in plans.items():
        assert plan is not None
        assert plan.audit_passed
        m = PARTS[length]
        assert sum(row["musd"] for row in plan.decisions["debt_draws"]) == pytest.approx(drawn, abs=CENT)
        for table, line in lines:
            assert yearly(plan, table, line, years) == pytest.approx(yearly(whole, table, line, years), abs=CENT), line
        sheet, by_year = statement(plan, "balance_sheet"), statement(whole, "balance_sheet")
        for line, amounts in by_year.items():
            assert sheet[line][::m] == pytest.approx(amounts, abs=CENT), line
        for name, rows in ratios_at_year_ends(plan).items():
            assert [tested for tested, _ in rows] == [tested for tested, _ in tests[name]]
            for (_, value), (_, other) in zip(rows, tests[name], strict=True):
                assert value == (other if other is None else pytest.approx(other, rel=1e-5, abs=1e-6)), name
        check_values(company, plan, whole, drawn, m)


def check_values(company: Data, plan: Plan, whole: Plan, drawn: float, m: int) -> None:
    """Present values out of the amounts of the years alone, each with the factor of its parts."""
    years, span = company["years"], range(1, company["years"] + 1)
    evenly = sum((1 + RHO) ** ((m - j) / m) for j in range(1, m + 1)) / m
    ebitda, tax = yearly(whole, "income", "EBITDA", years), yearly(whole, "income", "Tax", years)
    in_parts_too = bool(company["tax"]) and company["tax"]["payment"] == "instalments"
    left = whole.metrics["terminal_value_musd"] or 0.0
    assert plan.metrics["terminal_value_musd"] == pytest.approx(left, abs=CENT)

    # capital spending falls on instant 0: 30 for the hall and 2000 chips of 20,000
    paid = 30 + 2000 * 20000 / 1e6
    flows = sum((1 + RHO) ** -y * (evenly * ebitda[y - 1] + (evenly if in_parts_too else 1) * tax[y - 1]) for y in span)
    cost = paid - flows - (1 + RHO) ** -years * left
    assert plan.metrics["net_present_cost"] == pytest.approx(cost, abs=1e-5)

    # the loan is there from instant 0, whole; equity of 100; what is owed without interest is charged nothing
    kept = 1 - company["tax"]["rate"] if company["tax"] else 1.0
    interest = company["rate"] * drawn + 0.06 * company["bond"]
    equity = 100 * m * ((1 + COST_OF_EQUITY) ** (1 / m) - 1)
    annuity = sum((1 + RHO) ** -y for y in span)
    charges = evenly * (kept * interest + equity) * annuity
    assert plan.metrics["cost_of_capital"] == pytest.approx(charges, abs=1e-5)
    if not company["amortising"]:
        ratio = (kept * interest + equity) / (drawn + company["bond"] + 100)
        assert plan.metrics["wacc"] == pytest.approx((1 + ratio / m) ** m - 1, abs=1e-9)

    # at the end there is the cash, and what is left to pay of each loan at the fair rate
    owed = drawn * _worth(company["rate"], 4 - years, m) + company["bond"] * _worth(0.06, 5 - years, m)
    repaid = [(1 + FAIR) ** (-j / m) / m for j in range(1, (5 - years) * m + 1)]
    owed += company["amortising"] / 5 * sum(repaid)
    cash = statement(whole, "balance_sheet")["Cash"][-1]
    value = (1 + COST_OF_EQUITY) ** -years * (cash + left - owed)
    assert plan.metrics["shareholder_value"] == pytest.approx(value, abs=1e-5)


def _worth(rate: float, years: int, m: int) -> float:
    """Coupons of rate/m and par, so many years ahead, at the fair rate."""
    coupons = [rate / m * (1 + FAIR) ** (-j / m) for j in range(1, years * m + 1)]
    return sum(coupons) + float((1 + FAIR) ** -years)
