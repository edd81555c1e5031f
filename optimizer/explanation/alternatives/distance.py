"""How different two plans are, from 0 to 1: in where and when is built, in what is bought, and in who pays for it.

Of a plan p with the amounts p_f of some features f, another one with the amounts h_f differs in a group by

    where, vendors, money     Σ_f max(0, p_f − h_f) / Σ_f p_f
    when                      Σ_f (max(0, p_f − h_f) + max(0, min(h_f, p_f at the end) − p_f)) / Σ_f p_f at the end

so by the part of it that is not there, or not at the same time. What is added to a plan does not count: money that is
spent on nothing is no alternative. Features are

    where        MW of a site that are started or rented, in all (a phase without MW counts as 1 MW)
    when         MW of a phase that are started by a period, for every period
    vendors      H100 equivalents that are ordered of an offer, in all
    money        USD million that are drawn of an instrument or raised in a round, in all

The distance is the mean over the groups of which p has something.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from optimizer.explanation.alternatives.sums import Sum
from optimizer.instance.schema import Instance

Part = Literal["where", "when", "vendors", "money"]
PARTS: tuple[Part, ...] = get_args(Part)

Weights = tuple[tuple[int, float], ...]

WITHOUT_MW = 1.0
SMALL = 1e-6
"""A feature of which a plan has no more than this part of its group is left out."""


@dataclass(frozen=True)
class Feature:
    """An amount by which plans differ: Σ weight · sum, with the places of sums; ``at_end`` is what it comes to."""

    part: Part
    weights: Weights
    at_end: Weights

    def value(self, sums: Sequence[float]) -> float:
        """The amount, from the values of all sums."""
        return _value(self.weights, sums)


def _value(weights: Weights, sums: Sequence[float]) -> float:
    return math.fsum(weight * sums[i] for i, weight in weights)


def features_of(instance: Instance, sums: Sequence[Sum]) -> list[Feature]:
    """The features of an instance; their weights point into ``sums``."""
    mw = {(site, p.name): p.mw or WITHOUT_MW for site, block in instance.sites.items() for p in block.phases}
    where: dict[str, list[tuple[int, float]]] = {}
    started: dict[tuple[str, str], list[tuple[int, float]]] = {}
    found: list[Feature] = []
    for i, each in enumerate(sums):
        phase = each.get("site"), each.get("phase")
        if each.kind == "site":
            where.setdefault(each.get("site"), []).append((i, mw.get(phase, 1.0)))
        elif each.kind == "start":
            started.setdefault(phase, []).append((i, mw[phase]))
        elif each.kind == "vendor" and each.get("offer"):
            weights = ((i, instance.hardware[each.get("offer")].compute_h100e),)
            found.append(Feature("vendors", weights, weights))
        elif each.kind in ("debt", "equity") and not each.get("lender"):
            found.append(Feature("money", ((i, 1.0),), ((i, 1.0),)))
    found += [Feature("where", tuple(weights), tuple(weights)) for weights in where.values()]
    for phases in started.values():
        for label in instance.periods.labels:
            by_then = tuple((i, weight) for i, weight in phases if _before(instance, sums[i], label))
            found.append(Feature("when", by_then, tuple(phases)))
    return [each for each in found if each.weights]


def _before(instance: Instance, start: Sum, label: str) -> bool:
    index = instance.periods.index
    return index(start.get("period")) <= index(label)


@dataclass(frozen=True)
class Term:
    """A feature beside its amount in a plan: ``there``, by the ``end``, and what a unit of its difference counts."""

    feature: Feature
    there: float
    end: float
    worth: float

    def difference(self, amount: float) -> float:
        """What the amount of another plan counts, before ``worth``."""
        late = max(0.0, self.there - amount)
        early = max(0.0, min(amount, self.end) - self.there)
        return late + (early if self.feature.part == "when" else 0.0)


def terms_of(features: Sequence[Feature], sums: Sequence[float]) -> list[Term]:
    """What another plan is compared with: the features of a plan with these sums."""
    there = [_value(each.weights, sums) for each in features]
    ends = [_value(each.at_end, sums) for each in features]
    totals = {
        part: math.fsum(end for each, end in zip(features, ends, strict=True) if each.part == part) for part in PARTS
    }
    parts = sum(total > 0.0 for total in totals.values())
    return [
        Term(each, value, end, 1.0 / (parts * totals[each.part]))
        for each, value, end in zip(features, there, ends, strict=True)
        if end > SMALL * totals[each.part]
    ]


def distance(terms: Sequence[Term], sums: Sequence[float]) -> float:
    """How different a plan with these sums is from the one of the terms."""
    return math.fsum(term.worth * term.difference(term.feature.value(sums)) for term in terms)


def by_part(terms: Sequence[Term], sums: Sequence[float]) -> dict[Part, float]:
    """The distance in each group, from 0 to 1; groups of which the plan of the terms has nothing are left out."""
    parts = [part for part in PARTS if any(term.feature.part == part for term in terms)]
    return {part: len(parts) * distance([term for term in terms if term.feature.part == part], sums) for part in parts}
