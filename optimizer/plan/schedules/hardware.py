"""What is ordered from whom, and what is in service where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

ACCELERATOR = "accelerator"


def purchases(plan: Plan) -> Table:
    """One row per order: units, cost by part, average price of the accelerator after discount, units by site.

    ``part_musd.PART`` add up to ``total_musd``, deposit and rest together; ``units_at.SITE`` add up to ``units``.
    """
    instance, books, calendar = plan.instance, plan.books, plan.instance.periods
    parts = [ACCELERATOR, *sorted({part for offer in instance.hardware.values() for part in offer.attach})]
    split: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in plan.decisions.get("allocations", ()):
        split[row["offer"], str(row["period"])][row["site"]] = row["units"]
    columns = ["offer", "vendor", "accelerator", "order_period", "delivery_period", "units"]
    columns += ["total_musd", "list_price_usd", "average_price_usd", "order_fee_musd"]
    columns += [f"part_musd.{part}" for part in parts] + [f"units_at.{site}" for site in sorted(instance.sites)]

    def rows() -> Iterator[dict[str, Cell]]:
        orders = plan.decisions.get("orders", ())
        for row in sorted(orders, key=lambda r: (calendar.index(str(r["period"])), r["offer"])):
            name, offer, units = row["offer"], instance.hardware[row["offer"]], row["units"]
            t = calendar.index(str(row["period"])) - 1
            delivery = t + offer.lead_periods
            costs = {
                part: -books.line(f"deposit.hardware.{name}.{part}")[t]
                - books.line(f"capex.hardware.{name}.{part}")[delivery]
                for part in [ACCELERATOR, *sorted(offer.attach)]
            }
            yield {
                "offer": name,
                "vendor": offer.vendor,
                "accelerator": offer.accelerator,
                "order_period": calendar.label(t + 1),
                "delivery_period": calendar.label(delivery + 1),
                "units": units,
                "total_musd": sum(costs.values()),
                "list_price_usd": offer.price_usd.expand(calendar)[t],
                "average_price_usd": costs[ACCELERATOR] * USD_PER_MUSD / units,
                "order_fee_musd": -books.line(f"opex.order_fee.{name}")[t] + 0.0,
                **{f"part_musd.{part}": cost for part, cost in costs.items()},
                **{f"units_at.{site}": number for site, number in split[name, calendar.label(t + 1)].items()},
            }

    return Table.of(columns, rows())


def fleet(plan: Plan) -> Table:
    """Per offer, site and period with hardware in service: units and H100 equivalents, uptime not yet taken off."""
    columns = ("offer", "site", "period", "units", "compute_h100e")

    def rows() -> Iterator[dict[str, Cell]]:
        for (offer, site), in_service in plan.physical.fleet.items():
            compute = plan.instance.hardware[offer].compute_h100e
            for label, units in zip(plan.instance.periods.labels, in_service, strict=True):
                if units:
                    yield {
                        "offer": offer,
                        "site": site,
                        "period": label,
                        "units": units,
                        "compute_h100e": units * compute,
                    }

    return Table.of(columns, rows())
