"""Solve the flagship and keep its answer in results/reference/, without timings: equal answers are equal files."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import optimizer
from optimizer.plan.io import write_run

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    plan = optimizer.solve(optimizer.load(ROOT / "instances" / "anthropic-50b.yaml"))
    target = ROOT / "results" / "reference" / plan.instance.name
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(plan, Path(folder))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(run, target)
    summary = json.loads((target / "summary.json").read_text())
    summary.pop("timings", None)
    for level in summary["levels"]:
        level.pop("seconds", None)
    (target / "summary.json").write_text(json.dumps(summary, indent=1, sort_keys=True) + "\n")
    print(f"{target.relative_to(ROOT)}: {plan.summary['message']}")


if __name__ == "__main__":
    main()
