"""Plans the building and financing of AI infrastructure at the least cost of capital.

This is the public interface; each name is imported when it is first used. What it takes and gives back is in USD
million, MW and H100 equivalents, rates are shares a year; names end in their unit.

A programme small enough to be solved by hand: 100 are needed at the end of 2026, and 120 come in a year later. What
is borrowed costs 8 %, what is raised 15 %, both paid at the end of 2027, two years from the start, so the least cost
of capital is that of a loan of 100: 8 / 1.1².

>>> import optimizer
>>> base = optimizer.load({
...     "name": "two-sources",
...     "calendar": {"start": 2026, "periods": 2},
...     "discount": {"rate_per_year": 0.1},
...     "objectives": [{"name": "cost_of_capital"}],
...     "cash_flows": {
...         "need": {"kind": "investing", "musd_per_period": [-100, 0]},
...         "income": {"kind": "operating", "musd_per_period": [0, 120]},
...     },
...     "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 1, "last_draw": 2026}},
...     "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 100, "last_raise": 2026}}},
... })
>>> plan = optimizer.solve(base, gap=0)
>>> plan.status, plan.audit_passed, round(plan.metrics["cost_of_capital"], 3)
('optimal', True, 6.612)
>>> comparison = optimizer.compare(
...     base,
...     mixes={"both": {}, "equity": {"set": {"debt": None}}},
...     sweeps={"debt": {"axes": [{"debt_share": [0, 0.5]}]}},
...     frontiers={"cash": {"objectives": ["cost_of_capital", "terminal_cash"], "points": 2}},
... )
>>> comparison.sweep("debt")[["debt_share", "value"]].round(3).values.tolist()
[[0.0, 12.397], [0.5, 9.504]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.auditing.report import AuditError, AuditReport
    from optimizer.auditing.run import audit
    from optimizer.comparison.comparison import Comparison
    from optimizer.comparison.executor import ExecutorError
    from optimizer.comparison.kept import read_comparison
    from optimizer.comparison.run import compare
    from optimizer.contract.versions import MissingExtraError
    from optimizer.deck.deck import to_deck
    from optimizer.deck.opening import TemplateError
    from optimizer.explanation.alternatives.found import Alternatives
    from optimizer.explanation.alternatives.run import alternatives
    from optimizer.explanation.explanation import Explanation
    from optimizer.explanation.prices.prices import Prices
    from optimizer.explanation.prices.run import prices
    from optimizer.explanation.run import explain
    from optimizer.explanation.stress.outcome import Stress
    from optimizer.explanation.stress.run import stress
    from optimizer.explanation.tornado.run import tornado
    from optimizer.explanation.tornado.tornado import Tornado
    from optimizer.instance.book.writing import write_book
    from optimizer.instance.diagnostics import Diagnostic, InstanceError
    from optimizer.instance.loader import load, validate
    from optimizer.instance.schema import Instance
    from optimizer.page.page import to_html
    from optimizer.plan.plan import Plan
    from optimizer.plan.roll import RollError, rolled
    from optimizer.plan.run_folder import RunError, WriteError, read_run, write_run
    from optimizer.plan.table import Table
    from optimizer.pyomo.model import to_pyomo
    from optimizer.pyomo.solve import solve_pyomo
    from optimizer.solver.process import SolverError
    from optimizer.solving.export import Exported, ExportError, export
    from optimizer.solving.run import NoPlanError, solve
    from optimizer.uncertainty.kept import read_tree
    from optimizer.uncertainty.plan import TreePlan
    from optimizer.uncertainty.public import solve_tree
    from optimizer.uncertainty.run import NoTreePlanError
    from optimizer.workbook.run import to_excel

_HOMES = {
    "load": "optimizer.instance.loader",
    "validate": "optimizer.instance.loader",
    "solve": "optimizer.solving.run",
    "audit": "optimizer.auditing.run",
    "compare": "optimizer.comparison.run",
    "solve_tree": "optimizer.uncertainty.public",
    "explain": "optimizer.explanation.run",
    "prices": "optimizer.explanation.prices.run",
    "alternatives": "optimizer.explanation.alternatives.run",
    "stress": "optimizer.explanation.stress.run",
    "tornado": "optimizer.explanation.tornado.run",
    "export": "optimizer.solving.export",
    "write_book": "optimizer.instance.book.writing",
    "to_html": "optimizer.page.page",
    "to_excel": "optimizer.workbook.run",
    "to_deck": "optimizer.deck.deck",
    "to_pyomo": "optimizer.pyomo.model",
    "solve_pyomo": "optimizer.pyomo.solve",
    "write_run": "optimizer.plan.run_folder",
    "read_run": "optimizer.plan.run_folder",
    "read_comparison": "optimizer.comparison.kept",
    "read_tree": "optimizer.uncertainty.kept",
    "rolled": "optimizer.plan.roll",
    "Instance": "optimizer.instance.schema",
    "Diagnostic": "optimizer.instance.diagnostics",
    "Plan": "optimizer.plan.plan",
    "Table": "optimizer.plan.table",
    "AuditReport": "optimizer.auditing.report",
    "Comparison": "optimizer.comparison.comparison",
    "TreePlan": "optimizer.uncertainty.plan",
    "Explanation": "optimizer.explanation.explanation",
    "Prices": "optimizer.explanation.prices.prices",
    "Alternatives": "optimizer.explanation.alternatives.found",
    "Stress": "optimizer.explanation.stress.outcome",
    "Tornado": "optimizer.explanation.tornado.tornado",
    "Exported": "optimizer.solving.export",
    "InstanceError": "optimizer.instance.diagnostics",
    "NoPlanError": "optimizer.solving.run",
    "NoTreePlanError": "optimizer.uncertainty.run",
    "SolverError": "optimizer.solver.process",
    "MissingExtraError": "optimizer.contract.versions",
    "AuditError": "optimizer.auditing.report",
    "TemplateError": "optimizer.deck.opening",
    "ExecutorError": "optimizer.comparison.executor",
    "ExportError": "optimizer.solving.export",
    "WriteError": "optimizer.plan.run_folder",
    "RunError": "optimizer.plan.run_folder",
    "RollError": "optimizer.plan.roll",
}
"""Where each name is, in the order of docs/api.md: what is done, what it is done with, what goes wrong."""

__all__ = [
    "Alternatives",
    "AuditError",
    "AuditReport",
    "Comparison",
    "Diagnostic",
    "ExecutorError",
    "Explanation",
    "ExportError",
    "Exported",
    "Instance",
    "InstanceError",
    "MissingExtraError",
    "NoPlanError",
    "NoTreePlanError",
    "Plan",
    "Prices",
    "RollError",
    "RunError",
    "SolverError",
    "Stress",
    "Table",
    "TemplateError",
    "Tornado",
    "TreePlan",
    "WriteError",
    "alternatives",
    "audit",
    "compare",
    "explain",
    "export",
    "load",
    "prices",
    "read_comparison",
    "read_run",
    "read_tree",
    "rolled",
    "solve",
    "solve_pyomo",
    "solve_tree",
    "stress",
    "to_deck",
    "to_excel",
    "to_html",
    "to_pyomo",
    "tornado",
    "validate",
    "write_book",
    "write_run",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        from optimizer.contract.versions import own_version

        return own_version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
