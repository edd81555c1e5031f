"""What is known of the plans within a share of the best: data first, words second (``words.py``)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from optimizer.explanation.alternatives.budgets import Budget
from optimizer.explanation.alternatives.parts import Alternative, Range
from optimizer.explanation.alternatives.words import alternatives_words, budget_words, ranges_words


@dataclass(frozen=True)
class Alternatives:
    """What all plans within a share of the best have in common, and some that differ most, the most different first.

    ``budgets`` say what may be spent, by objective. ``ranges`` are the business sums in the order of their kinds.
    ``furthest`` is the distance that no plan beyond those listed can have to all of them, where that is proven to be
    nothing worth listing; else None. ``complete``: every verdict is in, and there are as many alternatives as were
    asked for or proven to be no more. ``unoffered`` says why no alternative can be offered; empty where some can.
    """

    instance: str
    instance_hash: str
    within: float
    budgets: tuple[Budget, ...]
    ranges: tuple[Range, ...]
    alternatives: tuple[Alternative, ...]
    furthest: float | None
    complete: bool
    unoffered: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, without the plans themselves.

        >>> data = optimizer.alternatives(plan, within=0.1, count=0).to_dict()
        >>> [(each["objective"], round(each["offered"], 3)) for each in data["budgets"]]
        [('cost_of_capital', 7.273)]
        """
        own = {name: value for name, value in vars(self).items() if name not in ("budgets", "ranges", "alternatives")}
        return {
            **own,
            "budgets": [asdict(each) for each in self.budgets],
            "ranges": [{**asdict(each), "verdict": each.verdict} for each in self.ranges],
            "alternatives": [_data(each) for each in self.alternatives],
        }

    def __str__(self) -> str:
        lines = [f"{self.instance}: plans within {100.0 * self.within:g} % of the best possible"]
        lines += [line for each in self.budgets for line in budget_words(each)]
        lines += ranges_words(self.ranges)
        lines += alternatives_words(self.alternatives, self.furthest, self.unoffered)
        if not self.complete:
            lines += ["", f"after {self.seconds:.0f} s not all is decided; more time tells more (--time-limit)"]
        return "\n".join(lines)


def _data(each: Alternative) -> dict[str, Any]:
    plan = each.plan
    return {
        "picked": each.picked,
        "distance": each.distance,
        "by_part": dict(each.by_part),
        "apart": each.apart,
        "apart_at_most": each.apart_at_most if math.isfinite(each.apart_at_most) else None,
        "objectives": {name: plan.metrics[name] for name in each.changes},
        "changes": dict(each.changes),
        "audit_passed": plan.audit_passed,
        "decisions": [asdict(decision) for decision in each.difference.decisions],
    }
