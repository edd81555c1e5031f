"""Changed inputs come back as a file that extends the one that was solved, and solves."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from optimizer.workbook.changes import BookError, changes, value_of
from tests.workbook.books import FLAGSHIP, ROOT, TWO, Book, edited, plan, stale


@dataclass(frozen=True)
class Run:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


def run(*arguments: str) -> Run:
    result = CliRunner().invoke(app, list(arguments))
    return Run(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The workbook of its plan."""
    path = tmp_path / "plan.xlsx"
    optimizer.to_excel(optimizer.solve(optimizer.load(TWO), gap=0), path)
    return path


def cell(path: Path, where: str, label: str | None = None, sheet: str = "Inputs") -> tuple[str, str]:
    return sheet, Book(path).at(sheet, where, label)


def test_nothing_is_changed_in_a_book_as_it_was_written(book: Path) -> None:
    found = changes(book)
    assert (dict(found.inputs), list(found.decisions)) == ({}, [])
    assert found.instance.hash == optimizer.load(TWO).hash


def test_a_changed_rate_comes_back_as_a_file_that_solves(book: Path) -> None:
    """At 9 % the loan costs 9/1.1² = 7.438 (derived as above); the file extends the instance that was solved."""
    rate = cell(book, "debt.loan.rate_per_year")
    path = edited(book.read_bytes(), book.with_name("dear.xlsx"), {rate: 0.09})
    assert run("workbook", str(path), "--check").code == 0
    written = path.with_suffix(".changed.yaml")
    assert "extends: dear.solved.yaml" in written.read_text(encoding="utf-8")
    solved = optimizer.solve(optimizer.load(written), gap=0)
    assert solved.metrics["cost_of_capital"] == pytest.approx(9 / 1.21, abs=1e-9)


def test_the_command_says_what_is_changed_and_what_a_file_cannot_hold(book: Path) -> None:
    """A flow of a period is written as a list; the draw, which is a decision, is named and not written."""
    cells = {
        cell(book, "cash_flows.income.musd_per_period", "2027"): 130.0,
        cell(book, "debt_draws.loan", "2026", "Decisions"): 90.0,
    }
    path = edited(book.read_bytes(), book.with_name("more.xlsx"), cells)
    found = run(
        "workbook", str(path), "--check", "--json", "--extends", "mine.yaml", "--out", str(path.with_name("o.yaml"))
    )
    data = json.loads(found.out)
    assert data["inputs"] == {"cash_flows.income.musd_per_period": [0, 130]}
    assert data["decisions"] == ["debt_draws.loan"]
    assert path.with_name("o.yaml").read_text(encoding="utf-8").startswith("extends: mine.yaml\n")
    assert "debt_draws.loan" in run("workbook", str(path), "--check").err


