"""Every level of a plan asked of a second solver, on the same matrix; what it does not confirm is kept as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import yaml

from optimizer.instance.schema import Instance
from optimizer.model.build import build
from optimizer.plan.plan import Plan
from optimizer.solver.highs import DOLLAR, Limits, Outcome
from optimizer.solver.holding import capped
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.ratio import LEAST_DENOMINATOR
from optimizer.solver.second import minimise_with_scip
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError
from optimizer.solving.objectives import objectives_of
from optimizer.solving.run import traced

from .solving import Data, no_worse, same, solved

KEPT = Path(__file__).parents[2] / "results" / "disagreements"
"""Where instances end up on which the solvers disagree; git ignores it."""

EXACT = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0)


class Solver(Protocol):
    """One matrix, one objective, solved to the gap."""

    def __call__(self, matrix: Matrix, objective: Expression, limits: Limits, *, maximise: bool = False) -> Outcome: ...


def confirmed(data: Data | Instance, second: Solver = minimise_with_scip) -> Plan | None:
    """The plan of HiGHS, audited, when the second solver has found the same value for every level.

    None if both prove that there is no plan. AssertionError if they disagree by more than a dollar and a dollar in a
    million, or if the audit fails. Every site is searched by itself: the second solver is given the matrix of all.
    """
    instance = Instance.model_validate(data)
    warm_starts = WarmStarts()
    plan = solved(instance, warm_starts=warm_starts, reductions="off")
    if plan is None:
        assert _infeasible(instance, second), "HiGHS proves that there is no plan, the second solver finds one"
        return None
    assert plan.audit is not None
    assert plan.audit_passed, [rule["name"] for rule in plan.audit["rules"] if not rule["passed"]]
    for name, ours, theirs in _levels(instance, plan, traced(warm_starts), second):
        assert same(ours, theirs), f"{name}: HiGHS finds {ours!r}, the second solver {theirs!r}"
    return plan


def _infeasible(instance: Instance, second: Solver) -> bool:
    built = build(instance)
    try:
        compiled = Compiled(built.model.algebra)
    except TriviallyInfeasibleError:
        return True  # a row of numbers alone does not hold: no solver is asked
    objective, *_ = objectives_of(compiled, built, instance)
    return second(compiled.matrix, objective.expression, EXACT, maximise=not objective.minimise).status == "infeasible"


def _levels(instance: Instance, plan: Plan, xs: Vector, second: Solver) -> Iterator[tuple[str, float, float]]:
    """Name and value of each level by HiGHS and by the second solver, with the levels before it kept as HiGHS did.

    ``xs`` are the columns after each level, one level after another: of a ratio after a level of the file the physical
    decisions are kept. A level after the first is solved with a dollar of room for those before it, and its plan then
    read without that room, which may cost something: the bound is what HiGHS has proven on the matrix with the room,
    and the value may only be worse. A ratio N/D has the least value v if, and only if, the least of N − v·D over all
    plans with D > 0 is 0 (Dinkelbach 1967): that least is divided by D, which turns it into the error of v.
    """
    built = build(instance)
    compiled = Compiled(built.model.algebra)
    matrix = compiled.matrix
    objectives = objectives_of(compiled, built, instance)
    plans = xs.reshape(len(objectives) + 1, matrix.shape[1])  # the last is the one after the cleanup
    for i, (objective, level) in enumerate(zip(objectives, plan.summary["levels"], strict=True)):
        assert (objective.name, objective.inserted) == (level["name"], level["inserted"])
        if objective.keep is not None:
            matrix = matrix.keeping(plans[i - 1], objective.keep)
        value = level["value"]
        proven = level["bound"] if i else value
        if objective.denominator is None:
            found = second(matrix, objective.expression, EXACT, maximise=not objective.minimise)
            theirs = objective.reported(found.value)
        else:
            ratio, least = objective.ratio(proven), LEAST_DENOMINATOR - objective.denominator.constant
            positive = matrix.with_row(objective.denominator.cost, least, float("inf"))
            found = second(positive, objective.expression.plus(objective.denominator, -ratio), EXACT)
            assert found.x is not None, f"{objective.name}: the second solver finds no plan"
            theirs = objective.reported(ratio + found.value / objective.denominator.value(found.x))
        assert found.status == "optimal", f"{objective.name}: the second solver ends {found.status}"
        assert no_worse(theirs, value, objective.minimise), (
            f"{objective.name}: the plan has {value!r}, better than {theirs!r}"
        )
        yield objective.name, proven, theirs
        room = objective.slack_share * abs(value if objective.base is None else objective.base.value(plans[i]))
        edge = value + (room if objective.minimise else -room)
        slack = objective.slack_musd + DOLLAR
        if objective.denominator is None and not objective.log_share:
            edge += slack if objective.minimise else -slack
        matrix = capped(matrix, objective, edge, slack)


@contextmanager
def kept(name: str, data: Data, folder: Path = KEPT) -> Iterator[None]:
    """Write the instance to ``folder``/``name``.yaml if an assertion about it fails.

    A later failure under the same name overwrites it: of an example that is being shrunk the smallest is left.
    """
    try:
        yield
    except AssertionError as failure:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.yaml"
        notes = f"Found by a random search: {failure}"
        text = yaml.safe_dump(data | {"name": name, "notes": notes}, sort_keys=False, allow_unicode=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
        remedy = f"{file}: once the reason is known, move it to instances/known-optimal and give it a sidecar"
        raise AssertionError(f"{failure}\n{remedy}") from failure
