"""Interest in construction: what is built bears the interest that it could have done without."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.algebra.expr import ByPair, Expr
from optimizer.algebra.linear import quicksum
from optimizer.algebra.minimum import add_minimum
from optimizer.contract.lines import IN_SERVICE, INTEREST_IN_CONSTRUCTION, SITE_DEPRECIATION
from optimizer.instance.calendar import Calendar
from optimizer.instance.construction_rate import bears_interest, construction_rate
from optimizer.instance.schema import Phase
from optimizer.instance.tax_write_offs import book_schedule
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.dating import payment_timing


@dataclass(frozen=True)
class Cohort:
    """The phases of an entry that start in ``start`` = u, which are built in u … u + lead − 1."""

    site: str
    phase: Phase
    start: int
    starts: Expr
    cost: float
    """Of one phase, USD million."""

    calendar: Calendar

    @property
    def service(self) -> int:
        """The period in which it goes into service."""
        return self.calendar.later(self.start, self.phase.lead_periods)

    def paid(self, t: int) -> float:
        """What of one phase is paid in t, USD million."""
        profile = self.phase.spend_profile
        return self.cost * sum(profile[k] for k in self.calendar.lags(self.start, t) if k < len(profile))

    def spent(self, t: int, early: float) -> float:
        """What one phase has taken on average over t, USD million: paid before it, or ``early`` in it."""
        return sum(self.paid(v) for v in range(self.start, t)) + early * self.paid(t)


def add_interest_in_construction(model: Model, starts: ByPair) -> None:
    """Avoided interest enters construction in progress, the oldest first, as far as there is any (ASC 835-20).

    Of the phases k that start in u, for u ≤ t < in service = later(u, lead), in the order of u, then of their names::

        accumulated[k,t] = what n phases were paid before t + w_σ·(what they are paid in t) + Σ_{v<t} c[k,v]
        c[k,t] = min(r_t·Δ_t·accumulated[k,t],  interest_t − Σ_{i before k} c[i,t])
        to sites as they go into service: Σ_t c[k,t], written off with the parts of the phase, by shares of its cost

    ``interest_t`` is all of the period, paid or capitalised, of leases that count as debt and of the grid; Σ_k c ≤
    interest_t is the cap of ASC 835-20-30-6, and which phases it holds back, on which the rule is silent, is settled by
    age. r is a figure of the file (``construction_rate``). Land and deposits on hardware take none, and tax deducts the
    interest all the same.
    """
    if not model.instance.capitalise_interest_in_construction or not bears_interest(model.instance):
        return
    rates = dict(zip(model.span, construction_rate(model.instance), strict=True))
    cohorts = sorted(_cohorts(model, starts), key=lambda each: each.start)
    borne: dict[int, list[Expr]] = defaultdict(list)
    rows = model.constraints("interest_in_construction")
    for t in model.span:
        left, most_left = _interest(model, t)
        for k, cohort in enumerate(cohorts):
            if not cohort.start <= t < cohort.service:
                continue
            early = payment_timing(model, cohort.phase)
            accumulated = cohort.spent(t, early) * cohort.starts + quicksum(borne[k])
            avoided = rates[t] * model.years_of(t) * accumulated
            most = model.interval(avoided)[1]
            if min(most, most_left) <= 0.0:
                continue
            amount = model.variables(f"interest_in_construction.{k}.{t}", [t], upper=min(most, most_left))[t]
            takes_all = model.variables(f"interest_covers.{k}.{t}", [t], upper=1, integer=True, implied=True)[t]
            add_minimum(rows, amount, (avoided, most), (left, most_left), takes_all)
            borne[k].append(amount)
            left -= amount
            model.ledger.post(INTEREST_IN_CONSTRUCTION.of(cohort.site), t, amount)
    for k, cohort in enumerate(cohorts):
        if borne[k] and cohort.service <= model.horizon:
            _in_service(model, cohort, quicksum(borne[k]))


def _cohorts(model: Model, starts: ByPair) -> Iterator[Cohort]:
    for s, site in model.instance.sites.items():
        for phase in site.phases:
            costs = sum((model.array(item.musd) for item in phase.capex.values()), np.zeros(model.horizon))
            for u in model.calendar.window(phase.earliest_start, phase.latest_start):
                if costs[u - 1] > 0.0:
                    yield Cohort(s, phase, u, starts[s, phase.name][u], float(costs[u - 1]), model.calendar)


def _interest(model: Model, t: int) -> tuple[Expr, float]:
    """All interest of a period, and the most that it can be."""
    interest = model.ledger.interest(t)
    most = model.interval(interest)[1]
    if math.isinf(most):
        raise UnboundedModelError(
            f"interest of {model.calendar.label(t)} has no bound: give every debt instrument its limit_musd"
        )
    return interest, most


def _in_service(model: Model, cohort: Cohort, interest: Expr) -> None:
    """Move what a cohort bears to ``sites``, and write it off with the parts of the phase."""
    model.ledger.post(IN_SERVICE.of(cohort.site), cohort.service, interest)
    for t, share in _written_off(model, cohort).items():
        model.ledger.post(SITE_DEPRECIATION.of(cohort.site), t, share * interest)


def _written_off(model: Model, cohort: Cohort) -> dict[int, float]:
    """The share of a cohort's cost that is written off in a period: Σ_i cost_i/cost·1/life_i while it lasts."""
    found: dict[int, float] = defaultdict(float)
    for item in cohort.phase.capex.values():
        if item.book_life_years is None:
            continue
        share = float(model.array(item.musd)[cohort.start - 1]) / cohort.cost
        schedule = book_schedule(model.calendar, item.book_life_years)
        for t in range(cohort.service, model.horizon + 1):
            found[t] += share * sum(schedule[k] for k in model.calendar.ages(cohort.service, t))
    return found
