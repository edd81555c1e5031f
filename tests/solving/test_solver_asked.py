"""A plan by another solver is the plan of HiGHS, and says who searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from optimizer.commands.options import Solver
from optimizer.contract.solvers import ENGINES
from optimizer.report.headline import _solved_by
from tests.known_optimal.expected import ALL, Expected

KNOWN = {each.name: each for each in ALL}
SELECTED = ["dynamic-lot-size", "lorie-savage", "stockco", "dilution", "wacc-fixed-fee", "cost-then-present-cost"]


def by_scip(expected: Expected) -> optimizer.Plan:
    options = expected.options
    return optimizer.solve(
        optimizer.load(expected.file), gap=options.gap_share, threads=1, seed=options.seed, solver="scip"
    )


@pytest.mark.parametrize("name", SELECTED)
def test_a_known_optimum(name: str) -> None:
    """Whole numbers, a linear programme, a maximum, a share, a ratio and two levels: the sidecar's value by SCIP."""
    expected, plan = KNOWN[name], by_scip(KNOWN[name])
    assert plan.status == "optimal"
    assert plan.audit_passed
    assert plan.metrics[expected.objective] == pytest.approx(expected.value, rel=1e-6, abs=1e-6)


def test_no_plan_is_no_plan() -> None:
    with pytest.raises(optimizer.NoPlanError, match="proven infeasible"):
        by_scip(KNOWN["infeasible-lots"])
    with pytest.raises(optimizer.NoPlanError, match="unbounded"):
        by_scip(KNOWN["unbounded-scrap"])


def test_the_summary_says_who_searched_and_who_read() -> None:
    plan = by_scip(KNOWN["stockco"])
    assert plan.summary["options"]["solver"] == plan.summary["asked"]["solver"] == "scip"
    versions = plan.summary["versions"]
    words = f"solved by SCIP (pyscipopt {versions['pyscipopt']}), read by HiGHS {versions['highspy']}"
    assert _solved_by(plan.summary).startswith(words)
    assert plan.audit is not None
    assert set(plan.audit["bounds"].values()) == {"by SCIP, not recomputed"}


def test_highs_leaves_no_trace_of_the_choice() -> None:
    plan = optimizer.solve(optimizer.load(KNOWN["stockco"].file), solver="highs")
    assert "solver" not in plan.summary["options"]
    assert "solver" not in plan.summary.get("asked", {})
    assert set(plan.summary["versions"]) == {"capstack", "highspy", "numpy", "scipy", "python"}


def test_the_command_line_knows_every_solver() -> None:
    assert list(Solver) == list(ENGINES)


def test_nobody_is_a_second_opinion_on_himself(tmp_path: Path) -> None:
    file = str(KNOWN["stockco"].file)
    with pytest.raises(ValueError, match="SCIP is who searches, and would make the same mistake twice"):
        optimizer.solve(optimizer.load(file), solver="scip", certify=["scip"])
    told = CliRunner().invoke(app, ["solve", file, "--out", str(tmp_path), "--solver", "scip", "--certify", "scip"])
    assert told.exit_code == 2
    assert "who searches" in told.output
