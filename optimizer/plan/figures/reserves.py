"""Cash that is kept for debt service: what of the cash of a plan is restricted."""

from __future__ import annotations

from math import fsum

from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.rings import rings
from optimizer.instance.service_ahead import service_ahead
from optimizer.plan.figures.debt import units_repaid_early, vintages
from optimizer.plan.record import Record


def reserves(plan: Record, entity: str | None = None) -> dict[str, list[float]]:
    """What of each debt service reserve is kept in cash at the ends of periods 0 … T, by instrument, USD million.

    Of a borrowing group, or of the company without its groups, if one is given.
    """
    return {
        name: [musd - met for musd, met in zip(held, by_facility(plan, name), strict=True)]
        for name, held in required(plan, entity).items()
    }


def by_facility(plan: Record, name: str) -> list[float]:
    """What of the reserve of a loan a facility meets at the ends of periods 0 … T, USD million."""
    calendar = plan.instance.periods
    met = [0.0] * (calendar.periods + 1)
    for row in plan.decisions.get("reserve_cover", ()):
        if row["instrument"] == name:
            met[calendar.index(str(row["period"]))] = row["musd"]
    return met


def under(plan: Record, facility: str) -> list[float]:
    """What a revolver holds for reserves at the ends of periods 0 … T, USD million."""
    terms = {name: debt.service_reserve for name, debt in plan.instance.debt.items()}
    loans = [name for name, reserve in terms.items() if reserve is not None and reserve.facility == facility]
    return [fsum(musd) for musd in zip(*(by_facility(plan, name) for name in loans), strict=True)] or [0.0] * (
        plan.instance.periods.periods + 1
    )


def reserved_before_sweeps(plan: Record, entity: str) -> list[float]:
    """What the reserves of a group hold in cash in each period before anything is swept in it, USD million."""
    swept = {name for name, debt in plan.instance.debt.items() if debt.sweep is not None}
    before, after = required(plan, entity, before=True), reserves(plan, entity)
    each = [
        [musd - met for musd, met in zip(before[name], by_facility(plan, name), strict=True)] if name in swept else held
        for name, held in after.items()
    ]
    return [fsum(held[t] for held in each) for t in range(plan.instance.periods.periods + 1)]


def required(plan: Record, entity: str | None = None, *, before: bool = False) -> dict[str, list[float]]:
    """What each debt service reserve has to hold at the ends of periods 0 … T, by instrument, USD million.

    Of a borrowing group, or of the company without its groups, if one is given; ``before`` what is repaid early at the
    end of the period itself.
    """
    owed = rings(plan.instance).debt
    calendar, found = plan.instance.periods, dict[str, list[float]]()
    for name, debt in sorted(plan.instance.debt.items()):
        if debt.service_reserve is None or entity not in (None, owed[name]):
            continue
        first = calendar.window(debt.service_reserve.first_full, None).start
        rates, held = vintage_rates(plan.instance, debt), [0.0] * (calendar.periods + 1)
        for u, drawn in vintages(plan, name).items():
            early = units_repaid_early(plan, name, u)
            for t in range(max(first, u, 1), calendar.periods + 1):
                live = drawn - fsum(units for when, units in early if when < t + (not before))
                held[t] += live * service_ahead(plan.instance, debt, u, rates[u], t - u)
        found[name] = held
    return found


def restricted(plan: Record, entity: str | None = None) -> list[float]:
    """What of the cash at the ends of periods 0 … T is restricted, USD million."""
    by_name = reserves(plan, entity).values()
    return [fsum(held[t] for held in by_name) for t in range(plan.instance.periods.periods + 1)]
