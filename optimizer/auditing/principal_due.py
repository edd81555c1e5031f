"""Principal as it is due, whenever it is paid, and what draws of other instruments repay of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from optimizer.auditing.convertible import converted, in_the_money
from optimizer.auditing.funding import Funding
from optimizer.auditing.rates import Asked, asked_of, rates_of
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.vintages import balloon_of, capitalising, share_left
from optimizer.instance.schema import Debt

REFINANCING = rule(
    "debt.refinancing",
    "What refinances is drawn, of an instrument that names what it repays, and no more than falls due.",
    "musd",
    MONEY,
)


def check_refinancings(replay: Replay, funding: Funding) -> None:
    """Σ over what is repaid ≤ draw, Σ over what is drawn ≤ what is due and paid in the period."""
    drawn: dict[tuple[str, int], Decimal] = {}
    repaid: dict[tuple[str, int], Decimal] = {}
    for (k, d, t), musd in replay.decisions.refinancings.items():
        drawn[k, t] = drawn.get((k, t), ZERO) + musd
        repaid[d, t] = repaid.get((d, t), ZERO) + musd
        named = d in (replay.instance.debt[k].refinances or ())
        replay.findings.record(REFINANCING, f"{k} for {d}", t, ZERO if named else abs(musd))
    for (k, t), musd in drawn.items():
        replay.findings.at_most(REFINANCING, k, t, musd, replay.decisions.draws.get((k, t), ZERO))
    for (d, t), musd in repaid.items():
        revolving = replay.instance.debt[d].kind == "revolver"
        due = ZERO if revolving else funding.debts.instruments[d].scheduled[t]
        due -= converted(replay, d, replay.instance.debt[d])[t]
        replay.findings.at_most(REFINANCING, d, t, musd, due)


def net_principal(
    replay: Replay, funding: Funding, periods: Iterable[int], balloons: bool, group: str | None = None
) -> Decimal:
    """What falls due in consecutive periods, also of what is prepaid in them, less what is refinanced; of a group, if
    one is given."""
    periods = tuple(periods)
    if group:
        lines = replay.book.part(group).lines
        leased = [lines.get((f"lease.principal.{o}", t), {}) for o in replay.instance.hardware for t in periods]
        total = sum((sum(entries.values(), ZERO) for entries in leased), ZERO)
    else:
        total = sum((funding.leases.principal[t] for t in periods), ZERO)
    for name, debt in replay.instance.debt.items():
        if debt.kind == "revolver":
            continue
        if group and replay.rings.debt(name) != group:
            continue
        if debt.kind == "sculpted":
            total += sum((funding.debts.instruments[name].scheduled[t] for t in periods), ZERO)
        else:
            total += _due(replay, name, debt, periods, balloons)
        apart = set() if balloons else _balloons(replay, name, debt)
        for (_, d, t), musd in replay.decisions.refinancings.items():
            if d == name and t in periods and t not in apart:  # else it repays the balloon
                total -= musd
    return total


def _balloons(replay: Replay, name: str, debt: Debt) -> set[int]:
    """The periods that end a tenor of what the loan opens with or of what its window lets be drawn, with a balloon."""
    yearly, window = rates_of(replay, name, debt), replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    begun = [u for u in range(replay.last + 1) if (u in window if u else debt.opening_balance_musd > 0)]
    asked = {u: asked_of(replay, debt, yearly, u) for u in begun}
    return {replay.time.after(u, one.ends(debt)) for u, one in asked.items() if _ends_in_one(replay, debt, one)}


def _ends_in_one(replay: Replay, debt: Debt, asked: Asked) -> bool:
    """Whether a draw of a loan of more than a year, or one that lives longer than that, ends with a balloon."""
    if debt.kind == "bullet":
        return asked.ends(debt) > replay.calendar.per_year
    return debt.balloon_share > 0 and (debt.tenor_periods or 0) > replay.calendar.per_year


def _due(replay: Replay, name: str, debt: Debt, periods: tuple[int, ...], balloons: bool) -> Decimal:
    """Of each vintage, what it had at the beginning (or at its draw, if that is later) and is to lose by the end; if
    balloons do not count, without what is one."""
    if not periods:
        return ZERO
    yearly = rates_of(replay, name, debt)
    due = ZERO
    for u in range(replay.last + 1):
        drawn = replay.decisions.draws.get((name, u), ZERO) if u else replay.opening_debt(name)
        if drawn == 0 or in_the_money(replay, debt, u):
            continue
        rate, time = asked_of(replay, debt, yearly, u), replay.time
        apart = not balloons and _ends_in_one(replay, debt, rate)
        if apart and debt.kind == "bullet":
            continue
        part = ONE - sum(
            (
                musd / (drawn * share_left(debt, time.passed(u, t), rate))
                for (one, v, t), musd in replay.decisions.prepayments.items()
                if one == name and v == u and t < periods[0] and share_left(debt, time.passed(u, t), rate) > 0
            ),
            ZERO,
        )
        # the balance only rises while interest is capitalised, so that the fall is counted from there on
        end = time.passed(u, periods[-1])
        begin = max(time.passed(u, periods[0] - 1), 0, min(capitalising(debt), end))
        end = max(end, 0)
        due += part * drawn * (share_left(debt, begin, rate) - share_left(debt, end, rate))
        if apart and begin < rate.ends(debt) <= end:
            due -= part * drawn * balloon_of(debt, rate)
    return due
