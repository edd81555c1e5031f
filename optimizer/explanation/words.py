"""An explanation in words, with amounts in business units and periods by their labels."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.explanation.limits import KINDS
from optimizer.explanation.parts import Bound, Growth, Member, Pair, Refusal, Repair

MOST_STEPS = 5
"""Of values of more steps than this the lowest and the highest are told."""

WAY = {"more": "raise", "less": "lower", "later": "move", "earlier": "move", "off": "lift"}
MOST_IN_A_LINE = 3
MOST_TOLD = 12
"""Of a conflict of more limits than this, those of which little is known are listed in short."""


def cause(conflict: Sequence[Member]) -> str:
    """A proven conflict in one line; empty if there is nothing to say of it yet."""
    if not conflict:
        return "no limit is the cause: with all of them at their widest there is no plan either"
    if len(conflict) > MOST_TOLD:
        sure = [each for each in conflict if each.alone == "yes"]
        return f"{_named(sure)} cannot hold together with others, which were not found in time" if sure else ""
    return f"{_named(conflict)} cannot hold {'together' if len(conflict) > 1 else 'with the rest of the file'}"


def _named(conflict: Sequence[Member]) -> str:
    """The first few of some limits."""
    shown = [f"{each.path}{_at(each.place)}" for each in conflict[:MOST_IN_A_LINE]]
    more = len(conflict) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def refusals_words(refusals: Sequence[Refusal]) -> list[str]:
    """What checks say before a model is built, a line for each."""
    if not refusals:
        return []
    said = (f"  {each.message}{_at(each.place)}" for each in refusals)
    return ["so say the checks, before any model is built:", *said]


def conflict_words(conflict: Sequence[Member], minimal: bool, limits: int) -> list[str]:
    """A proven conflict of one that has so many limits: a line for each, but for those of which little is known."""
    if not conflict:
        return [cause(conflict)]
    sure = "none of them can be left out" if minimal else "it is not proven that all of them are needed"
    first = f"these limits cannot hold together, whatever the others are; {sure}:"
    if len(conflict) <= MOST_TOLD:
        return [first, *map(_listed, conflict)]
    every = [member for member in conflict if member.alone == "yes" or member.needed]
    rest = [member for member in conflict if member not in every]
    if len(conflict) == limits:
        told = f"which of the {limits} limits cannot hold together was not found in time"
        return [f"{told}; these belong to them in any case:" if every else told, *map(_listed, every)]
    by_kind = {kind: [member.path for member in rest if member.kind == kind] for kind in KINDS}
    others = [f"  of {kind}, perhaps: {', '.join(paths)}" for kind, paths in by_kind.items() if paths]
    gone = [kind for kind in KINDS if not by_kind[kind] and not any(member.kind == kind for member in every)]
    none = [f"  none is of {_either(gone)}, which is proven"] if gone else []
    return [first, *map(_listed, every), *others, *none]


def _either(words: Sequence[str]) -> str:
    """Words with an "or" before the last one."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


RANKED = ", the cheapest first"


def repairs_words(repairs: Sequence[Repair], conflict: Sequence[Member], ranked: bool = False) -> list[str]:
    """What makes a plan possible, a line for each change."""
    if repairs:
        return [
            "",
            f"one change of these makes a plan possible{RANKED if ranked else ''}:",
            *(f"  {n}. {_repair(each)}" for n, each in enumerate(repairs, 1)),
        ]
    if conflict and all(each.alone == "proven no" for each in conflict):
        return ["", "no change of a single one of these makes a plan possible, which is proven"]
    return []


def pairs_words(pairs: Sequence[Pair], ranked: bool = False) -> list[str]:
    """What makes a plan possible only together, two lines for each pair."""
    if not pairs:
        return []
    first = "two changes together make a plan possible, each as little as goes with the other one"
    lines = ["", f"{first}{RANKED if ranked else ''}:"]
    for number, pair in enumerate(pairs, 1):
        one, other = pair.changes
        lines += [f"  {number}. {_repair(one)}", f"     and {_repair(other)}"]
    return lines


def costs_words(idle: Sequence[str]) -> list[str]:
    """Costs of repairs that are about nothing that can be changed."""
    return ["", f"repair_costs without a limit that can be changed: {', '.join(idle)}"] if idle else []


def growth_words(grows: Sequence[Growth], bounds: Sequence[Bound]) -> list[str]:
    """What grows without a limit in a line, then what would end it."""
    told = [f"{each.thing}: {each.words}" if each.thing else each.words for each in grows]
    shown = ", ".join(dict.fromkeys(told)) or "money that no decision of the plan moves"
    lines = [f"these grow together without a limit: {shown}"]
    enough = [each for each in bounds if each.enough]
    lines += [f"  a limit ends it: {each.path}{_at(each.place)}, which is not given" for each in enough]
    if not enough and bounds:
        lines.append(f"  no single limit ends it; not given are {', '.join(each.path for each in bounds)}")
    return lines


def _listed(member: Member) -> str:
    return f"  {member.path}{_at(member.place)}: {_values(member)}"


def _repair(repair: Repair) -> str:
    """What to change, what it costs, and what is known of it."""
    sure = "" if repair.cost is None else f"; costs {_rounded(repair.cost)}"
    sure += "" if repair.verified else "; not verified"
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
    if repair.unit == "periods" and repair.amount <= 1.0:
        return ""
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
    if low == high:
        return _number(low) + _unit(member.unit)
    return _steps(member) or f"{_number(low)} to {_number(high)}{_unit(member.unit)}"


def _steps(member: Member) -> str:
    """Values that change with the periods, step by step; empty if there are many."""
    labels, values = member.periods, member.values
    starts = [i for i in range(len(labels)) if i == 0 or values[i] != values[i - 1]]
    if not 1 < len(starts) <= MOST_STEPS:
        return ""
    told: list[str] = []
    for first, after in zip(starts, [*starts[1:], len(labels)], strict=True):
        when = "in" if after == first + 1 < len(labels) else "from"
        when += f" {labels[first]}" + (f" to {labels[after - 1]}" if first + 1 < after < len(labels) else "")
        told.append(f"{_number(values[first])}{_unit(member.unit) if not told else ''} {when}")
    return ", ".join(told)


def _unit(unit: str) -> str:
    return f" {unit}" if unit and unit not in ("share", "own unit") else ""


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def _number(number: float) -> str:
    return f"{number:,.6f}".rstrip("0").rstrip(".")


def _rounded(cost: float) -> str:
    """A cost to three digits, as the amount that it is one of."""
    return f"{float(f'{cost:.3g}'):,.12g}"
