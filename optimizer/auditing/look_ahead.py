"""Cash that looks ahead: payment by payment, what is decided by then and falls due within some periods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.convertible import in_the_money
from optimizer.auditing.rates import asked_of, rates_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.auditing.yields import paid

AHEAD = rule(
    "cash.look_ahead",
    "Cash, and what can be drawn of lines still open then, covers the least cash and what is committed.",
    "musd",
    MONEY,
)


def check_look_ahead(replay: Replay, cash: Values) -> None:
    """For each period and each number of steps ahead, ``cash`` being what is free at the end of 0 … T."""
    rules = replay.instance.cash
    if not rules.look_ahead_periods:
        return
    least = replay.values(rules.minimum_musd, "cash.minimum_musd")
    for t in replay.span:
        now = replay.time.passed(0, t)
        owed = [(step, musd) for u, step, musd in replay.promised if u <= t and now < step]
        owed += _service(replay, t) if rules.look_ahead_debt_service else ()
        gross = replay.book.cash_gross(t)
        for ahead in range(1, rules.look_ahead_periods + 1):
            due, s = sum((musd for step, musd in owed if step <= now + ahead), ZERO), replay.time.after(t, ahead)
            lines = sum((x for (d, u), x in replay.decisions.drawable.items() if u == t and _open(replay, d, s)), ZERO)
            place = f"cash, {ahead} periods ahead"
            replay.findings.at_most(AHEAD, place, t, least[t] + due, cash[t] + lines, magnitude=gross)


def _open(replay: Replay, name: str, s: int) -> bool:
    debt = replay.instance.debt[name]
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    return window[0] <= s and (debt.last_draw is None or s <= window[-1])


def _service(replay: Replay, t: int) -> Iterator[tuple[int, Decimal]]:
    """(step, musd) of what is left of each draw by the end of t, on the schedule of a unit.

    A longer period pays in equal parts by its steps.
    """
    for name, debt in replay.instance.debt.items():
        if debt.is_pooled:
            continue
        yearly = rates_of(replay, name, debt)
        for u in range(t + 1):
            live = replay.decisions.draws.get((name, u), ZERO) if u else exact(debt.opening_balance_musd)
            if live == 0:
                continue
            principal, interest, left = paid(debt, asked_of(replay, debt, yearly, u))
            for s in range(u, t + 1):
                early = replay.decisions.prepayments.get((name, u, s), ZERO)
                live -= early / left[s - u] if early else ZERO
            for age in range(t - u + 1, len(left)):
                back = ZERO if in_the_money(replay, debt, u) else principal[age]
                end, steps = replay.time.passed(0, u + age), replay.time.steps(u + age)
                for step in range(end - steps + 1, end + 1):
                    yield step, live * (interest[age] + back) / steps
