"""What is paid out on common equity: within limits, out of earnings, then out of capital, nothing below the lock-up."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.coverage import NOTHING, Lenders
from optimizer.auditing.funding import Funding
from optimizer.auditing.lookback import looked_back_on
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.instance.schema import Dividends

RANGE = rule("dividend.range", "What is paid out in a period is between its minimum and maximum.", "musd", MONEY)
TOTAL = rule("dividend.total", "All that is paid out is at least its minimum.", "musd", MONEY)
EARNED = rule("dividend.earned", "A dividend leaves retained earnings of nothing or more in its period.", "musd", MONEY)
CAPITAL = rule(
    "dividend.capital",
    "Capital is returned where it may be, once no earnings are left, and no more of it than was paid in.",
    "musd",
    MONEY,
)
LOCK_UP = rule("dividend.lock_up", "Nothing is paid out in a period whose DSCR is below the lock-up.", "musd", MONEY)
PAYMENT = rule("dividend.payment", "Dividends are paid, and capital is returned, as decided.", "musd", MONEY)

_DIVIDEND = Entry("dividend", "retained_earnings", "cash")
_RETURNED = Entry("return_of_capital", "paid_in_capital", "cash")


def replay_dividends(replay: Replay) -> None:
    """Limits and money; what needs the tax of the period, or all that is earned in it, comes later."""
    terms = _terms(replay)
    if terms is None:
        return
    least = replay.values(terms.minimum_musd, "equity.dividends.minimum_musd")
    most = replay.values(terms.maximum_musd, "equity.dividends.maximum_musd")
    total = ZERO
    for t in replay.span:
        paid, returned = _paid(replay, t), _returned(replay, t)
        total += paid + returned
        replay.findings.at_most(RANGE, "dividend", t, least[t], paid + returned)
        if terms.maximum_musd is not None:
            replay.findings.at_most(RANGE, "dividend", t, paid + returned, most[t])
        replay.book.post(PAYMENT, "dividend", t, paid, _DIVIDEND)
        replay.book.post(PAYMENT, "return_of_capital", t, returned, _RETURNED)
    replay.findings.at_most(TOTAL, "dividend", None, exact(terms.minimum_total_musd), total)


def check_sources_of_dividends(replay: Replay, funding: Funding) -> None:
    """div_t > 0 only if RE_t ≥ 0; capital back only if RE_t ≤ 0 and paid-in capital stays at 0 or more.

    To be called when every line is posted. RE_t is large where it adds up large flows: their sum is its magnitude.
    """
    terms = _terms(replay)
    if terms is None:
        return
    retained = [-balance for balance in replay.book.balances("retained_earnings")]
    gross = abs(retained[0])
    for t in replay.span:
        gross += replay.book.cash_gross(t)
        if _paid(replay, t) > MONEY.absolute:
            replay.findings.at_most(EARNED, "dividend", t, ZERO, retained[t], magnitude=gross)
        returned = _returned(replay, t)
        if not terms.return_of_capital:
            replay.findings.record(CAPITAL, "capital", t, abs(returned))
        elif returned > MONEY.absolute:
            replay.findings.at_most(CAPITAL, "earnings", t, retained[t], ZERO, magnitude=gross)
        replay.findings.at_most(CAPITAL, "paid-in capital", t, ZERO, funding.common.paid_in[t], magnitude=gross)


def check_lock_up(replay: Replay, lenders: Lenders) -> None:
    """Something is paid out only if CFADS ≥ x·(interest paid + principal due) of twelve months, or nothing is due."""
    terms = _terms(replay)
    if terms is None or terms.lock_up_dscr is None:
        return
    for t in replay.span:
        if _paid(replay, t) + _returned(replay, t) > MONEY.absolute:
            back = looked_back_on(replay, t, "dscr", terms.lock_up_over, terms.lock_up_first_year)
            due = ZERO if back is None else lenders.debt_service(back, balloons=False)
            if back is None or due <= NOTHING:
                replay.findings.record(LOCK_UP, "dividend", t, ZERO)
                continue
            service, cfads = exact(terms.lock_up_dscr) * due, lenders.cfads(back, "company")
            replay.findings.at_most(LOCK_UP, "dividend", t, service, cfads, magnitude=lenders.magnitude(back))


def _paid(replay: Replay, t: int) -> Decimal:
    return replay.decisions.dividends.get(t, ZERO)


def _returned(replay: Replay, t: int) -> Decimal:
    return replay.decisions.returns.get(t, ZERO)


def _terms(replay: Replay) -> Dividends | None:
    return replay.instance.equity.dividends if replay.instance.equity else None
