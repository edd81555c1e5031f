"""What is ordered from whom, and what is in service where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING

from optimizer.instance.resale import resale_usd
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

ACCELERATOR = "accelerator"


def order_costs(plan: Plan, name: str, t: int) -> dict[str, float]:
    """What the order of an offer in period t (from 1) costs by part, deposit and rest together, USD million."""
    offer, books = plan.instance.hardware[name], plan.books
    parts = [] if offer.lease is not None else [ACCELERATOR, *sorted(offer.attach)]
    delivery = t - 1 + offer.lead_periods
    return {
        part: -books.line(f"deposit.hardware.{name}.{part}")[t - 1]
        - books.line(f"capex.hardware.{name}.{part}")[delivery]
        for part in parts
    }


def purchases(plan: Plan) -> Table:
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
                "delivery_period": calendar.label(t + 1 + offer.lead_periods),
                "units": units,
                "total_musd": fsum(costs.values()),
                "list_price_usd": None if leased else offer.price_usd.expand(calendar)[t],
                "average_price_usd": None if leased else costs[ACCELERATOR] * USD_PER_MUSD / units,
                "order_fee_musd": -books.line(f"opex.order_fee.{name}")[t] + 0.0,
                "terms": "lease" if leased else "framework" if offer.framework is not None else "purchase",
                **{f"part_musd.{part}": cost for part, cost in costs.items()},
                **{f"units_at.{site}": number for site, number in split[name, calendar.label(t + 1)].items()},
            }

    return Table.of([*columns, "terms"], rows())


def agreements(plan: Plan) -> Table:
    """Frameworks signed and developments begun: when, what was promised and ordered, and what it cost, USD million.

    For a framework the period is the first of its order window, ``shortfall_units`` is what is missing to the minimum
    and ``take_or_pay_musd`` what is paid for it; for a development ``opens`` is the first period with an order.
    """
    instance, books, calendar = plan.instance, plan.books, plan.instance.periods
    columns = ["offer", "kind", "period", "opens", "minimum_units", "ordered_units", "shortfall_units"]
    columns += ["take_or_pay_musd", "cost_musd"]
    ordered: dict[str, list[float]] = defaultdict(list)
    for row in plan.decisions.get("orders", ()):
        ordered[row["offer"]].append(row["units"])

    def rows() -> Iterator[dict[str, Cell]]:
        for row in sorted(plan.decisions.get("frameworks", ()), key=lambda r: str(r["offer"])):
            name, offer = row["offer"], instance.hardware[row["offer"]]
            if offer.framework is None or not row["signed"]:
                continue
            window = calendar.window(offer.first_order, offer.last_order)
            units = fsum(ordered[name])
            yield {
                "offer": name,
                "kind": "framework",
                "period": calendar.label(window.start),
                "opens": calendar.label(window.start),
                "minimum_units": offer.framework.min_total_units,
                "ordered_units": units,
                "shortfall_units": max(0.0, offer.framework.min_total_units - units),
                "take_or_pay_musd": -fsum(books.line(f"opex.take_or_pay.{name}")) + 0.0,
                "cost_musd": -fsum(books.line(f"opex.signing.{name}")) + 0.0,
            }
        for row in sorted(plan.decisions.get("developments", ()), key=lambda r: (str(r["period"]), str(r["offer"]))):
            name, offer = row["offer"], instance.hardware[row["offer"]]
            if offer.development is None or not row["begun"]:
                continue
            t = calendar.index(str(row["period"]))
            yield {
                "offer": name,
                "kind": "development",
                "period": calendar.label(t),
                "opens": calendar.label(t + offer.development.lead_periods),
                "ordered_units": fsum(ordered[name]),
                "cost_musd": -books.line(f"opex.development.{name}")[t - 1] + 0.0,
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


def retirements(plan: Plan) -> Table:
    """Units that leave service early: when they were ordered, their age, what they fetch and their book value then.

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
            ordered, t = calendar.index(str(row["ordered"])), calendar.index(str(row["period"]))
            served = t - ordered - offer.lead_periods
            proceeds = units * resale_usd(offer, calendar, ordered, t) / USD_PER_MUSD
            cost = fsum(order_costs(plan, name, ordered).values()) / bought[name, str(row["ordered"])] * units
            left = cost * (1.0 - served / offer.life_periods)
            yield {
                "offer": name,
                "site": row["site"],
                "ordered": calendar.label(ordered),
                "period": calendar.label(t),
                "units": units,
                "age_years": served * calendar.years,
                "proceeds_musd": proceeds,
                "book_value_musd": left,
                "gain_musd": proceeds - left,
            }

    return Table.of(columns, rows())
