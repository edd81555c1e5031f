"""Tax and statements of a plan with every kind of term."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from optimizer.instance.schema import Instance
from optimizer.plan.figures.terminal import terminal_value
from optimizer.plan.plan import Plan

from .hand_made_terms import (
    CASH_2026,
    CASH_2027,
    CASH_2028,
    DEDUCTED,
    DELIVERED,
    EBITDA,
    FEES_DEDUCTED,
    INSTANCE,
    INTEREST,
    SOURCE,
    TAX_DEPRECIATION,
    TAXABLE,
)
from .test_schedules import only
from .test_statements import line
from .test_terms import column


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
