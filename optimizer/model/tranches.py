"""Tranches: loans that are drawn under one commitment, each with a margin, a schedule and collateral of its own."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.tranches import tranches
from optimizer.model.context import Model


def add_tranches(model: Model, draw: ByName, signed: Mapping[str, Expr]) -> None:
    """All that is drawn under a commitment is within it::

        Σ_{e of d} Σ_t draw[e,t] ≤ limit[d]·signed[d]        e of d: the loan d and the tranches of it

    signed is 1 where nothing is charged for what is not drawn, so that to sign is no choice. The fee on that is d's,
    on what all of them leave (``debt``).
    """
    rows = model.constraints("tranches")
    for d, under in tranches(model.instance).items():
        limit = model.instance.debt[d].limit_musd
        assert limit is not None
        available = limit * signed[d] if d in signed else limit
        rows.add(quicksum(draw[e, t] for e in under for t in model.span if (e, t) in draw) <= available)
