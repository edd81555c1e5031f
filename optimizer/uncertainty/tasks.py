"""Questions about a tree as tasks of the executors of batches: processes of this machine, or a cluster.

A question travels as a point with its leaves as plain data; its answer comes back as a result, is kept in the store,
and is found there when a search is resumed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from optimizer.comparison.executor import Executor, ExecutorError
from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.comparison.store import Store
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.uncertainty.asks import Ask, Found, Run, Tried
from optimizer.uncertainty.branches import answered
from optimizer.uncertainty.tree import Leaf, Rescue, TreeNode

SOLVE = "optimizer.uncertainty.tasks:solve_tasks"
"""What answers them, as module:function, so that its name can travel."""

Keep = Callable[[Point, Plan | None, Result], Result]
Known = Callable[[Point], Result | None]
Told = Callable[[int, int, str], None]
"""Is told how many questions are answered, of how many, and the name of the last."""


def runner(executor: Executor, store: Store, resume: bool, told: Told = lambda _done, _count, _name: None) -> Run:
    """What answers questions by an executor. Raises ExecutorError and WriteError."""

    def run(asks: Sequence[Ask]) -> list[Found]:
        points = [point_of(ask) for ask in asks]
        chains = [Chain(point.name, (point,)) for point in points]
        found: dict[str, Found] = {}
        told(0, len(asks), "")
        for result in executor.run(chains, store, resume=resume):
            if result.status == "error":
                raise ExecutorError(f"{result.name}: {result.reason}")
            found[result.name] = found_of(result)
            told(len(found), len(asks), result.name)
        return [found[ask.name] for ask in asks]

    return run


def solve_tasks(chain: Chain, keep: Keep, known: Known) -> Iterator[Result]:
    """Answer every question of a chain that is not ``known`` yet, and hand each to ``keep``. Never raises."""
    before = {result.name for result in chain.found}
    for point in chain.points:
        if point.name in before:
            continue
        result = known(point)
        if result is None:
            try:
                result = result_of(point, answered(ask_of(point)))
            except Exception as error:
                result = Result(point.name, point.labels, "error", f"{type(error).__name__}: {error}")
            result = keep(point, None, result)
        yield result


def point_of(ask: Ask) -> Point:
    """A question as it travels."""
    rescue = None if ask.rescue is None else {**vars(ask.rescue)}
    question: dict[str, Any] = {
        "leaves": [_leaf_data(leaf) for leaf in ask.leaves],
        "held": [[*key, value] for key, value in sorted(ask.held.items())],
        "start": [[*key, value] for key, value in sorted(ask.start.items())],
        "prices": [[*key, value] for key, value in sorted(ask.prices.items())],
        "some": [list(key) for key in ask.some],
        "enough": ask.enough,
        "proof": ask.proof,
        "whole": ask.whole,
        "pooled": ask.pooled,
        "largest": [[name, [_finite(most) for most in orders]] for name, orders in ask.largest],
        "rescue": rescue and {**rescue, "periods": list(rescue["periods"]), "only_in": list(rescue["only_in"])},
    }
    options = Options(ask.gap_share, ask.time_limit_s, ask.seed)
    return Point(ask.name, {"task": ask.name}, ask.leaves[0].instance, options, question=question)


def ask_of(point: Point) -> Ask:
    """The question of ``point_of``."""
    question = point.question
    assert question is not None
    rescue = question["rescue"]
    return Ask(
        point.name,
        tuple(_read_leaf(data) for data in question["leaves"]),
        {(node, name): value for node, name, value in question["held"]},
        point.options.gap_share,
        point.options.time_limit_s,
        point.options.seed,
        bool(question["pooled"]),
        rescue and Rescue(**{**rescue, "periods": tuple(rescue["periods"]), "only_in": tuple(rescue["only_in"])}),
        tuple(
            (name, tuple(math.inf if most is None else most for most in orders)) for name, orders in question["largest"]
        ),
        {(node, name): value for node, name, value in question["start"]},
        tuple((node, name) for node, name in question["some"]),
        question["enough"],
        bool(question["proof"]),
        bool(question["whole"]),
        {(node, name): value for node, name, value in question["prices"]},
    )


def _leaf_data(leaf: Leaf) -> dict[str, Any]:
    path = [[node.name, node.parent, node.start, node.probability] for node in leaf.path]
    return {"name": leaf.name, "path": path, "probability": leaf.probability, "instance": leaf.instance.canonical()}


def _read_leaf(data: Mapping[str, Any]) -> Leaf:
    path = tuple(TreeNode(*each) for each in data["path"])
    return Leaf(data["name"], path, data["probability"], Instance.model_validate(data["instance"]))


def result_of(point: Point, found: Found) -> Result:
    """An answer as it travels."""
    answer = {
        "bound": _finite(found.bound),
        "value": _finite(found.value),
        "measure": found.measure,
        "parts": list(found.parts),
        "impossible": bool(found.bound == math.inf),
        "integers": [[*key, value] for key, value in sorted(found.integers.items())],
        "amounts": [[*key, value] for key, value in sorted(found.amounts.items())],
        "tried": [[each.name, _finite(each.value), _finite(each.bound), list(each.stops_in)] for each in found.tried],
    }
    return Result(point.name, point.labels, found.status, seconds=found.seconds, details={"answer": answer})  # type: ignore[dict-item]


def found_of(result: Result) -> Found:
    """The answer of ``result_of``."""
    answer: Any = (result.details or {})["answer"]
    bound = math.inf if answer["impossible"] else -math.inf if answer["bound"] is None else answer["bound"]
    return Found(
        result.name,
        result.status,
        bound,
        math.inf if answer["value"] is None else answer["value"],
        {(node, name): value for node, name, value in answer["integers"]},
        {(node, name): value for node, name, value in answer["amounts"]},
        result.seconds,
        tuple(
            Tried(name, math.inf if value is None else value, -math.inf if bound is None else bound, tuple(leaves))
            for name, value, bound, leaves in answer["tried"]
        ),
        answer.get("measure", 0.0),
        tuple(answer["parts"]),
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
