"""HiGHS, Gurobi and SCIP on the same arrays, with the same gap, time and threads; all else as they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.arrays import Arrays
from benchmarks.milestones import GAPS, Milestones, gap_share

LICENCE_LIMIT = 2000
"""Rows and columns that the licence inside Gurobi's package allows."""


def passed(arrays: Arrays) -> Any:
    """A Highs object with the arrays in it. Raises RuntimeError if HiGHS refuses them."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    rows, columns = arrays.shape
    status = solver.passModel(
        columns,
        rows,
        arrays.data.size,
        2,  # by rows
        1,  # minimise
        arrays.constant,
        arrays.cost,
        arrays.low,
        arrays.high,
        arrays.row_low,
        arrays.row_high,
        arrays.starts,
        arrays.columns,
        arrays.data,
        arrays.integer,
    )
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses the matrix")
    return solver


def highs(arrays: Arrays, gap: float, limit_s: float, threads: int, seed: int) -> Milestones:
    """Minimise with HiGHS."""
    import highspy

    solver = passed(arrays)
    wanted = {"mip_rel_gap": gap, "time_limit": limit_s, "threads": threads, "random_seed": seed}
    for name, value in wanted.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS refuses {name} = {value}")
    found = Milestones()

    def look(event: Any) -> None:
        found.see(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)

    solver.cbMipInterrupt += look
    solver.cbMipImprovingSolution += look
    solver.run()
    info, is_mip = solver.getInfo(), bool(arrays.integer.any())
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = info.objective_function_value if feasible else np.nan
    found.see(value, info.mip_dual_bound if is_mip else (value if optimal else np.nan))
    return found


def gurobi(arrays: Arrays, gap: float, limit_s: float, threads: int, seed: int) -> Milestones:
    """Minimise with Gurobi. Raises ImportError without it, ValueError beyond its free licence."""
    import gurobipy

    if max(arrays.shape) > LICENCE_LIMIT:
        rows, columns = arrays.shape
        raise ValueError(f"{rows:,} × {columns:,} is beyond the free licence of Gurobi")
    with gurobipy.Env(params={"OutputFlag": 0}) as environment, gurobipy.Model(env=environment) as model:
        kinds = np.where(arrays.integer > 0, "I", "C")
        x = model.addMVar(arrays.cost.size, lb=arrays.low, ub=arrays.high, obj=arrays.cost, vtype=kinds)
        model.ObjCon = arrays.constant
        rows = arrays.rows
        for limit, sense in ((arrays.row_low, ">"), (arrays.row_high, "<")):
            both = arrays.row_low == arrays.row_high
            there = np.isfinite(limit) & (~both if sense == ">" else np.True_)
            senses = np.where(both[there], "=", sense)
            model.addMConstr(rows[there], x, senses, limit[there])
        model.setParam("MIPGap", gap)
        model.setParam("TimeLimit", limit_s)
        model.setParam("Threads", threads)
        model.setParam("Seed", seed)
        model.update()
        found = Milestones()

        def look(of: Any, where: int) -> None:
            code = gurobipy.GRB.Callback
            if where == code.MIP:
                found.see(of.cbGet(code.MIP_OBJBST), of.cbGet(code.MIP_OBJBND))
            elif where == code.MIPSOL:
                found.see(of.cbGet(code.MIPSOL_OBJBST), of.cbGet(code.MIPSOL_OBJBND))

        model.optimize(look)
        if model.SolCount:
            found.see(model.ObjVal, model.ObjBound if model.IsMIP else model.ObjVal)
    return found


def scip(arrays: Arrays, gap: float, limit_s: float, threads: int, seed: int) -> Milestones:
    """Minimise with SCIP through the second opinion of capstack, one thread, one gap after another.

    It tells nothing on the way, so each gap is a run of its own, and only its end is known. A gap that takes all of the
    time is the last one tried.
    """
    from optimizer.solver.highs import Limits
    from optimizer.solver.matrix import Expression, Matrix
    from optimizer.solver.second import minimise_with_scip

    matrix = Matrix(
        rows=arrays.rows,
        row_low=arrays.row_low,
        row_high=arrays.row_high,
        low=arrays.low,
        high=arrays.high,
        integer=arrays.integer.astype(bool),
    )
    objective = Expression(arrays.cost, arrays.constant)
    ends = Milestones()
    for wanted in [each for each in GAPS if each >= gap]:
        found = Milestones()
        outcome = minimise_with_scip(matrix, objective, Limits(wanted, limit_s, threads, seed))
        found.see(outcome.value, outcome.bound)
        ends.incumbent, ends.bound = found.incumbent, found.bound
        if gap_share(found.incumbent, found.bound) > wanted * (1.0 + 1e-6):
            break
        ends.reached[wanted] = found.reached[wanted]
    return ends


SOLVERS = {"HiGHS": highs, "Gurobi": gurobi, "SCIP": scip}
