"""Where the energy comes from: the grid and every source, by region and period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from optimizer.plan.books import add
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record

GRID = "grid"


@dataclass(frozen=True)
class Supply:
    """Energy of one source, or of the grid, in one region, MWh by period.

    ``paid_mwh`` is what is paid for: more than is taken under a take-or-pay contract. ``renewable`` is a share,
    ``emissions`` tonnes of CO2 per MWh taken, both by period.
    """

    region: str
    source: str
    taken_mwh: list[float]
    paid_mwh: list[float]
    price_usd: list[float]
    renewable: list[float]
    emissions: list[float]

    @property
    def cost_musd(self) -> list[float]:
        return [mwh * price / USD_PER_MUSD for mwh, price in zip(self.paid_mwh, self.price_usd, strict=True)]

    @property
    def renewable_mwh(self) -> list[float]:
        return [mwh * share for mwh, share in zip(self.taken_mwh, self.renewable, strict=True)]

    @property
    def emissions_t(self) -> list[float]:
        return [mwh * rate for mwh, rate in zip(self.taken_mwh, self.emissions, strict=True)]


def site_energy_mwh(plan: Record, site: str) -> list[float]:
    """Energy that a site uses: load · load factor · 8760·Δ."""
    share, calendar = plan.instance.sites[site].load_factor_share, plan.instance.periods
    return [load * (share * calendar.hours_of(t)) for t, load in enumerate(plan.physical.load_mw[site], 1)]


def supplies(plan: Record) -> list[Supply]:
    """Every source with what is taken of it, and per region the rest, which the grid delivers."""
    return [supply for region in sorted(plan.instance.regions) for supply in _of_region(plan, region)]


def _of_region(plan: Record, name: str) -> Iterator[Supply]:
    calendar, region = plan.instance.periods, plan.instance.regions[name]
    sites = [site for site, block in sorted(plan.instance.sites.items()) if block.region == name]
    used = add(*(site_energy_mwh(plan, site) for site in sites), size=calendar.periods)
    own = [source for source, block in sorted(plan.instance.energy_sources.items()) if block.region == name]
    found = [_of_source(plan, source) for source in own]
    yield from found
    if region.energy_price_usd_per_mwh is None:
        return
    taken = add(*(supply.taken_mwh for supply in found), size=calendar.periods)
    # what rounding leaves is no energy
    rest = [need - had if need - had > 1e-9 * need else 0.0 for need, had in zip(used, taken, strict=True)]
    yield Supply(
        name,
        GRID,
        rest,
        rest,
        list(region.energy_price_usd_per_mwh.expand(calendar)),
        list(region.grid_renewable_share.expand(calendar)),
        list(region.grid_emissions_t_per_mwh.expand(calendar)),
    )


def _of_source(plan: Record, name: str) -> Supply:
    calendar, source = plan.instance.periods, plan.instance.energy_sources[name]
    price_usd = list(source.price_usd_per_mwh.expand(calendar))
    taken = [0.0] * calendar.periods
    for row in plan.decisions.get("energy", ()):
        if row["source"] == name:
            taken[calendar.index(str(row["period"])) - 1] += row["mwh"]
    paid = taken
    if source.contract is not None:
        share, limit = source.contract.take_or_pay_share, source.limit_mw.expand(calendar)
        owed = [on and price >= 0.0 for on, price in zip(active(plan, name), price_usd, strict=True)]
        least = [share * mw * calendar.hours_of(t) * due for t, mw, due in zip(calendar.span, limit, owed, strict=True)]
        paid = [max(pair) for pair in zip(taken, least, strict=True)]
    return Supply(
        source.region,
        name,
        taken,
        paid,
        price_usd,
        [float(source.renewable)] * calendar.periods,
        list(source.emissions_t_per_mwh.expand(calendar)),
    )


def active(plan: Record, name: str) -> list[bool]:
    """In which periods a source delivers: always without a contract, else within the term from its signing on."""
    calendar, contract = plan.instance.periods, plan.instance.energy_sources[name].contract
    if contract is None:
        return [True] * calendar.periods
    signed = [
        calendar.index(str(row["period"]))
        for row in plan.decisions.get("energy_contracts", ())
        if row["source"] == name and row["signed"]
    ]
    return [any(u <= t < calendar.later(u, contract.term_periods) for u in signed) for t in calendar.span]


def totals(plan: Record) -> tuple[list[float], list[float], list[float]]:
    """Energy used (MWh), the renewable part of it (MWh) and emissions (tonnes), by period."""
    found, size = supplies(plan), plan.instance.periods.periods
    return (
        add(*(supply.taken_mwh for supply in found), size=size),
        add(*(supply.renewable_mwh for supply in found), size=size),
        add(*(supply.emissions_t for supply in found), size=size),
    )


def renewable_share(plan: Record) -> float | None:
    """Renewable part of all energy used over the periods; None if none is."""
    used, renewable, _ = totals(plan)
    return fsum(renewable) / fsum(used) if fsum(used) > 0 else None
