"""How far the plan that is delivered lies from the bound of each level, what was given up for later levels included.

The records of levels are those of summary.json. A record without the delivered plan, as older runs have it, tells of
the best of its level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.contract.objectives import OBJECTIVES
from optimizer.finance.gaps import share_of
from optimizer.finance.rates import nominal

Record = Mapping[str, Any]

OF_ZERO = "the best is 0"
"""What is said where there is nothing that a gap could be a share of."""


def delivered(level: Record, plan_value: float | None, denominator: float | None, per_year: int = 1) -> dict[str, Any]:
    """What the plan comes to by the objective of a level, with its distance to the bound, at least 0.

    ``plan_gap_share`` is a share of what the gap of the level is one of; ``plan_gap_musd`` of a ratio is one of its
    numerator, at the plan's ``denominator``: of nominal rates of ``per_year`` periods. None where nothing is known.
    """
    found = dict.fromkeys(("plan_value", "plan_gap_musd", "plan_gap_share"), None) | {"plan_value": plan_value}
    if plan_value is None or level["bound"] is None:
        return found
    gap = _behind(level, plan_value)
    if level["gap_musd"] is not None:
        numerator = max(0.0, nominal(plan_value, per_year) - nominal(level["bound"], per_year))
        found["plan_gap_musd"] = gap if denominator is None else numerator * denominator
    share = share_of(gap, level["value"], level.get("base"))
    found["plan_gap_share"] = share if math.isfinite(share) else None
    return found


def _behind(level: Record, amount: float) -> float:
    """How much worse than the bound an amount is, at least 0: dilution is less than the tangents that bound it."""
    return max(0.0, float(amount - level["bound"] if level["sense"] == "minimise" else level["bound"] - amount))


def value(level: Record) -> float:
    """What the plan comes to by the objective of a level."""
    own = level.get("plan_value")
    return float(level["value"] if own is None else own)


def gap_musd(level: Record) -> float | None:
    """The distance of the plan to the bound of a level, USD million; None if it has none."""
    return _of(level, "gap_musd")


def gap_share(level: Record) -> float | None:
    """The distance of the plan to the bound of a level, as a share of the value or base of the level."""
    return _of(level, "gap_share")


def _of(level: Record, name: str) -> float | None:
    found = level[name] if level.get("plan_value") is None else level[f"plan_{name}"]
    return None if found is None else float(found)


def best_words(name: str, sense: str) -> str:
    """An objective in a sentence: ``the least cost of capital``."""
    return f"the {'least' if sense == 'minimise' else 'greatest'} {name.replace('_', ' ')}"


def distances(levels: Sequence[Record]) -> str:
    """Every level with the distance of the plan to its bound: no plan is called optimal without one.

    Where a level was left for the sake of later ones, its own gap is told beside.
    """
    return " and then ".join(
        _distance(level, [each["name"].replace("_", " ") for each in levels[i + 1 :]]) for i, level in enumerate(levels)
    )


def _distance(level: Record, later: Sequence[str]) -> str:
    best = best_words(level["name"], level["sense"])
    if level["bound"] is None:
        return f"an unknown distance of {best}"
    known = level.get("plan_value") is not None
    gap = _behind(level, value(level)) if level["unit"] != "musd" else None
    amount, share = _amount(gap_musd(level), gap), _share(level)
    before = _amount(level["gap_musd"], _behind(level, level["value"]))
    given = (
        f"; {before} before the slack given to {' and '.join(later)}" if known and later and before != amount else ""
    )
    return f"{amount} of {best} ({share}{given})"


def _amount(musd: float | None, gap: float | None) -> str:
    return f"${musd:,.1f} m" if musd is not None else f"{gap or 0.0:.3%}"


def _share(level: Record) -> str:
    share = gap_share(level)
    of_base = OBJECTIVES.get(level["name"]) if level.get("base") is not None else None
    if share is None:
        return (of_base.no_measure if of_base else "") or OF_ZERO
    return f"{share:.3%}{of_base.measure if of_base else ''}"
