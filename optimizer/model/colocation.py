"""Colocation: megawatts rented from a landlord."""

from __future__ import annotations

import math
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.model.context import Model


def add_colocation(model: Model) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], float]]:
    """Contracts for a term; returns the rented MW by (site, period) and their largest possible values.

    ::

        take[s,u] = block·blocks[s,u]                                    MW, signed in u, blocks integer
        rented[s,t] = Σ_{u+lead ≤ t < u+lead+term} take[s,u] ≤ limit[s,t]
        rent of t = Σ rent[u]·Δ·take[s,u] over the contracts active in t
    """
    rented: dict[tuple[str, int], Any] = {}
    most: dict[tuple[str, int], float] = {}
    rows = model.constraints("colocation")
    taken: dict[tuple[str, int], Any] = {}
    for s, site in model.instance.sites.items():
        offer = site.colocation
        if offer is None:
            continue
        limit, rent = model.series(offer.limit_mw), model.series(offer.rent_musd_per_mw_year)
        window = model.calendar.window(offer.first_signing, offer.last_signing)
        signings = [u for u in window if u + offer.lead_periods <= model.horizon]
        largest = {u: limit[u + offer.lead_periods] for u in signings}
        if offer.block_mw:
            whole = {u: math.floor(mw / offer.block_mw + 1e-9) for u, mw in largest.items()}
            blocks = model.variables(f"colocation_blocks.{s}", signings, upper=whole, integer=True)
            take = {u: offer.block_mw * blocks[u] for u in signings}
        else:
            take = model.variables(f"colocation_mw.{s}", signings, upper=largest)
        for t in model.span:
            active = [u for u in signings if u + offer.lead_periods <= t < u + offer.lead_periods + offer.term_periods]
            if not active:
                continue
            rented[s, t], most[s, t] = quicksum(take[u] for u in active), limit[t]
            rows.add(rented[s, t] <= limit[t])
            cost = quicksum(rent[u] * model.years * take[u] for u in active)
            model.ledger.expense(f"opex.colocation.{s}", "opex", t, cost)
        taken |= {(s, u): take[u] for u in signings}
    model.decide("colocation", ("site", "period"), "mw", taken)
    return rented, most
