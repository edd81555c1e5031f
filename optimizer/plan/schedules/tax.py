"""From EBITDA to the tax that is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.plan.table import Table
from optimizer.plan.tax_base import tax_base

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def tax(plan: Plan) -> Table:
    """Per period: taxable income in its parts, interest deducted and carried forward, losses, and the tax, USD million.

    taxable = EBITDA + interest income + resale − depreciation − interest deducted − fees. ``tax_musd`` is worked out
    from these, ``tax_paid_musd`` is the ledger's. Without the tax block there are no rows.
    """
    columns = ["period", "ebitda_musd", "interest_income_musd", "resale_musd", "depreciation_musd", "interest_musd"]
    columns += ["interest_deducted_musd", "interest_carried_musd", "fees_musd", "taxable_income_musd"]
    columns += ["losses_used_musd", "losses_carried_musd", "tax_musd", "tax_paid_musd"]
    base = tax_base(plan)
    if base is None:
        return Table(tuple(columns), ())
    paid = [-amount + 0.0 for amount in plan.books.item("tax")]
    arrays = (
        base.ebitda,
        base.interest_income,
        base.resale,
        base.depreciation,
        base.interest,
        base.deducted,
        base.interest_carried,
        base.fees,
        base.taxable,
        base.losses_used,
        base.losses_carried,
        base.tax,
        paid,
    )
    return Table(tuple(columns), tuple(zip(plan.instance.periods.labels, *arrays, strict=True)))
