"""One matrix, one objective, one run of SCIP: a solver that shares no code with HiGHS."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.contract.versions import MissingExtraError
from optimizer.solver.highs import TOLERANCE, Limits, Outcome, SolverError
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.scip_model import INFINITE, scip_model


def minimise_with_scip(matrix: Matrix, objective: Expression, limits: Limits, *, maximise: bool = False) -> Outcome:
    """Solve to the gap, or until the time is up, in one thread; ``maximise`` turns the sense round.

    The outcome reads as that of ``highs.minimise``. SCIP's relative gap is |value − bound| / min(|value|, |bound|), and
    infinite where the two differ in sign; HiGHS divides by |value|. SCIP's is never the smaller, so a level that is
    done here is done there. Integers may be off by TOLERANCE.

    Raises MissingExtraError without pyscipopt, SolverError if SCIP fails, and KeyboardInterrupt.
    """
    try:
        import pyscipopt  # noqa: F401
    except ImportError:
        raise MissingExtraError("pyscipopt", "certify") from None
    sign = -1.0 if maximise else 1.0
    scaled, scale = matrix.well_scaled()
    scaled_objective = Expression(objective.cost * scale, objective.constant)
    return _minimise(scaled, scaled_objective, limits, sign).rescaled(scale, objective)


def scip_version() -> str:
    """The versions of SCIP and of its Python interface. Raises MissingExtraError."""
    try:
        import pyscipopt
    except ImportError:
        raise MissingExtraError("pyscipopt", "certify") from None
    return f"SCIP {pyscipopt.Model().version()} (pyscipopt {version('pyscipopt')})"


def _minimise(matrix: Matrix, objective: Expression, limits: Limits, sign: float) -> Outcome:
    nothing = Outcome("infeasible", None, math.nan, math.nan)
    empty = np.diff(matrix.rows.indptr) == 0
    impossible = empty & ((matrix.row_low > TOLERANCE) | (matrix.row_high < -TOLERANCE))
    if impossible.any() or (matrix.low > matrix.high + TOLERANCE).any():
        return nothing
    model, variables = scip_model(
        matrix,
        Expression(sign * objective.cost, sign * objective.constant),
        gap_share=limits.gap_share,
        gap_musd=limits.gap_musd,
        time_limit_s=limits.time_limit_s,
        seed=limits.seed,
    )
    with silence():
        _run(model)
    status = model.getStatus()
    if status == "infeasible":
        return nothing
    if status in ("unbounded", "inforunbd"):
        # SCIP may know only that there is no optimum: then a feasible point makes it unbounded
        zero = Expression(np.zeros_like(objective.cost), 0.0)
        probe = nothing if not objective.cost.any() else _minimise(matrix, zero, limits, sign)
        return probe if probe.x is None else Outcome("unbounded", None, math.nan, math.nan)
    if status not in ("optimal", "gaplimit", "timelimit"):
        raise SolverError(f"SCIP ended with status {status}")
    dual = float(model.getDualbound())
    bound = sign * (dual if abs(dual) < INFINITE else math.copysign(math.inf, dual))
    if model.getNSols() == 0:
        return Outcome("no_solution", None, math.nan, bound)
    best = model.getBestSol()
    x = np.array([float(best[variable]) for variable in variables])
    return Outcome("feasible" if status == "timelimit" else "optimal", x, objective.value(x), bound)


def _run(model: Any) -> None:
    """Run in a thread of its own, so that Ctrl-C reaches the caller at once and ends the run."""
    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            model.optimizeNogil()
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    try:
        while not done.wait(0.2):
            pass
    except KeyboardInterrupt:
        model.interruptSolve()
        done.wait()
        raise
    if failure:
        raise SolverError(f"SCIP failed: {failure[0]}") from failure[0]


@contextmanager
def silence() -> Iterator[None]:
    """Keep off the screen what the linear solver below SCIP writes to standard error whatever SCIP is told.

    The descriptor belongs to the whole process, so one run of SCIP at a time.
    """
    with _screen:
        try:
            kept = os.dup(2)
        except OSError:  # there is no standard error
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


_screen = threading.RLock()
