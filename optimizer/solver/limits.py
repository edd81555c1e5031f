"""How hard a search tries: its gaps, its time and whose time that is, and who searches."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from optimizer.contract.solvers import HIGHS

AT_MOST_AWAY = 20.0
"""So many times its seconds of the processor a search may take by the clock: then the machine is not to be had."""

BOUND_SHARE = 0.1
"""The part of the time left that goes into the bound of a plan that was found after its time."""

DOLLAR = 1e-6
"""Amounts in USD million that differ by less are the same. A level is kept to it beyond its slack, so that rounding
cannot make the next one infeasible."""


@dataclass(frozen=True)
class Limits:
    """How hard to try: relative gap, wall-clock seconds, threads, random seed, and the absolute gap that is enough.

    ``plan_s`` are the seconds after which a search that has a plan ends; None where it has all of the time. ``solver``
    is who searches, where that may be another than HiGHS (see search.py). With ``processor`` the seconds are those of
    the processor, each search of HiGHS has all of them, and what comes of it does not depend on a machine's other work.
    """

    gap_share: float
    time_limit_s: float
    threads: int
    seed: int
    gap_musd: float = DOLLAR
    plan_s: float | None = None
    solver: str = HIGHS
    processor: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """What was asked for, as a record shows it; the solver where it is another than HiGHS."""
        hidden = {"plan_s", "processor"} | ({"solver"} if self.solver == HIGHS else set())
        return {name: value for name, value in asdict(self).items() if name not in hidden}

    def since(self, begun: float) -> Limits:
        """What is left of them when the time has run since ``begun``, of the monotonic clock."""
        if self.processor:
            return self
        spent = time.monotonic() - begun
        plan_s = None if self.plan_s is None else max(0.0, self.plan_s - spent)
        return replace(self, time_limit_s=max(0.0, self.time_limit_s - spent), plan_s=plan_s)

    def part(self, share: float) -> Limits:
        """The same with this part of the time."""
        plan_s = None if self.plan_s is None else share * self.plan_s
        return replace(self, time_limit_s=share * self.time_limit_s, plan_s=plan_s)

    def with_plan(self) -> Limits:
        """Those of a search that has a plan from the beginning; late as it may be, some time is left for its bound."""
        if self.plan_s is None:
            return self
        seconds = min(self.time_limit_s, max(self.plan_s, BOUND_SHARE * self.time_limit_s))
        return replace(self, time_limit_s=seconds, plan_s=None)
