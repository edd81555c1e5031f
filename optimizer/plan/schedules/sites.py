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
    """Per site, region and the whole system and period: MW energised, of them rented, load, limit and headroom.

    The limit of a site is what is energised there; that of a region or of the system is empty if the file states none.
    """
    instance, physical, calendar = plan.instance, plan.physical, plan.instance.periods
    columns = ("level", "name", "period", "energised_mw", "load_mw", "limit_mw", "headroom_mw", "rented_mw")

    def block(level: str, name: str, sites: Sequence[str], limit: Sequence[float] | None) -> Iterator[dict[str, Cell]]:
        energised = add(*(physical.energised_mw[s] for s in sites), size=calendar.periods)
        load = add(*(physical.load_mw[s] for s in sites), size=calendar.periods)
        rented = add(*(physical.rented_mw[s] for s in sites), size=calendar.periods)
        for t, label in enumerate(calendar.labels):
            yield {
                "level": level,
                "name": name,
                "period": label,
                "energised_mw": energised[t],
                "load_mw": load[t],
                "limit_mw": None if limit is None else limit[t],
                "headroom_mw": None if limit is None else limit[t] - load[t],
                "rented_mw": rented[t],
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


def colocation(plan: Plan) -> Table:
    """One row per contract: MW, the periods in which they are on line, and the rent of a period."""
    calendar = plan.instance.periods
    columns = ("site", "signed", "first", "last", "mw", "rent_musd_per_mw_year", "rent_musd_per_period")

    def rows() -> Iterator[dict[str, Cell]]:
        found = plan.decisions.get("colocation", ())
        for row in sorted(found, key=lambda r: (str(r["period"]), r["site"])):
            terms = plan.instance.sites[row["site"]].colocation
            assert terms is not None
            t = calendar.index(str(row["period"]))
            rent = terms.rent_musd_per_mw_year.expand(calendar)[t - 1]
            first = t + terms.lead_periods
            yield {
                "site": row["site"],
                "signed": calendar.label(t),
                "first": calendar.label(first),
                "last": calendar.label(first + terms.term_periods - 1),
                "mw": row["mw"],
                "rent_musd_per_mw_year": rent,
                "rent_musd_per_period": row["mw"] * rent * calendar.years,
            }

    return Table.of(columns, rows())
