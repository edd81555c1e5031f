"""Schedules by age: what is left of a unit of a loan, what it pays, its yield, and what is held of it."""

from __future__ import annotations

from optimizer.instance.schema import Debt, DepreciationClass
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, greatest, least, when
from optimizer.workbook.found import Unit
from optimizer.workbook.sheet import Figure, Line, Sheet

_TURNS = 10
_PUT_OFF_YEARS = {"half_year": 0.5, "mid_month": 1.0 / 24.0}


def unit_of(draft: Draft, name: str, debt: Debt, words: str, rate_per_year: Expr, *, opening: bool = False) -> Unit:
    """The schedule of a unit drawn at a rate; the ``opening`` one is carried at par, at its own rate."""
    sheet, path = draft.schedules, ("debt", name)
    k = sheet.positions
    sheet.heading(f"{name}: a unit of {words}")
    rate = sheet.figure("Interest a period", "share", rate_per_year / draft.per_year)
    tenor, grace = draft.figure(*path, "tenor_periods"), draft.figure(*path, "grace_periods")
    kappa: Expr = sheet.figure("Drawn before the end of its period", "periods", 0) if opening else draft.kappa
    grown: Expr | None = None
    if debt.capitalise_interest:
        grown = sheet.figure("Last age at which interest is capitalised", "periods", least(grace, tenor - 1))
    left = _left(sheet, debt, tenor, grace, rate, grown)
    paid_in_cash: Expr = k > (grown if grown is not None else 0)
    from_then = k >= (grown if grown is not None else 0)
    principal = sheet.line("Principal", "share", paid_in_cash * (left.before - left), 0)
    interest = sheet.line(
        "Interest in cash", "share", rate * (kappa * left * from_then + (1 - kappa) * left.before * paid_in_cash),
        rate * kappa * left * from_then,
    )  # fmt: skip
    if opening:
        yield_ = sheet.figure("Yield a period", "share", rate * 1)
        received: Expr = sheet.figure("Received", "share", 1)
    else:
        fees = draft.figure(*path, "upfront_fee_share"), draft.figure(*path, "issue_discount_share")
        received = sheet.figure("Received", "share", 1 - fees[0] - fees[1])
        yield_ = sheet.figure("Yield a period", "share", _yield(sheet, principal, interest, kappa, rate, received))
    before, after = (
        sheet.figure(words_, "periods", when(yield_.equals(0), part, ((1 + yield_) ** part - 1) / yield_))
        for words_, part in (("Held before the payments, per unit", 1 - kappa), ("Held after them, per unit", kappa))
    )
    carried_on = sheet.line("Carrying amount at the end of the period", "share")
    first = sheet.line("Held before the payments", "share", carried_on.before * before, 0)
    amount = sheet.line(
        "Carrying amount after the principal", "share", carried_on.before + yield_ * first - principal, received * 1
    )
    second = sheet.line("Held after the payments", "share", amount * after, amount * after)
    carried_on.opening = carried_on.formula = amount + yield_ * second - interest
    carried = sheet.line(
        "Carrying amount without accrued interest", "share",
        amount - paid_in_cash * rate * (1 - kappa) * left.before, amount * 1,
    )  # fmt: skip
    return Unit(left, rate, yield_, first, second, carried, principal, interest)


def _left(sheet: Sheet, debt: Debt, tenor: Expr, grace: Expr, rate: Expr, grown: Expr | None) -> Line:
    """b(k): 1 while nothing is repaid, 0 from the tenor on."""
    k = sheet.positions
    full: Expr = (1 + rate) ** least(k, grown) if grown is not None else 1 + k * 0
    if grown is None:
        full = sheet.figure("At the draw", "share", 1)
    if debt.kind == "bullet":
        part: Expr = full
    else:
        level = (tenor - k) / (tenor - grace)
        share = level
        if debt.kind == "annuity":
            growth = 1 + rate
            share = when(rate.equals(0), level, (1 - growth ** (k - tenor)) / (1 - growth ** (grace - tenor)))
        part = when(k <= grace, full, full * share)
    formula = when(k < tenor, part, 0)
    return sheet.line("Left", "share", formula, formula)


def _yield(sheet: Sheet, principal: Line, interest: Line, kappa: Expr, rate: Expr, received: Expr) -> Expr:
    """By Newton's method from the nominal rate on: the worth is convex and falls, so that each step comes closer."""
    guess = sheet.line("Yield, step by step", "share", opening=rate * 1)
    age, growth = sheet.positions.array(0), 1 + guess.before
    late = age + kappa
    worth = sheet.product(principal.array(0) * growth ** (0 - age) + interest.array(0) * growth ** (0 - late), 0)
    slope = sheet.product(
        age * principal.array(0) * growth ** (0 - age - 1) + late * interest.array(0) * growth ** (0 - late - 1), 0
    )
    guess.formula = guess.before + (worth - received) / slope
    guess.high = _TURNS
    return Reference(guess, still=_TURNS)


def written_off(draft: Draft, name: str, scheme: DepreciationClass) -> Line:
    """The share of a class that has been written off for tax at the end of the k-th period of service."""
    sheet, path = draft.schedules, ("depreciation", name)
    sheet.heading(f"Depreciation for tax: {name}")
    k, bonus = sheet.positions, draft.figure(*path, "bonus_share")
    if scheme.life_years is not None:
        years: Expr = k / draft.per_year
        if scheme.convention != "full":
            late = draft.inputs.constant(
                f"In service later: {scheme.convention.replace('_', ' ')}", "years", _PUT_OFF_YEARS[scheme.convention]
            )
            years = greatest(0, years - late)
        share = least(1, years / draft.figure(*path, "life_years"))
    else:
        table = draft.inputs.list(*path, "table_shares")
        whole = sheet.line("Whole years", "years", draft.whole(k / draft.per_year))
        share = table.between(0, whole) + (k / draft.per_year - whole) * table.at(whole + 1)
    return sheet.line("Written off so far", "share", bonus + (1 - bonus) * share, 0)


def fixed_fee(draft: Draft, name: str, rate: Figure) -> tuple[Line, Line]:
    """A fee of 1 as a level charge that is worth it at the draw, by age; and what of it is not charged yet."""
    sheet, kappa = draft.schedules, draft.kappa
    tenor = draft.figure("debt", name, "tenor_periods")
    sheet.heading(f"{name}: a fixed fee of 1")
    k = sheet.positions
    part = when(k.equals(0), kappa, when(k < tenor, 1, when(k.equals(tenor), 1 - kappa)))
    held = sheet.line("Part of the period in which it runs", "periods", part, part)
    age = k.array(0)
    worth = sheet.figure(
        "Worth of them at the draw", "periods", sheet.product(held.array(0) * (1 + rate) ** (0 - age - kappa), 0)
    )
    share = sheet.line("Charged", "share", held / worth, held / worth)
    first = sheet.figure(
        "Held of the first period", "periods", when(rate.equals(0), kappa, ((1 + rate) ** kappa - 1) / rate)
    )
    left = sheet.line("Not charged yet at the end", "share", opening=1 + rate * first - share)
    left.formula = left.before * (1 + rate) - share
    return share, sheet.line("Not charged yet in the period", "share", left.before * 1, first * 1)
