"""Customers' contracts in the workbook: their lines are values of the plan, and say so; sums of them are formulas."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.workbook.build import drafted
from optimizer.workbook.writer import written
from tests.workbook.books import ROOT, recomputed
from tests.workbook.lint import findings
from tests.workbook.oracle import differences, replay


@pytest.mark.parametrize("name", ["contract-taxed-ahead", "contract-damages-cap-quarters"])
def test_sums_of_given_lines_are_those_of_the_audit(name: str, tmp_path: Path) -> None:
    plan = optimizer.solve(optimizer.load(ROOT / "instances" / "known-optimal" / f"{name}.yaml"), threads=1)
    draft, found = drafted(plan)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(draft, found, stale=True))
    assert {reason for _, reason in draft.given} == {"how a contract goes has no formula"}
    assert draft.master is not None
    assert draft.master.number() == 0
    assert findings(path) == []
    assert list(differences(replay(plan, plan.instance, {}), recomputed(path))) == []
