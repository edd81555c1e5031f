"""Power: the load of the hardware against what is on line and what the grid gives, and the energy bought for it."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.hardware import HardwareReplay
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.sites import SiteReplay
from optimizer.auditing.tolerances import MONEY, PHYSICAL

LOAD = rule("power.load", "The load of a site is within its power on line.", "MW", PHYSICAL)
REGION = rule("power.region", "The loads of a region are within its limit.", "MW", PHYSICAL)
SYSTEM = rule("power.system", "All loads together are within the system limit.", "MW", PHYSICAL)
ENERGY = rule("power.energy", "Energy is load × load factor × hours, at the price of the region.", "musd", MONEY)

_OPEX = Entry("opex", "retained_earnings", "cash")
_USD_PER_MUSD = Decimal(1_000_000)
HOURS_PER_YEAR = Decimal(8760)


def replay_power(replay: Replay, sites: SiteReplay, hardware: HardwareReplay) -> dict[str, Values]:
    """load[s,t] = PUE·Σ kW·units, in MW because units are in thousands. Returns the average MW used by each site."""
    instance, findings = replay.instance, replay.findings
    by_region = {name: replay.zeros() for name in instance.regions}
    total = replay.zeros()
    use: dict[str, Values] = {}
    with_sources = {source.region for source in instance.energy_sources.values()}
    for name, site in instance.sites.items():
        if site.region not in instance.regions:
            raise AuditError(f"instance.json: sites.{name}.region", f"no region {site.region!r}")
        price = replay.values(
            instance.regions[site.region].energy_price_usd_per_mwh, f"regions.{site.region}.energy_price_usd_per_mwh"
        )
        load = replay.zeros()
        for (offer, housed_at), units in hardware.fleet.items():
            if housed_at == name:
                mw = exact(site.pue) * exact(instance.hardware[offer].kw)
                for t in replay.span:
                    load[t] += mw * units[t]
        for t in replay.span:
            findings.at_most(LOAD, name, t, load[t], sites.energised[name][t])
            by_region[site.region][t] += load[t]
            total[t] += load[t]
            if site.region not in with_sources:  # energy.py buys for the other regions
                mwh = load[t] * exact(site.load_factor_share) * HOURS_PER_YEAR * replay.years(t)
                replay.book.post(ENERGY, f"opex.energy.{name}", t, mwh * price[t] / _USD_PER_MUSD, _OPEX)
        use[name] = tuple(exact(site.load_factor_share) * mw for mw in load)
    for name, region in instance.regions.items():
        if region.power_limit_mw is not None:
            limit = replay.values(region.power_limit_mw, f"regions.{name}.power_limit_mw")
            for t in replay.span:
                findings.at_most(REGION, name, t, by_region[name][t], limit[t])
    if instance.power.system_limit_mw is not None:
        limit = replay.values(instance.power.system_limit_mw, "power.system_limit_mw")
        for t in replay.span:
            findings.at_most(SYSTEM, "system", t, total[t], limit[t])
    return use
