"""Convertibles: what becomes of each draw by the path of share prices, and the rate that it is charged at."""

from __future__ import annotations

from optimizer.instance.schema import Debt
from optimizer.workbook.areas.yields import yield_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, both, greatest, least, when
from optimizer.workbook.found import Dates
from optimizer.workbook.outcome import Outcome
from optimizer.workbook.sheet import Figure, Line


def outcome(draft: Draft, name: str, debt: Debt, u: int) -> Outcome:
    """What becomes of what is drawn in u; its rows are made once."""
    made = draft.outcomes.get((name, u))
    if made is None:
        made = draft.outcomes[name, u] = _outcome(draft, name, debt, u)
    return made


def _outcome(draft: Draft, name: str, debt: Debt, u: int) -> Outcome:
    terms, sheet, periods, path = debt.conversion, draft.schedules, draft.periods, ("debt", name, "conversion")
    assert terms is not None
    sheet.heading(f"{name}: what becomes of what is drawn in {draft.calendar.label(u)}")
    price, last = draft.series(*path, "share_price_usd"), draft.figure("calendar", "periods")

    def at(period: Expr) -> Expr:
        return price.at(period) if isinstance(price, Line) else price * 1

    drawn = Reference(sheet.positions, still=u) * 1
    end = periods.end_of(drawn) if draft.calendar.is_equal else Reference(periods.ends, still=u) * 1
    own = Reference(price, still=u) if isinstance(price, Line) else price * 1
    exercise = sheet.figure("Price at which it becomes shares", "USD", own * (1 + draft.figure(*path, "premium_share")))
    tenor: Expr = draft.figure("debt", name, "tenor_periods") * 1
    if terms.put_periods is not None:
        put = draft.figure(*path, "put_periods")
        then = sheet.figure(
            "Price of a share on the date of the put", "USD", at(least(last, periods.holding(end + put)))
        )
        tenor = when(then < exercise, put, tenor)
    life = sheet.figure("Base periods to its end", "base periods", tenor)
    matures = sheet.figure("Ends in", "number of the period", periods.holding(end + life))
    price_then = sheet.figure("Price of a share then", "USD", when(matures <= last, at(matures * 1)))
    converts = sheet.figure("Becomes shares", "1 for yes", when(both(matures <= last, price_then > exercise), 1))
    brought: Expr = drawn * 0
    if terms.capped_call is not None:
        cap = own * (1 + draft.figure(*path, "capped_call", "cap_premium_share"))
        brought = least(price_then, cap) - exercise
    left = price_then - brought
    redemption = sheet.figure("Worth of a unit at its end", "share", when(converts > 0, left / exercise, 1))
    kept = when(matures > last, 1, when(converts > 0, left / price_then))
    shares = sheet.figure("Shares that stay issued, of those that it becomes", "share", kept)
    return Outcome(life, matures, converts, redemption, shares)


def charged_at(
    draft: Draft,
    name: str,
    end: Outcome,
    u: int,
    coupon: Expr,
    left: Line,
    principal: Line,
    dates: Dates,
    kappa: Expr,
) -> tuple[Figure, Line]:
    """The rate of a base period that a draw of u is charged at, the interest that it makes by age.

    The largest of the coupon, what straight debt asks, and what has the yield of the coupon and the shares.
    """
    sheet, path = draft.schedules, ("debt", name, "conversion")
    held = kappa * left + (1 - kappa) * left.before
    first: Expr = kappa * left
    if dates.steps is not None:
        held, first = held * dates.steps, first * dates.steps
    time = sheet.line("Base periods for which a unit bears interest", "base periods", held, first)
    paid = sheet.line("Coupon", "share", coupon * time, coupon * time)
    back = sheet.line("Worth of what holders get at the end", "share", end.redemption * principal, 0)
    received = sheet.figure("Received at par", "share", 1)
    of_holders = sheet.figure(
        "Yield of the coupon and the shares", "share", yield_of(sheet, back, paid, dates, coupon, received)
    )
    repaid_at, paid_at = dates.arrays(sheet)
    growth = 1 + of_holders
    par = sheet.product(principal.array(0) * growth ** (0 - repaid_at), 0)
    annuity = sheet.product(time.array(0) * growth ** (0 - paid_at), 0)
    given = sheet.figure(
        "Rate of a bullet at par with that yield", "share", when(end.converts > 0, (1 - par) / annuity)
    )
    asked = draft.series(*path, "straight_rate_per_year")
    straight = Reference(asked, still=u) if isinstance(asked, Line) else asked
    of_straight = (1 + straight) ** (1 / draft.per_year) - 1
    rate = sheet.figure("Charged at, a base period", "share", greatest(coupon, of_straight, given))
    interest = sheet.line("Interest as it is charged", "share", rate * time, rate * time)
    return rate, interest
