"""From a model of Pyomo's with rows of one's own to a plan."""

from __future__ import annotations

from collections.abc import Sequence

import pyomo.environ as pyo

from optimizer.model.build import BuiltModel
from optimizer.plan.plan import Plan
from optimizer.pyomo.model import ORIGIN, Origin
from optimizer.pyomo.own import Own, read_own
from optimizer.solver.highs import Limits
from optimizer.solver.level import Listener
from optimizer.solver.matrix import Vector
from optimizer.solving import certify as certifying
from optimizer.solving.asked import require_kind, solve_options
from optimizer.solving.compiled import Compiled
from optimizer.solving.extension import Extension
from optimizer.solving.run import search


def solve_pyomo(
    model: pyo.ConcreteModel,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    progress: Listener | None = None,
    certify: Sequence[str] = (),
) -> Plan:
    """The cheapest-capital plan of a model that ``to_pyomo`` made, with what was added to it, audited.

    The objectives are those of the instance, solved in their order, as ``solve`` does; the other arguments are those of
    ``solve``. Honoured are linear constraints of one's own, over variables of the model or new ones; narrower bounds
    and variables that are fixed. The audit is of the rules of the instance: it knows nothing of the rows that were
    added, which the summary counts and names under ``own``. When this returns, every variable has its value in the
    plan.

    Raises OwnModelError, a ValueError, if the model is not that of the instance any more or has what cannot be read;
    TypeError if it is not one of ``to_pyomo``; and as ``solve``, NoPlanError where the rows leave no plan.

    >>> found = optimizer.solve_pyomo(optimizer.to_pyomo(base))
    >>> found.audit_passed, round(found.metrics["cost_of_capital"], 3)
    (True, 6.612)
    """
    origin = getattr(model, ORIGIN, None)
    if not isinstance(origin, Origin):
        raise TypeError(f"a model made by optimizer.to_pyomo is expected, not {type(model).__name__}")
    own = solve_options(origin.instance.solve, gap=gap, time_limit=time_limit, threads=threads, seed=seed)
    limits = Limits(own.gap_share, own.time_limit_s, own.threads, own.seed)
    require_kind("progress", progress, "a function that takes a Progress", callable(progress))
    certifying.require(certify)
    read: list[Own] = []

    def extend(built: BuiltModel, compiled: Compiled) -> Extension:
        read.append(read_own(model, origin, built, compiled))
        return read[0].extension

    def told(x: Vector) -> None:
        for variable, value in zip(read[0].columns, x.tolist(), strict=True):
            variable.set_value(round(value) if variable.is_integer() else value, skip_validation=True)

    return search(origin.instance, limits, progress=progress, certify=certify, extend=extend, told=told)
