"""How the customers' contracts of a plan go."""

from __future__ import annotations

from optimizer.instance.contract_terms import Course, course, taxed_ahead
from optimizer.plan.record import Record


def courses(plan: Record) -> dict[str, Course]:
    """The contracts signed, by name: what each means period by period."""
    found = {}
    for row in plan.decisions.get("contracts", ()):
        terms, signed = plan.instance.contracts[row["contract"]], plan.instance.periods.index(str(row["period"]))
        found[str(row["contract"])] = course(plan.instance, terms, (row["late"], row["renewals"], signed))
    return dict(sorted(found.items()))


def taxed_early(plan: Record) -> list[float]:
    """Taxable income by period beside the revenue that is recognised, USD million: prepayments taxed ahead of it."""
    amounts = [0.0] * plan.instance.periods.periods
    for name, each in courses(plan).items():
        for t, musd in taxed_ahead(plan.instance, plan.instance.contracts[name], each).items():
            amounts[t - 1] += musd
    return amounts
