"""The statements fit together, and say what the hand-made ledger says."""

from __future__ import annotations

from itertools import pairwise

import pytest

from optimizer.contract.accounts import CASH as CASH_ACCOUNT
from optimizer.contract.accounts import RETAINED
from optimizer.contract.lines import KINDS, LineKind
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.table import Table
from optimizer.plan.tables.statements import FINANCING, INCOME, INVESTING

from .hand_made import (
    CASH_2026,
    CASH_2027,
    CASH_2028,
    CASH_2029,
    DECISIONS,
    EBITDA,
    INSTANCE,
    LABELS,
    LEDGER,
    TAX,
)


def line(table: Table, name: str) -> list[float]:
    """The numbers of a line."""
    rows = [row for row in table.rows if row[0] == name]
    assert len(rows) == 1, f"{len(rows)} lines {name!r}"
    return [float(cell or 0.0) for cell in rows[0][1:]]


CASH = [CASH_2026, CASH_2027, CASH_2028, CASH_2029]


def test_balance_sheet_balances(plan: Plan) -> None:
    sheet = plan.rows("balance_sheet")
    assert sheet.columns == ("line", "0", *LABELS)
    assert line(sheet, "Total assets") == pytest.approx(line(sheet, "Total debt and equity"), abs=1e-9)
    assert line(sheet, "Cash") == pytest.approx([100, *CASH], abs=1e-9)
    # opening: 100 + 20 − 90 − 10
    assert line(sheet, "Retained earnings")[0] == 20.0
    assert line(sheet, "Deposits on hardware") == pytest.approx([0, 36.8, 0, 0, 0], abs=1e-12)
    assert line(sheet, "Construction in progress") == [0, 50, 0, 0, 0]
    assert line(sheet, "Sites") == pytest.approx([0, 5, 95, 85, 75])
    assert line(sheet, "Hardware") == pytest.approx([0, 0, 184 * 2 / 3, 184 / 3, 0], abs=1e-9)
    assert line(sheet, "Debt: loan") == [0, 60, 40, 20, 0]


def test_income_statement_explains_retained_earnings(plan: Plan) -> None:
    income, sheet = plan.rows("income"), plan.rows("balance_sheet")
    earnings = line(sheet, "Retained earnings")
    changes = [after - before for before, after in pairwise(earnings)]
    assert line(income, "Change in retained earnings") == pytest.approx(changes, abs=1e-9)
    assert line(income, "EBITDA") == pytest.approx([-6, EBITDA, EBITDA, EBITDA])
    assert line(income, "EBIT")[1] == pytest.approx(EBITDA - 10 - 184 / 3)
    assert line(income, "Net income")[1] == pytest.approx(EBITDA - 10 - 184 / 3 - 5.3 - TAX["2027"])


def test_cash_flow_reconciles_to_cash(plan: Plan) -> None:
    flow = plan.rows("cash_flow")
    assert line(flow, "Closing cash") == pytest.approx(CASH, abs=1e-9)
    assert line(flow, "Opening cash") == pytest.approx([100, *CASH[:-1]], abs=1e-9)
    parts = [line(flow, f"Cash flow from {part}") for part in ("operations", "investing", "financing")]
    assert [sum(column) for column in zip(*parts, strict=True)] == pytest.approx(line(flow, "Change in cash"), abs=1e-9)
    assert line(flow, "Cash flow from investing") == pytest.approx([-91.8, -197.2, 0, 0])


def test_sources_equal_uses(plan: Plan) -> None:
    table = plan.rows("sources_and_uses")
    assert line(table, "Total sources") == pytest.approx(line(table, "Total uses"), abs=1e-9)
    assert line(table, "Equity: series-a") == [0, 100, 0, 0]
    assert line(table, "Debt: loan") == [60, 0, 0, 0]
    assert line(table, "Total sources")[0] == pytest.approx(100 - 6 + 60)


@pytest.mark.parametrize("name", ["income", "cash_flow", "balance_sheet", "sources_and_uses"])
def test_no_line_is_zero_throughout(plan: Plan, name: str) -> None:
    table = plan.rows(name)
    idle = [row[0] for i, row in enumerate(table.rows) if i not in table.subtotals and not any(row[1:])]
    assert idle == []
    assert len(table.subtotals) >= 2


def test_a_given_flow_that_turns_is_revenue_and_cost(plan: Plan) -> None:
    """One line under two items is not counted twice."""
    turned = {
        "line": "given.research",
        "item": "revenue",
        "period": "2029",
        "musd": 7.0,
        "debit": "cash",
        "credit": "retained_earnings",
        "corporate": True,
    }
    ledger = [row for row in LEDGER if not (row["line"] == "given.research" and row["period"] == "2029")]
    moved = Plan(Instance.model_validate(INSTANCE), DECISIONS, [*ledger, turned], {}, {})
    income = moved.rows("income")
    assert line(income, "Revenue: research") == [0, 0, 0, 7]
    assert line(income, "Cost: research") == [-3, -3, -3, 0]
    assert line(income, "EBITDA")[3] == pytest.approx(EBITDA + 3 + 7)


def test_unknown_account_is_refused() -> None:
    stray = {**LEDGER[0], "debit": "suspense"}
    with pytest.raises(ValueError, match="suspense"):
        Plan(Instance.model_validate(INSTANCE), DECISIONS, [stray], {}, {}).rows("balance_sheet")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.template}-{kind.item}-{kind.debit}-{kind.credit}")
def test_every_kind_of_line_has_its_place_in_the_statements(kind: LineKind) -> None:
    """What changes retained earnings is in the income statement; what moves cash is in the cash flow statement, where
    operations are totals, beside what customers pay ahead."""
    moved, operating = {kind.debit, kind.credit}, kind.item in ("revenue", "opex", "tax", "prepayment")
    earned = [section for section in INCOME if kind.item in section.items]
    paid = [section for section in (INVESTING, FINANCING) if kind.item in section.items]
    assert len(earned) == 1 or RETAINED not in moved
    assert len(paid) == (CASH_ACCOUNT in moved and not operating)
    for section in [*(earned if RETAINED in moved else []), *paid]:
        assert kind.row in [other.row for other in section.kinds]


def test_a_posting_of_no_kind_stands_under_its_own_name() -> None:
    """A cost of 5 that no rule of the model posts: it is in no other row, and in the totals."""
    stray = {
        **next(row for row in LEDGER if row["item"] == "fee"),
        "line": "fee.secret.loan",
        "period": "2027",
        "musd": 5.0,
    }
    before, after = (
        Plan(Instance.model_validate(INSTANCE), DECISIONS, ledger, {}, {}) for ledger in (LEDGER, [*LEDGER, stray])
    )
    for name, total in (("income", "Profit before tax"), ("cash_flow", "Cash flow from financing")):
        old, new = before.rows(name), after.rows(name)
        assert line(new, "fee.secret.loan") == [0, -5, 0, 0]
        assert line(new, "Debt fees") == line(old, "Debt fees")
        assert [b - a for a, b in zip(line(old, total), line(new, total), strict=True)] == [0, -5, 0, 0]
