"""An explanation in words, with amounts in business units and periods by their labels."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.explanation.parts import Member, Refusal, Repair

WAY = {"more": "raise", "less": "lower", "later": "move", "earlier": "move", "off": "lift"}
MOST_IN_A_LINE = 3


def cause(conflict: Sequence[Member]) -> str:
    """A proven conflict in one line."""
    if not conflict:
        return "no limit is the cause: with all of them at their widest there is no plan either"
    shown = [f"{each.path}{_at(each.place)}" for each in conflict[:MOST_IN_A_LINE]]
    more = len(conflict) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"{listed} cannot hold {'together' if len(conflict) > 1 else 'with the rest of the file'}"


def refusals_words(refusals: Sequence[Refusal]) -> list[str]:
    """What checks say before a model is built, a line for each."""
    if not refusals:
        return []
    said = (f"  {each.message}{_at(each.place)}" for each in refusals)
    return ["so say the checks, before any model is built:", *said]


def conflict_words(conflict: Sequence[Member], minimal: bool) -> list[str]:
    """A proven conflict, a line for each limit."""
    if not conflict:
        return [cause(conflict)]
    sure = "none of them can be left out" if minimal else "it is not proven that all of them are needed"
    return [f"these limits cannot hold together, whatever the others are; {sure}:", *map(_listed, conflict)]


def repairs_words(repairs: Sequence[Repair], conflict: Sequence[Member]) -> list[str]:
    """What makes a plan possible, a line for each change."""
    if repairs:
        return ["", "one change of these makes a plan possible:", *(f"  {_repair(each)}" for each in repairs)]
    if conflict and all(each.alone == "proven no" for each in conflict):
        return ["", "no change of a single one of these makes a plan possible, which is proven"]
    return []


def _listed(member: Member) -> str:
    return f"  {member.path}{_at(member.place)}: {_values(member)}"


def _repair(repair: Repair) -> str:
    """What to change, and what is known of it."""
    sure = "" if repair.verified else "; not verified"
    if repair.way == "off":
        return f"{repair.kind}: {_lifting(repair)}{sure}"
    if repair.way == "sooner":
        by = f"{_number(repair.amount)} period{'' if repair.amount == 1.0 else 's'} sooner"
        return f"{repair.kind}: have {repair.path}{_at(repair.place)} {by}{_least(repair)}{sure}"
    if repair.way in ("later", "earlier"):
        by = f"{_number(repair.amount)} period{'' if repair.amount == 1.0 else 's'} {repair.way}"
        return f"{repair.kind}: {repair.path}{_at(repair.place)} {by}, {repair.value}{_least(repair)}{sure}"
    when = "" if not repair.first else f" from {repair.first} to {repair.last}"
    when = f" in {repair.first}" if repair.first and repair.first == repair.last else when
    verb, path = WAY[repair.way], f"{repair.path}{_at(repair.place)}"
    changed = [(a, b) for a, b in zip(repair.before, repair.after, strict=True) if a != b]
    if len(set(changed)) == 1:
        before, after = changed[0]
        moved = f"from {_number(before)} to {_number(after)}{_unit(repair.unit)}"
    else:
        moved = f"by {_number(repair.amount)}{_unit(repair.unit)}"
    return f"{repair.kind}: {verb} {path} {moved}{when}{_least(repair)}{sure}"


def _lifting(repair: Repair) -> str:
    path = f"{repair.path}{_at(repair.place)}"
    if repair.value is True or isinstance(repair.value, str):
        return f"set {path} to {str(repair.value).lower()}"
    return f"lift {path}"


def _least(repair: Repair) -> str:
    if repair.not_enough <= 0.0 and not repair.least:
        return " (less may do)"
    if repair.not_enough <= 0.0:
        return ""
    rest = "" if repair.least else "; between the two is not decided"
    return f" (by {_number(repair.not_enough)}{_unit(repair.unit)} is proven not to be enough{rest})"


def _values(member: Member) -> str:
    if member.way in ("later", "earlier"):
        return str(member.value)
    if member.way == "off":
        return ", ".join(map(str, member.value)) if isinstance(member.value, list) else str(member.value).lower()
    low, high = min(member.values), max(member.values)
    return (_number(low) if low == high else f"{_number(low)} to {_number(high)}") + _unit(member.unit)


def _unit(unit: str) -> str:
    return f" {unit}" if unit and unit not in ("share", "own unit") else ""


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def _number(number: float) -> str:
    return f"{number:,.6f}".rstrip("0").rstrip(".")
