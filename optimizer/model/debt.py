"""Debt: what is drawn, what it costs to draw, and who lends how much."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByName, ByPeriod, Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import DEBT_DRAWS, DEBT_REPAYMENTS, FACILITIES, PREMIUM_FREE, PREPAYMENTS
from optimizer.contract.lines import COMMITMENT_FEE, DISCOUNT, ISSUE_FEE, LETTER_OF_CREDIT_FEE, UPFRONT_FEE
from optimizer.finance.amortisation import capitalised_share
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import yearly_rates
from optimizer.instance.fee_life import least_for_fee
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.schema import Debt
from optimizer.instance.tranches import tranches
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model, least_size
from optimizer.model.one_movement import add_one_movement, repaid_at_will
from optimizer.model.pooled_debt import add_pooled
from optimizer.model.positions import Borrowed, DebtPosition, LeasePosition, Released
from optimizer.model.principal_due import limit_refinancings, refinancings
from optimizer.model.reserve_cover import add_reserve_cover
from optimizer.model.ties import add_tie
from optimizer.model.tranches import add_tranches
from optimizer.model.vintages import add_vintages


def add_debt(model: Model, leases: LeasePosition, partners: ByPeriod, released: Released) -> DebtPosition:
    """Draws with their limits and fees; schedules stand in ``vintages`` and ``pooled_debt``.

    ::

        B[d,t] = B[d,t−1] + draw[d,t] + pik[d,t] − repay[d,t]
        Σ_t draw[d,t] ≤ cash_limit·signed[d]            revolver: B[d,t] ≤ cash_limit·signed[d]
        cash_limit = (1 − letters)·limit                letters of credit, of a revolver only
        max(min_draw, least, fees)·issue[d,t] ≤ draw[d,t] ≤ max_draw·issue[d,t]      with a least draw or a fixed fee
        fees = (upfront + discount)·draw + fixed·issue + commitment·Δ·(cash_limit·signed − carried in)
             + letter_fee·Δ·letters·limit·signed
        Σ_{d of a lender} B[d,t] ≤ limit of the lender
    """
    instruments = model.instance.debt
    windows = {d: model.calendar.window(debt.first_draw, debt.last_draw) for d, debt in instruments.items()}
    keys = [(d, t) for d in instruments for t in windows[d]]
    draw = model.variables("draw", keys, upper={(d, t): largest_draw(instruments[d]) for d, t in keys})
    with_fee = [d for d, debt in instruments.items() if debt.has_standing_fee]
    first = {d: min(windows[d].start, model.horizon) for d in with_fee}
    signed = model.variables("signed", with_fee, upper=1, integer=True, decided=first)
    for d in signed:
        if instruments[d].signed or (instruments[d].is_revolving and instruments[d].opening_balance_musd):
            signed[d].setlb(1)  # what is drawn has been signed
    most = {d: _largest_balance(model, debt) for d, debt in instruments.items()}
    owed = model.variables(
        "balance",
        [(d, t) for d in instruments for t in model.span],
        upper={(d, t): most[d] for d in most for t in model.span},
    )
    pooled = [d for d, debt in instruments.items() if debt.is_pooled]
    repay = model.variables(
        "repay",
        [(d, t) for d in pooled for t in model.span],
        upper={(d, t): most[d] for d in pooled for t in model.span},
    )
    opening = {(d, 0): debt.opening_balance_musd for d, debt in instruments.items()}
    balance: dict[tuple[str, int], Expr] = {**owed, **opening}
    borrowed = Borrowed(draw, balance, refinancings(model, windows), released)
    cover = add_reserve_cover(model, windows)
    undrawn: dict[tuple[str, int], Expr] = {}
    scheduled: dict[tuple[str, int], Expr] = {}
    issued: dict[tuple[str, int], Expr] = {}
    prepaid: dict[tuple[str, int, int], Expr] = {}
    early: dict[tuple[str, str, int], Expr] = {}
    premium_free: dict[tuple[str, str, int], Expr] = {}
    tied: dict[tuple[str, int], Expr] = {}
    tied_held: dict[tuple[str, int], Expr] = {}
    swept: dict[tuple[str, int], Expr] = {}
    committed: dict[str, Expr] = {}
    for d, debt in instruments.items():
        limit = debt.cash_limit_musd
        available = limit * signed[d] if d in signed and limit is not None else limit
        if available is not None:
            committed[d] = available
        if debt.is_pooled:
            one = add_pooled(model, d, debt, windows[d], repay, borrowed, available, cover.under(d))
            undrawn |= one.undrawn
            scheduled |= one.scheduled
            back: ByPeriod = {t: repay[d, t] for t in repaid_at_will(model, debt, windows[d])}
        else:
            own = add_vintages(model, d, debt, windows[d], borrowed, available)
            prepaid |= own.units
            early |= own.amounts
            premium_free |= own.premium_free
            back = {t: quicksum(y for (_, _, u), y in own.amounts.items() if u == t) for _, _, t in own.amounts}
            swept |= {(d, t): amount for t, amount in back.items()} if debt.sweep else {}
        issue = _fees(model, d, debt, windows[d], borrowed, available, cover.under(d, letters=True))
        issued |= {(d, t): issue[t] for t in issue}
        if d in signed:
            _letters(model, d, debt, windows[d], signed[d])
        new = {t: draw[d, t] for t in windows[d]}
        add_one_movement(model, d, debt, new, back, most[d], issue)
        tie = add_tie(model, d, debt, windows[d], borrowed, prepaid)
        tied |= tie.drawn
        tied_held |= tie.held
    position = DebtPosition(
        draw,
        balance,
        borrowed.refinanced,
        released,
        scheduled,
        undrawn,
        leases,
        partners,
        issued,
        prepaid,
        premium_free,
        tied,
        tied_held,
        swept=swept,
        reserve_cover=cover.amount,
        committed=committed,
    )
    add_tranches(model, draw, signed)
    _lenders(model, balance)
    limit_refinancings(model, position)
    model.decide(DEBT_DRAWS, draw)
    model.decide(DEBT_REPAYMENTS, repay)
    model.decide(PREPAYMENTS, early)
    model.decide(PREMIUM_FREE, premium_free)
    model.decide(FACILITIES, signed)
    return position


def _largest_balance(model: Model, debt: Debt) -> float:
    """What no balance can exceed: all draws and the opening balance, grown by PIK; of a revolver its cash limit."""
    limit = debt.cash_limit_musd
    if limit is None or debt.is_revolving:
        return math.inf if limit is None else limit
    highest = max(yearly_rates(model.instance, debt).values()) * model.base_years
    return (limit + debt.opening_balance_musd) * capitalised_share(debt, model.calendar.end(model.horizon), highest)


def _fees(
    model: Model, d: str, debt: Debt, window: range, borrowed: Borrowed, available: Expr | None, letters: ByPeriod
) -> dict[int, Variable]:
    """Returns whether there is a draw, by period, where that matters."""
    draw = borrowed.draws
    issues = window if debt.min_draw_musd or debt.issue_fee_musd else range(0)
    issue = model.variables(f"issue.{d}", issues, upper=1, integer=True)
    rows = model.constraints(f"issue_rows.{d}")
    most = largest_draw(debt)
    least = max(debt.min_draw_musd, least_size(most))
    for t in issues:
        if most == 0:
            issue[t].fix(0)  # without a draw there is no fee
            continue
        rows.add(draw[d, t] <= most * issue[t])
        rows.add(draw[d, t] >= max(least, min(most, _least_for_fee(model, debt, t))) * issue[t])
        model.ledger.post(ISSUE_FEE.of(d), t, debt.issue_fee_musd * issue[t])
    ready = model.series(debt.commitment_fee_per_year)
    under = tranches(model.instance).get(d, (d,))
    for t in window:
        model.ledger.post(UPFRONT_FEE.of(d), t, debt.upfront_fee_share * draw[d, t])
        model.ledger.post(DISCOUNT.of(d), t, debt.issue_discount_share * draw[d, t])
        if debt.has_commitment_fee:
            assert available is not None
            drawn = quicksum(draw[e, u] for e in under for u in window if u < t and (e, u) in draw)
            used = borrowed.balance[d, t - 1] if debt.is_revolving else drawn
            used += letters.get(t - 1, 0.0)
            fee = ready[t] * model.years_of(t) * (available - used)
            model.ledger.post(COMMITMENT_FEE.of(d), t, fee)
    return issue


def _letters(model: Model, d: str, debt: Debt, window: range, signed: Variable) -> None:
    """The fee on what is set aside for letters of credit, drawn or not, USD million::

        fee[t] = letter_fee·Δ·letters·limit·signed

    at the end of each period of the window.
    """
    letters = debt.letter_of_credit_share * (debt.limit_musd or 0.0)
    yearly = debt.letter_of_credit_fee_per_year
    for t in window if yearly and letters else ():
        fee = yearly * model.years_of(t) * letters
        model.ledger.post(LETTER_OF_CREDIT_FEE.of(d), t, fee * signed)


def _least_for_fee(model: Model, debt: Debt, t: int) -> float:
    """Nobody draws so little that the fixed fee leaves less than no capital, which would lower what is employed."""
    if debt.is_pooled or not debt.issue_fee_musd:
        return 0.0
    rate = charged_vintages(model.instance, debt)[t]
    return least_for_fee(terms_of(debt, model.calendar, t), rate, TIMING[model.instance.draw_timing])


def _lenders(model: Model, balance: ByName) -> None:
    rows = model.constraints("lender_limit")
    for name, lender in model.instance.lenders.items():
        own = [d for d, debt in model.instance.debt.items() if debt.lender == name]
        limit = model.series(lender.limit_musd)
        for t in model.span if own else ():
            rows.add(quicksum(balance[d, t] for d in own) <= limit[t])
