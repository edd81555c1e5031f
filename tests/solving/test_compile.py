"""The matrix that is solved is the model that is documented: both algebras hold the same rows and columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.model.build import build
from optimizer.model.ledger import Ledger
from optimizer.pyomo.algebra import PyomoModel
from optimizer.pyomo.standard_form import StandardForm
from optimizer.solver.matrix import Expression, Matrix, Names, Vector
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError
from tests.properties.instrument_strategies import EXTRAS
from tests.properties.solving import Data, examples
from tests.properties.wide_strategies import wide
from tests.solver.matrices import NamedMatrix, differences, same_expression, same_matrix

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
KNOWN = sorted(path for path in INSTANCES.glob("known-optimal/*.yaml") if not path.name.endswith(".expected.yaml"))
SHIPPED = [INSTANCES / f"{name}.yaml" for name in ("templates/minimal", "google-92b", "anthropic-50b", "min-wacc")]


def assert_one_model(instance: Instance) -> None:
    """The arrays that are solved are Pyomo's reading of the same blocks: rows, columns, objectives and ledger lines."""
    plain = PyomoModel()
    documented = build(instance, plain)
    try:
        built, compiled = compile_instance(instance)
    except TriviallyInfeasibleError:
        with pytest.raises(TriviallyInfeasibleError):
            StandardForm(plain.model)
        return
    other = StandardForm(plain.model)
    same_matrix(compiled, other)
    assert list(built.objectives) == list(documented.objectives)
    pairs = [
        (objective.expression, documented.objectives[name].expression) for name, objective in built.objectives.items()
    ]
    pairs += [
        (objective.denominator, documented.objectives[name].denominator)
        for name, objective in built.objectives.items()
        if objective.denominator is not None
    ]
    for one, two in pairs:
        same_expression(compiled, compiled.expression(one), other, other.expression(two))
    lines, others = posted(built.model.ledger, compiled), posted(documented.model.ledger, other)
    assert [where for where, _ in lines] == [where for where, _ in others]
    for (_, first), (_, second) in zip(lines, others, strict=True):
        same_expression(compiled, first, other, second)


def posted(ledger: Ledger, compiled: Compiled | StandardForm) -> list[tuple[tuple[str, int], Expression]]:
    """The lines of a ledger that move anything: name and period, and the amount."""
    lines = [each for line in ledger.lines for each in line.by_period()]
    amounts = [((line.name, line.period), compiled.expression(line.amount)) for line in lines]
    return [(where, amount) for where, amount in amounts if amount.cost.any() or amount.constant]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in KNOWN]
    + [pytest.param(path, id=path.stem, marks=pytest.mark.slow) for path in SHIPPED],
)
def test_one_model(path: Path) -> None:
    assert_one_model(load(path))


@examples(25)
@given(st.sampled_from(sorted(EXTRAS)).flatmap(wide))
def test_one_model_of_any_instance(data: Data) -> None:
    assert_one_model(Instance.model_validate(data))


# ── the comparison itself ─────────────────────────────────────────────────────────────────────────────────────────


def small() -> NamedMatrix:
    """x + 3y ≤ 3, x − 2n = 1, 1 ≤ y + n ≤ 8 and x + y ≥ 0, with 0 ≤ x ≤ 5, y ≤ 4 and n from 0 to 9, whole."""
    matrix = Matrix(
        rows=sparse.csr_matrix(np.array([[1.0, 3.0, 0.0], [1.0, 0.0, -2.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]])),
        row_low=np.array([-np.inf, 1.0, 1.0, 0.0]),
        row_high=np.array([3.0, 1.0, 8.0, np.inf]),
        low=np.array([0.0, -np.inf, 0.0]),
        high=np.array([5.0, 4.0, 9.0]),
        integer=np.array([False, False, True]),
    )
    return NamedMatrix(matrix, Names(("rows[1]", "rows[2]", "rows[3]", "rows[4]"), ("x", "y", "n")))


def changed(named: NamedMatrix, **changes: Any) -> NamedMatrix:
    return NamedMatrix(replace(named.matrix, **changes), named.names)


def with_value(vector: Vector, place: int, value: float) -> Vector:
    other = vector.copy()
    other[place] = value
    return other


def mirrored(named: NamedMatrix) -> NamedMatrix:
    """Rows and columns from last to first, each row times −1."""
    matrix = named.matrix
    return NamedMatrix(
        Matrix(
            rows=sparse.csr_matrix(-matrix.rows[::-1][:, ::-1]),
            row_low=-matrix.row_high[::-1],
            row_high=-matrix.row_low[::-1],
            low=matrix.low[::-1],
            high=matrix.high[::-1],
            integer=matrix.integer[::-1],
        ),
        Names(named.names.rows[::-1], named.names.columns[::-1]),
    )


