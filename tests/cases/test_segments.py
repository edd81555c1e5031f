"""What a calendar of quarters and then years means for each construct, with the figures by hand.

The calendar is 2026Q1 … 2026Q4, 2027, 2028: a quarter is a base period, and a year is four of them.
"""

from __future__ import annotations

from math import fsum
from types import SimpleNamespace
from typing import Any

import pytest

import optimizer
from optimizer.finance.amortisation import repaid_share
from optimizer.instance.service_ahead import ahead
from optimizer.plan.figures.reserves import reserves
from optimizer.plan.plan import Plan
from optimizer.plan.table import Table
from optimizer.plan.tables.contracts import contracts
from optimizer.plan.tables.convertibles import convertibles

Data = dict[str, Any]

CALENDAR = {
    "start": "2026Q1",
    "length": "quarter",
    "segments": [{"length": "quarter", "periods": 4}, {"length": "year", "periods": 2}],
}
SITE = {"region": "flat", "pue": 1, "existing_mw": 1}


def solved(**blocks: Any) -> Plan:
    """The optimum for the least cost of the programme, which passes its audit."""
    base: Data = {
        "name": "segments",
        "calendar": CALENDAR,
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
        "solve": {"gap_share": 0, "threads": 1},
        "opening": {"cash_musd": 500},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
    }
    plan = optimizer.solve(optimizer.load(base | blocks))
    assert plan.audit is not None
    assert plan.audit_passed, [rule for rule in plan.audit["rules"] if not rule["passed"]]
    return plan


def lines(plan: Plan, name: str) -> list[float]:
    """The amounts of a line of the ledger by period."""
    labels = plan.instance.periods.labels
    return [fsum(r["musd"] for r in plan.ledger if r["line"] == name and r["period"] == label) for label in labels]


def column(table: Table, name: str) -> list[Any]:
    """A column of a table."""
    return table.column(name)


def test_a_reserve_is_for_its_share_of_a_year() -> None:
    """96 drawn at the end of 2026Q4 at 8 % a year, level over two years: 12 a quarter fall due, 48 a year.

    Interest of a year is on what is owed through it: 7.68 in 2027, 3.84 in 2028. Six months of service are a half of
    what falls due in the next year: (48 + 7.68)/2 = 27.84 at the end of 2026, (48 + 3.84)/2 = 25.92 at that of 2027.
    """
    loan = {"kind": "level", "rate_per_year": 0.08, "tenor_years": 2, "limit_musd": 96, "first_draw": "2026Q4",
            "last_draw": "2026Q4", "min_draw_musd": 96, "service_reserve": {"service_months": 6}}  # fmt: skip
    need = {"kind": "investing", "musd_per_period": [0, 0, 0, -80, 0, 0]}
    income = {"kind": "operating", "musd_per_period": [0, 0, 0, 12, 60, 60]}
    plan = solved(debt={"loan": loan}, cash_flows={"need": need, "income": income}, opening={"cash_musd": 0})
    assert lines(plan, "repayment.loan") == pytest.approx([0, 0, 0, 0, 48, 48])
    assert lines(plan, "interest.loan") == pytest.approx([0, 0, 0, 0, 7.68, 3.84])
    says = "2026Q1 to 2026Q4 by quarter, 2027 to 2028 by year; what flows in one is what flows in all of it."
    assert says in optimizer.to_html(plan)
    assert reserves(plan)["loan"][1:] == pytest.approx([0, 0, 0, 27.84, 25.92, 0])


def test_parts_of_years_ahead() -> None:
    """Two quarters ahead: of years a half of the next, of quarters two; five reach into the second year."""
    assert ahead((1, 1, 4, 4), 1, 2) == [(2, 0.5)]
    assert ahead((1, 1, 1, 1), 1, 2) == [(2, 1.0), (3, 1.0)]
    assert ahead((1, 1, 4, 4), 1, 5) == [(2, 1.0), (3, 0.25)]


def test_what_is_added_meanwhile_is_repaid_too() -> None:
    """A level loan of three periods, the first in grace, at 10 %: 1 grows to 1.1, of which 0.55 falls due twice."""
    loan = SimpleNamespace(kind="level", tenor_periods=3, grace_periods=1, capitalise_interest=True, balloon_share=0.0)
    falls = [repaid_share(loan, *ages, 0.1) for ages in ((0, 1), (0, 2), (2, 3), (0, 3))]
    assert falls == pytest.approx([0, 0.55, 0.55, 1.1])


