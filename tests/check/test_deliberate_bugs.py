"""Bugs put into the model on purpose, each of which `capstack check` has to find."""

from __future__ import annotations

import ast
import inspect
from collections import OrderedDict
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from optimizer.known_optima.collect import Case, collect
from optimizer.known_optima.findings import Verdict
from optimizer.known_optima.solving import check_case
from optimizer.uncertainty import leaf
from tests.known_optimal.expected import FOLDER, SUFFIX
from tests.uncertainty.worlds import LATE, RENEWED, UP_OR_DOWN, landlord, option, powered, solved, spot, value

from . import (
    bugs_capital,
    bugs_charges,
    bugs_contracts,
    bugs_edges,
    bugs_equity,
    bugs_finance,
    bugs_groups,
    bugs_horizon,
    bugs_lenders,
    bugs_opening,
    bugs_physical,
    bugs_tax,
    bugs_timing,
    bugs_trees,
    bugs_value,
    bugs_whole,
)
from .planting import KINDS, SHARED, SIGN, Bug, locals_of, module_of, outermost, planted, renamed, with_bug

BUGS = bugs_physical.BUGS + bugs_capital.BUGS + bugs_whole.BUGS + bugs_lenders.BUGS
BUGS += bugs_tax.BUGS + bugs_timing.BUGS + bugs_horizon.BUGS + bugs_equity.BUGS + bugs_value.BUGS
BUGS += bugs_charges.BUGS + bugs_finance.BUGS + bugs_edges.BUGS + bugs_contracts.BUGS + bugs_groups.BUGS
BUGS += bugs_opening.BUGS
ALL = BUGS + bugs_trees.BUGS
TREES = {
    "option": ((option(), UP_OR_DOWN), 40.0),
    "renewed": ((landlord(3, RENEWED), spot(2028)), 8.0),
    "renewed-known": ((landlord(3, RENEWED), spot(2027)), 9.0),
    "late": ((landlord(4, LATE), powered(2027)), 8.5),
}
"""Worlds of tests/uncertainty, and what their trees earn, USD million."""
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


@pytest.mark.parametrize("bug", bugs_trees.BUGS, ids=lambda bug: f"{bug.block}-{bug.kind}-{bug.instance}")
def test_a_bug_of_a_tree_is_caught(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the value, of which tests/uncertainty have the derivation: what may be chosen, or shared, is other.

    A hall that is started backwards in time, or all that is decided by nobody, is another choice; a plan is found.
    """
    world, wanted = TREES[bug.instance]

    def worth() -> float:
        monkeypatch.setattr(leaf, "_kept", OrderedDict())
        return -value(solved(*world, worth=False))

    with planted(bug):
        found = worth()
    assert abs(found - wanted) > 0.1
    assert worth() == pytest.approx(wanted, abs=1e-6)


def test_every_file_of_the_model_has_its_bugs() -> None:
    """One of each kind in every file, and in what it shares each kind that is possible there; no bug twice."""
    files = {path.stem for path in BLOCKS.glob("*.py")} - {"__init__"}
    shared = {(block, kind) for block, kinds in SHARED.items() for kind in kinds}
    assert {(bug.block, bug.kind) for bug in ALL} == set(product(files, KINDS)) | shared
    assert len({(bug.block, bug.where, bug.right, bug.wrong) for bug in ALL}) == len(ALL)


def test_a_stale_bug_is_loud() -> None:
    stale = Bug("sites", SIGN, "lots", "add_sites", "no.such", "no")
    with pytest.raises(AssertionError, match="0 times, not once"), planted(stale):
        pytest.fail("it was planted")


def with_other_names(tree: ast.Module) -> ast.Module:
    """The file with another name for every argument and variable of its functions."""
    for function in outermost(tree).values():
        others = {name: f"another_{name}" for name in locals_of(function)}
        for part in (function.args, *function.body):
            renamed(part, others)
    return tree


@pytest.mark.parametrize("block", sorted({bug.block for bug in ALL}))
def test_bugs_outlive_new_names_of_variables(block: str) -> None:
    """Each of a file is the same one, at the same place, after every variable and argument has got another name."""
    bugs = [bug for bug in ALL if bug.block == block]
    source = inspect.getsource(module_of(bugs[0]))
    assert ast.dump(with_other_names(ast.parse(source))) != ast.dump(ast.parse(source))
    for bug in bugs:
        there = with_bug(with_other_names(ast.parse(source)), bug)
        before = with_other_names(with_bug(ast.parse(source), bug))
        assert ast.dump(there) == ast.dump(before), bug
        assert ast.dump(there) != ast.dump(with_other_names(ast.parse(source))), bug


def test_a_pattern_is_of_one_place() -> None:
    """Names that are local may differ, one to one; others, attributes and numbers may not."""
    tree = "def f(a, b):\n    return a.x - b.y + g(a, b)\n"

    def planted_in(right: str, wrong: str) -> str:
        return ast.unparse(
            with_bug(ast.parse(f"def g(p, q):\n    return p\n\n{tree}"), Bug("", "", "", "f", right, wrong))
        )

    assert "return a.x + b.y + g(a, b)" in planted_in("p.x - q.y", "p.x + q.y")
    assert "+ g(b, a)" in planted_in("g(one, other)", "g(other, one)")
    for right in ("p.x - p.y", "p.y - q.x", "h(p, q)", "p.x - q.y - 0"):
        with pytest.raises(AssertionError, match="0 times, not once"):
            planted_in(right, "0")
    with pytest.raises(AssertionError, match="names that"):
        planted_in("p.x - q.y", "p.x - z.y")


def test_a_bug_is_gone_afterwards() -> None:
    bug = next(bug for bug in BUGS if bug.block == "finance.depreciation")
    assert bug in BUGS
    with planted(bug):
        assert verdict(bug.instance).outcome == "failed"
    assert verdict(bug.instance).outcome == "passed"
