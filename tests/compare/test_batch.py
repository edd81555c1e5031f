"""Batch files: what they mean, and what is said about those that are wrong."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from optimizer.comparison.batch import Batch
from optimizer.comparison.point import Point, Result
from optimizer.comparison.points import mix_runs, sweep_runs
from optimizer.comparison.reading import batch_of, check_batch, load_batch
from optimizer.comparison.reference import FILE, json_schema, schema_text
from optimizer.comparison.schema import Points
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import load, loads
from optimizer.instance.schema import Instance
from tests.instance.test_reference import read

from .examples import MIXES, SCENARIOS, TWO_SOURCES, batch_file


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


SHIPPED = sorted(FILE.parent.glob("*.batch.yaml"))


def instances(batch: Batch) -> dict[str, Instance]:
    """Mix/scenario → instance, where there is one."""
    return {each.name.removeprefix("mixes/"): each.instance for each in mix_runs(batch) if hasattr(each, "instance")}


def said(folder: Path, text: str) -> list[tuple[str, int, int, str, str]]:
    """Code, line, column, message and help of each error of a batch file."""
    batch, found = check_batch(batch_file(folder, text))
    errors = [each for each in found if each.severity == "error"]
    assert (batch is None) == bool(errors)
    assert all(each.source_line for each in errors)
    return [(each.code, each.line, each.column, each.message, each.help) for each in errors]


# ── what a batch means ────────────────────────────────────────────────────────────────────────────────────────────


def test_set_merges_like_an_instance_that_extends_the_base(tmp_path: Path) -> None:
    text = """\
mixes:
  mine:
    set:
      debt: {loan: {rate_per_year: 0.07, limit_musd: 60}}
      equity: {rounds: {a: null, b: {new: true, max_musd: 80}}}
    objectives: [{name: cost_of_capital, slack_share: 0.1}]