def test_the_file_that_is_extended_is_named_from_where_the_changes_are_written(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From above the folder of the workbook the base is books/mine.yaml; beside it, it is mine.yaml, and what lies in a
    folder further down cannot extend it."""
    cells = {cell(book, "cash_flows.income.musd_per_period", "2027"): 130.0}
    folder = book.parent / "books"
    (folder / "below").mkdir(parents=True)
    path = edited(book.read_bytes(), folder / "named.xlsx", cells)
    (folder / "mine.yaml").write_text("name: mine\n", encoding="utf-8")
    monkeypatch.chdir(book.parent)
    assert run("workbook", str(path), "--check", "--extends", "books/mine.yaml").code == 0
    assert (folder / "named.changed.yaml").read_text(encoding="utf-8").startswith("extends: mine.yaml\n")
    below = str(folder / "below" / "o.yaml")
    refused = run("workbook", str(path), "--check", "--extends", "books/mine.yaml", "--out", below)
    assert refused.code == 2
    assert "lies outside of its folder" in refused.err


def test_every_kind_of_input_comes_back(tmp_path: Path) -> None:
    """Of the flagship: a number, a growing series, steps, a profile, a tier, a bucket, a timing, a period, a share."""
    source = tmp_path / "plan.xlsx"
    source.write_bytes(stale(FLAGSHIP))
    cells = {
        cell(source, "debt.senior-secured.tenor_periods"): 12.0,
        cell(source, "hardware.b200-direct.price_usd.initial"): 41000.0,
        cell(source, "markets.platform.demand_h100e", "2033"): 60000.0,
        cell(source, "sites.batavia.phases.first-hall.spend_profile", "Item or age 2", "Lists"): 0.5,
        cell(source, "sites.batavia.phases.first-hall.spend_profile", "Item or age 3", "Lists"): 0.2,
        cell(source, "hardware.b200-channel.tiers.discount_share", "Item or age 2", "Lists"): 0.25,
        cell(source, "pricing_grid.buckets.spread_per_year", "Item or age 4", "Lists"): 0.04,
        cell(source, "pricing_grid.buckets.cost_of_equity_per_year", "Item or age 4", "Lists"): 0.2,
        cell(source, "draw_timing"): 1.0,
        cell(source, "covenants.coverage.first_test"): 5.0,
    }
    found = changes(edited(source.read_bytes(), tmp_path / "edited.xlsx", cells))
    assert found.decisions == []
    (tmp_path / "base.yaml").write_text(json.dumps(found.instance.canonical()), encoding="utf-8")
    (tmp_path / "over.yaml").write_text(json.dumps(found.overlay("base.yaml")), encoding="utf-8")
    made = optimizer.load(tmp_path / "over.yaml")
    base = plan(FLAGSHIP).instance
    assert made.debt["senior-secured"].tenor_periods == 12
    assert made.hardware["b200-direct"].price_usd.written() == {"initial": 41000.0, "growth_per_year": -0.12}
    assert made.markets["platform"].demand_h100e.expand(base.periods)[-2:] == (50000.0, 60000.0)
    assert next(p for p in made.sites["batavia"].phases if p.name == "first-hall").spend_profile == [0.3, 0.5, 0.2]
    tiers = made.hardware["b200-channel"].tiers
    assert tiers is not None
    assert [(step.from_units, step.discount_share) for step in tiers.steps] == [(0.0, 0.0), (20000.0, 0.25)]
    assert made.pricing_grid is not None
    assert (made.pricing_grid.buckets[3].spread_per_year, made.pricing_grid.buckets[3].cost_of_equity_per_year) == (
        0.04,
        0.2,
    )
    assert made.pricing_grid.buckets[:3] == base.pricing_grid.buckets[:3]  # type: ignore[union-attr]
    assert (made.draw_timing, made.covenants["coverage"].first_test) == ("start", "2030")
    assert made.sites["abilene"] == base.sites["abilene"]


@pytest.mark.parametrize("path", ["sites.hall.opening.wing.ready", "hardware.old.opening.coming.delivery"])
def test_a_period_comes_back_by_its_label(path: str) -> None:
    """The workbook shows 2 for 2027: 3 is 2028."""
    instance = optimizer.load(ROOT / "instances" / "known-optimal" / "opening-fleet.yaml")
    assert value_of(instance, {}, path, {-1: 3.0}, {-1: 2.0}) == (path, "2028")
    assert instance.replace({path: "2028"}).hash != instance.hash


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"no workbook"), "is no workbook"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: zipped(path, "xl/worksheets/sheet2.xml", b"\0" * (65 * 2**20)), "larger than"),
    ],
)
def test_what_is_no_workbook_of_a_plan_is_refused(spoil: object, words: str, book: Path) -> None:
    spoil(book)  # type: ignore[operator]
    with pytest.raises(BookError, match=words):
        changes(book)
    assert run("workbook", str(book), "--check").code == 2


def zipped(path: Path, name: str, content: bytes) -> None:
    """Another member in the place of one."""
    with zipfile.ZipFile(path) as packed:
        members = {each: packed.read(each) for each in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, data in (members | {name: content}).items():
            packed.writestr(each, data)


def test_a_text_where_a_number_belongs_is_named_by_its_cell(book: Path) -> None:
    from openpyxl import load_workbook

    sheet, address = cell(book, "debt.loan.rate_per_year")
    other = load_workbook(book)
    other[sheet][address] = "eight per cent"
    other.save(book)
    with pytest.raises(BookError, match=rf"Inputs!{address}: a number is expected, not 'eight per cent'"):
        changes(book)


def test_an_input_that_cannot_be_is_refused_as_a_file_would_be(book: Path) -> None:
    """A tenor of nothing: the message is that of the instance."""
    path = edited(book.read_bytes(), book.with_name("odd.xlsx"), {cell(book, "debt.loan.tenor_periods"): 0.0})
    found: Run = run("workbook", str(path), "--check")
    assert found.code == 2
    assert "tenor_periods" in found.err


def test_report_writes_the_workbook_beside_the_run(tmp_path: Path) -> None:
    place = optimizer.write_run(optimizer.solve(optimizer.load(TWO), gap=0), tmp_path)
    found = run("report", str(place), "--xlsx", "--out", str(tmp_path / "out"))
    assert (found.code, [path.name for path in (tmp_path / "out").iterdir()]) == (0, ["plan.xlsx"])
    assert changes(tmp_path / "out" / "plan.xlsx").instance.name == "two-sources"
