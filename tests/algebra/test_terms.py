"""Terms of rows come into order, however they came, and what is said of a column twice is added up as it came."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.arrays import LARGE, untouched
from optimizer.algebra.linear import quicksum
from optimizer.algebra.terms import added_up, by_row, in_order, summed, summed_by_row
from optimizer.algebra.time_expr import ArrayTimeExpr
from optimizer.contract.lines import REVENUE
from optimizer.model.ledger import Ledger, Line
from optimizer.solving.compiled import Compiled
from tests.properties.solving import examples

COUNT, WIDTH = 4, 5
TERMS = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, WIDTH - 1), st.integers(-3, 3)), max_size=30)


def arrays(terms: list[tuple[int, int, int]]) -> tuple[Any, Any, Any]:
    """Rows, columns and coefficients."""
    rows, columns, values = (list(each) for each in zip(*terms, strict=True)) if terms else ([], [], [])
    return np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32), np.array(values, dtype=float)


def dense(rows: Any, columns: Any, values: Any) -> Any:
    """The same as a table."""
    table = np.zeros((COUNT, WIDTH))
    np.add.at(table, (rows, columns), values)
    return table


def as_table(lengths: Any, columns: Any, values: Any) -> Any:
    """Rows whose columns have to rise, without zeros, as a table."""
    table = np.zeros((COUNT, WIDTH))
    ends = np.cumsum(lengths)
    for row, (first, last) in enumerate(zip(ends - lengths, ends, strict=True)):
        assert (np.diff(columns[first:last]) > 0).all()
        table[row, columns[first:last]] = values[first:last]
    assert values.all()
    return table


@examples(100)
@given(terms=TERMS)
def test_terms_in_any_order_are_rows(terms: list[tuple[int, int, int]]) -> None:
    given_terms = arrays(terms)
    wanted = dense(*given_terms)
    starts, columns, values = in_order(COUNT, *given_terms)
    np.testing.assert_array_equal(as_table(np.diff(starts), columns, values), wanted)
    starts, columns, values = by_row(COUNT, *given_terms)
    listed = [list(zip(columns[a:b].tolist(), values[a:b].tolist(), strict=True)) for a, b in pairwise(starts)]
    assert listed == [[(c, v) for r, c, v in terms if r == row] for row in range(COUNT)]


@pytest.mark.parametrize(("long", "few"), [(1000, 64), (-1, 64), (-1, 1)])
@examples(50)
@given(terms=TERMS)
def test_long_rows_and_short_ones_are_added_up_alike(long: int, few: int, terms: list[tuple[int, int, int]]) -> None:
    """By SciPy, by merging, and by either as the runs are few or many; whole numbers, so that sums are exact."""
    given_terms = arrays(terms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.algebra.terms.LONG", long)
        patch.setattr("optimizer.algebra.terms.FEW", few)
        found = summed_by_row(*by_row(COUNT, *given_terms))
    np.testing.assert_array_equal(as_table(*found), dense(*given_terms))


def test_sums_are_in_the_order_of_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """(0.1 + 0.2) + 0.3 is 0.6000000000000001 and (0.3 + 0.2) + 0.1 is 0.6; 0.1 + 0.2 − 0.3 is nothing."""
    monkeypatch.setattr("optimizer.algebra.terms.LONG", -1)
    rows = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2], dtype=np.int32)
    columns = np.array([2, 1, 2, 2, 1, 1, 1, 0, 0, 0], dtype=np.int32)
    values = np.array([0.1, 7.0, 0.2, 0.3, 0.3, 0.2, 0.1, 0.1, 0.2, -0.3])
    wanted = ([2, 1, 0], [1, 2, 1], [7.0, 0.6000000000000001, 0.6])
    starts, found, sums = in_order(3, rows, columns, values)
    assert (np.diff(starts).tolist(), found.tolist(), sums.tolist()) == wanted
    assert tuple(each.tolist() for each in summed_by_row(*by_row(3, rows, columns, values))) == wanted
    assert [each.tolist() for each in summed(columns[:4], values[:4])] == [[1, 2], [7.0, 0.6000000000000001]]


def test_rows_in_order_stay_as_they_are() -> None:
    starts, columns, values = np.array([0, 2, 2, 4]), np.array([0, 3, 1, 2]), np.array([1.0, 2.0, 0.0, 4.0])
    for found in (added_up(starts, columns, values), summed_by_row(starts, columns, values)):
        assert [each.tolist() for each in found] == [[2, 0, 1], [0, 3, 2], [1.0, 2.0, 4.0]]


@pytest.mark.parametrize("size", [0, 3, LARGE // 8, LARGE])
def test_memory_to_be_written(size: int) -> None:
    found = untouched(size, np.float64)
    found[:] = 2.0
    assert (found.size, found.dtype, found.sum()) == (size, np.float64, 2.0 * size)


@pytest.mark.parametrize("most", [1, 1 << 16])
def test_large_sums_are_those_of_their_parts(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Σ of a factor for each of x[k] and y over t, y's columns falling, once with parts that lie apart and once not::

    2·x[1] − x[2] + 3·x[2] − y + 2,   and the same without y
    """
    monkeypatch.setattr("optimizer.algebra.time_expr.SHEET", most)
    algebra = ArrayModel()
    x = algebra.timelines("x", {k: range(1, 4) for k in (1, 2)}, 3, 0.0, 9.0, integer=False)
    each = algebra.variables("y", [1, 2, 3], 0.0, 9.0, integer=False)
    y = algebra.timeline(3, {t: each[4 - t] for t in (1, 2, 3)})
    weighted = [(2.0, x[1]), (-1.0, x[2]), (3.0, x[2] + 2.0 / 3.0), (-1.0, y)]
    at = Compiled(algebra).values(np.arange(1.0, 10.0))  # x[1] is 1, 2, 3, x[2] is 4, 5, 6, y is 9, 8, 7
    for parts, wanted in ((weighted, [3.0, 8.0, 13.0]), (weighted[:3], [12.0, 16.0, 20.0])):
        total = ArrayTimeExpr.weighted(parts)
        assert total.decided().all()
        assert [at(total[t]) for t in (1, 2, 3)] == wanted
        twice = total + total.shift(1)
        assert [at(twice[t]) for t in (1, 2, 3)] == [wanted[0], wanted[0] + wanted[1], wanted[1] + wanted[2]]


