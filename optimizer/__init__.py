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
    from optimizer.comparison.run import compare
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import load, validate
    from optimizer.instance.schema import Instance
    from optimizer.plan.plan import Plan
    from optimizer.solver.run import NoPlanError, solve

__all__ = ["Instance", "InstanceError", "NoPlanError", "Plan", "audit", "compare", "load", "solve", "validate"]

_HOMES = {
    "Instance": "optimizer.instance.schema",
    "InstanceError": "optimizer.instance.diagnostics",
    "NoPlanError": "optimizer.solver.run",
    "Plan": "optimizer.plan.plan",
    "compare": "optimizer.comparison.run",
    "load": "optimizer.instance.loader",
    "solve": "optimizer.solver.run",
    "validate": "optimizer.instance.loader",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        from optimizer.plan.versions import own_version

        return own_version()
    if name == "audit":  # the folder itself can be called, see there
        return import_module(f"optimizer.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
