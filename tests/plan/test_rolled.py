"""What a file that goes on where a plan has got to holds of the plan, and which plans it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import optimizer
from optimizer.instance.reference import ROOT
from optimizer.plan.plan import Plan
from optimizer.plan.roll import as_file

FOLDER = ROOT / "instances" / "known-optimal"


def solved(name: str) -> Plan:
    return optimizer.solve(optimizer.load(FOLDER / f"{name}.yaml"), gap=0.0, threads=1)


@pytest.mark.parametrize(
    ("name", "last", "message"),
    [
        ("balloon", 2029, "term: a balloon that falls due within a year, which a test would count"),
        ("grid-twelve-months", "2026Q3", "a pricing grid by a cover of twelve months, of which fewer lie behind"),
        ("fractional-quarters", "2026Q1", "hall: what is left of a phase of which a share has begun"),
        ("interest-in-construction", 2026, "interest in construction that is part of what is built"),
        ("interest-in-construction", 2029, "interest in construction that is part of what is built"),
        ("debt-fees-prepaid", 2026, "loan: a fixed fee that tax deducts to the end, whatever is prepaid"),
        ("one-movement", 2026, "cheap: a loan that may be drawn and repaid early, though not in one period"),
        ("tied-loan-of-sold-units", 2026, "vendor: a loan that is tied to what was bought before"),
        ("tied-line-of-units-gone-quarters", "2026Q1", "line: a loan that is tied to what was bought before"),
    ],
)
def test_what_an_opening_cannot_say_is_refused(name: str, last: str | int, message: str) -> None:
    """Each was rolled once into a file with other statements, or with no plan at all."""
    with pytest.raises(optimizer.RollError, match=message):
        optimizer.rolled(solved(name), last)


def test_a_share_of_a_project_stands_with_that_share_of_its_cost() -> None:
    """All shares are decided in 2026, and what they cost by then is the budget of 50: it is in the balance sheet."""
    new = optimizer.rolled(solved("lorie-savage-shares"), 2026)
    opening = [asset for site in new.sites.values() for asset in site.opening.values()]
    assert sum(part.book_value_musd for asset in opening for part in asset.parts.values()) == pytest.approx(
        50, abs=1e-9
    )
    assert optimizer.solve(new, threads=1).audit_passed


def test_what_has_been_paid_out_has_not_to_be_paid_again() -> None:
    """60 are to be paid out over three years, and all of them by the end of 2027, since 2028 has a loss."""
    plan = solved("dividend-out-of-earnings")
    paid = {row["period"]: row["musd"] for row in plan.decisions["dividends"]}
    assert sum(paid.values()) == pytest.approx(60, abs=1e-6)
    for last, left in ((2026, 60 - paid.get("2026", 0.0)), (2027, 0)):
        new = optimizer.rolled(plan, last)
        assert new.equity is not None
        assert new.equity.dividends is not None
        assert new.equity.dividends.minimum_total_musd == pytest.approx(left, abs=1e-6)
        assert optimizer.solve(new, threads=1).audit_passed


def test_months_before_the_plan_are_looked_back_on_still() -> None:
    """Of the twelve months to February ten lie before the plan, with 1 each; its own have 4.

    A limit of ten times the EBITDA of twelve months, 11 + 4 at first, lets a loan pay for all of 104.
    """
    loose = optimizer.load(FOLDER / "twelve-months-history.yaml").replace({"covenants.leverage.maximum": 10})
    new = optimizer.rolled(optimizer.solve(loose, threads=1), "2026-02")
    assert new.history is not None
    assert new.history.ebitda_musd is not None
    before = {f"2025-{month:02d}": 1.0 for month in range(3, 13)}
    assert new.history.ebitda_musd.written() == {**before, "2026-01": 4.0, "2026-02": 4.0}


def test_a_test_of_what_there_is_cannot_look_back_before_the_file() -> None:
    """Three quarters in, a test of what there is would forget them; after four it looks back on all of them."""
    data: dict[str, Any] = {
        "name": "annualised",
        "calendar": {"start": "2026Q1", "periods": 6, "length": "quarter"},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "cost_of_capital"}],
        "cash_flows": {
            "need": {"kind": "investing", "musd_per_period": [-10, 0, 0, 0, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": 1},
        },
        "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 20, "last_draw": "2026Q1"}},
        "covenants": {"cover": {"kind": "interest_cover", "minimum": 1, "first_year": "annualised"}},
    }
    plan = optimizer.solve(optimizer.load(data), threads=1)
    for last in ("2026Q1", "2026Q2"):
        with pytest.raises(optimizer.RollError, match="a test of fewer than twelve months"):
            optimizer.rolled(plan, last)
    for last in ("2026Q3", "2026Q4"):
        assert optimizer.solve(optimizer.rolled(plan, last), threads=1).audit_passed


def test_what_can_be_signed_or_raised_no_more_is_left_out() -> None:
    """Nothing is needed, so nothing is signed or raised in 2026, the only year in which it could be."""
    year, dear = {"first_signing": 2026, "last_signing": 2026}, {"price_usd_per_h100e_hour": 100, "term_periods": 1}
    data: dict[str, Any] = {
        "name": "once",
        "calendar": {"start": 2026, "periods": 3},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
        "opening": {"cash_musd": 10},
        "regions": {"grid": {"energy_price_usd_per_mwh": 0}},
        "energy_sources": {
            "sun": {
                "region": "grid",
                "price_usd_per_mwh": 10,
                "limit_mw": 1,
                "contract": {"term_periods": 2, "take_or_pay_share": 1, **year},
            }
        },
        "sites": {
            "hall": {
                "region": "grid",
                "pue": 1,
                "existing_mw": 1,
                "colocation": {"rent_musd_per_mw_year": 1, "limit_mw": 1, "term_periods": 2, **year},
            }
        },
        "markets": {"any": {"demand_h100e": 1000}},
        "cloud": {
            "rented": {
                "price_usd_per_h100e_hour": 100,
                "limit_h100e": 0,
                "reserved": {**dear, "limit_h100e": 1000, **year},
            }
        },
        "partners": {"bank": {"kind": "equity", "cash_musd": 10, "pre_money_musd": 100, **year}},
        "equity": {"cost_of_equity_per_year": 0.1},
        "preferred_equity": {"p": {"dividend_per_year": 0.2, "max_musd": 10, "last_raise": 2026}},
    }
    new = optimizer.rolled(optimizer.solve(optimizer.load(data), threads=1), 2026)
    assert (new.energy_sources, new.partners, new.preferred_equity) == ({}, {}, {})
    assert new.sites["hall"].colocation is None
    assert new.cloud["rented"].reserved is None
    assert optimizer.solve(new, threads=1).audit_passed


def test_a_test_of_loans_that_are_gone_is_gone() -> None:
    """Of 10 that fall due in 2026 nothing is owed after it, and no test can name it."""
    hall = {"parts": {"shell": {"book_value_musd": 100}}}
    data: dict[str, Any] = {
        "name": "gone",
        "calendar": {"start": 2026, "periods": 3},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "opening": {"cash_musd": 20},
        "regions": {"grid": {"energy_price_usd_per_mwh": 0}},
        "sites": {"campus": {"region": "grid", "pue": 1, "opening": {"hall": hall}}},
        "debt": {"old": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1, "opening_balance_musd": 10}},
        "covenants": {"owned": {"kind": "loan_to_value", "maximum": 0.6, "assets": ["sites"], "instruments": ["old"]}},
    }
    data["debt"]["old"]["limit_musd"] = 0
    new = optimizer.rolled(optimizer.solve(optimizer.load(data), threads=1), 2026)
    assert (new.debt, new.covenants) == ({}, {})
    assert optimizer.solve(new, threads=1).metrics["terminal_cash"] == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize(("name", "last"), [("construction-begun", 2026), ("relever-opening", 2026), (None, 2026)])
def test_the_shortest_form_of_a_file_is_the_same_file(name: str | None, last: int, tmp_path: Path) -> None:
    """A price of nothing, dividends that are none, the usual objectives: defaults that have to be written all the same.

    Where a market may be left alone the default is not the usual list but shareholder_value by itself.
    """
    data: dict[str, Any] = {
        "name": "market",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "cost_of_capital"}, {"name": "shareholder_value"}],
        "markets": {"any": {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 1}},
    }
    new = optimizer.rolled(optimizer.solve(optimizer.load(data), threads=1) if name is None else solved(name), last)
    file = tmp_path / "new.yaml"
    file.write_text(yaml.safe_dump(as_file(new), sort_keys=False), encoding="utf-8")
    assert optimizer.load(file).hash == new.hash
