"""What a model is written in, as types: expressions, expressions over time, rows, and who keeps them.

``ArrayModel`` and its arrays are one such algebra, Pyomo's objects another; blocks of the model know neither.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from optimizer.algebra.arrays import Mask, Vector

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Key = TypeVar("Key")


class LinearExpr(Protocol):
    """constant + Σ coefficients·variables. Nobody changes one once it is made."""

    def __add__(self, other: Expr, /) -> LinearExpr: ...
    def __radd__(self, other: Expr, /) -> LinearExpr: ...
    def __sub__(self, other: Expr, /) -> LinearExpr: ...
    def __rsub__(self, other: Expr, /) -> LinearExpr: ...
    def __neg__(self) -> LinearExpr: ...
    def __mul__(self, factor: float, /) -> LinearExpr: ...
    def __rmul__(self, factor: float, /) -> LinearExpr: ...
    def __truediv__(self, divisor: float, /) -> LinearExpr: ...
    def __le__(self, other: Expr, /) -> Constraint: ...
    def __ge__(self, other: Expr, /) -> Constraint: ...
    def __eq__(self, other: Expr, /) -> Constraint: ...  # type: ignore[override]


class Variable(LinearExpr, Protocol):
    """A decision variable; bounds are None where there are none."""

    @property
    def lb(self) -> float | None: ...
    @property
    def ub(self) -> float | None: ...
    def setlb(self, low: float | None, /) -> None: ...
    def setub(self, high: float | None, /) -> None: ...
    def fix(self, value: float, /) -> None: ...


Expr: TypeAlias = LinearExpr | float
"""A linear expression, or a number where there is nothing to decide."""
ByPeriod: TypeAlias = Mapping[int, Expr]
ByName: TypeAlias = Mapping[tuple[str, int], Expr]
"""By name and period."""
ByPair: TypeAlias = Mapping[tuple[str, str], "TimeExpr"]
"""By two names, over time."""


class TimeExpr(Protocol):
    """An expression for each period 1 … T, handled all at once; beyond them there is nothing.

    Factors and constants are numbers for all periods, or arrays of T numbers.
    """

    def __add__(self, other: TimeExpr | float | Vector, /) -> TimeExpr: ...
    def __radd__(self, other: TimeExpr | float | Vector, /) -> TimeExpr: ...
    def __sub__(self, other: TimeExpr | float | Vector, /) -> TimeExpr: ...
    def __rsub__(self, other: TimeExpr | float | Vector, /) -> TimeExpr: ...
    def __neg__(self) -> TimeExpr: ...
    def __mul__(self, factor: float | Vector, /) -> TimeExpr: ...
    def __rmul__(self, factor: float | Vector, /) -> TimeExpr: ...
    def __le__(self, other: TimeExpr | float | Vector, /) -> TimeConstraint: ...
    def __ge__(self, other: TimeExpr | float | Vector, /) -> TimeConstraint: ...
    def __eq__(self, other: TimeExpr | float | Vector, /) -> TimeConstraint: ...  # type: ignore[override]
    def __getitem__(self, t: int, /) -> Expr: ...

    def shift(self, periods: int, /) -> TimeExpr:
        """What there was so many periods before: t − periods in the place of t."""

    def lagged(self, kernel: Sequence[float] | Vector, /) -> TimeExpr:
        """Σ_k kernel[k]·(what there was k periods before)."""

    def lagged_at(self, kernels: Sequence[Sequence[float] | Vector], t: int, /) -> list[Expr]:
        """For each kernel the expression of period t of ``lagged``, without those of the other periods."""

    def mapped(self, weights: Vector, /) -> TimeExpr:
        """Σ_u weights[t − 1, u − 1]·(what there was in u) for each t, weights T × T."""

    def decided(self) -> Mask:
        """Whether there is anything to decide in a period; T truth values."""


class Panel(Protocol):
    """A timeline for each of some keys, handled all at once.

    Factors and constants are numbers, or arrays that broadcast to keys × T: T numbers for all keys, or a column of one
    for each key.
    """

    @property
    def keys(self) -> Sequence[str]:
        """The keys, in the order of arrays."""

    def __add__(self, other: Panel | float | Vector, /) -> Panel: ...
    def __radd__(self, other: Panel | float | Vector, /) -> Panel: ...
    def __sub__(self, other: Panel | float | Vector, /) -> Panel: ...
    def __rsub__(self, other: Panel | float | Vector, /) -> Panel: ...
    def __neg__(self) -> Panel: ...
    def __mul__(self, factor: float | Vector, /) -> Panel: ...
    def __rmul__(self, factor: float | Vector, /) -> Panel: ...
    def __le__(self, other: Panel | float | Vector, /) -> TimeConstraint: ...
    def __ge__(self, other: Panel | float | Vector, /) -> TimeConstraint: ...
    def __eq__(self, other: Panel | float | Vector, /) -> TimeConstraint: ...  # type: ignore[override]

    def shift(self, periods: int, /) -> Panel:
        """What there was so many periods before: t − periods in the place of t."""

    def mapped(self, weights: Vector, /) -> Panel:
        """Σ_u weights[t − 1, u − 1]·(what there was in u) for each t, weights T × T."""

    def total(self, keys: Iterable[str] | None = None, /) -> TimeExpr:
        """The sum over all keys, or over some of them."""

    def items(self) -> Iterable[tuple[str, TimeExpr]]:
        """Keys and their timelines."""

    def decided(self) -> Mask:
        """Whether there is anything to decide for a key in a period; keys × T truth values."""


Timed = TypeVar("Timed", TimeExpr, Panel)
"""A timeline, or those of some keys at once."""


def is_over_time(amount: Expr | TimeExpr) -> TypeIs[TimeExpr]:
    """Whether an amount has an expression for each period."""
    return hasattr(amount, "decided")


class Constraint(Protocol):
    """low ≤ expression ≤ high, as a comparison of expressions makes it. It has no truth value."""

    @property
    def expression(self) -> object: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class TimeConstraint(Protocol):
    """A comparison in each period."""

    @property
    def low(self) -> float | Vector: ...
    @property
    def high(self) -> float | Vector: ...


class Constraints(Protocol):
    """A family of rows, in the order in which they are added."""

    def add(self, row: Constraint | bool, /) -> None:
        """Add a row; one without variables is a truth value."""

    def add_each(self, *rows: TimeConstraint, periods: Iterable[int], key: Hashable = None) -> None:
        """Add the rows of these periods, period by period; ``key`` says whose they are, where somebody asks."""

    def add_all(self, row: TimeConstraint, within: Mask, keys: Sequence[Hashable]) -> None:
        """Add the rows of a panel, key by key, where ``within`` (keys × T) is true; ``keys`` say whose they are."""


class Algebra(Protocol):
    """Keeps the variables and rows of a model."""

    def variables(
        self,
        name: str,
        keys: Sequence[Key],
        low: Mapping[Key, float] | float,
        high: Mapping[Key, float] | float,
        *,
        integer: bool,
    ) -> Mapping[Key, Variable]:
        """A variable for each key."""

    def timelines(
        self,
        name: str,
        windows: Mapping[Key, Sequence[int]],
        horizon: int,
        low: Mapping[Key, float | Vector] | float,
        high: Mapping[Key, float | Vector] | float,
        *,
        integer: bool,
    ) -> Mapping[Key, TimeExpr]:
        """A variable for each key and period of its window."""

    def timeline(self, horizon: int, expressions: ByPeriod) -> TimeExpr:
        """The expressions of some periods as one."""

    def panel(self, keys: Sequence[str], timelines: Mapping[str, TimeExpr], horizon: int) -> Panel:
        """The timelines of some of the keys at once; nothing for the others."""

    def rows(self, name: str) -> Constraints:
        """A family of rows, still empty."""

    def interval(self, expression: Expr) -> tuple[float, float]:
        """The least and the largest value that the bounds of its variables allow an expression."""
