"""What is paid out on common equity: dividends out of earnings, then capital, with a lock-up."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import DIVIDENDS
from optimizer.contract.lines import DIVIDEND
from optimizer.instance.lookback import lookback
from optimizer.instance.schema import Dividends
from optimizer.model.context import Model, UnboundedModelError, upper_bound
from optimizer.model.coverage import cash_for_service, debt_service, hold_where_owed
from optimizer.model.positions import DebtPosition
from optimizer.model.retained import Earnings, add_retained, earnings

NO_BOUND = "what is paid out has no bound: give every debt instrument its limit_musd, every offer its supply_units"


def add_dividends(
    model: Model, debt: DebtPosition, claims: ByPeriod, returned: ByPeriod, cash: Mapping[int, Variable]
) -> ByPeriod:
    """Decided within limits, out of retained earnings RE; beyond them capital is returned, if it may be::

    out_t = div_t + returned_t,   minimum_t ≤ out_t ≤ maximum_t,   Σ_t out_t ≥ minimum_total
    div_t ≤ M_t·earned_t,   RE_t ≥ −L_t·(1 − earned_t)                        earned binary, where RE can be negative
    returned_t ≤ Ē_t·spent_t,   RE_t ≤ U_t·(1 − spent_t)                      spent binary, where RE can be positive
    out_t ≤ M_t·free_t,   CFADS_t ≥ x·service_t where service is due and free_t = 1      lock-up; free binary

    CFADS and service are those of the last twelve months.
    RE_t is what is left at the end of t. M_t is the most that earnings, or cash, allow; −L_t and U_t are the ends of
    what the bounds of the decisions leave to RE (``retained``). Returns RE where there are dividends.
    """
    rules = model.instance.equity.dividends if model.instance.equity else None
    if rules is None:
        model.decide(DIVIDENDS, {})
        return {}
    range_of = earnings(model, claims)
    limit = model.series(rules.maximum_musd) if rules.maximum_musd else dict.fromkeys(model.span, math.inf)
    paid = model.variables("dividend", model.span, upper=limit)
    for t in model.span:
        model.ledger.post(DIVIDEND.of(), t, paid[t])
    model.decide(DIVIDENDS, paid)
    retained = add_retained(model, claims)
    out = {t: paid[t] + returned[t] for t in model.span}
    _within(model, rules, out, limit)
    most = {t: min(limit[t], max(0.0, range_of.highest[t]), upper_bound(cash[t])) for t in model.span}
    _out_of_earnings(model, paid, most, retained, range_of)
    if rules.return_of_capital:
        _capital_last(model, returned, retained, range_of)
    _lock_up(model, debt, rules, out, {t: min(limit[t], upper_bound(cash[t])) for t in model.span})
    return retained


def _within(model: Model, rules: Dividends, out: ByPeriod, limit: Mapping[int, float]) -> None:
    least = model.series(rules.minimum_musd)
    rows = model.constraints("dividends")
    rows.add(quicksum(out.values()) >= rules.minimum_total_musd)
    for t in model.span:
        if least[t]:
            rows.add(out[t] >= least[t])
        if rules.return_of_capital and limit[t] < math.inf:
            rows.add(out[t] <= limit[t])


def _out_of_earnings(
    model: Model,
    paid: Mapping[int, Variable],
    most: Mapping[int, float],
    retained: ByPeriod,
    range_of: Earnings,
) -> None:
    lossy = [t for t in model.span if range_of.lowest[t] < 0.0 < most[t]]
    earned = model.variables("dividend_earned", lossy, upper=1, integer=True, implied=True)
    rows = model.constraints("dividend_out_of_earnings")
    for t in model.span:
        if most[t] == 0.0:
            paid[t].fix(0.0)
        elif t in earned:
            _bounded(most[t], range_of.lowest[t])
            rows.add(paid[t] <= most[t] * earned[t])
            rows.add(retained[t] >= range_of.lowest[t] * (1 - earned[t]))
        else:
            rows.add(retained[t] >= 0.0)


def _capital_last(model: Model, returned: ByPeriod, retained: ByPeriod, range_of: Earnings) -> None:
    profitable = [t for t in model.span if range_of.highest[t] > 0.0]
    spent = model.variables("earnings_spent", profitable, upper=1, integer=True, implied=True)
    rows = model.constraints("capital_after_earnings")
    for t in profitable:
        _bounded(range_of.highest[t])
        rows.add(returned[t] <= model.interval(returned[t])[1] * spent[t])
        rows.add(retained[t] <= range_of.highest[t] * (1 - spent[t]))


def _lock_up(model: Model, debt: DebtPosition, rules: Dividends, out: ByPeriod, most: Mapping[int, float]) -> None:
    if rules.lock_up_dscr is None:
        return
    free = model.variables("dividend_free", model.span, upper=1, integer=True)
    rows = model.constraints("lock_up")
    for t in model.span:
        look = lookback(model.instance, t, "dscr", rules.lock_up_over, rules.lock_up_first_year)
        if look is None:
            continue
        base = cash_for_service(model, look, None)
        owed = debt_service(model, debt, look, balloons=False)
        _bounded(most[t])
        rows.add(out[t] <= most[t] * free[t])
        hold_where_owed(model, f"lock_up.{t}", rows, t, base=base, owed=owed, level=rules.lock_up_dscr, only_if=free[t])


def _bounded(*ends: float) -> None:
    if any(map(math.isinf, ends)):
        raise UnboundedModelError(NO_BOUND)
