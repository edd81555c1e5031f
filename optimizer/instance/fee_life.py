"""Over which periods a debt fee is spread: for tax from the instant of the draw on, as a cost of capital by periods."""

from __future__ import annotations

import math

from optimizer.finance.amortisation import Rate
from optimizer.finance.effective_interest import drawn_unit
from optimizer.finance.fees import Spread, level_annuity, spread_by_time
from optimizer.instance.calendar import TIMING, Calendar
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import VintageTerms, tenor_of

ROUNDING = 1e-12
"""What a unit of money that is all paid back is carried at, at most."""


def fee_shares(debt: Debt, calendar: Calendar, drawn: int, draw_timing: str) -> dict[int, float]:
    """The share of a fee on the draw of period ``drawn`` that falls into each period up to T.

    The life begins κ before the end of the period of the draw. It is the tenor; of a revolver what is left of its draw
    window, and a draw at the very end of the window is over at once.
    """
    start = calendar.end(drawn) - TIMING[draw_timing] * calendar.steps(drawn)
    if debt.is_revolving:
        end = float(calendar.end(calendar.window(debt.first_draw, debt.last_draw).stop - 1))
    else:
        end = start + tenor_of(debt, calendar, drawn)
    if end <= start:
        return {drawn: 1.0}
    return spread_by_time(start, end, calendar.ends())


def fee_periods(debt: Debt, calendar: Calendar, window: range, u: int) -> int:
    """Over how many base periods a fee of a facility without vintages is written off: the tenor, or to the end of the
    period after the window."""
    return (debt.tenor_periods or 1) if debt.kind == "sculpted" else calendar.elapsed(u, window.stop)


def fixed_fee(debt: VintageTerms, rate: float, timing: float) -> Spread:
    """The fixed fee of a draw, of 1: a level annuity at the yield of the loan.

    What is not charged yet lowers the carrying amount, but not of a loan that can be prepaid: once that is gone, less
    than nothing would be employed, and a loan drawn for its fee would lower the capital.
    """
    spread = level_annuity(debt.tenor_periods, rate, timing, debt.steps)
    return spread if debt.prepayment is None else Spread(spread.charge, tuple(0.0 for _ in spread.held))


def least_for_fee(debt: VintageTerms, rate_per_period: Rate, timing: float) -> float:
    """The least draw of a bullet, level or annuity loan from which its fixed fee leaves capital in every period."""
    unit = drawn_unit(debt, rate_per_period, timing)
    if not debt.issue_fee_musd or not math.isfinite(unit.rate):
        return 0.0
    fee = fixed_fee(debt, unit.rate, timing).held
    left = [(musd, unit.held(age)) for age, musd in enumerate(fee) if musd > ROUNDING and unit.held(age) > ROUNDING]
    return debt.issue_fee_musd * max((musd / held for musd, held in left), default=0.0)
