"""Interest in construction by period: what it is reckoned on, and how much of it there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from optimizer.contract.lines import INTEREST_IN_CONSTRUCTION
from optimizer.instance.calendar import TIMING, Calendar
from optimizer.instance.construction_rate import bears_interest, construction_rate
from optimizer.plan.books import add
from optimizer.plan.figures.coverage import NOTHING_MUSD
from optimizer.plan.record import Record


@dataclass(frozen=True)
class InterestInConstruction:
    """By period, USD million: what construction has taken on average (``accumulated``, interest included), what it
    could have done without (``avoided``, at ``rate`` per year, nominal), all interest (``incurred``) and what of it is
    ``capitalised``; ``average_rate`` is that of what was owed, nominal, None where nothing was.
    """

    accumulated: Sequence[float]
    rate: Sequence[float]
    avoided: Sequence[float]
    incurred: Sequence[float]
    capitalised: Sequence[float]
    average_rate: Sequence[float | None]


def interest_in_construction(plan: Record) -> InterestInConstruction | None:
    """None where it is not capitalised, or nothing bears interest."""
    instance = plan.instance
    if not instance.capitalise_interest_in_construction or not bears_interest(instance):
        return None
    books, calendar, size = plan.books, instance.periods, instance.periods.periods
    years = [calendar.years_of(t) for t in calendar.span]
    by_site = [books.posted(INTEREST_IN_CONSTRUCTION, s) for s in instance.sites]
    capitalised = add(*by_site, size=size)
    incurred = [-amount + 0.0 for amount in books.earned("interest", "pik")]
    rate = construction_rate(instance)
    accumulated = _accumulated(plan, capitalised)
    avoided = [r * y * spent for r, y, spent in zip(rate, years, accumulated, strict=True)]
    kappa, debt = TIMING[instance.draw_timing], books.debt()
    held = [(1.0 - kappa) * before + kappa * after for before, after in pairwise(debt)]
    average = [i / (y * d) if d > NOTHING_MUSD else None for i, y, d in zip(incurred, years, held, strict=True)]
    return InterestInConstruction(accumulated, rate, avoided, incurred, capitalised, average)


def _accumulated(plan: Record, capitalised: Sequence[float]) -> list[float]:
    """What the phases under construction have cost on average over each period, with the interest that they bear.

    Interest of earlier periods is told by phase from age and cap, as the rule has it.
    """
    calendar = plan.instance.periods
    works = sorted(_works(plan), key=lambda each: each.start)
    rate, found = construction_rate(plan.instance), []
    for t in calendar.span:
        left, total = capitalised[t - 1], []
        for work in works:
            if not work.start <= t < work.service:
                continue
            spent = work.taken(calendar, t) + work.interest
            total.append(spent)
            own = min(left, rate[t - 1] * calendar.years_of(t) * spent)
            left -= own
            work.interest += own
        found.append(fsum(total))
    return found


@dataclass
class _Work:
    """The phases of an entry that start in a period, their cost in USD million and the interest that they bear."""

    start: int
    service: int
    cost: float
    profile: Sequence[float]
    early: float
    interest: float = 0.0

    def taken(self, calendar: Calendar, t: int) -> float:
        """What it has taken on average over t: what was paid before, and a part of what is paid in t."""
        before, upto = calendar.elapsed(self.start, t - 1) + 1, calendar.elapsed(self.start, t) + 1
        before = max(before, 0)
        return self.cost * (fsum(self.profile[:before]) + self.early * fsum(self.profile[before:upto]))


def _works(plan: Record) -> list[_Work]:
    instance, calendar = plan.instance, plan.instance.periods
    order = {(s, p.name): (s, i) for s, site in instance.sites.items() for i, p in enumerate(site.phases)}
    rows = sorted(plan.decisions.get("phase_starts", ()), key=lambda row: order[row["site"], row["phase"]])
    works = []
    for row in rows:
        u = calendar.index(str(row["period"]))
        phase = next(p for p in instance.sites[row["site"]].phases if p.name == row["phase"])
        cost = row["count"] * fsum(item.musd.expand(calendar)[u - 1] for item in phase.capex.values())
        early = TIMING[phase.payment_timing or instance.payment_timing]
        works.append(_Work(u, calendar.later(u, phase.lead_periods), cost, phase.spend_profile, early))
    return works