"""
    found = instances(load_batch(batch_file(tmp_path, text)))["mine/base"]
    variant = tmp_path / "variant.yaml"
    variant.write_text(
        "extends: two-sources.yaml\nname: two-sources\n"
        "debt: {loan: {rate_per_year: 0.07, limit_musd: 60}}\n"
        "equity: {rounds: {a: null, b: {new: true, max_musd: 80}}}\n"
        "objectives: {cost_of_capital: {slack_share: 0.1}}\n",
        encoding="utf-8",
    )
    assert found == load(variant)
    assert found.objectives[0].slack_share == 0.1


def test_a_variant_lends_its_changes(tmp_path: Path) -> None:
    (tmp_path / "dear.yaml").write_text(
        "extends: two-sources.yaml\nname: dear\ntitle: Dear\nsolve: {gap_share: 0.5}\n"
        "debt: {loan: {rate_per_year: 0.3, limit_musd: 60}}\n",
        encoding="utf-8",
    )
    text = "mixes: {a: {variant: dear.yaml, set: {debt: {loan: {rate_per_year: 0.25}}}}}"
    found = instances(load_batch(batch_file(tmp_path, text)))["a/base"]
    assert (found.debt["loan"].limit_musd, found.debt["loan"].rate_per_year.raw) == (60.0, 0.25)
    # what is about the file is not taken
    assert (found.name, found.title, found.solve.gap_share) == ("two-sources", None, 0.0)


def test_product_of_mixes_and_scenarios_in_the_order_of_the_file() -> None:
    batch = batch_of(loads(TWO_SOURCES), mixes=MIXES, scenarios=SCENARIOS)
    assert list(instances(batch)) == [
        f"{mix}/{scenario}" for scenario in ("base", "dear-loans") for mix in ("equity", "debt", "both")
    ]
    rates = {name: each.debt["loan"].rate_per_year.raw for name, each in instances(batch).items() if each.debt}
    assert rates == {"debt/base": 0.08, "both/base": 0.08, "debt/dear-loans": 0.2, "both/dear-loans": 0.2}


def test_a_scenario_does_not_bring_back_what_the_mix_removed() -> None:
    batch = batch_of(loads(TWO_SOURCES), mixes=MIXES, scenarios=SCENARIOS)
    assert instances(batch)["equity/dear-loans"].debt == {}
    # but it can add what the base does not have, unless the mix wants none of the kind
    other = {"new": True, "kind": "bullet", "rate_per_year": 0.3, "tenor_periods": 1}
    added = {"new": {"set": {"debt": {"other": other}}}}
    mixes = {**MIXES, "no-loan": {"set": {"debt": {"loan": None}}}}
    found = instances(batch_of(loads(TWO_SOURCES), mixes=mixes, scenarios=added))
    assert list(found["no-loan/new"].debt) == ["other"]
    assert list(found["equity/new"].debt) == []


def test_base_from_python_is_the_same_instance() -> None:
    base = loads(TWO_SOURCES)
    assert instances(batch_of(base, mixes={"same": {}}))["same/base"].hash == base.hash


def test_objectives_of_a_mix_replace_those_of_the_base() -> None:
    mixes = {"a": {"objectives": [{"name": "terminal_cash"}, {"name": "cost_of_capital"}]}}
    found = instances(batch_of(loads(TWO_SOURCES), mixes=mixes))["a/base"]
    assert [level.name for level in found.objectives] == ["terminal_cash", "cost_of_capital"]


def test_objectives_of_the_batch_hold_where_a_mix_has_none() -> None:
    mixes = {"a": {}, "b": {"objectives": [{"name": "terminal_cash"}]}}
    batch = batch_of(loads(TWO_SOURCES), mixes=mixes, objectives=[{"name": "peak_funding"}])
    assert [each.objectives[0].name for each in instances(batch).values()] == ["peak_funding", "terminal_cash"]


def test_even_steps_hold_their_ends_and_no_rounding() -> None:
    assert Points.model_validate({"from": 0.0, "to": 0.3, "steps": 4}).listed == [0.0, 0.1, 0.2, 0.3]
    assert Points.model_validate({"from": 1.0, "to": 0.0, "steps": 2}).listed == [1.0, 0.0]


# ── what is said about mistakes ───────────────────────────────────────────────────────────────────────────────────


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


def test_a_scenario_that_fits_one_mix_is_no_mistake_of_the_file(tmp_path: Path) -> None:
    text = """\
mixes:
  small: {set: {equity: {rounds: {a: {max_musd: 20}}}}}
  large: {}
scenarios:
  plain: {}
  floor: {set: {equity: {rounds: {a: {min_musd: 50}}}}}
