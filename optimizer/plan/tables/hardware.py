"""What is ordered from whom, and what is in service where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from optimizer.contract.lines import ORDER_FEE
from optimizer.plan.figures.hardware import ACCELERATOR, order_costs
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def purchases(plan: Record) -> Table:
    """One row per order: units, cost by part, average price of the accelerator after discount, units by site.

    ``part_musd.PART`` add up to ``total_musd``, deposit and rest together; ``units_at.SITE`` add up to ``units``. The
    terms are purchase, framework or lease; a lease has no price and costs nothing here, its payments are in ``leases``.
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
            costs, leased = order_costs(plan, name, t + 1), offer.lease is not None
            yield {
                "offer": name,
                "vendor": offer.vendor,
                "accelerator": offer.accelerator,
                "order_period": calendar.label(t + 1),
                "delivery_period": calendar.label(calendar.later(t + 1, offer.lead_periods)),
                "units": units,
                "total_musd": fsum(costs.values()),
                "list_price_usd": None if leased else offer.price_usd.expand(calendar)[t],
                "average_price_usd": None if leased else costs[ACCELERATOR] * USD_PER_MUSD / units,
                "order_fee_musd": -books.line(ORDER_FEE, name)[t] + 0.0,
                "terms": "lease" if leased else "framework" if offer.framework is not None else "purchase",
                **{f"part_musd.{part}": cost for part, cost in costs.items()},
                **{f"units_at.{site}": number for site, number in split[name, calendar.label(t + 1)].items()},
            }

    return Table.of([*columns, "terms"], rows())


def fleet(plan: Record) -> Table:
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
