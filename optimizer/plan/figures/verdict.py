"""What a board asks first: what is sunk, how much equity, for how long the cash lasts, and when debt falls due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from optimizer.contract.accounts import CASH, DEBT
from optimizer.contract.lines import FLOW_REVENUE, REPAYMENT
from optimizer.finance.amortisation import service
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import terms_of
from optimizer.plan.figures.charges import discount_factors
from optimizer.plan.figures.debt import units_repaid_early, vintages
from optimizer.plan.record import Record
from optimizer.plan.table import NOTHING


def sunk_value(plan: Record) -> float:
    """Present value of the given flows, operating and investing, before tax: they come whatever is decided."""
    factors = discount_factors(plan)
    items = ("revenue", "opex", "other_investing")
    lines = [plan.books.line(FLOW_REVENUE, name, items=items) for name in plan.instance.cash_flows]
    return fsum(factor * musd for line in lines for factor, musd in zip(factors, line, strict=True))


def peak_equity(plan: Record) -> float:
    """Most common and preferred equity that is paid in at the end of a period, USD million."""
    return max(plan.books.equity()[1:])


def runway_months(plan: Record) -> float | None:
    """For how many months of its period's operating cost cash lasts, in the period in which that is least."""
    months = [12.0 * plan.instance.periods.years_of(t) for t in plan.instance.periods.span]
    each = zip(months, plan.books.balance(CASH)[1:], plan.books.item("opex"), strict=True)
    return min((length * cash / -opex for length, cash, opex in each if -opex > NOTHING), default=None)


def maturity_wall(plan: Record) -> tuple[float, int | None]:
    """Most principal of loans that falls due in a calendar year, after the plan too, USD million, and the first such.

    What is repaid early, or of a revolver before it has to be, does not fall due. What sculpted debt or a revolver
    still owes at the end falls due when its last tenor, or its window, is over.
    """
    by_year: dict[int, list[float]] = defaultdict(list)
    calendar = plan.instance.periods
    for name, debt in plan.instance.debt.items():
        for t, musd in _due(plan, name, debt):
            by_year[(calendar.first + calendar.end(t) - 1) // calendar.per_year].append(musd)
    most = max((fsum(parts) for parts in by_year.values()), default=0.0)
    if most <= NOTHING:
        return 0.0, None
    return most, min(year for year, parts in by_year.items() if fsum(parts) >= most - NOTHING)


def _due(plan: Record, name: str, debt: Debt) -> Iterator[tuple[int, float]]:
    """(period, USD million) of what falls due."""
    calendar = plan.instance.periods
    if debt.is_pooled:
        last = calendar.window(debt.first_draw, debt.last_draw).stop - 1
        ends = calendar.later(last, debt.tenor_periods or 1)
        if debt.kind == "sculpted":
            yield from ((t, -musd) for t, musd in enumerate(plan.books.line(REPAYMENT, name), 1))
        yield max(ends, calendar.periods + 1), plan.books.balance(DEBT + name)[-1]
        return
    rates = vintage_rates(plan.instance, debt)
    for u, drawn in vintages(plan, name).items():
        whole = service(terms_of(debt, calendar, u), rates[u], TIMING[plan.instance.draw_timing] if u else 0.0)
        early = units_repaid_early(plan, name, u)
        for age, share in enumerate(whole.principal):
            yield u + age, share * (drawn - fsum(units for t, units in early if t < u + age))
