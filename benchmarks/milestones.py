"""When a search came within which gap, and which plans it had on the way."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

GAPS = (0.01, 0.001, 0.0001)
"""Relative gaps that are timed: 1 %, 0.1 %, 0.01 %."""


def gap_share(incumbent: float, bound: float) -> float:
    """|incumbent − bound| / |incumbent|, as HiGHS and Gurobi measure it; infinite without either."""
    if not (math.isfinite(incumbent) and math.isfinite(bound)):
        return math.inf
    return abs(incumbent - bound) / abs(incumbent) if incumbent else (0.0 if bound == 0.0 else math.inf)


@dataclass
class Milestones:
    """Seconds since ``begun`` at which each gap was first reached, and the improving plans as (seconds, value)."""

    begun: float = field(default_factory=time.perf_counter)
    reached: dict[float, float] = field(default_factory=dict)
    plans: list[tuple[float, float]] = field(default_factory=list)
    incumbent: float = math.nan
    bound: float = math.nan

    def see(self, incumbent: float, bound: float) -> None:
        """Take note of the state of a minimisation; nan or an infinite number where something is not known."""
        now = time.perf_counter() - self.begun
        if math.isfinite(incumbent) and abs(incumbent) < 1e30 and not incumbent >= self.incumbent:
            self.incumbent = incumbent
            self.plans.append((now, incumbent))
        if math.isfinite(bound) and abs(bound) < 1e30:
            self.bound = bound
        gap = gap_share(self.incumbent, self.bound)
        for wanted in GAPS:
            # a search that stops at its gap may end a rounding error above it
            if gap <= wanted * (1.0 + 1e-6) and wanted not in self.reached:
                self.reached[wanted] = now

    def to_dict(self) -> dict[str, Any]:
        """Plain data: ``to_0.01`` and so on (None: not reached), ``plans``, ``value``, ``bound`` and ``seconds``."""
        known = {"value": self.incumbent, "bound": self.bound}
        return {
            **{f"to_{gap:g}": self.reached.get(gap) for gap in GAPS},
            **{name: value if math.isfinite(value) else None for name, value in known.items()},
            "plans": self.plans,
            "seconds": time.perf_counter() - self.begun,
        }
