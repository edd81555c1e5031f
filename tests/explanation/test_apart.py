"""Sums mean the same in rows of a plan and in columns of a matrix, and distances the same in numbers and in rows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

import optimizer
from optimizer.explanation.alternatives.apart import Apart
from optimizer.explanation.alternatives.distance import Feature, by_part, distance, terms_of
from optimizer.explanation.alternatives.sums import Sum, sums_of, values_in_rows
from optimizer.instance.reference import ROOT
from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solving.compile import compile_instance
from optimizer.solving.run import search

NO_LIMIT = Limits(0.0, 60.0, 1, 0)
MOST = (3.0, 3.0, 40.0)
"""Of two starts of a phase of 10 MW, and of a loan."""


def matrix() -> Matrix:
    return Matrix(
        rows=sparse.csr_matrix((0, 3)),
        row_low=np.array([]),
        row_high=np.array([]),
        low=np.zeros(3),
        high=np.array(MOST),
        integer=np.array([True, True, False]),
    )


SUMS = [
    Sum(kind, table, ((column, name),), unit, whole, Expression(np.eye(3)[i], 0.0))  # type: ignore[arg-type]
    for i, (kind, table, column, name, unit, whole) in enumerate(
        [
            ("start", "phase_starts", "period", "2026", "count", True),
            ("start", "phase_starts", "period", "2027", "count", True),
            ("debt", "debt_draws", "instrument", "loan", "musd", False),
        ]
    )
]
BY_2026, BY_2027, LOAN = ((0, 10.0),), ((0, 10.0), (1, 10.0)), ((2, 1.0),)
FEATURES = [
    Feature("where", BY_2027, BY_2027),
    Feature("when", BY_2026, BY_2027),
    Feature("when", BY_2027, BY_2027),
    Feature("money", LOAN, LOAN),
]


def test_the_distance_of_two_plans_by_hand() -> None:
    """Two phases in 2026, one in 2027 and a loan of 30; of the other, one and four, and 40.

    Where: 50 MW are no less than 30. When: of 20 and 30 by the ends of the two years 10 come late, of 2·30. Money: 40
    are no less than 30. With 3 in 2026, 10 come early, and none in 2027; without a loan all of it is missing.
    """
    terms = terms_of(FEATURES, [2.0, 1.0, 30.0])
    assert by_part(terms, [1.0, 4.0, 40.0]) == pytest.approx({"where": 0.0, "when": 10 / 60, "money": 0.0})
    assert by_part(terms, [3.0, 0.0, 0.0]) == pytest.approx({"where": 0.0, "when": 10 / 60, "money": 1.0})
    assert by_part(terms, [0.0, 0.0, 15.0]) == pytest.approx({"where": 1.0, "when": 50 / 60, "money": 0.5})
    assert distance(terms, [0.0, 0.0, 15.0]) == pytest.approx((1.0 + 50 / 60 + 0.5) / 3.0)


@pytest.mark.parametrize("base", [(2.0, 1.0, 30.0), (0.0, 2.0, 40.0), (3.0, 0.0, 10.0), (0.0, 0.0, 5.0)])
def test_the_rows_allow_a_plan_its_distance_and_no_more(base: tuple[float, ...]) -> None:
    """With the plan held, the greatest that the column can be is what the formula says, of one plan and of two."""
    second = (1.0, 1.0, 20.0)
    apart = Apart(matrix(), SUMS, [terms_of(FEATURES, base), terms_of(FEATURES, second)], MOST)
    extension = apart.extension()
    whole = Matrix(
        extension.rows, extension.row_low, extension.row_high, extension.low, extension.high, extension.integer
    )
    for plan in product((0.0, 1.0, 3.0), (0.0, 2.0), (0.0, 10.0, 25.0, 40.0)):
        low, high = whole.low.copy(), whole.high.copy()
        low[:3] = high[:3] = plan
        held = Matrix(whole.rows, whole.row_low, whole.row_high, low, high, whole.integer)
        found = minimise(held, apart.goal(), NO_LIMIT, maximise=True)
        wanted = min(distance(terms, plan) for terms in apart.terms)
        assert found.value == pytest.approx(wanted, abs=1e-7), plan
        start = apart.start(np.array(plan))
        assert start[3] == pytest.approx(wanted)
        assert (held.rows @ start <= held.row_high + 1e-9).all()
        assert ((start >= low) & (start <= high)).all()


@pytest.mark.parametrize(
    "name",
    [
        "choice-of-loans",
        "colocation",
        "counted-phases",
        "custom-chip",
        "energy-contracts",
        "loan-choice",
        "crt-technologies",
    ],
)
def test_sums_of_the_rows_of_a_plan_are_those_of_its_columns(name: str) -> None:
    instance = optimizer.load(ROOT / "instances" / "known-optimal" / f"{name}.yaml")
    values: list[Vector] = []
    own = instance.solve
    limits = Limits(own.gap_share, own.time_limit_s, own.threads, own.seed)
    plan = search(instance, limits, told=values.append)
    sums = sums_of(instance, *compile_instance(instance))
    rows = values_in_rows(sums, instance, plan.decisions)
    assert rows == pytest.approx([each.expression.value(values[0]) for each in sums], abs=1e-6)
    assert any(rows)
