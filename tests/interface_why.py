"""A row for each parameter of what asks why: conflicts, and what comes near the best."""

from __future__ import annotations

import math
from dataclasses import replace

from optimizer.explanation.alternatives.run import UnusablePlanError
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.run_folder import RunError

from .interface_calls import BASE, NOBODY, UNCHECKED, UNCOVERED, Row, plan

NAN, INF = math.nan, math.inf

WHY: dict[str, Row] = {
    "explain.instance": Row(
        lambda found: found.status,
        UNCOVERED,
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "a path or a dict is expected", [3, None]),
        ],
    ),
    "explain.time_limit": Row(
        lambda found: found.status,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
    "explain.repairs": Row(
        lambda found: len(found.repairs),
        False,
        [(TypeError, "repairs should be true or false", ["no", 0])],
        also={"instance": UNCOVERED},
    ),
    "alternatives.plan": Row(
        lambda found: found.instance_hash,
        BASE.replace({"debt.loan.rate_per_year": 0.09}),
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (RunError, "", ["."]),
            (TypeError, "a plan, the folder of a run, or an instance", [3, None]),
            (UnusablePlanError, "has not passed its audit", [replace(plan(), audit=None)]),
        ],
    ),
    "alternatives.within": Row(
        lambda found: found.ranges[0].least,
        0.2,
        [(ValueError, "within should be a share from 0 to below 1", [-0.1, 1, NAN, "1%", True, None])],
    ),
    "alternatives.count": Row(
        lambda found: len(found.alternatives),
        0,
        [(ValueError, "count should be a whole number from 0 to 20", [-1, 21, 1.5, True, None])],
        also={"within": 0.1},
    ),
    "alternatives.time_limit": Row(
        lambda found: found.complete,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
}
