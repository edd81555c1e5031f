"""Where debt comes from, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.accounts import DEBT
from optimizer.contract.lines import DRAW, REPAYMENT
from optimizer.plan.figures.debt import FEES, capitalised, fees, interest, prepaid
from optimizer.plan.figures.debt_fees import fees_deducted
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def financing(plan: Record) -> Table:
    """Per instrument that is drawn or was outstanding, and period: what moves and what is left at the end.

    The balance grows by draws and capitalised interest (PIK) and falls by repayments, of which ``prepayment_musd`` is
    early. ``fees_musd`` is the sum of the fees by kind, ``fees_deducted_musd`` what tax deducts of them.
    """
    books, labels = plan.books, plan.instance.periods.labels
    columns = ["instrument", "kind", "period", "opening_musd", "draw_musd", "repayment_musd", "balance_musd"]
    columns += ["interest_musd", "fees_musd", "prepayment_musd", "capitalised_interest_musd"]
    columns += [f"fee_musd.{kind}" for kind in FEES]
    columns += ["fees_deducted_musd"]

    def rows() -> Iterator[dict[str, Cell]]:
        for name, debt in sorted(plan.instance.debt.items()):
            balance = books.balance(DEBT + name)
            draw, repaid = books.line(DRAW, name), books.line(REPAYMENT, name)
            paid, charged, early, added = (
                interest(plan, name),
                fees(plan, name),
                prepaid(plan, name),
                capitalised(plan, name),
            )
            if not any([*balance, *draw, *repaid, *paid, *charged]):
                continue
            deducted = fees_deducted(plan, name)
            by_kind = {kind: books.line(fee, name) for kind, fee in FEES.items()}
            for t, label in enumerate(labels):
                yield {
                    "instrument": name,
                    "kind": debt.kind,
                    "period": label,
                    "opening_musd": balance[t],
                    "draw_musd": draw[t],
                    "repayment_musd": -repaid[t] + 0.0,
                    "balance_musd": balance[t + 1],
                    "interest_musd": paid[t],
                    "fees_musd": charged[t],
                    "prepayment_musd": early[t],
                    "capitalised_interest_musd": added[t],
                    **{f"fee_musd.{kind}": -amounts[t] + 0.0 for kind, amounts in by_kind.items()},
                    "fees_deducted_musd": deducted[t],
                }

    return Table.of(columns, rows())


def lenders(plan: Record) -> Table:
    """Per lender and period: what its instruments have outstanding, its limit, and the room left."""
    calendar = plan.instance.periods
    columns = ("lender", "period", "balance_musd", "limit_musd", "headroom_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for name, lender in sorted(plan.instance.lenders.items()):
            own = [debt for debt, terms in plan.instance.debt.items() if terms.lender == name]
            balance, limit = plan.books.debt(own)[1:], lender.limit_musd.expand(calendar)
            for t, label in enumerate(calendar.labels):
                yield {
                    "lender": name,
                    "period": label,
                    "balance_musd": balance[t],
                    "limit_musd": limit[t],
                    "headroom_musd": limit[t] - balance[t],
                }

    return Table.of(columns, rows())
