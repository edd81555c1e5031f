"""Solve the flagship, keep its answer in results/reference/ and show it in the README.

Timings are left out of what is kept, so that equal answers are equal files.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

import optimizer
from optimizer.plan.io import read_run, write_run
from optimizer.report.terminal import print_plan

ROOT = Path(__file__).resolve().parents[1]
FLAGSHIP = "anthropic-50b"
OPENING, CLOSING = "<!-- flagship -->\n", "<!-- /flagship -->"
SHOWN = ("When to break ground", "What to order", "How each year is paid for", "What the capital costs")


def main() -> None:
    plan = optimizer.solve(optimizer.load(ROOT / "instances" / f"{FLAGSHIP}.yaml"))
    target = ROOT / "results" / "reference" / FLAGSHIP
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(plan, Path(folder))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(run, target)
    summary = json.loads((target / "summary.json").read_text(encoding="utf-8"))
    summary.pop("timings", None)
    for level in summary["objectives"]:
        level.pop("seconds", None)
    (target / "summary.json").write_text(json.dumps(summary, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(OPENING)
    after = rest.split(CLOSING)[1]
    readme.write_text(f"{before}{OPENING}```text\n{overview(target)}\n```\n{CLOSING}{after}", encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {plan.summary['message']}")


def overview(run: Path) -> str:
    """The first blocks of what the terminal shows: blocks are parted by empty lines."""
    text = io.StringIO()
    print_plan(read_run(run), Console(file=text, width=100, color_system=None))
    blocks = text.getvalue().split("\n\n")
    return "\n\n".join([blocks[0], *(block for block in blocks if block.startswith(SHOWN))]).strip()


if __name__ == "__main__":
    main()
