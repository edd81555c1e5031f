"""From a plan, a run or an instance to what all plans near the best have in common, and to some that differ most."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.comparison.diff import diff
from optimizer.explanation.alternatives.budgets import affords, budgets_of
from optimizer.explanation.alternatives.distance import by_part, distance, features_of, terms_of
from optimizer.explanation.alternatives.found import Alternatives
from optimizer.explanation.alternatives.others import Other, Search
from optimizer.explanation.alternatives.parts import Alternative, Range
from optimizer.explanation.alternatives.publish import published
from optimizer.explanation.alternatives.ranges import Known, by_relaxation, by_search, known_sums, value_at
from optimizer.explanation.alternatives.space import Space
from optimizer.explanation.alternatives.sums import sums_of, values_in_rows
from optimizer.explanation.clock import Clock
from optimizer.instance.loader import checked, load
from optimizer.instance.python_data import unwrapped
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from optimizer.solving.asked import solve_options
from optimizer.solving.compile import compile_instance
from optimizer.solving.programme import programme_of
from optimizer.solving.run import solve

MOST = 20
"""Alternatives that can be asked for: each is told apart from all before it."""
SOLVE_SHARE, SURE = 0.5, 0.1
"""The part of the time in which an instance is solved first, and the part of ``within`` that its gap may be."""
RANGES_SHARE, OTHERS_SHARE = 0.25, 0.8
"""The part of the time left for the sums over all periods, and the part of the rest for the alternatives."""


class UnusablePlanError(ValueError):
    """A plan of which it is not known what it is the best of."""


def alternatives(
    plan: Plan | Instance | str | os.PathLike[str],
    *,
    within: float = 0.01,
    count: int = 5,
    time_limit: float = 120.0,
) -> Alternatives:
    """What all plans within a share of the best have in common, and some of them that differ most.

    ``plan`` is one that was solved, the folder of a run, or an instance or the path of its file, which is solved first.
    ``within`` is the share of the best of each objective that a plan may cost more, of what the run measures its gap
    in; ``count`` is how many other plans are looked for (0 to 20); ``time_limit`` in seconds: what is known by then is
    returned. Sums are in MW, units, H100e and USD million; distances from 0 to 1. The alternatives keep to what is
    *proven* of the best, so that each is within the share of it; what is said to hold in all plans holds in all within
    the share of the best plan *found*.

    Raises InstanceError, RunError, ValueError or TypeError for what cannot be, and as ``solve``, NoPlanError and
    SolverError.

    A loan of D and equity of E cost (8·D + 15·E) / 1.1², at the least 800 / 1.21. A tenth more buys at most E = 80 / 7
    in the place of as much of the loan, or D = 110. The other plan keeps 0.95 of the 80 / 7 by which it could differ.

    >>> found = optimizer.alternatives(plan, within=0.1, count=1)
    >>> [(each.name, each.verdict, round(each.least, 3), round(each.greatest, 3)) for each in found.ranges]
    [('loan', 'must', 88.571, 110.0), ('a', 'free', 0.0, 11.429)]
    >>> other = found.alternatives[0]
    >>> round(other.distance, 5), round(other.changes["cost_of_capital"], 3), other.plan.audit_passed
    (0.10857, 0.628, True)
    """
    within, count, clock = _asked(within, count, time_limit)
    plan = _plan_of(plan, within, clock)
    return _found(plan, within, count, clock)


def _asked(within: Any, count: Any, time_limit: Any) -> tuple[float, int, Clock]:
    within, count = unwrapped(within), unwrapped(count)
    share = isinstance(within, (int, float)) and not isinstance(within, bool)
    if not share or not 0.0 <= within < 1.0:
        raise ValueError(f"within should be a share from 0 to below 1, not {within!r}")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST:
        raise ValueError(f"count should be a whole number from 0 to {MOST}, not {count!r}")
    seconds = solve_options(Instance.model_fields["solve"].get_default(), time_limit=time_limit).time_limit_s
    return float(within), count, Clock(seconds)


def _plan_of(given: Any, within: float, clock: Clock) -> Plan:
    """The plan that is given, or that of the instance that is. Raises TypeError and ValueError."""
    if isinstance(given, (str, os.PathLike)):
        given = read_run(given) if Path(given).is_dir() else load(given)
    if isinstance(given, Instance):
        own = checked(given).solve
        gap = min(own.gap_share, SURE * within) if within else own.gap_share
        return solve(given, gap=gap, time_limit=min(own.time_limit_s, SOLVE_SHARE * clock.left_s))
    if not isinstance(given, Plan):
        raise TypeError(f"plan should be a plan, the folder of a run, or an instance, not {type(given).__name__}")
    if given.audit_passed is not True:
        raise UnusablePlanError("the plan has not passed its audit as it stands; solve its instance again")
    if "own" in given.summary:
        raise UnusablePlanError("the plan was made with rows of one's own, which are not kept with it; leave them out")
    if "alternative" in given.summary:
        raise UnusablePlanError("the plan is an alternative, and no best one; take the plan that it is one to")
    found: Plan = given
    return found


def _found(plan: Plan, within: float, count: int, clock: Clock) -> Alternatives:
    instance, caps = plan.instance, plan.summary.get("caps", {})
    built, compiled = compile_instance(instance, asked=caps)
    programme = programme_of(instance, built, compiled, caps)
    sums = sums_of(instance, built, compiled)
    space = Space(instance, built, compiled, programme, budgets_of(plan.summary["levels"], within), sums)
    space.begin_with(plan, clock)
    known = known_sums(space)
    total = [each for each in known if each.sum.kind != "start"]
    first = clock.part(RANGES_SHARE)
    by_relaxation(space, known, first)
    by_search(space, total, first, verdicts_only=True)
    base = values_in_rows(sums, instance, plan.decisions)
    search = Search(space, features_of(instance, sums), base, [each.greatest for each in known])
    unoffered = _unoffered(space, plan)
    others: list[Other] = []
    if not unoffered:
        others = [other for other in search.run(count, clock.part(OTHERS_SHARE)) if space.remember(other.x)]
    by_search(space, known, clock, verdicts_only=True)
    by_search(space, total, clock, verdicts_only=False)
    ranges = tuple(_range(space, each, value, not unoffered) for each, value in zip(known, base, strict=True))
    told = [_alternative(space, plan, base, other, number, within) for number, other in enumerate(others, 1)]
    decided = all(each.verdict != "not decided" for each in ranges)
    enough = bool(unoffered) or len(others) == count or search.furthest is not None
    return Alternatives(
        instance=instance.name,
        instance_hash=instance.hash,
        within=within,
        budgets=space.budgets,
        ranges=ranges,
        alternatives=tuple(sorted(told, key=lambda each: -each.distance)),
        furthest=search.furthest,
        complete=decided and enough,
        unoffered=unoffered,
        seconds=clock.spent_s,
    )


def _unoffered(space: Space, plan: Plan) -> str:
    """Why no plan can be offered, with what helps; empty if some can."""
    for budget in space.budgets:
        if budget.offered is None:
            return f"nothing is proven of the best {budget.objective}; solve for longer"
        if not affords(budget, plan.metrics.get(budget.objective)):
            return (
                f"the gap of the run and the slack of its file are more than the share of the best {budget.objective} "
                "that was asked for; ask for more, or solve to a smaller gap"
            )
    return "" if space.plans else "the time was up before the plan was found again; give more"


def _range(space: Space, known: Known, value: float, offered: bool) -> Range:
    each = known.sum
    seen = [value_at(each, x) for x in space.plans] + ([value] if offered else [])
    phases = space.instance.sites[each.get("site")].phases if each.get("phase") else []
    return Range(
        kind=each.kind,
        name=each.name,
        table=each.table,
        what=dict(each.what),
        unit=each.unit,
        value=value,
        least=_finite(known.least),
        greatest=_finite(known.greatest),
        seen_least=min(seen, default=None),
        seen_greatest=max(seen, default=None),
        mw_each=next((phase.mw for phase in phases if phase.name == each.get("phase")), 0.0),
    )


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _alternative(
    space: Space, plan: Plan, base: Sequence[float], other: Other, number: int, within: float
) -> Alternative:
    terms = terms_of(features_of(space.instance, space.sums), base)
    values = [value_at(each, other.x) for each in space.sums]
    caps: Mapping[str, float] = plan.summary.get("caps", {})
    far = distance(terms, values)
    about = {"number": number, "within_share": within, "distance": far}
    found = published(space, other, caps, about)
    names = [budget.objective for budget in space.budgets]
    return Alternative(
        plan=found,
        picked=number,
        distance=far,
        by_part=by_part(terms, values),
        apart=other.apart,
        apart_at_most=other.apart_at_most,
        changes={name: _change(plan, found, name) for name in names},
        difference=diff(plan, found),
    )


def _change(plan: Plan, other: Plan, name: str) -> float:
    return (other.metrics[name] or 0.0) - (plan.metrics[name] or 0.0)
