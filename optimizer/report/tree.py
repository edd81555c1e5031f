"""What a plan of a tree says, on a terminal: from its tree.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from optimizer.contract.objectives import SHARES
from optimizer.report.numbers import money, percent

Data = Mapping[str, Any]

MEASURES = {
    "expected": "expected",
    "cvar": "with its worst cases",
    "worst": "in the worst scenario",
    "regret": "at most behind what each scenario could be alone:",
}


def tree_words(data: Data) -> str:
    """The text: what is proven, what is committed now, what each scenario comes to, what the tree is worth."""
    parts = [_head(data), _now(data), _scenarios(data), _worth(data)]
    return "\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def amount(name: str, value: float | None) -> str:
    """A value of an objective."""
    return "n/a" if value is None else percent(value, 3) if name in SHARES else money(value)


def interval(name: str, between: Data | None) -> str:
    """An interval of an objective: ``$11.0 m to $12.3 m``, one amount where both ends are the same as shown."""
    if between is None:
        return "n/a"
    low, high = (amount(name, between[end]) for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _head(data: Data) -> Iterator[str]:
    count = len(data["leaves"])
    scenarios = f"{count} scenario{'s' if count > 1 else ''}"
    yield f"{data['name']}: {data['title'] or data['base']}, {scenarios}, {data['status']}"
    for level in data["levels"]:
        name = str(level["name"])
        gap = "" if level["gap_share"] is None else f", within {percent(level['gap_share'], 2)}"
        bound = "" if level["bound"] is None else f", proven {amount(name, level['bound'])}{gap}"
        measure = MEASURES[data["risk"]["measure"]]
        yield f"  {name.replace('_', ' ')}, {measure} {amount(name, level['value'])}{bound}"
    if sampled := data["sampled"]:
        yield (
            f"  {sampled['kept']} of {sampled['drawn']} paths drawn (seed {sampled['seed']}); "
            f"{percent(sampled['share'])} of the distance of all to one is lost"
        )


def _now(data: Data) -> Iterator[str]:
    for node in data["nodes"]:
        if not node["decisions"]:
            continue
        when = "now" if node["parent"] is None else f"from {node['from']} ({percent(node['reached'])})"
        words = "; ".join(f"{table.replace('_', ' ')}: {len(rows)}" for table, rows in node["decisions"].items())
        yield f"  {node['name']}, {when}: {words}"


def _scenarios(data: Data) -> Iterator[str]:
    name = str(data["levels"][0]["name"]) if data["levels"] else ""
    alone = (data["worth"] or {}).get("alone", {})
    raised = (data["rescue"] or {}).get("raised_musd", {})
    for leaf in data["leaves"]:
        own = f", alone {interval(name, alone[leaf['name']])}" if leaf["name"] in alone else ""
        rescue = f", {money(raised[leaf['name']])} from outside" if raised.get(leaf["name"]) else ""
        value = amount(name, leaf["metrics"].get(name))
        yield f"  {leaf['name']} ({percent(leaf['probability'])}): {value}{own}{rescue}"


def _worth(data: Data) -> Iterator[str]:
    worth = data["worth"]
    if worth is None:
        return
    name = str(data["levels"][0]["name"])
    yield f"  knowing everything today would be worth {signed(name, worth['evpi'])}"
    single = worth["single_plan"]
    if single is None:
        yield "  no plan for one forecast was found in time"
    elif single["stops_in"]:
        yield f"  the plan for one forecast cannot go on in {', '.join(single['stops_in'])}"
    elif worth["vss"] is not None:
        yield f"  deciding by scenario is worth {signed(name, worth['vss'])} beside the plan for one forecast"


def signed(name: str, between: Data) -> str:
    """An interval with what its sign says."""
    words = interval(name, between)
    return f"{words} (no sign at this gap)" if between["sign"] == 0 and between["low"] != between["high"] else words
