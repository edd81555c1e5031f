"""Panels do, for each key and period, what arrays of keys × T numbers do, in both algebras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.algebra.array_model import ArrayModel
from optimizer.pyomo.algebra import PyomoModel
from optimizer.pyomo.standard_form import StandardForm
from optimizer.solving.compiled import Compiled
from tests.properties.solving import examples

from .test_time_expr import ARRAYS, NUMBERS, WINDOWS, T, moved, worth

KEYS = ("1", "2", "3")
BOTH = pytest.mark.parametrize("algebra", [ArrayModel, PyomoModel])
COLUMNS = st.lists(NUMBERS, min_size=3, max_size=3).map(lambda each: np.array(each)[:, None])


def changed(panel: Any, at: Any, others: tuple[Any, Any], draw: Any) -> tuple[Any, Any]:
    """A panel and its values after one step of arithmetic, drawn."""
    other, there = others
    number, array, column, k = draw(NUMBERS), draw(ARRAYS), draw(COLUMNS), draw(st.integers(0, T + 1))
    weights = np.array(draw(st.lists(ARRAYS, min_size=T, max_size=T)))
    steps = {
        "add": lambda: (panel + other, at + there),
        "subtract": lambda: (panel - other, at - there),
        "subtract from": lambda: (array - panel, array - at),
        "scale": lambda: (number * panel, number * at),
        "scale each period": lambda: (array * panel, array * at),
        "scale each key": lambda: (column * panel, column * at),
        "scale each": lambda: ((column * array) * panel, (column * array) * at),
        "add for each key": lambda: (panel + column, at + column),
        "shift": lambda: (panel.shift(k), np.array([moved(each, k) for each in at])),
        "map": lambda: (panel.mapped(weights), at @ weights.T),
    }
    return steps[draw(st.sampled_from(sorted(steps)))]()  # type: ignore[no-untyped-call]


@BOTH
@examples(100)
@given(data=st.data())
def test_panels_do_what_arrays_do(algebra: type, data: st.DataObject) -> None:
    """The variable of key k in period t is 10·k + t. One key may have another window, and one may not be there."""
    kept = algebra()
    usual, there = data.draw(WINDOWS), data.draw(st.sets(st.sampled_from(KEYS), min_size=1))
    windows = {int(k): data.draw(st.sampled_from([usual, usual, range(2, 4)])) for k in sorted(there)}
    made = kept.timelines("x", windows, T, 0.0, 99.0, integer=False)
    first = kept.panel(KEYS, {str(k): each for k, each in made.items()}, T)
    values = np.array(
        [[10.0 * int(k) + t if t in windows.get(int(k), ()) else 0.0 for t in range(1, T + 1)] for k in KEYS]
    )
    panel, at = first, values
    for _ in range(data.draw(st.integers(0, 4))):
        panel, at = changed(panel, at, (first, values), data.draw)
    chosen = data.draw(st.lists(st.sampled_from(KEYS), unique=True))
    sums = {None: at.sum(axis=0), tuple(chosen): at[[int(k) - 1 for k in chosen]].sum(axis=0)}
    for keys, total in sums.items():
        whole = panel.total(keys)
        np.testing.assert_allclose(worth(kept, [whole[t] for t in range(1, T + 1)]), total, atol=1e-6)
    decided = panel.decided()
    for (key, own), row, mine in zip(panel.items(), at, decided, strict=True):
        assert key in KEYS
        np.testing.assert_allclose(worth(kept, [own[t] for t in range(1, T + 1)]), row, atol=1e-6)
        assert all(isinstance(own[t + 1], (int, float)) for t in np.nonzero(~mine)[0].tolist())


@BOTH
def test_rows_of_a_panel_stand_key_by_key(algebra: type) -> None:
    """x[t] − x[t−1] ≤ 2 for a, 3 for b, where ``within`` says so: a in 2 and 3, b in 1 and 3."""
    kept = algebra()
    made = kept.timelines("x", {"a": range(1, 4), "b": range(1, 4)}, 3, 0.0, 9.0, integer=False)
    panel = kept.panel(("a", "b"), made, 3)
    rows = kept.rows("rows")
    within = np.array([[False, True, True], [True, False, True]])
    rows.add_all(panel - panel.shift(1) <= np.array([[2.0], [3.0]]), within, ["of a", "of b"])
    compiled = Compiled(kept) if isinstance(kept, ArrayModel) else StandardForm(kept.model)
    expected = [[-1, 1, 0, 0, 0, 0], [0, -1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, -1, 1]]
    np.testing.assert_array_equal(compiled.matrix.rows.toarray(), expected)
    np.testing.assert_array_equal(compiled.matrix.row_high, [2.0, 2.0, 3.0, 3.0])
    if isinstance(compiled, Compiled):
        of = {key: (periods.tolist(), numbers.tolist()) for key, periods, numbers in compiled.rows_of("rows")}
        assert of == {"of a": ([2, 3], [[0], [1]]), "of b": ([1, 3], [[2], [3]])}
