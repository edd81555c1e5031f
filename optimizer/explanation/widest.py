"""How far a limit may credibly be widened; of most that are raised, to where the rest of the file has no use for more.

A widest value that is a thousand times too large makes every answer worse, since bounds of the model follow from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.explanation.limits import Limit
from optimizer.instance.checks.walk import Path
from optimizer.instance.contract_terms import most_held
from optimizer.instance.schema import Block, Covenant, Debt, EnergySource, Instance, Offer, Region, Site
from optimizer.instance.series import Series, written_values

MOST_TIMES = {"debt_to_ebitda": 50.0, "loan_to_value": 2.0}
"""The largest value of a test that is usual in loan agreements, see ``instance/checks/ranges.py``."""


USELESS = 10.0
"""A limit of which nothing in the file tells how much more is of use is raised by so many times itself."""


class Widest:
    """How far limits may be widened, by what the whole programme could use of money, power and compute, generously."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.h100e = _demand(instance)
        self.mw = _megawatts(instance)
        self.musd = _money(instance, self)

    def most(self, row: Limit, place: Path, block: Block, value: float) -> float:
        """By how much the limit at a place may be widened, whose value is at most ``value``; above 0 if at all."""
        match row.widest:
            case "nothing":
                return value
            case "all":
                return 1.0 - value
            case "half":
                return float(math.ceil(value / 2.0))
            case "twice":
                return value
            case "tenor":
                tenor = block.tenor_periods if isinstance(block, Debt) else None
                return (tenor or 0) - 1.0 - value
            case "usual":
                return MOST_TIMES[block.kind] - value if isinstance(block, Covenant) else 0.0
            case _:
                use = self._use(row, place, block)
                return use if math.isfinite(use) else USELESS * value

    def units(self, offer: Offer) -> float:
        """Units of an offer that serve all demand by themselves, at the site where they serve least."""
        sites = self._instance.sites
        uses = [sites[name].uptime_share * sites[name].max_utilisation_share for name in offer.sites or sites]
        per_unit = offer.compute_h100e * min((use for use in uses if use > 0.0), default=0.0)
        served = self.h100e / per_unit if per_unit > 0.0 else 0.0
        minimum = offer.framework.min_total_units if offer.framework else 0.0
        return max(served, minimum) + offer.lot_units

    def built_mw(self, block: Site | Region | EnergySource) -> float:
        """What a site, or all of a region, comes to when it is built and let in full, MW."""
        region = block.region if isinstance(block, EnergySource) else ""
        return math.fsum(
            _in_full(site)
            for site in self._instance.sites.values()
            if site is block or site.region == region or self._instance.regions.get(site.region) is block
        )

    def resource(self, name: str) -> float:
        """What all phases at once take of a resource, in its own unit."""
        phases = [phase for site in self._instance.sites.values() for phase in site.phases if name in phase.resources]
        return math.fsum(p.count * max(p.resources[name].building, p.resources[name].running) for p in phases)

    def _use(self, row: Limit, place: Path, block: Block) -> float:
        """The most that the file has a use for; infinite if nothing tells."""
        if isinstance(block, Offer):
            return self.units(block)
        if row.unit == "own unit":
            return self.resource(str(place[-2]))
        if isinstance(block, (Site, Region, EnergySource)) and place[-1] != "existing_mw":
            return self.built_mw(block)
        return {"USD million": self.musd, "MW": self.mw, "H100e": self.h100e}.get(row.unit, math.inf)


def _most(series: Series | None) -> float:
    return 0.0 if series is None else max(written_values(series), default=0.0)


def _demand(instance: Instance) -> float:
    calendar = instance.periods
    wanted = (max(market.demand_h100e.expand(calendar)) for market in instance.markets.values())
    partners = (partner.delivery_h100e or 0.0 for partner in instance.partners.values())
    return math.fsum([*wanted, *partners, *map(most_held, instance.contracts.values())])


def _megawatts(instance: Instance) -> float:
    """All sites built and let in full, or what all demand would draw, if that is more."""
    sites = instance.sites.values()
    built = math.fsum(map(_in_full, sites))
    pue = max((site.pue for site in sites), default=1.0)
    draws = [offer.kw / 1e3 / offer.compute_h100e for offer in instance.hardware.values() if offer.compute_h100e > 0.0]
    uses = [site.uptime_share * site.max_utilisation_share for site in sites]
    use = min((use for use in uses if use > 0.0), default=1.0)
    lots = [offer.lot_units * offer.kw / 1e3 * pue for offer in instance.hardware.values()]
    drawn = _demand(instance) * max(draws, default=0.0) * pue / use + max(lots, default=0.0)
    return max(built, drawn)


def _in_full(site: Site) -> float:
    rented = 0.0 if site.colocation is None else _most(site.colocation.limit_mw)
    stands = site.existing_mw + math.fsum(asset.mw for asset in site.opening.values())
    return stands + rented + math.fsum(phase.mw * phase.count for phase in site.phases)


def _money(instance: Instance, widest: Widest) -> float:
    """What everything that could be bought, built and paid costs, over all periods, without any income."""
    calendar = instance.periods
    whole = calendar.years_to(calendar.periods)
    total = [_most(instance.cash.minimum_musd)]
    for flow in instance.cash_flows.values():
        if flow.musd_per_year is not None:
            yearly = flow.musd_per_year.expand(calendar)
            total += [max(0.0, -amount) * calendar.years_of(t) for t, amount in enumerate(yearly, 1)]
        if flow.musd_per_period is not None:
            total += [max(0.0, -amount) for amount in flow.musd_per_period.expand(calendar)]
    for site in instance.sites.values():
        total += [site.land_musd, site.opening_cost_musd]
        for asset in site.opening.values():
            total += [musd for part in asset.parts.values() for musd in part.to_spend_musd]
            total.append(_most(asset.fixed_opex_musd_per_year) * whole)
        for phase in site.phases:
            total += [phase.count * _most(item.musd) for item in phase.capex.values()]
            total.append(phase.count * _most(phase.fixed_opex_musd_per_year) * whole)
    total.append(max([0.0, *_hardware(instance, widest), *_clouds(instance)]))
    total += [lot.due_musd for offer in instance.hardware.values() for lot in offer.opening.values()]
    total += [debt.opening_balance_musd for debt in instance.debt.values()]
    return math.fsum(total)


def _hardware(instance: Instance, widest: Widest) -> Iterator[float]:
    """What it costs to serve all demand with one offer, for each."""
    calendar = instance.periods
    for offer in instance.hardware.values():
        lives = math.ceil(calendar.end(calendar.periods) / offer.life_periods)
        unit = _most(offer.price_usd) + math.fsum(_most(part.usd_per_unit) for part in offer.attach.values())
        yearly = _most(offer.upkeep_usd_per_unit_year) + max(offer.upkeep_usd_per_unit_year_by_age, default=0.0)
        yearly += _most(offer.lease.payment_usd_per_unit_year) if offer.lease is not None else 0.0
        yield widest.units(offer) * (unit * lives + yearly * calendar.years_to(calendar.periods)) / 1e6


def _clouds(instance: Instance) -> Iterator[float]:
    """What it costs to rent all demand of one cloud, for each."""
    calendar = instance.periods
    wanted = math.fsum(
        calendar.hours_of(t) * h100e
        for market in instance.markets.values()
        for t, h100e in enumerate(market.demand_h100e.expand(calendar), 1)
    )
    for cloud in instance.cloud.values():
        yield _most(cloud.price_usd_per_h100e_hour) * wanted / 1e6
