"""What partners pay, and what they get for it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.accounts import PARTNER
from optimizer.contract.lines import PARTNER_CASH, PARTNER_DELIVERY, PARTNER_EQUITY, PARTNER_REPAYMENT, PARTNER_REVENUE
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def partners(plan: Record) -> Table:
    """Per partner signed and period: cash in, H100e delivered and their value at the agreed price, how much of it works
    off what the partner paid (``worked_off_musd``) or comes in as cash, what is paid back, and what is still owed."""
    calendar, books = plan.instance.periods, plan.books
    musd_per_usd = [MUSD_PER_USD_HOUR_YEAR * calendar.years_of(t) for t in calendar.span]
    columns = ["partner", "kind", "period", "cash_musd", "delivered_h100e", "delivered_value_musd"]
    columns += ["worked_off_musd", "revenue_musd", "repaid_musd", "owed_musd"]
    signed = sorted({row["partner"] for row in plan.decisions.get("partners", ()) if row["signed"]})

    def rows() -> Iterator[dict[str, Cell]]:
        for name in signed:
            terms = plan.instance.partners[name]
            paid_in = PARTNER_CASH if terms.kind == "compute" else PARTNER_EQUITY
            cash, revenue = books.line(paid_in, name), books.line(PARTNER_REVENUE, name)
            repaid, worked = books.line(PARTNER_REPAYMENT, name), books.posted(PARTNER_DELIVERY, name)
            delivered, owed = plan.physical.delivered_by(partner=name), books.balance(PARTNER + name)
            for t, label in enumerate(calendar.labels):
                yield {
                    "partner": name,
                    "kind": terms.kind,
                    "period": label,
                    "cash_musd": cash[t],
                    "delivered_h100e": delivered[t],
                    "delivered_value_musd": delivered[t] * (terms.price_usd_per_h100e_hour or 0.0) * musd_per_usd[t],
                    "worked_off_musd": worked[t],
                    "revenue_musd": revenue[t],
                    "repaid_musd": -repaid[t] + 0.0,
                    "owed_musd": owed[t + 1],
                }

    return Table.of(columns, rows())
