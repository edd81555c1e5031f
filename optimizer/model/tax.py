"""Tax: the true one, with losses and interest carried forward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optimizer.instance.schema import Tax
from optimizer.model.context import Model, UnboundedModelError


def add_tax(model: Model, tax_depreciation: Any) -> None:
    """Corporate income tax::

    TI_t = EBITDA + interest income + resale − tax depreciation − interest deducted − debt fees
    deducted_t = interest_t, or with a limit x:  min(interest_t + C_{t−1}, x·max(0, EBITDA_t)), C_t the rest
    tax_t = τ·(income_t − losses used_t),   income_t = max(0, TI_t)        see ``income_tax``
    """
    tax = model.instance.tax
    if tax is None or tax.rate == 0.0:
        return
    ledger = model.ledger
    deducted = _deductible_interest(model, tax)
    result = {
        t: ledger.ebitda(t)
        + ledger.total(("interest_income", "resale"), t)
        - tax_depreciation[t]
        - deducted[t]
        - ledger.total("fee", t)
        for t in model.span
    }
    for t, amount in income_tax(model, tax, result, "tax").items():
        ledger.expense("tax", "tax", t, amount)


def unlevered_tax(model: Model, tax_depreciation: Any) -> Mapping[int, Any]:
    """The tax of the same company without interest, paid or received, and without debt fees; its own losses carried."""
    tax = model.instance.tax
    if tax is None or tax.rate == 0.0:
        return dict.fromkeys(model.span, 0.0)
    ledger = model.ledger
    result = {t: ledger.ebitda(t) + ledger.total("resale", t) - tax_depreciation[t] for t in model.span}
    return income_tax(model, tax, result, "unlevered_tax")


def income_tax(model: Model, tax: Tax, result: Mapping[int, Any], name: str) -> Mapping[int, Any]:
    """The tax on a result by period, with losses carried forward, exact for every objective::

        TI_t = income_t − loss_t,   income_t ≤ U_t·y_t,   loss_t ≤ D_t·(1 − y_t),   y binary
        used_t ≤ L_{t−1},  used_t ≤ x·income_t,
        used_t ≥ L_{t−1} − L̄_{t−1}·(1 − v_t),  used_t ≥ x·income_t − x·U_t·v_t,     v binary
        L_t = L_{t−1} + loss_t − used_t,   tax_t = τ·(income_t − used_t)

    U and D are the ends of the interval that the bounds of the decisions leave to TI. The binaries make max and min
    exact: an objective that is indifferent to money would otherwise be free to pay too much.
    """
    rows = model.constraints(name)
    share = tax.loss_usable_share
    stock, most_stock = tax.opening_loss_musd, tax.opening_loss_musd
    payable: dict[int, Any] = {}
    for t in model.span:
        low, high = _bounds(model, result[t], t)
        most_income, most_loss = max(0.0, high), max(0.0, -low)
        most = {
            "income": most_income,
            "loss": most_loss,
            "used": min(most_stock, (share or 0.0) * most_income),
            "stock": most_stock + most_loss,
        }
        year = model.variables(f"{name}.{t}", most, upper=most)
        signs = model.variables(f"{name}_sign.{t}", ["profit", "all_used"], upper=1, integer=True, follows=True)
        income, loss, used = year["income"], year["loss"], year["used"]
        rows.add(income - loss == result[t])
        rows.add(income <= most_income * signs["profit"])
        rows.add(loss <= most_loss * (1 - signs["profit"]))
        if share is None:
            used.fix(0.0)
            signs["all_used"].fix(0)
            year["stock"].fix(0.0)
        else:
            _least(rows, used, (stock, most_stock), (share * income, share * most_income), signs["all_used"])
            rows.add(year["stock"] == stock + loss - used)
            stock, most_stock = year["stock"], most_stock + most_loss
        payable[t] = tax.rate * (income - used)
    return payable


def _least(rows: Any, least: Any, first: tuple[Any, float], second: tuple[Any, float], takes_first: Any) -> None:
    """least = min(first, second), both ≥ 0 and given with their largest values; the binary says which."""
    (a, most_a), (b, most_b) = first, second
    rows.add(least <= a)
    rows.add(least <= b)
    rows.add(least >= a - most_a * (1 - takes_first))
    rows.add(least >= b - most_b * takes_first)


def _deductible_interest(model: Model, tax: Tax) -> Mapping[int, Any]:
    share, ledger = tax.interest_limit_share, model.ledger
    if share is None:
        return {t: ledger.interest(t) for t in model.span}
    rows = model.constraints("interest_limit")
    deducted: dict[int, Any] = {}
    carried: Any = 0.0
    most_carried = 0.0
    for t in model.span:
        interest, ebitda = ledger.interest(t), ledger.ebitda(t)
        most_interest = max(0.0, _bounds(model, interest, t)[1])
        low, high = _bounds(model, ebitda, t)
        room_most, gap_most = max(0.0, high), max(0.0, -low)
        most = {
            "positive": room_most,
            "negative": gap_most,
            "deducted": min(most_carried + most_interest, share * room_most),
            "carried": most_carried + most_interest,
        }
        year = model.variables(f"interest_limit.{t}", most, upper=most)
        signs = model.variables(f"interest_limit_sign.{t}", ["positive", "all"], upper=1, integer=True, follows=True)
        rows.add(year["positive"] - year["negative"] == ebitda)
        rows.add(year["positive"] <= room_most * signs["positive"])
        rows.add(year["negative"] <= gap_most * (1 - signs["positive"]))
        claim = interest + carried
        _least(
            rows,
            year["deducted"],
            (claim, most_carried + most_interest),
            (share * year["positive"], share * room_most),
            signs["all"],
        )
        rows.add(year["carried"] == claim - year["deducted"])
        carried, most_carried = year["carried"], most_carried + most_interest
        deducted[t] = year["deducted"]
    return deducted


def _bounds(model: Model, expression: Any, t: int) -> tuple[float, float]:
    low, high = model.interval(expression)
    if math.isinf(low) or math.isinf(high):
        raise UnboundedModelError(
            f"taxable income of {model.calendar.label(t)} has no bound: give every debt instrument its limit_musd"
        )
    return low, high


def shield(model: Model) -> float:
    """The share of interest that the tax office does not carry: 1 − τ, or 1 without tax or with the shield off."""
    tax = model.instance.tax
    return 1.0 - tax.rate if tax is not None and tax.shield_in_cost_of_capital else 1.0
