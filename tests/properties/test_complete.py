"""Every plan of programmes in which all of the schema is in reach checks out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from optimizer.plan.plan import Plan

from .complete_strategies import complete
from .instrument_checks import check_plan
from .instrument_strategies import EXTRAS
from .solving import examples, solved

USED_AT_LEAST = {"orders": 20, "debt_draws": 10, "dividends": 3, "buckets": 3, "deliveries": 1, "energy": 1}


@pytest.mark.slow
def test_every_plan() -> None:
    """Solved to the end, audited, balanced, written and read: three examples with each extra."""
    plans: list[Plan | None] = []
    for extra in EXTRAS:

        @examples(3)
        @given(complete(extra=extra))
        def collect(data: dict[str, object]) -> None:
            plan = solved(data)
            plans.append(plan)
            if plan is not None:
                check_plan(plan)

        collect()
    found = [plan for plan in plans if plan is not None]
    assert len(plans) == 3 * len(EXTRAS)
    assert len(found) >= 0.8 * len(plans)
    levels = Counter(level["name"] for plan in found for level in plan.summary["levels"])
    assert levels["shareholder_value"] >= 10
    used = Counter(table for plan in found for table, rows in plan.decisions.items() if rows)
    assert {table: used[table] for table, least in USED_AT_LEAST.items() if used[table] < least} == {}
