"""Whom the compute serves, and for how much."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.lines import REVENUE
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def service(plan: Record) -> Table:
    """Per market, site or cloud that serves it, and period: H100e, demand, share of it served, revenue from it.

    One H100e through a period of Δ years at 1 USD an hour is 8760·Δ USD.
    """
    calendar = plan.instance.periods
    musd_per_usd = [MUSD_PER_USD_HOUR_YEAR * calendar.years_of(t) for t in calendar.span]
    columns = ("market", "from", "period", "served_h100e", "demand_h100e", "served_share", "revenue_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for (name, source), served in sorted(plan.physical.served.items()):
            market = plan.instance.markets[name]
            demand = market.demand_h100e.expand(calendar)
            price = market.revenue_usd_per_h100e_hour.expand(calendar)
            for t, label in enumerate(calendar.labels):
                if served[t]:
                    yield {
                        "market": name,
                        "from": source,
                        "period": label,
                        "served_h100e": served[t],
                        "demand_h100e": demand[t],
                        "served_share": served[t] / demand[t] if demand[t] else None,
                        "revenue_musd": served[t] * price[t] * musd_per_usd[t],
                    }

    return Table.of(columns, rows())


def markets(plan: Record) -> Table:
    """Per market and period, all sources together; the revenue is the ledger's."""
    calendar = plan.instance.periods
    columns = (
        "market",
        "period",
        "demand_h100e",
        "served_h100e",
        "served_share",
        "min_served_share",
        "shortfall_h100e",
        "revenue_musd",
    )

    def rows() -> Iterator[dict[str, Cell]]:
        for name, market in sorted(plan.instance.markets.items()):
            demand = market.demand_h100e.expand(calendar)
            least = market.min_served_share.expand(calendar)
            served = plan.physical.served_by(market=name)
            revenue = plan.books.line(REVENUE, name)
            for t, label in enumerate(calendar.labels):
                yield {
                    "market": name,
                    "period": label,
                    "demand_h100e": demand[t],
                    "served_h100e": served[t],
                    "served_share": served[t] / demand[t] if demand[t] else None,
                    "min_served_share": least[t],
                    "shortfall_h100e": max(0.0, least[t] * demand[t] - served[t]),
                    "revenue_musd": revenue[t],
                }

    return Table.of(columns, rows())
