"""What a batch file says: one class per block, the reference of `docs/compare.md` and of `batch.schema.json`."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from optimizer.instance.schema import Block, Name, Objective, Positive, Share

MAX_STEPS = 1000


class Changes(Block):
    """Changes of the base, written and merged like an instance that extends another."""

    model_config = ConfigDict(extra="allow")


class Mix(Block):
    """One financing mix."""

    title: str | None = Field(None, description="One line for reports.")
    variant: str | None = Field(
        None, description="An instance that extends the base: its changes are taken, before those of `set`."
    )
    set: Changes = Field(Changes(), description="Changes of the base, as in an instance that extends it.")
    objectives: Annotated[list[Objective], Field(min_length=1)] | None = Field(
        None, description="Objectives of this mix, instead of those of the batch or the base."
    )


class Scenario(Block):
    """One state of the world, laid over every mix."""

    title: str | None = Field(None, description="One line for reports.")
    probability: Share | None = Field(
        None, description="How likely it is; of all scenarios or of none, together 1. Absent: all weigh the same."
    )
    variant: str | None = Field(
        None, description="An instance that extends the base: its changes are taken, before those of `set`."
    )
    set: Changes = Field(Changes(), description="Changes of the base, as in an instance that extends it.")


class Points(Block):
    """Values, listed or evenly spaced."""

    start: float | None = Field(None, alias="from", description="First value.")
    stop: float | None = Field(None, alias="to", description="Last value, included.")
    steps: Annotated[int, Field(ge=2, le=MAX_STEPS)] | None = Field(None, description="How many values, ends included.")
    values: Annotated[list[float | bool | str], Field(min_length=1, max_length=MAX_STEPS)] | None = Field(
        None, description="The values themselves; a list in place of the block means the same."
    )

    @property
    def listed(self) -> list[float | bool | str]:
        """The values in their order; even steps are rounded to 12 digits, so that 0.15 is 0.15."""
        if self.values is not None:
            return list(self.values)
        assert self.start is not None
        assert self.stop is not None
        assert self.steps is not None
        width = (self.stop - self.start) / (self.steps - 1)
        inner = [float(f"{self.start + width * k:.12g}") for k in range(1, self.steps - 1)]
        return [self.start, *inner, self.stop]


class Axis(Block):
    """What a sweep varies."""

    label: Name | None = Field(None, description="Name of its column; absent: debt_share, or the path.")
    debt_share: Points | None = Field(
        None, description="Most that debt may be of debt and paid-in equity, at the end of every period."
    )
    path: str | None = Field(None, description="A figure of the base, such as hardware.b200.price_usd.")
    values: Points | None = Field(None, description="Its values.")
    factor: Points | None = Field(None, description="What it is multiplied by, instead of values.")


class Sweep(Block):
    """A curve (one axis) or a grid (two)."""

    title: str | None = Field(None, description="One line for reports.")
    mix: Name | None = Field(None, description="The mix that is varied; absent: the base.")
    scenario: Name | None = Field(None, description="The scenario in which; absent: none.")
    axes: Annotated[list[Axis], Field(min_length=1, max_length=2)] = Field(description="One or two axes.")


class Frontier(Block):
    """The trade-off between two objectives."""

    title: str | None = Field(None, description="One line for reports.")
    mix: Name | None = Field(None, description="The mix; absent: the base.")
    scenario: Name | None = Field(None, description="The scenario; absent: none.")
    objectives: Annotated[list[Name], Field(min_length=2, max_length=2)] = Field(
        description="Two objectives: the first is optimised, the second stepped."
    )
    points: Annotated[int, Field(ge=2, le=MAX_STEPS)] = Field(9, description="How many points, both ends included.")


class RunOptions(Block):
    """How hard each run is tried; what is absent is taken from the instance."""

    gap_share: Annotated[float, Field(ge=0.0, le=1.0)] | None = Field(
        None, description="Relative gap at which a level is done."
    )
    time_limit_s: Positive | None = Field(None, description="Wall-clock limit of a run, all levels together, seconds.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(None, description="Random seed of the solver.")


class BatchFile(Block):
    """A whole batch file."""

    name: Name = Field(description="Name of the batch.")
    title: str | None = Field(None, description="One line for reports.")
    base: str = Field(description="The instance that is varied, as a path relative to this file.")
    objectives: Annotated[list[Objective], Field(min_length=1)] | None = Field(
        None, description="Objectives of every run, instead of the base's; frontiers have their own."
    )
    options: RunOptions = Field(RunOptions(), description="How hard each run is tried.")
    mixes: dict[Name, Mix] = Field(default={}, description="Financing mixes; every mix is run in every scenario.")
    scenarios: dict[Name, Scenario] = Field(default={}, description="Scenarios; absent: one, called base.")
    sweeps: dict[Name, Sweep] = Field(default={}, description="Curves and grids.")
    frontiers: dict[Name, Frontier] = Field(default={}, description="Trade-offs between two objectives.")
