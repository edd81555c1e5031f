"""Small cases of what the audit sees: each file with what is derived by hand beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import optimizer
from optimizer.auditing import audit_folder
from optimizer.plan.run_folder import write_run
from optimizer.report.headline import _project_irr

FOLDER = Path(__file__).parent


def test_an_internal_rate_of_return_that_is_not_unique(tmp_path: Path) -> None:
    """−100 + 230·x − 132·x² = −132·(x − 1/1.1)·(x − 1/1.2): worth nothing at 10 % and at 20 %.

    Both are named, neither alone; a plan that names one of them, or another, is refused.
    """
    plan = optimizer.solve(optimizer.load(FOLDER / "11-irr-two-roots.yaml"), gap=0.0, threads=1)
    assert plan.audit_passed
    assert plan.metrics["project_irr_per_year"] is None
    rates = [plan.metrics[f"project_irr_per_year.{i}"] for i in (1, 2)]
    assert rates == pytest.approx([0.1, 0.2], abs=1e-9)
    assert _project_irr(plan) == "not unique (10.0 % and 20.0 %)"
    run = write_run(plan, tmp_path)
    irr = "project_irr_per_year"
    claims: dict[str, dict[str, float | None]] = {
        "one of them": {irr: 0.2},
        "the other": {irr: 0.1},
        "both and one": {irr: 0.1, f"{irr}.1": 0.1, f"{irr}.2": 0.2},
        "one is off": {irr: None, f"{irr}.1": 0.1, f"{irr}.2": 0.2001},
        "one twice": {irr: None, f"{irr}.1": 0.1, f"{irr}.2": 0.1},
        "falling": {irr: None, f"{irr}.1": 0.2, f"{irr}.2": 0.1},
        "a third": {irr: None, f"{irr}.1": 0.1, f"{irr}.2": 0.15, f"{irr}.3": 0.2},
        "none": {irr: None},
        "only one of several": {irr: None, f"{irr}.1": 0.1},
    }
    for words, claim in claims.items():
        for file in ("plan.json", "summary.json"):
            data = json.loads((run / file).read_text(encoding="utf-8"))
            others = {name: value for name, value in data["metrics"].items() if not name.startswith(irr)}
            data["metrics"] = {**others, **claim}
            (run / file).write_text(json.dumps(data), encoding="utf-8")
        failed = {result.name for result in audit_folder(run).failed}
        assert "metric.project_irr_per_year" in failed, words
