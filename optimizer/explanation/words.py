"""An explanation in words, with amounts in business units and periods by their labels."""

from __future__ import annotations

from optimizer.explanation.explanation import Explanation, Member, Repair

WAY = {"more": "raise", "less": "lower", "later": "move", "earlier": "move", "off": "lift"}
MOST_IN_A_LINE = 3


def cause(found: Explanation) -> str:
    """The conflict in one line; empty if nothing is known of it."""
    if found.status != "infeasible" or not found.proven:
        return ""
    if not found.conflict:
        return "no limit is the cause: with all of them at their widest there is no plan either"
    shown = [f"{each.path}{_at(each.place)}" for each in found.conflict[:MOST_IN_A_LINE]]
    more = len(found.conflict) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"{listed} cannot hold {'together' if len(found.conflict) > 1 else 'with the rest of the file'}"


def words(found: Explanation) -> str:
    """All that is known, a line each."""
    if found.status == "feasible":
        return f"{found.instance}: there is a plan, and nothing to explain"
    if found.status == "not decided":
        return f"{found.instance}: in {found.seconds:.1f} s neither a plan was found nor proven that there is none"
    lines = [f"{found.instance}: proven infeasible{_integers(found)}", *_conflict(found)]
    if found.repairs:
        lines += ["", "one change of these makes a plan possible:", *(f"  {_repair(each)}" for each in found.repairs)]
    elif found.proven and found.conflict and all(each.alone == "proven no" for each in found.conflict):
        lines += ["", "no change of a single one of these makes a plan possible, which is proven"]
    if not found.complete:
        lines += ["", f"the time was up after {found.seconds:.1f} s: there may be more to know"]
    return "\n".join(lines)


def _integers(found: Explanation) -> str:
    return ", by whole numbers: with parts of lots, phases or contracts there would be a plan" * bool(
        found.whole_numbers
    )


def _conflict(found: Explanation) -> list[str]:
    if not found.proven:
        return ["the limits that cannot hold together were not found in time"]
    if not found.conflict:
        return [cause(found)]
    sure = "none of them can be left out" if found.minimal else "it is not proven that all of them are needed"
    return [f"these limits cannot hold together, whatever the others are; {sure}:", *map(_listed, found.conflict)]


def _listed(member: Member) -> str:
    return f"  {member.path}{_at(member.place)}: {_values(member)}"


def _repair(repair: Repair) -> str:
    """What to change, and what is known of it."""
    sure = "" if repair.verified else "; not verified"
    if repair.way == "off":
        return f"{repair.kind}: lift {repair.path}{_at(repair.place)}{sure}"
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


def _least(repair: Repair) -> str:
    if repair.not_enough <= 0.0 and not repair.least:
        return " (less may do)"
    if repair.not_enough <= 0.0:
        return ""
    rest = "" if repair.least else "; between the two is not decided"
    return f" (by {_number(repair.not_enough)}{_unit(repair.unit)} is proven not to be enough{rest})"


def _values(member: Member) -> str:
    if member.way == "off":
        return "true"
    if member.way in ("later", "earlier"):
        return f"period {_number(member.values[0])}"
    low, high = min(member.values), max(member.values)
    return (_number(low) if low == high else f"{_number(low)} to {_number(high)}") + _unit(member.unit)


def _unit(unit: str) -> str:
    return f" {unit}" if unit and unit not in ("share", "own unit") else ""


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def _number(number: float) -> str:
    return f"{number:,.6f}".rstrip("0").rstrip(".")
