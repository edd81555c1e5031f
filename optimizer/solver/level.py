"""What a level is: its objective, what is known of it before and after it is solved, and why there may be nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from optimizer.contract.progress import Progress
from optimizer.finance.gaps import share_of
from optimizer.finance.rates import compounded, nominal
from optimizer.solver.highs import Limits, LostError
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector


@dataclass(frozen=True)
class Objective:
    """What is minimised or maximised over the columns, with the slack that later levels have.

    With a ``denominator`` the objective is the ratio expression / denominator; with ``log_share`` the expression is
    −ln(1 − share). Gap and slack are shares of the value, or of that of ``base`` at the same plan. A ratio is a nominal
    rate of ``per_year`` periods a year, reported as an effective one.

    ``inserted``: the file does not ask for it; ``keep`` are the columns that keep their values where a level stands
    before this one.
    """

    name: str
    expression: Expression
    minimise: bool
    slack_share: float = 0.0
    slack_musd: float = 0.0
    denominator: Expression | None = None
    log_share: bool = False
    base: Expression | None = None
    per_year: int = 1
    inserted: bool = False
    keep: Mask | None = None

    @property
    def in_money(self) -> bool:
        """Whether it is an amount of money: neither a ratio nor the logarithm of a share."""
        return self.denominator is None and not self.log_share

    def value(self, x: Vector) -> float:
        """What a plan comes to: the expression, or the ratio, infinite where the denominator is not positive."""
        value = self.expression.value(x)
        if self.denominator is None:
            return value
        below = self.denominator.value(x)
        return compounded(value / below, self.per_year) if below > 0.0 else math.inf

    def above_value(self, x: Vector) -> float:
        """What the base of a plan is above its value; nothing where there is no base."""
        return 0.0 if self.base is None else self.base.value(x) - self.expression.value(x)

    def reported(self, value: float) -> float:
        """A value of the expression, or a ratio, in the unit of the objective."""
        if self.denominator is not None:
            return compounded(value, self.per_year)
        return 1.0 - math.exp(-value) if self.log_share else value

    def ratio(self, value: float) -> float:
        """The ratio that is reported as ``value``."""
        return nominal(value, self.per_year)


@dataclass(frozen=True)
class Level:
    """What is known of one level after the solve, in the objective's own sense and unit.

    ``unit`` is musd, or share for ``wacc`` (a year) and ``dilution``. ``gap_musd`` is how much better the best could be
    in dollars, at least 0 (of ``wacc``: in its numerator, present value); None for ``dilution``. ``iterates`` are the
    ratios that Dinkelbach's method went through. ``base`` is what gap and slack are shares of, if not of the value.
    """

    name: str
    sense: str
    unit: str
    value: float
    bound: float
    gap_musd: float | None
    status: str
    seconds: float
    iterates: tuple[float, ...] = ()
    base: float | None = None
    inserted: bool = False

    @property
    def gap(self) -> float:
        """|value − bound| in the unit of the objective, at least 0."""
        return max(0.0, self.value - self.bound if self.sense == "minimise" else self.bound - self.value)

    @property
    def gap_share(self) -> float:
        """The gap relative to the base or the value; 0 if both are 0."""
        return share_of(self.gap, self.value, self.base)

    def within(self, limits: Limits) -> bool:
        """Whether its gap is one of those that were asked for."""
        in_dollars = self.gap_musd is not None and self.gap_musd <= limits.gap_musd
        return in_dollars or self.gap_share <= limits.gap_share


@dataclass(frozen=True)
class Stage:
    """One level as it was solved: the matrix with the levels before it held, and the plan that came of it."""

    matrix: Matrix
    objective: Objective
    x: Vector
    level: Level


@dataclass(frozen=True)
class Solution:
    """The plan, one value per column, and the stages that led to it.

    ``interrupted`` if the user stopped the search; ``lost`` is what ended it if the solver's process went down.
    """

    x: Vector
    stages: tuple[Stage, ...]
    interrupted: bool = False
    lost: LostError | None = None

    @property
    def crashed(self) -> bool:
        """Whether a crash of the solver ended the search."""
        return self.lost is not None and self.lost.crashed

    @property
    def levels(self) -> list[Level]:
        """What is known of each level."""
        return [stage.level for stage in self.stages]


@dataclass(frozen=True)
class Hint:
    """What is known before a level is solved.

    ``start`` is a plan; ``bound`` one that holds, in the objective's own sense and unit; both None where nothing is
    known. ``proof_only``: the start is good enough that proving is what is left; ``far``: it may be far from the best.
    A bound of ``enough``, of the expression, ends the search; ``cheap_nodes`` as in ``minimise``.
    """

    start: Vector | None = None
    bound: float | None = None
    proof_only: bool = False
    enough: float | None = None
    cheap_nodes: bool = False
    far: bool = False


Listener = Callable[[Progress], None]
Hints = Callable[[int, Matrix, Objective, Vector | None], Hint]
"""The hint for a level, from its index, matrix and objective and the plan of the level before."""


class NothingFoundError(Exception):
    """A level ended without a solution: ``status`` is infeasible, undefined, unbounded or no_solution.

    ``bound`` is one of the expression, ``seconds`` what the level took, ``matrix`` holds the levels before it.
    """

    def __init__(
        self, status: str, objective: Objective, bound: float, seconds: float, interrupted: bool, matrix: Matrix
    ) -> None:
        super().__init__(status)
        self.matrix = matrix
        self.status, self.objective, self.bound = status, objective, bound
        self.seconds, self.interrupted = seconds, interrupted
