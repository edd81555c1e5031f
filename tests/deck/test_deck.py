"""Slides: the exhibits' numbers in native charts, text as text, the same bytes for the same plan."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

import optimizer
from optimizer.deck.charts import _dated
from optimizer.deck.deck import COVER_PT, EMU_PER_POINT, LEAST_PT, _fitting
from optimizer.deck.same_bytes import same_bytes
from optimizer.exhibits.all import exhibits
from optimizer.exhibits.shapes import Bridge, Columns, Schedule, Span, Start
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from tests.conftest import needs_slides

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference" / "anthropic-50b"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_run(REFERENCE)


@pytest.fixture(scope="module")
def file(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deck") / "deck.pptx"
    optimizer.to_deck(plan, path)
    return path


def charts(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def book(chart: Any) -> dict[str, list[Any]]:
    """The workbook of a chart: its columns by name."""
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    columns = [[cell.value for cell in column] for column in sheet.columns]
    return {str(column[0]): column[1:] for column in columns[1:]}


def test_each_slide_has_its_message_where_outlines_look_for_it(file: Path) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(file)).slides]
    assert titles[0] == "50 billion dollars, a million accelerators, Texas and New York"
    assert "From whom: 1,017,000 units, 78 % of them from the maker" in titles
    assert "How it is paid for: $19.83 bn of equity, $14.02 bn of debt, $2,000 m of partners' cash" in titles
    assert 10 <= len([title for title in titles if not title.startswith("Appendix")]) <= 12


def test_charts_hold_the_numbers_of_the_exhibits_where_they_can_be_edited(plan: Plan, file: Path) -> None:
    shown = {name: each for name, each in exhibits(plan).items() if isinstance(each, Columns)}
    books = [book(chart) for chart in charts(Presentation(str(file)))]
    for name in ("power", "compute", "orders", "debt", "covenants", "wacc"):
        wanted = {each.name: pytest.approx(list(each.values)) for each in shown[name].series}
        assert any({**found} == wanted for found in books), name


def test_lines_lie_over_columns_on_the_same_axes(file: Path) -> None:
    power = next(chart for chart in charts(Presentation(str(file))) if "energised" in book(chart))
    columns, lines = power.plots
    assert [series.name for series in columns.series] == ["abilene", "amarillo", "batavia", "lubbock"]
    assert [series.name for series in lines.series] == ["energised", "power limit"]
    assert all(not series.smooth for series in lines.series)
    axes = [[axis.get("val") for axis in plot._element.xpath("c:axId")] for plot in power.plots]
    assert axes[0] == axes[1]


def test_pieces_of_a_bridge_add_up_to_where_it_stands(plan: Plan, file: Path) -> None:
    bridge = exhibits(plan)["value_bridge"]
    assert isinstance(bridge, Bridge)
    found = next(book(chart) for chart in charts(Presentation(str(file))) if "hidden" in book(chart))
    at = 0.0
    for i, step in enumerate(bridge.steps):
        before, at = (0.0, step.value) if step.total else (at, at + step.value)
        top = sum(found[name][i] for name in ("hidden", "up", "down", "total"))
        bottom = sum(found[name][i] for name in ("hidden below", "up below", "down below", "total below"))
        assert top == pytest.approx(max(before, at, 0.0), abs=1e-6)
        assert bottom == pytest.approx(min(before, at, 0.0), abs=1e-6)
        drawn = sum(abs(found[name][i]) for name in found if not name.startswith("hidden"))
        assert drawn == pytest.approx(abs(step.value), abs=1e-6)


def test_starts_are_dated_in_years() -> None:
    """From the third quarter of 2026: what starts in the second period is built for half a year."""
    spans = (Span("a one", 1, 3, "5 MW", True), Span("a one", 3, 4, "5 MW", False), Span("b", 0, 4, "2 MW", False))
    labels = ("2026Q3", "2026Q4", "2027Q1", "2027Q2")
    assert Schedule("t", labels, ("a one", "b"), spans).starts() == [
        Start("b, 2 MW, 2026Q3", 0, 0, 4),
        Start("a one, 5 MW, 2026Q4", 1, 2, 1),
    ]
    assert _dated("2026Q3") == (2026.5, 4)
    assert _dated("2026-11") == (2026 + 10 / 12, 12)
    assert _dated("2027") == (2027, 1)


def test_the_same_plan_gives_the_same_bytes_and_no_date(plan: Plan, file: Path, tmp_path: Path) -> None:
    optimizer.to_deck(plan, tmp_path / "again.pptx")
    assert (tmp_path / "again.pptx").read_bytes() == file.read_bytes()
    assert same_bytes(file.read_bytes()) == file.read_bytes()
    with zipfile.ZipFile(file) as package:
        assert {member.date_time for member in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_a_template_gives_its_size_and_keeps_its_slides(plan: Plan, tmp_path: Path) -> None:
    company = Presentation()
    company.slide_width, company.slide_height = 9_000_000, 6_000_000
    company.slides.add_slide(company.slide_layouts[0]).shapes.title.text_frame.text = "Not ours"
    company.save(str(tmp_path / "company.pptx"))
    optimizer.to_deck(plan, tmp_path / "deck.pptx", template=tmp_path / "company.pptx")
    deck = Presentation(str(tmp_path / "deck.pptx"))
    assert (deck.slide_width, deck.slide_height) == (9_000_000, 6_000_000)
    assert "Not ours" not in [slide.shapes.title.text_frame.text for slide in deck.slides]
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height * 1.3  # a table may be longer than its frame says


@pytest.mark.parametrize("text", ["=cmd()", "<script>alert(1)</script>", "[/red]", "x" * 200, "אבג דהו"])
def test_hostile_text_is_text(text: str, tmp_path: Path) -> None:
    instance = optimizer.load(
        {
            "name": "hostile",
            "title": text,
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "cost_of_capital"}],
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-100, 0], "source": text}},
        }
    )
    optimizer.to_deck(optimizer.solve(instance), tmp_path / "deck.pptx")
    deck = Presentation(str(tmp_path / "deck.pptx"))
    title = deck.slides[0].shapes.title.text_frame.text
    assert title == text[:160]


def test_the_command_writes_slides_and_refuses_a_template_that_is_none(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", "report", str(REFERENCE), "--pptx", "--out", str(tmp_path)]
    done = subprocess.run([*command, "--json"], capture_output=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout)["written"] == [str(tmp_path / "deck.pptx")]
    refused = subprocess.run(
        [*command, "--template", str(ROOT / "README.md")], capture_output=True, encoding="utf-8", check=False
    )
    assert refused.returncode == 2
    assert "is no presentation (.pptx)" in refused.stderr


@needs_slides
@pytest.mark.slow
def test_libreoffice_opens_the_slides_and_shows_each(file: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(convert, capture_output=True, check=True, timeout=240)
    pages = ["pdftoppm", "-r", "20", "-png", str(tmp_path / "deck.pdf"), str(tmp_path / "slide")]
    subprocess.run(pages, check=True, timeout=120)
    assert len(list(tmp_path.glob("slide-*.png"))) == len(Presentation(str(file)).slides)


def test_a_template_without_slides_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", "report", str(REFERENCE), "--html", "--out", str(tmp_path / "r")]
    found = subprocess.run([*command, "--template", "x.pptx"], capture_output=True, encoding="utf-8", check=False)
    assert found.returncode == 2
    assert "it is for slides: give --pptx as well" in found.stderr
    assert not (tmp_path / "r").exists()


def test_letters_are_as_large_as_their_box_allows() -> None:
    """In 800 by 120 points letters of 36 points are 37 to a line, and a line 43.2 high: two lines have room, and three
    from 33 points on, 3 × 39.6 = 118.8 high."""
    box = (0, 0, 800 * EMU_PER_POINT, 120 * EMU_PER_POINT)
    assert _fitting(("a" * 72,), box, COVER_PT, apart=0.0) == COVER_PT
    assert _fitting(("a" * 90,), box, COVER_PT, apart=0.0) == 33
    assert _fitting(("a" * 9000,), box, COVER_PT, apart=0.0) == LEAST_PT
