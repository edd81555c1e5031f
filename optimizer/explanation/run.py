"""Why an instance has no plan, and what it would take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from optimizer.explanation.conflict import Conflict
from optimizer.explanation.costs import Costs, by_cost
from optimizer.explanation.explanation import Explanation, Status
from optimizer.explanation.keys import Key, keys_of
from optimizer.explanation.parts import Member
from optimizer.explanation.places import Places
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe
from optimizer.explanation.reading import read
from optimizer.explanation.search import Search
from optimizer.explanation.unbounded import unbounded
from optimizer.instance.schema import Instance
from optimizer.solver.interrupts import first_one_sets
from optimizer.solver.lanes import lanes
from optimizer.solving.asked import require_kind, solve_options

MOST_AT_ONCE = 8
"""So many questions are asked at once at most: as many as the file has threads for, each search taking one."""


def explain(
    instance: Instance | str | os.PathLike[str], *, time_limit: float = 60.0, repairs: bool = True
) -> Explanation:
    """Why an instance has no plan: the limits that cannot hold together, and what it would take.

    Keys are changed one at a time and the model is built again. ``instance`` is one, or the path of a file, in which
    the keys then have a place. ``time_limit`` in seconds: what is known by then is returned, and so it is at Ctrl-C.
    Without ``repairs`` only the conflict is looked for. Every answer is yes, proven no, or not decided; amounts are in
    USD million, MW, units, H100e, shares or periods, as the key says.

    What a check refuses because no plan can be is explained in the same form, with what the check says.

    Raises InstanceError for what is no instance otherwise, TypeError and ValueError for arguments that cannot be.

    Without equity a loan of 100 costs 8, of which the 120 that come in are 15 times. A cover of 20 would be kept with a
    loan of 75, so that 25 were missing.

    >>> found = optimizer.explain(base.replace({
    ...     "equity": None, "covenants": {"cover": {"kind": "interest_cover", "minimum": 20}},
    ... }))
    >>> found.status, [member.path for member in found.conflict], found.minimal
    ('infeasible', ['covenants.cover.minimum', 'opening.cash_musd'], True)
    >>> [(repair.path, repair.amount, repair.not_enough, repair.verified) for repair in found.repairs]
    [('opening.cash_musd', 25.0, 24.9, True), ('covenants.cover.minimum', 5.0, 4.99, True)]
    """
    require_kind("repairs", repairs, "true or false", isinstance(repairs, bool))
    found = read(instance)
    options = solve_options(found.instance.solve, time_limit=time_limit)
    probe = Probe(found.instance, options.time_limit_s, refused=bool(found.refusals))
    with first_one_sets(probe.stop):
        return replace(_explained(probe, found.places, repairs), refusals=found.refusals)


def _explained(probe: Probe, places: Places, repairs: bool) -> Explanation:
    instance = probe.instance
    found = Explanation(instance.name, instance.hash, "not decided")
    keys = in_order(keys_of(instance))
    try:
        relaxed = probe.relaxed({})
        whole = probe.ask({})
    except OutOfTimeError:
        return replace(found, seconds=probe.spent_s)
    if whole is Answer.YES:
        return _with_a_plan(probe, places, found)
    if whole is not Answer.NO:
        return replace(found, seconds=probe.spent_s)
    without = {Answer.NO: False, Answer.YES: True}.get(relaxed)
    found = replace(found, status="infeasible", whole_numbers=without, limits=len(keys))
    at_once = min(instance.solve.threads, MOST_AT_ONCE)
    with lanes(at_once, probe.stop) as pool:
        search = Search(probe, keys, relaxed is Answer.NO, pool, at_once)
        search.run(repairs)
    costs = Costs.of(instance)
    conflict, alone, changes = search.conflict, search.alone, search.changes
    members = sorted(conflict.keys, key=lambda key: key.path) if conflict.proven else []
    asked = search.asked and conflict.finished and Answer.OPEN not in alone.values()
    return replace(
        found,
        conflict=tuple(_member(key, places, conflict, alone) for key in members),
        proven=conflict.proven,
        minimal=conflict.minimal,
        repairs=changes.repairs(places, costs),
        pairs=tuple(sorted((pair.told(places, costs) for pair in search.pairs), key=lambda pair: by_cost(pair.cost))),
        ranked=bool(costs),
        idle_costs=costs.idle(keys),
        complete=asked and all(change.closed for change in changes.found),
        seconds=probe.spent_s,
    )


def _with_a_plan(probe: Probe, places: Places, found: Explanation) -> Explanation:
    """Of an instance that has a plan: whether its objective has an end."""
    try:
        grows, bounds, objective = unbounded(probe, places)
    except OutOfTimeError:
        return replace(found, status="feasible", seconds=probe.spent_s)
    status: Status = "unbounded" if objective else "feasible"
    return replace(
        found, status=status, objective=objective, grows=grows, bounds=bounds, complete=True, seconds=probe.spent_s
    )


def in_order(keys: Sequence[Key]) -> list[Key]:
    """The keys, those first that are kept where there is a choice.

    What says little goes out first: limits that hold nothing back where another is closer.
    """
    return sorted(keys, key=lambda key: (key.way == "off", key.kind == "demand", not key.monotone))


def _member(key: Key, places: Places, conflict: Conflict, alone: dict[Key, Answer]) -> Member:
    return Member(
        path=key.path,
        place=places(key.place),
        kind=key.kind,
        way=key.way,
        unit=key.unit,
        value=key.at(0.0),
        values=key.values,
        widest=key.widest,
        far=key.far,
        needed=key in conflict.needed,
        alone=alone.get(key, Answer.OPEN).value,
        periods=tuple(key.calendar.labels) if key.varies else (),
    )
