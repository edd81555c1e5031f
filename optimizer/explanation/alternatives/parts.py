"""The parts of what is known of the plans within a share of the best: sums with their ranges, and other plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from optimizer.comparison.diff import Difference
from optimizer.explanation.alternatives.distance import Part
from optimizer.explanation.alternatives.sums import NOTHING, Kind
from optimizer.plan.plan import Plan

Verdict = Literal["must", "free", "never", "not decided"]


@dataclass(frozen=True)
class Range:
    """A business sum over all plans within the share of the best.

    ``what`` says of what, by the columns of the ``table`` of decisions; ``unit`` is count (phases), signed, begun, mw,
    units, h100e or musd; a phase has ``mw_each``. It is ``value`` in the plan that was given, and proven to be from
    ``least`` to ``greatest`` in all plans; plans that are known and may be offered go from ``seen_least`` to
    ``seen_greatest`` (None without any).

    ``verdict``: there is some of it in every plan (must), none in any (never), or there are plans with and without
    (free). No more than a thousandth of the unit, a thousand dollars of musd, is none.
    """

    kind: Kind
    name: str
    table: str
    what: Mapping[str, str]
    unit: str
    value: float
    least: float | None
    greatest: float | None
    seen_least: float | None
    seen_greatest: float | None
    mw_each: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """What is proven: must, free or never; not decided otherwise."""
        if self.least is not None and self.least > NOTHING:
            return "must"
        if self.greatest is not None and self.greatest <= NOTHING:
            return "never"
        seen = self.seen_least is not None and self.seen_greatest is not None
        if seen and self.seen_least <= NOTHING < self.seen_greatest:  # type: ignore[operator]
            return "free"
        return "not decided"


@dataclass(frozen=True)
class Alternative:
    """Another plan within the share of the best, solved and audited.

    ``distance`` is how different it is from the plan that was given, from 0 to 1, ``by_part`` the same for where, when,
    vendors and money. It was ``picked`` as the first, second … one: ``apart`` is its least distance to that plan and to
    all that were picked before, and ``apart_at_most`` what that of any plan is proven to be at most. ``changes`` are
    the objectives less those of the plan that was given, in their unit. ``difference`` is from that plan to this one.
    """

    plan: Plan
    picked: int
    distance: float
    by_part: Mapping[Part, float]
    apart: float
    apart_at_most: float
    changes: Mapping[str, float]
    difference: Difference
