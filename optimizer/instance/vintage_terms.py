"""The terms of one vintage: those of its instrument, or with the one maturity that a delayed-draw loan has for all."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Debt, Prepayment


@dataclass(frozen=True)
class VintageTerms:
    """What of the terms of a loan its schedule and its yield are made of; periods are base periods after the draw.

    ``steps`` are the base periods in the period of the draw and in each after it, to the end of the tenor.
    """

    kind: str
    tenor_periods: int
    grace_periods: int
    capitalise_interest: bool
    balloon_share: float
    upfront_fee_share: float
    issue_discount_share: float
    issue_fee_musd: float
    prepayment: Prepayment | None
    steps: tuple[int, ...]


def terms_of(debt: Debt, calendar: Calendar, u: int) -> VintageTerms:
    """The terms of what is drawn in u, in 0 the opening balance.

    Of delayed-draw debt tenor and grace count from the last period of its draw window w, so that all that is drawn is
    repaid in equal parts of principal in w + grace + 1 … w + tenor: of a draw of u after w − u periods more.
    """
    later = calendar.elapsed(u, calendar.window(debt.first_draw, debt.last_draw).stop - 1) if debt.is_delayed else 0
    tenor = (debt.tenor_periods or 0) + later
    return VintageTerms(
        debt.kind,
        tenor,
        debt.grace_periods + later,
        debt.capitalise_interest,
        debt.balloon_share,
        debt.upfront_fee_share,
        debt.issue_discount_share,
        debt.issue_fee_musd,
        debt.early_repayment,
        calendar.steps_from(u, tenor),
    )


def tenor_of(debt: Debt, calendar: Calendar, u: int) -> int:
    """Base periods from the draw of u to its last repayment; 0 of a revolver."""
    return terms_of(debt, calendar, u).tenor_periods
