"""The table of contents: which blocks there are, and in which order they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.model.cash import add_budgets, add_cash_account, add_cash_balance, bound_cash
from optimizer.model.cash_flows import add_cash_flows
from optimizer.model.context import Model
from optimizer.model.covenants import add_covenants
from optimizer.model.debt import add_debt, add_security
from optimizer.model.equity import add_equity
from optimizer.model.hardware import add_hardware
from optimizer.model.ledger import CONSTRUCTION, HARDWARE, SITES
from optimizer.model.objectives import Goal, add_objectives
from optimizer.model.power import add_power
from optimizer.model.service import add_service
from optimizer.model.sites import add_sites
from optimizer.model.tax import add_tax


@dataclass(frozen=True)
class BuiltModel:
    """A finished model and its goals by name."""

    model: Model
    goals: dict[str, Goal]


def build(instance: Instance) -> BuiltModel:
    """Build the Pyomo model of an instance whose input has been checked.

    The order follows the money: physical blocks, then capital, then what is tested on the whole.
    """
    instance = _in_order(instance)
    model = Model(instance)
    sites = add_sites(model)
    fleet = add_hardware(model, sites)
    add_power(model, sites, fleet)
    add_service(model, fleet)
    add_cash_flows(model)
    debt = add_debt(model)
    equity = add_equity(model)
    cash = add_cash_account(model)
    bound_cash(model, cash)
    add_tax(model, {t: sites.tax_depreciation[t] + fleet.tax_depreciation[t] for t in model.span})
    add_cash_balance(model, cash)
    add_budgets(model)
    book_value = _book_values(model)
    add_security(model, debt, book_value)
    add_covenants(model, debt, equity, cash, book_value)
    return BuiltModel(model, add_objectives(model, debt, equity, cash, book_value, sites))


def _in_order(instance: Instance) -> Instance:
    """The same instance with its names sorted, so that the order of a file cannot change an answer."""
    return Instance.model_validate(instance.canonical())


def _book_values(model: Model) -> dict[tuple[str, int], Any]:
    """Net book value of the asset classes that anything asks for, at the end of each period, from the ledger."""
    asked: set[str] = {c for debt in model.instance.debt.values() for c in debt.security or ()}
    asked |= {c for covenant in model.instance.covenants.values() for c in covenant.assets or ()}
    if model.instance.terminal.kind == "book_share":
        asked |= {SITES, HARDWARE}
    values: dict[tuple[str, int], Any] = {}
    rows = model.constraints("book_value_roll_forward")
    for account in (SITES, HARDWARE, CONSTRUCTION):
        if account not in asked:
            continue
        book = model.variables(f"book_value.{account}", model.span)
        for t in model.span:
            values[account, t] = book[t]
            rows.add(book[t] == (book[t - 1] if t > 1 else 0.0) + model.ledger.movement(account, t))
    return values
