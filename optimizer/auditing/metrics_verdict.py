"""Metrics that a board asks for first: what is sunk, peak equity, runway and the wall of maturities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.metric_forms import METRICS, Form, Least, Total, metric
from optimizer.auditing.objectives import Figures, _own_factors
from optimizer.auditing.rates import Asked, asked_of, rates_of
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.auditing.vintages import capitalising, share_left
from optimizer.instance.schema import Debt

__all__ = ["METRICS"]

_SUNK = ("revenue", "opex", "other_investing")


@metric("sunk_value_musd", "Sunk value: the given operating and investing flows, discounted.")
def _sunk(figures: Figures) -> Form:
    replay, factors = figures.replay, _own_factors(figures.replay)
    given = [f"given.{name}" for name in replay.instance.cash_flows]
    return Total(
        [
            factors[t] * musd * _into_cash(entry)
            for name in given
            for t in replay.span
            for entry, musd in replay.book.lines.get((name, t), {}).items()
            if entry.item in _SUNK
        ]
    )


def _into_cash(entry: Entry) -> int:
    return 1 if entry.debit == "cash" else -1


@metric("peak_equity_musd", "Peak equity: the most common and preferred equity paid in at the end of a period.")
def _peak_equity(figures: Figures) -> Form:
    return Total([max(figures.funding.equity(t) for t in figures.replay.span)])


@metric(
    "runway_months", "Runway: months of its period's operating cost that cash covers, times that cost, at the least."
)
def _runway(figures: Figures) -> Form:
    replay = figures.replay
    ratios = [
        (replay.time.months(t) * figures.cash[t], -replay.book.cash_in("opex", t), replay.book.cash_gross(t))
        for t in replay.span
    ]
    return Least(ratios, MONEY.absolute)


@metric("maturity_wall_musd", "Maturity wall: the most principal of loans that falls due in a calendar year.")
def _maturity_wall(figures: Figures) -> Form:
    replay = figures.replay
    by_year: dict[int, Decimal] = defaultdict(Decimal)
    for name, debt in replay.instance.debt.items():
        for t, musd in _due(figures, name, debt):
            by_year[replay.time.year(t)] += musd
    return Total([max(by_year.values(), default=ZERO)])


def _due(figures: Figures, name: str, debt: Debt) -> Iterator[tuple[int, Decimal]]:
    """What is due on schedule, in the plan and after it; what a pooled loan still owes, when its terms end."""
    replay, one = figures.replay, figures.funding.debts.instruments[name]
    if debt.is_pooled:
        window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
        if debt.kind == "sculpted":
            yield from ((t, one.scheduled[t]) for t in replay.span)
        yield max(replay.last + 1, replay.time.after(window[-1], debt.tenor_periods or 1)), one.balance[replay.last]
        return
    yield from ((t, one.scheduled[t]) for t in replay.span)
    yearly = rates_of(replay, name, debt)
    for u in range(replay.last + 1):
        yield from _after(replay, name, debt, u, asked_of(replay, debt, yearly, u))


def _after(replay: Replay, name: str, debt: Debt, u: int, rate: Asked) -> Iterator[tuple[int, Decimal]]:
    """The principal after T of what is left of a vintage."""
    live = replay.decisions.draws.get((name, u), ZERO) if u else exact(debt.opening_balance_musd)
    for (loan, drawn, t), musd in replay.decisions.prepayments.items():
        left = share_left(debt, replay.time.passed(u, t), rate) if (loan, drawn) == (name, u) else ZERO
        live -= musd / left if left > 0 else ZERO
    grown = capitalising(debt)
    for t in range(replay.last + 1, replay.time.after(u, rate.ends(debt)) + 1):
        begun, age = replay.time.passed(u, t - 1), replay.time.passed(u, t)
        if age > grown:
            yield t, live * (share_left(debt, max(begun, grown), rate) - share_left(debt, age, rate))
