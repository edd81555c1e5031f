"""Advances on contracted revenue: what loans owe against what customers have still to pay, from the end backwards."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from optimizer.auditing.contracts import Followed
from optimizer.auditing.debt import DebtReplay
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Debt

ADVANCE = rule(
    "debt.advance",
    "What a loan owes is within its advance rate on what its customers have still to pay in cash.",
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
    if unknown := set(terms.contracts) - replay.instance.contracts.keys():
        raise AuditError(f"instance.json: debt.{name}.advance", f"no contract {min(unknown)!r}")
    growth = ONE + exact(terms.discount_rate_per_year)
    for one in customers:
        if one.name in terms.contracts:
            for t in range(one.signed, replay.last + 1):
                most[t] += exact(terms.share) * _worth(replay, one, t, growth)
    return most


def _worth(replay: Replay, one: Followed, t: int, growth: Decimal) -> Decimal:
    """Backwards over the months after t: what is due in one, and what all later ones are worth at its end."""
    last = max(one.months, default=t)
    second = min((s for s, month in one.months.items() if month.invoiced > month.of_term), default=last + 1)
    if t < second - 1:  # a second term counts once it has begun
        last = second - 1
    worth = ZERO
    for s in range(last, t, -1):
        month = one.months.get(s)
        worth += month.invoiced - month.settled if month is not None else ZERO
        worth *= growth ** -(Decimal(replay.calendar.steps(s)) / replay.calendar.per_year)
    return worth
