"""Ways from an instance, or from finished arrays, into HiGHS: nothing is solved.

Every function runs in a process of its own (see fresh.py) and returns seconds; what it needs is imported before its
clock starts, and the garbage collector rests in all of them.
"""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.arrays import Arrays, Vector, arrays_of, loaded
from benchmarks.fresh import peak_mb
from benchmarks.solvers import passed

Row = dict[str, Any]


def ours(instance: str, objective: str, keep: str | None = None) -> Row:
    """Build the model of an instance file, compile it to arrays, pass them; ``keep`` is where the arrays are left."""
    built, build_s = _built(instance)
    from optimizer.solving.compiled import Compiled

    begun = now()
    compiled = Compiled(built.model.algebra)
    arrays = arrays_of(compiled.matrix, compiled.expression(built.objectives[objective].expression))
    solver = passed(arrays)
    row = _row(begun, solver, build_s)
    row["peak_mb"] = peak_mb()
    if keep is not None:
        arrays.save(keep)
    return row


def raw(arrays: str) -> Row:
    """The matrix is there in compressed rows: pass it."""
    own = _ready(arrays)
    begun = now()
    return _row(begun, passed(own))


def assembled(arrays: str) -> Row:
    """The nonzeros are there in any order as (row, column, value): compress them, then pass them."""
    own = _ready(arrays)
    rows, columns, data = scattered(own)
    begun = now()
    return _row(begun, passed(compressed(own, rows, columns, data)))


def linopy(arrays: str) -> Row:
    """The same columns and rows as variables and constraints of linopy, then its ``to_highspy``."""
    import linopy  # noqa: F401

    own = _ready(arrays)
    families = families_of(own)
    begun = now()
    return _row(begun, in_linopy(own, families).to_highspy(set_names=False))


def appsi(instance: str, objective: str) -> Row:
    """Pyomo's ``appsi_highs``."""
    from pyomo.contrib.appsi.solvers import Highs

    model, build_s = _pyomo(instance, objective)
    begun = now()
    solver = Highs()
    solver.set_instance(model)
    return _row(begun, solver._solver_model, build_s)


def contrib(instance: str, objective: str) -> Row:
    """Pyomo's new ``contrib.solver`` interface to HiGHS."""
    from pyomo.contrib.solver.solvers.highs import Highs

    model, build_s = _pyomo(instance, objective)
    begun = now()
    solver = Highs()
    solver.set_instance(model)
    return _row(begun, solver._solver_model, build_s)


def lp_file(instance: str, objective: str) -> Row:
    """Pyomo writes an LP file and HiGHS reads it."""
    import highspy

    model, build_s = _pyomo(instance, objective)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.lp")
        begun = now()
        model.write(path)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.readModel(path)
        return _row(begun, solver, build_s)


# ── what the routes share ─────────────────────────────────────────────────────────────────────────────────────────


def scattered(own: Arrays) -> tuple[Vector, Vector, Vector]:
    """Row, column and value of the nonzeros in an order that is nobody's."""
    order = np.random.default_rng(0).permutation(own.data.size)
    rows = np.repeat(np.arange(own.shape[0], dtype=np.int32), np.diff(own.starts))
    return rows[order], own.columns[order], own.data[order]


def compressed(own: Arrays, rows: Vector, columns: Vector, data: Vector) -> Arrays:
    """The arrays with their matrix assembled again by SciPy."""
    from dataclasses import replace

    from scipy import sparse

    matrix = sparse.csr_matrix((data, (rows, columns)), shape=own.shape)
    matrix.sort_indices()
    return replace(own, starts=matrix.indptr, columns=matrix.indices, data=matrix.data)


