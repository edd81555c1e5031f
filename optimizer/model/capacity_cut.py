"""The capacity cut: a demand that must be met asks for a whole number of phases."""

from __future__ import annotations

import math

import numpy as np

from optimizer.algebra.expr import TimeExpr
from optimizer.instance.opening_position import in_place_mw
from optimizer.model.context import Model
from optimizer.model.hardware import Fleet
from optimizer.model.least_load import least_power, least_served
from optimizer.model.sites import SiteCapacity

WATT = 1e-6
"""MW; what is less is rounding."""
EXACT = 1e-12
"""A phase that is not a whole number of watts to this accuracy is not counted: an equation may not lean on rounding."""
MOST_BLOCKS = 10_000
"""With more blocks than this the phases share no size that is worth counting in."""


def add_capacity_cut(model: Model, sites: SiteCapacity, fleet: Fleet, served: TimeExpr) -> None:
    """All sites together, counted in blocks of the largest size g that divides every phase; it cuts off no plan::

        g·blocks[t] = Σ_s Σ_p mw·N[s,p,t−lead]                        blocks integer
        a_t·U_t ≤ Σ_s existing[t] + Σ_s rented[t] + g·blocks[t]
        blocks[t] ≥ ⌈(a_t·U̲_t − Σ existing[t] − most rented[t]) / g⌉

    a_t is the least power that a served kH100e takes, U_t is what sites serve (``served``) and U̲_t the least of it by
    the data (``least_load``). The second row is the sum of the service and power rows of the sites; what is new is that
    the right-hand side is one integer, on which to round and to branch: the relaxation of ``starts`` would otherwise
    build parts of phases in several places.
    """
    size = _common_size([phase.mw for site in model.instance.sites.values() for phase in site.phases])
    largest = sum(sites.most_phases_mw.values(), np.zeros(model.horizon))
    in_part = any(phase.fractional for site in model.instance.sites.values() for phase in site.phases)
    if in_part or not size or largest[-1] / size > MOST_BLOCKS:
        return
    rows = model.constraints("capacity_cut")
    standing = [in_place_mw(site, model.calendar) for site in model.instance.sites.values()]
    existing = {t: float(sum(mw[t - 1] for mw in standing)) for t in model.span}
    most = {t: math.floor(largest[t - 1] / size + WATT) for t in model.span}
    counted = [t for t in model.span if most[t]]
    blocks = model.variables("blocks_on_line", counted, upper=most, integer=True, implied=True)
    power, least = least_power(model, fleet), least_served(model)
    phases, rented = (model.total(mw.values()) for mw in (sites.phases_mw, sites.rented_mw))
    most_rented = sum(sites.most_rented_mw.values(), np.zeros(model.horizon))
    for t, block in blocks.items():
        rows.add(size * block == phases[t])
        if not power[t] or isinstance(served[t], (int, float)):
            continue
        rows.add(power[t] * served[t] <= existing[t] + rented[t] + size * block)
        short = power[t] * least[t] - existing[t] - most_rented[t - 1]
        # what cannot be built is for the other rows to say
        block.setlb(min(most[t], max(0, math.ceil(short / size - WATT))))


def _common_size(sizes: list[float]) -> float:
    """The largest size, in whole watts, of which every phase is a multiple, MW; 0 if there is none."""
    watts = [round(mw / WATT) for mw in sizes]
    if not all(math.isclose(mw, count * WATT, rel_tol=EXACT) for mw, count in zip(sizes, watts, strict=True)):
        return 0.0
    return math.gcd(*watts) * WATT
