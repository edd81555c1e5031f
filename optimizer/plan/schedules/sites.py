"""When ground is broken, and how much power that gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from optimizer.plan.books import add
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def site_starts(plan: Plan) -> Table:
    """One row per start: MW that it brings, the period it is energised in (it may lie after the last), its cost.

    The cost is that of the whole phase, with what is paid after the last period, without land and opening cost.
    """
    calendar = plan.instance.periods
    columns = ("site", "phase", "start", "count", "energised", "mw", "cost_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for row in plan.decisions.get("phase_starts", ()):
            phase = next(p for p in plan.instance.sites[row["site"]].phases if p.name == row["phase"])
            t = calendar.index(str(row["period"]))
            cost = sum(part.musd.expand(calendar)[t - 1] for _, part in sorted(phase.capex.items()))
            yield {
                "site": row["site"],
                "phase": row["phase"],
                "start": calendar.label(t),
                "count": row["count"],
                "energised": calendar.label(t + phase.lead_periods),
                "mw": row["count"] * phase.mw,
                "cost_musd": row["count"] * cost,
            }

    # labels of one calendar sort by time
    return Table.of(columns, sorted(rows(), key=lambda r: (str(r["start"]), str(r["site"]), str(r["phase"]))))


def site_power(plan: Plan) -> Table:
    """Per site, region and the whole system and period: MW energised, load, limit and headroom.

    The limit of a site is what is energised there; that of a region or of the system is empty if the file states none.
    """
    instance, physical, calendar = plan.instance, plan.physical, plan.instance.periods
    columns = ("level", "name", "period", "energised_mw", "load_mw", "limit_mw", "headroom_mw")

    def block(level: str, name: str, sites: Sequence[str], limit: Sequence[float] | None) -> Iterator[dict[str, Cell]]:
        energised = add(*(physical.energised_mw[s] for s in sites), size=calendar.periods)
        load = add(*(physical.load_mw[s] for s in sites), size=calendar.periods)
        for t, label in enumerate(calendar.labels):
            yield {
                "level": level,
                "name": name,
                "period": label,
                "energised_mw": energised[t],
                "load_mw": load[t],
                "limit_mw": None if limit is None else limit[t],
                "headroom_mw": None if limit is None else limit[t] - load[t],
            }

    def rows() -> Iterator[dict[str, Cell]]:
        names = sorted(instance.sites)
        for name in names:
            yield from block("site", name, [name], physical.energised_mw[name])
        for name, region in sorted(instance.regions.items()):
            limit = region.power_limit_mw.expand(calendar) if region.power_limit_mw else None
            yield from block("region", name, [s for s in names if instance.sites[s].region == name], limit)
        system = instance.power.system_limit_mw
        yield from block("system", "all sites", names, system.expand(calendar) if system else None)

    return Table.of(columns, rows())


def power_energy(plan: Plan) -> Table:
    """Per site and period: load, energy bought, the region's price and what was paid."""
    instance, calendar = plan.instance, plan.instance.periods
    columns = ("site", "region", "period", "load_mw", "energy_mwh", "price_usd_per_mwh", "cost_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for name, site in sorted(instance.sites.items()):
            price = instance.regions[site.region].energy_price_usd_per_mwh.expand(calendar)
            paid = plan.books.line(f"opex.energy.{name}")
            for t, label in enumerate(calendar.labels):
                load = plan.physical.load_mw[name][t]
                yield {
                    "site": name,
                    "region": site.region,
                    "period": label,
                    "load_mw": load,
                    "energy_mwh": load * site.load_factor_share * calendar.hours,
                    "price_usd_per_mwh": price[t],
                    "cost_musd": -paid[t] + 0.0,
                }

    return Table.of(columns, rows())
