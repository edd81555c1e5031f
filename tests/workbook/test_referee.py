"""LibreOffice recomputes workbooks whose values are wrong: they come out as the plan has it, and edits as the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import needs_office
from tests.workbook.books import FLAGSHIP, KEPT, Book, draft, edited, numbers, plan, stale
from tests.workbook.edits import FLAGSHIP_EDITS, OTHER_EDITS
from tests.workbook.office import office
from tests.workbook.oracle import agree, differences, replay

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("office"), needs_office]
"""All in one process, since all wait for the same call of LibreOffice."""
NAMES = (FLAGSHIP, *KEPT)
EDITS = {(FLAGSHIP, name): edit for name, edit in FLAGSHIP_EDITS.items()} | {
    (of, name): edit for of, edits in OTHER_EDITS.items() for name, edit in edits.items()
}


@pytest.fixture(scope="module")
def referee(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Book]:
    """All workbooks, as written and edited, recomputed in one call."""
    folder = tmp_path_factory.mktemp("books")
    paths: dict[tuple[str, str], Path] = {}
    for name in NAMES:
        paths[name, ""] = folder / f"{name}.xlsx"
        paths[name, ""].write_bytes(stale(name))
    for (name, words), edit in EDITS.items():
        cells = edit.in_book(Book(paths[name, ""]))
        paths[name, words] = edited(stale(name), folder / f"{name} {words}.xlsx", cells)
    return dict(zip(paths, office(list(paths.values()), folder), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_out_as_the_plan_has_it(name: str, referee: dict[tuple[str, str], Book]) -> None:
    """Every number, and by way of the audit every line, balance, covenant and objective; all checks are met."""
    book, made = referee[name, ""], draft(name)
    off = [
        (sheet, row + 1, at, number, book.cell(sheet, row, at))
        for sheet, row, at, number, money in numbers(made)
        if not agree(float(book.cell(sheet, row, at) or 0.0), number, money) and abs(number) > 1e-7
    ]
    assert not off[:5]
    assert not made.given
    assert list(differences(replay(plan(name), plan(name).instance, {}), book)) == []
    (master,) = book.labelled("Cover", "Master check")
    assert book.cell("Cover", master, 1) == 0
    (banner,) = book.labelled("Cover", "Is it still the plan?")
    assert book.cell("Cover", banner, 1) == "as solved"


@pytest.mark.parametrize(("name", "words"), EDITS)
def test_an_edit_does_what_the_audit_says(name: str, words: str, referee: dict[tuple[str, str], Book]) -> None:
    """And the plan as it was is another one: the edit moves something."""
    book, figures = referee[name, words], EDITS[name, words].replayed(plan(name))
    assert list(differences(figures, book)) == []
    assert list(differences(replay(plan(name), plan(name).instance, {}), book))
    (banner,) = book.labelled("Cover", "Is it still the plan?")
    assert book.cell("Cover", banner, 1) == "CHANGED: no longer proven"
