"""What a workbook is: formulas by the rules of the house, the plan's values, text that stays text, the same bytes."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

import optimizer
from optimizer.plan.plan import Plan
from optimizer.workbook.sheet import FIRST_COLUMN
from tests.workbook.books import FLAGSHIP, KEPT, TWO, Book, draft, edited, numbers, plan, recomputed, stale
from tests.workbook.edits import FLAGSHIP_EDITS
from tests.workbook.lint import findings
from tests.workbook.oracle import agree, differences, replay

SHEETS = [
    *("Cover", "Inputs", "Lists", "Decisions", "Schedules", "Calculations", "Income statement", "Cash flow"),
    *("Balance sheet", "Sources and uses", "Covenants", "Cost of capital", "Checks", "Instance"),
]
STATEMENTS = {
    "Income statement": "income",
    "Cash flow": "cash_flow",
    "Balance sheet": "balance_sheet",
    "Sources and uses": "sources_and_uses",
}


@pytest.fixture(scope="module")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flagship's workbook, as a user gets it."""
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    assert optimizer.to_excel(plan(FLAGSHIP), path) == ()
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a loan for a year."""
    path = tmp_path_factory.mktemp("small") / "plan.xlsx"
    optimizer.to_excel(optimizer.solve(optimizer.load(TWO), gap=0), path)
    assert findings(path) == []
    return path


def test_it_has_its_sheets_and_the_plans_statements_beside_the_formulas(flagship: Path) -> None:
    """The values are there before anything recomputes: every line of every statement, to the cent."""
    assert load_workbook(flagship, read_only=True).sheetnames == SHEETS
    book, compared = Book(flagship), 0
    for sheet, name in STATEMENTS.items():
        table = plan(FLAGSHIP).rows(name)
        for label, *values in table.rows:
            row = book.labelled(sheet, str(label))[0]
            for t, value in enumerate(values, 0 if sheet == "Balance sheet" else 1):
                assert agree(float(book.cell(sheet, row, FIRST_COLUMN + t)), float(str(value))), (sheet, label, t)
                compared += 1
    assert compared > 500


@pytest.mark.parametrize("name", [FLAGSHIP, *KEPT])
def test_it_keeps_to_the_rules_of_models(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(stale(name))
    assert findings(path) == []


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("Income statement", "G7", "=Calculations!H30", "differ along the row"),
        ("Income statement", "G7", "=F7*1.05", "the number 1.05"),
        ("Income statement", "G7", 12.5, "a number on a sheet of formulas"),
        ("Calculations", "D40", "='Cash flow'!F7", "to the right"),
        ("Calculations", "D40", "=OFFSET(D6,1,0)", "the function OFFSET"),
        ("Calculations", "D40", "=rate_of_interest", "the name"),
        ("Checks", "D400", "=1", "without label or unit"),
    ],
)
def test_the_rules_can_be_broken(sheet: str, cell: str, value: object, words: str, small: Path) -> None:
    """Each rule finds what is planted, and nothing else is amiss."""
    book = load_workbook(small)
    book[sheet][cell] = value
    path = small.with_name("broken.xlsx")
    book.save(path)
    found = findings(path)
    assert any(words in each for each in found)
    assert all(sheet in each for each in found)


def test_a_row_that_nothing_leads_to_is_found(small: Path) -> None:
    """Two rows that read each other and no input."""
    book = load_workbook(small)
    for row, other in ((900, 901), (901, 900)):
        book["Checks"].cell(row, 1, "circle")
        book["Checks"].cell(row, 2, "musd")
        book["Checks"].cell(row, 4, f"=D{other}")
    path = small.with_name("circle.xlsx")
    book.save(path)
    assert [each.partition(":")[0] for each in findings(path)] == ["Checks!D900", "Checks!D901"]


@pytest.mark.parametrize("name", [FLAGSHIP, "industry-5t"])
def test_another_program_recomputes_it(name: str, tmp_path: Path) -> None:
    """formualizer, from wrong values beside the formulas; LibreOffice is asked in test_referee.py."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(stale(name))
    book = recomputed(path)
    for sheet, row, at, number, money in numbers(draft(name)):
        if abs(number) > 1e-7:
            assert agree(float(book.cell(sheet, row, at)), number, money), (sheet, row + 1)
    assert list(differences(replay(plan(name), plan(name).instance, {}), book)) == []


@pytest.mark.parametrize("words", ["rate", "delivery", "draw"])
def test_an_edit_moves_what_it_should(words: str, tmp_path: Path) -> None:
    """Every line, balance, covenant and objective as the audit replays the same change."""
    before = tmp_path / "before.xlsx"
    before.write_bytes(stale(FLAGSHIP))
    edit = FLAGSHIP_EDITS[words]
    book = recomputed(edited(stale(FLAGSHIP), tmp_path / "after.xlsx", edit.in_book(Book(before))))
    assert list(differences(edit.replayed(plan(FLAGSHIP)), book)) == []
    (changed,) = book.labelled("Cover", "Cells changed")
    assert book.cell("Cover", changed, 1) == 1


def test_the_same_plan_gives_the_same_bytes(flagship: Path) -> None:
    again = flagship.with_name("again.xlsx")
    optimizer.to_excel(plan(FLAGSHIP), again)
    assert again.read_bytes() == flagship.read_bytes()


def test_it_takes_less_than_five_seconds(tmp_path: Path) -> None:
    begun = time.process_time()
    optimizer.to_excel(plan(FLAGSHIP), tmp_path / "plan.xlsx")
    assert time.process_time() - begun < 5


HOSTILE = "=HYPERLINK(1+1)"


def test_hostile_words_stay_text(tmp_path: Path) -> None:
    """A title, a source and a note that begin like formulas are strings; names cannot: the schema refuses them."""
    two = {**TWO, "title": HOSTILE, "source": "+1+1", "notes": "@SUM(A1)"}
    solved = optimizer.solve(optimizer.load(two), gap=0)
    path = tmp_path / "plan.xlsx"
    optimizer.to_excel(solved, path)
    book = load_workbook(path)
    cover = {cell.value: cell.data_type for row in book["Cover"].iter_rows() for cell in row if cell.value is not None}
    assert [cover[each] for each in (HOSTILE, "+1+1", "@SUM(A1)")] == ["s", "s", "s"]
    with zipfile.ZipFile(path) as packed:
        texts = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/")]
    assert texts
    assert not any("HYPERLINK" in text or "<hyperlink" in text for text in texts)


def test_what_has_no_formula_is_said_to_be_a_value(tmp_path: Path) -> None:
    """A posting that the rules do not lead to: the plan's values stand in its row, counted on cover and checks."""
    kept = plan(FLAGSHIP)
    ledger = [dict(row) for row in kept.ledger]
    row = next(each for each in ledger if each["line"] == "opex.site.abilene")
    row["musd"] += 1.0
    strange = {**row, "line": "opex.strange", "musd": 2.0}
    changed = Plan(kept.instance, kept.decisions, [*ledger, strange], kept.metrics, kept.summary)
    path = tmp_path / "plan.xlsx"
    values = optimizer.to_excel(changed, path)
    assert {"Calculations: opex: site.abilene", "Calculations: opex: strange"} <= set(values)
    book = Book(path)
    (count,) = book.labelled("Cover", "Rows that are values")
    assert book.cell("Cover", count, 1) == len(values)
    assert str(book.cell("Cover", count, 2)).startswith(f"{len(values)} rows are values of the plan, not formulas")
    assert findings(path) == []
