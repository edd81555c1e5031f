"""The sidecars: what is expected of each instance of `instances/known-optimal`, as `capstack check` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from optimizer.known_optima import expected, facts
from optimizer.known_optima.reading import read as read_sidecar

FOLDER = Path(__file__).parents[2] / "instances" / "known-optimal"
SUFFIX = ".expected.yaml"


class Fact(expected.Fact):
    """A fact that finds itself in a plan."""

    def found(self, decisions: Any) -> float:
        """The sum in the decisions of a plan."""
        return facts.found(self, decisions)


class Expected(expected.Expected):
    """One sidecar with its name."""

    name: str
    facts: list[Fact] = Field([])  # type: ignore[assignment]

    @property
    def file(self) -> Path:
        """The instance file."""
        return FOLDER / f"{self.name}.yaml"


def read(path: Path) -> Expected:
    """One sidecar. Raises InstanceError if anything is wrong with it."""
    data = read_sidecar(path).model_dump(exclude_unset=True)
    return Expected.model_validate({"name": path.name.removesuffix(SUFFIX), **data})


ALL = [read(path) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))]
"""All sidecars, by name."""
