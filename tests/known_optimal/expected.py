"""The sidecars: what is expected of each instance of `instances/known-optimal`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "instances" / "known-optimal"
SUFFIX = ".expected.yaml"
PROOFS = {"published", "closed form", "enumeration", "second solver"}


@dataclass(frozen=True)
class Level:
    """The best of an objective after the first, within the slack of those before it."""

    objective: str
    value: float


@dataclass(frozen=True)
class Fact:
    """Something that holds in every best plan: ``column`` summed over the rows of the decision table that match."""

    table: str
    where: dict[str, str]
    column: str
    value: float

    def found(self, decisions: Any) -> float:
        """The sum in the decisions of a plan."""
        matching = [row for row in decisions[self.table] if all(str(row[k]) == v for k, v in self.where.items())]
        return float(sum(row[self.column] for row in matching))


@dataclass(frozen=True)
class Options:
    """How the instance is solved."""

    gap_share: float
    threads: int
    seed: int


@dataclass(frozen=True)
class Expected:
    """One sidecar. ``value``, ``rel_tol``, ``abs_tol`` and ``unique`` are there if, and only if, status is optimal."""

    name: str
    status: str
    objective: str
    sense: str
    source: str
    proof: str
    options: Options
    derivation: str
    value: float | None = None
    rel_tol: float | None = None
    abs_tol: float | None = None
    unique: bool | None = None
    levels: tuple[Level, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def file(self) -> Path:
        """The instance file."""
        return FOLDER / f"{self.name}.yaml"

    @property
    def values(self) -> list[tuple[str, float]]:
        """Every level with its value, in order."""
        first = [] if self.value is None else [(self.objective, self.value)]
        return first + [(level.objective, level.value) for level in self.levels]


def read(path: Path) -> Expected:
    """One sidecar. Raises TypeError on unknown or missing keys, AssertionError on keys that do not go together."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["options"] = Options(**data["options"])
    data["levels"] = tuple(Level(**each) for each in data.get("levels", ()))
    data["facts"] = tuple(Fact(**each) for each in data.get("facts", ()))
    expected = Expected(name=path.name.removesuffix(SUFFIX), **data)
    numbers = (expected.value, expected.rel_tol, expected.abs_tol, expected.unique)
    assert all((number is not None) == (expected.status == "optimal") for number in numbers), path.name
    assert expected.status in {"optimal", "infeasible", "unbounded"}, path.name
    assert expected.sense in {"minimise", "maximise"}, path.name
    assert expected.proof in PROOFS, path.name
    assert expected.unique or not expected.facts, f"{path.name}: facts hold only where the plan is unique"
    return expected


ALL = [read(path) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))]
"""All sidecars, by name."""
