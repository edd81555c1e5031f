"""Every block of the model matters in at least one instance: without it, or with it eased, the best value is another.

An instance that would have the same optimum without the rule it is about proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError, search

from .changes_capital import CHANGES_CAPITAL
from .changes_contracts import CHANGES_CONTRACTS
from .changes_edges import CHANGES_EDGES
from .changes_equity import CHANGES_EQUITY
from .changes_horizon import CHANGES_HORIZON
from .changes_sites import CHANGES_SITES
from .decisive_lenders import LENDERS
from .expected import ALL, Expected

BY_NAME = {each.name: each for each in ALL}
ABSENT = "absent"
"""Removes the key instead of setting it."""
SHARES = ("wacc", "dilution")
"""Objectives that are no amounts of money."""


@dataclass(frozen=True)
class Change:
    """What is changed in an instance: the place, keys parted by a blank, and the new value."""

    instance: str
    place: str
    to: Any = ABSENT


ROWS = (
    *(*CHANGES_SITES, *CHANGES_CAPITAL, *CHANGES_HORIZON, *CHANGES_EQUITY, *LENDERS, *CHANGES_EDGES),
    *CHANGES_CONTRACTS,
)
CHANGES = [Change(*row) for row in ROWS]


def changed(expected: Expected, change: Change) -> Instance:
    """The instance with the change made. The place, but for its last key, has to be there."""
    data = load(expected.file).model_dump(mode="json")
    *path, last = [int(key) if key.isdigit() else key for key in change.place.split()]
    block: Any = data
    for key in path:
        block = block[key]
    assert isinstance(last, int) or last in block or change.to != ABSENT
    if change.to == ABSENT:
        del block[last]
    else:
        block[last] = change.to
    return Instance.model_validate(data)


def outcome(instance: Instance) -> tuple[str, list[float]]:
    """The status and the value of every level; a change may leave what a file would be refused for, so unchecked."""
    try:
        plan = search(instance, Limits(gap_share=0.0, time_limit_s=300.0, threads=1, seed=0))
    except NoPlanError as nothing:
        return nothing.status, []
    assert plan.audit_passed
    return plan.status, [level["value"] for level in plan.summary["levels"] if not level["inserted"]]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.instance}:{change.place.replace(' ', '.')}")
def test_the_rule_decides(change: Change) -> None:
    """The changed instance has another status, or another value of some level by more than a thousandth.

    A thousandth of the value, or of a million where it is less than that; of the value itself where it is a share.
    """
    expected = BY_NAME[change.instance]
    status, values = outcome(changed(expected, change))
    least = [0.0 if name in SHARES else 1.0 for name, _ in expected.values]
    stated = [value for _, value in expected.values]
    moved = [abs(a - b) > 1e-3 * max(c, abs(b)) for a, b, c in zip(values, stated, least, strict=False)]
    assert status != expected.status or any(moved)


def test_every_own_instance_is_changed() -> None:
    """Published problems stand for themselves, plain bullets for interest; every other instance has a change."""
    own = {each.name for each in ALL if each.proof != "published"}
    assert own - {change.instance for change in CHANGES} == {"loan-bullet"}