def test_order_sign_and_the_halves_of_a_range_are_free() -> None:
    """A standard form splits a range into two rows of one name, y + n ≥ 1 and −y − n ≥ −8; here it is one row."""
    named = small()
    matrix = named.matrix
    split = NamedMatrix(
        replace(
            matrix,
            rows=sparse.vstack([matrix.rows, -matrix.rows[2]], format="csr"),
            row_low=np.append(matrix.row_low, -8.0),
            row_high=np.append(with_value(matrix.row_high, 2, np.inf), np.inf),
        ),
        Names((*named.names.rows, "rows[3]"), named.names.columns),
    )
    same_matrix(named, split)
    same_matrix(mirrored(split), named)
    assert differences(named, changed(split, row_low=np.append(matrix.row_low, -7.0)))


def test_rounding_is_free() -> None:
    """Constants that were summed in another order, a factor that was, and what is left of terms that cancel."""
    named = small()
    rows = named.matrix.rows.toarray() * (1.0 + 2e-16)
    rows[0, 2] = 1e-16
    same_matrix(named, changed(named, rows=sparse.csr_matrix(rows), row_high=named.matrix.row_high + 4e-16))


COEFFICIENT = sparse.csr_matrix(([1e-3], ([2], [1])), shape=(4, 3))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (changed(small(), low=with_value(small().matrix.low, 0, -1.0)), "column x, low: 0.0 and -1.0"),
        (changed(small(), low=with_value(small().matrix.low, 1, 0.0)), "column y, low: -inf and 0.0"),
        (changed(small(), high=with_value(small().matrix.high, 2, 9.00001)), "column n, high: 9.0 and 9.00001"),
        (changed(small(), integer=np.zeros(3, dtype=bool)), "column n: integer and continuous"),
        (changed(small(), row_high=with_value(small().matrix.row_high, 0, 3.5)), "row rows[1], high: 3.0 and 3.5"),
        (changed(small(), row_low=with_value(small().matrix.row_low, 3, 0.1)), "row rows[4], low: 0.0 and 0.1"),
        (
            changed(small(), rows=small().matrix.rows + COEFFICIENT),
            "row rows[3], coefficient of y: 1.0 and 1.001",
        ),
        (
            changed(small(), rows=small().matrix.rows + COEFFICIENT[[2, 3, 0, 1]]),
            "row rows[1], coefficient of y: 3.0 and 3.001",
        ),
        (
            NamedMatrix(small().matrix, Names(small().names.rows, ("x", "y", "k"))),
            "column n: there and missing",
        ),
        (
            NamedMatrix(small().matrix, Names(("a", *small().names.rows[1:]), small().names.columns)),
            "row rows[1]: there and missing",
        ),
        (
            NamedMatrix(small().matrix, Names(small().names.rows, ("x", "x", "n"))),
            "column x: there and there 2 times",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_differs_is_named(other: NamedMatrix, message: str) -> None:
    """The first place that differs stands in the message, also where order and signs differ."""
    assert str(differences(small(), other)[0]) == message
    with pytest.raises(AssertionError) as failure:
        same_matrix(small(), mirrored(other))
    assert message in str(failure.value)


def test_a_row_that_is_turned_but_not_its_limits_is_another() -> None:
    """−x − y ≥ 0 is not x + y ≥ 0."""
    named = small()
    turned = sparse.csr_matrix(sparse.diags([1.0, 1.0, 1.0, -1.0]) @ named.matrix.rows)
    found = [str(each) for each in differences(named, changed(named, rows=turned))]
    assert found == ["row rows[4], low: 0.0 and -inf", "row rows[4], high: inf and 0.0"]


def test_expressions_are_compared_by_name() -> None:
    named, other = small(), mirrored(small())
    first, second = Expression(np.array([1.0, 2.0, 3.0]), 5.0), Expression(np.array([3.0, 2.0, 1.0]), 5.0)
    same_expression(named, first, other, second)
    with pytest.raises(AssertionError, match=r"cost of x: 1\.0 and 3\.0"):
        same_expression(named, first, other, first)
    with pytest.raises(AssertionError, match=r"constant: 5\.0 and 5\.1"):
        same_expression(named, first, other, replace(second, constant=5.1))


def test_matrices_without_rows_or_columns() -> None:
    nothing = np.zeros(0)
    empty = NamedMatrix(
        Matrix(sparse.csr_matrix((0, 0)), nothing, nothing, nothing, nothing, nothing.astype(bool)), Names((), ())
    )
    same_matrix(empty, empty)
    assert [str(each) for each in differences(empty, small())][:1] == ["column x: missing and there"]
