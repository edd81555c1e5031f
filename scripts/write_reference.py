"""Solve and certify the flagship, keep its answer in results/reference/, and show it in README.md and docs/proof.md.

Timings are left out of what is kept, so that equal answers are equal files.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

import optimizer
from optimizer.exhibits.svg.poster import poster
from optimizer.plan.delivered import gap_musd, value
from optimizer.plan.run_folder import read_run, write_run
from optimizer.report.numbers import money
from optimizer.report.terminal import print_plan
from scripts.pages import fill

ROOT = Path(__file__).resolve().parents[1]
FLAGSHIP = "anthropic-50b"
REFERENCE = ROOT / "results" / "reference" / FLAGSHIP
CERTIFICATES = REFERENCE.with_suffix(".certificates.json")
README, PROOF, PICTURE = ROOT / "README.md", ROOT / "docs" / "proof.md", ROOT / "docs" / "plan.svg"
SHOWN = ("capex ", "When to break ground", "What to order", "How each year is paid for", "What the capital costs")

SCIP_GAP, PATIENCE_S = 0.01, 1800.0
"""SCIP needs a minute for 1 %, and much longer for the gap of the instance."""


def main() -> None:
    instance = optimizer.load(ROOT / "instances" / f"{FLAGSHIP}.yaml")
    plan = optimizer.solve(instance)
    # the same plan again: its audit is of a summary without certificates
    exact = optimizer.solve(instance, certify=["exact"])
    rough = optimizer.solve(instance, gap=SCIP_GAP, time_limit=PATIENCE_S, certify=["scip"])
    certificates = without_timings(rough.summary["certificates"] + exact.summary["certificates"])
    for certificate in certificates:
        if not certificate["agrees"]:
            raise SystemExit(f"nothing was written: {certificate['message']}")
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(replace(plan, summary=without_timings(plan.summary)), Path(folder))
        shutil.rmtree(REFERENCE, ignore_errors=True)
        shutil.copytree(run, REFERENCE)
    summary = json.loads((REFERENCE / "summary.json").read_text(encoding="utf-8"))
    text = json.dumps(certificates, indent=1, sort_keys=True, ensure_ascii=False)
    CERTIFICATES.write_text(f"{text}\n", encoding="utf-8")
    fill(README, readme_blocks(REFERENCE))
    PICTURE.write_text(poster(read_run(REFERENCE)) + "\n", encoding="utf-8")
    fill(PROOF, proof_blocks(summary, certificates))
    print(f"{REFERENCE.relative_to(ROOT)}: {plan.summary['message']}")


def without_timings(data: Any) -> Any:
    """A summary without what is another at each run."""
    if isinstance(data, dict):
        return {key: without_timings(value) for key, value in data.items() if key not in ("timings", "seconds")}
    return [without_timings(item) for item in data] if isinstance(data, list) else data


def readme_blocks(run: Path) -> dict[str, str]:
    """The first blocks of what the terminal shows: blocks are parted by empty lines."""
    text = io.StringIO()
    print_plan(read_run(run), Console(file=text, width=100, color_system=None))
    blocks = text.getvalue().split("\n\n")
    overview = "\n\n".join([blocks[0], *(block for block in blocks if block.startswith(SHOWN))]).strip()
    return {"flagship": f"\n```text\n{overview}\n```\n"}


def proof_blocks(summary: Mapping[str, Any], certificates: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the page on proofs says of the flagship."""
    scip, exact = certificates
    first, matrix = summary["objectives"][0], summary["matrix"]
    second = [
        [level["name"], *(f"{level[key]:,.1f}" for key in ("value", "bound", "second_value", "second_bound"))]
        for level in scip["levels"]
    ]
    keys = ("primal_violation", "dual_violation", "pivots")
    rational = [
        [level["name"], level["exact_value"], f"{level['difference_musd']:.1e}", *(str(level[key]) for key in keys)]
        for level in exact["levels"]
    ]
    size = f"{matrix['rows']:,} rows, {matrix['columns']:,} columns, {matrix['integers']:,} of them whole numbers"
    return {
        "gap": money(gap_musd(first)),
        "gap-by-scip": money(value(first) - scip["levels"][0]["second_bound"]),
        "scip": table("level", ["HiGHS: plan", "bound", "SCIP: plan", "bound"], second) + f"\n> {scip['message']}\n",
        "exact": table("level", ["exact value", "plan less exact", *keys], rational) + f"\n> {exact['message']}\n",
        "export": "\n```console\n$ capstack export instances/anthropic-50b.yaml flagship.mps\n"
        f"wrote flagship.mps: minimise {first['name']}; {size}\n```\n",
    }


def table(corner: str, columns: list[str], rows: list[list[str]]) -> str:
    """A Markdown table with figures to the right."""
    lines = [[corner, *columns], ["---", *("---:" for _ in columns)], *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
