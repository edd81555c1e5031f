"""Tax: the true one, of tax years, with losses and interest carried forward."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByPeriod, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.algebra.minimum import add_minimum
from optimizer.contract.lines import FEES_ON_DRAWS, TAX
from optimizer.instance.schema import Tax
from optimizer.instance.tax_years import TaxYear, tax_years
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.debt_fees import add_fee_deductions
from optimizer.model.ledger import Line
from optimizer.model.positions import DebtPosition, TaxPosition


def add_tax(model: Model, tax_depreciation: TimeExpr, debt: DebtPosition) -> TaxPosition:
    """Corporate income tax of each tax year Y::

    TI_Y = Σ_{t∈Y} (EBITDA + interest income + resale − tax depreciation − debt fees)_t − interest deducted_Y
    deducted_Y = interest_Y, or with a limit x
                 min(interest_Y + C_{Y−1}, interest income_Y + x·max(0, EBITDA_Y)),   C_Y the rest
    tax_Y = τ·(income_Y − losses used_Y),   income_Y = max(0, TI_Y),   loss_Y = max(0, −TI_Y)

    Debt fees: those of a draw over its life (``debt_fees``), the others as they are paid.
    """
    tax = model.instance.tax
    if tax is None or tax.rate == 0.0:
        return TaxPosition()
    ledger = model.ledger
    deducted, carried_interest = _deductible_interest(model, tax)
    fees = add_fee_deductions(model, debt)
    result = {
        t: ledger.ebitda(t)
        + ledger.total(("interest_income", "resale"), t)
        - tax_depreciation[t]
        - deducted[t]
        - ledger.weighted("fees deducted at once", _deducted_at_once, t)
        - fees[t]
        for t in model.span
    }
    payable, carried_losses = _assess(model, tax, result, "tax")
    for t, amount in payable.items():
        ledger.post(TAX.of(), t, amount)
    return TaxPosition(carried_losses, carried_interest)


def _deducted_at_once(line: Line) -> float:
    return float(line.item == "fee" and line.kind not in FEES_ON_DRAWS)


def unlevered_tax(model: Model, tax_depreciation: TimeExpr) -> ByPeriod:
    """The tax of the same company without interest, paid or received, and without debt fees; its own losses carried."""
    tax = model.instance.tax
    if tax is None or tax.rate == 0.0:
        return dict.fromkeys(model.span, 0.0)
    ledger = model.ledger
    result = {t: ledger.ebitda(t) + ledger.total("resale", t) - tax_depreciation[t] for t in model.span}
    return income_tax(model, tax, result, "unlevered_tax")


def income_tax(model: Model, tax: Tax, result: ByPeriod, name: str) -> ByPeriod:
    """What is paid in each period on the results of the periods: the tax of tax years, with losses carried forward."""
    return _assess(model, tax, result, name)[0]


def _assess(model: Model, tax: Tax, result: ByPeriod, name: str) -> tuple[ByPeriod, Expr]:
    """The tax paid by period, and the losses that are left, exact for every objective; of a tax year Y::

        TI_Y = Σ_{t∈Y} TI_t (+ year to date) = income_Y − loss_Y,
        income_Y ≤ U_Y·y_Y,   loss_Y ≤ D_Y·(1 − y_Y),   y binary
        used_Y ≤ L_{Y−1},  used_Y ≤ x·income_Y,
        used_Y ≥ L_{Y−1} − L̄_{Y−1}·(1 − v_Y),  used_Y ≥ x·income_Y − x·U_Y·v_Y,     v binary
        L_Y = L_{Y−1} + loss_Y − used_Y,   tax_Y = τ·(income_Y − used_Y)
        tax_t = tax_Y / number of its periods, or all of it in the last of them

    U and D are the ends of the interval that the bounds of the decisions leave to TI. The binaries make max and min
    exact: an objective that is indifferent to money would otherwise be free to pay too much.
    """
    rows = model.constraints(name)
    share = tax.loss_usable_share
    stock: Expr = tax.opening_loss_musd
    most_stock = tax.opening_loss_musd
    payable: dict[int, Expr] = {}
    for year in _tax_years(model, tax):
        last = year.last
        taxable = quicksum(result[t] for t in year.periods) + (tax.year_to_date_musd if year.begun else 0.0)
        low, high = _bounds(model, taxable, year)
        most_income, most_loss = max(0.0, high), max(0.0, -low)
        most = {
            "income": most_income,
            "loss": most_loss,
            "used": min(most_stock, (share or 0.0) * most_income),
            "stock": most_stock + most_loss,
        }
        of_year = model.variables(f"{name}.{last}", most, upper=most, decided=last)
        signs = model.variables(
            f"{name}_sign.{last}", ["profit", "all_used"], upper=1, integer=True, implied=True, decided=last
        )
        income, loss, used = of_year["income"], of_year["loss"], of_year["used"]
        rows.add(income - loss == taxable)
        rows.add(income <= most_income * signs["profit"])
        rows.add(loss <= most_loss * (1 - signs["profit"]))
        if share is None:
            used.fix(0.0)
            signs["all_used"].fix(0)
            of_year["stock"].fix(0.0)
        else:
            add_minimum(rows, used, (stock, most_stock), (share * income, share * most_income), signs["all_used"])
            rows.add(of_year["stock"] == stock + loss - used)
            stock, most_stock = of_year["stock"], most_stock + most_loss
        payable |= _payments(model, tax, year, tax.rate * (income - used))
    return payable, 0.0 if share is None else stock


def _tax_years(model: Model, tax: Tax) -> list[TaxYear]:
    return tax_years(model.calendar, tax.year_end)


def _payments(model: Model, tax: Tax, year: TaxYear, amount: Expr) -> dict[int, Expr]:
    """The tax of a year by period: in equal parts for equal time, or in the last of them."""
    if tax.payment == "instalments":
        whole = sum(model.calendar.steps(t) for t in year.periods)
        shares = {t: model.calendar.steps(t) / whole for t in year.periods}
        return {t: amount if share == 1.0 else amount * share for t, share in shares.items()}
    return dict.fromkeys(year.periods, 0.0) | {year.last: amount}


def _deductible_interest(model: Model, tax: Tax) -> tuple[ByPeriod, Expr]:
    """Interest deducted by period, and what is left to carry; with a limit a tax year's stands in its last period."""
    share, ledger = tax.interest_limit_share, model.ledger
    if share is None:
        return {t: ledger.interest(t) for t in model.span}, 0.0
    rows = model.constraints("interest_limit")
    deducted: dict[int, Expr] = dict.fromkeys(model.span, 0.0)
    carried: Expr = tax.opening_interest_musd
    most_carried = tax.opening_interest_musd
    for year in _tax_years(model, tax):
        last = year.last
        interest = quicksum(ledger.interest(t) for t in year.periods)
        ebitda = quicksum(ledger.ebitda(t) for t in year.periods)
        earned = quicksum(ledger.total("interest_income", t) for t in year.periods)
        most_interest = max(0.0, _bounds(model, interest, year)[1])
        least_earned, most_earned = _bounds(model, earned, year)
        least_earned, most_earned = min(0.0, least_earned), max(0.0, most_earned)
        low, high = _bounds(model, ebitda, year)
        room_most, gap_most = max(0.0, high), max(0.0, -low)
        most_room = most_earned + share * room_most
        most = {
            "positive": room_most,
            "negative": gap_most,
            "deducted": min(most_carried + most_interest, most_room),
            "carried": most_carried + most_interest - least_earned,
        }
        lower = dict.fromkeys(most, 0.0) | {"deducted": least_earned}
        of_year = model.variables(f"interest_limit.{last}", most, upper=most, lower=lower, decided=last)
        signs = model.variables(
            f"interest_limit_sign.{last}", ["positive", "all"], upper=1, integer=True, implied=True, decided=last
        )
        rows.add(of_year["positive"] - of_year["negative"] == ebitda)
        rows.add(of_year["positive"] <= room_most * signs["positive"])
        rows.add(of_year["negative"] <= gap_most * (1 - signs["positive"]))
        claim = interest + carried
        add_minimum(
            rows,
            of_year["deducted"],
            (claim, most["carried"]),
            (earned + share * of_year["positive"], most_room),
            signs["all"],
        )
        rows.add(of_year["carried"] == claim - of_year["deducted"])
        carried, most_carried = of_year["carried"], most["carried"]
        deducted[last] = of_year["deducted"]
    return deducted, carried


def _bounds(model: Model, expression: Expr, year: TaxYear) -> tuple[float, float]:
    low, high = model.interval(expression)
    if math.isinf(low) or math.isinf(high):
        raise UnboundedModelError(
            f"taxable income of {year.label} has no bound: give every debt instrument its limit_musd"
        )
    return low, high


def shield(model: Model) -> float:
    """The share of interest that the tax office does not carry: 1 − τ, or 1 without tax or with the shield off."""
    tax = model.instance.tax
    return 1.0 - tax.rate if tax is not None and tax.shield_in_cost_of_capital else 1.0
