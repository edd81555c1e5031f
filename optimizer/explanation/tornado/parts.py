"""What is known of an answer at one value of a figure, and how far it lies from that of the base."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kept = Literal["", "all", "commitments"]
"""What of the base's plan is held: nothing, all physical decisions, or what is begun, ordered and signed."""

SOLVED = ("optimal", "feasible")
NOT_REACHED = "not reached"
CANNOT_BE_KEPT = "cannot be kept"

SAME_MUSD, SAME_SHARE = 2e-6, 1e-9
"""Values that differ by less are the same: two dollars, as a level is held to the dollar."""

HELD_SHARE = 4e-7
"""So do those of a held plan that differ by this part of them: each decision keeps its value but for 2e-7 of it."""


@dataclass(frozen=True)
class Known:
    """An answer: the true best lies between ``value``, which a plan has, and ``bound`` (None: nothing is known).

    Both in the unit of the objective; None without a plan. ``status`` is what a solve ends with (optimal, feasible,
    infeasible, undefined, unbounded, no_solution), ``invalid`` where the figure makes no instance, ``cannot be kept``
    where the plan of the base is none there, ``error`` or ``not reached``; ``reason`` says why there is no value.
    ``kept`` is what of the base's plan is held.
    """

    status: str
    value: float | None = None
    bound: float | None = None
    reason: str = ""
    kept: Kept = ""

    @property
    def span(self) -> tuple[float, float]:
        """The least and the most that the true best can be."""
        if self.value is None:
            return -math.inf, math.inf
        bound = self.value if self.bound is None else self.bound
        low, high = min(self.value, bound), max(self.value, bound)
        return (low, high) if self.bound is not None else (-math.inf, math.inf)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def read_known(data: Mapping[str, Any]) -> Known:
    """The one of ``to_dict``."""
    return Known(**data)


@dataclass(frozen=True)
class Difference:
    """How much more an answer is than that of the base, in the unit of the objective: ``value`` is that of the plans.

    The true difference is from ``least`` to ``most``, None where nothing is known.
    """

    value: float
    least: float | None
    most: float | None
    same: float = SAME_MUSD

    @property
    def sign(self) -> int | None:
        """1 or −1 for more or less, beyond doubt; 0 where it is the same; None where the gaps do not settle it."""
        if self.least is None or self.most is None:
            return None
        if self.least >= -self.same and self.most <= self.same:
            return 0
        return 1 if self.least > self.same else -1 if self.most < -self.same else None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"value": self.value, "least": self.least, "most": self.most, "sign": self.sign}


def difference(answer: Known | None, base: Known | None, unit: str) -> Difference | None:
    """Of an answer to the base; None where one of them has no value."""
    if answer is None or base is None or answer.value is None or base.value is None:
        return None
    (low, high), (base_low, base_high) = answer.span, base.span
    least, most = low - base_high, high - base_low
    known = math.isfinite(least) and math.isfinite(most)
    same = SAME_SHARE if unit == "share" else max(SAME_MUSD, 1e-9 * abs(base.value))
    if answer.kept:
        same = max(same, HELD_SHARE * abs(base.value))
    return Difference(answer.value - base.value, least if known else None, most if known else None, same)


@dataclass(frozen=True)
class End:
    """One end of a range: ``at`` is the figure there, its factor or what is added to it.

    ``best`` is what solving again finds, ``held`` what the plan of the base comes to, None if it was not asked for.
    """

    at: float
    best: Known
    held: Known | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        own = {"at": self.at, "best": self.best.to_dict()}
        return own | ({} if self.held is None else {"held": self.held.to_dict()})


@dataclass(frozen=True)
class Bar:
    """A figure with both of its ends.

    ``figure`` is its path, ``kind`` whether the ends are its ``values``, ``factors`` of it, or ``steps`` that are added
    to it; ``figures`` are the paths that move together, several only for a ``*``; ``base`` is its one value in the
    file, None if it has several. ``low_change`` and the like are differences to the base, None without a plan.
    """

    figure: str
    kind: Literal["values", "factors", "steps"]
    figures: tuple[str, ...]
    base: float | None
    low: End
    high: End
    low_change: Difference | None = None
    high_change: Difference | None = None
    low_held_change: Difference | None = None
    high_held_change: Difference | None = None

    @property
    def swing(self) -> float | None:
        """From the least to the greatest of low, base and high, each solved again; None if an end has no plan."""
        return _swing(self.low_change, self.high_change)

    @property
    def held_swing(self) -> float | None:
        """The same with the plan of the base held."""
        return _swing(self.low_held_change, self.high_held_change)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, with the swings."""
        changes = ("low_change", "high_change", "low_held_change", "high_held_change")
        found = {name: getattr(self, name) for name in changes}
        return {
            "figure": self.figure,
            "kind": self.kind,
            "figures": list(self.figures),
            "base": self.base,
            "low": self.low.to_dict(),
            "high": self.high.to_dict(),
            **{name: each.to_dict() for name, each in found.items() if each is not None},
            "swing": self.swing,
            "held_swing": self.held_swing,
        }


def _swing(low: Difference | None, high: Difference | None) -> float | None:
    if low is None or high is None:
        return None
    return max(0.0, low.value, high.value) - min(0.0, low.value, high.value)


@dataclass(frozen=True)
class Effect:
    """A figure in the screening: elementary effects over its whole range, unit of the objective.

    ``mu_star`` is the mean of their sizes, ``mu`` that of the effects, ``sigma`` their standard deviation: large beside
    ``mu_star`` where the effect depends on other figures. ``count`` of the trajectories have a plan at both of its
    ends; without any the three are None. ``within`` is what gaps make uncertain of ``mu_star``, None if unknown.
    """

    figure: str
    mu: float | None
    mu_star: float | None
    sigma: float | None
    count: int
    within: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Findings:
    """All that was found; `Tornado` says what each of it is."""

    instance: str
    instance_hash: str
    objective: str
    sense: str
    unit: str
    base: Known
    base_held: Known | None
    bars: tuple[Bar, ...]
    screening: tuple[Effect, ...] = ()
    complete: bool = True
    seconds: float = 0.0
