"""Principal as lenders count it: when it is due, and not when it is paid; and what of it is refinanced."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import REFINANCINGS
from optimizer.contract.lines import LEASE_PRINCIPAL
from optimizer.finance.amortisation import Rate, repaid_share
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.schema import Instance
from optimizer.instance.vintage_terms import balloon_periods, drawn_in, has_balloon, terms_of
from optimizer.model.context import Model
from optimizer.model.convertible import becomes_shares
from optimizer.model.positions import DebtPosition, Refinancings


def principal_due(model: Model, debt: DebtPosition, window: range, *, balloons: bool, group: str | None = None) -> Expr:
    """What falls due in a window, prepaid within it or not, less what is refinanced::

        Σ_u (b_u(t_0 − u) − b_u(t_1 − u))·live[u, t_0] − Σ x       t_0 the end before the window, t_1 its own

    A vintage drawn in the window falls due from its draw on. Sculpted debt counts as it is repaid, a revolver never.
    The maturity of a bullet of more than a year is a balloon, and so is the ``balloon_share`` of another loan of more
    than a year; where balloons do not count, what refinances a loan as its balloon falls due repays that, and lowers no
    other service. Of a ``group`` what it owes counts, else all.
    """
    parts = [_of_leases(model, debt, t, group) for t in window]
    for d, terms in model.instance.debt.items():
        if terms.is_revolving or (not balloons and _all_at_once(model, d)):
            continue
        if group is not None and model.rings.debt[d] != group:
            continue
        excluded = set() if balloons else balloon_periods(terms, model.calendar)
        parts.append(_due(model, debt, d, window, balloons=balloons))
        parts += [
            -amount
            for (_, repaid, t), amount in debt.refinanced.items()
            if repaid == d and t in window and t not in excluded
        ]
    return quicksum(parts)


def _of_leases(model: Model, debt: DebtPosition, t: int, group: str | None) -> Expr:
    if group is None:
        return debt.leases.principal[t]
    return model.ledger.of(group).weighted("leases", lambda line: float(line.kind is LEASE_PRINCIPAL), t)


def _all_at_once(model: Model, d: str) -> bool:
    """Whether all of an instrument falls due in balloons, whenever it is drawn."""
    terms, calendar = model.instance.debt[d], model.calendar
    return terms.kind == "bullet" and all(has_balloon(terms, calendar, u) for u in drawn_in(terms, calendar))


def _due(model: Model, debt: DebtPosition, d: str, window: range, *, balloons: bool = True) -> Expr:
    terms = model.instance.debt[d]
    if terms.is_pooled:
        return quicksum(debt.scheduled[d, t] for t in window)
    rate = vintage_rates(model.instance, terms)
    drawn: dict[int, tuple[Expr, Rate]] = {
        u: (amount, rate[u])
        for (name, u), amount in debt.draws.items()
        if name == d and not becomes_shares(model, terms, u)
    }
    if terms.opening_balance_musd:
        drawn[0] = (terms.opening_balance_musd, rate[0])
    parts, passed = [], model.calendar.elapsed
    for u, (amount, own) in drawn.items():
        of_u, balloon = terms_of(terms, model.calendar, u), balloons or not has_balloon(terms, model.calendar, u)
        if not balloon and terms.kind == "bullet":
            continue
        shares = [
            repaid_share(of_u, passed(u, t - 1), passed(u, t), own, balloon=balloon)
            for t in window
            if u < t and passed(u, t - 1) < of_u.tenor_periods
        ]
        share = sum(shares)
        if share:
            gone = (y for (name, v, t), y in debt.prepaid.items() if name == d and v == u and t < window.start)
            parts.append(share * (amount - quicksum(gone)))
    return quicksum(parts)


def counts_principal(instance: Instance) -> bool:
    """Whether a test counts principal."""
    dividends = instance.equity.dividends if instance.equity else None
    lock_up = dividends is not None and dividends.lock_up_dscr is not None
    return lock_up or bool(instance.groups) or any(covenant.kind == "dscr" for covenant in instance.covenants.values())


def refinancings(model: Model, windows: Mapping[str, range]) -> Refinancings:
    """What of each draw repays what falls due of another instrument.

    No variables where it makes no difference: nothing counts principal, and the draw is tied to nothing.
    """
    counted = counts_principal(model.instance)
    able = {k: terms.refinances or () for k, terms in model.instance.debt.items() if counted or terms.tied_to}
    keys = [(k, d, t) for k, named in able.items() for d in named for t in windows[k]]
    most = {(k, d, t): largest_draw(model.instance.debt[k]) for k, d, t in keys}
    return model.variables("refinanced", keys, upper=most)


def limit_refinancings(model: Model, debt: DebtPosition) -> None:
    """Σ_d x[k,d,t] ≤ draw[k,t],   Σ_k x[k,d,t] ≤ principal of d due in t"""
    found = debt.refinanced
    rows = model.constraints("refinanced_rows")
    for k, t in sorted({(k, t) for k, _, t in found}):
        rows.add(quicksum(x for (k2, _, t2), x in found.items() if (k2, t2) == (k, t)) <= debt.draws[k, t])
    for d, t in sorted({(d, t) for _, d, t in found}):
        due = 0.0 if model.instance.debt[d].is_revolving else _due(model, debt, d, range(t, t + 1))
        rows.add(quicksum(x for (_, d2, t2), x in found.items() if (d2, t2) == (d, t)) <= due)
    model.decide(REFINANCINGS, found)
