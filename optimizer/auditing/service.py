"""Markets served from sites and clouds. Compute is in thousand H100 equivalents (kH100e)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from optimizer.auditing.cloud import replay_reservations
from optimizer.auditing.hardware import HardwareReplay
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import KILOHOURS_PER_YEAR, THOUSAND, exact
from optimizer.auditing.tolerances import MONEY, PHYSICAL, ZERO
from optimizer.instance.schema import Market

CAPACITY = rule("service.capacity", "A site serves no more than its hardware can.", "kH100e", PHYSICAL)
CLOUD = rule("service.cloud_limit", "No more is rented from a cloud by the hour than it offers.", "kH100e", PHYSICAL)
DEMAND = rule("service.demand", "A market is served no more than it asks for.", "kH100e", PHYSICAL)
MINIMUM = rule("service.minimum", "The share of demand that must be served is served.", "kH100e", PHYSICAL)
ELIGIBLE = rule("service.eligible", "Markets are served only from places that may.", "kH100e", PHYSICAL)
SURPLUS_SITES = rule("service.surplus_sites", "Surplus markets are served from own sites only.", "kH100e", PHYSICAL)
SURPLUS = rule(
    "service.surplus",
    "Surplus markets are served only while the others use little enough capacity.",
    "kH100e",
    PHYSICAL,
)
REVENUE = rule("service.revenue", "Revenue follows the hours served.", "musd", MONEY)
COSTS = rule("service.costs", "Serving, shortfall and cloud costs follow the hours.", "musd", MONEY)

_REVENUE = Entry("revenue", "cash", "retained_earnings")
_OPEX = Entry("opex", "retained_earnings", "cash")

Totals = Mapping[tuple[str, int], Decimal]


def replay_service(
    replay: Replay, hardware: HardwareReplay, promised: Sequence[Mapping[str, Values]]
) -> dict[str, Values]:
    """Check what is served, from where, and post its money; ``promised[…][site][t]`` goes to partners and contracts.

    Returns what each site could serve, kH100e.
    """
    delivered = {
        site: tuple(sum(values, ZERO) for values in zip(*(each[site] for each in promised), strict=True))
        for site in replay.instance.sites
    }
    instance, findings = replay.instance, replay.findings
    capacity = _capacity(replay, hardware)
    by_place: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    by_market: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    by_group: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for (name, place, t), served in replay.decisions.service.items():
        market = instance.markets[name]
        by_place[place, t] += served
        by_market[name, t] += served
        by_group[name, replay.rings.site(place), t] += served
        allowed = market.sites is None or place in market.sites
        findings.record(ELIGIBLE, f"{name} from {place}", t, ZERO if allowed else abs(served))
        if market.surplus_only_below_share is not None:
            own = place in instance.sites
            findings.record(SURPLUS_SITES, f"{name} from {place}", t, ZERO if own else abs(served))
    for name in instance.sites:
        for t in replay.span:
            findings.at_most(CAPACITY, name, t, by_place[name, t] + delivered[name][t], capacity[name][t])
    hour = [KILOHOURS_PER_YEAR * replay.years(t) for t in range(replay.last + 1)]
    reserved = replay_reservations(replay, hour)
    for name, cloud in instance.cloud.items():
        limit = replay.values(cloud.limit_h100e, f"cloud.{name}.limit_h100e")
        price = replay.values(cloud.price_usd_per_h100e_hour, f"cloud.{name}.price_usd_per_h100e_hour")
        for t in replay.span:
            hourly = max(ZERO, by_place[name, t] - reserved[name][t])
            findings.at_most(CLOUD, name, t, hourly, limit[t] / THOUSAND)
            replay.book.post(COSTS, f"opex.cloud.{name}", t, hourly * hour[t] * price[t], _OPEX)
    _check_surplus(replay, capacity, delivered)
    for name, market in instance.markets.items():
        _replay_market(replay, name, market, by_market, by_group, hour)
    return capacity


def _capacity(replay: Replay, hardware: HardwareReplay) -> dict[str, Values]:
    """capacity[s,t] = uptime·max_utilisation·Σ_o compute_o·fleet[o,s,t]."""
    capacity = {}
    for name, site in replay.instance.sites.items():
        usable = exact(site.uptime_share) * exact(site.max_utilisation_share)
        values = replay.zeros()
        for (offer, housed_at), units in hardware.fleet.items():
            if housed_at == name:
                compute = usable * exact(replay.instance.hardware[offer].compute_h100e)
                for t in replay.span:
                    values[t] += compute * units[t]
        capacity[name] = tuple(values)
    return capacity


def _check_surplus(replay: Replay, capacity: dict[str, Values], delivered: Mapping[str, Values]) -> None:
    """In a period in which a surplus market is served from sites, the others use at most its share of capacity."""
    instance = replay.instance
    ordinary = {name for name, market in instance.markets.items() if market.surplus_only_below_share is None}
    own_use, surplus_use = replay.zeros(), {name: replay.zeros() for name in instance.markets if name not in ordinary}
    for (name, place, t), served in replay.decisions.service.items():
        if place in instance.sites:
            (own_use if name in ordinary else surplus_use[name])[t] += served
    for values in delivered.values():  # partners and contracts count with the other markets
        own_use = [use + value for use, value in zip(own_use, values, strict=True)]
    for name, use in surplus_use.items():
        share = exact(instance.markets[name].surplus_only_below_share or 0.0)
        for t in replay.span:
            total = sum((values[t] for values in capacity.values()), ZERO)
            if use[t] > PHYSICAL.absolute:
                replay.findings.at_most(SURPLUS, name, t, own_use[t], share * total)


def _replay_market(
    replay: Replay,
    name: str,
    market: Market,
    by_market: Totals,
    by_group: Mapping[tuple[str, str, int], Decimal],
    hour: list[Decimal],
) -> None:
    """Demand, minimum, revenue and cost of one market; ``hour[t]`` is a period of one kH100e at 1 USD an hour, musd."""
    findings, book, place = replay.findings, replay.book, f"markets.{name}"
    demand = replay.values(market.demand_h100e, f"{place}.demand_h100e")
    least_share = replay.values(market.min_served_share, f"{place}.min_served_share")
    revenue = replay.values(market.revenue_usd_per_h100e_hour, f"{place}.revenue_usd_per_h100e_hour")
    cost = replay.values(market.serving_cost_usd_per_h100e_hour, f"{place}.serving_cost_usd_per_h100e_hour")
    penalty = replay.values(
        market.shortfall_penalty_usd_per_h100e_hour, f"{place}.shortfall_penalty_usd_per_h100e_hour"
    )
    added = {
        where: replay.values(series, f"{place}.serving_cost_by_site.{where}")
        for where, series in market.serving_cost_by_site_usd_per_h100e_hour.items()
    }
    for t in replay.span:
        served = by_market.get((name, t), ZERO)
        wanted = demand[t] / THOUSAND
        least = least_share[t] * wanted
        findings.at_most(DEMAND, name, t, served, wanted)
        if market.shortfall_penalty_usd_per_h100e_hour is None:
            findings.at_most(MINIMUM, name, t, least, served)
        else:
            missing = max(ZERO, least - served)
            book.post(COSTS, f"opex.shortfall.{name}", t, missing * hour[t] * penalty[t], _OPEX)
        for group in ("", *replay.rings.names):
            own = by_group.get((name, group, t), ZERO)
            book.post(REVENUE, f"revenue.{name}", t, own * hour[t] * revenue[t], _REVENUE, group=group)
            serving = own * cost[t]
            for where, extra in added.items():
                if replay.rings.site(where) == group:
                    serving += replay.decisions.service.get((name, where, t), ZERO) * extra[t]
            book.post(COSTS, f"opex.serving.{name}", t, serving * hour[t], _OPEX, group=group)
