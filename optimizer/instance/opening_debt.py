"""What of a debt that is outstanding at instant 0 is owed whatever is decided."""

from __future__ import annotations

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Debt


def owed_for_sure(debt: Debt, calendar: Calendar) -> int:
    """Until when an opening balance with a schedule is what that says: the period in which it can first be prepaid."""
    early = debt.early_repayment
    return calendar.periods if early is None else calendar.window(early.first_prepayment, None).start


def pooled_for_sure(debt: Debt, calendar: Calendar, timing: float) -> dict[int, float]:
    """What part of the opening balance of a revolver or of sculpted debt bears interest by period, whatever is repaid.

    A revolver can be repaid in period 1, sculpted debt in the period after its grace.
    """
    first = 1 if debt.is_revolving else first_repayment(debt, calendar, 0)
    return {t: 1.0 - timing if t == first else 1.0 for t in range(1, min(first, calendar.periods) + 1)}


def first_repayment(debt: Debt, calendar: Calendar, u: int) -> int:
    """The first period in which what was drawn in u may be repaid: that in which a base period after its grace lies."""
    return calendar.later(u, debt.grace_periods + 1)
