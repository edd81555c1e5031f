"""The cost of capital by source, and by period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import fsum

from optimizer.plan.figures.charges import charge_factors, charges, effective_rate, interest_income
from optimizer.plan.figures.pricing_grid import buckets
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def cost_of_capital(plan: Record) -> Table:
    """Per source and period: what is held, the charge on it after tax, the discount factor, the present value.

    The present values add up to the objective cost_of_capital; income on cash is a charge below zero. What came in in
    the last period is charged for one more, which comes after the plan. ``effective_rate_per_year`` is compounded
    yearly; ``decided`` is 0 where no decision can change the charge; ``bucket`` is the one of the pricing grid, from 0,
    that says what capital carried into the period costs. In a calendar of segments ``capital_musd`` counts for each
    base period of a longer one.
    """
    factors, held = charge_factors(plan), buckets(plan)
    columns = ("source", "kind", "period", "capital_musd", "charge_musd", "effective_rate_per_year", "decided")
    calendar = plan.instance.periods

    def rows() -> Iterator[dict[str, Cell]]:
        found = [*charges(plan), interest_income(plan)]
        lines = Counter(charge.source for charge in found)
        for charge in found:
            if charge.kind == "income" and not any(charge.charge):
                continue
            for t, factor in enumerate(factors):
                beyond = t == calendar.periods or lines[charge.source] > 1
                if beyond and not charge.capital[t] and not charge.charge[t]:
                    continue
                yield {
                    "source": charge.source,
                    "kind": charge.kind,
                    "period": calendar.label(t + 1),
                    "capital_musd": charge.capital[t],
                    "charge_musd": charge.charge[t],
                    "effective_rate_per_year": effective_rate(plan, charge.charge[t], charge.capital[t]),
                    "decided": int(charge.decided),
                    "discount_factor": factor,
                    "present_value_musd": factor * charge.charge[t],
                    "bucket": held[t],
                }

    return Table.of((*columns, "discount_factor", "present_value_musd", "bucket"), rows())


def wacc(plan: Record) -> Table:
    """Per period: what is held of debt and leases, of equity and preferred shares and of partners' prepayments, at
    carrying amounts, the charge on all of it after tax, and their ratio as a rate compounded yearly.

    The period after the last one has what came in in the last; it is left out where nothing did. In a calendar of
    segments amounts count for each base period of a longer one.
    """
    found, calendar = charges(plan), plan.instance.periods
    kinds = {"debt_musd": ("debt", "lease"), "equity_musd": ("equity", "preferred"), "partners_musd": ("partner",)}

    def rows() -> Iterator[dict[str, Cell]]:
        for t in range(calendar.periods + 1):
            capital = {name: fsum(c.capital[t] for c in found if c.kind in of) for name, of in kinds.items()}
            charge, whole = fsum(c.charge[t] for c in found), fsum(capital.values())
            if t == calendar.periods and not whole and not charge:
                continue
            rate = effective_rate(plan, charge, whole)
            yield {"period": calendar.label(t + 1), "charge_musd": charge, **capital, "wacc_per_year": rate}

    return Table.of(("period", "charge_musd", *kinds, "wacc_per_year"), rows())
