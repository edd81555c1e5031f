"""Figures of a comparison, as data, on a page, on slides and in a workbook; values by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

import optimizer
from optimizer.comparison.comparison import Comparison
from optimizer.exhibits.comparing import comparison_exhibits
from optimizer.exhibits.shapes import Columns, HeatMap, Scatter
from optimizer.plan.run_folder import RunError
from optimizer.workbook.comparison import comparison_workbook

NEED = {"kind": "investing", "musd_per_period": [-100, 0]}
BASE: dict[str, Any] = {
    "name": "two-sources",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}],
    "cash_flows": {"need": NEED, "income": {"kind": "operating", "musd_per_period": [0, 120]}},
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 1, "last_draw": 2026}},
    "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 150, "last_raise": 2026}}},
}
UNIT = 1.21
"""What is charged at the end of 2027 counts by 1/1.1²."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two mixes in two worlds, a sweep of the debt share and a frontier; a need of 200 is too much for equity alone."""
    folder = tmp_path_factory.mktemp("kept")
    found = optimizer.compare(
        optimizer.load(BASE),
        mixes={"both": {}, "equity": {"set": {"debt": None}}},
        scenarios={"base": {}, "more": {"set": {"cash_flows": {"need": {"musd_per_period": [-200, 0]}}}}},
        sweeps={"debt": {"axes": [{"debt_share": [0, 0.5]}]}},
        frontiers={"cash": {"objectives": ["cost_of_capital", "terminal_cash"], "points": 2}},
        name="mine",
        jobs=1,
    )
    found.write(folder)
    return folder


@pytest.fixture(scope="module")
def comparison(kept: Path) -> Comparison:
    return optimizer.read_comparison(kept)


def test_a_kept_comparison_is_read_as_it_was(kept: Path, comparison: Comparison, tmp_path: Path) -> None:
    comparison.write(tmp_path)
    for path in kept.glob("comparison*"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    (tmp_path / "comparison.json").write_text('{"format": 1, "name": "x"}', encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        optimizer.read_comparison(tmp_path)
    (tmp_path / "comparison.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be read"):
        optimizer.read_comparison(tmp_path)


def test_figures_show_the_values_worked_out_by_hand(comparison: Comparison) -> None:
    """100 at 8 % cost 8, at 15 % 15; of 200 a loan can bear 111.1 (120/1.08), and 88.9 of equity cost 13.3 beside."""
    shown = comparison_exhibits(comparison)
    assert list(shown) == ["regret", "values", "capital", "sweep-debt", "frontier-cash"]
    regret, values, capital = shown["regret"], shown["values"], shown["capital"]
    assert isinstance(regret, HeatMap)
    assert isinstance(values, HeatMap)
    loan = 120 / 1.08
    both = ((8 / UNIT), (0.08 * loan + 0.15 * (200 - loan)) / UNIT)
    assert (values.rows, values.columns) == (("both", "equity"), ("base", "more"))
    assert values.values[0] == pytest.approx(both)
    assert values.values[1] == (pytest.approx(15 / UNIT), None)
    assert regret.values == ((pytest.approx(0), pytest.approx(0)), (pytest.approx(7 / UNIT), None))
    assert isinstance(capital, Columns)
    assert {each.name: each.values for each in capital.series} == {
        "equity": (pytest.approx(0), pytest.approx(100)),
        "debt": (pytest.approx(100), pytest.approx(0)),
    }
    sweep, frontier = shown["sweep-debt"], shown["frontier-cash"]
    assert isinstance(sweep, Columns)
    assert sweep.labels == ("0", "0.5")
    assert sweep.series[0].values == pytest.approx((15 / UNIT, 11.5 / UNIT))
    assert isinstance(frontier, Scatter)
    assert [point[1:] for point in frontier.points] == [
        pytest.approx((12, 8 / UNIT)),
        pytest.approx((170, 22.5 / UNIT)),
    ]


def test_a_map_and_points_are_drawn_on_page_and_slides(comparison: Comparison, tmp_path: Path) -> None:
    page = comparison.to_html(tmp_path / "report.html")
    assert page == (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 10  # wide and narrow
    assert "<script" not in page
    assert "3 infeasible" not in page
    assert "1 infeasible" in page
    comparison.to_deck(tmp_path / "deck.pptx")
    deck = Presentation(str(tmp_path / "deck.pptx"))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    points = charts[-1].plots[0].series[0]
    assert list(points.values) == pytest.approx([8 / UNIT, 22.5 / UNIT])
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert any(title.startswith("Regret: behind the best") for title in titles)
    assert comparison._repr_html_().count("<svg") == 5


def test_the_workbook_has_differences_as_formulas_with_their_values(comparison: Comparison, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        comparison_workbook(comparison, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    live, cached = (openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=cached) for cached in (False, True))
    scenarios = ["Scenario base", "Scenario more", "Over scenarios"]
    assert live.sheetnames == ["Comparison", *scenarios, "Sweep debt", "Frontier cash"]
    sheet = live["Scenario base"]
    assert [cell.value for cell in sheet[3]] == ["figure", "both", "equity"]
    first, last = (row[0].row for row in sheet.iter_rows(min_row=4) if row[0].value == "value")
    formula = sheet.cell(last, 3)
    assert formula.value == f"=C{first}-$B${first}"
    assert cached["Scenario base"].cell(formula.row, 3).value == pytest.approx(7 / UNIT)
    assert len(live["Sweep debt"]._charts) == 1
    assert len(live["Frontier cash"]._charts) == 1


def test_names_that_no_sheet_can_have_are_changed_and_stay_apart(comparison: Comparison, tmp_path: Path) -> None:
    from dataclasses import replace

    table = comparison.sweeps["debt"]
    sweeps = {"a/b" * 20: table, "a/b" * 20 + "c": table, "=cmd()": table}
    comparison_workbook(replace(comparison, sweeps=sweeps), tmp_path / "a.xlsx")
    names = openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)


def test_the_command_reports_a_comparison(kept: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", "report", str(kept), "--out", str(tmp_path), "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    written = [Path(path).name for path in json.loads(done.stdout)["written"]]
    assert written == ["report.html", "comparison.xlsx", "deck.pptx"]
