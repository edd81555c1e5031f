"""Mistakes of a batch file are told with their place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.comparison.point import Result
from optimizer.comparison.points import sweep_runs
from optimizer.comparison.reading import check_batch, load_batch

from .batches import instances, said
from .examples import batch_file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mixes: {}\n", ("nothing-to-compare", 1, 1, "the batch compares nothing", "`mixes:`")),
        ("mixs: {a: {}}\n", ("unknown-key", 3, 1, "`mixs` is not a key of the file", "did you mean `mixes`")),
        ("mixes: {a: {set: 5}}\n", ("wrong-value", 3, 18, "`set` should be a block of keys, not 5", "")),
        ("mixes: {a: {sett: {}}}\n", ("unknown-key", 3, 13, "`sett` is not a key of `mixes.a`", "did you mean `set`")),
        ("mixes: {1a: {}}\n", ("wrong-value", 3, 9, "`1a` is not a name", "begins with a letter")),
        (
            "mixes: {a: {set: {name: b}}}\n",
            ("not-to-set", 3, 19, "`name` cannot be set here", "share the base"),
        ),
        (
            "mixes: {a: {objectives: [{name: wacc}], set: {objectives: [{name: wacc}]}}}\n",
            ("not-to-set", 3, 47, "`objectives` cannot be set here", "write `objectives:` beside `set`"),
        ),
        (
            "mixes: {a: {objectives: [{name: price}]}}\n",
            ("wrong-value", 3, 33, "`name` should be one of cost_of_capital, wacc", ""),
        ),
        (
            "mixes: {a: {set: {debt: {loan: {rate_per_yer: 0.1}}}}}\n",
            (
                "unknown-key",
                3,
                33,
                "mix `a`: `rate_per_yer` is not a key of `debt.loan`",
                "did you mean `rate_per_year`",
            ),
        ),
        (
            "mixes: {a: {set: {objectives: {dilution: {slack_share: 1}}}}}\n",
            ("not-to-set", 3, 19, "`objectives` cannot be set here", "write `objectives:` beside `set`"),
        ),
        (
            "mixes: {a: {set: {calendar: {start: 2027}, equity: {rounds: null}}}}\n",
            ("period-outside", 3, 13, "mix `a` makes no instance: `last_draw`", ""),
        ),
        (
            "mixes: {a: {}}\nscenarios: {war: {set: {equity: {cost_of_equity_per_year: -1}}}}\n",
            ("wrong-value", 4, 59, "scenario `war`: `cost_of_equity_per_year`", ""),
        ),
        (
            "mixes: {a: {variant: two-sources.yaml}}\n",
            ("variant", 3, 22, "two-sources.yaml does not extend the base", "copy what it changes"),
        ),
        (
            "mixes: {a: {}}\nscenarios: {b: {set: {objectives: [{name: dilution}]}}}\n",
            ("not-to-set", 4, 23, "`objectives` cannot be set here", "of the batch or of a mix"),
        ),
        (
            "sweeps: {s: {axes: [{path: name, values: [a, b]}]}}\n",
            ("not-to-set", 3, 28, "`name` cannot be varied", "share the base and its name"),
        ),
        (
            "sweeps: {s: {axes: [{path: objectives.1.name, values: [dilution, wacc]}]}}\n",
            ("not-to-set", 3, 28, "`objectives` cannot be varied", "use `objectives:` of the batch or of a mix"),
        ),
        (
            "mixes: {a: {set: {solve: {gap_share: 0.1}}}}\n",
            ("not-to-set", 3, 19, "`solve` cannot be set here", "use `options:` of the batch"),
        ),
        (
            "mixes: {a: {}}\nscenarios: {b: {set: {solve: null}}}\n",
            ("not-to-set", 4, 23, "`solve` cannot be set here", "use `options:` of the batch"),
        ),
        (
            "sweeps: {s: {axes: [{path: solve.gap_share, values: [0, 0.1]}]}}\n",
            ("not-to-set", 3, 28, "`solve` cannot be varied", "use `options:` of the batch"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.rate_per_year.2027, values: [0.1, 0.2]}]}}\n",
            ("axis", 3, 28, "`debt.loan.rate_per_year` has no step 2027", "write it in the base as steps, {2026: …"),
        ),
        (
            "sweeps: {s: {axes: [{path: cash.minimum_musd.2027, values: [1, 2]}]}}\n",
            ("axis", 3, 28, "`cash.minimum_musd` has no step 2027", "write it in the base as steps"),
        ),
        (
            "sweeps: {s: {axes: [{path: cash_flows.need.musd_per_period.2027, values: [1, 2]}]}}\n",
            ("axis", 3, 28, "has no step 2027", "such as `cash_flows.need.musd_per_period.1` for the first"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.rate_per_year, values: [-1, 20]}]}}\n",
            (
                "axis-invalid",
                3,
                28,
                "none of the values of this axis makes an instance; the first: `rate_per_",
                "",
            ),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.limit_musd, values: [1, 2]}, "
            "{path: debt.loan.rate_per_year, values: {from: -2, to: -1, steps: 3}}]}}\n",
            ("axis-invalid", 3, 74, "none of the values of this axis makes an instance", ""),
        ),
        ("mixes: {a: {variant: none.yaml}}\n", ("variant", 3, 22, "`variant`: there is no such file", "")),
        (
            "sweeps: {s: {axes: [{debt_share: {from: 0, to: 1}}]}}\n",
            ("axis", 3, 22, "steps missing", "write {from: 0, to: 0.6, steps: 13}"),
        ),
        (
            "sweeps: {s: {axes: [{debt_share: {from: 0, to: 2, steps: 3}}]}}\n",
            ("axis", 3, 22, "a debt share is a number from 0 to 1", ""),
        ),
        (
            "sweeps: {s: {axes: [{debt_share: {from: 0, to: x, steps: 3}}]}}\n",
            ("wrong-value", 3, 48, '`to` should be a number, not text "x"', ""),
        ),
        (
            "sweeps: {s: {axes: [{debt_share: [0, 0.5, 0.5]}]}}\n",
            ("axis", 3, 22, "a value stands there twice", "keep one"),
        ),
        ("sweeps: {s: {axes: [{path: debt.loan.limit_musd}]}}\n", ("axis", 3, 21, "the axis has nothing", "")),
        ("sweeps: {s: {axes: [{values: [1, 2]}]}}\n", ("axis", 3, 21, "`values` needs the path of a figure", "path:")),
        (
            "sweeps: {s: {axes: [{path: debt.lone.limit_musd, values: [1, 2]}]}}\n",
            ("axis", 3, 28, "there is no `lone` in `debt`", "did you mean `loan`"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.limit, values: [1, 2]}]}}\n",
            ("axis", 3, 28, "there is no `limit` in `debt.loan`", "did you mean `limit_musd`"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan, values: [1, 2]}]}}\n",
            ("axis", 3, 28, "`debt.loan` is a block, not a figure", "rate_per_year"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.limit_musd, factor: [1, 2]}]}}\n",
            ("axis", 3, 28, "`debt.loan.limit_musd` is not a number that could be multiplied", "write it in the base"),
        ),
        (
            "sweeps: {s: {axes: [{path: debt.loan.limit_musd, values: [1, 2], label: value}]}}\n",
            ("axis", 3, 73, "the tables have a column value already", "choose another label"),
        ),
        *(
            (
                f"sweeps: {{s: {{axes: [{{path: {one}, values: [1, 2]}}, "
                f"{{path: {two}, {by}: [1, 3], label: l}}]}}}}\n",
                ("axis", 3, 28 + len(one) + 26, f"the axes overlap: {one} and {two}", "keep one axis"),
            )
            for one, two, by in [
                ("debt.loan.rate_per_year", "debt.loan.rate_per_year", "factor"),
                ("cash_flows.need.musd_per_period.1", "cash_flows.need.musd_per_period", "values"),
                ("cash_flows.need.musd_per_period", "cash_flows.need.musd_per_period.2", "factor"),
                ("objectives.1.slack_share", "objectives.cost_of_capital.slack_share", "values"),
            ]
        ),
        (
            "sweeps: {s: {axes: [{debt_share: [0, 1]}, {debt_share: [0, 0.5]}]}}\n",
            ("axis", 3, 44, "the axes overlap: debt_share and debt_share", "keep one axis"),
        ),
        (
            "sweeps: {s: {mix: b, axes: [{debt_share: [0, 1]}]}}\nmixes: {a: {}}\n",
            ("unknown-mix", 3, 19, "there is no mix named `b`", "the names are a"),
        ),
        (
            "frontiers: {f: {objectives: [wacc, dilutoin]}}\n",
            ("unknown-objective", 3, 36, "`dilutoin` is not an objective", "did you mean `dilution`"),
        ),
        (
            "frontiers: {f: {objectives: [wacc, wacc]}}\n",
            ("same-objective", 3, 36, "`wacc` cannot be traded off against itself", ""),
        ),
        (
            "frontiers: {f: {objectives: [wacc]}}\n",
            ("wrong-value", 3, 17, "`objectives`", ""),
        ),
        (
            "base: nothing.yaml\nmixes: {a: {}}\n",
            ("base", 2, 7, "`base`: there is no such file", ""),
        ),
        (
            "base: ../two-sources.yaml\nmixes: {a: {}}\n",
            ("base", 2, 7, "`base`: the file lies outside the folder", ""),
        ),
        (
            "options: {gap_share: 5 %}\nmixes: {a: {}}\n",
            ("wrong-value", 3, 22, "`gap_share` should be a number", "0.05"),
        ),
    ],
)
def test_mistakes_have_a_place_and_a_remedy(
    tmp_path: Path, text: str, expected: tuple[str, int, int, str, str]
) -> None:
    code, line, column, message, help = expected
    found = said(tmp_path, text)
    assert [each[:3] for each in found] == [(code, line, column)]
    assert message in found[0][3]
    assert help in found[0][4]


def warned(folder: Path, text: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of each warning of a batch file without errors."""
    batch, found = check_batch(batch_file(folder, text))
    assert batch is not None
    assert {each.severity for each in found} == {"warning"}
    return [(each.code, each.line, each.column, each.message) for each in found]