def test_a_delayed_draw_floats_and_has_one_maturity() -> None:
    """48 drawn in 2026Q2 and in 2026Q4 are repaid from the end of the window on, 12 a quarter of both: 48 a year.

    The reference is 4.5 % in the second half of 2026 and 5 % from 2027 on, the margin 3 %: 48·7.5 %/4 = 0.9 in each of
    the two quarters, 96·8 % = 7.68 in 2027 and 48·8 % = 3.84 in 2028.
    """
    loan = {"kind": "delayed_draw", "floating": {"reference": "sofr", "margin_per_year": 0.03}, "tenor_years": 2,
            "limit_musd": 96, "first_draw": "2026Q2", "last_draw": "2026Q4"}  # fmt: skip
    curve = {"rate_per_year": {"2026Q1": 0.04, "2026Q3": 0.045, "2027": 0.05}}
    need = {"kind": "investing", "musd_per_period": [0, -48, 0, -48, 0, 0]}
    income = {"kind": "operating", "musd_per_period": [0, 0, 0.9, 0.9, 60, 60]}
    plan = solved(
        debt={"loan": loan},
        reference_rates={"sofr": curve},
        cash_flows={"need": need, "income": income},
        opening={"cash_musd": 0},
        objectives=[{"name": "cost_of_capital"}],
    )
    assert lines(plan, "draw.loan") == pytest.approx([0, 48, 0, 48, 0, 0])
    assert lines(plan, "repayment.loan") == pytest.approx([0, 0, 0, 0, 48, 48])
    assert lines(plan, "interest.loan") == pytest.approx([0, 0, 0.9, 0.9, 7.68, 3.84])


def test_what_is_there_at_instant_0_is_counted_by_the_quarter() -> None:
    """1000 units of five quarters, of a life of sixteen: eleven are left, 1 of 11 is written off in each.

    They serve in 2026 and 2027; in 2028, in which only three are left, they do not serve, and the last 3 are written
    off. Upkeep of 1 a year. Of the wing 1 each falls due in the first three quarters, 0.5 each in the fifth and sixth
    (2027) and 2 in the ninth (2028). On line from 2026Q3 with 6 + 1 + 1 = 8, over ten years: 0.2 a quarter; the 1 of
    2026Q3 adds 0.025 a quarter, that of 2027 0.1 a year, and the 2 of 2028 0.2 a year.
    """
    there = {"site": "hall", "units": 1000, "age_months": 15, "book_value_musd": 11}
    old = {"price_usd": 20_000, "compute_h100e": 1, "kw": 1, "lead_months": 0, "life_years": 4,
           "supply_units_per_year": 0, "upkeep_usd_per_unit_year": 1000, "opening": {"there": there}}  # fmt: skip
    shell = {"book_value_musd": 6, "book_life_years": 10, "to_spend_musd": [1, 1, 1, 0, 0.5, 0.5, 0, 0, 2]}
    wing = {"mw": 1, "ready": "2026Q3", "parts": {"shell": shell}}
    plan = solved(sites={"hall": {**SITE, "opening": {"wing": wing}}}, hardware={"old": old})
    assert lines(plan, "depreciation.hardware.old") == pytest.approx([1, 1, 1, 1, 4, 3])
    assert lines(plan, "opex.upkeep.old") == pytest.approx([0.25, 0.25, 0.25, 0.25, 1, 0])
    assert lines(plan, "capex.site.hall.shell") == pytest.approx([1, 1, 1, 0, 1, 2])
    assert lines(plan, "in_service.site.hall") == pytest.approx([0, 0, 8, 0, 0, 0])
    assert lines(plan, "depreciation.site.hall") == pytest.approx([0, 0, 0.225, 0.225, 1, 1.2])


