"""What tests of random instruments share: objectives, and what holds of every plan."""

from __future__ import annotations

import copy
import tempfile
from math import fsum
from typing import Any

import pytest

from optimizer.auditing import audit_folder
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run, write_run

from .instrument_strategies import MAXIMISED, fit_objectives
from .solving import Data, statement

DOLLAR = 1e-6
SHARES = ("wacc", "dilution")
"""Objectives that are shares, not amounts."""


def minimised(name: str) -> bool:
    """Whether less of an objective is better."""
    return name not in MAXIMISED


def with_objective(data: Data, name: str) -> Data:
    """The data with a single objective, and what that needs."""
    data = copy.deepcopy(data) | {"objectives": [{"name": name}]}
    fit_objectives(data)
    return data


def check_plan(plan: Plan) -> None:
    """The audit passes; the balance sheet balances to the dollar; every table builds; a run reads as it was written,
    and the audit of its folder passes.
    """
    assert plan.audit is not None
    assert plan.audit_passed, [rule for rule in plan.audit["rules"] if not rule["passed"]]
    sheet = statement(plan, "balance_sheet")
    assert len(sheet["Total assets"]) == plan.instance.periods.periods + 1
    for assets, capital in zip(sheet["Total assets"], sheet["Total debt and equity"], strict=True):
        assert abs(assets - capital) < DOLLAR
    for name in plan.tables:
        table = plan.rows(name)
        assert all(len(row) == len(table.columns) for row in table.rows), name
    terms = [float(cell or 0.0) for cell in plan.rows("shareholder_value").column("present_value_musd")]
    assert fsum(terms) == pytest.approx(plan.metrics["shareholder_value"], rel=1e-6, abs=1e-4)
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(plan, folder)
        assert read_run(run) == plan
        assert audit_folder(run).failed == ()


def raised(value: Any, by: float) -> Any:
    """A list, steps or a number, higher by an amount."""
    if isinstance(value, dict):
        return {label: item + by for label, item in value.items()}
    return [item + by for item in value] if isinstance(value, list) else value + by
