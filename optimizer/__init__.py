"""Plans the building and financing of AI infrastructure at the least cost of capital.

The public interface; each name is imported when it is first used::

    import optimizer
    plan = optimizer.solve(optimizer.load("programme.yaml"))
    plan.table("purchases")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.audit import audit
    from optimizer.compare.run import compare
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import load, validate
    from optimizer.instance.schema import Instance
    from optimizer.plan.plan import Plan
    from optimizer.pyomo.model import to_pyomo
    from optimizer.pyomo.solve import solve_pyomo
    from optimizer.solving.run import NoPlanError, solve

__all__ = [
    "Instance",
    "InstanceError",
    "NoPlanError",
    "Plan",
    "audit",
    "compare",
    "load",
    "solve",
    "solve_pyomo",
    "to_pyomo",
    "validate",
]

_HOMES = {
    "Instance": "optimizer.instance.schema",
    "InstanceError": "optimizer.instance.diagnostics",
    "NoPlanError": "optimizer.solving.run",
    "Plan": "optimizer.plan.plan",
    "load": "optimizer.instance.loader",
    "solve": "optimizer.solving.run",
    "solve_pyomo": "optimizer.pyomo.solve",
    "to_pyomo": "optimizer.pyomo.model",
    "validate": "optimizer.instance.loader",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        from optimizer.contract.versions import own_version

        return own_version()
    if name in ("audit", "compare"):  # the folders themselves can be called, see there
        return import_module(f"optimizer.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
