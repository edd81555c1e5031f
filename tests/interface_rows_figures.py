"""Rows for the parameters of what compares plans and moves figures, as in ``interface_rows``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import optimizer
from optimizer.explanation.tornado.points import Clock, Point, solved
from optimizer.explanation.tornado.solving import Base
from optimizer.instance.diagnostics import InstanceError
from optimizer.solver.highs import Limits

from .interface_calls import BASE, BOTH, JOBS, NOBODY, UNCHECKED, Row

NAN, INF = math.nan, math.inf
ASKED: list[Limits] = []


def recorded(base: Base, points: Sequence[Point], limits: Limits, clock: Clock) -> Any:
    """Notes what points are solved with, and solves them in this process."""
    ASKED.append(limits)
    JOBS.append(clock.jobs)
    return solved(base, points, limits, replace(clock, jobs=1))


FIGURE_ROWS: dict[str, Row] = {
    "compare.against": Row(
        lambda found: found.against,
        "both",
        [(ValueError, "did you mean `both`", ["boht"]), (TypeError, "a name", [3])],
        also={"mixes": BOTH},
    ),
    "rolled.plan": Row(lambda found: found.name, optimizer.solve(BASE.replace({"name": "other"})), []),
    "rolled.last": Row(type, 2027, [(ValueError, "is the last period of the plan", [2027])]),
    "tornado.instance": Row(
        lambda found: found.instance,
        BASE.replace({"name": "other"}),
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "a path or a dict is expected", [3]),
        ],
    ),
    "tornado.ranges": Row(
        lambda found: len(found.bars),
        {"equity.cost_of_equity_per_year": [0.12, 0.2]},
        [
            (InstanceError, "did you mean `debt`", [{"dept.loan.rate_per_year": [0.07, 0.09]}]),
            (InstanceError, "is not below the high one", [{"debt.loan.rate_per_year": [0.09, 0.07]}]),
            (InstanceError, "`ranges` should be", [[3]]),
        ],
    ),
    "tornado.figures": Row(
        lambda found: [bar.figure for bar in found.bars],
        ["equity.cost_of_equity_per_year"],
        [
            (InstanceError, "did you mean `debt`", [["dept.loan.rate_per_year"]]),
            (TypeError, "figures should be a list of paths", ["debt", 3, [3]]),
        ],
    ),
    "tornado.share": Row(
        lambda found: found.bars[0].low.at,
        0.2,
        [(ValueError, "share should be a number above 0", [0, 1, NAN, "1", True])],
    ),
    "tornado.objective": Row(
        lambda found: found.objective, "terminal_cash", [(InstanceError, "did you mean `wacc`", ["wac"])]
    ),
    "tornado.held": Row(
        lambda found: found.base_held is None, False, [(TypeError, "held should be true or false", ["no", 0])]
    ),
    "tornado.gap": Row(
        lambda found: ASKED[-1].gap_share,
        0.5,
        [(ValueError, "gap should be a number from 0 to 1", [-1, NAN, "0", True])],
    ),
    "tornado.time_limit": Row(
        lambda found: found.complete,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
    "tornado.jobs": Row(
        lambda found: JOBS[-1], 2, [(ValueError, "jobs should be a whole number of at least 1", [0, 1.5, "2", True])]
    ),
    "tornado.trajectories": Row(
        lambda found: [effect.count for effect in found.screening],
        2,
        [(ValueError, "trajectories should be a whole number of at least 1", [0, 1.5, "2", True])],
        also={"figures": [f"{name}_per_year" for name in ("debt.loan.rate", "equity.cost_of_equity", "discount.rate")]},
    ),
    "tornado.seed": Row(
        lambda found: ASKED[-1].seed, 3, [(ValueError, "seed should be a whole number", [-1, 2**31, 0.5])]
    ),
}
"""A row for each parameter."""
