"""A programme that is solved by hand.

100 are needed at the end of 2026, and 120 come in at the end of 2027. With D borrowed at i and E raised at 15 %,
D + E ≥ 100, the charges of 2027 are discounted over two years:

    cost of capital = (i·D + 0.15·E) / 1.1²        terminal cash = E + D − 100 + 120 − (1 + i)·D = 20 + E − i·D

The loan costs 8 %, so the least cost is D = 100: 8 / 1.21.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optimizer.comparison.point import Result

TWO_SOURCES = """\
name: two-sources
calendar: {start: 2026, periods: 2}
discount: {rate_per_year: 0.1}
objectives: [{name: cost_of_capital}]
solve: {gap_share: 0, threads: 1}
cash_flows:
  need: {kind: investing, musd_per_period: [-100, 0]}
  income: {kind: operating, musd_per_period: [0, 120]}
debt:
  loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 1, last_draw: 2026}
equity:
  cost_of_equity_per_year: 0.15
  rounds:
    a: {max_musd: 100, last_raise: 2026}
"""
DF = 1 / 1.1**2
ALL_DEBT, ALL_EQUITY = 8 * DF, 15 * DF

MIXES = {"equity": {"set": {"debt": None}}, "debt": {"set": {"equity": {"rounds": None}}}, "both": {}}
SCENARIOS = {"base": {}, "dear-loans": {"set": {"debt": {"loan": {"rate_per_year": 0.2}}}}}


def base_file(folder: Path) -> Path:
    """The programme as a file."""
    path = folder / "two-sources.yaml"
    path.write_text(TWO_SOURCES, encoding="utf-8")
    return path


def batch_file(folder: Path, text: str) -> Path:
    """A batch file beside the programme; name and base need not be written."""
    base_file(folder)
    path = folder / "test.batch.yaml"
    head = "" if text.startswith("base:") else "base: two-sources.yaml\n"
    path.write_text(f"name: test\n{head}{text}", encoding="utf-8")
    return path


def result(
    name: str,
    value: float | None,
    bound: float | None = None,
    *,
    sense: str = "minimise",
    objective: str = "cost_of_capital",
    **metrics: Any,
) -> Result:
    """A finished run; without ``bound`` it is exact, without ``value`` infeasible."""
    if value is None:
        return Result(name, {}, "infeasible", "no plan")
    exact = value if bound is None else bound
    level = {
        "name": objective,
        "sense": sense,
        "unit": "musd",
        "value": value,
        "bound": exact,
        "gap_musd": abs(value - exact),
    }
    return Result(name, {}, "optimal", levels=(level,), metrics={objective: value, **metrics}, audit_passed=True)
