"""Tables of every source and instrument, against numbers derived by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from math import exp, log1p
from typing import Any

import pytest
from rich.console import Console

from optimizer.instance.schema import Instance
from optimizer.plan.figures.ownership import error_bound
from optimizer.plan.figures.terminal import terminal_value
from optimizer.plan.plan import Plan
from optimizer.report.terminal import print_plan
from tests.oracles.effective import yield_of

from .hand_made_terms import (
    CASH_2026,
    CASH_2027,
    CASH_2028,
    DECISIONS,
    DEDUCTED,
    DELIVERED,
    EBITDA,
    FEES_DEDUCTED,
    GRID,
    HOURLY,
    INSTANCE,
    INTEREST,
    LEDGER,
    PARTNER_CASH,
    RESERVED,
    SOURCE,
    TAX,
    TAX_DEPRECIATION,
    TAXABLE,
    WORKED_OFF,
    hand_made_terms,
)
from .test_schedules import only
from .test_statements import line


@pytest.fixture
def terms() -> Plan:
    return hand_made_terms()


def column(plan: Plan, table: str, field: str, /, **wanted: Any) -> list[Any]:
    """A column of the rows with these cells."""
    rows = plan.rows(table).records()
    return [row[field] for row in rows if all(row[key] == value for key, value in wanted.items())]


# ── hardware, sites, energy, cloud ────────────────────────────────────────────────────────────────────────────────


def test_purchases_say_on_what_terms(terms: Plan) -> None:
    assert [(row["offer"], row["terms"]) for row in terms.rows("purchases").records()] == [
        ("chips", "framework"),
        ("leased", "lease"),
        ("short", "lease"),
    ]
    lease = only(terms, "purchases", offer="leased")
    assert (lease["total_musd"], lease["average_price_usd"], lease["delivery_period"]) == (0.0, None, "2027")
    assert only(terms, "purchases", offer="chips")["total_musd"] == 80.0
    # leases are not bought
    assert terms.metrics["units_bought"] == 4000.0
    assert terms.metrics["average_accelerator_price_usd"] == pytest.approx(20000.0)


def test_agreements(terms: Plan) -> None:
    framework = only(terms, "agreements", kind="framework")
    assert (framework["offer"], framework["period"]) == ("chips", "2026")
    assert (framework["minimum_units"], framework["ordered_units"], framework["shortfall_units"]) == (5000, 4000, 1000)
    assert (framework["take_or_pay_musd"], framework["cost_musd"]) == (2.0, 1.0)
    development = only(terms, "agreements", kind="development")
    assert (development["offer"], development["opens"], development["cost_musd"]) == ("leased", "2026", 3.0)


def test_retired_units_serve_no_more(terms: Plan) -> None:
    assert column(terms, "fleet", "units", offer="chips") == [4000.0, 3000.0, 3000.0]
    (row,) = terms.rows("retirements").records()
    assert (row["ordered"], row["period"], row["units"], row["age_years"]) == ("2026", "2027", 1000.0, 1.0)
    # half of 20, a quarter of its life behind it
    assert (row["proceeds_musd"], row["book_value_musd"], row["gain_musd"]) == (10.0, 15.0, -5.0)


def test_leases(terms: Plan) -> None:
    rows = [row for row in terms.rows("leases").records() if row["offer"] == "leased"]
    assert [row["payment_musd"] for row in rows] == [0.0, 11.0, 11.0]
    assert [row["interest_musd"] for row in rows] == pytest.approx([0.0, 0.0, 1.0])
    assert [row["principal_musd"] for row in rows] == pytest.approx([0.0, 11.0, 10.0])
    assert [row["owed_musd"] for row in rows] == pytest.approx([0.0, 10.0, 0.0])
    # what is owed is the account of the ledger
    assert terms.books.balance("lease.leased") == pytest.approx([0.0, 0.0, 10.0, 0.0])
    # 3 due in a year at 20 %: 2.5 owed, 0.5 of interest
    assert column(terms, "leases", "interest_musd", offer="short") == pytest.approx([0.0, 0.0, 0.5])


def test_colocation(terms: Plan) -> None:
    (row,) = terms.rows("colocation").records()
    assert (row["signed"], row["first"], row["last"], row["mw"]) == ("2026", "2027", "2028", 1.0)
    assert row["rent_musd_per_period"] == 2.0
    assert column(terms, "site_power", "energised_mw", name="alpha") == [5.0, 6.0, 6.0]
    assert column(terms, "site_power", "rented_mw", name="alpha") == [0.0, 1.0, 1.0]
    assert column(terms, "site_power", "load_mw", name="alpha") == pytest.approx([5.0, 5.625, 5.625])


def test_energy_by_source(terms: Plan) -> None:
    assert column(terms, "energy", "taken_mwh", source="grid") == pytest.approx([8760.0, 17520.0, 4380.0])
    assert column(terms, "energy", "taken_mwh", source="ppa") == pytest.approx([26280.0, 21900.0, 35040.0])
    # in 2027 the contract is paid for 3 MW
    assert column(terms, "energy", "paid_mwh", source="ppa") == pytest.approx([26280.0, 26280.0, 35040.0])
    assert column(terms, "energy", "cost_musd", source="grid") == pytest.approx(GRID)
    assert column(terms, "energy", "cost_musd", source="ppa") == pytest.approx(SOURCE)
    assert column(terms, "power_energy", "energy_mwh") == pytest.approx([35040.0, 39420.0, 39420.0])


def test_renewable_share_and_emissions(terms: Plan) -> None:
    shares = [(3 + 0.2) / 4, (2.5 + 0.4) / 4.5, (4 + 0.1) / 4.5]
    assert column(terms, "energy_mix", "renewable_share") == pytest.approx(shares)
    assert column(terms, "energy_mix", "emissions_t") == pytest.approx([4380.0, 8760.0, 2190.0])
    assert terms.metrics["renewable_share"] == pytest.approx((3.2 + 2.9 + 4.1) / 13)
    assert terms.metrics["emissions_t"] == pytest.approx(4380.0 + 8760.0 + 2190.0)


def test_without_energy_there_is_no_share(plan: Plan) -> None:
    idle = replace(plan, decisions={})
    assert idle.rows("energy").rows == ()
    assert column(idle, "energy_mix", "renewable_share") == [None] * 4


def test_reserved_cloud(terms: Plan) -> None:
    assert column(terms, "cloud", "reserved_h100e") == [400.0, 400.0, 0.0]
    assert column(terms, "cloud", "unused_h100e") == [100.0, 0.0, 0.0]
    assert column(terms, "cloud", "hourly_h100e") == [0.0, 200.0, 0.0]
    assert column(terms, "cloud", "reserved_cost_musd") == pytest.approx([RESERVED, RESERVED, 0.0])
    assert column(terms, "cloud", "hourly_cost_musd") == pytest.approx([0.0, HOURLY, 0.0])


# ── financing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_debt_with_pik_discount_and_prepayment(terms: Plan) -> None:
    def vendor(name: str) -> list[Any]:
        return column(terms, "financing", name, instrument="vendor")

    assert vendor("balance_musd") == pytest.approx([80.0, 66.0, 33.0])
    assert vendor("capitalised_interest_musd") == [0.0, 8.0, 0.0]
    assert vendor("prepayment_musd") == [0.0, 22.0, 0.0]
    assert vendor("repayment_musd") == [0.0, 22.0, 33.0]
    assert vendor("interest_musd") == [0.0, 0.0, 6.6]
    assert vendor("fee_musd.discount") == [1.6, 0.0, 0.0]
    assert vendor("fee_musd.prepayment") == [0.0, 0.22, 0.0]
    assert vendor("fees_musd") == [1.6, 0.22, 0.0]
    assert column(terms, "financing", "balance_musd", instrument="bespoke") == [30.0, 20.0, 15.0]


def test_lenders(terms: Plan) -> None:
    assert column(terms, "lenders", "balance_musd") == pytest.approx([110.0, 86.0, 48.0])
    assert column(terms, "lenders", "headroom_musd") == pytest.approx([0.0, 24.0, 62.0])


def test_preferred(terms: Plan) -> None:
    assert column(terms, "preferred", "outstanding_musd") == [40.0, 40.0, 40.0]
    assert column(terms, "preferred", "dividend_musd") == [0.0, 4.0, 4.0]
    assert column(terms, "preferred", "flotation_musd") == [0.4, 0.0, 0.0]


def test_partners(terms: Plan) -> None:
    def friend(name: str) -> list[Any]:
        return column(terms, "partners", name, partner="friend")

    assert friend("cash_musd") == [20.0, 0.0, 0.0]
    assert friend("delivered_h100e") == [0.0, 1000.0, 1000.0]
    assert friend("delivered_value_musd") == pytest.approx([0.0, DELIVERED, DELIVERED])
    assert friend("worked_off_musd") == pytest.approx(WORKED_OFF)
    assert friend("revenue_musd") == pytest.approx(PARTNER_CASH)
    assert friend("owed_musd") == pytest.approx([20.0, 20.0 - DELIVERED, 0.0], abs=1e-12)
    assert column(terms, "partners", "cash_musd", partner="holder") == [0.0, 25.0, 0.0]


def test_dividends(terms: Plan) -> None:
    assert column(terms, "dividends", "dividend_musd") == [0.0, 0.0, 5.0]
    # interest paid, principal of lease and bespoke, and of vendor what is scheduled: nothing in 2027, when 22 is early
    service = [0.0, 2.4 + 2.2 + 11 + 10, 6.6 + 1.6 + 1 + 10 + 5 + 33]
    # what is delivered against the prepayment is no cash
    dscr = [None, *((EBITDA[t] - WORKED_OFF[t] - TAX[t]) / service[t] for t in (1, 2))]
    assert column(terms, "dividends", "dscr") == [None, *(pytest.approx(value) for value in dscr[1:])]
    locked = EBITDA[2] - WORKED_OFF[2] - TAX[2] < 1.2 * service[2]
    assert column(terms, "dividends", "locked_up") == [False, False, locked]


def test_ownership_kept_after_each_sale(terms: Plan) -> None:
    rows = terms.rows("equity_rounds").records()
    assert [(row["round"], row["kind"], row["period"]) for row in rows] == [
        ("a", "round", "2026"),
        ("holder", "partner", "2027"),
    ]
    assert [row["share_sold"] for row in rows] == pytest.approx([50 / 500, 25 / 500])
    assert [row["ownership_kept"] for row in rows] == pytest.approx([0.9, 0.9 * 0.95])
    assert terms.metrics["ownership_kept_share"] == pytest.approx(0.855)
    assert terms.metrics["dilution_share"] == pytest.approx(0.145)


def test_ownership_error_bound(terms: Plan) -> None:
    # four pieces of [10, 90]: the tangent of the first, at 20, overstates ln(1 + e/450) most at 10
    tangent = log1p(20 / 450) - 10 / (450 + 20)
    error = tangent - log1p(10 / 450)
    assert terms.metrics["ownership_error_bound_share"] == pytest.approx(0.8 * (exp(error) - 1), rel=1e-9)
    # nowhere in the range does a tangent overstate by more
    for k in range(4):
        middle = 20 + 20 * k
        for e in (middle - 10, middle - 5, middle, middle + 10):
            above = log1p(middle / 450) + (e - middle) / (450 + middle) - log1p(e / 450)
            assert -1e-15 <= above <= error + 1e-15


def test_ownership_bound_is_absent_where_nothing_asks_for_it(terms: Plan) -> None:
    equity = {key: value for key, value in INSTANCE["equity"].items() if key != "ownership_floor_share"}
    free = replace(terms, instance=Instance.model_validate({**INSTANCE, "equity": equity}))
    assert error_bound(free) is None
    wanted = {**INSTANCE, "equity": equity, "objectives": [{"name": "dilution"}]}
    tangent = log1p(20 / 450) - 10 / (450 + 20) - log1p(10 / 450)
    least = replace(terms, instance=Instance.model_validate(wanted))
    assert error_bound(least) == pytest.approx(0.855 * (exp(tangent) - 1), rel=1e-9)


# ── cost of capital, pricing grid, covenants ──────────────────────────────────────────────────────────────────────

K_LOW = 0.1 + (0.1 - 0.05) * 0.32 / 0.68
K_MIDDLE = 0.1 + (0.1 - 0.05 - 0.02) * 0.5 / 0.5


def test_pricing_grid(terms: Plan) -> None:
    leverage = [0.0, 110 / 300, 96 / 311, 48 / 263]
    # 33 + 15 of debt; 175 of common and 40 of preferred equity
    leverage[3] = 48 / (48 + 215)
    assert column(terms, "pricing_grid", "leverage") == pytest.approx(leverage)
    assert column(terms, "pricing_grid", "bucket") == [0, 1, 0, 0]
    assert column(terms, "pricing_grid", "spread_per_year") == [0.0, 0.02, 0.0, None]
    costs = column(terms, "pricing_grid", "cost_of_equity_per_year")
    assert costs[:3] == pytest.approx([K_LOW, K_MIDDLE, K_LOW])
    cover = column(terms, "pricing_grid", "interest_cover")
    assert cover[:2] == [None, None]
    assert cover[2:] == pytest.approx([EBITDA[1] / INTEREST[1], EBITDA[2] / INTEREST[2]])


def test_hamada(terms: Plan) -> None:
    relever = {"method": "hamada", "unlevered_cost_per_year": 0.1, "risk_free_per_year": 0.04}
    data = {**INSTANCE, "pricing_grid": {**INSTANCE["pricing_grid"], "relever": relever}}
    levered = replace(terms, instance=Instance.model_validate(data))
    cost = column(levered, "pricing_grid", "cost_of_equity_per_year", period="2026")
    assert cost == [pytest.approx(0.04 + 0.06 * (1 + 0.75 * 1.0))]


def test_opening_bucket_is_that_of_the_opening_leverage(terms: Plan) -> None:
    debt = {**INSTANCE["debt"], "bespoke": {**INSTANCE["debt"]["bespoke"], "opening_balance_musd": 100}}
    indebted = replace(terms, instance=Instance.model_validate({**INSTANCE, "debt": debt}))
    # 100 of debt on 100 of equity: the edge of two buckets, the cheaper is the one of the lower spread
    assert column(indebted, "pricing_grid", "bucket", period="0") == [1]


def test_cost_of_capital_by_source(terms: Plan) -> None:
    def charge(source: str) -> list[Any]:
        return column(terms, "cost_of_capital", "charge_musd", source=source)

    # 0.98 of each unit of 80 came in for 0.66 after two years and 0.605 after three; 20 units go after one, for 22.22
    rate = yield_of(0.98, [(2.0, 0.66), (3.0, 0.605)])
    carried = 0.98 * (1 + rate)
    assert charge("vendor") == pytest.approx(
        [0.0, 0.75 * (80 * 0.98 * rate + 22.22 - 20 * carried), 0.75 * 60 * carried * rate]
    )
    assert charge("bespoke") == pytest.approx([0.0, 0.75 * 2.4, 0.75 * 1.6])
    assert charge("leased") == pytest.approx([0.0, 0.0, 0.75])
    assert charge("short") == pytest.approx([0.0, 0.0, 0.75 * 0.5])
    assert charge("pricing grid") == pytest.approx([0.0, 0.75 * 2.2, 0.0])
    assert charge("opening equity") == pytest.approx([K_LOW * 100, K_MIDDLE * 100, K_LOW * 100])
    assert charge("a") == pytest.approx([0.0, K_MIDDLE * 50, K_LOW * 50])
    assert charge("holder") == pytest.approx([0.0, 0.0, K_LOW * 25])
    assert charge("p") == pytest.approx([0.0, 4.0, 4.0])
    assert column(terms, "cost_of_capital", "bucket", source="vendor") == [0, 1, 0]
    # carried into 2028: the vendor's 60 units, 20 of the other loan, leases of 10 and 2.5, equity 175 + 40
    row = only(terms, "wacc", period="2028")
    assert (row["debt_musd"], row["equity_musd"]) == (pytest.approx(60 * carried + 32.5), 215.0)


def test_covenants_count_leases_pik_and_preferred(terms: Plan) -> None:
    dscr = only(terms, "covenants", covenant="service", period="2028")
    cash_flow = EBITDA[2] - WORKED_OFF[2] - TAX[2]
    assert dscr["value"] == pytest.approx(cash_flow / (6.6 + 1.6 + 1 + 10 + 5 + 33))
    cover = only(terms, "covenants", covenant="cover", period="2027")
    assert cover["value"] == pytest.approx(EBITDA[1] / (8 + 2.4 + 2.2))
    gearing = only(terms, "covenants", covenant="gearing", period="2027")
    assert gearing["value"] == pytest.approx((66 + 20 + 10) / (96 + 175 + 40))


# ── tax and statements ────────────────────────────────────────────────────────────────────────────────────────────


def test_tax(terms: Plan) -> None:
    assert column(terms, "tax", "ebitda_musd") == pytest.approx(EBITDA)
    assert column(terms, "tax", "depreciation_musd") == pytest.approx(TAX_DEPRECIATION)
    assert column(terms, "tax", "interest_musd") == pytest.approx(INTEREST)
    assert column(terms, "tax", "interest_deducted_musd") == pytest.approx(DEDUCTED)
    assert column(terms, "tax", "fees_musd") == pytest.approx(FEES_DEDUCTED)
    assert column(terms, "financing", "fees_deducted_musd", instrument="vendor") == pytest.approx(FEES_DEDUCTED)
    left = [1.6, 1.6 - FEES_DEDUCTED[1] + 0.22, 0.75 * 1.6 / 3]
    assert column(terms, "tax", "fees_left_musd") == pytest.approx(left)
    carried = [0.0, INTEREST[1] - DEDUCTED[1], INTEREST[1] + INTEREST[2] - DEDUCTED[1] - DEDUCTED[2]]
    assert column(terms, "tax", "interest_carried_musd") == pytest.approx(carried)
    assert column(terms, "tax", "taxable_income_musd") == pytest.approx(TAXABLE)
    assert column(terms, "tax", "tax_musd") == pytest.approx(column(terms, "tax", "tax_paid_musd"), rel=1e-12)


def test_losses_are_carried(terms: Plan) -> None:
    tax = {"rate": 0.25, "loss_usable_share": 0.5, "opening_loss_musd": 40}
    lossy = replace(terms, instance=Instance.model_validate({**INSTANCE, "tax": tax}))
    income = TAXABLE[0]  # no interest in 2026
    used = min(40.0, 0.5 * income)
    assert only(lossy, "tax", period="2026")["losses_used_musd"] == pytest.approx(used)
    assert only(lossy, "tax", period="2026")["losses_carried_musd"] == pytest.approx(40 - used)
    assert only(lossy, "tax", period="2026")["tax_musd"] == pytest.approx(0.25 * (income - used))


def test_without_tax_there_is_no_table(terms: Plan) -> None:
    data = {key: value for key, value in INSTANCE.items() if key != "tax"}
    assert replace(terms, instance=Instance.model_validate(data)).rows("tax").rows == ()


def test_balance_sheet(terms: Plan) -> None:
    sheet = terms.rows("balance_sheet")
    assert line(sheet, "Total assets") == pytest.approx(line(sheet, "Total debt and equity"), abs=1e-9)
    assert line(sheet, "Cash") == pytest.approx([200, CASH_2026, CASH_2027, CASH_2028])
    # 60; less 25 sold and 15 written off; then less 15; and 21 leased less half
    assert line(sheet, "Hardware") == pytest.approx([0, 60, 60 - 15 - 15, 15])
    assert line(sheet, "Leased hardware") == pytest.approx([0, 0, 10.5, 0])
    assert line(sheet, "Lease: leased") == pytest.approx([0, 0, 10, 0])
    assert line(sheet, "Owed to friend") == pytest.approx([0, 20, 20 - DELIVERED, 0], abs=1e-12)
    assert line(sheet, "Preferred equity") == [0, 40, 40, 40]
    assert line(sheet, "Paid-in capital") == [100, 150, 175, 175]
    assert line(sheet, "Total debt") == pytest.approx([0, 110, 96, 48])


def test_income_statement(terms: Plan) -> None:
    income, sheet = terms.rows("income"), terms.rows("balance_sheet")
    changes = [after - before for before, after in pairwise(line(sheet, "Retained earnings"))]
    assert line(income, "Change in retained earnings") == pytest.approx(changes, abs=1e-9)
    assert line(income, "Delivered to friend") == pytest.approx([0, DELIVERED, DELIVERED])
    assert line(income, "EBITDA") == pytest.approx(EBITDA)
    assert line(income, "Depreciation of hardware") == pytest.approx([-20, -25.5, -25.5])
    assert line(income, "Gain or loss on units sold") == [0, -5, 0]
    assert line(income, "Interest capitalised") == [0, -8, 0]
    assert line(income, "Issue discount") == [-1.6, 0, 0]
    assert line(income, "Prepayment premium") == [0, -0.22, 0]
    assert line(income, "Preferred dividends") == [0, -4, -4]
    assert line(income, "Dividends") == [0, 0, -5]
    assert line(income, "Energy from sources") == pytest.approx([-amount for amount in SOURCE])
    assert line(income, "Take or pay") == [0, -2, 0]


def test_cash_flow_statement(terms: Plan) -> None:
    table = terms.rows("cash_flow")
    assert line(table, "Closing cash") == pytest.approx([CASH_2026, CASH_2027, CASH_2028])
    assert line(table, "Hardware sold") == [0, 10, 0]
    assert line(table, "Equity raised") == [50, 0, 0]
    assert line(table, "Preferred equity raised") == [40, 0, 0]
    assert line(table, "Partners' equity") == [0, 25, 0]
    assert line(table, "Partners' prepayments") == [20, 0, 0]
    assert line(table, "Debt drawn") == [110, 0, 0]
    assert line(table, "Debt repaid") == [0, -32, -38]
    assert line(table, "Lease principal") == [0, -11, -10]


def test_sources_and_uses(terms: Plan) -> None:
    table = terms.rows("sources_and_uses")
    assert line(table, "Total sources") == pytest.approx(line(table, "Total uses"), abs=1e-9)
    assert line(table, "Preferred equity: p") == [40, 0, 0]
    assert line(table, "Partner's equity: holder") == [0, 25, 0]
    assert line(table, "Partner's prepayment: friend") == [20, 0, 0]
    assert line(table, "Equity: a") == [50, 0, 0]


@pytest.mark.parametrize("name", ["income", "cash_flow", "balance_sheet", "sources_and_uses"])
def test_no_line_is_zero_throughout(terms: Plan, name: str) -> None:
    table = terms.rows(name)
    assert [row[0] for i, row in enumerate(table.rows) if i not in table.subtotals and not any(row[1:])] == []


def test_every_posting_is_in_a_line_of_its_own_name(terms: Plan) -> None:
    """No new cost is left to the lines that are called by their ledger line."""
    for name in ("income", "cash_flow", "sources_and_uses"):
        assert not [row[0] for row in terms.rows(name).rows if "opex." in str(row[0]) or "partner." in str(row[0])]


def test_terminal_value_is_that_of_resale(terms: Plan) -> None:
    # 3,000 units of 20,000, three years old at the end: a tenth
    assert terminal_value(terms) == pytest.approx(6.0)


def test_external_capital(terms: Plan) -> None:
    # vendor, bespoke, friend, round, preferred, holder
    assert terms.metrics["external_capital_raised_musd"] == pytest.approx(80 + 30 + 20 + 50 + 40 + 25)
    assert terms.metrics["revenue_musd.2027"] == pytest.approx(EBITDA[1] + terms.metrics["opex_musd.2027"])


# ── limits, terminal ──────────────────────────────────────────────────────────────────────────────────────────────


def test_binding_limits(terms: Plan) -> None:
    found = {(row["limit"], row["place"], row["period"]) for row in terms.rows("binding_limits").records()}
    assert found == {
        ("site power", "alpha", "2026"),
        ("compute in service", "alpha", "2026"),
        # 3,000 + 2,000 + 500 in service; 4,500 and 1,000 in 2028
        ("compute in service", "alpha", "2028"),
        ("energy source", "ppa", "2028"),
        ("lender", "bank", "2026"),
        ("tied draw", "vendor", "2026"),
        ("largest issue", "p", "2026"),
        ("largest dividend", "company", "2028"),
        ("least dividends in all", "company", "2028"),
    }


def test_overview_on_a_terminal(terms: Plan) -> None:
    console = Console(file=io.StringIO(), width=120, highlight=False, emoji=False)
    print_plan(terms, console)
    assert isinstance(console.file, io.StringIO)
    lines = [row.rstrip() for row in console.file.getvalue().splitlines()]
    text = "\n".join(lines)
    assert "chips: framework signed, 4,000 units of at least 5,000; 1,000 missing, $2.0 m paid for them" in text
    assert "leased: development begins in 2026, orders from 2026" in text
    # 3, 2.5 and 4 MW all year, in GWh
    assert next(row.split() for row in lines if row.startswith("ppa (north)")) == [
        "ppa",
        "(north)",
        "26.3",
        "21.9",
        "35.0",
    ]
    bucket = next(row for row in lines if row.startswith("bucket"))
    assert " ".join(bucket.split()) == "bucket 2 of 3 1 of 3 1 of 3"
    start = lines.index("Who owns the company")
    assert lines[start + 2].split() == ["a", "2026", "$50.0", "m", "$450", "m", "10.0", "%", "90.0", "%"]
    assert next(row.split()[-3:] for row in lines if row.startswith("to friend")) == ["·", "1,000", "1,000"]


def test_shares_and_amounts_among_the_objectives(terms: Plan) -> None:
    level = {"name": "wacc", "sense": "minimise", "unit": "share", "value": 0.0912, "bound": 0.0911}
    level |= {"gap_share": 0.001, "gap_musd": None, "status": "optimal"}
    level |= {"plan_value": 0.0915, "plan_gap_musd": None, "plan_gap_share": 0.0044}
    shown = replace(terms, summary={**terms.summary, "levels": [level]}, metrics={**terms.metrics, "wacc": 0.0915})
    console = Console(file=io.StringIO(), width=120, highlight=False, emoji=False)
    print_plan(shown, console)
    assert isinstance(console.file, io.StringIO)
    (row,) = [text for text in console.file.getvalue().splitlines() if text.startswith("min wacc")]
    assert " ".join(row.split()) == "min wacc 9.150 % 9.110 % 0.44 % 0.10 % optimal"


def test_nothing_new_in_a_plan_without_it(plan: Plan) -> None:
    for name in ("agreements", "leases", "retirements", "colocation", "cloud", "lenders", "preferred", "partners"):
        assert plan.rows(name).rows == (), name
    assert plan.rows("dividends").rows == plan.rows("pricing_grid").rows == ()


def test_an_operating_lease_is_not_on_the_balance_sheet() -> None:
    assert "lease.short" not in hand_made_terms().books.opening


def test_rows_of_a_line_add_up() -> None:
    """A line may be posted twice in a period: depreciation, and what sold units take off it."""
    twice = [row for row in LEDGER if row["line"] == "depreciation.hardware.chips" and row["period"] == "2027"]
    assert sorted(row["musd"] for row in twice) == [-5, 20]
    books = Plan(Instance.model_validate(INSTANCE), DECISIONS, LEDGER, {}, {}).books
    assert books.posted("depreciation.hardware.chips") == [20.0, 15.0, 15.0]
