"""Terminal value: what there is at the end of the last period, after the tax that it bears."""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.accounts import CONSTRUCTION, HARDWARE, SITES
from optimizer.model.context import THOUSAND, Model, UnboundedModelError
from optimizer.model.hardware import Fleet
from optimizer.model.positions import ServicePosition
from optimizer.model.service import capacity_after


@dataclass(frozen=True)
class TerminalValue:
    """USD million at the end of T: of the assets ``before_tax`` and ``after_tax``, and of what is ``carried`` for tax.

    What has a maximum in it is only kept from above: every objective that it is part of gains by more of it.
    """

    before_tax: Expr
    after_tax: Expr
    carried: Expr

    @property
    def net(self) -> Expr:
        """After tax, with what losses and interest carried are worth."""
        return self.after_tax + self.carried


def add_terminal_value(
    model: Model,
    book_value: ByName,
    fleet: Fleet,
    service: ServicePosition,
    basis: Expr,
    carried: Expr,
) -> TerminalValue:
    """V by its kind, and what is left of it, with the tax ``basis`` B and the losses and interest ``carried`` at T::

    book_share         V = share·(sites + construction in progress + hardware), net book value
    resale             V = Σ min(price[u], price[T])·curve((T+1−a)·Δ)·units in service
    ebitda_multiple    V = max(0, multiple·EBITDA of the last year at run rate)          see ``_run_rate``
    after tax          min(V, (1−τ)·V + τ·B)        no refund for what is sold below its basis, all assets together
    carried            τ·loss_value_share·(losses + interest)
    """
    terminal, last = model.instance.terminal, model.horizon
    value: Expr = 0.0
    if terminal.kind == "book_share":
        assert terminal.share is not None
        value = terminal.share * quicksum(book_value[account, last] for account in (SITES, CONSTRUCTION, HARDWARE))
    elif terminal.kind == "ebitda_multiple" and terminal.multiple:
        value = _at_least_zero(model, terminal.multiple * _run_rate(model, fleet, service))
    elif terminal.kind == "resale":
        value = fleet.resale_value
    tax = model.instance.tax
    rate = tax.rate if tax is not None else 0.0
    worth = rate * terminal.loss_value_share * carried if rate * terminal.loss_value_share else 0.0
    return TerminalValue(value, _after_tax(model, value, basis, rate), worth)


def _run_rate(model: Model, fleet: Fleet, service: ServicePosition) -> Expr:
    """EBITDA per year of the last year, of the whole plan if it is shorter, at run rate::

        Σ_{t in the last year} (EBITDA_t − Σ_m price_m[t]·8.76·Δ·lost[m,t]) / its years,   lost[m,t] ≤ served[m,t]
        Σ_m served[m,t] − Σ_m lost[m,t] ≤ capacity in service in T+1

    ``served`` is what sites serve, m a market or a partner. Capacity that leaves after T earns nothing more, and what
    it cost still counts. Where nothing can leave there is nothing to lose.
    """
    periods = range(max(1, model.calendar.last_year(model.horizon).start), model.horizon + 1)
    earned = quicksum(model.ledger.ebitda(t) for t in periods)
    if fleet.shrinking:
        capacity = capacity_after(model, fleet)
        rows = model.constraints("run_rate")
        for t in periods:
            served = {who: amount[t] for who, amount in service.from_sites.items() if not _known(amount[t])}
            most = {who: model.interval(amount)[1] for who, amount in served.items()}
            lost = model.variables(f"lost_service.{t}", served, upper=most, decided=t)
            for who, amount in served.items():
                rows.add(lost[who] <= amount)
                earned -= service.price[who][t] * (model.hours_of(t) / THOUSAND) * lost[who]
            if served:
                rows.add(quicksum(served.values()) - quicksum(lost.values()) <= capacity)
    return earned / (sum(model.calendar.steps(t) for t in periods) * model.base_years)


def _known(amount: Expr) -> bool:
    return isinstance(amount, (int, float))


def _at_least_zero(model: Model, value: Expr) -> Expr:
    """max(0, x) for what is only ever maximised; exact by a binary, where x can be negative::

    v ≤ x − x̲·(1 − y),   v ≤ x̄·y,   y ∈ {0, 1}
    """
    low, high = model.interval(value)
    if low >= 0.0:
        return value
    if high <= 0.0:
        return 0.0
    if math.isinf(low) or math.isinf(high):
        raise UnboundedModelError("EBITDA of the last year has no bound: give every offer its supply_units")
    floored = model.variables("terminal_value", [0], upper=high, decided=model.horizon)[0]
    last = model.horizon
    positive = model.variables("terminal_value_positive", [0], upper=1, integer=True, implied=True, decided=last)[0]
    rows = model.constraints("terminal_value_rows")
    rows.add(floored <= value - low * (1 - positive))
    rows.add(floored <= high * positive)
    return floored


def _after_tax(model: Model, value: Expr, basis: Expr, rate: float) -> Expr:
    """min(V, (1−τ)·V + τ·B) for what is only ever maximised."""
    if rate == 0.0 or (_known(value) and value == 0.0):
        return value
    if _known(basis) and basis == 0.0:
        return (1.0 - rate) * value
    after = model.variables("terminal_value_after_tax", [0], decided=model.horizon)[0]
    rows = model.constraints("terminal_tax")
    rows.add(after <= value)
    rows.add(after <= (1.0 - rate) * value + rate * basis)
    return after
