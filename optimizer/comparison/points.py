"""The runs of a batch: one for each mix in each scenario and for each point of a sweep, in chains for the executors.

A run whose changes make no instance is a result at once, with the status `invalid` and the reason; so is one whose
instance is shown to have no plan before anything is solved, which is `infeasible`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

from optimizer.comparison.axes import label, points, with_value
from optimizer.comparison.batch import BASE, Batch
from optimizer.comparison.faults import mistakes, reason
from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import finish
from optimizer.instance.paths import PathError, Value
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Node

SPLIT = 8
"""From this many points on a sweep is divided among the workers."""

Run = Point | Result
"""A run to be made, or one that cannot be."""


def mix_runs(batch: Batch) -> list[Run]:
    """Every mix in every scenario, scenario by scenario."""
    mixes = batch.mixes or ({BASE: ()} if batch.file.scenarios else {})
    found = []
    for scenario, mix in product(batch.scenarios, mixes):
        labels = {"mix": mix, "scenario": scenario}
        problems: list[Diagnostic] = []
        tree = batch.varied(mix, scenario, problems)
        found.append(run(batch, f"mixes/{mix}/{scenario}", labels, tree, problems))
    return found


def sweep_runs(batch: Batch, name: str) -> list[Run]:
    """The points of a sweep, the last axis running fastest."""
    sweep = batch.file.sweeps[name]
    about = {"sweep": name, "mix": sweep.mix or BASE, "scenario": sweep.scenario or BASE}
    place = batch.tree.place(("sweeps", name))
    found = []
    for values in product(*(points(axis).listed for axis in sweep.axes)):
        labels = about | {label(axis): _plain(value) for axis, value in zip(sweep.axes, values, strict=True)}
        problems: list[Diagnostic] = []
        tree = batch.varied(sweep.mix, sweep.scenario, problems)
        try:
            for axis, value in zip(sweep.axes, values, strict=True):
                tree = with_value(tree, axis, value, place)
        except PathError as error:
            problems.append(place.diagnostic("axis", error.message, error.help))
        full = "/".join(["sweeps", name, *(str(_plain(value)) for value in values)])
        found.append(run(batch, full, labels, tree, problems))
    return found


def _plain(value: Value) -> str | float:
    if isinstance(value, (bool, str)):
        return str(value).lower() if isinstance(value, bool) else value
    return int(value) if value.is_integer() else value


def run(batch: Batch, name: str, labels: Mapping[str, str | float], tree: Node, problems: list[Diagnostic]) -> Run:
    """The run of a tree; ``problems`` are those found when it was made."""
    loaded = finish(tree, list(problems))
    if loaded.instance is None:
        wrong = mistakes(loaded)
        said = reason(wrong or loaded.errors)
        return Result(name, labels, "invalid" if wrong else "infeasible", said, cause="" if wrong else said)
    return Point(name, labels, loaded.instance, options(batch, loaded.instance))


def options(batch: Batch, instance: Instance) -> Options:
    """What the batch says, else what the instance says."""
    asked, own = batch.file.options, instance.solve
    return Options(
        gap_share=own.gap_share if asked.gap_share is None else asked.gap_share,
        time_limit_s=own.time_limit_s if asked.time_limit_s is None else asked.time_limit_s,
        seed=own.seed if asked.seed is None else asked.seed,
    )


# ── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────


def single_chains(runs: Sequence[Run]) -> list[Chain]:
    """Each run on its own: neighbours that differ in structure are of no help."""
    return [Chain(each.name, (each,)) for each in runs if isinstance(each, Point)]


def sweep_chains(batch: Batch, name: str, runs: Sequence[Run], jobs: int) -> list[Chain]:
    """The points of a sweep in chains. A grid is walked to and fro, so that one step is taken on one axis only."""
    width = len(points(batch.file.sweeps[name].axes[-1]).listed)
    lines = [list(runs[start : start + width]) for start in range(0, len(runs), width)]
    walked = [each for i, line in enumerate(lines) for each in (line if i % 2 == 0 else reversed(line))]
    return cut(f"sweeps/{name}", [each for each in walked if isinstance(each, Point)], jobs)


def end_chains(batch: Batch, name: str, runs: Sequence[Run], jobs: int) -> list[Chain]:
    """Both ends of a long sweep along one axis that several workers share; none of another.

    They are found first, side by side, and help all that is between them, whichever worker finds it.
    """
    listed = [each for each in runs if isinstance(each, Point)]
    if jobs < 2 or len(batch.file.sweeps[name].axes) > 1 or len(listed) < SPLIT:
        return []
    ends = (listed[0], listed[-1])
    return [Chain(f"sweeps/{name}/end/{i}", (end,), remembered=True) for i, end in enumerate(ends, 1)]


def chains_between(name: str, runs: Sequence[Run], jobs: int, results: Mapping[str, Result]) -> list[Chain]:
    """The points between the ends of a sweep by turns, each chain with both ends and what was found of them.

    By turns, since points that take long are next to each other: where a limit begins to bind.
    """
    first, *between, last = [each for each in runs if isinstance(each, Point)]
    parts = max(1, min(jobs, len(between) // (SPLIT // 2)))
    found = (results[first.name], results[last.name])
    return [Chain(f"sweeps/{name}/{i}", (first, *between[i - 1 :: parts], last), found) for i in range(1, parts + 1)]


def cut(name: str, neighbours: Sequence[Point], jobs: int) -> list[Chain]:
    """Neighbours as one chain; where they are many as one for each job, but none shorter than half of SPLIT."""
    parts = min(jobs, len(neighbours) // (SPLIT // 2)) if len(neighbours) >= SPLIT else 1
    edges = [round(len(neighbours) * i / parts) for i in range(parts + 1)]
    pieces = [tuple(neighbours[a:b]) for a, b in pairwise(edges) if b > a]
    return [Chain(f"{name}/{i}", piece) for i, piece in enumerate(pieces, 1)]
