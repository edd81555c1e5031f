"""Ranges of figures: what they are about, what they can be, and paths with a star."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer
from optimizer.instance.figures import Figure, figures_at
from optimizer.instance.loader import check_text, loads
from optimizer.instance.paths import PathError
from optimizer.instance.python_data import tree_of
from tests.compare.examples import TWO_SOURCES
from tests.instance.example import data

EXAMPLE = tree_of(data(), [])
BASE = loads(TWO_SOURCES)
RATE, NEED = "debt.loan.rate_per_year", "cash_flows.need.musd_per_period"


def errors(text: str) -> list[str]:
    found = check_text(f"{TWO_SOURCES}ranges:\n  {text}\n").diagnostics
    return [
        f"{each.code} {each.line}:{each.column} {each.message}; {each.help}"
        for each in found
        if each.severity != "note"
    ]


@pytest.mark.parametrize(
    ("text", "code", "message", "help"),
    [
        ("debt.loan.rat_per_year: [0, 1]", "of-nothing", "no `rat_per_year` in `debt.loan`", "mean `rate_per_year`?"),
        ("debt.loan: [0, 1]", "of-nothing", "`debt.loan` is a block, not a figure", "name one number or series"),
        ("debt.loan.kind: [0, 1]", "of-nothing", "`debt.loan.kind` is no number, not a figure", "name one number"),
        ("debt.loan.limit_musd: [0, 1]", "of-nothing", "`debt.loan.limit_musd` is not written", "write the figure"),
        ("solve.threads: [1, 2]", "of-nothing", "`solve.threads` is no figure of the programme", "name a price"),
        (f"{RATE}: [0.09, 0.07]", "ends", "the low end, 0.09, is not below the high one, 0.07", "the lower one first"),
        (f"{RATE}: {{low: 0.07}}", "ends", "the range has no `high`", "write both ends: [low, high]"),
        (f"{RATE}: {{low: 0.07, factor: [1, 2]}}", "ends", "either values or factors", "[low, high] or {factor: "),
        (f"{RATE}: {{factor: [-1, 2]}}", "ends", "a factor of -1 would change the sign", "factors of 0 or more"),
        (f"{NEED}: [1, 2]", "of-series", f"`{NEED}` is a series of several values", "write {factor: [0.9, 1.1]}"),
        ("debt.loan.tenor_periods: [0.5, 2]", "of-series", "takes whole numbers, not 0.5 and 2", "write whole ends"),
        ("cash_flows.*.musd_per_period: [1, 2]", "of-series", "stands for 2 figures", "write {factor: [0.9, 1.1]}"),
        (f"{RATE}: [8, 9]", "aside", f"`{RATE}`, 0.08, is not between 8 and 9", "check the unit of the range"),
    ],
)
def test_a_range_that_cannot_be_is_told_with_its_place(text: str, code: str, message: str, help: str) -> None:
    (found,) = errors(text)
    assert found.startswith(f"range-{code} 16:3 ")
    assert message in found
    assert help in found.partition("; ")[2]


@pytest.mark.parametrize("text", [f"{RATE}: [0.07, 0.09]", f"{RATE}: {{low: 0.07, high: 0.09, source: term sheet}}",
                                  "cash_flows.*.musd_per_period: {factor: [0.9, 1.1]}"])  # fmt: skip
def test_ranges_that_can_be(text: str) -> None:
    assert errors(text) == []


def test_no_hash_depends_on_a_range_and_a_pair_is_a_range() -> None:
    ranged = BASE.replace({"ranges": {RATE: [0.07, 0.09]}})
    assert ranged.hash == BASE.hash
    assert ranged.ranges == BASE.replace({"ranges": {RATE: {"low": 0.07, "high": 0.09}}}).ranges
    assert optimizer.load(ranged.canonical()).ranges == ranged.ranges


def test_a_star_stands_for_all_names_of_a_family() -> None:
    tree = tree_of(BASE, [])
    assert [figure.path for figure in figures_at(tree, "cash_flows.*.musd_per_period")] == [
        "cash_flows.need.musd_per_period",
        "cash_flows.income.musd_per_period",
    ]
    phases = figures_at(EXAMPLE, "sites.*.phases.*.mw")
    assert all(figure.path.startswith("sites.abilene.phases.") and figure.path.endswith(".mw") for figure in phases)
    assert len(phases) == len({figure.keys for figure in phases}) > 0
    # where some have the figure, the others are left out
    assert {figure.path.split(".")[1] for figure in figures_at(EXAMPLE, "debt.*.tenor_periods")} < set(data()["debt"])
    for path in ("*.loan", "debt.*.rat_per_year", "debt.l*.rate_per_year"):
        with pytest.raises(PathError):
            figures_at(tree, path)


@pytest.mark.parametrize(
    ("value", "number", "doubled", "at"),
    [
        (5.0, 5.0, 10.0, 7.0),
        ([1.0, 2.0], None, [2.0, 4.0], None),
        ({"2026": 1.0, "2028": 3.0}, None, {"2026": 2.0, "2028": 6.0}, None),
        (
            {"initial": 4.0, "growth_per_year": 0.1},
            4.0,
            {"initial": 8.0, "growth_per_year": 0.1},
            {"initial": 7.0, "growth_per_year": 0.1},
        ),
    ],
)
def test_a_figure_with_other_values(value: Any, number: float | None, doubled: Any, at: Any) -> None:
    figure = Figure("a", ("a",), value)
    assert (figure.number, figure.times(2.0)) == (number, doubled)
    if at is not None:
        assert figure.at(7.0) == at
