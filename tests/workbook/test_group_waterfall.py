"""The waterfall of a borrowing group against a spreadsheet of twelve quarters that is written here by hand.

The sheet knows nothing of the program: its formulas are the rules of docs/model.md in the order in which a lender's
model has them. It is worked out by formualizer, and `group_waterfall.csv` keeps what it comes to.

A plant of 100 is paid in Q1 and Q2 out of a loan of 70, of which 1 % is kept back, and of what shareholders put in. The
loan of ten quarters bears 2 % a quarter, and is repaid by eighths from Q4 on. Cash earns 0.5 % a quarter on what is
carried in; 2 have to stay. What is left goes to the company in each quarter in which the cover of the last four (of
those there are, in the first year) is 1.25 or nothing is due. Shareholders ask 12 %, more than cash earns, so that all
that may leave the group does: the plan has no other choice before its end. In the last quarter it makes no difference.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import pytest

from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import search

REVENUE = [0, 0, 6, 13, 11, 11, 14, 14, 14, 14, 14, 14]
COST = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
PLANT = [60, 40, *[0] * 10]
EXPECTED = Path(__file__).with_name("group_waterfall.csv")
ROWS = (
    *("opening", "revenue", "cost", "earned", "interest", "principal", "left", "cover", "distribution"),
    *("drawn", "plant", "put in", "closing", "owed", "service"),
)
"""The rows of the sheet, from row 2 on; a quarter is a column, from C on. Column B is instant 0."""
COMPARED = {
    "opening": "opening_cash_musd",
    "revenue": "revenue_musd",
    "cost": "operating_cost_musd",
    "earned": "other_receipts_musd",
    "interest": "interest_musd",
    "principal": "principal_musd",
    "left": "left_musd",
    "distribution": "distributed_musd",
    "drawn": "drawn_musd",
    "plant": "spent_musd",
    "put in": "put_in_musd",
    "closing": "closing_cash_musd",
}


def instance() -> Instance:
    return Instance.model_validate(
        {
            "name": "twelve-quarters",
            "calendar": {"start": "2026Q1", "periods": 12, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "shareholder_value"}],
            "cash": {"yield_per_year": 0.02},
            "cash_flows": {
                "plant": {"kind": "investing", "musd_per_period": [-amount for amount in PLANT]},
                "rent": {"kind": "operating", "musd_per_period": REVENUE},
                "upkeep": {"kind": "operating", "musd_per_period": [-amount for amount in COST]},
            },
            "debt": {
                "loan": {"kind": "level", "rate_per_year": 0.08, "tenor_periods": 10, "grace_periods": 2}
                | {"limit_musd": 70, "min_draw_musd": 70, "upfront_fee_share": 0.01, "last_draw": "2026Q1"}
            },
            "equity": {
                "cost_of_equity_per_year": 0.12,
                "rounds": {"seed": {"max_musd": 100, "first_raise": "2026Q2", "last_raise": "2026Q2"}},
                "dividends": {"return_of_capital": True},
            },
            "groups": {
                "spv": {"debt": ["loan"], "cash_flows": ["plant", "rent", "upkeep"], "minimum_cash_musd": 2}
                | {"lock_up_dscr": 1.25, "lock_up_first_year": "annualised"}
            },
        }
    )


def write(path: Path) -> None:
    """The sheet, with live formulas; only revenue, cost and the plant are numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    row = {name: i for i, name in enumerate(ROWS, 2)}
    for name, i in row.items():
        sheet.cell(i, 1, name)
    sheet.cell(row["closing"], 2, 0)
    sheet.cell(row["owed"], 2, 0)
    letters = [openpyxl.utils.get_column_letter(column) for column in range(2, 15)]
    for t in range(1, 13):
        now, before, first = letters[t], letters[t - 1], letters[max(1, t - 3)]

        def cell(name: str, column: str = now) -> str:
            return f"{column}{row[name]}"

        def year(name: str, first: str = first, now: str = now) -> str:
            return f"SUM({first}{row[name]}:{now}{row[name]})"

        total = f"{cell('left')}+{cell('drawn')}-{cell('plant')}"
        values: dict[str, Any] = {
            "opening": f"={cell('closing', before)}",
            "revenue": REVENUE[t - 1],
            "cost": COST[t - 1],
            "earned": f"=0.02/4*{cell('opening')}",
            "interest": f"=0.08/4*{cell('owed', before)}",
            "principal": "=70/8" if 4 <= t <= 11 else 0,
            "left": f"={cell('opening')}+{cell('revenue')}-{cell('cost')}+{cell('earned')}-{cell('service')}",
            "cover": f"=IF({year('service')}>0,({year('revenue')}-{year('cost')})/{year('service')},99)",
            "distribution": f"=IF({cell('cover')}<1.25,0,MAX(0,MIN({cell('left')},{total}-2)))",
            "drawn": "=70*(1-0.01)" if t == 1 else 0,
            "plant": PLANT[t - 1],
            "put in": f"=MAX(0,2-({total}))",
            "closing": f"={total}+{cell('put in')}-{cell('distribution')}",
            "owed": f"={cell('owed', before)}-{cell('principal')}" + ("+70" if t == 1 else ""),
            "service": f"={cell('interest')}+{cell('principal')}",
        }
        for name, value in values.items():
            sheet[cell(name)] = value
    book.save(path)


def sheet_values(folder: Path) -> dict[str, list[float]]:
    """By row what the sheet comes to in each quarter."""
    written, found = folder / "waterfall.xlsx", folder / "found.xlsx"
    write(written)
    formualizer.recalculate_xlsx_file(str(written), str(found))
    sheet = openpyxl.load_workbook(found, data_only=True).active
    return {name: [float(sheet.cell(i, 2 + t).value or 0.0) for t in range(1, 13)] for i, name in enumerate(ROWS, 2)}


def test_the_waterfall_is_that_of_the_sheet(tmp_path: Path) -> None:
    expected = sheet_values(tmp_path)
    assert [t for t, cover in enumerate(expected["cover"], 1) if cover < 1.25] == [2, 5, 6, 7, 8]
    plan = search(instance(), Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0))
    assert plan.audit_passed
    table = plan.rows("waterfall")
    for name, column in COMPARED.items():
        ours = [float(str(value)) for value in table.column(column)]
        last = 11 if name in ("distribution", "closing") else 12
        assert ours[:last] == pytest.approx(expected[name][:last], abs=1e-6), name
    covers = [None if value is None else float(str(value)) for value in table.column("dscr")]
    assert covers[1:] == pytest.approx(expected["cover"][1:], abs=1e-9)
    assert covers[0] is None


def test_the_sheet_comes_to_what_is_kept(tmp_path: Path) -> None:
    """The numbers of `group_waterfall.csv`, which has twelve digits of them."""
    found = sheet_values(tmp_path)
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        kept = {row[0]: [float(cell) for cell in row[1:]] for row in csv.reader(file) if row[0] != "row"}
    assert kept.keys() == found.keys()
    for name, values in kept.items():
        assert found[name] == pytest.approx(values, abs=1e-10), name