"""
    batch = load_batch(batch_file(tmp_path, text))
    assert list(instances(batch)) == ["small/plain", "large/plain", "large/floor"]
    invalid = [each for each in mix_runs(batch) if isinstance(each, Result)]
    assert [(each.name, each.status) for each in invalid] == [("mixes/small/floor", "invalid")]
    assert "test.batch.yaml:8:49: `min_musd` 50 is above `max_musd` 20" in invalid[0].reason


@pytest.mark.parametrize(
    ("change", "code", "wrong", "remedy"),
    [
        ("{debt: {loan: {rate_per_year: 10%}}}", "wrong-value", "10%", "0.1"),
        ("{debt: {loan: {rate_per_yr: 0.1}}}", "unknown-key", "rate_per_yr", "did you mean `rate_per_year`"),
        ("{debt: {loan: {tenor_periods: -3}}}", "wrong-value", "-3", ""),
        ("{debt: {loan: {last_draw: 2099}}}", "period-outside", "2099", ""),
        ("{debt: None}", "wrong-value", "None", ""),
        ("{debt: }", "empty-removal", "debt", "write `debt: null`"),
        ("{debt: {loan: {new: true}}}", "not-new", "new", "delete `new`"),
    ],
)
@pytest.mark.parametrize("mixes", ["{base: {}, none: {set: {debt: null}}}", "{none: {set: {debt: null}}}"])
def test_a_mix_in_which_a_scenario_is_empty_does_not_hide_its_mistakes(
    tmp_path: Path, mixes: str, change: str, code: str, wrong: str, remedy: str
) -> None:
    scenario = f"scenarios: {{base: {{}}, dear: {{set: {change}}}}}\n"
    ((found, line, column, _, help),) = said(tmp_path, f"mixes: {mixes}\n{scenario}")
    assert (found, line, column) == (code, 4, scenario.index(wrong) + 1)
    assert remedy in help


@pytest.mark.parametrize("scenarios", ["{base: {}, none: {set: {debt: null}}}", "{none: {set: {debt: null}}}"])
def test_a_scenario_that_removes_what_a_mix_changes_does_not_hide_its_mistakes(tmp_path: Path, scenarios: str) -> None:
    for change, code in (("rate_per_yr: 0.1", "unknown-key"), ("last_draw: 2099", "period-outside")):
        mix = f"mixes: {{base: {{}}, dear: {{set: {{debt: {{loan: {{{change}}}}}}}}}}}\n"
        ((found, line, _, message, _),) = said(tmp_path, f"{mix}scenarios: {scenarios}\n")
        assert (found, line, message[:10]) == (code, 3, "mix `dear`")
    # a mix that some scenario completes is none
    new = "{debt: {second: {new: true, kind: bullet, tenor_periods: 1}}}"
    rate = "{debt: {second: {rate_per_year: 0.1}}}"
    text = f"mixes: {{two: {{set: {new}}}}}\nscenarios: {{a: {{set: {rate}}}, none: {{set: {{debt: null}}}}}}\n"
    assert said(tmp_path, text) == []


def test_a_mistake_that_shows_at_a_figure_of_the_base_is_not_hidden_either(tmp_path: Path) -> None:
    """A revolver has no tenor, which the loan of the base has."""
    mixes = "mixes: {none: {set: {debt: null}}, base: {}}\n"
    change = "scenarios: {base: {}, short: {set: {debt: {loan: {kind: revolver, limit_musd: 100}}}}}\n"
    ((code, line, _, message, _),) = said(tmp_path, mixes + change)
    assert (code, line) == ("tenor-of-revolver", 4)
    assert message.startswith("scenario `short` makes no instance: ")


def test_a_change_that_works_where_it_is_applied_is_no_mistake(tmp_path: Path) -> None:
    """With the round of at most 20 a least amount of 50 fails; without loans it holds, as the loan's rate does here."""
    text = """\
mixes:
  none: {set: {debt: null}}
  small: {set: {equity: {rounds: {a: {max_musd: 20}}}}}
scenarios:
  plain: {}
  cheap: {set: {debt: {loan: {rate_per_year: 0.07}}}}
  floor: {set: {equity: {rounds: {a: {min_musd: 50}}}}}
"""
    runs = mix_runs(load_batch(batch_file(tmp_path, text)))
    assert [each.name for each in runs if isinstance(each, Result)] == ["mixes/small/floor"]


def python_mistakes(**parts: Any) -> list[tuple[str, str]]:
    """Code and path of each error of a batch from Python."""
    with pytest.raises(InstanceError) as error:
        batch_of(loads(TWO_SOURCES), **parts)
    return [(each.code, each.file) for each in error.value.diagnostics]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"loan": {"kind": "bulet"}}, "wrong-value", ".loan.kind"),
        ({"loan": {"rate_per_yer": 0.1}}, "unknown-key", ".loan.rate_per_yer"),
        ({"laon": None}, "unknown-item", ".laon"),
        ({"loan": {"rate_per_year": np.array([0.1, np.nan])}}, "not-finite", ".loan.rate_per_year.2"),
        ({"loan": {"rate_per_year": Decimal("0.1")}}, "not-plain-data", ".loan.rate_per_year"),
        ({"loan": {1.5: 2}}, "key", ".loan"),
        ({1, 2}, "not-plain-data", ""),
    ],
)
def test_python_data_is_refused_with_its_path(change: Any, code: str, path: str) -> None:
    for kind in ("mixes", "scenarios"):
        assert python_mistakes(**{kind: {"a": {"set": {"debt": change}}}}) == [(code, f"{kind}.a.set.debt{path}")]


