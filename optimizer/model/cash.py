"""Cash: the account itself, its minimum, and capital budgets."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import INTEREST_INCOME
from optimizer.instance.rings import COMPANY
from optimizer.model.context import Model, upper_bound
from optimizer.model.dating import held_within
from optimizer.model.groups import Accounts


def add_cash_account(model: Model, accounts: Accounts) -> tuple[Mapping[int, Variable], ByPeriod]:
    """Declare cash_t and post the interest earned on it; returns it without and with the opening balance of period 0::

        interest income_t = yield_t·Δ·(cash_{t−1} + κ·(draws and raises, net of costs − repayments) − σ·payments)

    What is drawn, raised, repaid and spent has been posted before. Each borrowing group earns on what its own account
    holds, the company on the rest.
    """
    account = model.variables("cash", model.span)
    cash: dict[int, Expr] = {0: model.instance.opening.cash_musd, **account}
    earned = model.series(model.instance.cash.yield_per_year)
    for t in model.span:
        for entity in model.entities if earned[t] else ():
            held = accounts.cash(entity, cash, t - 1) + held_within(model, t, entity) + accounts.held_within(entity, t)
            model.ledger.post(INTEREST_INCOME.of(), t, earned[t] * model.years_of(t) * held, group=entity)
    return account, cash


def bound_cash(model: Model, account: Mapping[int, Variable]) -> None:
    """Give cash_t the upper bound that the lines posted so far allow; the tax, not posted yet, only lowers it."""
    for t in model.span:
        _, most_in = model.interval(model.ledger.cash_flow(t))
        most_before = model.instance.opening.cash_musd if t == 1 else upper_bound(account[t - 1])
        most = most_before + most_in
        account[t].setub(None if math.isinf(most) else max(0.0, most))


def add_cash_balance(model: Model, cash: ByPeriod, accounts: Accounts) -> None:
    """Money is conserved and never runs out::

        cash_t = cash_{t−1} + Σ every cash line of t                    (the yield is one of the lines)
        cash_t ≥ minimum_t,   cash_t ≥ months·opex_t / (12·Δ)

    With borrowing groups the minima are of what is not in their accounts, and of operating cost outside their rings.
    """
    rules = model.instance.cash
    least = model.series(rules.minimum_musd)
    rows = model.constraints("cash_balance")
    for t in model.span:
        rows.add(cash[t] == cash[t - 1] + model.ledger.cash_flow(t))
        own = accounts.cash(COMPANY, cash, t)
        if least[t] or model.instance.groups:
            rows.add(own >= least[t])
        if rules.minimum_opex_months:
            opex = model.ledger.of(COMPANY).total("opex", t)
            rows.add(own >= rules.minimum_opex_months / (12.0 * model.years_of(t)) * opex)


def add_budgets(model: Model) -> None:
    """Capital budgets::

    capex_t ≤ budget_t,   or with carry-over   Σ_{u≤t} capex_u ≤ Σ_{u≤t} budget_u
    """
    rows = model.constraints("budget")
    for budget in model.instance.budgets.values():
        limit = model.series(budget.musd)
        spent = {t: quicksum(model.ledger.capex(t, kind) for kind in budget.covers) for t in model.span}
        for t in model.span:
            periods = range(1, t + 1) if budget.carry_over else (t,)
            total = quicksum(spent[u] for u in periods)
            if not isinstance(total, (int, float)):
                rows.add(total <= sum(limit[u] for u in periods))
