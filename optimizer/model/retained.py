"""Retained earnings: what the company has earned and not paid out, and how low they can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.contract.accounts import RETAINED
from optimizer.instance.opening_position import opening_retained
from optimizer.model.context import Model


@dataclass(frozen=True)
class Earnings:
    """What the bounds of the decisions leave to retained earnings by period, USD million, before any dividend.

    ``lowest`` counts on dividends that never leave less than nothing; ``highest`` on none at all.
    """

    lowest: Mapping[int, float]
    highest: Mapping[int, float]


def earnings(model: Model, claims: ByPeriod) -> Earnings:
    """The range of retained earnings, from the lines posted so far; no dividend may be among them.

    ::

        lowest_t = max(min(0, lowest_{t−1}) + least result_t, −most claims_t)
        highest_t = highest_{t−1} + most result_t

    Assets are never negative, so that retained earnings are no less than minus all ``claims`` on them: debt, partners'
    balances and equity paid in.
    """
    low = high = opening_retained(model.instance)
    lowest, highest = {}, {}
    for t in model.span:
        before = low if t == 1 else min(0.0, low)
        least, most = model.interval(-1.0 * model.ledger.movement(RETAINED, t))
        low, high = max(before + least, -model.interval(claims[t])[1]), high + most
        lowest[t], highest[t] = low, high
    return Earnings(lowest, highest)


def equity_bases(model: Model, paid_in: ByPeriod, claims: ByPeriod, retained: ByPeriod) -> dict[str, ByPeriod]:
    """What covenants call equity: ``paid_in``, common and preferred, or ``book``, E + RE, where one asks for it."""
    bases = {"paid_in": paid_in}
    if any(covenant.equity_basis == "book" for covenant in model.instance.covenants.values()):
        earned = retained or add_retained(model, claims)
        bases["book"] = {t: paid_in[t] + earned[t] for t in model.span}
    return bases


def add_retained(model: Model, claims: ByPeriod) -> ByPeriod:
    """RE_t = RE_{t−1} + what the lines of t add; the instants 0 … T. To be called when all lines are posted."""
    low = high = opening_retained(model.instance)
    lower, upper = {}, {}
    for t in model.span:
        least, most = model.interval(-1.0 * model.ledger.movement(RETAINED, t))
        low, high = low + least, high + most
        lower[t], upper[t] = max(low, -model.interval(claims[t])[1]), high
    retained = model.variables("retained_earnings", model.span, lower=lower, upper=upper)
    rows = model.constraints("retained_earnings_roll_forward")
    found: dict[int, Expr] = {0: opening_retained(model.instance), **retained}
    for t in model.span:
        rows.add(found[t] == found[t - 1] - model.ledger.movement(RETAINED, t))
    return found