def test_parts_of_python_data_are_refused_with_their_paths() -> None:
    axes = [{"debt_share": [0, 1]}, {"path": "debt.loan.rate_per_year", "values": [0.1, Decimal("0.2")]}]
    assert python_mistakes(sweeps={"s": {"axes": axes}}) == [("not-plain-data", "sweeps.s.axes.2.values.2")]
    assert python_mistakes(mixes=[{"a": {}}]) == [("wrong-value", "mixes")]
    assert python_mistakes(mixes={"a": {}}, options={"seed": -1}) == [("wrong-value", "options.seed")]


def test_numbers_of_numpy_are_read_as_what_they_hold() -> None:
    rates = np.array([0.1, 0.2])
    batch = batch_of(
        loads(TWO_SOURCES),
        mixes={"a": {"set": {"debt": {"loan": {"rate_per_year": rates, "tenor_periods": np.int64(2)}}}}},
        sweeps={"s": {"axes": [{"path": "debt.loan.rate_per_year", "values": rates}]}},
        options={"gap_share": np.float64(0.25), "seed": np.int32(3)},
    )
    loan = instances(batch)["a/base"].debt["loan"]
    assert (loan.rate_per_year.raw, loan.tenor_periods) == ((0.1, 0.2), 2)
    assert (batch.file.options.gap_share, batch.file.options.seed) == (0.25, 3)
    points = [each for each in sweep_runs(batch, "s") if isinstance(each, Point)]
    assert [each.instance.debt["loan"].rate_per_year.raw for each in points] == [0.1, 0.2]


def test_a_row_that_is_no_instance_says_where_in_python_data() -> None:
    small, floor = (
        {"equity": {"rounds": {"a": {key: amount}}}} for key, amount in (("max_musd", 20), ("min_musd", 50))
    )
    batch = batch_of(
        loads(TWO_SOURCES),
        mixes={"large": {}, "small": {"set": small}},
        scenarios={"base": {}, "floor": {"set": floor}},
    )
    (row,) = [each for each in mix_runs(batch) if isinstance(each, Result)]
    assert row.name == "mixes/small/floor"
    assert row.reason == "scenarios.floor.set.equity.rounds.a.min_musd: `min_musd` 50 is above `max_musd` 20"


# ── what is in doubt ──────────────────────────────────────────────────────────────────────────────────────────────

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


