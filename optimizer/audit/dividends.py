"""Dividends on common equity: decided within limits, and none below the lock-up."""

from __future__ import annotations

from optimizer.audit.lenders import NOTHING, Lenders
from optimizer.audit.lookback import looked_back_on
from optimizer.audit.replay import Entry, Replay
from optimizer.audit.report import rule
from optimizer.audit.rows import exact
from optimizer.audit.tolerances import MONEY, ZERO
from optimizer.instance.schema import Dividends

RANGE = rule("dividend.range", "Dividends of a period are between their minimum and maximum.", "musd", MONEY)
TOTAL = rule("dividend.total", "All dividends together are at least their minimum.", "musd", MONEY)
LOCK_UP = rule("dividend.lock_up", "No dividend is paid in a period whose DSCR is below the lock-up.", "musd", MONEY)
PAYMENT = rule("dividend.payment", "Dividends are paid as decided.", "musd", MONEY)

_DIVIDEND = Entry("dividend", "retained_earnings", "cash")


def replay_dividends(replay: Replay) -> None:
    """Limits and money; the lock-up needs the tax of the period and comes later."""
    terms = _terms(replay)
    if terms is None:
        return
    least = replay.values(terms.minimum_musd, "equity.dividends.minimum_musd")
    most = replay.values(terms.maximum_musd, "equity.dividends.maximum_musd")
    total = ZERO
    for t in replay.span:
        paid = replay.decisions.dividends.get(t, ZERO)
        total += paid
        replay.findings.at_most(RANGE, "dividend", t, least[t], paid)
        replay.findings.at_most(RANGE, "dividend", t, paid, most[t])
        replay.book.post(PAYMENT, "dividend", t, paid, _DIVIDEND)
    replay.findings.at_most(TOTAL, "dividend", None, exact(terms.minimum_total_musd), total)


def check_lock_up(replay: Replay, lenders: Lenders) -> None:
    """div_t > 0 only if CFADS ≥ x·(interest paid + principal due) of the last twelve months, or nothing is due."""
    terms = _terms(replay)
    if terms is None or terms.lock_up_dscr is None:
        return
    for t in replay.span:
        if replay.decisions.dividends.get(t, ZERO) > MONEY.absolute:
            back = looked_back_on(replay, t, "dscr", terms.lock_up_over, terms.lock_up_first_year)
            due = ZERO if back is None else lenders.debt_service(back, balloons=False)
            if back is None or due <= NOTHING:
                replay.findings.record(LOCK_UP, "dividend", t, ZERO)
                continue
            service, cfads = exact(terms.lock_up_dscr) * due, lenders.cfads(back, "company")
            replay.findings.at_most(LOCK_UP, "dividend", t, service, cfads, magnitude=lenders.magnitude(back))


def _terms(replay: Replay) -> Dividends | None:
    return replay.instance.equity.dividends if replay.instance.equity else None