def test_upkeep_by_age_is_counted_by_the_quarter() -> None:
    """1000 units of five quarters: three of their second year, at 400 a year, are left; then they cost 800, until 2028.

    500 that arrive in 2026Q3 cost 100 a year in that quarter, the next and half of 2027; 400 in the other half and in
    half of 2028; then 800. A quarter of the amount a quarter. If they may go, all do: those that serve as the plan
    begins at once, the others after their first quarter.
    """
    old = {"price_usd": 20_000, "compute_h100e": 1, "kw": 0.001, "lead_months": 0, "life_years": 4,
           "supply_units_per_year": 0, "upkeep_usd_per_unit_year_by_age": [100, 400, 800]}  # fmt: skip
    there = {"site": "hall", "units": 1000, "age_months": 15}
    due = {"site": "hall", "units": 500, "delivery": "2026Q3"}
    old["opening"] = {"there": there, "due": due}
    plan = solved(sites={"hall": SITE}, hardware={"old": old})
    served = [0.4 / 4, 0.4 / 4, 0.4 / 4, 0.8 / 4, 0.8, 0]
    arrived = [0, 0, 0.1 / 4, 0.1 / 4, (2 * 0.1 + 2 * 0.4) / 4, (2 * 0.4 + 2 * 0.8) / 4]
    wanted = [one + 0.5 * other for one, other in zip(served, arrived, strict=True)]
    assert lines(plan, "opex.upkeep.old") == pytest.approx(wanted)
    gone = solved(sites={"hall": SITE}, hardware={"old": {**old, "resale_share_by_age": [0]}})
    assert lines(gone, "opex.upkeep.old") == pytest.approx([0, 0, 0.5 * 0.1 / 4, 0, 0, 0], abs=1e-9)


def test_upkeep_by_age_of_what_is_sold_in_a_year() -> None:
    """1000 units bought in 2026Q1 with a lead of a quarter serve from 2026Q2 on; in 2028 half of them are not needed.

    Three quarters at 100 a year, the last of their first year and three of their second, 400, in 2027; then one of
    400 and three of 800, for the half that is left.
    """
    chips = {"price_usd": 20_000, "compute_h100e": 1, "kw": 0.001, "lead_months": 3, "life_years": 4,
             "last_order": "2026Q1", "upkeep_usd_per_unit_year_by_age": [100, 400, 800],
             "resale_share_by_age": [0]}  # fmt: skip
    demand = {"demand_h100e": [0, 1000, 1000, 1000, 1000, 500], "min_served_share": 1}
    plan = solved(sites={"hall": SITE}, hardware={"chips": chips}, markets={"m": demand})
    year = (0.1 + 3 * 0.4) / 4
    assert lines(plan, "opex.upkeep.chips") == pytest.approx(
        [0, 0.1 / 4, 0.1 / 4, 0.1 / 4, year, 0.5 * (0.4 + 3 * 0.8) / 4]
    )


BUILT = {"name": "one", "mw": 1, "earliest_start": "2026Q4", "latest_start": "2026Q4", "committed": True,
         "spend_profile": [0.2] * 5, "capex": {"shell": {"musd": 100, "book_life_years": 20}}}  # fmt: skip
"""100 in five quarters: 20 in 2026Q4 and 80 in 2027."""


def test_cash_looks_ahead_by_quarters() -> None:
    """At the end of 2026 half a year is looked ahead: 20 each of the next two quarters. 20 + 40 are drawn then.

    The window of the loan is over by 2027, so that nothing else could pay; income of 2027 pays the other 40 and the
    loan with its 8 % on 60, 4.8.
    """
    loan = {"kind": "bullet", "rate_per_year": 0.08, "tenor_years": 1, "limit_musd": 100, "last_draw": "2026Q4"}
    plan = solved(
        sites={"plant": {**SITE, "phases": [{**BUILT, "lead_months": 15}]}},
        debt={"loan": loan},
        opening={"cash_musd": 0},
        cash={"look_ahead_months": 6},
        cash_flows={"income": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 145, 0]}},
        objectives=[{"name": "cost_of_capital"}],
    )
    assert lines(plan, "draw.loan") == pytest.approx([0, 0, 0, 60, 0, 0])
    assert lines(plan, "interest.loan") == pytest.approx([0, 0, 0, 0, 4.8, 0])
    assert lines(plan, "capex.site.plant.shell") == pytest.approx([0, 0, 0, 20, 80, 0])


