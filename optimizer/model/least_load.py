"""The least that must be served, and the least power that it takes, from the data alone."""

from __future__ import annotations

import math

import numpy as np

from optimizer.model.context import THOUSAND, Model
from optimizer.model.hardware import Fleet


def least_served(model: Model) -> dict[int, float]:
    """What sites serve at least, kH100e by period: the demand that must be met, less all that clouds can do.

    Surplus markets are left out: they are asked for nothing when there is no surplus. So are markets where a shortfall
    can be paid for.
    """
    least: dict[int, float] = dict.fromkeys(model.span, 0.0)
    for market in model.instance.markets.values():
        if market.shortfall_penalty_usd_per_h100e_hour is None and market.surplus_only_below_share is None:
            demand, share = model.series(market.demand_h100e), model.series(market.min_served_share)
            for t in model.span:
                least[t] += share[t] * demand[t] / THOUSAND
    for cloud in model.instance.cloud.values():
        for series in (cloud.limit_h100e, cloud.reserved.limit_h100e if cloud.reserved else None):
            for t, most in (model.series(series) if series else {}).items():
                least[t] = max(0.0, least[t] - most / THOUSAND)
    return least


def least_power(model: Model, fleet: Fleet) -> dict[int, float]:
    """MW that a served kH100e takes at least, by period; 0 if it may take none::

    a_t = min over the offers o and sites s in use of  PUE_s·kW_o / (uptime_s·max_utilisation_s·compute_o)
    """
    least = np.full(model.horizon, math.inf)
    for o, units in fleet.units.items():
        offer = model.instance.hardware[o]
        for site, there in zip(model.instance.sites.values(), units.decided(), strict=True):
            useful = offer.compute_h100e * site.uptime_share * site.max_utilisation_share
            if useful:
                least = np.where(there, np.minimum(least, site.pue * offer.kw / useful), least)
    return {t: power if math.isfinite(power) else 0.0 for t, power in zip(model.span, least.tolist(), strict=True)}
