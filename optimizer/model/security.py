"""Security: assets pledged to lenders."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import PLEDGES
from optimizer.model.context import Model
from optimizer.model.groups import own_book_value
from optimizer.model.positions import DebtPosition


def add_security(
    model: Model, position: DebtPosition, book_value: ByName, by_group: Mapping[tuple[str, str, int], Expr]
) -> Mapping[tuple[str, str, int], Expr]:
    """Assets are pledged once; returns what is pledged::

    B[d,t] ≤ Σ_c ltv[d,c]·pledge[d,c,t],   Σ_d pledge[d,c,t] ≤ book_value[c,t]      USD million

    A loan of a borrowing group is secured on what is within its ring, a loan of the company on what is in none.
    """
    secured = {
        d: {str(c): ltv for c, ltv in debt.security.items()} for d, debt in model.instance.debt.items() if debt.security
    }
    pledge = model.variables("pledge", [(d, c, t) for d, shares in secured.items() for c in shares for t in model.span])
    rows = model.constraints("security")
    for t in model.span:
        for d, shares in secured.items():
            rows.add(position.balance[d, t] <= quicksum(ltv * pledge[d, c, t] for c, ltv in shares.items()))
        for entity, c in sorted({(model.rings.debt[d], c) for d, shares in secured.items() for c in shares}):
            own = (d for d, shares in secured.items() if c in shares and model.rings.debt[d] == entity)
            pledged = quicksum(pledge[d, c, t] for d in own)
            rows.add(pledged <= own_book_value(model, entity, c, t, book_value, by_group))
    model.decide(PLEDGES, pledge)
    return pledge
