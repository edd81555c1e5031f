"""Bugs put into the model on purpose, each of which `capstack check` has to find."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from optimizer.known_optima.collect import Case, collect
from optimizer.known_optima.findings import Verdict
from optimizer.known_optima.solving import check_case
from tests.known_optimal.expected import FOLDER, SUFFIX

from . import (
    bugs_capital,
    bugs_charges,
    bugs_edges,
    bugs_equity,
    bugs_horizon,
    bugs_lenders,
    bugs_physical,
    bugs_tax,
    bugs_timing,
    bugs_value,
    bugs_whole,
)
from .planting import KINDS, SHARED, SIGN, Bug, planted

BUGS = bugs_physical.BUGS + bugs_capital.BUGS + bugs_whole.BUGS + bugs_lenders.BUGS
BUGS += bugs_tax.BUGS + bugs_timing.BUGS + bugs_horizon.BUGS + bugs_equity.BUGS + bugs_value.BUGS
BUGS += bugs_charges.BUGS + bugs_edges.BUGS
BLOCKS = Path(__file__).parents[2] / "optimizer" / "model"


def verdict(instance: str) -> Verdict:
    """What `capstack check` says of an instance of the known-optimal ones."""
    (case,) = collect([FOLDER / f"{instance}{SUFFIX}"]).cases
    assert isinstance(case, Case)
    return check_case(case).verdict


@cache
def passes(instance: str) -> bool:
    """Whether the instance passes with the model as it is; each is solved once."""
    return verdict(instance).outcome == "passed"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.block}-{bug.kind}-{bug.instance}")
def test_a_bug_is_caught(bug: Bug) -> None:
    """By the value, a fact, the status or the audit; not by a crash, which would say nothing of the check."""
    assert passes(bug.instance)
    with planted(bug):
        found = verdict(bug.instance)
    assert found.outcome == "failed", found.findings
    assert "gave-up" not in {finding.code for finding in found.findings}


def test_every_file_of_the_model_has_its_bugs() -> None:
    """One of each kind in every file, and in what it shares each kind that is possible there; no bug twice."""
    files = {path.stem for path in BLOCKS.glob("*.py")} - {"__init__"}
    shared = {(block, kind) for block, kinds in SHARED.items() for kind in kinds}
    assert {(bug.block, bug.kind) for bug in BUGS} == set(product(files, KINDS)) | shared
    assert len({(bug.block, bug.right, bug.wrong) for bug in BUGS}) == len(BUGS)


def test_a_stale_bug_is_loud() -> None:
    with pytest.raises(AssertionError, match="0 times, not once"), planted(Bug("sites", SIGN, "lots", "no such", "")):
        pytest.fail("it was planted")


def test_a_bug_is_gone_afterwards() -> None:
    bug = next(bug for bug in BUGS if bug.block == "finance.depreciation")
    assert bug in BUGS
    with planted(bug):
        assert verdict(bug.instance).outcome == "failed"
    assert verdict(bug.instance).outcome == "passed"
