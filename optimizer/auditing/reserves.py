"""Debt service reserves: what falls due in the periods to come, of what is left of each draw, is there in cash, but for
what a facility meets of it."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.rates import asked_of, rates_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.reserve_cover import met_by_facility
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.auditing.vintages import balloon_of
from optimizer.auditing.yields import paid
from optimizer.instance.schema import Debt

RESERVE = rule("cash.reserve", "Cash holds the least cash and, beside it, the debt service reserves.", "musd", MONEY)


def restricted_cash(replay: Replay, whose: str) -> Values:
    """What the reserves of the instruments of a group, or of the company, hold in cash at the end of 0 … T, musd."""
    total = replay.zeros()
    for name, debt in replay.instance.debt.items():
        if debt.service_reserve is not None and replay.rings.debt(name) == whose:
            held = _reserve(replay, name, debt)
            for t, met in enumerate(met_by_facility(replay, name, held)):
                total[t] += held[t] - met
    return tuple(total)


def freed_by_sweeps(replay: Replay, whose: str) -> Values:
    """What the reserves of a group would have to hold more in each period without what is swept in it, musd."""
    freed = replay.zeros()
    for name, debt in replay.instance.debt.items():
        if debt.service_reserve is not None and debt.sweep is not None and replay.rings.debt(name) == whose:
            after, before = _reserve(replay, name, debt), _reserve(replay, name, debt, before=True)
            freed = [musd + (b - a) for musd, a, b in zip(freed, after, before, strict=True)]
    return tuple(freed)


def _reserve(replay: Replay, name: str, debt: Debt, *, before: bool = False) -> list[Decimal]:
    """Draw by draw: what is left of it, in units of the draw, times what a unit pays in the steps to come.

    Each step has an equal part of what its period pays. ``before`` what is repaid early in the period itself.
    """
    held, terms = replay.zeros(), debt.service_reserve
    if debt.is_pooled or terms is None:
        raise AuditError(f"instance.json: debt.{name}", f"{debt.kind} debt has no schedule to keep a reserve for")
    first = replay.window(terms.first_full, None, f"debt.{name}.service_reserve")[0]
    yearly = rates_of(replay, name, debt)
    for u in range(replay.last + 1):
        live = replay.decisions.draws.get((name, u), ZERO) if u else exact(debt.opening_balance_musd)
        if live == 0:
            continue
        asked = asked_of(replay, debt, yearly, u)
        principal, interest, left = paid(debt, asked)
        if debt.kind == "bullet" and asked.ends(debt) > replay.calendar.per_year:
            principal = [ZERO] * len(left)
        elif (debt.tenor_periods or 0) > replay.calendar.per_year:
            principal[-1] -= balloon_of(debt, asked)
        for t in range(max(u, 1), replay.last + 1):
            age = t - u
            counted = live
            if age < len(left) and left[age] > 0:
                live -= replay.decisions.prepayments.get((name, u, t), ZERO) / left[age]
            if t >= first:
                room = terms.service_periods
                for later in range(age + 1, len(left)):
                    steps = replay.time.steps(u + later)
                    held[t] += (
                        (counted if before else live) * (principal[later] + interest[later]) * min(room, steps) / steps
                    )
                    room -= min(room, steps)
    return held


def check_reserves(replay: Replay, cash: dict[str, Values]) -> dict[str, Values]:
    """The least cash, in money and in months, leaves the reserves alone; returns cash that is free, by whose it is."""
    return {whose: _free(replay, whose, own) for whose, own in cash.items()}


def _free(replay: Replay, whose: str, cash: Values) -> Values:
    kept, rules = restricted_cash(replay, whose), replay.instance.cash
    floor = replay.instance.groups[whose].minimum_cash_musd if whose else rules.minimum_musd
    months = ZERO if whose else exact(rules.minimum_opex_months)
    minimum, book = replay.values(floor, f"least cash of {whose or 'the company'}"), replay.book.part(whose)
    for t in replay.span if any(kept) else ():
        least = max(minimum[t], months * -book.cash_in("opex", t) / (12 * replay.years(t)))
        place = f"cash of {whose}" if whose else "cash"
        replay.findings.at_most(RESERVE, place, t, least + kept[t], cash[t], magnitude=replay.book.cash_gross(t))
    return tuple(musd - own for musd, own in zip(cash, kept, strict=True))
