"""Customers' contracts in the workbook: the terms and the way a contract goes can be changed, and all follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.plan.plan import Plan
from optimizer.workbook.writer import written
from tests.conftest import needs_office
from tests.workbook.books import ROOT, Book, edited, recomputed
from tests.workbook.office import office
from tests.workbook.oracle import differences, replay
from tests.workbook.test_instruments import made

WAYS: dict[
    tuple[str, str], tuple[Mapping[str, Any], Mapping[tuple[str, str, str | None], float], Mapping[str, Any]]
] = {
    ("contract-damages-cap-quarters", "accepted a quarter late"): (
        {},
        {("Decisions", "contracts.anchor.late", None): 1.0},
        {"late": 1},
    ),
    ("contract-damages-cap-quarters", "ended by the customer"): (
        {},
        {("Decisions", "contracts.anchor.late", None): 3.0},
        {"late": 3},
    ),
    ("contract-renewed-quarters", "not renewed"): (
        {},
        {("Decisions", "contracts.anchor.renewals", None): 0.0},
        {"renewals": 0},
    ),
    ("contract-damages-cap-quarters", "signed a quarter later"): (
        {},
        {("Decisions", "contracts.anchor", "2026Q1"): 0.0, ("Decisions", "contracts.anchor", "2026Q2"): 1.0},
        {"period": "2026Q2"},
    ),
    ("contract-damages-cap-quarters", "more is held"): (
        {"contracts.anchor.ramp_mw": [1.5]},
        {("Lists", "contracts.anchor.ramp_mw", "Item or age 1"): 1.5},
        {},
    ),
}
"""By instance and words: inputs, cells, and columns of the contract's decision."""


def changed(name: str, words: str) -> tuple[Plan, Mapping[str, Any], Mapping[str, list[dict[str, Any]]]]:
    """The plan, the inputs that are changed, and the table of contracts with the changed way."""
    plan, inputs, way = made(name)[0], WAYS[name, words][0], WAYS[name, words][2]
    rows = [{**row, **(way if row["contract"] == "anchor" else {})} for row in plan.decisions["contracts"]]
    return plan, inputs, {"contracts": rows}


def book_of(name: str, words: str, folder: Path) -> Path:
    """Its workbook with the changed cells, and wrong values beside the formulas."""
    before = folder / "before.xlsx"
    content = written(*made(name)[1:], stale=True)
    before.write_bytes(content)
    cells = {
        (sheet, Book(before).at(sheet, where, label)): v for (sheet, where, label), v in WAYS[name, words][1].items()
    }
    return edited(content, folder / f"{name} {words}.xlsx", cells)


@pytest.mark.parametrize(("name", "words"), WAYS)
def test_another_way_does_what_the_audit_says(name: str, words: str, tmp_path: Path) -> None:
    """And it is another one: the plan as it was says otherwise."""
    plan, inputs, decisions = changed(name, words)
    book = recomputed(book_of(name, words, tmp_path))
    assert list(differences(replay(plan, plan.instance.replace(inputs), decisions), book)) == []
    assert list(differences(replay(plan, plan.instance, {}), book))


@pytest.mark.slow
@pytest.mark.xdist_group("office")
@needs_office
def test_libreoffice_says_the_same(tmp_path: Path) -> None:
    paths = [book_of(name, words, tmp_path) for name, words in WAYS]
    for (name, words), book in zip(WAYS, office(paths, tmp_path), strict=True):
        plan, inputs, decisions = changed(name, words)
        assert list(differences(replay(plan, plan.instance.replace(inputs), decisions), book)) == [], (name, words)


def test_shares_of_a_customer_count_less_in_what_goes_on() -> None:
    """A megawatt at 12 a year less shares of 4 over two years earns 10; it leaves with its chips at the end of 2027.

    What is left of the EBITDA of 2027, rent of 5 and these 10, is the rent: three times 5, less a quarter of tax on it,
    since nothing is left to write off, is 11.25.
    """
    file = optimizer.load(ROOT / "instances" / "known-optimal" / "customer-shares.yaml").replace(
        {
            "calendar.periods": 2,
            "terminal": {"kind": "ebitda_multiple", "multiple": 3},
            "contracts.partner.signed": True,
            "hardware.chips.last_order": "2026",
            "cash_flows": {"rent": {"kind": "operating", "musd_per_year": 5}},
        }
    )
    plan = optimizer.solve(file, threads=1)
    assert plan.audit_passed
    assert plan.metrics["terminal_value_musd"] == pytest.approx(11.25, abs=1e-9)