def families_of(own: Arrays) -> list[tuple[str, Vector, Vector, Vector, Vector]]:
    """Rows of one kind and about one length, as linopy wants them: sense, their numbers, columns, coefficients, limits.

    Columns and coefficients are rectangles. Lengths are rounded up to a power of two and filled with what linopy takes
    for nothing (column −1), since many small families cost it more than the filling. A row with two limits is two rows.
    """
    length, found = np.diff(own.starts), []
    width = 2 ** np.ceil(np.log2(np.maximum(length, 1))).astype(int)
    equal = own.row_low == own.row_high
    kinds = {
        "=": (equal, own.row_low),
        "<=": (~equal & np.isfinite(own.row_high), own.row_high),
        ">=": (~equal & np.isfinite(own.row_low), own.row_low),
    }
    for sense, (there, limits) in kinds.items():
        for size in np.unique(width[there]).tolist():
            mine = np.nonzero(there & (width == size))[0]
            filled = np.arange(size) < length[mine][:, None]
            entries = np.where(filled, own.starts[mine][:, None] + np.arange(size), 0)
            columns = np.where(filled, own.columns[entries], -1)
            found.append((sense, mine, columns, np.where(filled, own.data[entries], np.nan), limits[mine]))
    return found


def in_linopy(own: Arrays, families: list[tuple[str, Vector, Vector, Vector, Vector]]) -> Any:
    """A linopy model with continuous columns in one variable, whole ones in another, and a constraint per family."""
    import linopy
    import pandas as pd
    import xarray as xr

    model = linopy.Model()
    labels = np.empty(own.shape[1], dtype=np.int64)
    for name, whole in (("x", False), ("n", True)):
        mine = np.nonzero((own.integer > 0) == whole)[0]
        if mine.size:
            coords = [pd.Index(mine, name=f"{name}_column")]
            low, high = (xr.DataArray(each[mine], coords) for each in (own.low, own.high))
            labels[mine] = model.add_variables(low, high, coords=coords, name=name, integer=whole).labels.values
    for number, (sense, mine, columns, data, limits) in enumerate(families):
        terms = xr.Dataset(
            {
                "coeffs": (("row", "_term"), data),
                "vars": (("row", "_term"), np.where(columns < 0, -1, labels[columns])),
            },
            coords={"row": mine},
        )
        limit = xr.DataArray(limits, coords={"row": mine}, dims="row")
        model.add_constraints(linopy.LinearExpression(terms, model), sense, limit, name=f"rows{number}")
    used = np.nonzero(own.cost)[0]
    cost = xr.Dataset({"coeffs": ("_term", own.cost[used]), "vars": ("_term", labels[used])})
    model.add_objective(linopy.LinearExpression(cost, model))
    return model


def _ready(arrays: str) -> Arrays:
    import highspy  # noqa: F401

    own = loaded(arrays)
    gc.disable()
    return own


def _built(instance: str, algebra: Any = None) -> tuple[Any, Instant]:
    import highspy  # noqa: F401

    import optimizer.solving.compiled  # noqa: F401
    from optimizer.instance.loader import load
    from optimizer.model.build import build

    read = load(instance)
    gc.disable()
    begun = now()
    built = build(read, algebra)
    return built, now().since(begun)


def _pyomo(instance: str, objective: str) -> tuple[Any, Instant]:
    import pyomo.environ as pyo

    from optimizer.pyomo.algebra import PyomoModel

    algebra = PyomoModel()
    built, build_s = _built(instance, algebra)
    model = algebra.model
    model.objective = pyo.Objective(expr=built.objectives[objective].expression)
    return model, build_s


class Instant(NamedTuple):
    """A time by the clock, and by the processor time of this process; a difference of two has both."""

    clock_s: float
    process_s: float

    def since(self, begun: Instant) -> Instant:
        """From another one to this one."""
        return Instant(self.clock_s - begun.clock_s, self.process_s - begun.process_s)


def now() -> Instant:
    """The time."""
    return Instant(time.perf_counter(), time.process_time())


def _row(begun: Instant, solver: Any, build: Instant | None = None) -> Row:
    seconds = now().since(begun)
    size = {"rows": solver.getNumRow(), "columns": solver.getNumCol(), "nonzeros": solver.getNumNz()}
    whole = seconds if build is None else Instant(*map(sum, zip(seconds, build, strict=True)))
    row: Row = {"pass_s": seconds.clock_s, "total_s": whole.clock_s, "route_process_s": whole.process_s, **size}
    return row if build is None else {**row, "build_s": build.clock_s}
