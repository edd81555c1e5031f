"""Expressions over time do, for each period, what arrays of T numbers do, in both algebras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.arrays import Vector
from optimizer.algebra.linear import quicksum
from optimizer.pyomo.algebra import PyomoModel
from optimizer.pyomo.standard_form import StandardForm
from optimizer.solving.compiled import Compiled
from tests.properties.solving import examples

T = 6
NUMBERS = st.sampled_from([-2.0, -0.5, 0.0, 1.0, 3.0])
ARRAYS = st.lists(NUMBERS, min_size=T, max_size=T).map(np.array)
WINDOWS = st.tuples(st.integers(1, T + 1), st.integers(1, T + 1)).map(lambda ends: range(min(ends), max(ends)))
BOTH = pytest.mark.parametrize("algebra", [ArrayModel, PyomoModel])


@dataclass(frozen=True)
class Pair:
    """A timeline, and what it is worth in each period where the variable of key k in period t is 10·k + t."""

    timeline: Any
    worth: Vector


def moved(values: Vector, periods: int) -> Vector:
    return np.concatenate([np.zeros(periods), values])[:T]


def combined(pairs: list[Pair], draw: Any) -> Pair:
    """Some steps of arithmetic, on timelines and on arrays."""
    one = draw(st.sampled_from(pairs))
    for _ in range(draw(st.integers(1, 6))):
        other, number, array = draw(st.sampled_from(pairs)), draw(NUMBERS), draw(ARRAYS)
        x, y = one.timeline, one.worth
        results = {
            "add": lambda x=x, y=y, o=other: (x + o.timeline, y + o.worth),
            "add an array": lambda x=x, y=y, a=array: (a + x, a + y),
            "subtract": lambda x=x, y=y, o=other: (x - o.timeline, y - o.worth),
            "subtract from a number": lambda x=x, y=y, n=number: (n - x, n - y),
            "negate": lambda x=x, y=y: (-x, -y),
            "scale": lambda x=x, y=y, n=number: (n * x, n * y),
            "scale each": lambda x=x, y=y, a=array: (a * x, a * y),
            "sum": lambda x=x, y=y, o=other, n=number: (quicksum([x, o.timeline, n, x]), y + o.worth + n + y),
        }
        how = draw(st.sampled_from([*results, "shift", "lag", "map"]))
        if how == "shift":
            k = draw(st.integers(0, T + 2))
            one = Pair(x.shift(k), moved(y, k))
        elif how == "lag":
            kernel = draw(st.lists(NUMBERS, max_size=T + 2))
            whole = [k * moved(y, lag) for lag, k in enumerate(kernel)]
            one = Pair(x.lagged(kernel), np.sum([np.zeros(T), *whole], axis=0))
        elif how == "map":
            weights = np.array(draw(st.lists(ARRAYS, min_size=T, max_size=T)))
            one = Pair(x.mapped(weights), weights @ y)
        else:
            one = Pair(*results[how]())
    return one


def worth(algebra: ArrayModel | PyomoModel, expressions: Sequence[Any]) -> list[float]:
    """Expressions where the variable of key k in period t is 10·k + t."""
    if isinstance(algebra, PyomoModel):
        for variable in algebra.model.component_data_objects(pyo.Var):
            variable.set_value(10.0 * variable.index()[0] + variable.index()[1])
        return [float(pyo.value(each)) for each in expressions]
    compiled = Compiled(algebra)
    keys = [name[2:-1].split(",") for name in compiled.names.columns]
    value = compiled.values(np.array([10.0 * int(k) + int(t) for k, t in keys]))
    return [value(each) for each in expressions]


@BOTH
@examples(50)
@given(data=st.data())
def test_one_period_of_several_schedules(algebra: type, data: st.DataObject) -> None:
    """``lagged_at`` is ``lagged`` in one period, kernel by kernel; a kernel may be longer than what there was."""
    kept = algebra()
    window = data.draw(WINDOWS)
    made = kept.timelines("x", {1: window}, T, 0.0, 99.0, integer=False)
    constant = data.draw(ARRAYS)
    y = np.array([10.0 + t if t in window else 0.0 for t in range(1, T + 1)])
    t = data.draw(st.integers(1, T))
    kernels = data.draw(st.lists(st.lists(NUMBERS, max_size=T + 2), max_size=3))
    for timeline, at in ((made[1], y), (made[1] + constant, y + constant)):
        found = timeline.lagged_at(kernels, t)
        wanted = [sum(k * at[t - 1 - lag] for lag, k in enumerate(kernel) if lag < t) for kernel in kernels]
        np.testing.assert_allclose(worth(kept, found), wanted, atol=1e-9)


@BOTH
@examples(150)
@given(data=st.data())
def test_timelines_do_what_arrays_do(algebra: type, data: st.DataObject) -> None:
    kept = algebra()
    windows = {k: data.draw(WINDOWS) for k in range(1, 4)}
    made = kept.timelines("x", windows, T, 0.0, 99.0, integer=False)
    pairs = [Pair(made[k], np.array([10.0 * k + t if t in windows[k] else 0.0 for t in range(1, T + 1)])) for k in made]
    given_expressions = {t: 2.0 * made[1][t] + 1.0 for t in windows[1]} | {1: 5.0}
    whole = kept.timeline(T, given_expressions)
    at = np.array([2.0 * pairs[0].worth[t - 1] + 1.0 if t in windows[1] else 0.0 for t in range(1, T + 1)])
    at[0] = 5.0
    found = combined([*pairs, Pair(whole, at)], data.draw)
    np.testing.assert_allclose(worth(kept, [found.timeline[t] for t in range(1, T + 1)]), found.worth, atol=1e-9)
    undecided = ~found.timeline.decided()
    assert all(isinstance(found.timeline[t + 1], (int, float)) for t in np.nonzero(undecided)[0].tolist())


@BOTH
def test_rows_of_timelines_stand_period_by_period(algebra: type) -> None:
    """x − y ≤ array and y ≥ 2 in periods 2 and 4, after a row of its own: the order of a loop over the periods."""
    kept = algebra()
    made = kept.timelines("x", {"a": range(1, 5), "b": range(2, 5)}, 4, 0.0, 9.0, integer=False)
    rows = kept.rows("rows")
    rows.add(made["a"][1] <= 7.0)
    limit = np.array([1.0, 2.0, 3.0, 4.0])
    rows.add_each(made["a"] - made["b"] + 0.5 <= limit, made["b"] >= 2.0, periods=[2, 4])
    rows.add_each(made["a"] == made["b"].shift(1), periods=[3])
    compiled = Compiled(kept) if isinstance(kept, ArrayModel) else StandardForm(kept.model)
    assert compiled.names.columns == ("x[a,1]", "x[a,2]", "x[a,3]", "x[a,4]", "x[b,2]", "x[b,3]", "x[b,4]")
    matrix = compiled.matrix
    expected = [
        [1, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, -1, 0, 0],
        [0, 0, 0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0, 0, -1],
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 1, 0, -1, 0, 0],
    ]
    np.testing.assert_array_equal(matrix.rows.toarray(), expected)
    np.testing.assert_array_equal(matrix.row_high, [7.0, 1.5, np.inf, 3.5, np.inf, 0.0])
    np.testing.assert_array_equal(matrix.row_low, [-np.inf, -np.inf, 2.0, -np.inf, 2.0, 0.0])


@BOTH
def test_bounds_by_period(algebra: type) -> None:
    kept = algebra()
    high = {"a": np.array([1.0, 2.0, 3.0]), "b": 5.0}
    kept.timelines("x", {"a": [1, 3], "b": [2]}, 3, {"a": -1.0, "b": np.array([0.0, 4.0, 0.0])}, high, integer=True)
    matrix = (Compiled(kept) if isinstance(kept, ArrayModel) else StandardForm(kept.model)).matrix
    np.testing.assert_array_equal(matrix.low, [-1.0, -1.0, 4.0])
    np.testing.assert_array_equal(matrix.high, [1.0, 3.0, 5.0])
    assert matrix.integer.all()


@BOTH
@pytest.mark.parametrize("period", [0, 4, -1])
def test_there_is_nothing_beyond_the_horizon(algebra: type, period: int) -> None:
    timeline = algebra().timelines("x", {"a": [1, 2, 3]}, 3, 0.0, 1.0, integer=False)["a"]
    with pytest.raises(IndexError, match=f"period {period} of 3"):
        timeline[period]


@BOTH
def test_time_does_not_run_backwards(algebra: type) -> None:
    timeline = algebra().timelines("x", {"a": [1, 2, 3]}, 3, 0.0, 1.0, integer=False)["a"]
    with pytest.raises(ValueError, match="-1"):
        timeline.shift(-1)