@pytest.mark.parametrize("most", [1, 100_000])
def test_a_family_may_have_rows_of_all_kinds(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """x[1] + x[2] ≤ 1, then x[t] ≥ t for t = 2, 3, then Σ_t x[t] = 6 and a row that holds without columns."""
    monkeypatch.setattr("optimizer.solving.compiled.PIECE", most)
    monkeypatch.setattr("optimizer.algebra.time_expr.SHORT", 0)
    algebra = ArrayModel()
    x = algebra.timelines("x", {1: range(1, 4)}, 3, 0.0, 9.0, integer=False)[1]
    rows = algebra.rows("rows")
    rows.add(x[1] + x[2] <= 1.0)
    rows.add_each(x >= np.array([1.0, 2.0, 3.0]), periods=[2, 3])
    rows.add(quicksum(x[t] for t in (1, 2, 3)) == 6.0)
    rows.add(True)
    matrix = Compiled(algebra).matrix
    np.testing.assert_array_equal(matrix.rows.toarray(), [[1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(matrix.row_low, [-np.inf, 2.0, 3.0, 6.0])


def test_equal_sums_over_the_ledger_are_one() -> None:
    """Two lines over time x and y, x from the beginning, y posted later::

    what came in: x, then x + y;     what is revenue: the same;     what went out: −x, then −x − y
    """
    algebra = ArrayModel()
    timelines = algebra.timelines("t", {k: range(1, 3) for k in "xy"}, 2, 0.0, 9.0, integer=False)
    at = Compiled(algebra).values(np.array([1.0, 2.0, 10.0, 20.0]))
    ledger = Ledger()

    def sums() -> list[float]:
        came, went = ledger.weighted("came", _one, 2), ledger.weighted("went", lambda line: -1.0, 2)
        return [at(came), at(went), at(ledger.total("revenue", 2))]

    ledger.post_each(REVENUE.of("m"), timelines["x"])
    assert sums() == [2.0, -2.0, 2.0]
    ledger.post_each(REVENUE.of("n"), timelines["y"])
    assert sums() == [22.0, -22.0, 22.0]


def _one(line: Line) -> float:
    return float(line.cash)
