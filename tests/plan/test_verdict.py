"""What is sunk, how much equity, how long the cash lasts and when debt falls due, on plans derived by hand."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from optimizer.instance.schema import Instance
from optimizer.plan.figures.verdict import maturity_wall, peak_equity, runway_months, sunk_value
from optimizer.plan.plan import Plan
from optimizer.report.terminal import print_plan

from ..audit.build import Case, post
from ..audit.cases_value import CASES


def plan_of(case: Case) -> Plan:
    return Plan(
        Instance.model_validate(case.instance), case.plan["decisions"], case.plan["ledger"], case.plan["metrics"], {}
    )


def test_the_verdict_on_money_from_everybody() -> None:
    """20 a year are given, at 10 %; 50 and 40 of common and 10 of preferred equity; the bond is due in 2032."""
    plan = plan_of(CASES["shareholders"]())
    assert sunk_value(plan) == pytest.approx(20 / 1.1 + 20 / 1.1**2 + 20 / 1.1**3)
    assert peak_equity(plan) == 100
    assert maturity_wall(plan) == (pytest.approx(100), 2032)
    assert runway_months(plan) is None  # nothing is spent on running anything


def test_a_wall_is_of_a_calendar_year() -> None:
    """The loan that was drawn at the start of 2026Q2 for three quarters is due in 2027Q1."""
    plan = plan_of(CASES["quarters_to_shareholders"]())
    assert maturity_wall(plan) == (pytest.approx(50), 2027)
    assert sunk_value(plan) == 0


def test_the_runway_is_that_of_the_tightest_period() -> None:
    """106 of cash and 12 of costs in 2026 last 106 months; 217 − 42 of cash and 30 of costs in 2028 last 70."""
    case = CASES["shareholders"]()
    case.plan["ledger"] += post("opex.site.a", ("opex", "retained_earnings", "cash"), {2026: 12, 2028: 30})
    plan = plan_of(case)
    assert runway_months(plan) == pytest.approx(12 * (217 - 42) / 30)


def test_the_verdict_is_shown() -> None:
    console = Console(file=io.StringIO(), width=160, highlight=False, emoji=False)
    case: Any = CASES["shareholders"]()
    print_plan(plan_of(case), console)
    assert isinstance(console.file, io.StringIO)
    (line,) = [text for text in console.file.getvalue().splitlines() if text.startswith("NPV ")]
    assert "peak equity $100 m" in line
    assert "maturity wall $100 m in 2032" in line
    assert "of it sunk" in line
