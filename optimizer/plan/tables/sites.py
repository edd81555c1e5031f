"""When ground is broken, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def site_starts(plan: Record) -> Table:
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
                "energised": calendar.label(calendar.later(t, phase.lead_periods)),
                "mw": row["count"] * phase.mw,
                "cost_musd": row["count"] * cost,
            }

    # labels of one calendar sort by time
    return Table.of(columns, sorted(rows(), key=lambda r: (str(r["start"]), str(r["site"]), str(r["phase"]))))
