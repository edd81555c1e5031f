"""Power on line and the load on it: of each site, each region and the whole system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from optimizer.plan.books import add
from optimizer.plan.record import Record

SITE, REGION, SYSTEM = "site", "region", "system"


class Place(NamedTuple):
    """A site, a region or the system: MW by period, ``limit_mw`` None where the file states none."""

    level: str
    name: str
    energised_mw: list[float]
    rented_mw: list[float]
    load_mw: list[float]
    limit_mw: Sequence[float] | None


def places(plan: Record) -> Iterator[Place]:
    """Sites by name, then regions by name, then the system. The limit of a site is what is energised there."""
    instance, calendar = plan.instance, plan.instance.periods
    names = sorted(instance.sites)
    for name in names:
        yield _of(plan, SITE, name, [name], plan.physical.energised_mw[name])
    for name, region in sorted(instance.regions.items()):
        limit = region.power_limit_mw.expand(calendar) if region.power_limit_mw else None
        yield _of(plan, REGION, name, [site for site in names if instance.sites[site].region == name], limit)
    system = instance.power.system_limit_mw
    yield _of(plan, SYSTEM, "all sites", names, system.expand(calendar) if system else None)


def _of(plan: Record, level: str, name: str, sites: Sequence[str], limit: Sequence[float] | None) -> Place:
    physical, size = plan.physical, plan.instance.periods.periods
    energised, rented, load = (
        add(*(mw[site] for site in sites), size=size)
        for mw in (physical.energised_mw, physical.rented_mw, physical.load_mw)
    )
    return Place(level, name, energised, rented, load, limit)
