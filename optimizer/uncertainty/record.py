"""A tree plan as it was kept: its tree.json with the plan of every scenario, from which tables and pages are made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.plan.plan import Plan

Data = Mapping[str, Any]

FILE = "tree"
"""The name of the file that a tree is kept in, without its ending."""


def is_tree(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a tree."""
    return (Path(folder) / f"{FILE}.json").is_file()


@dataclass(frozen=True)
class TreeRecord:
    """``data`` is a tree.json; ``plans`` are by scenario, in its order; ``single`` is the plan for one forecast."""

    data: Data
    plans: Mapping[str, Plan]
    single: Plan | None = None

    @property
    def name(self) -> str:
        """That of the tree."""
        return str(self.data["name"])

    @property
    def weights(self) -> list[float]:
        """The probabilities of the scenarios."""
        return [float(leaf["probability"]) for leaf in self.data["leaves"]]

    @property
    def root(self) -> Data:
        """The node that decides today."""
        return next(node for node in self.data["nodes"] if node["parent"] is None)

    @property
    def first(self) -> Plan:
        """The plan of the first scenario: of what all share it is as good as any."""
        return next(iter(self.plans.values()))

    @property
    def level(self) -> Data:
        """The first level."""
        found: Data = self.data["levels"][0]
        return found

    @property
    def audited(self) -> bool:
        """Whether every plan passes its audit as it stands."""
        return all(bool(plan.audit_passed) for plan in self.plans.values())
