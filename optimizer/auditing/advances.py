"""Advances on contracted revenue: what loans owe against what customers have still to pay, from the end backwards."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from optimizer.auditing.contracts import Followed, Month
from optimizer.auditing.debt import DebtReplay
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Advance, Debt

ADVANCE = rule(
    "debt.advance",
    "What a loan owes is within its advance rates on what its customers have still to pay in cash.",
    "musd",
    MONEY,
)


def check_advances(replay: Replay, debts: DebtReplay, customers: Sequence[Followed]) -> dict[str, list[Decimal]]:
    """The balance of each loan with an advance at the end of each period; returns what each may owe, by period."""
    found: dict[str, list[Decimal]] = {}
    for name, debt in replay.instance.debt.items():
        if debt.advance is None:
            continue
        found[name] = _most_owed(replay, name, debt, customers)
        balance = debts.instruments[name].balance
        for t in replay.span:
            replay.findings.at_most(ADVANCE, name, t, balance[t], found[name][t], magnitude=max(balance))
    return found


def _most_owed(replay: Replay, name: str, debt: Debt, customers: Sequence[Followed]) -> list[Decimal]:
    terms, most = debt.advance, replay.zeros()
    assert terms is not None
    if unknown := set(terms.contracts or ()) - replay.instance.contracts.keys():
        raise AuditError(f"instance.json: debt.{name}.advance", f"no contract {min(unknown)!r}")
    growth = ONE + exact(terms.discount_rate_per_year)
    for one in customers:
        rate = _rate(replay, name, terms, one.name)
        if rate > 0:
            for t in range(one.signed, replay.last + 1):
                most[t] += rate * _worth(replay, one, t, growth)
    return most


def _rate(replay: Replay, name: str, terms: Advance, customer: str) -> Decimal:
    """What is lent on a dollar of a customer: of one that is named, or else of the same ring; by class, of its own."""
    if terms.contracts is None:
        counts = replay.rings.contract(customer) == replay.rings.debt(name)
    else:
        counts = customer in terms.contracts
    if (terms.share is None) == (terms.share_by_class is None):
        raise AuditError(f"instance.json: debt.{name}.advance", "neither `share` nor `share_by_class`, or both")
    if terms.share_by_class is None:
        return exact(terms.share or 0.0) if counts else ZERO
    own = replay.instance.contracts[customer].credit_class
    return exact(terms.share_by_class.get(own or "", 0.0)) if counts else ZERO


def _worth(replay: Replay, one: Followed, t: int, growth: Decimal) -> Decimal:
    """Backwards over the months after t: what is due in one, and what all later ones are worth at its end."""
    second = min((s for s, month in one.months.items() if month.invoiced > month.of_term), default=t + 1)
    if one.months.get(second, Month()).of_term > 0:  # the first term ends within that period, and so does the wait
        second += 1
    worth = ZERO
    for s in range(max(one.months, default=t), t, -1):
        month = one.months.get(s, Month())
        worth += (month.invoiced if t >= second - 1 else month.of_term) - month.settled
        worth *= growth ** -(Decimal(replay.calendar.steps(s)) / replay.calendar.per_year)
    return worth
