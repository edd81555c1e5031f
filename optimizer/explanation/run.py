"""The order in which an instance without a plan is asked: each step is an answer if the time ends there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from optimizer.explanation.conflict import Conflict, find_conflict
from optimizer.explanation.explanation import Explanation, Member, Repair
from optimizer.explanation.keys import Key, keys_of
from optimizer.explanation.least_change import LeastChange, least_change
from optimizer.explanation.limits import KINDS
from optimizer.explanation.places import Places, nowhere, places_of
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe
from optimizer.instance.loader import checked, load
from optimizer.instance.schema import Instance
from optimizer.solver.highs import SolverError
from optimizer.solving.asked import require_kind, solve_options
from optimizer.solving.run import NoPlanError, solve

VERIFYING_GAP = 0.1
"""A plan proves a repair, however far from the best it is."""

FILTER_SHARE = 0.6
"""The part of the time after which the search for a conflict ends, so that some is left for repairs."""


def explain(
    instance: Instance | str | os.PathLike[str], *, time_limit: float = 60.0, repairs: bool = True
) -> Explanation:
    """Why an instance has no plan: the limits that cannot hold together, and what it would take.

    Keys are changed one at a time and the model is built again. ``instance`` is one, or the path of a file, in which
    the keys then have a place. ``time_limit`` in seconds: what is known by then is returned. Without ``repairs`` only
    the conflict is looked for. Every answer is yes, proven no, or not decided; amounts are in USD million, MW, units,
    H100e, shares or periods, as the key says.

    Raises InstanceError for what is no instance, TypeError and ValueError for arguments that cannot be.

    A need of 100 and a round of at most 60: 40 are missing, and the conflict is of that round and of the cash.

    >>> import optimizer
    >>> short = optimizer.load({
    ...     "name": "short",
    ...     "calendar": {"start": 2026, "periods": 1},
    ...     "discount": {"rate_per_year": 0.1},
    ...     "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-100]}},
    ...     "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 60}}},
    ... })
    >>> found = optimizer.explain(short)
    >>> found.status, [member.path for member in found.conflict], found.minimal
    ('infeasible', ['equity.rounds.a.max_musd', 'opening.cash_musd'], True)
    >>> [(repair.path, repair.amount, repair.not_enough, repair.verified) for repair in found.repairs]
    [('opening.cash_musd', 40.0, 39.9, True), ('equity.rounds.a.max_musd', 40.0, 39.9, True)]
    """
    require_kind("repairs", repairs, "true or false", isinstance(repairs, bool))
    places: Places = nowhere
    if not isinstance(instance, Instance):
        places = places_of(instance) if isinstance(instance, (str, os.PathLike)) else nowhere
        instance = load(instance)
    instance = checked(instance)
    options = solve_options(instance.solve, time_limit=time_limit)
    probe = Probe(instance, options.time_limit_s)
    return _explained(probe, places, repairs)


def _explained(probe: Probe, places: Places, repairs: bool) -> Explanation:
    instance = probe.instance
    found = Explanation(instance.name, instance.hash, "not decided")
    keys = in_order(keys_of(instance))
    try:
        relaxed = probe.relaxed({})
        whole = probe.ask({})
    except OutOfTimeError:
        return replace(found, seconds=probe.spent_s)
    if whole is not Answer.NO:
        status = "feasible" if whole is Answer.YES else "not decided"
        return replace(found, status=status, complete=whole is Answer.YES, seconds=probe.spent_s)  # type: ignore[arg-type]
    found = replace(found, status="infeasible", whole_numbers=relaxed is not Answer.NO, limits=len(keys))
    conflict = find_conflict(probe.part(FILTER_SHARE if repairs else 1.0), keys, relaxed is Answer.NO)
    alone, changes, complete = _by_one_key(probe, conflict, repairs)
    order = {key: number for number, key in enumerate(keys_of(instance))}
    members = sorted(conflict.keys, key=lambda key: key.path) if conflict.proven else []
    listed = sorted(changes, key=lambda change: (KINDS.index(change.key.kind), change.key.path))
    verified: dict[Key, bool] = {}
    first_of_kind = {change.key.kind: change for change in reversed(listed)}
    for change in sorted(listed, key=lambda each: (each is not first_of_kind[each.key.kind], order[each.key])):
        complete &= probe.left_s > 0.0
        verified[change.key] = probe.left_s > 0.0 and _holds(probe, change)
    return replace(
        found,
        conflict=tuple(_member(key, places, conflict, alone) for key in members),
        proven=conflict.proven,
        minimal=conflict.minimal,
        repairs=tuple(_repair(change, places, verified[change.key]) for change in listed),
        complete=complete and conflict.proven and conflict.finished,
        seconds=probe.spent_s,
    )


def in_order(keys: Sequence[Key]) -> list[Key]:
    """The keys, those first that are kept where there is a choice.

    What says little goes out first: limits that hold nothing back where another is closer.
    """
    return sorted(keys, key=lambda key: (key.way == "off", key.kind == "demand", not key.monotone))


def _by_one_key(probe: Probe, conflict: Conflict, repairs: bool) -> tuple[dict[Key, Answer], list[LeastChange], bool]:
    """Which members make a plan possible alone, and the least change of each that does; whether there was time.

    A single key that is enough is in every conflict: the others need not be asked.
    """
    alone: dict[Key, Answer] = {}
    changes: list[LeastChange] = []
    try:
        for key in conflict.keys if conflict.proven else ():
            alone[key] = probe.ask({key: key.widest})
        for key in (key for key, answer in alone.items() if repairs and answer is Answer.YES):
            changes.append(least_change(probe, key))
    except OutOfTimeError:
        return alone, changes, False
    return alone, changes, probe.left_s > 0.0


def _holds(probe: Probe, change: LeastChange) -> bool:
    """Whether the changed instance has a plan that passes the audit."""
    changed = probe.instance.replace({change.key.path: change.key.at(change.enough, change.window)})
    try:
        plan = solve(changed, gap=VERIFYING_GAP, time_limit=probe.left_s)
    except (NoPlanError, SolverError):
        return False
    return plan.audit_passed is True


def _member(key: Key, places: Places, conflict: Conflict, alone: dict[Key, Answer]) -> Member:
    return Member(
        path=key.path,
        place=places(key.place),
        kind=key.kind,
        way=key.way,
        unit=key.unit,
        values=key.values,
        widest=key.widest,
        needed=key in conflict.needed,
        alone=alone.get(key, Answer.OPEN).value,
    )


def _repair(change: LeastChange, places: Places, verified: bool) -> Repair:
    key, window = change.key, change.window
    spanned = window if window is not None else range(1, len(key.values) + 1)
    moved = key.way in ("later", "earlier")
    sign = 1.0 if key.way == "later" else -1.0
    return Repair(
        path=key.path,
        place=places(key.place),
        kind=key.kind,
        way=key.way,
        unit=key.unit,
        amount=change.enough,
        not_enough=change.not_enough,
        least=change.least,
        first=key.calendar.label(spanned[0]) if key.varies else "",
        last=key.calendar.label(spanned[-1]) if key.varies else "",
        before=key.values,
        after=(key.values[0] + sign * change.enough,) if moved else key.numbers(change.enough, window),
        value=key.at(change.enough, window),
        verified=verified,
    )
