"""Killed at any moment, a batch that is resumed ends as if nothing had happened, and makes no finished run again."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.comparison.store import POINTS, Store
from optimizer.plan.run_folder import read_run

from ..thorough import THOROUGH
from .examples import batch_file
from .small import ROOT, quick_folder

BATCH = """\
mixes:
  equity: {set: {debt: null}}
  none: {set: {debt: null, equity: {rounds: null}}}
scenarios: {base: {}, dear-loans: {set: {debt: {loan: {rate_per_year: 0.2}}}}}
sweeps:
  rate: {axes: [{path: debt.loan.rate_per_year, values: {from: 0.05, to: 0.14, steps: 28}}]}
  share: {axes: [{debt_share: {from: 0, to: 1, steps: 26}}]}
frontiers:
  cash: {objectives: [cost_of_capital, terminal_cash], points: 5}
"""
KILLS = 10 if THOROUGH else 4


def start(file: Path, out: Path, jobs: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "optimizer.cli", "compare", str(file), "--out", str(out), "--quiet", "--resume"]
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, "--jobs", str(jobs)], stdout=pipe, stderr=pipe, encoding="utf-8", cwd=ROOT)


def finish(file: Path, out: Path) -> None:
    process = start(file, out, 2)
    _, messages = process.communicate()
    assert process.returncode == 0, messages


def records(out: Path) -> dict[str, bytes]:
    """What is finished. Each record says how long its run took and where it lies, so no two runs write the same."""
    return {path.name: path.read_bytes() for path in (out / POINTS).glob("*.json")}


def tables(out: Path) -> dict[str, list[list[str | float]]]:
    """Every table of the comparison, numbers to a dollar in a million."""
    found = {}
    for path in sorted(out.glob("*.csv")):
        with open(path, newline="", encoding="utf-8-sig") as stream:
            found[path.name] = [[_cell(cell) for cell in row] for row in csv.reader(stream)]
    return found


def _cell(cell: str) -> str | float:
    try:
        return round(float(cell), 6) + 0.0
    except ValueError:
        return cell


@pytest.mark.slow
def test_killed_again_and_again() -> None:
    with quick_folder() as name:
        folder = Path(name)
        file = batch_file(folder, BATCH)
        undisturbed, out = folder / "undisturbed", folder / "out"
        finish(file, undisturbed)

        chance = random.Random(20261123)
        finished: dict[str, bytes] = {}
        in_the_middle = 0
        for kill in range(KILLS):
            process = start(file, out, jobs=1 + kill % 2)
            # after so many more runs and a little longer: in the start, while it solves, while it writes
            more, later = chance.choice([0, 1, 1, 2, 2, 3]), chance.uniform(0.0, 0.05 if kill else 1.0)
            while len(records(out)) < len(finished) + more and process.poll() is None:
                time.sleep(0.002)
            time.sleep(later)
            in_the_middle += process.poll() is None
            process.kill()
            process.communicate()  # its processes have the same standard error: it ends with the last of them
            now = records(out)
            assert finished.items() <= now.items(), "a finished run was made again"
            for result in Store(out).results():
                assert result.status == "optimal"
                assert read_run(out / str(result.run)).metrics == result.metrics
            assert len(Store(out).results()) == len(now), "a record is not whole"
            finished = now
        assert in_the_middle == KILLS
        before = len(list((out / "two-sources").glob("[!.]*")))

        finish(file, out)
        everything = records(out)
        assert finished.items() <= everything.items()
        made = len(list((out / "two-sources").glob("[!.]*"))) - before
        assert made == len(everything) - len(finished), "the last run makes what was missing and nothing else"
        assert everything.keys() == records(undisturbed).keys()
        assert tables(out) == tables(undisturbed)
        assert len(tables(out)) == 5

        # and once more: there is nothing left to do
        finish(file, out)
        assert records(out) == everything
