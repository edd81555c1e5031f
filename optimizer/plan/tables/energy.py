"""How much energy is used, where it comes from, and how clean it is."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.lines import ENERGY
from optimizer.plan.figures.energy import site_energy_mwh, supplies, totals
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def power_energy(plan: Record) -> Table:
    """Per site and period: load, energy used, the grid's price and what was paid.

    Where a region has sources of energy, they and the grid are shared by its sites: price and cost are empty here and
    stand in ``energy``.
    """
    instance, calendar = plan.instance, plan.instance.periods
    columns = ("site", "region", "period", "load_mw", "energy_mwh", "price_usd_per_mwh", "cost_musd")
    shared = {source.region for source in instance.energy_sources.values()}

    def rows() -> Iterator[dict[str, Cell]]:
        for name, site in sorted(instance.sites.items()):
            grid = instance.regions[site.region].energy_price_usd_per_mwh
            price = grid.expand(calendar) if grid is not None and site.region not in shared else None
            paid, used = plan.books.line(ENERGY, name), site_energy_mwh(plan, name)
            for t, label in enumerate(calendar.labels):
                yield {
                    "site": name,
                    "region": site.region,
                    "period": label,
                    "load_mw": plan.physical.load_mw[name][t],
                    "energy_mwh": used[t],
                    "price_usd_per_mwh": None if price is None else price[t],
                    "cost_musd": None if price is None else -paid[t] + 0.0,
                }

    return Table.of(columns, rows())


def energy(plan: Record) -> Table:
    """Per region, source (or ``grid``) and period with energy taken or paid for: MWh, cost, renewable share, CO2.

    Paid is more than taken where a contract says take or pay.
    """
    columns = ("region", "source", "period", "taken_mwh", "paid_mwh", "price_usd_per_mwh", "cost_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for supply in supplies(plan):
            for t, label in enumerate(plan.instance.periods.labels):
                if supply.taken_mwh[t] or supply.paid_mwh[t]:
                    yield {
                        "region": supply.region,
                        "source": supply.source,
                        "period": label,
                        "taken_mwh": supply.taken_mwh[t],
                        "paid_mwh": supply.paid_mwh[t],
                        "price_usd_per_mwh": supply.price_usd[t],
                        "cost_musd": supply.cost_musd[t],
                        "renewable_share": supply.renewable[t],
                        "emissions_t": supply.emissions_t[t],
                    }

    return Table.of((*columns, "renewable_share", "emissions_t"), rows())


def energy_mix(plan: Record) -> Table:
    """Per period, all regions together: energy used, its renewable share, the share asked for, and emissions."""
    used, renewable, emitted = totals(plan)
    target = plan.instance.power.min_renewable_share.expand(plan.instance.periods)
    columns = ("period", "energy_mwh", "renewable_mwh", "renewable_share", "min_renewable_share", "emissions_t")

    def rows() -> Iterator[dict[str, Cell]]:
        for t, label in enumerate(plan.instance.periods.labels):
            yield {
                "period": label,
                "energy_mwh": used[t],
                "renewable_mwh": renewable[t],
                "renewable_share": renewable[t] / used[t] if used[t] else None,
                "min_renewable_share": target[t],
                "emissions_t": emitted[t],
            }

    return Table.of(columns, rows())
