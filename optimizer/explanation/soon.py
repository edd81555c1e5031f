"""The cause where a solve finds that there is no plan: within a part of its time, and without what it would take."""

from __future__ import annotations

import logging
import os

from optimizer.explanation.explanation import Explanation
from optimizer.explanation.run import explain
from optimizer.instance.schema import Instance

_log = logging.getLogger(__name__)

CAUSE_SHARE, LONGEST_CAUSE_S = 0.1, 10.0
"""The part of a solve's time limit, and the seconds, that looking for the cause may take where there is no plan."""


def explained_soon(instance: Instance | str | os.PathLike[str], time_limit_s: float) -> Explanation | None:
    """What is found in a part of a solve's time limit; None if that fails: the proof stands anyway.

    ``instance`` is one, or the path of a file, in which the keys then have a place.
    """
    try:
        return explain(instance, time_limit=min(LONGEST_CAUSE_S, CAUSE_SHARE * time_limit_s), repairs=False)
    except Exception as error:
        _log.warning("why there is no plan was not found: %s: %s", type(error).__name__, error)
        return None


def cause_of(instance: Instance, time_limit_s: float, capped: bool) -> str:
    """Why an instance has no plan in one line, found on one thread; empty if it is not found in time.

    ``capped``: some objectives are limited besides, which is the cause where there is a plan without.
    """
    alone = instance if instance.solve.threads == 1 else instance.replace({"solve.threads": 1})
    found = explained_soon(alone, time_limit_s)
    if found is None:
        return ""
    if found.status == "feasible":
        return "the caps on objectives: without them there is a plan" if capped else ""
    return found.cause
