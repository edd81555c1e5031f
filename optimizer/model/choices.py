"""Conditions between phases, contracts and partners."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import ByName, ByPair, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.choices import all_named, things
from optimizer.model.context import Model
from optimizer.model.decided import NEVER


def add_choices(
    model: Model,
    started: ByPair,
    partners: ByName,
    contracts: Mapping[str, Expr],
) -> None:
    """What is taken: y of a contract or a partner that is signed, of an entry of phases of which any is started::

        exactly one     Σ y = 1
        requires        y ≤ y'    for each of them
        excludes        y + y' ≤ 1    for each of them
        an entry of several phases, N of them started by T:   y ≤ N ≤ count·y,   y ∈ {0, 1}

    ``started`` are phases by (site, entry) over time, ``partners`` who signs by period, ``contracts`` by name
    """
    instance = model.instance
    if not instance.choices:
        return
    known = {each: thing for each, thing in things(instance).items() if each in all_named(instance)}
    several = {
        thing[1:]: phase.count
        for thing in known.values()
        if thing[0] == "sites"
        for phase in instance.sites[thing[1]].phases
        if phase.name == thing[2] and phase.count > 1
    }
    phases = [thing[1:] for thing in known.values() if thing[0] == "sites"]
    begun = {(s, p): started[s, p][model.horizon] for s, p in phases}
    any_of = model.variables("taken", several, upper=1, integer=True, implied=True, decided=NEVER)
    rows = model.constraints("choices")
    for (s, p), count in several.items():
        rows.add(begun[s, p] <= count * any_of[s, p])
        rows.add(any_of[s, p] <= begun[s, p])

    y: dict[str, Expr] = {}
    for each, thing in known.items():
        if thing[0] == "contracts":
            y[each] = contracts[thing[1]]
        elif thing[0] == "partners":
            y[each] = quicksum(sign for (p, _), sign in partners.items() if p == thing[1])
        else:
            entry = thing[1], thing[2]
            y[each] = any_of[entry] if entry in several else begun[entry]
    for choice in instance.choices.values():
        if choice.exactly_one is not None:
            rows.add(quicksum(y[each] for each in choice.exactly_one) == 1)
        if choice.of is not None:
            for each in choice.requires or ():
                rows.add(y[choice.of] <= y[each])
            for each in choice.excludes or ():
                rows.add(y[choice.of] + y[each] <= 1)