def test_single_values_that_make_no_instance_are_warned_of(tmp_path: Path) -> None:
    listed = "sweeps: {s: {axes: [{path: debt.loan.rate_per_year, values: [-1, 0.1, 20]}]}}\n"
    first, second = warned(tmp_path, listed)
    assert first[:3] == ("value-invalid", 3, 62)
    assert first[3].startswith("the value -1 makes no instance: `rate_per_year` should be a number from 0 to 10")
    assert (second[:3], second[3][:14]) == (("value-invalid", 3, 71), "the value 20 m")
    # −9, −8, … 1 times 0.08: all below 0 are refused
    spaced = "sweeps: {s: {axes: [{path: debt.loan.rate_per_year, factor: {from: -9, to: 1, steps: 11}}]}}\n"
    (only,) = warned(tmp_path, spaced)
    assert only[:3] == ("value-invalid", 3, 53)
    assert only[3].startswith("9 of the 11 values make no instance, -9 to begin with: `rate_per_year`")


def test_a_value_that_makes_an_instance_with_another_is_no_mistake(tmp_path: Path) -> None:
    """A round of at least 150 needs a limit above it: one of the four points makes no instance, and no value does."""
    text = """\
sweeps:
  s:
    axes:
      - {path: equity.rounds.a.min_musd, values: [0, 150]}
      - {path: equity.rounds.a.max_musd, values: [100, 200]}
"""
    batch, found = check_batch(batch_file(tmp_path, text))
    assert batch is not None
    assert found == []
    invalid = [each for each in sweep_runs(batch, "s") if isinstance(each, Result) and each.status == "invalid"]
    assert [each.name for each in invalid] == ["sweeps/s/150/100"]


