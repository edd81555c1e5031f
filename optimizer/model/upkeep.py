"""Upkeep by age: what units cost to keep in their first, second, … year of service."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByPair, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import UPKEEP
from optimizer.instance.schema import Offer
from optimizer.instance.upkeep import upkeep_by_age_usd
from optimizer.model.context import THOUSAND, Model
from optimizer.model.resale import Retirements


def add_upkeep_by_age(model: Model, buy: ByPair, retired: Retirements, periods: Mapping[str, range]) -> None:
    """An operating cost of what is left of each vintage, which is ordered in u and in service from a = u + lead on::

        upkeep of t += c[u,t]·(buy[o,s,u] − Σ_{v≤t} retire[o,s,u,v])             a ≤ t < a + life
        c[u,t] = δ·Σ_k usd[min(⌊k·δ⌋, n − 1)]                over the base periods k = 0, 1, … of service that are in t

    usd has n years, and a base period δ of one. Units of instant 0 are in ``opening_units``.
    """
    for o, offer in model.instance.hardware.items():
        if not any(offer.upkeep_usd_per_unit_year_by_age):
            continue
        cost = _cost(model, offer, periods[o])
        for (p, s), units in buy.items():
            if p == o:
                model.ledger.post_each(UPKEEP.of(o), units.mapped(cost), group=model.rings.sites[s])
        spared: dict[tuple[str, int], list[Expr]] = {}
        for (p, s, u, left), gone in retired.units.items():
            for t in range(left, model.horizon + 1) if p == o else ():
                if share := float(cost[t - 1, u - 1]):
                    spared.setdefault((model.rings.sites[s], t), []).append(share * gone)
        for (entity, t), costs in spared.items():
            model.ledger.post(UPKEEP.of(o), t, -quicksum(costs), group=entity)


def _cost(model: Model, offer: Offer, periods: range) -> Vector:
    """USD million for a thousand units in t of those ordered in u, T × T; nothing where they do not serve."""
    cost = np.zeros((model.horizon, model.horizon))
    for u in periods:
        arrival = model.later(u, offer.lead_periods)
        for t in range(arrival, min(model.later(arrival, offer.life_periods), model.horizon + 1)):
            cost[t - 1, u - 1] = upkeep_by_age_usd(offer, model.calendar, arrival, t) / THOUSAND
    return cost
