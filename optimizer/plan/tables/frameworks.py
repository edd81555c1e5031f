"""Frameworks signed, and developments begun."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.contract.lines import DEVELOPMENT, SIGNING
from optimizer.plan.figures.frameworks import ordered_units, signed_frameworks
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def agreements(plan: Record) -> Table:
    """Frameworks signed and developments begun: when, what was promised and ordered, and what it cost, USD million.

    For a framework the period is the first of its order window, ``shortfall_units`` is what is missing to the minimum
    and ``take_or_pay_musd`` what is paid for it; for a development ``opens`` is the first period with an order.
    """
    instance, books, calendar = plan.instance, plan.books, plan.instance.periods
    columns = ["offer", "kind", "period", "opens", "minimum_units", "ordered_units", "shortfall_units"]
    columns += ["take_or_pay_musd", "cost_musd"]
    ordered = ordered_units(plan)

    def rows() -> Iterator[dict[str, Cell]]:
        for signed in signed_frameworks(plan):
            opens = calendar.label(signed.window.start)
            yield {
                "offer": signed.offer,
                "kind": "framework",
                "period": opens,
                "opens": opens,
                "minimum_units": signed.minimum_units,
                "ordered_units": signed.ordered_units,
                "shortfall_units": max(0.0, signed.minimum_units - signed.ordered_units),
                "take_or_pay_musd": signed.take_or_pay_musd,
                "cost_musd": -fsum(books.line(SIGNING, signed.offer)) + 0.0,
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
                "opens": calendar.label(calendar.later(t, offer.development.lead_periods)),
                "ordered_units": ordered[name],
                "cost_musd": -books.line(DEVELOPMENT, name)[t - 1] + 0.0,
            }

    return Table.of(columns, rows())