# ── for editors ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_written_schema_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m optimizer.comparison.reference`"
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_batches_are_valid(path: Path) -> None:
    batch, found = check_batch(path)
    assert found == []
    assert batch is not None
    assert [each.message for each in validator().iter_errors(read(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("data", "accepted"),
    [
        ({"mixes": {"a": {"set": {"debt": None}}}}, True),
        ({"mixes": {"a": {"set": {"debts": None}}}}, False),
        ({"mixes": {"1a": {}}}, False),
        ({"sweeps": {"s": {"axes": [{"debt_share": [0, 0.5]}]}}}, True),
        ({"sweeps": {"s": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": 3}}]}}}, True),
        ({"sweeps": {"s": {"axes": [{"debt_share": 0.5}]}}}, False),
        ({"frontiers": {"f": {"objectives": ["wacc", "dilution"]}}}, True),
        ({"frontiers": {"f": {"objectives": ["wacc", "price"]}}}, False),
        ({"options": {"gap_share": 0.1}}, True),
        ({"options": {"gap": 0.1}}, False),
    ],
)
def test_schema_for_editors(data: dict[str, Any], accepted: bool) -> None:
    whole = {"name": "n", "base": "b.yaml", **data}
    assert validator().is_valid(whole) is accepted


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SLIPS = """\
scenarios:
  right: {set: {equity: {rounds: {a: {max_musd: 110}}}}}
  round: {set: {equity: {rounds: {aa: {max_musd: 110}}}}}
  flow: {set: {cash_flows: {incom: {kind: operating, musd_per_period: [0, 130]}}}}
  loan: {set: {debt: {laon: {kind: bullet, rate_per_year: 0.01, tenor_periods: 1}}}}
  gone: {set: {debt: {laon: null}}}
"""


def test_misspelt_names_make_nothing_new(tmp_path: Path) -> None:
    for head, down in (("", 0), ("mixes: {m: {}}\n", 1), ("optons: {seed: 1}\n", 1), ("options: {seed: one}\n", 1)):
        found = [each for each in said(tmp_path, head + SLIPS) if each[0] == "unknown-item"]
        assert [(line - down, column) for _, line, column, _, _ in found] == [(5, 35), (6, 29), (7, 23), (8, 23)]
        assert [help.split(" (")[0] for *_, help in found] == [
            "did you mean `a`?",
            "did you mean `income`?",
            "did you mean `loan`?",
            "did you mean `loan`?",
        ]


def test_a_mix_without_loans_does_not_hide_a_misspelt_one(tmp_path: Path) -> None:
    second = "{new: true, kind: bullet, rate_per_year: 1, tenor_periods: 1}"
    mixes = f"mixes: {{equity: {{set: {{debt: null}}}}, debt: {{}}, two: {{set: {{debt: {{second: {second}}}}}}}}}\n"
    slip = "scenarios: {base: {}, dear: {set: {debt: {laon: {rate_per_year: 0.2}}}}}\n"
    ((code, line, column, _, help),) = said(tmp_path, mixes + slip)
    assert (code, line, column) == ("unknown-item", 4, slip.index("laon") + 1)
    assert help.startswith("did you mean `loan`?")
    # what one of the mixes adds is no slip, though it is nothing in the others
    assert said(tmp_path, mixes + slip.replace("laon", "second")) == []


def test_misspelt_names_make_nothing_new_from_python() -> None:
    slip = {"debt": {"laon": {"kind": "bullet", "rate_per_year": 0.01, "tenor_periods": 1}}}
    for kind in ("mixes", "scenarios"):
        with pytest.raises(InstanceError, match="did you mean `loan`"):
            batch_of(loads(TWO_SOURCES), **{kind: {"cheap": {"set": slip}}})
    slip["debt"]["laon"]["new"] = True
    assert list(instances(batch_of(loads(TWO_SOURCES), mixes={"cheap": {"set": slip}}))["cheap/base"].debt) == [
        "loan",
        "laon",
    ]


def test_a_variant_is_held_to_the_names_of_the_base(tmp_path: Path) -> None:
    variant = tmp_path / "cheap.yaml"
    variant.write_text(
        "extends: two-sources.yaml\nname: cheap\ndebt:\n  laon: {rate_per_year: 0.01}\n", encoding="utf-8"
    )
    ((code, line, _, message, help),) = said(tmp_path, "mixes: {cheap: {variant: cheap.yaml}}\n")
    assert (code, line) == ("unknown-item", 3)
    assert "cheap.yaml:4:3" in message
    assert help.startswith("did you mean `loan`?")


def test_a_mix_of_which_little_is_known_says_nothing(tmp_path: Path) -> None:
    """The variant would have brought the loan that `set` changes."""
    text = (
        "mixes: {a: {varaint: x.yaml, set: {debt: {second: {rate_per_year: 0.1}}}}, b: {titel: x, set: {dbt: null}}}\n"
    )
    assert [each[0] for each in said(tmp_path, text)] == ["unknown-key", "unknown-key", "unknown-key"]
    text = "mixes: {a: {variant: x.yaml, set: {debt: {second: {rate_per_year: 0.1}}}}}\n"
    assert [each[0] for each in said(tmp_path, text)] == ["variant"]


def test_a_path_to_what_is_not_there_is_refused(tmp_path: Path) -> None:
    text = "sweeps: {s: {axes: [{path: debt.laon.rate_per_year, values: [0.1, 0.2]}]}}\n"
    ((code, *_, help),) = said(tmp_path, text)
    assert (code, help) == ("axis", "did you mean `loan`?")
