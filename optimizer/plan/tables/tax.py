"""From EBITDA to the tax that is paid."""

from __future__ import annotations

from optimizer.plan.figures.tax import tax_base
from optimizer.plan.record import Record
from optimizer.plan.table import Table


def tax(plan: Record) -> Table:
    """Per period: what makes up taxable income, and at the end of each tax year its tax, USD million.

    Over a tax year taxable = Σ(EBITDA + interest income + resale − depreciation − fees) − interest deducted, in the
    first year with what is stated of it for the time before. What is of a tax year stands in its last period only.
    ``fees_musd`` is what is deducted of debt fees, the sum of ``fees_deducted_musd`` of the financing table;
    ``fees_left_musd`` is what has been paid and is not deducted yet. ``tax_musd`` is worked out from these,
    ``tax_paid_musd`` is the ledger's. Without the tax block there are no rows.
    """
    columns = ["period", "tax_year", "ebitda_musd", "interest_income_musd", "resale_musd", "depreciation_musd"]
    columns += ["interest_musd", "interest_deducted_musd", "interest_carried_musd", "fees_musd", "fees_left_musd"]
    columns += ["taxable_income_musd", "losses_used_musd", "losses_carried_musd", "tax_musd", "tax_paid_musd"]
    base = tax_base(plan)
    if base is None:
        return Table(tuple(columns), ())
    paid = [-amount + 0.0 for amount in plan.books.item("tax")]
    arrays = (
        base.year,
        base.ebitda,
        base.interest_income,
        base.resale,
        base.depreciation,
        base.interest,
        base.deducted,
        base.interest_carried,
        base.fees,
        base.fees_left,
        base.taxable,
        base.losses_used,
        base.losses_carried,
        base.tax,
        paid,
    )
    return Table(tuple(columns), tuple(zip(plan.instance.periods.labels, *arrays, strict=True)))
