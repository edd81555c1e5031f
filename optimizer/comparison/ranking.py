"""Which run is better, and which difference is real.

A value is known up to its gap, |value − bound|. Two values differ if they are further apart than their gaps together;
else they tie. A tie does not carry over: A may tie with B and B with C, and A yet be better than C.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.comparison.point import Result

DOLLAR = 1e-6


@dataclass(frozen=True)
class Standing:
    """Where a run stands among those it is compared with.

    ``rank`` is one more than the number of runs that are better beyond doubt. ``tie``: some other run may be as good.
    ``regret`` is how much worse its value is than the best of all, at least 0, in the unit of the objective, and
    ``regret_within`` the two gaps together: the true difference is within that of it. ``tied_with_best``: it may be 0.
    """

    rank: int
    tie: bool
    regret: float
    regret_within: float | None
    tied_with_best: bool


def standings(results: Sequence[Result]) -> list[Standing | None]:
    """The standing of each run among those with the same first objective; None without a plan that passed its audit."""
    found: list[Standing | None] = [None] * len(results)
    groups: dict[tuple[str, str], list[int]] = {}
    for i, result in enumerate(results):
        if result.levels and result.audit_passed is not False:
            level = result.first
            groups.setdefault((level["name"], level["sense"]), []).append(i)
    for (_, sense), members in groups.items():
        sign = 1.0 if sense == "minimise" else -1.0
        values = {i: sign * float(results[i].first["value"]) for i in members}
        gaps = {i: max(gap(results[i]), _rounding(results[i])) for i in members}
        best = min(members, key=lambda i: (values[i], gaps[i], results[i].name))

        for i in members:
            better = sum(values[i] - values[j] > gaps[i] + gaps[j] for j in members)
            ties = [j for j in members if j != i and abs(values[i] - values[j]) <= gaps[i] + gaps[j]]
            within = gaps[i] + gaps[best] if i != best else 0.0
            regret = values[i] - values[best]
            found[i] = Standing(
                rank=better + 1,
                tie=bool(ties),
                regret=regret,
                regret_within=within if math.isfinite(within) else None,
                tied_with_best=i != best and regret <= within,
            )
    return found


def figure_ranks(values: Sequence[float | None]) -> list[int | None]:
    """One more than the number of plans with more of a figure (USD million), each as it is; None without a figure.

    What two solves may differ by, a dollar and a dollar in a billion, makes no difference.
    """
    known = [each for each in values if each is not None]
    return [
        None if own is None else 1 + sum(each - own > max(DOLLAR, 1e-9 * max(abs(each), abs(own))) for each in known)
        for own in values
    ]


def _rounding(result: Result) -> float:
    """What two solves of the same problem may differ by: a dollar, and a dollar in a billion."""
    level = result.first
    return max(DOLLAR if level["unit"] == "musd" else 1e-9, 1e-9 * abs(float(level["value"])))


def gap(result: Result) -> float:
    """How much better the first objective could be at most, in its unit, at least 0; infinite if nothing is known."""
    level = result.first
    if level["bound"] is None:
        return math.inf
    difference = level["value"] - level["bound"] if level["sense"] == "minimise" else level["bound"] - level["value"]
    return max(0.0, float(difference))
