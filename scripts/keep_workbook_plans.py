"""Solve the instances whose plans the tests of the workbook keep: `python -m scripts.keep_workbook_plans [NAME …]`.

To be run where one of these instance files has changed. It takes some minutes.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import optimizer

ROOT = Path(__file__).resolve().parents[1]
PLANS = ROOT / "tests" / "workbook" / "plans"
NAMES = (
    "anthropic-50b-quarterly",
    "industry-5t",
    "amazon-125b",
    "min-wacc",
    "neocloud-11.9b-quarterly",
    "neocloud-11.9b",
)
"""Beside the flagship: quarters, opening loans and mid-month depreciation, contracts and interest cover, WACC,
colocation with a limit on interest and resale at the end; quarters and then years, with customers' contracts, three
borrowing groups and a company that already runs."""


def keep(plan: optimizer.Plan) -> None:
    """Write a plan for the tests: what it decides and says, and what is known of how good it is."""
    levels = [{key: level[key] for key in ("name", "unit", "value", "bound")} for level in plan.summary["levels"]]
    summary = {"status": plan.status, "message": plan.summary["message"], "levels": levels}
    text = json.dumps({"plan": plan.to_dict(), "summary": summary}, sort_keys=True)
    packed = gzip.compress(text.encode(), mtime=0)
    (PLANS / f"{plan.instance.name}.json.gz").write_bytes(packed)


def main(names: list[str]) -> None:
    """Solve each and keep its plan."""
    for name in names or NAMES:
        keep(optimizer.solve(optimizer.load(ROOT / "instances" / f"{name}.yaml")))


if __name__ == "__main__":
    main(sys.argv[1:])
