"""Roots of present values: exactly those that there are, by a way of finding them that is not the plan's."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.auditing.irr import positive_roots
from optimizer.plan.figures.irr import internal_rates


def rates(flows: Sequence[float]) -> list[float]:
    with localcontext() as context:
        context.prec = 34
        return sorted(float(1 / x - 1) for x in positive_roots([Decimal(repr(flow)) for flow in flows]))


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([], []),
        ([0.0, 0.0], []),
        ([-1.0, 0.0], []),
        ([-1.0, 2.0], [1.0]),
        ([-2.0, 1.0], [-0.5]),
        ([-1.0, 1.0], [0.0]),
        ([0.0, -1.0, 0.0, 1.21], [0.1]),
        ([-100.0, 230.0, -132.0], [0.1, 0.2]),
        ([-100.0, 220.0, -121.0], [0.1]),  # it touches, and does not cross
        ([-100.0, 219.0, -121.0], []),
        # (x − 1)(x − 1/2)(x − 2) = x³ − 3.5x² + 3.5x − 1
        ([-1.0, 3.5, -3.5, 1.0], [-0.5, 0.0, 1.0]),
        # (x − 1/4)(x − 1/2)(x − 3/4): a root in the middle of an interval
        ([-0.09375, 0.6875, -1.5, 1.0], [1 / 3, 1.0, 3.0]),
        ([-1.0, *[0.0] * 119, 1.1**120], [0.1]),
    ],
)
def test_roots(flows: list[float], expected: list[float]) -> None:
    assert rates(flows) == pytest.approx(expected, abs=1e-9)


flow = st.one_of(st.just(0.0), st.floats(0.01, 1000.0).map(lambda x: round(x, 6))).flatmap(
    lambda x: st.sampled_from([x, -x])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(flow, min_size=2, max_size=24))
def test_two_ways_find_the_same_rates(flows: list[float]) -> None:
    """But for two rates that are all but one, where the last digit decides what there is."""
    mine, theirs = rates(flows), list(internal_rates(flows))
    for one, other in ((mine, theirs), (theirs, mine)):
        for rate in one:
            near = any(abs(rate - each) <= 1e-6 * (1 + abs(rate)) for each in other)
            twin = sum(abs(rate - each) <= 1e-3 * (1 + abs(rate)) for each in one) > 1
            assert near or twin
