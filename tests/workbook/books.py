"""Workbooks to test: plans that are kept, the file as a reader opens it, one with other cells, one recomputed."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import formualizer
import python_calamine

import optimizer
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from optimizer.workbook.build import drafted
from optimizer.workbook.draft import Draft
from optimizer.workbook.sheet import FIRST_COLUMN, FIRST_ROW, VALUE_COLUMN, Figure, Line, column
from optimizer.workbook.writer import written
from scripts.keep_workbook_plans import NAMES

ROOT = Path(__file__).resolve().parents[2]
PLANS = Path(__file__).parent / "plans"
FLAGSHIP = "anthropic-50b"
KEPT = NAMES

TWO = {
    "name": "two-sources",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}],
    "cash_flows": {
        "need": {"kind": "investing", "musd_per_period": [-100, 0]},
        "income": {"kind": "operating", "musd_per_period": [0, 120]},
    },
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 1, "last_draw": 2026}},
    "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 100, "last_raise": 2026}}},
}
"""A need of 100 for a year, met by a loan at 8 %: 8 at the end of 2027 is 8/1.1² today."""


@cache
def plan(name: str) -> Plan:
    """The plan of an instance, as it is kept."""
    if name == FLAGSHIP:
        return read_run(ROOT / "results" / "reference" / FLAGSHIP)
    kept = json.loads(gzip.decompress((PLANS / f"{name}.json.gz").read_bytes()))
    instance = optimizer.load(ROOT / "instances" / f"{name}.yaml")
    assert kept["plan"]["instance_hash"] == instance.hash, "stale: run python -m scripts.keep_workbook_plans"
    data = kept["plan"]
    return Plan(instance, data["decisions"], data["ledger"], data["metrics"], kept["summary"])


@cache
def draft(name: str) -> Draft:
    """Its workbook in the making."""
    return drafted(plan(name))[0]


@cache
@cache
def stale(name: str) -> bytes:
    """Its workbook with wrong values beside every formula: what reads right has been recomputed."""
    made, found = drafted(plan(name))
    return written(made, found, stale=True)


@dataclass
class Book:
    """A workbook as a reader sees it: sheets as tables."""

    path: Path
    _sheets: dict[str, list[list[Any]]] = field(default_factory=dict)

    def table(self, name: str) -> list[list[Any]]:
        if name not in self._sheets:
            book = python_calamine.CalamineWorkbook.from_path(str(self.path))
            self._sheets[name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return self._sheets[name]

    def cell(self, sheet: str, row: int, at: int) -> Any:
        table = self.table(sheet)
        return table[row][at] if row < len(table) and at < len(table[row]) else ""

    def rows(self, sheet: str, where: str) -> list[int]:
        """The rows of a sheet that say that they come from somewhere."""
        return [i for i, row in enumerate(self.table(sheet)) if len(row) > 2 and row[2] == where]

    def labelled(self, sheet: str, label: str) -> list[int]:
        """The rows of a sheet that are called so."""
        return [i for i, row in enumerate(self.table(sheet)) if row and row[0] == label]

    def at(self, sheet: str, where: str, label: str | None = None) -> str:
        """The address of the value of a row, or of its cell below a heading."""
        (row,) = self.rows(sheet, where)
        header = [str(each) for each in self.table(sheet)[FIRST_ROW - 3]]
        return f"{column(VALUE_COLUMN if label is None else header.index(label))}{row + 1}"


MONEY = ("musd", "share", "share a year", "number")


def numbers(made: Draft) -> Iterable[tuple[str, int, int, float, bool]]:
    """Every number of a draft: sheet, row, column, what it should be, whether it is money or a ratio."""
    for sheet in made.sheets:
        for cell in sheet.cells():
            if isinstance(cell, Figure):
                yield sheet.name, cell.row, VALUE_COLUMN, cell.number(), cell.unit in MONEY
            elif isinstance(cell, Line):
                for p in range(cell.high + 1):
                    if cell.is_at(p):
                        yield sheet.name, cell.row, FIRST_COLUMN + p, cell.number(p), cell.unit in MONEY


def edited(content: bytes, path: Path, cells: Mapping[tuple[str, str], float]) -> Path:
    """The workbook with other numbers in some cells, and nothing recomputed."""
    path.write_bytes(content)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    names = re.findall(r'<sheet name="([^"]*)" sheetId="(\d+)"', members["xl/workbook.xml"].decode())
    place = {name: f"xl/worksheets/sheet{number}.xml" for name, number in names}
    for (sheet, address), value in cells.items():
        text = members[place[sheet]].decode()
        text, count = re.subn(rf'(<c r="{address}"[^>]*><v>)[^<]*(</v>)', rf"\g<1>{value!r}\g<2>", text)
        assert count == 1, (sheet, address)
        members[place[sheet]] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


def recomputed(path: Path) -> Book:
    """The workbook as formualizer works it out."""
    out = path.with_suffix(".recomputed.xlsx")
    summary = formualizer.recalculate_xlsx_file(str(path), str(out))["summary"]
    assert summary["total_errors"] == 0, summary
    return Book(out)
