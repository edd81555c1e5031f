"""Power on line, and the load on it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.power import places
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def site_power(plan: Record) -> Table:
    """Per site, region and the whole system and period: MW energised, of them rented, load, limit and headroom.

    The limit of a site is what is energised there; that of a region or of the system is empty if the file states none.
    """
    columns = ("level", "name", "period", "energised_mw", "load_mw", "limit_mw", "headroom_mw", "rented_mw")

    def rows() -> Iterator[dict[str, Cell]]:
        for place in places(plan):
            for t, label in enumerate(plan.instance.periods.labels):
                limit, load = None if place.limit_mw is None else place.limit_mw[t], place.load_mw[t]
                yield {
                    "level": place.level,
                    "name": place.name,
                    "period": label,
                    "energised_mw": place.energised_mw[t],
                    "load_mw": load,
                    "limit_mw": limit,
                    "headroom_mw": None if limit is None else limit - load,
                    "rented_mw": place.rented_mw[t],
                }

    return Table.of(columns, rows())
