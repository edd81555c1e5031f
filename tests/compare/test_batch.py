"""What a batch means, and its schema for editors."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from optimizer.comparison.reading import batch_of, check_batch, load_batch
from optimizer.comparison.reference import FILE, json_schema, schema_text
from optimizer.comparison.schema import Points
from optimizer.instance import check_file
from optimizer.instance.loader import load, loads
from tests.instance.test_reference import read

from .batches import instances
from .examples import MIXES, SCENARIOS, TWO_SOURCES, batch_file


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


SHIPPED = sorted(FILE.parent.glob("*.batch.yaml"))


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


# ── for editors ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_written_schema_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m optimizer.comparison.reference`"
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_batches_are_valid(path: Path) -> None:
    """Without an error, and without a warning that its base does not have."""
    data = read(path.read_text(encoding="utf-8"))
    batch, found = check_batch(path)
    known = {each.code for each in check_file(path.parent / data["base"]).diagnostics if each.severity == "warning"}
    assert {each.code for each in found if each.severity != "warning"} == set()
    assert {each.code for each in found} <= known
    assert batch is not None
    assert [each.message for each in validator().iter_errors(data)] == []


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
