"""Small instances and plans, written by hand."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import localcontext
from pathlib import Path
from typing import Any

from optimizer.auditing import AuditError, audited
from optimizer.auditing.asked import ASKED
from optimizer.auditing.objectives import _cost_of_capital, _shareholder_value
from optimizer.auditing.run import DIGITS, replayed
from optimizer.contract.digest import digest
from optimizer.instance.schema import Instance
from optimizer.plan.figures.metrics import metrics as figures_of
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import TABLE_FILES, digests, to_csv

REGION = {"north": {"energy_price_usd_per_mwh": 50}}
BALANCED = {"cash_musd": 1000, "paid_in_capital_musd": 1000}

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
    "premium_free",
    "reserve_cover",
    "refinancings",
    "facilities",
    "pledges",
    "equity_raises",
    "preferred_raises",
    "partners",
    "deliveries",
    "contracts",
    "contract_service",
    "dividends",
    "capital_returns",
    "contributions",
    "distributions",
    "drawable",
    "lendable",
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
MAXIMISED = ("adjusted_present_value", "shareholder_value", "terminal_cash", "total_value")
SHARES = ("wacc", "dilution")
BASED = {"cost_of_capital": " of the charges that are decided", "shareholder_value": " of the sources used"}
"""Objectives whose gap and slack are shares of something else than their value, and what a message says of it."""


def distances(levels: list[dict[str, Any]]) -> str:
    """What a message says of the levels, from what they state."""
    said = []
    for i, level in enumerate(levels):
        objective = f"{'least' if level['sense'] == 'minimise' else 'greatest'} {level['name'].replace('_', ' ')}"
        if level["bound"] is None:
            said.append(f"an unknown distance of the {objective}")
            continue
        own, best = (
            f"{abs(level[value] - level['bound']):.3%}" if level[musd] is None else f"${level[musd]:,.1f} m"
            for value, musd in (("plan_value", "plan_gap_musd"), ("value", "gap_musd"))
        )
        given = " and ".join(other["name"].replace("_", " ") for other in levels[i + 1 :])
        more = f"; {best} before the slack given to {given}" if given and own != best else ""
        share = float("inf") if level["plan_gap_share"] is None else level["plan_gap_share"]
        said.append(f"{own} of the {objective} ({share:.3%}{BASED.get(level['name'], '')}{more})")
    return " and then ".join(said)


def restate(summary: dict[str, Any], capital: float = 1.0) -> None:
    """State anew how far the plan is from the bounds; an amount of wacc is one of ``capital``."""
    for level in summary["objectives"]:
        sign = 1.0 if level["sense"] == "minimise" else -1.0
        gap = None if level["bound"] is None else max(0.0, sign * (level["plan_value"] - level["bound"]))
        amount = (
            None if gap is None or level["name"] == "dilution" else gap * (capital if level["name"] == "wacc" else 1)
        )
        best = abs(level["value"] if level["base"] is None else level["base"])
        share = None if gap is None or (gap and not best) else gap / best if best else 0.0
        level |= {"plan_gap_musd": amount, "plan_gap_share": share}
    summary["message"] = f"{summary['status']} within {distances(summary['objectives'])}"


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


def _as_replayed(instance: Instance, plan: dict[str, Any]) -> dict[str, float]:
    """Metrics that the audit finds: for cases that do not derive them, so that other rules are alone."""
    key = digest([instance.hash, plan["decisions"]])
    if key not in _REPLAYED:
        metrics = {"shareholder_value": 0.0, "capital_employed": 0.0} | plan["metrics"]
        try:
            with localcontext() as context:
                context.prec = DIGITS
                figures = replayed(instance, plan | {"metrics": metrics}, None)
                found = {
                    "capital_employed": figures.charged.capital,
                    "shareholder_value": _shareholder_value(figures),
                    "cost_of_capital": _cost_of_capital(figures),
                }
                _REPLAYED[key] = {name: float(sum(terms)) for name, terms in found.items()}
        except AuditError:  # another test's business
            return {"shareholder_value": 0.0, "capital_employed": 0.0, "cost_of_capital": 0.0}
    return _REPLAYED[key]


_REPLAYED: dict[str, dict[str, float]] = {}


def _level(name: str, value: Any) -> dict[str, Any]:
    """The record of a level whose best is proven, and is the plan."""
    gap = None if name == "dilution" else 0.0
    return {
        "name": name,
        "sense": "maximise" if name in MAXIMISED else "minimise",
        "unit": "share" if name in SHARES else "musd",
        "value": value,
        "bound": value,
        "gap_musd": gap,
        "gap_share": 0.0,
        "base": max(1.0, abs(value or 0.0)) if name in BASED else None,
        "plan_value": value,
        "plan_gap_musd": gap,
        "plan_gap_share": 0.0,
        "inserted": name == "capital_employed",
        "status": "optimal",
        "seconds": 1.0,
    }


def _base(instance: Instance, plan: dict[str, Any], summary: dict[str, Any]) -> float:
    """What the shares of the last level are of, as the audit finds it: it is off by all of it from nothing."""
    none = [*summary["objectives"][:-1], summary["objectives"][-1] | {"base": 0.0}]
    try:
        results = audited(instance, plan, summary | {"objectives": none}).rules
    except AuditError:  # another test's business
        return 0.0
    return next(rule.largest_violation for rule in results if rule.name == "level.plan")


def follow(c: Case) -> None:
    """Let the cost of capital and the wacc of a plan in years be those that the audit finds in it: where a change is
    about another rule, and moves capital on the way.
    """
    instance, plan = c.built()
    metrics = c.plan["metrics"]
    metrics["cost_of_capital"] = _as_replayed(instance, plan)["cost_of_capital"]

    def off(wacc: float) -> float:
        results = audited(instance, plan | {"metrics": plan["metrics"] | {"wacc": wacc}}).rules
        return next(rule.largest_violation for rule in results if rule.name == "objective.wacc")

    charges = off(0.0)
    metrics["wacc"] = charges / (off(1.0) + charges)


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
        plan = self.plan | {"instance_hash": instance.hash}
        if not {"capital_employed", "shareholder_value"} <= plan["metrics"].keys():
            plan["metrics"] = _as_replayed(instance, plan) | plan["metrics"]
        return instance, plan

    def summary(self) -> dict[str, Any]:
        """A summary in which the plan is the proven best of each objective of the instance."""
        instance, plan = self.built()
        # the least capital is a level of its own before a ratio
        named = (
            ("capital_employed", objective.name) if objective.name == "wacc" else (objective.name,)
            for objective in instance.objectives
        )
        levels = [_level(name, plan["metrics"][name]) for names in named for name in names]
        summary: dict[str, Any] = {
            "instance": instance.name,
            "instance_hash": instance.hash,
            "status": "optimal",
            "message": f"optimal within {distances(levels)}",
            "objectives": levels,
            "metrics": dict(plan["metrics"]),
            "options": {**{name: getattr(instance.solve, name) for name in ASKED}, "gap_musd": 1e-6},
        }
        if levels[-1]["base"] is not None:
            levels[-1]["base"] = _base(instance, plan, summary)
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
    """A case; tables and objectives that are not given are empty and zero.

    The metrics beside the objectives are as the program that makes plans reckons them: the audit is to find the same.
    """
    instance = {"name": "case", "discount": {"rate_per_year": 0.0}} | instance
    plan = {
        "format": 1,
        "instance": instance["name"],
        "decisions": {table: decisions.get(table, []) for table in TABLES},
        "ledger": [row for line in ledger for row in line],
        "metrics": METRICS | metrics,
    }
    plan["metrics"] = _others(instance, plan) | plan["metrics"]
    return Case(instance, plan)


def _others(instance: dict[str, Any], plan: dict[str, Any]) -> dict[str, float | None]:
    """The metrics beside the objectives."""
    made = Plan(Instance.model_validate(instance), plan["decisions"], plan["ledger"], {}, {})
    return figures_of(made)


def run_folder(path: Path, one: Case) -> Path:
    """The run of a case, as a solve leaves it, in a folder that is there."""
    instance, plan = one.built()
    made = Plan(instance, plan["decisions"], plan["ledger"], plan["metrics"], {})
    files = {
        "instance.json": json.dumps(instance.canonical()),
        "plan.json": json.dumps(plan),
        "summary.json": json.dumps(one.summary()),
        **{file: to_csv(made.rows(table)) for file, table in TABLE_FILES.items()},
    }
    for file, text in {**files, "run.sha256": digests(files)}.items():
        (path / file).parent.mkdir(exist_ok=True)
        (path / file).write_text(text, encoding="utf-8", newline="")
    return path
