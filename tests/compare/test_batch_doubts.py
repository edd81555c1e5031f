"""What is in doubt in a batch, told once and at its place."""

from __future__ import annotations

from pathlib import Path

from optimizer.comparison.reading import check_batch

from .examples import TWO_SOURCES, batch_file

IDLE = "regions: {north: {energy_price_usd_per_mwh: 50}}\n"


def doubted(folder: Path, text: str, base: str = "") -> list[tuple[str, str, int, int, str]]:
    """File, code, line, column and message of each warning of a batch whose base has more lines."""
    path = batch_file(folder, text)
    (folder / "two-sources.yaml").write_text(TWO_SOURCES + base, encoding="utf-8")
    batch, found = check_batch(path)
    assert batch is not None
    assert {each.severity for each in found} <= {"warning"}
    assert batch.diagnostics == found
    return [(Path(each.file).name, each.code, each.line, each.column, each.message) for each in found]


def test_warnings_of_the_base_are_told_once(tmp_path: Path) -> None:
    text = """\
mixes: {a: {}, b: {set: {debt: null}}}
scenarios: {x: {}, y: {}}
sweeps: {s: {axes: [{debt_share: [0, 1]}]}}
"""
    line = TWO_SOURCES.count("\n") + 1
    assert doubted(tmp_path, text, IDLE) == [("two-sources.yaml", "unused-region", line, 11, "no site lies in `north`")]


def test_mixes_and_scenarios_are_held_to_what_is_usual(tmp_path: Path) -> None:
    text = """\
mixes:
  a: {}
  dear: {set: {debt: {loan: {rate_per_year: 2.5}}}}
scenarios:
  plain: {}
  tax: {set: {depreciation: {chips: {new: true, life_years: 5}}}}
"""
    assert doubted(tmp_path, text) == [
        ("test.batch.yaml", "unusual-figure", 5, 45, "mix `dear`: 2.5 (250 %) a year is unusual"),
        ("test.batch.yaml", "unused-tax-class", 8, 30, "scenario `tax`: no asset names `chips`"),
    ]


def test_a_variant_is_held_to_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / "dear.yaml").write_text(
        "extends: two-sources.yaml\nname: dear\ndebt: {loan: {rate_per_year: 2.5}}\n", encoding="utf-8"
    )
    ((file, code, line, column, message),) = doubted(tmp_path, "mixes: {dear: {variant: dear.yaml}}\n")
    assert (file, code, line, column) == ("test.batch.yaml", "unusual-figure", 3, 9)
    assert message.startswith("mix `dear`: 2.5 (250 %) a year is unusual (")
    assert message.endswith("dear.yaml:3:30)")


def test_swept_values_are_held_to_what_is_usual(tmp_path: Path) -> None:
    """Of a grid each value is told of once, of even steps the ends: 0.08 · 67 = 5.36 is a rate that nobody pays."""
    listed = "sweeps: {s: {axes: [{path: debt.loan.rate_per_year, values: [0.1, 2.5]}, {debt_share: [0, 0.5, 1]}]}}\n"
    ((file, code, line, column, message),) = doubted(tmp_path, listed)
    assert (file, code, line, column) == ("test.batch.yaml", "unusual-figure", 3, listed.index("2.5") + 1)
    assert message == "the value 2.5: 2.5 (250 %) a year is unusual"
    spaced = "sweeps: {s: {axes: [{path: debt.loan.rate_per_year, factor: {from: 1, to: 67, steps: 3}}]}}\n"
    ((_, _, _, column, message),) = doubted(tmp_path, spaced)
    assert column == spaced.index("67") + 1
    assert message == "the value 67: 5.36 (536 %) a year is unusual"
    seven = listed.replace("0.1, 2.5", "2, 3, 4, 5, 6, 7, 8")
    assert [each[4][:11] for each in doubted(tmp_path, seven)] == [
        "2 more valu",
        *(f"the value {i}" for i in range(2, 7)),
    ]
    # 0.001 is a step on the way
    small = spaced.replace("factor: {from: 1, to: 67, steps: 3}", "values: {from: 0, to: 0.1, steps: 101}")
    assert doubted(tmp_path, small) == []


def test_a_figure_that_is_not_changed_is_not_doubted_anew(tmp_path: Path) -> None:
    """A programme of 10 makes an income of 120 look large; it is that of the base."""
    axis = "{path: equity.rounds.a.max_musd, values: [10, 100]}"
    text = f"mixes: {{e: {{set: {{debt: null}}}}}}\nsweeps: {{s: {{mix: e, axes: [{axis}]}}}}\n"
    assert doubted(tmp_path, text) == []
