"""What is asked for prices: a plan, the folder of a run or an instance, with options, read or refused."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.contract.objectives import LISTED, SHARES
from optimizer.explanation.places import Places, nowhere, places_of
from optimizer.explanation.prices.case import Decisions
from optimizer.instance.loader import checked, load
from optimizer.instance.python_data import unwrapped
from optimizer.instance.schema import Instance
from optimizer.plan.delivered import value as delivered_value
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from optimizer.solving.asked import with_objectives


class NotPricedError(ValueError):
    """What has no price: an objective that is no money, a path that is no limit, a plan with rows of a user's own or
    without an audit that it passed.
    """


@dataclass(frozen=True)
class Source:
    """An instance, the decisions of its plan if there is one, and what the plan comes to by the first objective."""

    instance: Instance
    decisions: Decisions | None
    plan_value: float | None
    caps: dict[str, float]
    places: Places


def source_of(given: Any, objective: str | None) -> Source:
    """What is given. Raises InstanceError, RunError, TypeError, and ValueError for what has no prices."""
    places: Places = nowhere
    plan: Plan | None = None
    if isinstance(given, Plan):
        plan = given
    elif isinstance(given, (str, os.PathLike)) and Path(given).is_dir():
        plan = read_run(given)
    elif not isinstance(given, Instance):
        places = places_of(given) if isinstance(given, (str, os.PathLike)) else nowhere
        given = load(given)
    instance = checked(plan.instance if plan else given)
    if plan is not None and plan.audit_passed is not True:
        raise NotPricedError("the plan has not passed its audit as it stands; solve its instance again")
    if plan is not None and "own" in plan.summary:
        raise NotPricedError("this plan has rows of your own, which its instance has not: its limits have no prices")
    if objective is not None and objective not in LISTED:
        raise ValueError(f"objective should be one of {', '.join(LISTED)}, not {objective!r}")
    before = instance.objectives[0].name
    instance = with_objectives(instance, None if objective is None else [objective])
    name = instance.objectives[0].name
    if name in SHARES:
        raise NotPricedError(
            f"prices are amounts of money, and {name} is a share: ask for another objective, such as cost_of_capital"
        )
    if plan is None:
        return Source(instance, None, None, {}, places)
    level = plan.summary["levels"][0] if plan.summary.get("levels") else None
    value = plan.metrics.get(name)
    if level is not None and level["name"] == name == before:
        value = delivered_value(level)
    return Source(instance, plan.decisions, value, dict(plan.summary.get("caps", {})), places)


def paths_of(limits: Sequence[str] | None) -> list[str] | None:
    """The paths that are asked for. Raises TypeError for what is no list of them."""
    if limits is None:
        return None
    if isinstance(limits, str) or not isinstance(limits, Sequence) or not all(isinstance(x, str) for x in limits):
        raise TypeError(f"limits should be a list of paths, not {limits!r}")
    return list(limits)


def number_of(name: str, value: Any, *, most: float = math.inf, zero: bool = False) -> float:
    """A finite number above 0 (or 0). Raises ValueError."""
    found = unwrapped(value)
    good = isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found)
    if not good or found < 0.0 or (found == 0.0 and not zero) or found > most:
        least = "from 0" if zero else "above 0"
        upper = f" to {most:g}" if math.isfinite(most) else ""
        raise ValueError(f"{name} should be a number {least}{upper}, not {value!r}")
    return float(found)


def count_of(name: str, value: Any) -> int:
    """A whole number from 1 on. Raises ValueError."""
    found = unwrapped(value)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ValueError(f"{name} should be a whole number above 0, not {value!r}")
    return found
