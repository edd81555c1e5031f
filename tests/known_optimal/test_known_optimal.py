"""Every instance of `instances/known-optimal` is solved to a gap of 0 and compared with its sidecar."""

from __future__ import annotations

import math
from typing import Any

import pytest

from optimizer.auditing import audit
from optimizer.instance.checks import check
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solving.certify import METHODS
from optimizer.solving.run import NoPlanError, solve

from .derive_classics import LOT_PUBLISHED, lot_size_as_capacity
from .expected import ALL, FOLDER, SUFFIX, Expected

OPTIMAL = [each for each in ALL if each.status == "optimal"]
WITHOUT_OPTIMUM = [each for each in ALL if each.status != "optimal"]
RELATIVE = ABSOLUTE = 1e-6
"""The loosest that a sidecar may ask for; a gap of 0 ends at 1e-6 USD million."""


def solved(expected: Expected) -> Plan:
    """The plan of an instance under the options of its sidecar, with both second opinions."""
    options = expected.options
    instance = load(expected.file)
    return solve(instance, gap=options.gap_share, threads=options.threads, seed=options.seed, certify=METHODS)


def opinions(summary: dict[str, Any]) -> dict[str, bool | None]:
    """Whether each second opinion agrees."""
    return {opinion["method"]: opinion["agrees"] for opinion in summary["certificates"]}


def close(a: float, b: float, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    return math.isclose(a, b, rel_tol=relative, abs_tol=absolute)


def test_every_instance_has_a_sidecar() -> None:
    instances = {path.stem for path in FOLDER.glob("*.yaml") if not path.name.endswith(SUFFIX)}
    assert instances == {each.name for each in ALL}
    assert len([each for each in ALL if each.status == "infeasible"]) >= 3
    assert any(each.status == "unbounded" for each in ALL)


@pytest.mark.parametrize("expected", ALL, ids=lambda each: each.name)
def test_file(expected: Expected) -> None:
    """The file is valid, is called what it is named, says what it shows, and asks for what the sidecar tells."""
    instance = load(expected.file)
    assert instance.name == expected.name
    assert instance.notes
    assert instance.objectives[0].name == expected.objective
    assert [level.name for level in instance.objectives[1:]] == [level.objective for level in expected.levels]
    assert [finding for finding in check(instance) if finding.severity == "error"] == []
    assert expected.file.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../instance.schema.json\n"
    )


@pytest.mark.parametrize("expected", OPTIMAL, ids=lambda each: each.name)
def test_optimum(expected: Expected) -> None:
    """Status, value and bound of every level, the audit, a second solver and exact arithmetic, and the facts."""
    assert expected.rel_tol is not None
    assert expected.abs_tol is not None
    assert expected.rel_tol <= RELATIVE
    assert expected.abs_tol <= ABSOLUTE
    plan = solved(expected)
    assert plan.status == "optimal"
    assert plan.audit_passed
    assert opinions(plan.summary) == {"scip": True, "exact": True}
    levels = [level for level in plan.summary["levels"] if not level["inserted"]]
    assert [level["name"] for level in levels] == [name for name, _ in expected.values]
    assert levels[0]["sense"] == expected.sense
    for level, (_, value) in zip(levels, expected.values, strict=True):
        assert close(level["value"], value, expected.rel_tol, expected.abs_tol)
        assert close(level["bound"], value, expected.rel_tol, 2 * expected.abs_tol)
    last, value = expected.values[-1]
    metric = plan.metrics[last]
    assert metric is not None
    assert close(metric, value, expected.rel_tol, expected.abs_tol)
    for fact in expected.facts:
        assert close(fact.found(plan.decisions), fact.value, absolute=1e-4), fact


@pytest.mark.parametrize("expected", WITHOUT_OPTIMUM, ids=lambda each: each.name)
def test_no_optimum(expected: Expected) -> None:
    with pytest.raises(NoPlanError) as nothing:
        solved(expected)
    assert nothing.value.status == expected.status
    assert opinions(nothing.value.summary)["scip"] is True


def first_periods(instance: Instance, periods: int) -> Instance:
    """The lot-size instance cut to its first periods: shorter calendar, shorter lists."""
    data = instance.model_dump(mode="json")
    data["calendar"]["periods"] = periods
    chips, demand = data["hardware"]["chips"], data["markets"]["demand"]
    chips["order_fee_musd"] = chips["order_fee_musd"][:periods]
    demand["demand_h100e"] = demand["demand_h100e"][:periods]
    return Instance.model_validate(data)


@pytest.mark.parametrize("periods", range(1, 12))
def test_lot_size_of_the_first_periods(periods: int) -> None:
    """Wagner & Whitin publish the least cost of every shorter horizon."""
    plan = solve(first_periods(load(FOLDER / "dynamic-lot-size.yaml"), periods), gap=0.0, threads=1, seed=0)
    unavoidable = lot_size_as_capacity(periods) - LOT_PUBLISHED[periods - 1]
    found = plan.metrics["net_present_cost"]
    assert found is not None
    assert close(found - unavoidable, LOT_PUBLISHED[periods - 1])
    assert plan.audit_passed


def test_a_wrong_plan_is_not_waved_through() -> None:
    """The audit that every case leans on does fail: one plan with a loan of 1 dollar in 1000 less."""
    expected = next(each for each in ALL if each.name == "loan-bullet")
    plan = solved(expected).to_dict()
    plan["decisions"]["debt_draws"][0]["musd"] *= 0.999
    assert not audit(load(expected.file), plan).passed
