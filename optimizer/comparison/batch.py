"""What a batch is: its file, the base, and what is laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.comparison.layers import without_removed
from optimizer.comparison.schema import BatchFile
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.merge import merge
from optimizer.instance.tree import Tree
from optimizer.instance.yaml_source import Node

BASE = "base"
"""What stands for no mix or no scenario where a table needs a name."""


@dataclass(frozen=True)
class Batch:
    """A batch file with the trees that its runs are made of.

    ``mixes`` and ``scenarios`` hold, in the order of the file, the trees that are laid over ``base`` one after the
    other; there is always at least one scenario, called `base`.
    """

    file: BatchFile
    tree: Tree
    base: Node
    mixes: Mapping[str, tuple[Node, ...]]
    scenarios: Mapping[str, tuple[Node, ...]]
    diagnostics: list[Diagnostic] = field(default_factory=list, compare=False)

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def instance_name(self) -> str:
        """Name of the base."""
        name = self.base.value.get("name") if isinstance(self.base.value, dict) else None
        return str(name.value) if name is not None else ""

    def varied(self, mix: str | None, scenario: str | None, problems: list[Diagnostic]) -> Node:
        """The tree of a mix in a scenario; without either, of the base.

        A scenario changes what the mix has: what the mix has removed from the base it does not bring back.
        """
        tree = self._mixed(mix, problems)
        for over in self.applied(mix, scenario):
            tree = merge(tree, over, problems)
        return tree

    def applied(self, mix: str | None, scenario: str | None) -> list[Node]:
        """The changes of a scenario of what a mix has."""
        mixed = self._mixed(mix, [])
        return [without_removed(over, self.base, mixed) for over in self.scenarios.get(scenario or "", ())]

    def _mixed(self, mix: str | None, problems: list[Diagnostic]) -> Node:
        tree = self.base
        for over in self.mixes.get(mix or "", ()):
            tree = merge(tree, over, problems)
        return tree
