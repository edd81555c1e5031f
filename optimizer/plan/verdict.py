"""What a board asks first: what is sunk, how much equity, for how long the cash lasts, and when debt falls due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING

from optimizer.finance.amortisation import outstanding_share, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt
from optimizer.plan.books import CASH
from optimizer.plan.schedules.capital import discount_factors
from optimizer.plan.table import NOTHING

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def sunk_value(plan: Plan) -> float:
    """Present value of the given flows, operating and investing, before tax: they come whatever is decided."""
    factors = discount_factors(plan)
    items = ("revenue", "opex", "other_investing")
    lines = [plan.books.line(f"given.{name}", *items) for name in plan.instance.cash_flows]
    return fsum(factor * musd for line in lines for factor, musd in zip(factors, line, strict=True))


def peak_equity(plan: Plan) -> float:
    """Most common and preferred equity that is paid in at the end of a period, USD million."""
    return max(plan.books.equity()[1:])


def runway_months(plan: Plan) -> float | None:
    """For how many months of its period's operating cost cash lasts, in the period in which that is least."""
    length = 12.0 * plan.instance.periods.years
    pairs = zip(plan.books.balance(CASH)[1:], plan.books.item("opex"), strict=True)
    return min((length * cash / -opex for cash, opex in pairs if -opex > NOTHING), default=None)


def maturity_wall(plan: Plan) -> tuple[float, int | None]:
    """Most principal of loans that falls due in a calendar year, after the plan too, USD million, and the first such.

    What is repaid early, or of a revolver before it has to be, does not fall due. What sculpted debt or a revolver
    still owes at the end falls due when its last tenor, or its window, is over.
    """
    by_year: dict[int, list[float]] = defaultdict(list)
    calendar = plan.instance.periods
    for name, debt in plan.instance.debt.items():
        for t, musd in _due(plan, name, debt):
            by_year[(calendar.first + t - 1) // calendar.per_year].append(musd)
    most = max((fsum(parts) for parts in by_year.values()), default=0.0)
    if most <= NOTHING:
        return 0.0, None
    return most, min(year for year, parts in by_year.items() if fsum(parts) >= most - NOTHING)


def _due(plan: Plan, name: str, debt: Debt) -> Iterator[tuple[int, float]]:
    """(period, USD million) of what falls due."""
    calendar = plan.instance.periods
    if debt.is_pooled:
        last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
        ends = last + (debt.tenor_periods or 1)
        if debt.kind == "sculpted":
            yield from ((t, -musd) for t, musd in enumerate(plan.books.line(f"repayment.{name}"), 1))
        yield max(ends, calendar.periods + 1), plan.books.balance(f"debt.{name}")[-1]
        return
    rates = debt.rate_per_year.expand(calendar)
    for u, drawn in draws(plan, name, debt).items():
        whole = service(debt, rates[max(u, 1) - 1] * calendar.years, TIMING[plan.instance.draw_timing] if u else 0.0)
        early = repaid_early(plan, name, u, debt)
        for age, share in enumerate(whole.principal):
            yield u + age, share * (drawn - fsum(units for t, units in early if t < u + age))


def draws(plan: Plan, name: str, debt: Debt) -> dict[int, float]:
    """What is drawn of a loan by period, the opening balance in 0, USD million."""
    drawn = {0: debt.opening_balance_musd}
    for row in plan.decisions.get("debt_draws", ()):
        if row["instrument"] == name:
            u = plan.instance.periods.index(str(row["period"]))
            drawn[u] = drawn.get(u, 0.0) + row["musd"]
    return drawn


def repaid_early(plan: Plan, name: str, u: int, debt: Debt) -> list[tuple[int, float]]:
    """(period, in units of the amount drawn) of what is prepaid of the vintage drawn in u."""
    calendar, found = plan.instance.periods, []
    rate = debt.rate_per_year.expand(calendar)[max(u, 1) - 1] * calendar.years
    drawn = calendar.label(u) if u else "opening"
    for row in plan.decisions.get("prepayments", ()):
        if row["instrument"] == name and row["drawn"] == drawn:
            t = calendar.index(str(row["period"]))
            found.append((t, row["musd"] / outstanding_share(debt, t - u, rate)))
    return found
