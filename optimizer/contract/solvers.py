"""The solvers that can be asked for a plan: their names, and the packages that bring them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from optimizer.contract.versions import MissingExtraError

HIGHS = "highs"
"""The solver that is asked where no other one is."""


@dataclass(frozen=True)
class Engine:
    """A solver: its own name, the package that it comes in, and the extra that installs it (empty: always there)."""

    name: str
    package: str
    extra: str = ""


ENGINES: Mapping[str, Engine] = {
    HIGHS: Engine("HiGHS", "highspy"),
    "scip": Engine("SCIP", "pyscipopt", "certify"),
    "gurobi": Engine("Gurobi", "gurobipy", "gurobi"),
    "xpress": Engine("Xpress", "xpress", "xpress"),
    "copt": Engine("COPT", "coptpy", "copt"),
}
"""By the name under which each is asked for."""


def engine_versions(solver: str) -> dict[str, str]:
    """The version of the package of a solver by the package's name. Raises MissingExtraError."""
    engine = ENGINES[solver]
    try:
        return {engine.package: version(engine.package)}
    except PackageNotFoundError:
        raise MissingExtraError(engine.package, engine.extra) from None


def solver_of(summary: Mapping[str, Any]) -> Engine:
    """Who searched for the plan of a summary: HiGHS where nothing else is said."""
    options = summary.get("options")
    asked = options.get("solver", HIGHS) if isinstance(options, Mapping) else HIGHS
    return ENGINES.get(asked, ENGINES[HIGHS]) if isinstance(asked, str) else ENGINES[HIGHS]
