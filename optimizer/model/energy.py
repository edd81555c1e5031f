"""Energy: where the megawatt-hours come from, how green they are, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByName, Expr, Panel
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import ENERGY_CONTRACTS, ENERGY_TAKEN
from optimizer.contract.lines import ENERGY, GRID_ENERGY, SOURCE_ENERGY
from optimizer.instance.calendar import HOURS_PER_YEAR
from optimizer.model.context import Model
from optimizer.model.hardware import Fleet
from optimizer.model.least_load import least_power, least_served
from optimizer.model.sites import SiteCapacity

TINY = 1e-6
"""Average MW below this are rounding."""


def add_energy(model: Model, loads: Panel, sites: SiteCapacity, fleet: Fleet) -> None:
    """Average MW by region and source, from the peak ``loads`` (MW by site over time)::

        use[r,t] = Σ_{s in r} load_factor·load[s,t] = grid[r,t] + Σ_e gen[e,t]
        gen[e,t] ≤ min(limit[e,t], ū[r,t])·active[e,t]         ū: the most that the region can use
        active[e,t] = Σ_{u ≤ t < u+term} sign[e,u],   Σ_u sign[e,u] ≤ 1          signed at most once; sign binary
        paid[e,t] = max(gen[e,t], take_or_pay·limit[e,t]·active[e,t])         the binary says which
        paid[e,t] = gen[e,t] at a price below 0: nobody pays for energy that is not taken
        Σ_r grid_renewable·grid[r,t] + Σ_{renewable e} gen[e,t] ≥ min_renewable[t]·Σ_r use[r,t]
        Σ_e min(1, green[e,t] / need[t])·active[e,t] ≥ 1               where the share needs a contract: a cut

    ū follows from what can be on line and from the limit of the region, and gen is a part of use, as grid ≥ 0.
    Energy in MWh is average MW·8760·Δ. A region without sources pays the grid site by site.
    """
    instance = model.instance
    use: dict[tuple[str, int], Expr] = {}
    average = model.each_site(lambda site: site.load_factor_share) * loads
    for r in instance.regions:
        whole = average.total(s for s, site in instance.sites.items() if site.region == r)
        use |= {(r, t): whole[t] for t in model.span}
    most_use = _most_use(model, sites)
    supplied, active = _sources(model, most_use)
    grid: dict[tuple[str, int], Expr] = {}
    rows = model.constraints("energy_balance")
    for r, region in instance.regions.items():
        own = [e for e, source in instance.energy_sources.items() if source.region == r]
        price = model.series(region.energy_price_usd_per_mwh) if region.energy_price_usd_per_mwh else None
        if not own:
            for t in model.span:
                grid[r, t] = use[r, t]
            if region.energy_price_usd_per_mwh:
                _bill_sites(model, r, loads, model.array(region.energy_price_usd_per_mwh))
            continue
        bought = model.variables(f"grid.{r}", model.span)
        for t in model.span:
            grid[r, t] = bought[t]
            if price is None:
                bought[t].fix(0.0)
            else:
                model.ledger.post(GRID_ENERGY.of(r), t, price[t] * model.hours_of(t) / 1e6 * bought[t])
                bought[t].setub(model.interval(use[r, t])[1])
            rows.add(use[r, t] == bought[t] + quicksum(supplied[e, t] for e in own))
    _renewable_share(model, use, grid, supplied)
    _needed_contracts(model, fleet, most_use, active)


def _bill_sites(model: Model, r: str, loads: Panel, price: Vector) -> None:
    share = model.each_site(lambda site: site.load_factor_share)
    for s, cost in (share * model.each_hours / 1e6 * price * loads).items():
        if model.instance.sites[s].region == r:
            model.ledger.post_each(ENERGY.of(s), cost)


def _most_use(model: Model, sites: SiteCapacity) -> dict[tuple[str, int], float]:
    """The most that a region can use on average, MW by (region, period): by what can be on line, and by its limit."""
    most: dict[tuple[str, int], float] = {}
    for r, region in model.instance.regions.items():
        own = {s: site for s, site in model.instance.sites.items() if site.region == r}
        limit = model.series(region.power_limit_mw) if region.power_limit_mw else {}
        factor = max((site.load_factor_share for site in own.values()), default=0.0)
        for t in model.span:
            on_line = sum(site.load_factor_share * float(sites.most_mw[s][t - 1]) for s, site in own.items())
            most[r, t] = min(on_line, factor * limit.get(t, math.inf))
    return most


def _sources(
    model: Model, most_use: Mapping[tuple[str, int], float]
) -> tuple[dict[tuple[str, int], Expr], dict[tuple[str, int], Expr]]:
    """Average MW taken from each source, with contracts and bills, and whether each contract is active."""
    taken: dict[tuple[str, int], Expr] = {}
    standing: dict[tuple[str, int], Expr] = {}
    signed: dict[tuple[str, int], Expr] = {}
    base_hours = HOURS_PER_YEAR * model.base_years
    for e, source in model.instance.energy_sources.items():
        limit, price = model.series(source.limit_mw), model.series(source.price_usd_per_mwh)
        useful = {t: min(limit[t], most_use.get((source.region, t), math.inf)) for t in model.span}
        gen = model.variables(f"energy.{e}", model.span, upper=useful)
        taken |= {(e, t): gen[t] for t in model.span}
        contract = source.contract
        if contract is None:
            for t in model.span:
                model.ledger.post(SOURCE_ENERGY.of(e), t, price[t] * model.hours_of(t) / 1e6 * gen[t])
            continue
        window = model.calendar.window(contract.first_signing, contract.last_signing)
        sign = model.variables(f"energy_signed.{e}", window, upper=1, integer=True)
        signed |= {(e, u): sign[u] for u in window}
        paid = model.variables(f"energy_paid.{e}", model.span, upper=limit)
        more = model.variables(f"energy_above_minimum.{e}", model.span, upper=1, integer=True, implied=True)
        rows = model.constraints(f"energy_contract.{e}")
        model.once(sign[u] for u in window)
        rows.add(quicksum(sign[u] for u in window) <= 1)
        last = model.horizon
        least_bill = contract.take_or_pay_share * limit[last] * max(0.0, price[last]) * base_hours / 1e6
        model.run_on(least_bill * model.timeline(sign), [1.0] * contract.term_periods, contract.assignable_share)
        for t in model.span:
            active = quicksum(sign[u] for u in window if u <= t < model.later(u, contract.term_periods))
            standing[e, t] = active
            rows.add(gen[t] <= useful[t] * active)
            if price[t] < 0.0:
                paid[t].fix(0.0)
                more[t].fix(0)
                model.ledger.post(SOURCE_ENERGY.of(e), t, price[t] * model.hours_of(t) / 1e6 * gen[t])
                continue
            least = contract.take_or_pay_share * limit[t]
            rows.add(paid[t] >= gen[t])
            rows.add(paid[t] >= least * active)
            rows.add(paid[t] <= gen[t] + least * (1 - more[t]))
            rows.add(paid[t] <= least * active + max(0.0, useful[t] - least) * more[t])
            model.ledger.post(SOURCE_ENERGY.of(e), t, price[t] * model.hours_of(t) / 1e6 * paid[t])
    if model.calendar.is_equal:
        model.decide(ENERGY_TAKEN, taken, scale=base_hours)
    else:
        model.decide(ENERGY_TAKEN, {(e, t): model.hours_of(t) * mw for (e, t), mw in taken.items()})
    model.decide(ENERGY_CONTRACTS, signed)
    return taken, standing


def _renewable_share(
    model: Model,
    use: ByName,
    grid: ByName,
    supplied: ByName,
) -> None:
    instance = model.instance
    target = model.series(instance.power.min_renewable_share)
    shares = {r: model.series(region.grid_renewable_share) for r, region in instance.regions.items()}
    rows = model.constraints("renewable_share")
    for t in model.span:
        total = quicksum(use[r, t] for r in instance.regions)
        if not target[t] or isinstance(total, (int, float)):
            continue
        green = quicksum(shares[r][t] * grid[r, t] for r in instance.regions)
        green += quicksum(supplied[e, t] for e, source in instance.energy_sources.items() if source.renewable)
        rows.add(green >= target[t] * total)


def _needed_contracts(model: Model, fleet: Fleet, most_use: Mapping[tuple[str, int], float], active: ByName) -> None:
    """The cover inequality of the renewable share; it cuts off no plan::

        need[t] = (min_renewable − max_r grid_renewable)·least use − Σ_{e without contract} green[e,t]
        green[e,t] = (1 − grid_renewable)·min(limit, ū[r,t])                       renewable e in region r

    A MWh of a renewable source takes the place of one from the grid, so it adds 1 − grid_renewable to the share, and
    all of them together have to add min_renewable − grid_renewable to every MWh used. What free sources leave open
    must come from contracts, each as a whole, where the relaxation would sign a part of one.
    """
    if not active:
        return
    instance = model.instance
    target, rows = model.series(instance.power.min_renewable_share), model.constraints("contract_cover")
    power, served = least_power(model, fleet), least_served(model)
    factor = min((site.load_factor_share for site in instance.sites.values()), default=0.0)
    shares = {r: model.series(region.grid_renewable_share) for r, region in instance.regions.items()}
    green = {e: source for e, source in instance.energy_sources.items() if source.renewable}
    limits = {e: model.series(source.limit_mw) for e, source in green.items()}
    for t in model.span:
        best = max((share[t] for share in shares.values()), default=0.0)
        need = (target[t] - best) * factor * power[t] * served[t]
        adds = {e: (1.0 - shares[x.region][t]) * min(limits[e][t], most_use[x.region, t]) for e, x in green.items()}
        need -= sum(amount for e, amount in adds.items() if green[e].contract is None)
        whole = quicksum(min(1.0, adds[e] / need) * active[e, t] for e in adds if (e, t) in active and need > TINY)
        if not isinstance(whole, (int, float)):
            rows.add(whole >= 1.0)
