"""What is likely to be a mistake in the instances of a batch, told once and not for every run.

The base is judged as it is, every mix and scenario alone; of these only what the base has not is told. What the values
of a sweep bring is for `swept` to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.comparison.batch import Batch
from optimizer.comparison.faults import located, mistakes, places
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import Loaded, finish
from optimizer.instance.yaml_source import Node

Kind = tuple[str, str, int, int]
Cell = tuple[str | None, str | None]

UNUSUAL = {"unusual-figure", "unusual-growth"}
"""Checks that measure a figure by others: where only those are changed, it is no more likely to be a mistake."""


def doubts(batch: Batch) -> Iterator[Diagnostic]:
    """The warnings of the base, and those that a mix or scenario adds to them."""
    ground = Ground(batch.base)
    yield from ground.warnings
    for mix in batch.mixes:
        for warning in ground.news(_first(batch, [(mix, scenario) for scenario in (None, *batch.scenarios)])):
            yield located(batch, ("mixes", mix), f"mix `{mix}`", warning)
    for scenario in batch.scenarios:
        for warning in ground.news(_first(batch, [(mix, scenario) for mix in (None, *batch.mixes)])):
            yield located(batch, ("scenarios", scenario), f"scenario `{scenario}`", warning)


class Ground:
    """An instance whose warnings are known, to tell apart those that a change of it brings."""

    def __init__(self, tree: Node) -> None:
        self.warnings = _warnings(finish(tree, []))
        self._said = set(map(kind, self.warnings))
        self._written = places([tree])

    def news(self, loaded: Loaded) -> list[Diagnostic]:
        """The warnings that were not there; from now on they are known."""
        found = self.brought(loaded)
        self._said |= set(map(kind, found))
        return found

    def brought(self, loaded: Loaded) -> list[Diagnostic]:
        """The warnings that are not known."""
        return [
            each
            for each in _warnings(loaded)
            if kind(each) not in self._said and not (each.code in UNUSUAL and kind(each)[1:] in self._written)
        ]


def kind(warning: Diagnostic) -> Kind:
    """What a warning is about, whatever the figures in its words."""
    return warning.code, warning.file, warning.line, warning.column


def _warnings(loaded: Loaded) -> list[Diagnostic]:
    """The warnings of what makes an instance, be it one that is proven to have no plan."""
    return [] if mistakes(loaded) else [each for each in loaded.diagnostics if each.severity == "warning"]


def _first(batch: Batch, cells: list[Cell]) -> Loaded:
    """The first that makes an instance, for a part may do so with some others only; else the last."""
    for mix, scenario in cells:
        problems: list[Diagnostic] = []
        loaded = finish(batch.varied(mix, scenario, problems), problems)
        if not mistakes(loaded):
            break
    return loaded
