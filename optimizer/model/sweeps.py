"""Cash sweeps: what lenders take of what a group's waterfall leaves, before anything is distributed."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.groups import NO_BOUND
from optimizer.model.positions import DebtPosition


def add_sweeps(model: Model, debt: DebtPosition, left: ByName) -> None:
    """From its first sweep on a loan d of a group g is repaid at par, no less and no more than::

        swept[d,t] = min(share·over[g,t], B[d,t−1] − principal due in t)
        over[g,t] = max(0, rest),   rest = left[g,t] + Σ_d swept[d,t] − minimum[g,t]        left: of the waterfall
        over ≥ rest,   over ≤ rest − L·(1 − z),   over ≤ M·z                                L ≤ rest ≤ M, z binary
        share·over − share·M·w ≤ swept ≤ share·over,   B[d,t] ≤ (largest balance)·(1 − w)   w binary: all is repaid

    ``left`` by (group, t) is what service, with what is swept, leaves. Excess cash flow of credit agreements is cash
    from operations less debt service, capital spending that no debt pays for, and taxes, once a year; here it is what
    has come in and is not spoken for by t, of every period, and what was kept before with it: spending of t itself
    does not lower it, what a revolver of the group is repaid does, and tax is the company's. What is repaid lowers all
    instalments to come alike; of several draws the plan says which are repaid.

    The order is that of a cash flow cascade (E. R. Yescombe, Principles of Project Finance, 2002, §13.5.1): operating
    cost, interest, scheduled principal, the debt service reserve up to what it has to hold, then the sweep, then a
    distribution. What a reserve has to hold is worked out before the sweep; what that frees of it is carried into the
    next period, and neither swept nor distributed in its own.
    """
    if not debt.swept:
        return
    rings, loans = model.rings.debt, sorted(debt.swept)
    places = sorted({(rings[d], t) for d, t in loans})
    over, most = _over(model, debt, left, places)
    rows = model.constraints("sweep")
    gone = model.variables("swept_out", loans, upper=1, integer=True, implied=True)
    for d, t in loans:
        terms, place = model.instance.debt[d], (rings[d], t)
        assert terms.sweep is not None
        assert terms.limit_musd is not None
        due = terms.sweep.share * over[place]
        rows.add(debt.swept[d, t] <= due)
        rows.add(debt.swept[d, t] >= due - terms.sweep.share * most[place] * gone[d, t])
        rows.add(debt.balance[d, t] <= (terms.limit_musd + terms.opening_balance_musd) * (1 - gone[d, t]))


def _over(
    model: Model, debt: DebtPosition, left: ByName, places: list[tuple[str, int]]
) -> tuple[ByName, dict[tuple[str, int], float]]:
    """What is over the least cash of a group before its sweeps, by (group, t), and the most that it can be."""
    over = model.variables("over", places)
    some = model.variables("something_over", places, upper=1, integer=True, implied=True)
    rows, most = model.constraints("over_rows"), dict[tuple[str, int], float]()
    for g, t in places:
        swept: list[Expr] = [x for (d, u), x in debt.swept.items() if u == t and model.rings.debt[d] == g]
        rest = quicksum((left[g, t], *swept)) - model.series(model.instance.groups[g].minimum_cash_musd)[t]
        low, high = model.interval(rest)
        if math.isinf(low) or math.isinf(high):
            raise UnboundedModelError(NO_BOUND.format(g))
        most[g, t] = max(0.0, high)
        rows.add(over[g, t] >= rest)
        rows.add(over[g, t] <= rest - min(0.0, low) * (1 - some[g, t]))
        rows.add(over[g, t] <= most[g, t] * some[g, t])
    return over, most
