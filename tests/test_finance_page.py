"""Every example of docs/finance.md gives the figures that stand beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import optimizer
from optimizer.plan.plan import Plan

PAGE = (Path(__file__).parents[1] / "docs" / "finance.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (?P<title>.+?)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^\| `(?P<figure>[\w.]+)`(?: (?P<period>\S+))? \| (?P<value>\S+) \|$", re.MULTILINE)
SECTIONS = {match["title"]: match["body"] for match in SECTION.finditer(PAGE)}


def figure(plan: Plan, name: str, period: str | None) -> float:
    """A metric by its name, or the cell of a table: TABLE.COLUMN and the period of its row."""
    if period is None:
        value = plan.metrics[name]
    else:
        table, column = name.split(".")
        value = next(row[column] for row in plan.rows(table).records() if str(row["period"]) == period)  # type: ignore[assignment]
    assert value is not None
    return float(value)


@pytest.mark.parametrize("title", SECTIONS)
def test_an_example_gives_its_figures(title: str) -> None:
    """To the last digit that is printed."""
    body = SECTIONS[title]
    (example,) = EXAMPLE.findall(body)
    plan = optimizer.solve(optimizer.load(yaml.safe_load(example) | {"solve": {"gap_share": 0.0}}))
    assert plan.status == "optimal"
    assert plan.audit_passed
    rows = list(ROW.finditer(body))
    assert len(rows) == body.count("| `") > 0
    for row in rows:
        digits = len(row["value"].partition(".")[2])
        wanted = pytest.approx(float(row["value"]), rel=0, abs=0.5001 * 10.0**-digits)
        assert figure(plan, row["figure"], row["period"]) == wanted, row["figure"]
