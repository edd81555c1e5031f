"""Colocation: the contracts, and their rent."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def colocation(plan: Record) -> Table:
    """One row per contract: MW, the periods in which they are on line, and the rent of the first year and period."""
    calendar = plan.instance.periods
    columns = ("site", "signed", "first", "last", "mw", "rent_musd_per_mw_year", "rent_musd_per_period")

    def rows() -> Iterator[dict[str, Cell]]:
        found = plan.decisions.get("colocation", ())
        for row in sorted(found, key=lambda r: (str(r["period"]), r["site"])):
            terms = plan.instance.sites[row["site"]].colocation
            assert terms is not None
            t = calendar.index(str(row["period"]))
            rent = terms.rent_musd_per_mw_year.expand(calendar)[t - 1]
            first = calendar.later(t, terms.lead_periods)
            yield {
                "site": row["site"],
                "signed": calendar.label(t),
                "first": calendar.label(first),
                "last": calendar.label(calendar.later(first, terms.term_periods) - 1),
                "mw": row["mw"],
                "rent_musd_per_mw_year": rent,
                "rent_musd_per_period": row["mw"] * rent * calendar.years_of(first),
            }

    return Table.of(columns, rows())
