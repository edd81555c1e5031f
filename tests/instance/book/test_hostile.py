"""Workbooks that are damaged, dangerous or mean something else than they show: each gets its message, with its cell."""

from __future__ import annotations

import datetime
import json
import math
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule

import optimizer
from optimizer.instance.book import safety
from optimizer.instance.diagnostics import InstanceError

HEAD = ("key", "value", "unit", "2026", "2027", "source", "what it is")
PLAIN: dict[str, list[tuple[Any, ...]]] = {
    "programme": [("name", "small")],
    "calendar": [("start", 2026), ("periods", 2)],
    "discount": [("rate_per_year", 0.1)],
    "cash_flows": [("need / kind", "operating"), ("need / musd_per_period", "by period", "", 5, 6)],
}
Change = Callable[[Any], None]


def book(path: Path, change: Change | None = None) -> Path:
    """A small sound workbook with heads in row 3, changed."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in PLAIN.items():
        sheet = made.create_sheet(name)
        for row in ((name,), (), HEAD, *rows):
            sheet.append(row)
    if change is not None:
        change(made)
    made.save(path)
    return path


def put(sheet: str, cell: str, value: Any) -> Change:
    return lambda made: made[sheet].__setitem__(cell, value)


def also(sheet: str, *row: Any) -> Change:
    return lambda made: made[sheet].append(row)


def state(sheet: str, value: str) -> Change:
    return lambda made: setattr(made[sheet], "sheet_state", value)


def merged(made: Any) -> None:
    made["calendar"].merge_cells("A4:B5")


def hidden_row(made: Any) -> None:
    made["discount"].row_dimensions[4].hidden = True


def hidden_column(made: Any) -> None:
    made["cash_flows"].column_dimensions["E"].hidden = True


def new_sheet(made: Any) -> None:
    for row in (("key", "value"), ("loan / kind", "bullet")):
        made.create_sheet("dept").append(row) if "dept" not in made.sheetnames else made["dept"].append(row)


def no_heads(made: Any) -> None:
    made["calendar"].delete_rows(3)


def error_cell(made: Any) -> None:
    made["discount"]["B4"] = "#REF!"
    made["discount"]["B4"].data_type = "e"


def bare(made: Any) -> None:
    for name in list(PLAIN)[1:]:
        made.remove(made[name])
    made["programme"].delete_rows(4)


FAULTS: dict[str, tuple[Change, str, str]] = {
    "formula": (put("discount", "B4", "=0.05*2"), "discount!B4", "holds a formula"),
    "formula in a period": (put("cash_flows", "D5", "=B2"), "cash_flows!D5", "holds a formula"),
    "formula in a source": (put("cash_flows", "F5", '=HYPERLINK("x")'), "cash_flows!F5", "holds a formula"),
    "error": (error_cell, "discount!B4", "#REF!"),
    "hidden sheet": (state("cash_flows", "hidden"), "cash_flows", "the sheet is hidden"),
    "very hidden sheet": (state("cash_flows", "veryHidden"), "cash_flows", "the sheet is hidden"),
    "hidden row": (hidden_row, "discount", "row 4 is hidden"),
    "hidden column": (hidden_column, "cash_flows", "column 5 is hidden"),
    "merged": (merged, "calendar!A4:B5", "merged"),
    "text for a number": (put("discount", "B4", "0.1"), "discount!B4", "number"),
    "thousands in a text": (put("cash_flows", "D5", "1,000"), "cash_flows!D5", "number"),
    "currency in a text": (put("cash_flows", "D5", "$5"), "cash_flows!D5", "number"),
    "date as a period": (put("calendar", "B4", datetime.date(2026, 1, 1)), "calendar!B4", "a date or a time"),
    "date as a number": (put("cash_flows", "D5", datetime.datetime(2026, 1, 1)), "cash_flows!D5", "a date or a time"),
    "yes for a number": (put("discount", "B4", True), "discount!B4", "number"),
    "unknown key": (also("discount", "rat_per_year", 0.1), "discount!A5", "rat_per_year"),
    "unknown sheet": (new_sheet, "dept!A2", "did you mean `debt`"),
    "twice": (also("discount", "rate_per_year", 0.2), "discount!A5", "stands twice"),
    "value and parts": (also("cash_flows", "need / kind / x", 1), "cash_flows!A6", "has a value in cash_flows!B4"),
    "parts and value": (also("cash_flows", "need", 1), "cash_flows!A6", "stands twice on this sheet, or has parts"),
    "value without a key": (also("discount", None, 5), "discount!A5", "a value and no key"),
    "number as a key": (also("discount", 7, 5), "discount!A5", "a key should be a text"),
    "broken key": (also("cash_flows", "need // kind", 5), "cash_flows!A6", "a part is missing"),
    "no heads": (no_heads, "calendar", "the heads of the columns are missing"),
    "strange head": (put("cash_flows", "D3", "Jan-26"), "cash_flows!D3", "is no head of a column"),
    "head twice": (put("cash_flows", "D3", "2027"), "cash_flows!E3", "stands twice"),
    "period out of the calendar": (put("cash_flows", "B5", "from then on"), "cash_flows!", ""),
    "calendar moved": (put("calendar", "B4", 2027), "cash_flows!B5", "the columns are 2026 to 2027"),
    "calendar longer": (put("calendar", "B5", 3), "cash_flows!B5", "the calendar has 3 periods, 2026 to 2028"),
    "missing period": (put("cash_flows", "E5", None), "cash_flows!B5", "no number for 2027"),
    "number beside a value": (put("cash_flows", "D4", 3), "cash_flows!D4", "a number under a period"),
    "number without a head": (put("cash_flows", "H5", 3), "cash_flows!H5", "no head over this column"),
    "number next to nothing": (put("cash_flows", "D5", 1e-99), "cash_flows!D5", "write 0"),
    "number that is too large": (put("cash_flows", "D5", 1e16), "cash_flows!D5", "figures are at most 1e15"),
    "control character in a text": (put("programme", "B4", "a\u202eb"), "programme!B4", "U+202E"),
    "list and block": (also("cash_flows", "need / #1", 1), "cash_flows!A4", "items of a list"),
    "source of a text": (put("cash_flows", "F4", "me"), "cash_flows!A4", "only a number or a series has a source"),
    "negative periods": (put("calendar", "B5", -3), "calendar!B5", "periods"),
}
STANDS = {"period out of the calendar"}
"""Changes after which the workbook is still sound."""


def test_the_plain_workbook_is_sound(tmp_path: Path) -> None:
    found = optimizer.load(book(tmp_path / "book.xlsx"))
    assert found.cash_flows["need"].musd_per_period.raw == (5.0, 6.0)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", sorted(set(FAULTS) - STANDS))
def test_a_fault_is_told_with_its_cell(name: str, tmp_path: Path) -> None:
    change, cell, words = FAULTS[name]
    path = book(tmp_path / "book.xlsx", change)
    with pytest.raises(InstanceError) as caught:
        optimizer.load(path)
    found = [each for each in caught.value.diagnostics if each.file == f"{path}:{cell}"]
    assert found, [f"{each.file}: {each.message}" for each in caught.value.diagnostics]
    assert any(words in f"{each.message} {each.help}" for each in found), found


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def changed(path: Path, file: str, change: Callable[[bytes], bytes]) -> Path:
    """A sound workbook with one of its parts rewritten."""
    with zipfile.ZipFile(book(path)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[file] = change(parts.get(file, b""))
    return zipped(path, parts)


SHEET = "xl/worksheets/sheet2.xml"
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no zip": (lambda path: path.write_text("name,value\n", encoding="utf-8"), "no Excel workbook"),
    "empty": (lambda path: path.write_bytes(b""), "no Excel workbook"),
    "old or locked": (lambda path: path.write_bytes(safety.OLD + b"\x00" * 100), "before 2007, or under a password"),
    "another zip": (lambda path: zipped(path, {"a.txt": b"a"}), "no Excel workbook"),
    "macros": (lambda path: changed(path, "xl/vbaProject.bin", lambda _: b"x"), "holds macros"),
    "links": (
        lambda path: changed(path, "xl/externalLinks/externalLink1.xml", lambda _: b"<x/>"),
        "links to other files",
    ),
    "cut off": (lambda path: path.write_bytes(book(path).read_bytes()[:900]), "damaged"),
    "broken sheet": (lambda path: changed(path, SHEET, lambda text: text[:-30]), "damaged"),
    "far cell": (
        lambda path: changed(path, SHEET, lambda text: text.replace(b'r="A5"', b'r="XFD1048576"')),
        "reaches to XFD1048576",
    ),
    "a million rows": (
        lambda path: changed(path, SHEET, lambda text: text.replace(b'<row r="5"', b'<row r="1000000"')),
        "at most 20,000 rows",
    ),
    "entities": (
        lambda path: changed(path, SHEET, lambda text: text.replace(b"<worksheet", b"<!DOCTYPE w []><worksheet", 1)),
        "declares entities",
    ),
    "another encoding": (
        lambda path: changed(path, SHEET, lambda text: text.decode("utf-8").encode("utf-16")),
        "not written in UTF-8",
    ),
    "without a figure": (lambda path: book(path, bare), "holds no figure"),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_no_workbook_is_refused_in_words(name: str, tmp_path: Path) -> None:
    make, words = FILES[name]
    make(tmp_path / "book.xlsx")
    with pytest.raises(InstanceError, match=words):
        optimizer.load(tmp_path / "book.xlsx")


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MOST_UNPACKED", 1000)
    with pytest.raises(InstanceError, match="unpacks to more than"):
        optimizer.load(book(tmp_path / "book.xlsx"))
    monkeypatch.setattr(safety, "MOST_BYTES", 1000)
    with pytest.raises(InstanceError, match="larger than"):
        optimizer.load(book(tmp_path / "book.xlsx"))


def test_what_is_not_shown_is_still_refused_but_colours_are_not(tmp_path: Path) -> None:
    """Rules of colour, comments and widths are no inputs."""

    def dressed(made: Any) -> None:
        made["discount"].conditional_formatting.add("B4", CellIsRule(operator="greaterThan", formula=["0.2"]))
        made["discount"]["B4"].comment = openpyxl.comments.Comment("really?", "me")
        made["discount"]["B4"].number_format = "0.0%"

    assert math.isclose(optimizer.load(book(tmp_path / "book.xlsx", dressed)).discount.rate_per_year, 0.1)


def test_commands_take_a_workbook_and_say_the_cell(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli"]
    path = str(book(tmp_path / "book.xlsx", put("discount", "B4", "0.1")))
    wrong = subprocess.run([*command, "validate", path], capture_output=True, encoding="utf-8", check=False)
    assert wrong.returncode == 2
    assert "book.xlsx:discount!B4" in wrong.stdout + wrong.stderr
    path = str(book(tmp_path / "book.xlsx"))
    printed = subprocess.run([*command, "import", path], capture_output=True, encoding="utf-8", check=True)
    (tmp_path / "small.yaml").write_text(printed.stdout, encoding="utf-8")
    assert optimizer.load(tmp_path / "small.yaml").hash == optimizer.load(path).hash
    solved = subprocess.run(
        [*command, "solve", path, "--json", "--out", str(tmp_path / "runs"), "--objective", "net_present_cost"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    # 5 at the end of 2026 and 6 a year later, at 10 %
    level = json.loads(solved.stdout)["objectives"][0]
    assert math.isclose(level["value"], -(5 / 1.1 + 6 / 1.21), rel_tol=1e-9)