def test_what_is_begun_and_on_order_is_looked_ahead_to_by_quarters() -> None:
    """Of a group's hall 10, 20, 30 and 40 are still due by quarters of 2027, and 50 for chips as that year begins.

    Half a year ahead the end of 2026Q3 sees 10 + 50, that of Q4 another 20. The group has nothing, so that the company
    borrows for it: 60 in Q3, and in Q4 20 with 2 % on the 60.
    """
    wing = {"mw": 0, "ready": 2028, "parts": {"shell": {"to_spend_musd": [0, 0, 0, 0, 10, 20, 30, 40]}}}
    chips = {"price_usd": 1000, "compute_h100e": 1, "kw": 1, "lead_months": 0, "life_years": 10, "supply_units": 0,
             "opening": {"coming": {"site": "plant", "units": 1000, "delivery": 2027, "due_musd": 50}}}  # fmt: skip
    plan = solved(
        sites={"plant": {**SITE, "opening": {"wing": wing}}},
        hardware={"chips": chips},
        debt={
            "loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_years": 1, "limit_musd": 200, "last_draw": 2026}
        },
        groups={"spv": {"sites": ["plant"]}},
        opening={"cash_musd": 0},
        cash={"look_ahead_months": 6},
        cash_flows={"income": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 300, 0]}},
        objectives=[{"name": "cost_of_capital"}],
    )
    assert lines(plan, "draw.loan") == pytest.approx([0, 0, 60, 21.2, 0, 0])
    assert lines(plan, "capex.hardware.chips.opening") == pytest.approx([0, 0, 0, 0, 50, 0])


def test_interest_in_construction_is_of_the_time_in_it() -> None:
    """20 are paid at the end of 2026Q4 and 80 at that of 2027; six quarters after 2026Q4 lies 2028, and it serves then.

    At 8 % the 20 bear 1.6 in 2027 (the loan of 100 pays 8), and 101.6 are written off over 20 years: 5.08 in 2028.
    """
    loan = {"kind": "bullet", "rate_per_year": 0.08, "tenor_years": 2, "limit_musd": 100, "min_draw_musd": 100,
            "first_draw": "2026Q4", "last_draw": "2026Q4"}  # fmt: skip
    plan = solved(
        sites={"plant": {**SITE, "phases": [{**BUILT, "lead_months": 18}]}},
        debt={"loan": loan},
        opening={"cash_musd": 0},
        capitalise_interest_in_construction=True,
        cash_flows={"income": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 20, 120]}},
    )
    assert lines(plan, "capitalised_interest.site.plant") == pytest.approx([0, 0, 0, 0, 1.6, 0])
    assert lines(plan, "depreciation.site.plant") == pytest.approx([0, 0, 0, 0, 0, 5.08])


def test_a_convertible_matures_in_a_year() -> None:
    """40 of 2026Q2 mature six quarters later, at the end of 2027, when a share is 14: above 12.5, so 40 become shares.

    2 % a year are 0.2 in each of two quarters and 0.8 in 2027. Holders get 14/12.5 = 1.12 a unit: the yield y of a
    quarter solves 0.005·(v + v²) + (0.02 + 1.12)·v⁶ = 1, v = 1/(1 + y), and straight debt of the same yield bears r
    with r/4·(v + v² + 4·v⁶) + v⁶ = 1, which is more than that of 8 % effective.
    """
    terms = {"share_price_usd": [10, 10, 10, 10, 14, 16], "premium_share": 0.25, "straight_rate_per_year": 0.08}
    notes = {"kind": "bullet", "rate_per_year": 0.02, "tenor_months": 18, "limit_musd": 40, "min_draw_musd": 40,
             "first_draw": "2026Q2", "last_draw": "2026Q2", "conversion": terms}  # fmt: skip
    plan = solved(
        debt={"notes": notes},
        opening={"cash_musd": 0},
        equity={"cost_of_equity_per_year": 0.15},
        cash_flows={
            "need": {"kind": "investing", "musd_per_period": [0, -39, 0, 0, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 10, 0]},
        },
    )
    assert lines(plan, "conversion.notes") == pytest.approx([0, 0, 0, 0, 40, 0])
    assert lines(plan, "interest.notes") == pytest.approx([0, 0, 0.2, 0.2, 0.8, 0])
    low, high = 0.0, 1.0
    for _ in range(80):
        v = 1 / (1 + (low + high) / 2)
        dear = 0.005 * (v + v**2) + 1.14 * v**6 > 1
        low, high = ((low + high) / 2, high) if dear else (low, (low + high) / 2)
    straight = 4 * (1 - v**6) / (v + v**2 + 4 * v**6)
    assert straight > 4 * (1.08**0.25 - 1)
    assert column(convertibles(plan), "charged_rate_per_year") == pytest.approx([straight])


