"""The rate at which what falls due of a unit is worth what was received, and the spread over a rate that moves."""

from __future__ import annotations

from optimizer.workbook.expression import ZERO, Expr, Reference
from optimizer.workbook.found import Dates
from optimizer.workbook.sheet import Line, Sheet

_TURNS = 10
_TRIES = 6


def yield_of(sheet: Sheet, principal: Line, interest: Line, dates: Dates, rate: Expr, received: Expr) -> Expr:
    """By Newton's method from the nominal rate on: the worth is convex and falls, so that each step comes closer."""
    guess = sheet.line("Yield, step by step", "share", opening=rate * 1)
    growth = 1 + guess.before
    age, late = dates.arrays(sheet)
    worth = sheet.product(principal.array(0) * growth ** (0 - age) + interest.array(0) * growth ** (0 - late), 0)
    slope = sheet.product(
        age * principal.array(0) * growth ** (0 - age - 1) + late * interest.array(0) * growth ** (0 - late - 1), 0
    )
    guess.formula = guess.before + (worth - received) / slope
    guess.high = _TURNS
    return Reference(guess, still=_TURNS)


def spread_of(
    sheet: Sheet, principal: Line, interest: Line, kappa: Expr, rate: Line, received: Expr, steps: Line | None
) -> Expr:
    """What is charged over the rate of each period, the same in all, by Newton's method from 0 on."""
    over: Expr = ZERO
    before, after = (1 - kappa, kappa) if steps is None else ((1 - kappa) * steps, kappa * steps)
    for step in range(1, _TRIES + 1):
        growth = sheet.line(f"Grown a period, try {step}", "share", 1 + rate + over, 1 + rate + over)
        end = sheet.line(f"Discounted from the end of the period, try {step}", "share")
        repaid = sheet.line(
            f"Discounted from the repayment, try {step}", "share", end.before * growth ** (0 - before), 1
        )
        end.opening = end.formula = repaid * growth ** (0 - after)
        late = sheet.line(f"How it falls with the spread, at the end, try {step}", "periods")
        fall = sheet.line(f"How it falls, at the repayment, try {step}", "periods", late.before + before / growth, 0)
        late.opening = late.formula = fall + after / growth
        paid = principal.array(0) * repaid.array(0), interest.array(0) * end.array(0)
        worth = sheet.product(paid[0] + paid[1], 0)
        slope = sheet.product(paid[0] * fall.array(0) + paid[1] * late.array(0), 0)
        over = sheet.figure(f"Spread over the rate, try {step}", "share", over + (worth - received) / slope)
    return over
