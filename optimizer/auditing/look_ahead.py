"""Cash that looks ahead: payment by payment, what is decided by then and falls due within some periods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.convertible import in_the_money
from optimizer.auditing.lendable import lent_within, may_be_drawn
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


def check_look_ahead(replay: Replay, free: dict[str, Values]) -> None:
    """For each period and each number of steps ahead, ``free`` being what nothing reserves at the end of 0 … T, by
    whose it is.

    What a group lacks by its own cash and lines is due from the company, within what it still may put in.
    """
    rules, groups = replay.instance.cash, replay.instance.groups
    floors = {"": replay.values(rules.minimum_musd, "cash.minimum_musd")}
    for name, group in groups.items():
        floors[name] = replay.values(group.minimum_cash_musd, f"groups.{name}.minimum_cash_musd")
    for t in replay.span if rules.look_ahead_periods else ():
        owed = {whose: _owed(replay, whose, t) for whose in floors}
        now, gross = replay.time.passed(0, t), replay.book.cash_gross(t)
        for ahead in range(1, rules.look_ahead_periods + 1):
            place = f"{ahead} periods ahead"
            due = {whose: sum((musd for s, musd in owed[whose] if s <= now + ahead), ZERO) for whose in floors}
            needed = {whose: floor[t] + due[whose] for whose, floor in floors.items()}
            at_hand = {whose: _at_hand(replay, free, whose, t, ahead) for whose in floors}
            short = {name: max(ZERO, needed[name] - at_hand[name]) for name in groups}
            for name, group in groups.items():
                if group.contributions_musd is not None:
                    most = exact(group.contributions_musd) - _brought(replay, name, t)
                    replay.findings.at_most(AHEAD, f"put into {name}, {place}", t, short[name], most, gross)
            whole = needed[""] + sum(short.values(), ZERO)
            replay.findings.at_most(AHEAD, f"cash, {place}", t, whole, at_hand[""], gross)


def _owed(replay: Replay, whose: str, t: int) -> list[tuple[int, Decimal]]:
    """(step, musd) of what is decided by t and falls due after it."""
    now = replay.time.passed(0, t)
    owed = [(step, musd) for name, _, u, step, musd in replay.promised if name == whose and u <= t and now < step]
    return [*owed, *_service(replay, whose, t)] if replay.instance.cash.look_ahead_debt_service else owed


def _brought(replay: Replay, group: str, t: int) -> Decimal:
    """What the company has put in by t."""
    paid_in = replay.decisions.contributions.items()
    return sum((musd for (name, _, u), musd in paid_in if name == group and u <= t), ZERO)


def _at_hand(replay: Replay, free: dict[str, Values], whose: str, t: int, ahead: int) -> Decimal:
    """Cash, and what is counted on of lines that can be drawn so many steps after t, and of loans within them."""
    s, counted = replay.time.after(t, ahead), replay.decisions.drawable.items()
    own = (musd for (d, u), musd in counted if u == t and replay.rings.debt(d) == whose and may_be_drawn(replay, d, s))
    return free[whose][t] + sum(own, ZERO) + lent_within(replay, whose, t, ahead)


def _service(replay: Replay, whose: str, t: int) -> Iterator[tuple[int, Decimal]]:
    """(step, musd) of what is left of each draw of an entity's loans by the end of t, on the schedule of a unit.

    A longer period pays in equal parts by its steps.
    """
    for name, debt in replay.instance.debt.items():
        if debt.is_pooled or replay.rings.debt(name) != whose:
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
