"""The terms of one vintage: those of its instrument, or with the one maturity that a delayed-draw loan has for all, or
the date at which its holders put it.
"""

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
    tenor = (put_after(debt, calendar, u) or debt.tenor_periods or 0) + later
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


def put_after(debt: Debt, calendar: Calendar, u: int) -> int | None:
    """The base periods after which holders of a convertible put what is drawn in u; None if they do not.

    They do if its shares, at the path of prices of the file, are worth less than par on the date of the put, S < X; for
    a date after T the last price tells it.
    """
    terms = debt.conversion
    if terms is None or terms.put_periods is None or u == 0:
        return None
    prices = terms.share_price_usd.expand(calendar)
    price = prices[min(calendar.later(u, terms.put_periods), calendar.periods) - 1]
    return terms.put_periods if price < prices[u - 1] * (1.0 + terms.premium_share) else None


def has_balloon(debt: Debt, calendar: Calendar, u: int) -> bool:
    """Whether what is drawn in u ends with a balloon: a bullet of more than a year, or the ``balloon_share`` of another
    loan of more than a year. What is put after a year or less is no longer paper than that.
    """
    if debt.kind == "bullet":
        return tenor_of(debt, calendar, u) > calendar.per_year
    return debt.balloon_share > 0.0 and (debt.tenor_periods or 0) > calendar.per_year


def drawn_in(debt: Debt, calendar: Calendar) -> list[int]:
    """The periods in which a loan can be drawn; 0 of what it opens with."""
    return [*([0] if debt.opening_balance_musd else []), *calendar.window(debt.first_draw, debt.last_draw)]


def balloon_periods(debt: Debt, calendar: Calendar) -> set[int]:
    """The periods in which a balloon of a loan may fall due, by when it can be drawn."""
    with_one = [u for u in drawn_in(debt, calendar) if has_balloon(debt, calendar, u)]
    return {calendar.later(u, tenor_of(debt, calendar, u)) for u in with_one}


def tenor_of(debt: Debt, calendar: Calendar, u: int) -> int:
    """Base periods from the draw of u to its last repayment; 0 of a revolver."""
    return terms_of(debt, calendar, u).tenor_periods
