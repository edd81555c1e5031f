"""MPS files: what HiGHS and SCIP read back is the matrix to the last bit, and both find the known optimum."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyscipopt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer.instance.loader import load
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solver.mps import LONGEST_NAME, readable_names, write_mps
from optimizer.solving.export import Exported, ExportError, export
from tests.known_optimal.expected import ALL, FOLDER, Expected
from tests.properties.solving import examples

from .test_highs import knapsack
from .test_second import matrix_of, programmes

NAMES = (
    "adjusted-present-value",
    "capital-raised",
    "choice-of-loans",
    "cost-then-present-cost",
    "custom-chip",
    "dilution",
    "framework-minimum",
    "grid-by-cover",
    "infeasible-lots",
    "pik-grace",
    "short-term-financing-pik",
    "unbounded-scrap",
    "wacc-fixed-fee",
    "wacc-net-of-cash",
)


def infinite(values: Any) -> Any:
    """HiGHS's 1e30 and more as infinity."""
    array = np.array(values, dtype=float)
    return np.where(np.abs(array) >= 1e30, np.copysign(np.inf, array), array)


def by_highs(path: Path) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("threads", 1)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    return solver


def by_scip(path: Path) -> pyscipopt.Model:
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.setParam("numerics/feastol", 1e-9)
    model.optimize()
    return model


def assert_read_back(path: Path, matrix: Matrix, objective: Expression, maximise: bool) -> None:
    """What HiGHS reads is the matrix, every number to its last bit."""
    lp = by_highs(path).getLp()
    limited = np.isfinite(matrix.row_low) | np.isfinite(matrix.row_high)
    low, high = matrix.row_low[limited], matrix.row_high[limited]
    matrix = replace(matrix, rows=matrix.rows[limited], row_low=low, row_high=high)
    assert (lp.num_row_, lp.num_col_) == matrix.shape
    kind = sparse.csc_matrix if lp.a_matrix_.format_ == highspy.MatrixFormat.kColwise else sparse.csr_matrix
    parts = (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_))
    assert np.array_equal(kind(parts, shape=matrix.shape).toarray(), matrix.rows.toarray())
    for read, written in (
        (lp.col_lower_, matrix.low),
        (lp.col_upper_, matrix.high),
        (lp.row_lower_, matrix.row_low),
        (lp.row_upper_, matrix.row_high),
        (lp.col_cost_, objective.cost),
    ):
        assert np.array_equal(infinite(read), written)
    kinds = [kind == highspy.HighsVarType.kInteger for kind in lp.integrality_] or [False] * matrix.shape[1]
    assert np.array_equal(kinds, matrix.integer)
    assert lp.offset_ == objective.constant
    assert (lp.sense_ == highspy.ObjSense.kMaximize) == maximise


@pytest.mark.parametrize("expected", [each for each in ALL if each.name in NAMES], ids=lambda each: each.name)
def test_known_optima(expected: Expected, tmp_path: Path) -> None:
    """The optimum of a ratio N/D is the λ at which min N − λ·D is 0; that of a share s stands as −ln(1 − s).

    The least wacc is one of the plans with the least capital, which the file does not hold: others may be below it.
    """
    instance = load(expected.file)
    is_ratio = expected.objective == "wacc"
    found = export(instance, at_ratio=expected.value if is_ratio else None)
    assert found.maximise == (expected.sense == "maximise")
    path = tmp_path / "model.mps"
    found.write(path, instance.name)
    assert_read_back(path, found.matrix, found.objective, found.maximise)
    first, second = by_highs(path), by_scip(path)
    first.run()
    if expected.value is None:
        assert first.modelStatusToString(first.getModelStatus()).lower() == expected.status
        assert second.getStatus() == expected.status
        return
    optimum = expected.value
    if is_ratio:
        optimum = min(0.0, second.getObjVal())
    elif expected.objective == "dilution":
        optimum = -math.log1p(-expected.value)
    assert first.getInfo().objective_function_value == pytest.approx(optimum, rel=1e-6, abs=1e-6)
    assert second.getObjVal() == pytest.approx(optimum, rel=1e-6, abs=1e-6)


def test_every_name_above_is_one_of_an_instance() -> None:
    assert set(NAMES) <= {each.name for each in ALL}


@given(programme=programmes(), maximise=st.booleans())
@examples(40)
def test_any_matrix_is_read_back(
    programme: tuple[Matrix, Expression], maximise: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    matrix, objective = programme
    path = tmp_path_factory.getbasetemp() / "any.mps"
    write_mps(path, matrix, objective, Names((), ()), maximise=maximise)
    crossed = (matrix.row_low > matrix.row_high).any() or (matrix.low > matrix.high).any()
    if not crossed:
        assert_read_back(path, matrix, objective, maximise)


def test_bounds_that_readers_guess_at(tmp_path: Path) -> None:
    """Whole numbers without a limit, up to 1e15, below 0, from a fraction; free, fixed and one-sided columns."""
    infinity = math.inf
    limits = [
        (0.0, infinity),
        (-1e15, 1e15),
        (-7.0, -2.0),
        (-infinity, 3.0),
        (0.5, 2.5),
        (0.0, 1.0),
        (-infinity, infinity),
    ]
    limits += [(0.0, 0.0), (-infinity, -4.0), (0.1, 0.3), (-0.1, infinity), (0.0, 1.0)]
    integer = [True] * 7 + [False] * 5
    matrix = matrix_of([[1.0 / 3.0] * 12, [0.0] * 12], [(0.1, 0.7), (-infinity, infinity)], limits, integer)
    objective = Expression(np.arange(12) / 7.0, -0.1)
    write_mps(tmp_path / "model.mps", matrix, objective, Names((), ()))
    lp = by_highs(tmp_path / "model.mps").getLp()
    assert np.array_equal(infinite(lp.col_lower_), matrix.low)
    assert np.array_equal(infinite(lp.col_upper_), matrix.high)
    assert np.array_equal([kind == highspy.HighsVarType.kInteger for kind in lp.integrality_], integer)
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(tmp_path / "model.mps"))
    columns = sorted(model.getVars(), key=lambda variable: int(variable.name.rpartition("_")[2]))
    kinds = {"BINARY", "INTEGER"}
    read = [(v.getLbOriginal(), v.getUbOriginal(), v.vtype() in kinds) for v in columns]
    assert [(low <= -1e20, high >= 1e20) for low, high, _ in read] == [
        (a == -infinity, b == infinity) for a, b in limits
    ]
    for (low, high, whole), (a, b), c in zip(read, limits, integer, strict=True):
        assert whole == c
        assert math.isinf(a) or low == a
        assert math.isinf(b) or high == b


