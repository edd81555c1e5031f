"""Where common equity comes from: rounds and partners."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.ownership import sales
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def equity_rounds(plan: Record) -> Table:
    """Per round raised and partner for equity: amount, value before, share sold e/(V+e), and what earlier owners keep,
    Π V/(V+e).

    A sale without a pre-money value sells no stated share. Columns say ``round`` for a partner, too; ``kind`` tells
    them apart.
    """
    columns = ("round", "period", "amount_musd", "flotation_musd", "pre_money_musd", "share_sold", "ownership_kept")

    def rows() -> Iterator[dict[str, Cell]]:
        kept = 1.0
        for sale in sales(plan):
            kept *= 1.0 - (sale.share_sold or 0.0)
            yield {
                "round": sale.name,
                "period": plan.instance.periods.label(sale.t),
                "amount_musd": sale.amount,
                "flotation_musd": sale.flotation,
                "pre_money_musd": sale.pre_money,
                "share_sold": sale.share_sold,
                "ownership_kept": kept,
                "kind": sale.kind,
            }

    return Table.of((*columns, "kind"), rows())
