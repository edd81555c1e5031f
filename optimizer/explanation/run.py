"""The order in which an instance without a plan is asked: each step is an answer if the time ends there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from optimizer.explanation.alone import ask_alone
from optimizer.explanation.conflict import Conflict, filtered, leave_out_the_idle
from optimizer.explanation.explanation import Explanation
from optimizer.explanation.keys import Key, keys_of, sooner
from optimizer.explanation.least_change import LeastChange, nearer
from optimizer.explanation.limits import KINDS
from optimizer.explanation.parts import Member, Repair
from optimizer.explanation.places import Places
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe
from optimizer.explanation.reading import read
from optimizer.instance.schema import Instance
from optimizer.solver.highs import SolverError
from optimizer.solving.asked import require_kind, solve_options
from optimizer.solving.run import NoPlanError, solve

ROUGH_TO_FINE = (1, 3)
"""Digits of an amount: each is found roughly before one is found closely."""

FILTER_SHARE = 0.6
"""The part of the time after which the search for a conflict ends, so that some is left for repairs."""

ALONE_SHARE = 0.85
"""The part of that time after which no key is asked about alone, where whole numbers make the questions hard."""


DATES_SHARE = 0.2
"""The part of the time left in which limits that grow are asked whether it is enough to have them sooner."""


def explain(
    instance: Instance | str | os.PathLike[str], *, time_limit: float = 60.0, repairs: bool = True
) -> Explanation:
    """Why an instance has no plan: the limits that cannot hold together, and what it would take.

    Keys are changed one at a time and the model is built again. ``instance`` is one, or the path of a file, in which
    the keys then have a place. ``time_limit`` in seconds: what is known by then is returned. Without ``repairs`` only
    the conflict is looked for. Every answer is yes, proven no, or not decided; amounts are in USD million, MW, units,
    H100e, shares or periods, as the key says.

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
    if whole is not Answer.NO:
        status = "feasible" if whole is Answer.YES else "not decided"
        return replace(found, status=status, complete=whole is Answer.YES, seconds=probe.spent_s)  # type: ignore[arg-type]
    without = {Answer.NO: False, Answer.YES: True}.get(relaxed)
    found = replace(found, status="infeasible", whole_numbers=without, limits=len(keys))
    conflict, alone, asked = _conflict(probe, keys, relaxed is Answer.NO, FILTER_SHARE if repairs else 1.0)
    if repairs and not asked and not _enough(alone):  # without one there is nothing else to do
        asked = ask_alone(probe, conflict.keys, alone)
    dates = [date for key in conflict.keys if key in _enough(alone) and (date := sooner(key)) is not None]
    asked = (not repairs or ask_alone(probe.part(DATES_SHARE), dates, alone)) and asked
    changes = [LeastChange(key, key.widest) for key in _enough(alone)]
    changes = sorted(changes, key=lambda each: (KINDS.index(each.key.kind), each.key.path)) if repairs else []
    verified = _nearest(probe, changes)
    members = sorted(conflict.keys, key=lambda key: key.path) if conflict.proven else []
    return replace(
        found,
        conflict=tuple(_member(key, places, conflict, alone) for key in members),
        proven=conflict.proven,
        minimal=conflict.minimal,
        repairs=tuple(_repair(change, places, change.key in verified) for change in changes),
        complete=asked and conflict.finished and Answer.OPEN not in alone.values() and all(c.closed for c in changes),
        seconds=probe.spent_s,
    )


def _conflict(probe: Probe, keys: list[Key], relaxed: bool, share: float) -> tuple[Conflict, dict[Key, Answer], bool]:
    """A conflict, what is known of keys alone, and whether there was time for all that were to be asked.

    Without whole numbers the filter is quick, and a key outside of the conflict is not enough alone. Else each key is
    asked first: one that is enough alone is in every conflict. Keys that are asked by themselves are as written
    meanwhile, and in it if they are enough alone.
    """
    begun = probe.part(share)
    alone: dict[Key, Answer] = {}
    limits = [key for key in keys if not key.by_itself]
    asked = relaxed or ask_alone(probe.part(ALONE_SHARE * share), keys, alone)
    conflict = filtered(begun, limits, relaxed=relaxed, members=_enough(alone))
    if conflict.proven and not conflict.keys:  # some of them may take plans away at their widest
        limits = [key for key in limits if key.monotone]
        conflict = filtered(begun, limits, relaxed=relaxed, members=_enough(alone))
    others = [key for key in keys if key not in limits]
    if relaxed:
        asked = conflict.proven and ask_alone(begun, [*conflict.keys, *others], alone)
    if conflict.proven:
        leave_out_the_idle(begun, limits, conflict, _enough(alone))
        conflict.keys += (needed := [key for key in others if key in _enough(alone)])
        conflict.needed += needed
    return conflict, alone, asked


def _enough(alone: dict[Key, Answer]) -> list[Key]:
    return [key for key, answer in alone.items() if answer is Answer.YES]


def _nearest(probe: Probe, changes: list[LeastChange]) -> set[Key]:
    """Bring down each change in its place, first one of each kind and roughly; the keys whose change is verified."""
    first: dict[str, int] = {}
    for number, change in enumerate(changes):
        first.setdefault(change.key.kind, number)
    order = [*first.values(), *(number for number in range(len(changes)) if number not in first.values())]
    verified: dict[Key, LeastChange] = {}
    for digits in ROUGH_TO_FINE:
        for left, number in zip(range(len(order), 0, -1), order, strict=True):
            finer = nearer(probe.part(1.0 / (left + 1)), changes[number], digits)
            if finer != verified.get(finer.key) and probe.left_s > 0.0 and _holds(probe, finer):
                verified[finer.key] = finer
            # one that is verified is worth more than one that is finer, and is not
            changes[number] = verified.get(finer.key, finer)
    return set(verified)


def in_order(keys: Sequence[Key]) -> list[Key]:
    """The keys, those first that are kept where there is a choice.

    What says little goes out first: limits that hold nothing back where another is closer.
    """
    return sorted(keys, key=lambda key: (key.way == "off", key.kind == "demand", not key.monotone))


def _holds(probe: Probe, change: LeastChange) -> bool:
    """Whether the changed instance has a plan that passes the audit: any, however good, and for whatever objective."""
    changed = probe.instance.replace({change.key.path: change.key.at(change.enough, change.window)})
    try:
        plan = solve(changed, gap=1.0, time_limit=probe.left_s, objectives=["net_present_cost"])
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
        value=key.at(0.0),
        values=key.values,
        widest=key.widest,
        far=key.far,
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
