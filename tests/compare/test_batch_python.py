"""Batches from Python data: what is refused, and how numbers are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from optimizer.comparison.point import Point, Result
from optimizer.comparison.points import mix_runs, sweep_runs
from optimizer.comparison.reading import batch_of
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads

from .batches import instances
from .examples import TWO_SOURCES


def python_mistakes(**parts: Any) -> list[tuple[str, str]]:
    """Code and path of each error of a batch from Python."""
    with pytest.raises(InstanceError) as error:
        batch_of(loads(TWO_SOURCES), **parts)
    return [(each.code, each.file) for each in error.value.diagnostics]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"loan": {"kind": "bulet"}}, "wrong-value", ".loan.kind"),
        ({"loan": {"rate_per_yer": 0.1}}, "unknown-key", ".loan.rate_per_yer"),
        ({"laon": None}, "unknown-item", ".laon"),
        ({"loan": {"rate_per_year": np.array([0.1, np.nan])}}, "not-finite", ".loan.rate_per_year.2"),
        ({"loan": {"rate_per_year": Decimal("0.1")}}, "not-plain-data", ".loan.rate_per_year"),
        ({"loan": {1.5: 2}}, "key", ".loan"),
        ({1, 2}, "not-plain-data", ""),
    ],
)
def test_python_data_is_refused_with_its_path(change: Any, code: str, path: str) -> None:
    for kind in ("mixes", "scenarios"):
        assert python_mistakes(**{kind: {"a": {"set": {"debt": change}}}}) == [(code, f"{kind}.a.set.debt{path}")]


def test_parts_of_python_data_are_refused_with_their_paths() -> None:
    axes = [{"debt_share": [0, 1]}, {"path": "debt.loan.rate_per_year", "values": [0.1, Decimal("0.2")]}]
    assert python_mistakes(sweeps={"s": {"axes": axes}}) == [("not-plain-data", "sweeps.s.axes.2.values.2")]
    assert python_mistakes(mixes=[{"a": {}}]) == [("wrong-value", "mixes")]
    assert python_mistakes(mixes={"a": {}}, options={"seed": -1}) == [("wrong-value", "options.seed")]


def test_numbers_of_numpy_are_read_as_what_they_hold() -> None:
    rates = np.array([0.1, 0.2])
    batch = batch_of(
        loads(TWO_SOURCES),
        mixes={"a": {"set": {"debt": {"loan": {"rate_per_year": rates, "tenor_periods": np.int64(2)}}}}},
        sweeps={"s": {"axes": [{"path": "debt.loan.rate_per_year", "values": rates}]}},
        options={"gap_share": np.float64(0.25), "seed": np.int32(3)},
    )
    loan = instances(batch)["a/base"].debt["loan"]
    assert (loan.rate_per_year.raw, loan.tenor_periods) == ((0.1, 0.2), 2)
    assert (batch.file.options.gap_share, batch.file.options.seed) == (0.25, 3)
    points = [each for each in sweep_runs(batch, "s") if isinstance(each, Point)]
    assert [each.instance.debt["loan"].rate_per_year.raw for each in points] == [0.1, 0.2]


def test_a_row_that_is_no_instance_says_where_in_python_data() -> None:
    small, floor = (
        {"equity": {"rounds": {"a": {key: amount}}}} for key, amount in (("max_musd", 20), ("min_musd", 50))
    )
    batch = batch_of(
        loads(TWO_SOURCES),
        mixes={"large": {}, "small": {"set": small}},
        scenarios={"base": {}, "floor": {"set": floor}},
    )
    (row,) = [each for each in mix_runs(batch) if isinstance(each, Result)]
    assert row.name == "mixes/small/floor"
    assert row.reason == "scenarios.floor.set.equity.rounds.a.min_musd: `min_musd` 50 is above `max_musd` 20"
