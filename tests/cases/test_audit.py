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


@pytest.mark.parametrize(("stated", "passes"), [(2.0, True), (None, True), (1.9, False)])
def test_a_debt_of_a_thousand_dollars_is_owed_or_not(stated: float | None, passes: bool) -> None:
    """Of a loan of 10 nothing is left after 2026; of another one 0.001, which is where debt begins, stays to the end.

    Nothing bears interest: the loan's life cover is (20 of 2026) / 10, and none if the 0.001 is a debt.
    """
    bullet = {"kind": "bullet", "rate_per_year": 0}
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "trifle",
                "calendar": {"start": 2026, "periods": 2},
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "terminal_cash"}],
                "opening": {"cash_musd": 10},
                "cash_flows": {"income": {"kind": "operating", "musd_per_period": 20}},
                "debt": {
                    "old": {**bullet, "tenor_periods": 1, "opening_balance_musd": 10, "limit_musd": 0},
                    "trifle": {**bullet, "tenor_periods": 5, "limit_musd": 0.001, "last_draw": 2026},
                },
            }
        ),
        threads=1,
    )
    assert plan.metrics["terminal_cash"] == pytest.approx(10 + 20 + 20 - 10 + 0.001, abs=1e-9)
    data = plan.to_dict()
    data["metrics"] = {**data["metrics"], "loan_life_cover": stated}
    failed = {result.name for result in optimizer.audit(plan.instance, data).failed}
    assert failed == (set() if passes else {"metric.loan_life_cover"})


def test_a_debt_of_nothing_is_none_beside_trillions() -> None:
    """Of 10 nothing is left after 2026; the life of the plan is covered (2·10¹² + 2·10¹²) / 10⁷ times."""
    data = {
        "name": "trillions",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "terminal_cash"}],
        "opening": {"cash_musd": 10},
        "cash_flows": {"income": {"kind": "operating", "musd_per_period": 2_000_000}},
        "debt": {"old": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1, "opening_balance_musd": 10}},
    }
    data["debt"]["old"]["limit_musd"] = 0  # type: ignore[index]
    plan = optimizer.solve(optimizer.load(data), threads=1)
    assert plan.audit_passed
    assert plan.metrics["project_life_cover"] == pytest.approx(400_000, rel=1e-12)