def test_a_contract_is_held_and_invoiced_by_quarters() -> None:
    """Signed in 2026Q1, accepted three quarters later, for five quarters: 1000 H100e in 2026Q4, then 2000.

    A quarter is 2190 hours: 1000·2190·2.5/10⁶ = 5.475. In 2027 10.95 a quarter, in the fourth of them, which is the
    fifth of the contract, 10 % more: 10.95·4.1 = 44.895.
    """
    anchor = {"signed": True, "acceptance_lag_months": 9, "term_months": 15, "ramp_h100e": [1000, 2000],
              "price_usd_per_h100e_hour": 2.5, "escalator_per_year": 0.1, "take_or_pay_share": 1}  # fmt: skip
    chips = {"price_usd": 1000, "compute_h100e": 1, "kw": 1, "lead_months": 0, "life_years": 10}
    plan = solved(sites={"hall": {**SITE, "existing_mw": 3}}, hardware={"chips": chips}, contracts={"anchor": anchor})
    assert column(contracts(plan), "held_h100e") == pytest.approx([0, 0, 0, 1000, 2000, 0])
    assert lines(plan, "contract.revenue.anchor") == pytest.approx([0, 0, 0, 5.475, 44.895, 0])


def test_the_lock_up_of_a_group_looks_at_the_year() -> None:
    """A loan of 100 of 2026Q4, level over two years at 8 %: 58 due in 2027, 54 in 2028, out of 62 and of 60.

    62/58 = 1.07 is below the lock-up of 1.1, 60/54 = 1.11 above it: what is left of both years, 4 + 6, is paid out in
    2028, and pays for the office.
    """
    loan = {"kind": "level", "rate_per_year": 0.08, "tenor_years": 2, "limit_musd": 100, "first_draw": "2026Q4",
            "last_draw": "2026Q4"}  # fmt: skip
    plan = solved(
        debt={"loan": loan},
        opening={"cash_musd": 0},
        objectives=[{"name": "cost_of_capital"}],
        cash_flows={
            "plant": {"kind": "investing", "musd_per_period": [0, 0, 0, -100, 0, 0]},
            "rent": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 62, 60]},
            "office": {"kind": "operating", "musd_per_period": [0, 0, 0, 0, 0, -10]},
        },
        groups={"spv": {"debt": ["loan"], "cash_flows": ["plant", "rent"], "lock_up_dscr": 1.1}},
    )
    paid = [(row["period"], row["musd"]) for row in plan.decisions["distributions"]]
    assert [period for period, _ in paid] == ["2028"]
    assert paid[0][1] == pytest.approx(10)


def test_a_second_term_that_begins_within_a_year_is_lent_on_from_then() -> None:
    """1,000 H100e for 3 a quarter from 2026Q2 on: the fourth quarter of the term is the first of 2027, and three of the
    four of the second term, at half the price, follow in that year.

    To come: 12 at signing, 9, 6, and 3 as 2026 ends: the second term begins a quarter later. In 2027 3 + 3·1.5 come in,
    and 1.5 is left. A line that is advanced on half of it may owe 6 in 2026Q1 and 1.5 in 2026Q4. 6 are needed in the
    one, and with 9 that have come in by then, 4.5 can be paid in the other; 4.6 cannot.
    """

    def paying(last: float) -> dict[str, Any]:
        return {
            "objectives": [{"name": "terminal_cash"}],
            "opening": {"cash_musd": 0},
            "sites": {"hall": SITE},
            "hardware": {"h": {"price_usd": 0, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 16,
                               "supply_units": [1000] * 6}},
            "contracts": {"c": {"signed": True, "acceptance_lag_periods": 1, "term_periods": 4, "ramp_h100e": [1000],
                                "price_usd_per_h100e_hour": 1.3698630136986301,
                                "renewal": {"kind": "certain", "term_periods": 4,
                                            "price_usd_per_h100e_hour": 0.6849315068493151}}},
            "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-6, 0, 0, -last, 0, 0]}},
            "debt": {"line": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 20,
                              "advance": {"contracts": ["c"], "share": 0.5}}},
        }  # fmt: skip

    plan = solved(**paying(4.5))
    assert column(contracts(plan), "to_come_musd") == pytest.approx([12, 9, 6, 3, 1.5, 0])
    assert lines(plan, "contract.revenue.c") == pytest.approx([0, 3, 3, 3, 7.5, 1.5])
    assert plan.metrics["terminal_cash"] == pytest.approx(7.5)  # 18 come in, and 10.5 go out
    with pytest.raises(optimizer.NoPlanError):
        solved(**paying(4.6))
