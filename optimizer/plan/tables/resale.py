"""Hardware that leaves early, and what it fetches."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.instance.opening_position import age_years, resale_usd_of
from optimizer.instance.resale import resale_usd
from optimizer.plan.figures.hardware import order_costs
from optimizer.plan.figures.opening import book_of_unit
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def retirements(plan: Record) -> Table:
    """Units that leave service early: their order (or lot of the opening position), age, price and book value then.

    A unit that leaves in t does not serve in t. The gain is what it fetches over its book value, negative for a loss.
    """
    calendar = plan.instance.periods
    columns = (
        "offer",
        "site",
        "ordered",
        "period",
        "units",
        "age_years",
        "proceeds_musd",
        "book_value_musd",
        "gain_musd",
    )
    bought = {(row["offer"], str(row["period"])): row["units"] for row in plan.decisions.get("orders", ())}

    def rows() -> Iterator[dict[str, Cell]]:
        found = plan.decisions.get("retirements", ())
        for row in sorted(found, key=lambda r: (str(r["period"]), str(r["ordered"]), r["offer"], r["site"])):
            name, offer, units = row["offer"], plan.instance.hardware[row["offer"]], row["units"]
            t = calendar.index(str(row["period"]))
            if row["ordered"] in offer.opening:
                lot = offer.opening[row["ordered"]]
                proceeds = units * resale_usd_of(offer, lot, t, calendar) / USD_PER_MUSD
                left = units * book_of_unit(plan, name, lot, t) / USD_PER_MUSD
                yield {
                    "offer": name,
                    "site": row["site"],
                    "ordered": row["ordered"],
                    "period": calendar.label(t),
                    "units": units,
                    "age_years": age_years(lot, t, calendar),
                    "proceeds_musd": proceeds,
                    "book_value_musd": left,
                    "gain_musd": proceeds - left,
                }
                continue
            ordered = calendar.index(str(row["ordered"]))
            served = calendar.elapsed(calendar.later(ordered, offer.lead_periods) - 1, t - 1)
            proceeds = units * resale_usd(offer, calendar, ordered, t) / USD_PER_MUSD
            cost = fsum(order_costs(plan, name, ordered).values()) / bought[name, str(row["ordered"])] * units
            left = cost * (1.0 - served / offer.life_periods)
            yield {
                "offer": name,
                "site": row["site"],
                "ordered": calendar.label(ordered),
                "period": calendar.label(t),
                "units": units,
                "age_years": served * calendar.base_years,
                "proceeds_musd": proceeds,
                "book_value_musd": left,
                "gain_musd": proceeds - left,
            }

    return Table.of(columns, rows())
