"""From what comes in to what the programme is worth: the net present value, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from optimizer.exhibits.shapes import Bridge, Step
from optimizer.instance.calendar import TIMING
from optimizer.plan.books import add
from optimizer.plan.figures.charges import discount_factors
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.dating import payments
from optimizer.plan.figures.terminal import carried_worth, terminal_value
from optimizer.plan.record import Record
from optimizer.plan.table import NOTHING


def value_bridge(plan: Record) -> Bridge:
    """Present values, USD million, that add up to −``net_present_cost``.

    Σ DF·flow of revenue as it is recognised, what customers pay ahead less what that settles, operating cost, capital
    spending (what is paid before the instant of its period discounted from there, what leases that count as debt take
    over included), tax, hardware sold, costs of issues, other flows;
    and (1+ρ)^{−ΔT} times what is left at the end, and what is still owed then.
    """
    books, factors = plan.books, discount_factors(plan)

    def worth(flows: Sequence[float]) -> float:
        return fsum(factor * flow for factor, flow in zip(factors, flows, strict=True))

    taken = [0.0] * len(factors)
    for row in plan.ledger:
        if row["item"] == "lease":
            taken[plan.instance.periods.index(str(row["period"])) - 1] -= float(row["musd"])
    at_end = (1.0 + plan.instance.discount.rate_per_year) ** -plan.instance.periods.years_to(len(factors))
    parts = {
        "Revenue": worth(books.earned("revenue")),
        "Paid ahead": worth(books.deferred()),
        "Operating cost": worth(books.earned("opex")),
        "Capital spending": worth(add(books.item("capex"), taken)) - _paid_early(plan, factors),
        "Tax": worth(books.item("tax")),
        "Hardware sold": worth(books.item("resale")),
        "Costs of issues": worth(books.item("fee", "flotation")),
        "Other flows": worth(books.item("other_investing")),
        "Left at the end": at_end * (terminal_value(plan) + carried_worth(plan)),
        "Still owed then": -at_end * fsum(each.counted_musd for each in commitments(plan)),
    }
    steps = [Step(name, value) for name, value in parts.items() if abs(value) > NOTHING]
    total = fsum(parts.values())
    words = f"present values at {100.0 * plan.instance.discount.rate_per_year:,.2f} % a year"
    return Bridge(
        "What it costs, and what it is worth", "USD million", (*steps, Step("Net present value", total, True)), words
    )


def _paid_early(plan: Record, factors: Sequence[float]) -> float:
    """How much more payments weigh for being made before the instant that their period is discounted from."""
    discount, calendar = plan.instance.discount, plan.instance.periods
    theta = TIMING[discount.timing]
    return fsum(
        amount * ((1.0 + discount.rate_per_year) ** (calendar.years_of(t) * (timing - theta)) - 1.0) * factor
        for timing, paid in payments(plan).items()
        if timing > theta
        for t, factor, amount in zip(calendar.span, factors, paid, strict=True)
    )
