"""The sidecar of an instance: what solving it must give.

`NAME.expected.yaml` lies beside `NAME.yaml`. The field texts are the help lines of error messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from optimizer.instance.schema import Block, Name, NonNegative, Objective, Positive, Share

OBJECTIVES: tuple[str, ...] = get_args(Objective.model_fields["name"].annotation)
DERIVED_BY_HAND = ("closed form", "enumeration")
LOOSEST = 0.01
"""A tolerance wider than this part of the value proves nothing."""

Key = tuple[str | int, ...]
"""Where something stands in a sidecar: ``("levels", 0, "value")``."""


class Level(Block):
    """The best of an objective after the first, within the slack of those before it."""

    objective: str = Field(description="Name of the objective.")
    value: float = Field(description="Its best value within the slack of the levels before it.")


class Fact(Block):
    """Something that holds in every best plan: ``column`` summed over the rows of a table of decisions that match."""

    table: str = Field(description="A table of decisions, such as orders or debt_draws.")
    where: dict[Name, str] = Field({}, description="Column → the text that a row must have there; none: all rows.")
    column: str = Field(description="The column of amounts of that table, such as units or musd.")
    value: float = Field(description="What the column sums to over the rows that match.")
    abs_tol: NonNegative = Field(1e-4, description="How far the sum may be off, in the unit of the column.")


class Options(Block):
    """How the instance is solved; they take the place of its own `solve`."""

    gap_share: Share = Field(0.0, description="Relative gap at which a level is done.")
    threads: Annotated[int, Field(ge=1, le=256)] = Field(1, description="Solver threads.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Random seed of the solver.")
    time_limit_s: Positive = Field(300.0, description="Wall-clock limit for all levels together, seconds.")


class Expected(Block):
    """One sidecar. ``value`` is there if, and only if, the status is optimal."""

    status: Literal["optimal", "infeasible", "unbounded"] = Field(description="optimal, infeasible or unbounded.")
    objective: str = Field(description="The first objective of the instance.")
    sense: Literal["minimise", "maximise"] = Field(description="Whether that objective is minimised or maximised.")
    value: float | None = Field(None, description="The best value of the first objective; only where there is one.")
    rel_tol: Annotated[float, Field(ge=0.0, le=LOOSEST)] = Field(
        1e-6, description="How far value and bound may be off, as a share of the value; the wider of the two holds."
    )
    abs_tol: NonNegative = Field(
        1e-6, description="The same as an amount in the unit of the objective: USD million, or a share."
    )
    levels: list[Level] = Field([], description="The best of the objectives after the first, in their order.")
    source: str = Field(description="Where the problem comes from.")
    proof: Literal["published", "closed form", "enumeration", "second solver"] = Field(
        description="How the value is known without this model."
    )
    unique: bool | None = Field(None, description="Whether what the facts state holds in every best plan.")
    facts: list[Fact] = Field([], description="What holds in every best plan; only with `unique: true`.")
    options: Options = Field(Options(), description="How the instance is solved.")
    derivation: str | None = Field(None, description="How to find the value by hand.")

    @property
    def values(self) -> list[tuple[str, float]]:
        """Every level with its value, in order; empty where there is no optimum."""
        first = [] if self.value is None else [(self.objective, self.value)]
        return first + [(level.objective, level.value) for level in self.levels]

    def tolerance(self, value: float) -> float:
        """How far a figure may be off a known value, in its unit."""
        return max(self.rel_tol * abs(value), self.abs_tol)


@dataclass(frozen=True)
class Mistake:
    """Keys that do not go together; ``key`` is where it is written, or the block that lacks something."""

    key: Key
    code: str
    message: str
    help: str
    on_key: bool = False


def mistakes(expected: Expected) -> Iterator[Mistake]:
    """What no single key can show to be wrong."""
    from optimizer.instance.schema_errors import near_or_all

    named: list[tuple[Key, str]] = [(("objective",), expected.objective)]
    named += [(("levels", i, "objective"), level.objective) for i, level in enumerate(expected.levels)]
    for key, name in named:
        if name not in OBJECTIVES:
            yield Mistake(key, "wrong-value", f"{name!r} is not an objective", near_or_all(name, OBJECTIVES))
    if expected.status == "optimal" and expected.value is None:
        help = "give the best value of the objective; an instance without one is infeasible or unbounded"
        yield Mistake(("status",), "missing-key", "`value` is missing although the status is optimal", help)
    if expected.status != "optimal":
        for field in ("value", "rel_tol", "abs_tol", "levels", "unique", "facts"):
            if field in expected.model_fields_set:
                message = f"`{field}` goes with the status optimal only, and the status is {expected.status}"
                yield Mistake((field,), "not-optimal", message, "delete the key, or correct the status", True)
    elif expected.facts and not expected.unique:
        help = "add `unique: true` if they hold in every best plan; otherwise delete them"
        yield Mistake(("facts",), "facts-not-unique", "facts are checked only where they are proven unique", help, True)
    if expected.proof in DERIVED_BY_HAND and expected.derivation is None:
        help = "say how to find the value by hand, or name another proof"
        yield Mistake(
            ("proof",), "missing-key", f"`derivation` is missing although the proof is {expected.proof}", help
        )
    if expected.status == "optimal":
        yield from _loose(expected)


def _loose(expected: Expected) -> Iterator[Mistake]:
    """An absolute tolerance against which a value that is not 0 vanishes. Those of zero are the writer's business."""
    sizes = [abs(value) for _, value in expected.values if value]
    if "abs_tol" in expected.model_fields_set and sizes and expected.abs_tol > max(1e-6, LOOSEST * min(sizes)):
        message = f"`abs_tol` is {expected.abs_tol:g}, more than {LOOSEST:.0%} of the value {min(sizes):g}"
        yield Mistake(("abs_tol",), "loose-tolerance", message, f"use {LOOSEST * min(sizes):g} or less")
