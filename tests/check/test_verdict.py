"""What is told from an expectation and a result, without solving anything."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.known_optima.expected import Expected
from optimizer.known_optima.findings import Solved, SolvedLevel
from optimizer.known_optima.values import SOLVED_GAP
from optimizer.known_optima.verdict import verdict
from optimizer.solver.highs import Limits
from tests.properties.solving import examples

from .problems import codes, expected, judged, solved

TOLERANCE = 20 * 1e-6
"""The relative tolerance of the problem, which is wider than its absolute one."""

Case = tuple[Expected, Solved]


def test_as_expected() -> None:
    assert judged(expected(), solved()) == ("passed", [])


def test_the_gap_that_is_allowed_is_the_solvers() -> None:
    assert Limits(0.0, 1.0, 1, 0).gap_musd == SOLVED_GAP


# ── values and bounds ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["minimise", "maximise"])
@pytest.mark.parametrize(
    ("value", "bound", "found"),
    [
        (0.9 * TOLERANCE, -0.9 * TOLERANCE, []),
        (1.1 * TOLERANCE, 0.0, ["value-missed"]),
        (-1.1 * TOLERANCE, -1.1 * TOLERANCE, ["plan-beats-optimum"]),
        (-1.0, -5.0, ["plan-beats-optimum"]),
        (0.0, -1.0, ["bound-loose"]),
        (0.0, 1.1 * TOLERANCE + SOLVED_GAP, ["bound-crosses-optimum"]),
        (1.0, 1.0, ["bound-crosses-optimum", "value-missed"]),
        (1.0, -1.0, ["value-missed", "bound-loose"]),
        (-1.0, 1.0, ["bound-crosses-optimum", "plan-beats-optimum"]),
    ],
)
@pytest.mark.parametrize("best", [20.0, -20.0])
def test_sides(sign: float, best: float, value: float, bound: float, found: list[str]) -> None:
    """How much worse value and bound are than the best, in either sense and for either sign of the best."""
    sense = "minimise" if sign > 0 else "maximise"
    name = "net_present_cost" if sign > 0 else "terminal_cash"
    known = expected(objective=name, sense=sense, value=best)
    level = SolvedLevel(name, sense, best + sign * value, best + sign * bound)
    result = verdict(known, solved(objectives=(name,), levels=(level,), metrics={name: level.value}))
    assert codes(result) == found
    assert result.outcome == ("failed" if found else "passed")


@pytest.mark.parametrize("code", ["plan-beats-optimum", "bound-crosses-optimum"])
def test_what_cannot_be_is_called_a_bug(code: str) -> None:
    result = verdict(expected(), solved(19.0, 19.0) if code == "plan-beats-optimum" else solved(20.0, 21.0))
    (finding,) = result.findings
    assert (finding.code, finding.key) == (code, ("value",))
    assert finding.message.startswith(("THE PLAN BEATS", "THE BOUND CROSSES"))
    assert "bug of the model or the solver" in finding.remedy


def test_zero_has_the_absolute_tolerance() -> None:
    known = expected(value=0.0)
    assert judged(known, solved(0.9e-6, -0.9e-6)) == ("passed", [])
    assert judged(known, solved(-1.1e-6, -1.1e-6)) == ("failed", ["plan-beats-optimum"])
    assert judged(known, solved(1.1e-6, 0.0)) == ("failed", ["value-missed"])
    assert judged(known, solved(-0.0, 0.0)) == ("passed", [])


@pytest.mark.parametrize("name", ["wacc", "dilution"])
def test_shares_are_held_to_a_millionth_of_one(name: str) -> None:
    """2e-6 of a share is two ten-thousandths of a per cent, and off."""
    known = expected(objective=name, value=0.085)

    def found(value: float) -> Solved:
        level = SolvedLevel(name, "minimise", value, value)
        return solved(objectives=(name,), levels=(level,), metrics={name: value})

    assert judged(known, found(0.085 + 0.9e-6)) == ("passed", [])
    assert judged(known, found(0.085 - 2e-6)) == ("failed", ["plan-beats-optimum"])
    assert judged(known, found(0.085 + 3e-6))[1] == ["bound-crosses-optimum", "value-missed"]


@pytest.mark.parametrize("bound", [None, math.inf, -math.inf, math.nan])
def test_no_bound_is_no_proof(bound: float | None) -> None:
    assert judged(expected(), solved(20.0, bound)) == ("failed", ["bound-loose"])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_no_value(value: float) -> None:
    assert judged(expected(), solved(value, 20.0))[0] == "failed"


def test_the_metric_of_the_plan_counts() -> None:
    assert judged(expected(), solved(metrics={"cost_of_capital": 21.0})) == ("failed", ["metric-missed"])
    assert judged(expected(), solved(metrics={"cost_of_capital": None})) == ("failed", ["metric-missed"])
    assert judged(expected(), solved(metrics={"cost_of_capital": math.nan})) == ("failed", ["metric-missed"])
    assert judged(expected(), solved(metrics={})) == ("failed", ["metric-missed"])


@examples(200)
@given(
    best=st.floats(-1e6, 1e6),
    off=st.floats(-1e3, 1e3),
    below=st.floats(0, 1e3),
    minimise=st.booleans(),
)
def test_what_passes_is_within_the_tolerance(best: float, off: float, below: float, minimise: bool) -> None:
    """A value and a bound on its good side pass together exactly if each is within its tolerance."""
    sense = "minimise" if minimise else "maximise"
    value = best + off
    bound = value - below if minimise else value + below
    known = expected(value=best, sense=sense)
    level = SolvedLevel("cost_of_capital", sense, value, bound)
    outcome, found = judged(known, solved(levels=(level,), metrics={"cost_of_capital": value}))
    tolerance = max(1e-6 * abs(best), 1e-6)
    near = abs(value - best) <= tolerance and abs(bound - best) <= tolerance + SOLVED_GAP
    assert (outcome == "passed") == near
    assert bool(found) != near


# ── levels and objectives ─────────────────────────────────────────────────────────────────────────────────────────

TWO: dict[str, Any] = {"levels": [{"objective": "net_present_cost", "value": 5.0}]}


def two(first: tuple[float, float], second: tuple[float, float], **changes: Any) -> Solved:
    names = ("cost_of_capital", "net_present_cost")
    levels = tuple(SolvedLevel(name, "minimise", *pair) for name, pair in zip(names, (first, second), strict=True))
    metrics = {name: pair[0] for name, pair in zip(names, (first, second), strict=True)}
    return solved(objectives=names, levels=levels, metrics=metrics, **changes)


def test_every_level_counts() -> None:
    known = expected(**TWO)
    assert judged(known, two((20.0, 20.0), (5.0, 5.0))) == ("passed", [])
    late = verdict(known, two((20.0, 20.0), (4.0, 4.0)))
    assert codes(late) == ["plan-beats-optimum"]
    assert late.findings[0].key == ("levels", 0, "value")


def test_after_a_level_that_is_off_the_next_is_another_problem() -> None:
    """With 1 more to spend on the first level the second can be better than known: no bug."""
    assert judged(expected(**TWO), two((21.0, 20.0), (4.0, 4.0))) == ("failed", ["value-missed"])
    stopped = two((21.0, 19.0), (4.0, 4.0), status="feasible", seconds=300.0)
    assert judged(expected(**TWO), stopped) == ("timeout", ["timeout"])


def test_the_metric_is_that_of_the_last_level() -> None:
    """With a slack the plan may depart from the best of the first level."""
    found = two((20.0, 20.0), (5.0, 5.0))
    assert judged(expected(**TWO), Solved(**{**vars(found), "metrics": {"net_present_cost": 5.0}}))[0] == "passed"
    assert judged(expected(**TWO), Solved(**{**vars(found), "metrics": {"cost_of_capital": 20.0}}))[0] == "failed"


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (expected(objective="wacc"), solved()),
        (expected(sense="maximise"), solved()),
        (expected(**TWO), solved()),
        (expected(), two((20.0, 20.0), (5.0, 5.0))),
        (expected(), solved(levels=())),
        (expected(status="infeasible", value=None, objective="wacc"), solved(status="infeasible", levels=())),
    ],
    ids=["name", "sense", "too-few", "too-many", "no-levels", "infeasible"],
)
def test_wrong_objective(known: Expected, found: Solved) -> None:
    assert judged(known, found) == ("failed", ["wrong-objective"])


# ── status ────────────────────────────────────────────────────────────────────────────────────────────────────────


def known_as(status: str) -> Expected:
    return expected() if status == "optimal" else expected(status=status, value=None)


@pytest.mark.parametrize("status", ["optimal", "infeasible", "unbounded"])
@pytest.mark.parametrize("given_status", ["optimal", "infeasible", "unbounded", "feasible"])
def test_status(status: str, given_status: str) -> None:
    """Right, wrong, or a plan whose proof is missing; a plan disproves that there is none, with a proof or without."""
    has_plan = given_status in ("optimal", "feasible")
    found = solved(status=given_status, seconds=300.0, **({} if has_plan else {"levels": ()}))
    outcome, found_codes = judged(known_as(status), found)
    if status == given_status:
        assert (outcome, found_codes) == ("passed", [])
    elif (status, given_status) == ("optimal", "feasible"):
        assert (outcome, found_codes) == ("timeout", ["timeout"])
    else:
        assert (outcome, found_codes) == ("failed", ["wrong-status"])


@pytest.mark.parametrize("status", ["optimal", "infeasible", "unbounded"])
def test_nothing_found_is_a_timeout(status: str) -> None:
    nothing = solved(status="no_solution", levels=(), seconds=299.0)
    assert judged(known_as(status), nothing) == ("timeout", ["timeout"])


def test_a_solver_that_gives_up_early_was_not_stopped() -> None:
    """Of two levels each has half of the 300 seconds."""
    assert judged(expected(), solved(status="feasible", bound=19.0, seconds=2.0)) == ("error", ["gave-up"])
    at_half = two((20.0, 19.0), (5.0, 5.0), status="feasible", seconds=151.0)
    assert judged(expected(**TWO), at_half) == ("timeout", ["timeout"])
    assert judged(expected(), solved(status="feasible", bound=19.0, seconds=151.0)) == ("error", ["gave-up"])


def test_a_timeout_does_not_hide_what_cannot_be() -> None:
    beaten = solved(19.0, 18.0, status="feasible", seconds=300.0)
    assert judged(expected(), beaten) == ("failed", ["plan-beats-optimum", "timeout"])
    crossed = solved(22.0, 21.0, status="feasible", seconds=300.0)
    assert judged(expected(), crossed) == ("failed", ["bound-crosses-optimum", "timeout"])
    worse = solved(22.0, 19.0, status="feasible", seconds=300.0)
    assert judged(expected(), worse) == ("timeout", ["timeout"])
    broken = solved(22.0, 19.0, status="feasible", seconds=300.0, broken_rules=("tax.paid",))
    assert judged(expected(), broken) == ("failed", ["audit-failed", "timeout"])


# ── audit, facts, certificates ────────────────────────────────────────────────────────────────────────────────────


def test_audit() -> None:
    broken = verdict(expected(), solved(broken_rules=("tax.paid", "cash.balance")))
    assert codes(broken) == ["audit-failed"]
    assert "tax.paid, cash.balance" in broken.findings[0].message
    assert judged(expected(), solved(broken_rules=None)) == ("failed", ["audit-failed"])


def fact(value: float, **changes: Any) -> Expected:
    stated = {"table": "debt_draws", "where": {"instrument": "loan"}, "column": "musd", "value": value, **changes}
    return expected(unique=True, facts=[stated])


def test_facts() -> None:
    assert judged(fact(100.0), solved()) == ("passed", [])
    assert judged(fact(100.0 + 2e-4), solved()) == ("failed", ["fact-missed"])
    assert judged(fact(101.0, abs_tol=1.5), solved()) == ("passed", [])
    assert judged(fact(100.0, where={}), solved()) == ("passed", [])
    assert judged(fact(0.0, where={"instrument": "bond"}), solved()) == ("passed", [])
    assert judged(fact(0.0, table="dividends", where={}), solved()) == ("passed", [])
    missed = verdict(fact(40.0), solved())
    assert missed.findings[0].key == ("facts", 0, "value")
    assert "musd 100, not 40" in missed.findings[0].message


def opinion(agrees: bool | None) -> dict[str, Any]:
    return {"method": "scip", "agrees": agrees, "message": "…"}


@pytest.mark.parametrize(
    ("opinions", "outcome", "found"),
    [
        ((opinion(True),), "passed", []),
        ((opinion(False),), "failed", ["certificate-disagrees"]),
        ((opinion(None),), "timeout", ["certificate-undecided"]),
        ((), "failed", ["certificate-missing"]),
    ],
)
def test_certificates(opinions: tuple[Any, ...], outcome: str, found: list[str]) -> None:
    result = verdict(expected(), solved(certificates=opinions), ["scip"])
    assert (result.outcome, codes(result)) == (outcome, found)


def test_certificates_of_what_has_no_plan() -> None:
    """SCIP is asked for its verdict, exact arithmetic has nothing to check, and without a verdict there is neither."""
    nothing = solved(status="infeasible", levels=(), seconds=300.0)
    assert codes(verdict(known_as("infeasible"), nothing, ["scip", "exact"])) == ["certificate-missing"]
    agreed = solved(status="infeasible", levels=(), certificates=(opinion(True), {**opinion(None), "method": "exact"}))
    assert verdict(known_as("infeasible"), agreed, ["scip", "exact"]).outcome == "passed"
    stopped = solved(status="no_solution", levels=(), seconds=300.0)
    assert codes(verdict(known_as("infeasible"), stopped, ["scip", "exact"])) == ["timeout"]


def test_certificates_that_nobody_asked_for_are_left_alone() -> None:
    assert judged(expected(), solved(certificates=(opinion(False),))) == ("passed", [])
