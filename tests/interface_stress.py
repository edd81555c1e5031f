"""The rows of ``stress``: see ``interface_calls.Row``."""

from __future__ import annotations

import math

import optimizer
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.run_folder import RunError

from .interface_calls import BASE, Row

NAN, INF = math.nan, math.inf

STRESS: dict[str, Row] = {
    "stress.plan": Row(
        lambda found: found.instance,
        optimizer.solve(BASE.replace({"name": "other"})),
        [
            (RunError, "nowhere", ["nowhere"]),
            (TypeError, "a Plan or the folder of a run", [BASE, {}, None]),
        ],
    ),
    "stress.scenarios": Row(
        lambda found: [each.scenario for each in found.scenarios],
        {"same": {}},
        [
            (InstanceError, "no such file", ["nowhere.yaml", ["nowhere.yaml"]]),
            (ValueError, "there is no scenario", [{}, []]),
            (TypeError, "a dict, a file or a list of files", [3, None]),
        ],
    ),
    "stress.fix": Row(
        lambda found: [each.kind for each in found["poorer"].cures],  # nothing is left to be decided anew
        "until:2026",
        [
            (ValueError, "fix should be all or until:", ["none", "until:2050", ""]),
            (TypeError, "fix should be all or until:", [3, None]),
        ],
    ),
    "stress.time_limit": Row(
        lambda found: found["poorer"].short_verdict,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
}
