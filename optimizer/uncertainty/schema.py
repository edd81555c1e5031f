"""What a tree file says: one class per block."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from optimizer.comparison.schema import RunOptions
from optimizer.instance.schema import Block, Name, NonNegative, Objective, PeriodLabel, Positive, Share
from optimizer.instance.schema.sensitivity import FigurePath

MOST_DRAWN = 3_000
MOST_LEAVES = 1_000


class TreeChanges(Block):
    """Changes, written and merged like an instance that extends another."""

    model_config = ConfigDict(extra="allow")


class TreeNodeBlock(Block):
    """A point at which something becomes known."""

    title: str | None = Field(None, description="One line for reports.")
    parent: Name | None = Field(None, description="The node before it; the root, which decides today, has none.")
    start: PeriodLabel | None = Field(
        None,
        alias="from",
        description="First period whose decisions know the node, and in which what it changes begins; absent only for "
        "the root.",
    )
    probability: Share | None = Field(
        None, description="How likely it is once its parent has come about; those of siblings sum to 1."
    )
    variant: str | None = Field(
        None, description="An instance that extends the base: its changes are taken, before those of `set`."
    )
    set: TreeChanges = Field(TreeChanges(), description="Changes, as in an instance that extends the parent's.")
    factor: dict[FigurePath, NonNegative] = Field(
        default={}, description="Figures by their paths, and what they are multiplied by from `from` on."
    )


class CaseBlock(Block):
    """One way that a factor may turn out."""

    title: str | None = Field(None, description="One line for reports.")
    probability: Share = Field(description="How likely it is; those of all cases of a factor sum to 1.")
    variant: str | None = Field(None, description="An instance that extends the base, as for a node.")
    set: TreeChanges = Field(TreeChanges(), description="Changes, as for a node.")
    factor: dict[FigurePath, NonNegative] = Field(default={}, description="Figures and factors, as for a node.")


class FactorBlock(Block):
    """Something that becomes known, whatever else does: every case of it follows every case of those before."""

    start: PeriodLabel = Field(alias="from", description="First period whose decisions know it.")
    cases: Annotated[dict[Name, CaseBlock], Field(min_length=1)] = Field(description="How it may turn out.")


class ProcessBlock(Block):
    """How a figure moves: by a factor on its values that begins at 1 in the period before `from`."""

    process: Literal["lognormal", "mean_reverting", "jump"] = Field(
        description="lognormal: its logarithm is a Brownian motion with drift; mean_reverting: one that is pulled back "
        "to 0 (Ornstein and Uhlenbeck); jump: lognormal, with jumps that come at random (Merton)."
    )
    drift_per_year: float = Field(
        0.0, description="Growth of the expected factor, ln per year, beyond that of the base."
    )
    volatility_per_year: NonNegative = Field(0.0, description="Standard deviation of its logarithm after one year.")
    reversion_per_year: NonNegative = Field(0.0, description="Speed at which a mean-reverting logarithm goes back.")
    jumps_per_year: NonNegative = Field(0.0, description="Expected number of jumps a year.")
    jump_mean: float = Field(0.0, description="Expected logarithm of a jump: −0.5 is a fall by 39 %.")
    jump_deviation: NonNegative = Field(0.0, description="Standard deviation of the logarithm of a jump.")


class CorrelationBlock(Block):
    """How two figures move together."""

    between: Annotated[list[FigurePath], Field(min_length=2, max_length=2)] = Field(description="Two of the figures.")
    value: Annotated[float, Field(ge=-1.0, le=1.0)] = Field(description="Correlation of their normal increments.")


class PathsBlock(Block):
    """Scenarios that are drawn, and reduced to fewer."""

    start: PeriodLabel = Field(alias="from", description="First period whose decisions know which path it is.")
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWN)] = Field(description="How many paths are drawn.")
    keep: Annotated[int, Field(ge=1, le=MOST_LEAVES)] | None = Field(
        None, description="To how many they are reduced, by fast forward selection; absent: all are kept."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Seed of the random numbers.")
    figures: Annotated[dict[FigurePath, ProcessBlock], Field(min_length=1)] = Field(
        description="Series of the base by their paths (`*` for all names of a family), and how each moves."
    )
    correlations: list[CorrelationBlock] = Field(default=[], description="Of pairs; of all others 0.")


class RiskBlock(Block):
    """What is made of the scenarios' values."""

    measure: Literal["expected", "cvar", "worst", "regret"] = Field(
        "expected",
        description="expected: the expectation; cvar: with its worst cases weighed in; worst: the worst scenario; "
        "regret: the most by which a scenario falls short of what it could be alone.",
    )
    level: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        0.9, description="α of CVaR: it is the expectation of the worst 1 − α."
    )
    weight: Share = Field(1.0, description="w of CVaR: (1 − w)·expectation + w·CVaR.")


class RescueBlock(Block):
    """Money from outside, so that every plan can go on: a round of equity in each period, dear in every level."""

    price_share: NonNegative = Field(
        1.0, description="What a dollar of it costs beside what equity costs, in every objective that is money."
    )
    max_musd: Positive = Field(description="Most of it in one period.")
    start: PeriodLabel | None = Field(
        None, alias="from", description="First period of it; absent: the first in which scenarios part."
    )
    only_in: list[Name] = Field(default=[], description="Nodes below which there is any; absent: everywhere.")


class TreeFile(Block):
    """A whole tree file; of `nodes`, `factors` and `paths` it has one."""

    name: Name = Field(description="Name of the tree.")
    title: str | None = Field(None, description="One line for reports.")
    base: str = Field(description="The instance that the scenarios vary, as a path relative to this file.")
    objectives: Annotated[list[Objective], Field(min_length=1)] | None = Field(
        None, description="Objectives, instead of the base's."
    )
    options: RunOptions = Field(RunOptions(), description="How hard the tree is tried, as a whole.")
    nodes: dict[Name, TreeNodeBlock] = Field(default={}, description="The tree, node by node.")
    factors: dict[Name, FactorBlock] = Field(
        default={}, description="Independent factors; the tree is all combinations of their cases, in order of `from`."
    )
    recombine: Literal[False] = Field(
        False, description="Cases that meet again remain scenarios of their own: decisions remember their path."
    )
    paths: PathsBlock | None = Field(None, description="A tree of sampled paths.")
    risk: RiskBlock = Field(RiskBlock(), description="What is optimised over the scenarios.")
    rescue: RescueBlock | None = Field(None, description="Complete recourse at a price; absent: there is none.")
