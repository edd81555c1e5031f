"""The cash of a borrowing group as a statement of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.page.sheets import Sheet, waterfall_sheets
from optimizer.plan.plan import Plan

KNOWN = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"


def spv() -> Plan:
    """The group of docs/finance.md, whose cash is worked out there, and a company that needs 2.85 and then 10."""
    contract = {"signed": True, "term_periods": 3, "ramp_h100e": [1000], "price_usd_per_h100e_hour": 12 / 8.76}
    chips = {"price_usd": 21000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4, "last_order": 2026}
    terms = {"kind": "delayed_draw", "rate_per_year": 0.1, "tenor_periods": 3, "limit_musd": 20, "last_draw": 2026}
    loan = {
        **terms,
        "tied_to": {"capex_share": 0.75, "hardware": ["chips"]},
        "sweep": {"share": 1, "first_sweep": 2027},
    }
    return optimizer.solve(
        optimizer.load(
            {
                "name": "spv",
                "calendar": {"start": 2026, "periods": 4},
                "discount": {"rate_per_year": 0},
                "objectives": [{"name": "terminal_cash"}],
                "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
                "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1}},
                "hardware": {"chips": chips},
                "contracts": {"anchor": {**contract, "prepayment_musd": 6}},
                "debt": {"ddtl": loan},
                "cash_flows": {"need": {"kind": "investing", "musd_per_period": [0, 0, -2.85, -10]}},
                "groups": {"spv": {"sites": ["hall"], "debt": ["ddtl"], "contracts": ["anchor"], "lock_up_dscr": 1}},
            }
        )
    )


def by_line(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in sheet.rows}


def test_the_waterfall_reads_in_the_order_of_payment() -> None:
    """Draw of 15 and 6 of the customer's pay for chips of 21. 2027: 10 less 1.5 and 5 leave 3.5, all swept. 2028: 10
    less 0.65 and 3.25 leave 6.1, of which the last 3.25 are swept and 2.85 go to the company, as do the 10 of 2029.
    Cover: 10/6.5 and 10/3.9.
    """
    (sheet,) = waterfall_sheets(spv())
    assert (sheet.title, sheet.note, sheet.columns) == (
        "Waterfall of spv",
        "USD million",
        ("line", "2026", "2027", "2028", "2029"),
    )
    wanted = {
        "Cash carried in": (0, 0, 0, 0),
        "Revenue": (0, 10, 10, 10),
        "Interest": (0, -1.5, -0.65, 0),
        "Scheduled principal": (0, -5, -3.25, 0),
        "Swept by lenders": (0, -3.5, -3.25, 0),
        "Distributed": (0, 0, -2.85, -10),
        "Drawn": (15, 0, 0, 0),
        "Paid ahead by customers": (6, 0, 0, 0),
        "Spent": (-21, 0, 0, 0),
        "Cash at the end": (0, 0, 0, 0),
    }
    rows = by_line(sheet)
    assert list(rows) == [*wanted, "Cover (DSCR), times"]
    for line, amounts in wanted.items():
        assert [number(cell) for cell in rows[line]] == pytest.approx(amounts, abs=0.051), line
    assert rows["Cover (DSCR), times"] == ("", "1.54", "2.56", "")
    assert sheet.strong == {0, 9}


@pytest.mark.parametrize("name", ["group-refund-quarters", "group-opening-quarters", "group-contract"])
def test_each_period_adds_up_to_the_cash_at_the_end(name: str) -> None:
    for sheet in waterfall_sheets(optimizer.solve(optimizer.load(KNOWN / f"{name}.yaml"))):
        rows, below = by_line(sheet), False
        sums = [0.0] * (len(sheet.columns) - 1)
        for line, cells in rows.items():
            below = below or line == "Cash at the end"
            if not below:
                sums = [so_far + number(cell) for so_far, cell in zip(sums, cells, strict=True)]
        assert sums == pytest.approx([number(cell) for cell in rows["Cash at the end"]], abs=0.05 * len(rows))


def number(cell: str) -> float:
    return 0.0 if cell in ("·", "~0", "") else float(cell.replace("−", "-").replace(",", ""))
