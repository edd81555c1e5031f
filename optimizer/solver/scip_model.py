"""A matrix in SCIP: for a second opinion, and for a search."""

from __future__ import annotations

from typing import Any

from optimizer.solver.matrix import Expression, Matrix

INFINITE = 1e20
"""What SCIP takes for infinite."""

TOLERANCE = 1e-9
"""Of rows and of integrality, as in the linear programmes of HiGHS that plans are read from."""


def scip_model(
    matrix: Matrix, objective: Expression, *, gap_share: float, gap_musd: float, time_limit_s: float, seed: int
) -> tuple[Any, list[Any]]:
    """The matrix in SCIP with an objective to be minimised, in one thread, and its columns as SCIP's variables."""
    from pyscipopt import ExprCons, Model, quicksum

    model = Model()
    model.hideOutput()
    model.setParams(
        {
            "limits/gap": gap_share,
            "limits/absgap": gap_musd,
            "limits/time": min(max(0.0, time_limit_s), INFINITE),
            "randomization/randomseedshift": seed,
            "lp/threads": 1,
            "misc/catchctrlc": False,  # SCIP would answer it on standard output
            "numerics/feastol": TOLERANCE,
            # SCIP 10.0.2 cuts off the optimum of tests/properties/found/cut-off.yaml with these cuts, at every seed
            "separating/cmir/freq": -1,
        }
    )
    variables = [
        model.addVar(vtype="I" if integer else "C", lb=_finite(low), ub=_finite(high), obj=cost)
        for integer, low, high, cost in zip(
            matrix.integer.tolist(), matrix.low.tolist(), matrix.high.tolist(), objective.cost.tolist(), strict=True
        )
    ]
    model.addObjoffset(objective.constant)
    starts, columns, data = matrix.rows.indptr, matrix.rows.indices, matrix.rows.data
    for i, (low, high) in enumerate(zip(matrix.row_low.tolist(), matrix.row_high.tolist(), strict=True)):
        entries = slice(starts[i], starts[i + 1])
        terms = zip(data[entries].tolist(), columns[entries].tolist(), strict=True)
        row = quicksum(coefficient * variables[j] for coefficient, j in terms)
        if entries.start < entries.stop and (low > -INFINITE or high < INFINITE):
            model.addCons(ExprCons(row, _finite(low), _finite(high)))
    return model, variables


def _finite(value: float) -> float | None:
    """None for what is infinite to SCIP."""
    return value if abs(value) < INFINITE else None
