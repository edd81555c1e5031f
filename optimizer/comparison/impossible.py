"""Mixes and scenarios that never make an instance: told before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import product

from optimizer.comparison.batch import Batch
from optimizer.comparison.faults import At, at, located, mistakes, places
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import finish
from optimizer.instance.merge import UNKNOWN_ITEM, merge, together

Part = tuple[str, str]
"""Family and name of a mix or scenario."""

Untried = Mapping[Part, set[At]]
"""What is written in a part and in none of its instances."""


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
    sound: dict[Part, set[At]] = {part: set() for part in whole}
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
            errors = [error for error in errors if error not in alone[0] and at(error) not in known]
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


def _figures(batch: Batch, mix: str | None, scenario: str | None) -> set[At]:
    """Where what a mix writes stands that is still there in a scenario, blocks apart."""
    return places(batch.mixes.get(mix or "", ()), blocks=False) & places([batch.varied(mix, scenario, [])])


def _hidden(batch: Batch, untried: Untried, own: Sequence[Diagnostic]) -> Iterator[tuple[Part, Diagnostic]]:
    """The mistakes of mixes that write something which is in no scenario that makes an instance of them."""
    for mix, overs in batch.mixes.items():
        if untried["mixes", mix]:
            known = places(overs) - untried["mixes", mix]
            for error in _errors(batch, mix, None):
                if error not in own and at(error) not in known:
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
                if at(error) in untried[part] and error not in own:
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
