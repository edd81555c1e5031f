"""Small instances and plans, written by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.instance.schema import Instance

TABLES = (
    "phase_starts",
    "colocation",
    "orders",
    "allocations",
    "frameworks",
    "developments",
    "retirements",
    "energy",
    "energy_contracts",
    "service",
    "reservations",
    "debt_draws",
    "debt_repayments",
    "prepayments",
    "refinancings",
    "facilities",
    "pledges",
    "equity_raises",
    "preferred_raises",
    "partners",
    "deliveries",
    "dividends",
    "capital_returns",
    "drawable",
    "buckets",
)
# zero unless a case says otherwise; without its block there is no adjusted present value
METRICS: dict[str, float | None] = {
    "cost_of_capital": 0.0,
    "wacc": 0.0,
    "net_present_cost": 0.0,
    "adjusted_present_value": None,
    "terminal_cash": 0.0,
    "dilution": 0.0,
    "peak_funding": 0.0,
    "capital_raised": 0.0,
    "total_value": 0.0,
}

# item, debit ← credit, by what a line is called in docs/model.md
OPEX = ("opex", "retained_earnings", "cash")
REVENUE = ("revenue", "cash", "retained_earnings")
TO_CIP = ("capex", "construction_in_progress", "cash")
TO_SITES = ("capex", "sites", "cash")
IN_SERVICE = ("transfer", "sites", "construction_in_progress")
SITE_DEPRECIATION = ("depreciation", "retained_earnings", "sites")
DEPOSIT = ("capex", "deposits", "cash")
TO_HARDWARE = ("capex", "hardware", "cash")
DELIVERY = ("transfer", "hardware", "deposits")
HARDWARE_DEPRECIATION = ("depreciation", "retained_earnings", "hardware")
LEASED_DEPRECIATION = ("depreciation", "retained_earnings", "leased_hardware")
TAX = ("tax", "retained_earnings", "cash")
INTEREST = ("interest", "retained_earnings", "cash")
FEE = ("fee", "retained_earnings", "cash")
RAISE = ("raise", "cash", "paid_in_capital")
FLOTATION = ("flotation", "retained_earnings", "cash")
RESALE = ("resale", "cash", "hardware")
RAISE_PREFERRED = ("raise", "cash", "preferred_equity")
PREFERRED_DIVIDEND = ("preferred_dividend", "retained_earnings", "cash")
DIVIDEND = ("dividend", "retained_earnings", "cash")
RETURN_OF_CAPITAL = ("return_of_capital", "paid_in_capital", "cash")
INTEREST_INCOME = ("interest_income", "cash", "retained_earnings")

# the levels of an objective that is maximised, and of one in shares
MAXIMISED = ("adjusted_present_value", "terminal_cash", "total_value")
SHARES = ("wacc", "dilution")


def draw(name: str) -> tuple[str, str, str]:
    return ("draw", "cash", f"debt.{name}")


def repayment(name: str) -> tuple[str, str, str]:
    return ("repayment", f"debt.{name}", "cash")


def post(
    line: str, how: tuple[str, str, str], amounts: Mapping[int | str, float], corporate: bool = False
) -> list[dict[str, Any]]:
    """Ledger rows of one line: period → musd."""
    item, debit, credit = how
    return [
        {"line": line, "item": item, "period": str(t), "musd": musd, "debit": debit, "credit": credit}
        | {"corporate": corporate}
        for t, musd in amounts.items()
    ]


def rows(columns: str, *values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Rows of a decision table: column names in one string, then one tuple a row."""
    return [dict(zip(columns.split(), value, strict=True)) for value in values]


@dataclass
class Case:
    """Instance data and plan data that belong together; both may be changed in a copy."""

    instance: dict[str, Any]
    plan: dict[str, Any]
    edits: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    """What is changed in the summary."""

    def built(self) -> tuple[Instance, dict[str, Any]]:
        """The instance, and the plan with the hash of that instance."""
        instance = Instance.model_validate(self.instance)
        return instance, self.plan | {"instance_hash": instance.hash}

    def summary(self) -> dict[str, Any]:
        """A summary in which the plan is the proven best of each objective of the instance."""
        instance, plan = self.built()
        levels = [
            {
                "name": goal.name,
                "sense": "maximise" if goal.name in MAXIMISED else "minimise",
                "unit": "share" if goal.name in SHARES else "musd",
                "value": plan["metrics"][goal.name],
                "bound": plan["metrics"][goal.name],
                "gap_musd": None if goal.name == "dilution" else 0.0,
                "gap_share": 0.0,
                "status": "optimal",
                "seconds": 1.0,
            }
            for goal in instance.objectives
        ]
        gaps = [
            f"{'0.000%' if goal.name == 'dilution' else '$0.0 m'} ({goal.name}, 0.000%)" for goal in instance.objectives
        ]
        summary = {
            "instance": instance.name,
            "instance_hash": instance.hash,
            "status": "optimal",
            "message": f"optimal within {' and '.join(gaps)}",
            "objectives": levels,
            "metrics": dict(plan["metrics"]),
            "options": {"gap_share": 1e-3, "gap_musd": 1e-6},
        }
        for edit in self.edits:
            edit(summary)
        return summary

    def changed(self, change: Callable[[Case], None]) -> Case:
        other = copy.deepcopy(self)
        change(other)
        return other

    def row(self, line: str, period: int | str) -> dict[str, Any]:
        """The first ledger row of a line in a period."""
        return next(r for r in self.plan["ledger"] if r["line"] == line and r["period"] == str(period))

    def decide(self, table: str, columns: str, *values: tuple[Any, ...]) -> None:
        self.plan["decisions"][table] += rows(columns, *values)


def case(
    instance: dict[str, Any],
    decisions: dict[str, list[dict[str, Any]]],
    ledger: list[list[dict[str, Any]]],
    metrics: Mapping[str, float | None],
) -> Case:
    """A case; tables and metrics that are not given are empty and zero."""
    instance = {"name": "case", "discount": {"rate_per_year": 0.0}} | instance
    plan = {
        "format": 1,
        "instance": instance["name"],
        "decisions": {table: decisions.get(table, []) for table in TABLES},
        "ledger": [row for line in ledger for row in line],
        "metrics": METRICS | metrics,
    }
    return Case(instance, plan)
