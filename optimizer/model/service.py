"""Service: compute for markets, from sites (here) and from clouds (`cloud.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.algebra.expr import ByName, ByPair, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import CONTRACT_SERVICE, DELIVERIES, SERVICE, Decisions
from optimizer.contract.lines import REVENUE, SERVING, SHORTFALL
from optimizer.instance.contract_terms import most_held
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Site
from optimizer.model.cloud import add_cloud
from optimizer.model.context import THOUSAND, Model
from optimizer.model.contracts import ContractPosition
from optimizer.model.hardware import Fleet
from optimizer.model.least_load import least_served
from optimizer.model.positions import PartnerPosition, ServicePosition


def capacity_after(model: Model, fleet: Fleet) -> Expr:
    """What all sites could serve in the period after T, kH100e."""
    return quicksum(
        _useful(model.instance.sites[s]) * model.instance.hardware[o].compute_h100e * units
        for (o, s), units in fleet.next_units().items()
    )


def _useful(site: Site) -> float:
    """The share of its compute that a unit is used for."""
    return site.uptime_share * site.max_utilisation_share


def add_service(model: Model, fleet: Fleet, partners: PartnerPosition, contracts: ContractPosition) -> ServicePosition:
    """Who is served from where, kH100e::

        Σ_m serve[m,s,t] + Σ_p deliver[p,s,t] + Σ_c hold[c,s,t] ≤ uptime·max_utilisation·Σ_o compute_o·fleet[o,s,t]
        Σ_s deliver[p,s,t] = what partner p is owed in t,   Σ_s hold[c,s,t] = what contract c holds in t
        min_served·demand ≤ Σ_s serve[m,s,t] + shortfall[m,t],  Σ_s serve[m,s,t] ≤ demand
        shortfall ≤ min_served·demand·missing,  Σ_s serve + shortfall ≤ min_served·demand if missing (binary)
        surplus market m, w[m,t] ∈ {0,1}:  Σ_s serve[m,s,t] ≤ demand·w[m,t]
            U ≤ share·C + (1 − share)·Ū·(1 − w[m,t]),  U + (1/share − 1)·U̲·w[m,t] ≤ C,
            U = Σ_{s, other m} serve + Σ_{s,p} deliver + Σ_{s,c} hold from U̲ to Ū by the data,  C = Σ_s capacity

    U̲ is what has to be served and clouds cannot serve (``least_load``), Ū the demand of the other markets and all that
    partners and contracts can ask for: both hold for every plan. As U ≤ C holds anyway, the two rows of a surplus
    market are C ≥ U + (1/share − 1)·U·w with U·w replaced by its envelope (McCormick 1976): the hull over w and U ≤ C.
    One kH100e through t at 1 USD an hour is 8.76·Δ USD million.
    """
    instance = model.instance
    demand = {
        m: {t: d / THOUSAND for t, d in model.series(market.demand_h100e).items()}
        for m, market in instance.markets.items()
    }
    origins = {m: _origins(model, m) for m in instance.markets}
    served_in = {(m, s): [t for t in model.span if demand[m][t]] for m in instance.markets for s in origins[m]}
    serve = model.timelines(
        "serve",
        served_in,
        upper={(m, s): model.array(instance.markets[m].demand_h100e) / THOUSAND for m, s in served_in},
    )
    capacity = model.by_site({})
    for o, offer in instance.hardware.items():
        capacity = capacity + model.each_site(_useful) * offer.compute_h100e * fleet.units[o]
    most = {p: (each.delivery_h100e or 0.0) / THOUSAND for p, each in instance.partners.items()}
    deliver = _handed_over(model, "deliver", partners.deliveries, most, DELIVERIES)
    most = {c: most_held(each) / THOUSAND for c, each in instance.contracts.items()}
    hold = _handed_over(model, "hold", contracts.held, most, CONTRACT_SERVICE)
    rows = model.constraints("service_capacity")
    used = model.by_site({})
    for served in (serve, deliver, hold):
        for who in dict.fromkeys(who for who, _ in served):
            used = used + model.by_site({s: served[who, s] for s in instance.sites if (who, s) in served})
    rows.add_all(used <= capacity, within=used.decided(), keys=used.keys)
    _demand(model, serve, demand, origins)
    promised = {t: partners.most_deliveries[t] + contracts.most_held[t] for t in model.span}
    _surplus(model, serve, demand, capacity.total(), [*deliver.values(), *hold.values()], promised)
    _money(model, serve)
    add_cloud(model, serve)
    model.decide(SERVICE, serve, scale=THOUSAND)
    return _position(model, serve, deliver, contracts, used.total())


def _position(
    model: Model,
    serve: ByPair,
    deliver: ByPair,
    contracts: ContractPosition,
    total: TimeExpr,
) -> ServicePosition:
    sites = model.instance.sites
    gets = {("market", m): [serve[m, s] for s in sites if (m, s) in serve] for m in model.instance.markets}
    gets |= {
        ("partner", p): [deliver[p, s] for s in sites if (p, s) in deliver]
        for p in dict.fromkeys(p for p, _ in deliver)
    }
    price: dict[tuple[str, str], Mapping[int, float]] = {}
    for kind, name in gets:
        if kind == "market":
            price[kind, name] = model.series(model.instance.markets[name].revenue_usd_per_h100e_hour)
        else:
            price[kind, name] = dict.fromkeys(model.span, model.instance.partners[name].price_usd_per_h100e_hour or 0.0)
    from_sites = {who: model.total(amounts) for who, amounts in gets.items()}
    for name, amounts in contracts.sells.items():
        from_sites["contract", name] = model.timeline(amounts)
        price["contract", name] = contracts.price[name]
    return ServicePosition(total, from_sites, price)


def _handed_over(
    model: Model, name: str, owed: ByName, most: Mapping[str, float], table: Decisions
) -> dict[tuple[str, str], TimeExpr]:
    """Where what partners are owed, or contracts hold, comes from, kH100e by (partner or contract, site) over time:
    from sites of the entity whose partner or contract it is."""
    due: dict[str, list[int]] = {}
    for p, t in owed:
        due.setdefault(p, []).append(t)
    at = model.rings
    home = at.partners if name == "deliver" else at.contracts
    windows = {(p, s): due[p] for p in due for s in model.instance.sites if at.sites[s] == home[p]}
    given = model.timelines(name, windows, upper={(p, s): most[p] for p, s in windows})
    rows = model.constraints({"deliver": "deliveries", "hold": "holdings"}[name])
    for p, periods in due.items():
        wanted = model.timeline({t: owed[p, t] for t in periods})
        everywhere = model.total(given[p, s] for s in model.instance.sites if (p, s) in given)
        rows.add_each(everywhere == wanted, periods=periods)
    model.decide(table, given, scale=THOUSAND)
    return given


def _origins(model: Model, m: str) -> list[str]:
    """Sites and clouds that may serve a market; a surplus market is served from sites only."""
    market = model.instance.markets[m]
    origins = list(model.instance.sites)
    if market.surplus_only_below_share is None:
        origins += list(model.instance.cloud)
    return [s for s in origins if market.sites is None or s in market.sites]


def _demand(
    model: Model,
    serve: ByPair,
    demand: Mapping[str, Mapping[int, float]],
    origins: Mapping[str, list[str]],
) -> None:
    rows = model.constraints("demand")
    for m, market in model.instance.markets.items():
        least = model.series(market.min_served_share)
        penalty = (
            model.series(market.shortfall_penalty_usd_per_h100e_hour)
            if market.shortfall_penalty_usd_per_h100e_hour
            else None
        )
        everywhere = model.total(serve[m, s] for s in origins[m])
        short = model.variables(f"shortfall.{m}", model.span, upper={t: least[t] * demand[m][t] for t in model.span})
        for t in model.span:
            if not demand[m][t]:
                continue
            served = everywhere[t]
            if penalty is None:
                short[t].fix(0.0)
            else:
                need, most = least[t] * demand[m][t], demand[m][t]
                missing = model.variables(f"missing.{m}.{t}", [0], upper=1, integer=True, implied=True, decided=t)[0]
                rows.add(short[t] <= need * missing)
                rows.add(served + short[t] <= need + (most - need) * (1 - missing))
                cost = penalty[t] * model.hours_of(t) / THOUSAND * short[t]
                model.ledger.post(SHORTFALL.of(m), t, cost)
            if least[t]:
                rows.add(served + short[t] >= least[t] * demand[m][t])
            if not isinstance(served, (int, float)):
                rows.add(served <= demand[m][t])


def _surplus(
    model: Model,
    serve: ByPair,
    demand: Mapping[str, Mapping[int, float]],
    everything: TimeExpr,
    promised: Sequence[TimeExpr],
    most_promised: Mapping[int, float],
) -> None:
    markets, sites = model.instance.markets, model.instance.sites
    own = [m for m, market in markets.items() if market.surplus_only_below_share is None]
    least = least_served(model)
    served = model.total([*(serve[k, s] for k in own for s in sites if (k, s) in serve), *promised])
    for m, market in markets.items():
        share = market.surplus_only_below_share
        if share is None:
            continue
        allowed = model.variables(f"surplus_allowed.{m}", model.span, upper=1, integer=True)
        rows, hull = model.constraints(f"surplus_only.{m}"), model.constraints(f"surplus_hull.{m}")
        market_surplus = model.total(serve[m, s] for s in sites if (m, s) in serve)
        for t in model.span:
            surplus, used, owned = market_surplus[t], served[t], everything[t]
            if isinstance(surplus, (int, float)) or isinstance(used, (int, float)):
                continue
            most = sum(demand[k][t] for k in own) + most_promised[t]
            rows.add(surplus <= demand[m][t] * allowed[t])
            rows.add(used <= share * owned + (1.0 - share) * most * (1 - allowed[t]))
            if share > 0.0 and least[t]:
                hull.add(used + (1.0 / share - 1.0) * least[t] * allowed[t] <= owned)


def _money(model: Model, serve: ByPair) -> None:
    instance = model.instance
    hours = model.each_hours / THOUSAND
    for m, market in instance.markets.items():
        everywhere = model.array(market.serving_cost_usd_per_h100e_hour)
        by_site = {s: model.array(cost) for s, cost in market.serving_cost_by_site_usd_per_h100e_hour.items()}
        served = {s: serve[m, s] for s in (*instance.sites, *instance.cloud) if (m, s) in serve}
        entity_of = {s: model.rings.sites.get(s, COMPANY) for s in served}
        for entity in sorted(set(entity_of.values())) or (COMPANY,):
            own = {s: x for s, x in served.items() if entity_of[s] == entity}
            revenue = model.array(market.revenue_usd_per_h100e_hour) * hours * model.total(own.values())
            model.ledger.post_each(REVENUE.of(m), revenue, group=entity)
            cost = model.total((everywhere + by_site.get(s, 0.0)) * hours * x for s, x in own.items())
            model.ledger.post_each(SERVING.of(m), cost, group=entity)
