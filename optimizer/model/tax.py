"""Tax: the true one, losses carried forward included."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optimizer.model.context import Model, interval


class UnboundedTaxError(ValueError):
    """Taxable income has no bound from the data, so its sign cannot be modelled exactly."""


def add_tax(model: Model, tax_depreciation: Mapping[int, Any]) -> None:
    """Corporate income tax::

        TI_t = EBITDA + interest income − tax depreciation − interest − debt fees
        TI_t = income_t − loss_t,   income_t ≤ U_t·y_t,   loss_t ≤ D_t·(1 − y_t),   y binary
        used_t ≤ L_{t−1},  used_t ≤ x·income_t,
        used_t ≥ L_{t−1} − L̄_{t−1}·(1 − v_t),  used_t ≥ x·income_t − x·U_t·v_t,     v binary
        L_t = L_{t−1} + loss_t − used_t
        tax_t = τ·(income_t − used_t)

    U and D are the ends of the interval that the bounds of the decisions leave to TI. The binaries make max and min
    exact for every objective: one that is indifferent to money would otherwise be free to pay too much.
    """
    tax = model.instance.tax
    if tax is None:
        return
    rows = model.constraints("tax")
    share = tax.loss_usable_share
    stock, most_stock = tax.opening_loss_musd, tax.opening_loss_musd
    for t in model.span:
        ledger = model.ledger
        result = (
            ledger.ebitda(t)
            + ledger.total("interest_income", t)
            - tax_depreciation[t]
            - ledger.total(("interest", "fee"), t)
        )
        low, high = interval(result)
        if math.isinf(low) or math.isinf(high):
            raise UnboundedTaxError(
                f"taxable income of {model.calendar.label(t)} has no bound: give every debt instrument its limit_musd"
            )
        most_income, most_loss = max(0.0, high), max(0.0, -low)
        year = model.variables(
            f"tax.{t}",
            ["income", "loss", "used", "stock"],
            upper={
                "income": most_income,
                "loss": most_loss,
                "used": min(most_stock, (share or 0.0) * most_income),
                "stock": most_stock + most_loss,
            },
        )
        signs = model.variables(f"tax_sign.{t}", ["profit", "all_used"], upper=1, integer=True, follows=True)
        income, loss, used = year["income"], year["loss"], year["used"]
        rows.add(income - loss == result)
        rows.add(income <= most_income * signs["profit"])
        rows.add(loss <= most_loss * (1 - signs["profit"]))
        if share is None:
            used.fix(0.0)
            signs["all_used"].fix(0)
            year["stock"].fix(0.0)
        else:
            rows.add(used <= stock)
            rows.add(used <= share * income)
            rows.add(used >= stock - most_stock * (1 - signs["all_used"]))
            rows.add(used >= share * income - share * most_income * signs["all_used"])
            rows.add(year["stock"] == stock + loss - used)
            stock, most_stock = year["stock"], most_stock + most_loss
        model.ledger.expense("tax", "tax", t, tax.rate * (income - used))


def shield(model: Model) -> float:
    """The share of interest that the tax office does not carry: 1 − τ, or 1 without tax or with the shield off."""
    tax = model.instance.tax
    return 1.0 - tax.rate if tax is not None and tax.shield_in_cost_of_capital else 1.0
