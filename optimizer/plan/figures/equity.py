"""Common equity: what is raised, and what is left of it."""

from __future__ import annotations

from functools import reduce

from optimizer.contract.lines import CONTRACT_SHARES, CONVERSION
from optimizer.plan.figures.partners import stakes
from optimizer.plan.record import Record


def raised(plan: Record) -> dict[str, list[float]]:
    """Amounts of the equity rounds by period, USD million; only rounds that are raised."""
    return by_name(plan, "equity_raises", "round")


def by_name(plan: Record, table: str, key: str) -> dict[str, list[float]]:
    """The amounts of a table of decisions by what its column ``key`` names, and period, USD million."""
    calendar = plan.instance.periods
    amounts: dict[str, list[float]] = {}
    for row in plan.decisions.get(table, ()):
        by_period = amounts.setdefault(row[key], [0.0] * calendar.periods)
        by_period[calendar.index(str(row["period"])) - 1] += row["musd"]
    return dict(sorted(amounts.items()))


def converted(plan: Record) -> dict[str, list[float]]:
    """What of convertibles becomes shares, and what customers get in them, by period, USD million; where any is."""
    found = {}
    for name, debt in sorted(plan.instance.debt.items()):
        amounts = plan.books.posted(CONVERSION, name) if debt.conversion is not None else []
        if any(amounts):
            found[f"{name}, converted"] = amounts
    for name, contract in sorted(plan.instance.contracts.items()):
        amounts = plan.books.posted(CONTRACT_SHARES, name) if contract.shares is not None else []
        if any(amounts):
            found[f"{name}, shares"] = amounts
    return found


OPENING_EQUITY = "opening equity"


def equity_left(plan: Record) -> dict[str, list[float]]:
    """What is left at instants 0 … T of the opening capital, each round and each partner's equity, USD million.

    What is returned is taken from the opening capital first, then in the order in which money came in; of one period
    from partners first, then rounds by name.
    """
    size, inflows = plan.instance.periods.periods, {**stakes(plan), **converted(plan), **raised(plan)}
    pieces = [(0, OPENING_EQUITY, plan.instance.opening.paid_in_capital_musd)]
    for t in range(1, size + 1):
        pieces += [(t, name, amounts[t - 1]) for name, amounts in inflows.items() if amounts[t - 1]]
    left = {name: [0.0] * (size + 1) for name in (OPENING_EQUITY, *inflows)}
    gone = 0.0
    for t, returned in enumerate([0.0, *plan.books.item("return_of_capital")]):
        gone -= returned
        rest = gone
        for first, name, amount in pieces:
            if first <= t:
                taken = min(rest, amount)
                left[name][t] += amount - taken
                rest -= taken
    return left


def running(amounts: list[float], opening: float = 0.0) -> list[float]:
    """A stock at instants 0 … T from what is added in each period."""
    return reduce(lambda held, amount: [*held, held[-1] + amount], amounts, [opening])
