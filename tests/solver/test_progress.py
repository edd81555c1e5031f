"""What a search tells on the way: where the best plan is from."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.contract.progress import Progress
from optimizer.solver.level import Objective
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression

from .test_highs import LIMITS, knapsack


def test_a_level_begins_with_the_plan_of_the_one_before() -> None:
    """Stockco's best, 100 − 42 as a minimum, takes three projects; the second level counts them, and begins with 3."""
    seen: list[Progress] = []
    matrix, worth = knapsack()
    first = Objective("cost", Expression(-worth.cost, 100.0), True)
    second = Objective("count", Expression(np.ones(4), 0.0), True)
    solve_levels(matrix, [first, second], [], np.zeros(4, dtype=bool), LIMITS, seen.append)
    begun = next(each for each in seen if each.level == "count")
    assert (begun.incumbent, begun.bound, begun.gap_share) == (pytest.approx(3.0), None, None)
    assert (begun.found_by, begun.trying, begun.number, begun.count) == ("start", "start", 2, 2)
    assert begun.wanted_share == LIMITS.gap_share
    assert {each.found_by for each in seen if each.level == "cost"} <= {"", "root", "tree"}