def test_both_readers_take_the_maximum_and_the_constant(tmp_path: Path) -> None:
    """The knapsack, best 42, less 40."""
    matrix, objective = knapsack()
    path = tmp_path / "model.mps"
    write_mps(path, matrix, Expression(objective.cost, -40.0), Names((), ()), maximise=True)
    solver = by_highs(path)
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(2.0)
    assert by_scip(path).getObjVal() == pytest.approx(2.0)


@given(st.lists(st.text(max_size=300), max_size=12))
@examples(80)
def test_names_are_one_word_and_each_there_once(names: list[str]) -> None:
    found = readable_names(names, "row", taken=["cost"])
    assert len(found) == len(names)
    assert len({*found, "cost"}) == len(names) + 1
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.,()\[\]+~-]*", name) and len(name) <= LONGEST_NAME for name in found)


def test_names_stay_readable() -> None:
    asked = [
        "units_bought[b200,texas,2027]",
        "'debt.loan'[5]",
        "a b",
        "a\tb",
        "$money",
        "1st",
        "cost",
        "x" * 400,
        "x" * 400,
    ]
    found = readable_names(asked, "row", taken=["cost"])
    assert found[:7] == [
        "units_bought[b200,texas,2027]",
        "debt.loan[5]",
        "a_b",
        "a_b~2",
        "row__money",
        "row_1st",
        "cost~2",
    ]
    assert found[7:] == ["x" * 255, "x" * 253 + "~2"]


@pytest.mark.parametrize(
    "limits", [(0.1, 1.1), (-1e-9 / 3.0, 1e9 / 7.0), (1.0, math.nextafter(1.0, 2.0)), (-1e-300, 3.3)]
)
def test_two_limits_are_read_back(limits: tuple[float, float], tmp_path: Path) -> None:
    matrix, objective = matrix_of([[1.0]], [limits], [(0.0, 1.0)], [False]), Expression(np.ones(1), 0.0)
    write_mps(tmp_path / "model.mps", matrix, objective, Names((), ()))
    assert_read_back(tmp_path / "model.mps", matrix, objective, False)


def test_two_limits_further_apart_than_any_double_are_refused(tmp_path: Path) -> None:
    matrix = matrix_of([[1.0]], [(-1.7e308, 1.7e308)], [(0.0, 1.0)], [False])
    with pytest.raises(ValueError, match="cannot be written as one limit and a span"):
        write_mps(tmp_path / "model.mps", matrix, Expression(np.ones(1), 0.0), Names((), ()))
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    matrix, objective = knapsack()
    path = tmp_path / "model.mps"
    path.write_text("before", encoding="utf-8")
    broken = Expression(objective.cost[:2], 0.0)  # fails in the middle of the columns
    with pytest.raises(ValueError, match="zip"):
        write_mps(path, matrix, broken, Names((), ()))
    assert path.read_text(encoding="utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["model.mps"]


# ── of an instance ────────────────────────────────────────────────────────────────────────────────────────────────


def exported(name: str, **options: Any) -> Exported:
    return export(load(FOLDER / f"{name}.yaml"), **options)


def test_the_head_of_the_file_says_what_it_is(tmp_path: Path) -> None:
    instance = load(FOLDER / "dilution.yaml")
    path = tmp_path / "model.mps"
    export(instance).write(path, instance.name)
    lines = path.read_text(encoding="ascii").splitlines()
    head = [line for line in lines if line.startswith("*")]
    assert lines[: len(head)] == head
    assert head[:2] == ["* instance: dilution", f"* hash: {instance.hash}"]
    assert "dilution = 1 - exp(-value)" in head[2]
    assert lines[len(head)] == "NAME dilution"


def test_a_ratio_wants_a_number() -> None:
    with pytest.raises(ExportError, match="--at-ratio"):
        exported("wacc-fixed-fee")
    with pytest.raises(ExportError, match="cost_of_capital is no ratio"):
        exported("choice-of-loans", objective="cost_of_capital", at_ratio=0.1)
    found = exported("wacc-fixed-fee", at_ratio=0.1)
    assert found.names.rows[-1] == "positive_denominator"
    assert len(found.names.rows) == found.matrix.shape[0]


def test_another_objective_than_the_first() -> None:
    found = exported("cost-then-present-cost", objective="terminal_cash")
    assert found.maximise
    assert found.to_dict()["sense"] == "maximise"
    assert any("Not a level" in comment for comment in found.comments)
