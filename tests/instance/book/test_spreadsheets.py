"""What spreadsheet programs make of a workbook, and people of its cells: read as meant, or refused with a remedy."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import optimizer
from optimizer.instance.diagnostics import InstanceError
from tests.conftest import needs_office
from tests.instance.book.test_hostile import Change, book, changed, put

ROOT = Path(__file__).resolve().parents[3]


@needs_office
@pytest.mark.slow
def test_what_libreoffice_saves_has_the_same_hash(tmp_path: Path) -> None:
    """It writes truth values as formulas, and all styles anew."""
    names = ("anthropic-50b", "neocloud-11.9b-quarterly")
    for name in names:
        optimizer.write_book(ROOT / "instances" / f"{name}.yaml", tmp_path / f"{name}.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}.xlsx") for name in names]
    convert = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), *files]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    for name in names:
        wanted = optimizer.load(ROOT / "instances" / f"{name}.yaml").hash
        assert optimizer.load(tmp_path / "saved" / f"{name}.xlsx").hash == wanted, name


def truth(written: str) -> Any:
    """A workbook whose `rate_per_year` is this cell, in XML."""

    def write(path: Path) -> Path:
        cell = f'<c r="B4" {written}</c>'.encode()
        return changed(
            path, "xl/worksheets/sheet3.xml", lambda text: text.replace(b'<c r="B4" t="n"><v>0.1</v></c>', cell)
        )

    return write


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('t="b"><f>TRUE()</f><v>1</v>', "not true"),
        ('t="b"><f aca="false">FALSE()</f><v>0</v>', "not false"),
        ('t="b"><f>TRUE()</f><v>0</v>', "holds a formula"),
        ('t="n"><f>TRUE()</f><v>1</v>', "holds a formula"),
        ('t="b"><f t="shared" si="0">TRUE()</f><v>1</v>', "holds a formula"),
        ('t="b"><f>1=1</f><v>1</v>', "holds a formula"),
    ],
)
def test_a_truth_value_may_stand_as_a_formula_that_says_no_more(written: str, words: str, tmp_path: Path) -> None:
    path = truth(written)(tmp_path / "book.xlsx")
    with pytest.raises(InstanceError, match=words) as caught:
        optimizer.load(path)
    assert [each.file for each in caught.value.diagnostics] == [f"{path}:discount!B4"]


REMEDIES: dict[str, tuple[Change, str, str]] = {
    "month as a date": (put("calendar", "B4", datetime.date(2026, 1, 1)), "calendar!B4", "format the cell as text"),
    "number shown as a time": (
        put("discount", "B4", datetime.time(2, 24)),
        "discount!B4",
        "format the cell as a number",
    ),
    "head as a date": (put("cash_flows", "D3", datetime.date(2026, 1, 1)), "cash_flows!D3", "such as 2026-01"),
    "powers of ten": (put("cash_flows", "D5", "1E+05"), "cash_flows!D5", "write 100000"),
    "per cent": (put("discount", "B4", "10%"), "discount!B4", "write 0.1 for 10%"),
    "thousands": (put("cash_flows", "D5", "5\u00a0000"), "cash_flows!D5", "write 5000"),
    "decimal comma": (put("cash_flows", "D5", "1,5"), "cash_flows!D5", "write 1.5"),
    "letters": (put("cash_flows", "B4", "Operating "), "cash_flows!B4", "did you mean `operating`"),
    "another base": (put("programme", "A5", "extends"), "programme!A5", "write the variant as a workbook"),
}


@pytest.mark.parametrize("name", sorted(REMEDIES))
def test_what_excel_makes_of_a_cell_is_refused_with_a_remedy(name: str, tmp_path: Path) -> None:
    change, cell, words = REMEDIES[name]

    def also_a_base(made: Any) -> None:
        change(made)
        if name == "another base":
            made["programme"]["B5"] = "base.yaml"

    path = book(tmp_path / "book.xlsx", also_a_base)
    with pytest.raises(InstanceError) as caught:
        optimizer.load(path)
    told = [each.help for each in caught.value.diagnostics if each.file == f"{path}:{cell}"]
    assert any(words in each for each in told), [str(each) for each in caught.value.diagnostics]
    assert not any("`None`" in each.message for each in caught.value.diagnostics)


def renamed(made: Any) -> None:
    made["programme"].title = "x"
    made["x"].title = "PROGRAMME"
    made.create_sheet("Read me")["A1"] = "what we agreed with the bank"


def corrected(made: Any) -> None:
    made["cash_flows"]["B5"] = "By period "


def shown_otherwise(made: Any) -> None:
    made["discount"]["B4"].number_format = "0.0%"
    made["cash_flows"]["D5"].number_format = '"$"#,##0.00'
    made["cash_flows"].insert_cols(4)
    made["discount"].insert_rows(4)
    made["calendar"]["A4"] = " start "


@pytest.mark.parametrize("change", [renamed, corrected, shown_otherwise])
def test_what_changes_no_figure_changes_nothing(change: Change, tmp_path: Path) -> None:
    plain, edited = book(tmp_path / "plain.xlsx"), book(tmp_path / "edited.xlsx", change)
    assert optimizer.load(edited).hash == optimizer.load(plain).hash


def test_a_title_that_reads_like_a_word_of_a_value_stays_a_title(tmp_path: Path) -> None:
    data = {
        "name": "texts",
        "title": "By period ",
        "calendar": {"start": 2026, "periods": 1},
        "discount": {"rate_per_year": 0.1},
        "cash_flows": {"need": {"kind": "operating", "musd_per_period": [1]}},
    }
    optimizer.write_book(optimizer.load(data), tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(tmp_path / "book.xlsx")["programme"]["B5"].value == "'By period "
    assert optimizer.load(tmp_path / "book.xlsx").canonical() == optimizer.load(data).canonical()


def test_a_workbook_in_the_place_of_a_text_file_is_said_to_be_one(tmp_path: Path) -> None:
    book(tmp_path / "base.xlsx")
    (tmp_path / "variant.yaml").write_text("extends: base.xlsx\nname: variant\n", encoding="utf-8")
    (tmp_path / "old.xlsm").write_bytes((tmp_path / "base.xlsx").read_bytes())
    with pytest.raises(InstanceError, match=r"capstack import .*base\.xlsx"):
        optimizer.load(tmp_path / "variant.yaml")
    with pytest.raises(InstanceError, match=r"save it as \.xlsx"):
        optimizer.load(tmp_path / "old.xlsm")
