"""What the project brings before financing, when it has paid for itself, and at which price and load it just does."""

from __future__ import annotations

from itertools import accumulate
from math import expm1, fsum, log1p

from optimizer.contract.lines import LEASE_START, OTHER_REVENUE
from optimizer.instance.calendar import TIMING
from optimizer.plan.books import add, minus
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.dating import Dated, evened, payments
from optimizer.plan.figures.terminal import net_terminal_value, terminal_value, value_before_tax, worth_of_losses
from optimizer.plan.figures.unlevered_tax import unlevered_tax
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR
from optimizer.plan.record import Record
from optimizer.plan.table import NOTHING


def project_flows(plan: Record) -> list[Dated]:
    """(instant in base periods, USD million): with the tax of the company, and what is left at the end."""
    return [*_flows(plan, plan.books.item("tax")), (_end(plan), net_terminal_value(plan))]


def unlevered_flows(plan: Record) -> list[Dated]:
    """The same with the tax that the company would pay without debt, and the losses that it would then carry."""
    tax, losses = unlevered_tax(plan)
    left = terminal_value(plan) + worth_of_losses(plan, losses) - _committed(plan)
    return [*_flows(plan, [-amount for amount in tax]), (_end(plan), left)]


def flows_before_tax(plan: Record) -> list[Dated]:
    """The same before any tax."""
    untaxed = [0.0] * plan.instance.periods.periods
    return [*_flows(plan, untaxed), (_end(plan), value_before_tax(plan) - _committed(plan))]


def payback_years(plan: Record, unlevered: list[Dated]) -> float | None:
    """Years from the start of the plan until what has been spent is back for good; None if that is not by its end.

    ``unlevered`` flows, cumulated, without what is left at the end; within a step they are taken to flow evenly.
    """
    flows, steps = evened(unlevered[:-1])
    first = min((instant for instant, flow in unlevered[:-1] if flow), default=0.0)
    cumulated = list(accumulate(flows))
    below = [i for i, amount in enumerate(cumulated) if amount < -NOTHING]
    if not below or below[-1] + 1 == len(cumulated):
        return None
    last = below[-1]
    return (first + (last - cumulated[last] / flows[last + 1]) / steps) * plan.instance.periods.base_years


def break_even(plan: Record) -> tuple[float | None, float | None]:
    """At which price of compute, or at which use of sites, the plan before tax is worth nothing::

        price (USD an H100e-hour) = cost / Σ DF·hours          cost = Σ DF·revenue of compute − present value before tax
        utilisation (share)       = Σ DF·sold by sites / Σ DF·capacity · cost / Σ DF·revenue

    The price is one for all that is served and delivered; None where nothing is. The share is of the sites' capacity at
    the prices of the plan; None without revenue or sites. It may be above 1. Costs are those of the plan: less load
    would save some energy.
    """
    revenue, hours, sold, capacity = (_discounted(plan, of(plan)) for of in (_revenue, _hours, _sold, _capacity))
    cost = revenue - _worth(plan, flows_before_tax(plan))
    used = capacity > NOTHING and revenue > NOTHING
    return cost / hours if hours > NOTHING else None, sold / capacity * cost / revenue if used else None


def _flows(plan: Record, tax: list[float]) -> list[Dated]:
    """Payments at their timing, all else where it is discounted from; what leases that count as debt take over is
    bought; what customers pay ahead counts as it comes in."""
    theta, books = TIMING[plan.instance.discount.timing], plan.books
    early = {timing: paid for timing, paid in payments(plan).items() if timing > theta}
    taken = [[-amount for amount in books.posted(LEASE_START, name)] for name in plan.instance.hardware]
    ordinary = add(
        books.ebitda(), books.deferred(), books.item("capex", "other_investing", "resale"), tax, *taken, *early.values()
    )
    dated = [(_instant(plan, t, theta), flow) for t, flow in enumerate(ordinary, 1)]
    before = [(timing, t, amount) for timing, paid in early.items() for t, amount in enumerate(paid, 1)]
    return dated + [(_instant(plan, t, timing), -amount) for timing, t, amount in before]


def _instant(plan: Record, t: int, early: float) -> float:
    """A part of period t before its end, in base periods from instant 0."""
    calendar = plan.instance.periods
    return calendar.end(t) - early * calendar.steps(t)


def _end(plan: Record) -> float:
    return float(plan.instance.periods.end(plan.instance.periods.periods))


def _committed(plan: Record) -> float:
    return fsum(each.counted_musd for each in commitments(plan))


def _worth(plan: Record, dated: list[Dated]) -> float:
    """Present value at the rate of discounting, each flow at its instant."""
    growth = log1p(plan.instance.discount.rate_per_year) * plan.instance.periods.base_years
    return fsum(flow * (1.0 + expm1(-growth * instant)) for instant, flow in dated)


def _discounted(plan: Record, amounts: list[float]) -> float:
    theta = TIMING[plan.instance.discount.timing]
    return _worth(plan, [(_instant(plan, t, theta), amount) for t, amount in enumerate(amounts, 1)])


def _revenue(plan: Record) -> list[float]:
    """What compute earns, in cash or by working off a prepayment, USD million."""
    return minus(plan.books.earned("revenue"), plan.books.of_kind(*OTHER_REVENUE))


def _hours(plan: Record) -> list[float]:
    """Million H100e-hours served, delivered to partners and held for customers, rented clouds included."""
    whole = add(plan.physical.served_by(), plan.physical.delivered_by(), plan.physical.held_by())
    calendar = plan.instance.periods
    return [h100e * MUSD_PER_USD_HOUR_YEAR * calendar.years_of(t) for t, h100e in enumerate(whole, 1)]


def _sold(plan: Record) -> list[float]:
    """H100e that sites serve, deliver and hold."""
    sites = [plan.physical.served_by(source=name) for name in plan.instance.sites]
    return add(*sites, plan.physical.delivered_by(), plan.physical.held_by(), size=plan.instance.periods.periods)


def _capacity(plan: Record) -> list[float]:
    """H100e that sites can serve."""
    return add(*plan.physical.capacity_h100e.values(), size=plan.instance.periods.periods)
