"""No decision is below nothing."""

from __future__ import annotations

from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.tolerances import PHYSICAL, ZERO

NON_NEGATIVE = rule("plan.non_negative", "No decision is negative.", "model units", PHYSICAL)


def check_signs(replay: Replay) -> None:
    """Every value of every table; money is held to the tighter limit of quantities."""
    for table, values in replay.decisions.amounts().items():
        for key, value in values.items():
            *names, t = key if isinstance(key, tuple) else (key,)
            replay.findings.at_most(NON_NEGATIVE, " ".join([table, *map(str, names)]), t, ZERO, value)
