"""The terms of one vintage: those of its instrument, or with the one maturity that a delayed-draw loan has for all."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Debt, Prepayment


@dataclass(frozen=True)
class VintageTerms:
    """What of the terms of a loan its schedule and its yield are made of; periods are those after the draw."""

    kind: str
    tenor_periods: int
    grace_periods: int
    capitalise_interest: bool
    upfront_fee_share: float
    issue_discount_share: float
    issue_fee_musd: float
    prepayment: Prepayment | None


def terms_of(debt: Debt, calendar: Calendar, u: int) -> VintageTerms:
    """The terms of what is drawn in u, in 0 the opening balance.

    Of delayed-draw debt tenor and grace count from the last period of its draw window w, so that all that is drawn is
    repaid in equal parts of principal in w + grace + 1 … w + tenor: of a draw of u after w − u periods more.
    """
    later = calendar.window(debt.first_draw, debt.last_draw).stop - 1 - u if debt.is_delayed else 0
    return VintageTerms(
        debt.kind,
        (debt.tenor_periods or 0) + later,
        debt.grace_periods + later,
        debt.capitalise_interest,
        debt.upfront_fee_share,
        debt.issue_discount_share,
        debt.issue_fee_musd,
        debt.early_repayment,
    )


def tenor_of(debt: Debt, calendar: Calendar, u: int) -> int:
    """Periods from the draw of u to its last repayment; 0 of a revolver."""
    return terms_of(debt, calendar, u).tenor_periods
