"""Energy of regions with sources of their own: what each gives, what the grid adds, and how renewable it is.

Power is in MW, averaged over the period: an average MW is 8760·Δ MWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.signing import first_signing
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, WHOLE, ZERO
from optimizer.instance.schema import EnergySource

WINDOW = rule("energy.window", "Energy contracts are signed within their window.", "contracts", WHOLE)
ONCE = rule("energy.once", "An energy contract is signed at most once.", "contracts", WHOLE)
LIMIT = rule("energy.limit", "A source gives no more than its limit, and nothing outside its contract.", "MW", PHYSICAL)
BALANCE = rule("energy.balance", "The sources of a region give no more than its sites use.", "MW", PHYSICAL)
GRID = rule("energy.grid", "A region without a price of the grid takes nothing from the grid.", "MW", PHYSICAL)
RENEWABLE = rule("energy.renewable", "The renewable share of all energy is at least its minimum.", "MW", PHYSICAL)
COSTS = rule("energy.costs", "Energy of sources and of the grid is paid for, take-or-pay included.", "musd", MONEY)

_OPEX = Entry("opex", "retained_earnings", "cash")
_HOURS_PER_YEAR = Decimal(8760)
_USD_PER_MUSD = Decimal(1_000_000)


@dataclass(frozen=True)
class EnergyReplay:
    """Of all regions over time: what is ``used`` and what of it is ``renewable``, average MW; CO2 ``emitted``, t."""

    used: Values
    renewable: Values
    emitted: Values


def replay_energy(replay: Replay, use: Mapping[str, Values]) -> EnergyReplay:
    """``use[site][t]`` is the average power of each site. Σ of a region = grid + Σ of its sources."""
    instance, findings = replay.instance, replay.findings
    sources = {name: _replay_source(replay, name, one) for name, one in instance.energy_sources.items()}
    renewable, total, emitted = replay.zeros(), replay.zeros(), replay.zeros()
    mwh = [_HOURS_PER_YEAR * replay.years(t) for t in range(replay.last + 1)]  # of an average MW
    dirt = {
        name: replay.values(one.emissions_t_per_mwh, f"energy_sources.{name}.emissions_t_per_mwh")
        for name, one in instance.energy_sources.items()
    }
    for name, region in instance.regions.items():
        own = [source for source, one in instance.energy_sources.items() if one.region == name]
        price = replay.values(region.energy_price_usd_per_mwh, f"regions.{name}.energy_price_usd_per_mwh")
        share = replay.values(region.grid_renewable_share, f"regions.{name}.grid_renewable_share")
        grid_dirt = replay.values(region.grid_emissions_t_per_mwh, f"regions.{name}.grid_emissions_t_per_mwh")
        for t in replay.span:
            used = sum((use[site][t] for site, block in instance.sites.items() if block.region == name), ZERO)
            given = sum((sources[source][t] for source in own), ZERO)
            if own:
                findings.at_most(BALANCE, name, t, given, used)
            if region.energy_price_usd_per_mwh is None:
                findings.at_most(GRID, name, t, used, given)
            elif own:
                cost = (used - given) * price[t] * mwh[t] / _USD_PER_MUSD
                replay.book.post(COSTS, f"opex.grid.{name}", t, cost, _OPEX)
            total[t] += used
            renewable[t] += share[t] * (used - given)
            renewable[t] += sum((sources[one][t] for one in own if instance.energy_sources[one].renewable), ZERO)
            rest = used - given if used - given > PHYSICAL.relative * used else ZERO  # less is rounding
            emitted[t] += grid_dirt[t] * rest * mwh[t]
            emitted[t] += sum((dirt[one][t] * sources[one][t] * mwh[t] for one in own), ZERO)
    least = replay.values(instance.power.min_renewable_share, "power.min_renewable_share")
    for t in replay.span:
        if least[t] > 0:
            findings.at_most(RENEWABLE, "all regions", t, least[t] * total[t], renewable[t])
    return EnergyReplay(tuple(total), tuple(renewable), tuple(emitted))


def _replay_source(replay: Replay, name: str, source: EnergySource) -> Values:
    """paid = max(taken, take_or_pay·limit·active), at a price below 0 what is taken. Returns what is taken."""
    place = f"energy_sources.{name}"
    if source.region not in replay.instance.regions:
        raise AuditError(f"instance.json: {place}.region", f"no region {source.region!r}")
    price = replay.values(source.price_usd_per_mwh, f"{place}.price_usd_per_mwh")
    limit = replay.values(source.limit_mw, f"{place}.limit_mw")
    active, least_paid = range(1, replay.last + 1), ZERO
    if source.contract is not None:
        window = replay.window(source.contract.first_signing, source.contract.last_signing, f"{place}.contract")
        periods = [t for one, t in replay.decisions.energy_contracts if one == name]
        signed = first_signing(replay, name, periods, window, WINDOW, ONCE)
        active = range(0) if signed is None else range(signed, replay.time.after(signed, source.contract.term_periods))
        least_paid = exact(source.contract.take_or_pay_share)
    taken = replay.zeros()
    for t in replay.span:
        taken[t] = replay.decisions.energy.get((name, t), ZERO)
        most = limit[t] * (ONE if t in active else ZERO)
        replay.findings.at_most(LIMIT, name, t, taken[t], most)
        paid = taken[t] if price[t] < 0 else max(taken[t], least_paid * most)
        cost = paid * price[t] * _HOURS_PER_YEAR * replay.years(t) / _USD_PER_MUSD
        replay.book.post(COSTS, f"opex.source.{name}", t, cost, _OPEX)
    return tuple(taken)
