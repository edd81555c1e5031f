"""Colocation: megawatts rented from a landlord."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import Expr, TimeExpr
from optimizer.algebra.time_expr import decided_periods
from optimizer.contract.decisions import COLOCATION_RENTED
from optimizer.contract.lines import COLOCATION
from optimizer.finance.escalation import steps
from optimizer.model.context import Model


def add_colocation(model: Model) -> tuple[dict[str, TimeExpr], dict[str, Vector]]:
    """Contracts for a term; returns the rented MW by site over time and their largest possible values.

    ::

        take[s,u] = block·blocks[s,u]                                    MW, signed in u, blocks integer
        rented[s,t] = Σ_{u+lead ≤ t < u+lead+term} take[s,u] ≤ limit[s,t]
        rent of t = Σ rent[u]·(1 + e)^(whole years since delivery)·Δ·take[s,u] over the contracts active in t
    """
    rented: dict[str, TimeExpr] = {}
    most: dict[str, Vector] = {}
    rows = model.constraints("colocation")
    taken: dict[tuple[str, int], Expr] = {}
    for s, site in model.instance.sites.items():
        offer = site.colocation
        if offer is None:
            continue
        limit, rent = model.series(offer.limit_mw), model.series(offer.rent_musd_per_mw_year)
        window = model.calendar.window(offer.first_signing, offer.last_signing)
        arrivals = {u: model.later(u, offer.lead_periods) for u in window}
        signings = [u for u in window if arrivals[u] <= model.horizon]
        largest = {u: limit[arrivals[u]] for u in signings}
        if offer.block_mw:
            whole = {u: math.floor(mw / offer.block_mw + 1e-9) for u, mw in largest.items()}
            blocks = model.variables(f"colocation_blocks.{s}", signings, upper=whole, integer=True, built="sites")
            take: Mapping[int, Expr] = {u: offer.block_mw * blocks[u] for u in signings}
        else:
            take = model.variables(f"colocation_mw.{s}", signings, upper=largest)
        rented[s] = model.held(model.delayed(model.timeline(take), offer.lead_periods), offer.term_periods)
        rows.add_each(rented[s] <= model.array(offer.limit_mw), periods=decided_periods(rented[s]))
        most[s] = np.where(rented[s].decided(), model.array(offer.limit_mw), 0.0)
        costs = model.timeline({u: rent[u] * model.base_years * amount for u, amount in take.items()})
        costs = model.delayed(costs, offer.lead_periods)
        rents = steps(offer.escalator_per_year, model.base_years, offer.term_periods)
        model.ledger.post_each(COLOCATION.of(s), model.from_start(costs, rents))
        model.run_on(costs, rents, offer.assignable_share)
        taken |= {(s, u): take[u] for u in signings}
    model.decide(COLOCATION_RENTED, taken)
    return rented, most
