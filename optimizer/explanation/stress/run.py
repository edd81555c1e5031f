"""A committed plan in a world that turns out otherwise."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from optimizer.comparison.faults import reason
from optimizer.explanation.clock import Clock
from optimizer.explanation.stress import measures
from optimizer.explanation.stress.cured import cured, solved
from optimizer.explanation.stress.cures import Case, cures
from optimizer.explanation.stress.holding import Holding
from optimizer.explanation.stress.ladder import ImpossibleError, Ladder, UndecidedError
from optimizer.explanation.stress.outcome import Stress
from optimizer.explanation.stress.parts import Interval, Stressed, Verdict
from optimizer.explanation.stress.scenarios import Asked, World, worlds
from optimizer.instance.checks import PROOFS
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from optimizer.solver.highs import Limits, SolverError
from optimizer.solving.asked import solve_options
from optimizer.solving.run import NoPlanError

ALL, UNTIL = "all", "until:"
PLAN_SHARE = 0.6
"""The part of the time left that the plan may take that is left of the committed one; the rest is for cures."""


class UnauditedPlanError(ValueError):
    """A plan that has not passed its audit: nothing is known of what it commits to."""


def stress(
    plan: Plan | str | os.PathLike[str], scenarios: Asked, *, fix: str = ALL, time_limit: float = 60.0
) -> Stress:
    """What comes of a committed plan in worlds that turn out otherwise: what is short, what is broken, what cures it.

    ``plan`` is one, or the folder of a run. ``scenarios`` are blocks by their names, as ``compare`` takes them, or one
    or several files: a batch file (its scenarios; one of them after a colon), an instance that extends another, or a
    file of changes. ``fix`` says what is held: ``all``, or ``until:2028`` for what is decided by then: starts, orders
    and signatures, the draws of loans and what equity was to be raised; docs/why.md lists the tables of decisions.
    Cash, dividends, tax, interest, service, energy, revolvers and what is repaid early react. ``time_limit`` in seconds
    for each scenario. Amounts are in USD million, MW, H100e and units.

    Raises InstanceError for a scenario that makes no instance, RunError for a folder that holds no run, TypeError and
    ValueError for arguments that cannot be, and for a plan that has not passed its audit.

    The plan borrows 100 and has 120 a year later. Without an income of 20 it is short of the interest, 8:

    >>> poorer = {"cash_flows": {"income": {"musd_per_period": [0, 100]}}}
    >>> found = optimizer.stress(plan, {"poorer": {"set": poorer}})["poorer"]
    >>> found.status, [(each.period, round(each.musd, 3)) for each in found.short], found.audit_passed
    ('does not hold', [('2027', 8.0)], True)
    """
    if isinstance(plan, (str, os.PathLike)):
        plan = read_run(plan)
    if not isinstance(plan, Plan):
        raise TypeError(f"a Plan or the folder of a run is expected, not {type(plan).__name__}")
    solve_options(plan.instance.solve, time_limit=time_limit)
    holding = holding_of(plan.instance, fix)
    return stress_worlds(plan, worlds(plan.instance, scenarios), holding, fix, time_limit)


def holding_of(instance: Instance, fix: str) -> Holding:
    """What is held by the words of ``fix``. Raises TypeError and ValueError."""
    if not isinstance(fix, str):
        raise TypeError(f"fix should be all or until: and a period, not {type(fix).__name__}")
    calendar = instance.periods
    if fix == ALL:
        return Holding(instance, calendar.periods)
    label = fix.removeprefix(UNTIL)
    if not fix.startswith(UNTIL) or label not in calendar.labels:
        known = f"{calendar.label(1)} to {calendar.label(calendar.periods)}"
        raise ValueError(f"fix should be all or until: and a period from {known}, not {fix!r}")
    return Holding(instance, calendar.index(label))


def stress_worlds(
    plan: Plan, asked: Sequence[World], holding: Holding, fix: str, time_limit: float, *, processor: bool = False
) -> Stress:
    """``stress`` where all else that is given has been checked; ``processor``: its seconds are those of the processor.

    Raises UnauditedPlanError.
    """
    if plan.audit_passed is not True:
        raise UnauditedPlanError("the plan has not passed its audit as it stands; solve its instance again")
    level = _level(plan)
    clock = Clock.of_processor if processor else Clock
    found = tuple(_stressed(plan, world, holding, clock(time_limit)) for world in asked)
    instance = plan.instance
    labels = tuple(map(str, instance.periods.labels))
    return Stress(instance.name, instance.hash, fix, str(level["name"]), str(level["unit"]), labels, found)


def _level(plan: Plan) -> dict[str, object]:
    return next(dict(each) for each in plan.summary["levels"] if not each.get("inserted"))


def _interval(plan: Plan) -> Interval:
    level = _level(plan)
    value = level["value"] if level.get("plan_value") is None else level["plan_value"]
    return Interval(float(value), level["bound"])  # type: ignore[arg-type]


def _stressed(plan: Plan, world: World, holding: Holding, clock: Clock) -> Stressed:
    found = Stressed(world.name, world.title, "not decided", _interval(plan))
    found = replace(found, exceeded=measures.exceeded(plan, world.instance, holding))
    case = Case(plan, world.instance, holding, clock)
    try:
        ladder = case.ladder()
    except ImpossibleError:
        message = "proven: neither money from outside nor waivers make a plan of these commitments in this world"
        return replace(found, status="impossible", message=message, seconds=clock.spent_s)
    except UndecidedError as error:
        return replace(found, message=str(error), seconds=clock.spent_s)
    except InstanceError as error:
        if any(each.code not in PROOFS for each in error.diagnostics):
            raise
        return replace(found, status="impossible", message=reason(error.diagnostics), seconds=clock.spent_s)
    found = _with_plan(_measured(found, world.instance, ladder), case, ladder)
    return replace(found, cures=cures(case, found, ladder), seconds=clock.spent_s)


def _measured(found: Stressed, world: Instance, ladder: Ladder) -> Stressed:
    programme, x = ladder.elastic, ladder.x
    assert x is not None
    money = measures.money(programme, x)
    broken = measures.breaches(programme, x, world)
    late, missed = measures.late(programme, x), measures.unserved(programme, x, world)
    short = ladder.found["rescue late"]
    verdict: Verdict = "proven no" if not money else "yes" if short.bound > 1e-3 * short.value else "not decided"
    kept = not (money or broken or late or missed)
    return replace(
        found,
        status="holds" if kept else "does not hold",
        short=money,
        short_verdict=verdict,
        breaches=broken,
        late=late,
        unserved=missed,
    )


def _with_plan(found: Stressed, case: Case, ladder: Ladder) -> Stressed:
    """The same with the plan that is left, solved for the objectives of the file and audited."""
    plan, world = case.plan, case.world
    programme, x, options = ladder.elastic, ladder.x, world.solve
    assert x is not None
    amounts = measures.decided_by(programme, x)
    decided = {(each.table, each.name): amounts[number] for number, each in enumerate(programme.commitments)}
    clock = case.clock
    limits = Limits(
        options.gap_share, PLAN_SHARE * clock.left_s, options.threads, options.seed, processor=clock.processor
    )
    try:
        instance = cured(world, found.short, found.breaches, found.unserved)
        left = solved(instance, plan, case.holding, decided, limits)
    except NoPlanError as error:
        late = "what the plan comes to was not found in the time: with more of it, more is known (--time-limit)"
        return replace(found, message=late if error.status == "no_solution" else f"no plan is left: {error.message}")
    except (SolverError, InstanceError) as error:
        return replace(found, message=f"the plan that is left was not found: {error}")
    return replace(
        found,
        after=_interval(left),
        damages=measures.damages(plan, left),
        paid_later=measures.paid_later(plan, left) if found.late else (),
        dividends_musd=(measures.dividends(plan), measures.dividends(left)),
        audit_passed=left.audit_passed,
        plan=left,
    )