def test_many_bad_values_are_counted(tmp_path: Path) -> None:
    values = ", ".join(str(-each) for each in range(1, 9))
    found = warned(tmp_path, f"sweeps: {{s: {{axes: [{{path: debt.loan.rate_per_year, values: [{values}, 0.1]}}]}}}}\n")
    assert len(found) == 6
    assert [each[3] for each in found if each[3].startswith("3 more")] == ["3 more values make no instance"]


def test_an_axis_that_proves_a_programme_impossible_is_an_answer(tmp_path: Path) -> None:
    """100 are needed: with rounds of 10 and 20 and no loan there is no plan, which is a row of the sweep."""
    axis = "{path: equity.rounds.a.max_musd, values: [10, 20]}"
    text = f"mixes: {{e: {{set: {{debt: null}}}}}}\nsweeps: {{s: {{mix: e, axes: [{axis}]}}}}\n"
    batch, found = check_batch(batch_file(tmp_path, text))
    assert batch is not None
    assert found == []
    assert {each.status for each in sweep_runs(batch, "s") if isinstance(each, Result)} == {"infeasible"}


def test_the_objectives_of_a_variant_do_not_overrule_the_batch(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "extends: two-sources.yaml\nname: other\nobjectives: [{name: terminal_cash}]\n", encoding="utf-8"
    )
    text = "mixes: {a: {variant: other.yaml}}\n"
    alone = instances(load_batch(batch_file(tmp_path, text)))["a/base"]
    assert [each.name for each in alone.objectives] == ["terminal_cash"]
    told = instances(load_batch(batch_file(tmp_path, f"{text}objectives: [{{name: wacc}}]\n")))["a/base"]
    assert [each.name for each in told.objectives] == ["wacc"]
    scenario = "mixes: {a: {}}\nscenarios: {b: {variant: other.yaml}}\n"
    assert [each.name for each in instances(load_batch(batch_file(tmp_path, scenario)))["a/b"].objectives] == [
        "cost_of_capital"
    ]


