"""An instance goes into a workbook and comes back as it was: from YAML, from Python, and on into YAML."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optimizer
from optimizer.instance.book.as_yaml import as_yaml, plain
from optimizer.instance.book.layout import parts_of, shown
from optimizer.instance.book.reading import book_tree
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import check_file, loads
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Source, parse
from tests.properties.complete_strategies import complete
from tests.properties.instrument_strategies import EXTRAS
from tests.properties.solving import examples

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(
    path
    for folder in ("", "known-optimal", "templates")
    for path in (ROOT / "instances" / folder).glob("*.yaml")
    if not path.name.endswith((".expected.yaml", ".batch.yaml", ".tree.yaml"))
)


FLAGSHIP = ROOT / "instances" / "anthropic-50b.yaml"
TEXTS = ("2026", "1e9", "true", "null", "by period", "'by period", "[]", "=cmd()", "+1", "@x", "a\nb", "#1", "/")


def back(path: Path) -> tuple[Instance, Instance]:
    """The instance of a workbook, and that of the YAML made of it."""
    problems: list[Diagnostic] = []
    root = book_tree(path, problems)
    assert root is not None
    assert problems == []
    return optimizer.load(path), loads(as_yaml(root))


@pytest.mark.parametrize("half", [0, 1])
def test_every_shipped_instance_keeps_its_hash(half: int, tmp_path: Path) -> None:
    for path in SHIPPED[half::2]:
        optimizer.write_book(path, tmp_path / "book.xlsx")
        wanted = optimizer.load(path).hash
        assert [each.hash for each in back(tmp_path / "book.xlsx")] == [wanted, wanted], path.name


@pytest.mark.slow
@examples(200, gate=50)
@given(data=st.sampled_from(sorted(EXTRAS)).flatmap(lambda extra: complete(extra=extra)))
def test_random_instances_keep_their_hash(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    """And are the same tree on their way through YAML, so that they need not be checked once more."""
    path = tmp_path_factory.getbasetemp() / "random.xlsx"
    instance = Instance.model_validate(data)
    optimizer.write_book(instance, path)
    problems: list[Diagnostic] = []
    root = book_tree(path, problems)
    assert root is not None
    assert optimizer.load(path).hash == instance.hash
    again, told = parse(Source("again", as_yaml(root)))
    assert again is not None
    assert (plain(again), told, problems) == (plain(root), [], [])


def test_sources_come_back_beside_their_figures(tmp_path: Path) -> None:
    optimizer.write_book(FLAGSHIP, tmp_path / "book.xlsx")
    before, after = check_file(FLAGSHIP), check_file(tmp_path / "book.xlsx")
    assert before.sources
    assert after.sources == before.sources
    assert after.instance is not None
    assert before.instance is not None
    assert after.instance.canonical() == before.instance.canonical()  # notes and titles, too


def test_texts_that_look_like_something_else_come_back(tmp_path: Path) -> None:
    for text in (
        "2026",
        "1e9",
        "true",
        "null",
        "by period",
        "'by period",
        "[]",
        "=cmd()",
        "+1",
        "@x",
        "a\nb",
        "#1",
        "/",
    ):
        instance = optimizer.load(
            {
                "name": "texts",
                "title": text,
                "notes": text,
                "calendar": {"start": 2026, "periods": 2},
                "discount": {"rate_per_year": 0.1},
                "cash_flows": {"need": {"kind": "operating", "musd_per_period": [1, 0], "source": text}},
            }
        )
        optimizer.write_book(instance, tmp_path / "book.xlsx")
        for each in back(tmp_path / "book.xlsx"):
            assert each.canonical() == instance.canonical()


def test_a_row_says_what_it_is_and_in_which_unit(tmp_path: Path) -> None:
    flagship = optimizer.load(FLAGSHIP)
    optimizer.write_book(FLAGSHIP, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames[:3] == ["read me", "programme", "calendar"]
    debt, regions = book["debt"], book["regions"]
    heads = [cell.value for cell in debt[3]]
    assert (heads[:3], heads[-2:]) == (["key", "value", "unit"], ["source", "what it is"])
    rows = {row[0].value: row for row in debt.iter_rows(min_row=4)}
    limit = rows["senior-secured / limit_musd"]
    assert [cell.value for cell in limit[1:3]] == [flagship.debt["senior-secured"].limit_musd, "USD million"]
    choices = [rule for rule in debt.data_validations.dataValidation if "annuity" in rule.formula1]
    kind = rows["senior-secured / kind"][1]
    assert any(kind.coordinate in rule.sqref for rule in choices)
    limits = next(row for row in regions.iter_rows(min_row=4) if row[0].value == "texas / power_limit_mw")
    assert limits[1].value == "from then on"
    shown_limits = {str(head.value): cell.value for head, cell in zip(regions[3], limits, strict=True)}
    wanted = flagship.regions["texas"].power_limit_mw
    assert wanted is not None
    assert {label: shown_limits[label] for label in wanted.written()} == wanted.written()


def test_columns_may_stand_in_another_order_and_words_be_gone(tmp_path: Path) -> None:
    optimizer.write_book(ROOT / "instances" / "templates" / "minimal.yaml", tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for sheet in book.worksheets[1:]:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        sheet.delete_rows(1, sheet.max_row)
        order = [i for i, head in enumerate(rows[0]) if head != "what it is"][::-1]
        for i, row in enumerate(rows, 2):
            for j, column in enumerate(order, 1):
                sheet.cell(i, j).value = row[column]
    book.save(tmp_path / "turned.xlsx")
    assert optimizer.load(tmp_path / "turned.xlsx").hash == optimizer.load(tmp_path / "book.xlsx").hash


def test_the_same_instance_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        optimizer.write_book(FLAGSHIP, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert len({member.date_time for member in package.infolist()}) == 1


@pytest.mark.parametrize("parts", [("a",), ("a.b", "phases", 2, "mw"), (1,), ("x-1", 12)])
def test_keys_are_read_as_they_are_shown(parts: tuple[str | int, ...]) -> None:
    assert parts_of(shown(parts)) == parts


@pytest.mark.parametrize("key", ["", "a //b", "/", "a / ", "#x", "a / #0"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"is missing|is empty|should be #"):
        parts_of(key)
