"""The runs of a batch: one for each mix in each scenario and for each point of a sweep, in chains for the executors.

A run whose changes make no instance is a result at once, with the status `invalid` and the reason; so is one whose
instance is shown to have no plan before anything is solved, which is `infeasible`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise, product

from optimizer.comparison.axes import label, points, with_value
from optimizer.comparison.batch import BASE, Batch
from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import Loaded, finish
from optimizer.instance.merge import UNKNOWN_ITEM, merge, together
from optimizer.instance.paths import PathError, Value
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Node

SPLIT = 8
"""From this many points on a sweep is divided among the workers."""

PROOFS = {"covenant-impossible", "cash-unreachable", "demand-beyond-supply", "renewable-impossible"}
"""Checks of an instance that prove that it has no plan: that is an answer, not a mistake in the file."""

Run = Point | Result
"""A run to be made, or one that cannot be."""

_At = tuple[str, int, int]
"""File, line and column of something written."""

Part = tuple[str, str]
"""Family and name of a mix or scenario."""

Untried = Mapping[Part, set[_At]]
"""What is written in a part and in none of its instances."""


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
        return Result(name, labels, "invalid" if wrong else "infeasible", reason(wrong or loaded.errors))
    return Point(name, labels, loaded.instance, options(batch, loaded.instance))


def mistakes(loaded: Loaded) -> list[Diagnostic]:
    """The errors because of which it is no instance. That it is proven to have no plan is an answer."""
    return [error for error in loaded.errors if error.code not in PROOFS]


def reason(errors: Sequence[Diagnostic]) -> str:
    """The first error in one line, with its place, and how many more there are."""
    first = errors[0]
    place = f"{_where(first)}: " if first.file else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{place}{first.message}{more}"


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


def cut(name: str, neighbours: Sequence[Point], jobs: int) -> list[Chain]:
    """Neighbours as one chain; where they are many as one for each job, but none shorter than half of SPLIT."""
    parts = min(jobs, len(neighbours) // (SPLIT // 2)) if len(neighbours) >= SPLIT else 1
    edges = [round(len(neighbours) * i / parts) for i in range(parts + 1)]
    pieces = [tuple(neighbours[a:b]) for a, b in pairwise(edges) if b > a]
    return [Chain(f"{name}/{i}", piece) for i, piece in enumerate(pieces, 1)]


# ── mixes and scenarios that never make an instance ───────────────────────────────────────────────────────────────


def impossible(batch: Batch) -> Iterator[Diagnostic]:
    """Why a mix or scenario makes no instance with any other, and the base of a sweep or frontier none.

    Both are judged where their changes are there: that a mix without loans makes an instance in a scenario says nothing
    of what the scenario changes in the loans, nor a scenario that removes them of the loans of a mix.
    """
    mixes: list[str | None] = [*batch.mixes] or [None]
    good: set[Part] = set()
    whole = {("scenarios", scenario): places(overs) for scenario, overs in batch.scenarios.items()}
    for mix in mixes:
        whole["mixes", mix or ""] = _figures(batch, mix, None)
    sound: dict[Part, set[_At]] = {part: set() for part in whole}
    failed: list[tuple[str | None, str, list[Diagnostic]]] = []
    for mix, scenario in _cells(mixes, list(batch.scenarios)):
        mine = ("mixes", mix or ""), ("scenarios", scenario)
        if good.issuperset(mine) and all(whole[part] <= sound[part] for part in mine):
            continue
        if errors := _errors(batch, mix, scenario):
            failed.append((mix, scenario, errors))
        else:
            good.update(mine)
            sound[mine[0]] |= _figures(batch, mix, scenario)
            sound[mine[1]] |= places(batch.applied(mix, scenario))
    untried = {part: whole[part] - sound[part] for part in whole}
    own = _errors(batch, None, None) if failed or any(untried.values()) else []
    said: set[Diagnostic] = set()
    for part, error in [*_hidden(batch, untried, own), *_slips(batch, untried)]:
        if error not in said:
            said.add(error)
            yield located(batch, part, f"{_noun(part[0])} `{part[1]}`", error)
    for mix, scenario, errors in failed:
        both = {("mixes", mix or ""), ("scenarios", scenario)} <= good
        known = sound["scenarios", scenario]
        if both and places(batch.applied(mix, scenario)) <= known:
            continue  # each makes an instance with another one: this cell is a row of its own
        alone = _errors(batch, mix, None), _errors(batch, None, scenario)
        if both:
            errors = [error for error in errors if error not in alone[0] and _at(error) not in known]
        for error in errors:
            if error not in said:
                said.add(error)
                cause = _cause(mix, scenario, error in alone[0], error in alone[1])
                yield error if error in own else located(batch, *cause, error)
    if not failed and not said:
        for kind in ("sweeps", "frontiers"):
            for name, item in getattr(batch.file, kind).items():
                for error in _errors(batch, item.mix, item.scenario):
                    yield located(batch, (kind, name), f"{_noun(kind)} `{name}`", error)


def _noun(family: str) -> str:
    return "mix" if family == "mixes" else family[:-1]


def _at(error: Diagnostic) -> _At:
    return error.file, error.line, error.column


def places(overs: Iterable[Node], blocks: bool = True) -> set[_At]:
    """Where the keys and values of changes are written; without ``blocks`` those of single values and lists only."""
    found: set[_At] = set()
    for over in overs:
        block = isinstance(over.value, dict)
        if isinstance(over.value, (dict, list)):
            found |= places(over.value.values() if isinstance(over.value, dict) else over.value, blocks)
        for place in (over.key_place if blocks or not block else None, None if block else over.place):
            found |= {(place.source.file, place.line, place.column)} if place is not None else set()
    return found


def _figures(batch: Batch, mix: str | None, scenario: str | None) -> set[_At]:
    """Where what a mix writes stands that is still there in a scenario, blocks apart."""
    return places(batch.mixes.get(mix or "", ()), blocks=False) & places([batch.varied(mix, scenario, [])])


def _hidden(batch: Batch, untried: Untried, own: Sequence[Diagnostic]) -> Iterator[tuple[Part, Diagnostic]]:
    """The mistakes of mixes that write something which is in no scenario that makes an instance of them."""
    for mix, overs in batch.mixes.items():
        if untried["mixes", mix]:
            known = places(overs) - untried["mixes", mix]
            for error in _errors(batch, mix, None):
                if error not in own and _at(error) not in known:
                    yield ("mixes", mix), error


def _slips(batch: Batch, untried: Untried) -> Iterator[tuple[Part, Diagnostic]]:
    """The mistakes of scenarios laid over the base with all that the mixes add, which removes nothing.

    They are the names that neither the base nor any mix has, and what is wrong with the changes ``untried``, which are
    in no mix that makes an instance.
    """
    everything = reduce(together, (batch.varied(mix, None, []) for mix in batch.mixes), batch.base)
    own: list[Diagnostic] | None = None
    for scenario, overs in batch.scenarios.items():
        problems: list[Diagnostic] = []
        tree = reduce(lambda tree, over: merge(tree, over, problems), overs, everything)
        part = "scenarios", scenario
        yield from ((part, problem) for problem in problems if problem.code == UNKNOWN_ITEM)
        if untried[part]:
            own = mistakes(finish(everything, [])) if own is None else own
            for error in mistakes(finish(tree, list(problems))):
                if _at(error) in untried[part] and error not in own:
                    yield part, error


def _cause(mix: str | None, scenario: str, mix_alone: bool, scenario_alone: bool) -> tuple[tuple[str, str], str]:
    """The part of the file that an error of a cell comes from: mix or scenario, if it is there without the other."""
    if mix is not None and mix_alone:
        return ("mixes", mix), f"mix `{mix}`"
    alone = mix is None or scenario_alone
    return ("scenarios", scenario), f"scenario `{scenario}`" if alone else f"mix `{mix}` in scenario `{scenario}`"


def _cells(mixes: Sequence[str | None], scenarios: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """All pairs, first those along the diagonal, so that every name is met early."""
    many = max(len(mixes), len(scenarios))
    first = dict.fromkeys((mixes[i % len(mixes)], scenarios[i % len(scenarios)]) for i in range(many))
    yield from first
    yield from (pair for pair in product(mixes, scenarios) if pair not in first)


def _errors(batch: Batch, mix: str | None, scenario: str | None) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    return mistakes(finish(batch.varied(mix, scenario, problems), problems))


def located(batch: Batch, part: tuple[str, str], what: str, found: Diagnostic) -> Diagnostic:
    """What is said of an instance as said of the batch file: at its own place there, or at the block that causes it."""
    place = batch.tree.place((*part, "set"), on_key=True)
    # of Python data a place is a path
    if found.file == place.source.file or (not found.line and found.file.startswith(f"{'.'.join(part)}.")):
        return replace(found, message=f"{what}: {found.message}")
    where = f" ({_where(found)})" if found.file else ""
    verdict = " makes no instance" if found.severity == "error" else ""
    return place.diagnostic(found.code, f"{what}{verdict}: {found.message}{where}", found.help, found.severity)


def _where(found: Diagnostic) -> str:
    return f"{found.file}:{found.line}:{found.column}" if found.line else found.file
