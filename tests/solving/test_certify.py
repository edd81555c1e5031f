"""Second opinions: they agree with what is right, contradict what is wrong, and say when they do not know."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.contract.versions import MissingExtraError
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.level import Objective, Solution, Stage
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression
from optimizer.solver.second import scip_version
from optimizer.solving import certify as certifying
from optimizer.solving.certify import METHODS, Certificate, certify, certify_no_plan, require
from optimizer.solving.run import NoPlanError, search, solve
from tests.known_optimal.expected import FOLDER
from tests.solver.test_highs import LIMITS, hard, knapsack
from tests.solver.test_second import matrix_of

TEMPLATE = FOLDER.parent / "templates" / "minimal.yaml"
WORTH = "worth"


def packed() -> Solution:
    """The knapsack, best 42, as a level."""
    matrix, objective = knapsack()
    return solve_levels(matrix, [Objective(WORTH, objective, False)], [], np.zeros(4, dtype=bool), LIMITS)


def changed(solution: Solution, x: list[float] | None = None, **level: Any) -> Solution:
    """The solution with another plan, or other claims about it."""
    (stage,) = solution.stages
    plan = stage.x if x is None else np.array(x)
    return Solution(plan, (Stage(stage.matrix, stage.objective, plan, replace(stage.level, **level)),))


def only(solution: Solution, method: str, limits: Limits = LIMITS) -> Certificate:
    (certificate,) = certify(solution, limits, [method])
    json.dumps(certificate.to_dict(), allow_nan=False)
    return certificate


# ── agreement ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", METHODS)
def test_the_right_answer_is_confirmed(method: str) -> None:
    certificate = only(packed(), method)
    assert certificate.agrees is True
    assert "agrees" in certificate.message
    assert certificate.levels[0].name == WORTH
    assert certificate.levels[0].difference_musd == pytest.approx(0.0, abs=1e-9)


def test_both_are_asked_in_one_order() -> None:
    assert [each.method for each in certify(packed(), LIMITS, ["exact", "scip", "scip"])] == ["scip", "exact"]


@pytest.mark.parametrize("name", ["cost-then-present-cost", "dilution", "pik-grace", "wacc-fixed-fee", "grid-by-cover"])
def test_known_optima_are_confirmed(name: str) -> None:
    summary = solve(load(FOLDER / f"{name}.yaml"), gap=0.0, threads=1, certify=METHODS).summary
    json.dumps(summary, allow_nan=False)
    assert [each["agrees"] for each in summary["certificates"]] == [True, True]
    for level, second, exact in zip(
        summary["levels"], *(each["levels"] for each in summary["certificates"]), strict=True
    ):
        close = {"rel": 1e-6, "abs": 1e-6}
        assert level["name"] == second["name"] == exact["name"]
        assert second["second_value"] == pytest.approx(level["value"], **close)
        assert second["second_bound"] == pytest.approx(level["value"], **close)
        assert float(exact["exact_value"]) == pytest.approx(level["value"], **close)
        assert float(exact["primal_violation"]) <= 1e-6
    assert summary["timings"]["certify"] > 0.0


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("lexicographic-amount", "$10.0 m (peak_funding), $0.0 m (total_value)"),
        ("lexicographic-share", "$4.5 m (net_present_cost), $0.0 m (total_value)"),
        ("wacc-after-cost-quarters", "$0.0 m (total_value), $0.0 m (capital_employed), 0.0000% (wacc)"),
    ],
)
def test_how_far_the_delivered_plan_is_from_the_best(name: str, within: str) -> None:
    """What is given up for later levels is part of it: 10 of funding, 5/1.1 of cost; a rate is compounded once."""
    plan = solve(load(FOLDER / f"{name}.yaml"), gap=0.0, threads=1, certify=["scip"])
    (opinion,) = plan.summary["certificates"]
    assert opinion["message"].endswith(f"by its own bound this plan is within {within}")
    assert plan.audit_passed


def test_dilution_that_is_given_up_is_told_as_it_is() -> None:
    """The plan is a little better than the tangents that bound it, and it is the plan whose distance is told."""
    data = load(FOLDER / "dilution.yaml").model_dump(mode="json")
    data["objectives"] = [{"name": "dilution", "slack_share": 0.3}, {"name": "terminal_cash"}]
    plan = solve(Instance.model_validate(data), gap=0.0, threads=1, certify=["scip"])
    level, (opinion,) = plan.summary["levels"][0], plan.summary["certificates"]
    away = level["plan_value"] - opinion["levels"][0]["second_bound"]
    assert away > 0.06
    assert f"within {away:.4%} (dilution)" in opinion["message"]
    assert plan.audit_passed


def test_intervals_that_overlap_are_enough() -> None:
    """With half the value as its gap, each solver may stop at a plan of its own."""
    limits = replace(LIMITS, gap_share=0.5)
    matrix, objective = knapsack()
    loose = solve_levels(matrix, [Objective(WORTH, objective, False)], [], np.zeros(4, dtype=bool), limits)
    (level,) = only(loose, "scip", limits).levels
    assert level.agrees is True
    assert level.second_bound >= level.value - 1e-6
    assert level.bound >= level.second_value - 1e-6


def test_without_being_asked_there_is_none() -> None:
    assert "certificates" not in solve(load(FOLDER / "dilution.yaml"), threads=1).summary


# ── contradiction ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bound_that_a_plan_beats() -> None:
    """The best is 42, so a bound of 41 for the plan of 38 (the first and the second) is false."""
    certificate = only(changed(packed(), [1.0, 1.0, 0.0, 0.0], value=38.0, bound=41.0), "scip")
    assert certificate.agrees is False
    assert "DISAGREES on worth: its plan is better than the bound of HiGHS by 1.000000" in certificate.message
    assert "do not use this plan" in certificate.message


@pytest.mark.parametrize(("method", "said"), [("scip", "no plan is as good"), ("exact", "misses")])
def test_a_plan_that_is_too_good(method: str, said: str) -> None:
    """All four weigh 19, not 14."""
    certificate = only(changed(packed(), [1.0, 1.0, 1.0, 1.0], value=58.0, bound=58.0), method)
    assert certificate.agrees is False
    assert said in certificate.message


def test_a_ratio_that_is_not_the_least() -> None:
    """min (x + 1)/(2x + 3) over x of {0, 1, 2, 3}: 1/3 at 0. At 1 it is 2/5, and a bound of 0.39 is false."""
    matrix = matrix_of([[1.0]], [(0.0, 9.0)], [(0.0, 3.0)], [True])
    objective = Objective("ratio", Expression(np.ones(1), 1.0), True, denominator=Expression(np.array([2.0]), 3.0))
    right = solve_levels(matrix, [objective], [], np.zeros(1, dtype=bool), LIMITS)
    certificate = only(right, "scip")
    assert certificate.agrees is True
    assert certificate.levels[0].second_value == pytest.approx(1.0 / 3.0)
    assert certificate.levels[0].second_bound == pytest.approx(1.0 / 3.0)
    wrong = only(changed(right, [1.0], value=0.4, bound=0.39), "scip")
    assert wrong.agrees is False
    assert "its plan is better than the bound of HiGHS" in wrong.message


def test_a_plan_where_there_is_none() -> None:
    matrix, objective = knapsack(-1.0)
    solution = packed()
    stage = replace(solution.stages[0], matrix=matrix)
    certificate = only(Solution(solution.x, (stage,)), "scip")
    assert certificate.agrees is False
    assert "it says infeasible" in certificate.message
    assert objective.value(solution.x) == pytest.approx(42.0)


# ── not knowing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_limit_that_is_hit_leaves_it_open() -> None:
    matrix, objective = hard()
    stage = solve_levels(
        matrix, [Objective("slack", objective, True)], [], np.zeros(62, dtype=bool), Limits(0.0, 1.0, 1, 0)
    )
    certificate = only(stage, "scip", Limits(0.0, 1.0, 1, 0))
    assert certificate.agrees is None
    assert "undecided on slack" in certificate.message


def test_a_bound_that_is_near_enough_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """SCIP stops with a bound of 42.4 and no plan: that confirms 42 within 1 %, not within 0.1 %."""
    from optimizer.solver import second_opinion
    from optimizer.solver.highs import Outcome

    stopped = Outcome("no_solution", None, math.nan, 42.4)
    monkeypatch.setattr(second_opinion, "minimise_with_scip", lambda *_, **__: stopped)
    assert only(packed(), "scip", replace(LIMITS, gap_share=0.01)).agrees is True
    open_ = only(packed(), "scip", replace(LIMITS, gap_share=0.001))
    assert open_.agrees is None
    assert "within 0.400 (0.952%) of the best" in open_.message  # 0.4/42


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SolverError("SCIP ended with status memlimit")])
def test_a_plan_is_not_lost_with_its_second_opinion(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(certifying, "second_level", fail)
    certificate = only(packed(), "scip")
    assert certificate.agrees is None
    assert ("interrupted" in certificate.message) or ("memlimit" in certificate.message)


def test_what_is_missing_is_said_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    monkeypatch.setattr("optimizer.solving.compile.build", None)  # would fail if it were called
    with pytest.raises(MissingExtraError, match="python-flint"):
        solve(load(TEMPLATE), certify=["exact"])
    with pytest.raises(ValueError, match="no method of certifying: gurobi; there are scip, exact"):
        require(["gurobi"])


# ── no plan ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "status"), [("infeasible-lots", "infeasible"), ("unbounded-scrap", "unbounded")])
def test_that_there_is_no_plan_is_confirmed(name: str, status: str) -> None:
    with pytest.raises(NoPlanError) as caught:
        solve(load(FOLDER / f"{name}.yaml"), threads=1, certify=METHODS)
    second, exact = caught.value.summary["certificates"]
    assert (second["agrees"], exact["agrees"]) == (True, None)
    assert second["message"].endswith(f"agrees: {status}")


def verdict(
    status: str, level: str = WORTH, *, capacity: float = 14.0, objectives: list[Objective] | None = None
) -> Any:
    matrix, objective = knapsack(capacity)
    found = certify_no_plan(status, level, matrix, objectives or [Objective(WORTH, objective, False)], LIMITS, ["scip"])
    return [(each.agrees, each.message) for each in found]


def test_false_verdicts_are_contradicted() -> None:
    ((agrees, message),) = verdict("infeasible")
    assert agrees is False
    assert "it finds a plan" in message
    ((agrees, _),) = verdict("unbounded")
    assert agrees is False
    ((agrees, message),) = verdict("unbounded", capacity=-1.0)
    assert agrees is False
    assert "it says infeasible" in message
    assert verdict("no_solution") == []


def test_a_verdict_is_not_lost_with_its_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SolverError("SCIP ended with status memlimit")

    monkeypatch.setattr(certifying, "minimise_with_scip", fail)
    assert verdict("infeasible") == [
        (None, f"{scip_version().partition(' (')[0]} is undecided: SCIP ended with status memlimit")
    ]


def test_an_unbounded_later_level_is_not_for_scip_to_say() -> None:
    """With nothing held it is unbounded, too, but the held level may be what bounds it."""
    matrix = matrix_of([[1.0, 0.0]], [(1.0, math.inf)], [(0.0, math.inf)] * 2, [False] * 2)
    objectives = [
        Objective("first", Expression(np.ones(2), 0.0), True),
        Objective("later", Expression(np.ones(2), 0.0), False),
    ]
    (certificate,) = certify_no_plan("unbounded", "later", matrix, objectives, LIMITS, ["scip"])
    assert certificate.agrees is None


def test_a_ratio_without_a_denominator_is_infeasible() -> None:
    """x ≥ 0 with a denominator of −x: it is positive nowhere."""
    matrix = matrix_of([], [], [(0.0, 5.0)], [False])
    objective = Objective("ratio", Expression(np.ones(1), 1.0), True, denominator=Expression(-np.ones(1), 0.0))
    (certificate,) = certify_no_plan("infeasible", "ratio", matrix, [objective], LIMITS, ["scip"])
    assert certificate.agrees is True


@pytest.mark.parametrize("method", METHODS)
def test_a_limit_that_is_broken_by_the_figures_alone(method: str) -> None:
    """Demand has to be met, and there is nothing to meet it with: a row without a decision in it."""
    data = load(FOLDER / "loan-bullet.yaml").model_dump(mode="json")
    data["markets"] = {"customers": {"demand_h100e": 10.0, "min_served_share": 1.0}}
    with pytest.raises(NoPlanError) as nothing:
        search(Instance.model_validate(data), LIMITS, certify=[method])
    assert nothing.value.status == "infeasible"
    (certificate,) = nothing.value.summary["certificates"]
    assert certificate["agrees"] is True
    assert "by the figures alone" in certificate["message"]
