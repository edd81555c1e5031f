"""Tables of every source and instrument, against numbers derived by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from optimizer.contract.lines import DEPRECIATION
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.report.terminal import print_plan

from .hand_made_terms import (
    DECISIONS,
    GRID,
    HOURLY,
    INSTANCE,
    LEDGER,
    RESERVED,
    SOURCE,
    hand_made_terms,
)
from .test_schedules import only


def column(plan: Plan, table: str, field: str, /, **wanted: Any) -> list[Any]:
    """A column of the rows with these cells."""
    rows = plan.rows(table).records()
    return [row[field] for row in rows if all(row[key] == value for key, value in wanted.items())]


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


def test_no_table_has_two_columns_of_one_name(terms: Plan) -> None:
    assert [name for name in terms.tables if len(set(columns := terms.rows(name).columns)) < len(columns)] == []


def test_rows_of_a_line_add_up() -> None:
    """A line may be posted twice in a period: depreciation, and what sold units take off it."""
    twice = [row for row in LEDGER if row["line"] == "depreciation.hardware.chips" and row["period"] == "2027"]
    assert sorted(row["musd"] for row in twice) == [-5, 20]
    books = Plan(Instance.model_validate(INSTANCE), DECISIONS, LEDGER, {}, {}).books
    assert books.posted(DEPRECIATION, "chips") == [20.0, 15.0, 15.0]