def test_another_kind_of_file_is_told_in_one_line(tmp_path: Path) -> None:
    batch_file(tmp_path, "mixes: {a: {}}\n")
    batch, (only,) = check_batch(tmp_path / "two-sources.yaml")
    assert batch is None
    assert (only.code, only.message) == ("wrong-kind", "this is an instance, not a batch")
    assert f"capstack solve {tmp_path / 'two-sources.yaml'}" in only.help
    (tmp_path / "outer.batch.yaml").write_text("name: outer\nbase: test.batch.yaml\nmixes: {a: {}}\n", encoding="utf-8")
    _, (only,) = check_batch(tmp_path / "outer.batch.yaml")
    assert (only.code, Path(only.file).name) == ("wrong-kind", "test.batch.yaml")


def test_each_mistake_is_told_of_the_part_it_is_in(tmp_path: Path) -> None:
    text = """\
mixes:
  a: {set: {debts: null}}
  b: {set: {debt: {loan: {min_draw_musd: -1}}}}
scenarios:
  war: {set: {equity: {cost_of_equity_per_year: -1}}}
sweeps:
  s: {axes: [{debt_share: [0, 1]}, {path: debt.loan.limit_musd, values: [1, 2]}, {path: x, values: [1, 2]}]}
"""
    found = said(tmp_path, text)
    assert [(line, message) for _, line, _, message, _ in found] == [
        (4, "mix `a`: `debts` is not a key of the file"),
        (5, "mix `b`: `min_draw_musd` should be a number of at least 0, not -1"),
        (7, "scenario `war`: `cost_of_equity_per_year` should be a number from 0 to 10 or a series of such, not -1"),
        (9, "`axes` has 3 items: at most 2 are possible"),
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = "mixes: {a: {set: 5}}\nsweeps: {s: {axes: []}}\noptions: {gap_share: -1}\n"
    assert [(line, code) for code, line, *_ in said(tmp_path, text)] == [
        (3, "wrong-value"),
        (4, "wrong-value"),
        (5, "wrong-value"),
    ]


def test_mistakes_of_the_base_are_told_where_they_are(tmp_path: Path) -> None:
    path = batch_file(tmp_path, "mixes: {a: {}, b: {set: {equity: null}}}\nscenarios: {x: {}, y: {}}\n")
    base = tmp_path / "two-sources.yaml"
    base.write_text(base.read_text(encoding="utf-8").replace("kind: bullet", "kind: bulet"), encoding="utf-8")
    _, found = check_batch(path)
    assert [(Path(each.file).name, each.line, each.message[:6]) for each in found] == [
        ("two-sources.yaml", 10, "`kind`")
    ]
