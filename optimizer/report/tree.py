"""What a plan of a tree says, on a terminal: from its tree.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.contract.decisions import COMMITTING
from optimizer.contract.objectives import SHARES
from optimizer.contract.scenario_value import scenario_value
from optimizer.report.numbers import money, percent

Data = Mapping[str, Any]

MOST = 12
"""So many rows, nodes or scenarios are shown; all are in tree.json."""
MEASURES = {
    "expected": "expected",
    "cvar": "with its worst cases",
    "worst": "in the worst scenario",
    "regret": "at most behind what each scenario could be alone:",
}


def tree_words(data: Data) -> str:
    """The text: what is proven, what is committed now, what each scenario comes to, what the tree is worth."""
    parts = [_head(data), _now(data), _scenarios(data), _worth(data), _waits(data), _breaks(data)]
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
    yield from (f"  {words}" for words in level_words(data))
    if words := sampled_words(data):
        yield f"  {words}"


def level_words(data: Data) -> Iterator[str]:
    """What every level comes to over the scenarios, and what is proven of it."""
    for level in data["levels"]:
        name = str(level["name"])
        gap = "" if level["gap_share"] is None else f", within {percent(level['gap_share'], 2)}"
        bound = "" if level["bound"] is None else f", proven {amount(name, level['bound'])}{gap}"
        measure = MEASURES[data["risk"]["measure"]]
        yield f"{name.replace('_', ' ')}, {measure} {amount(name, level['value'])}{bound}"


def sampled_words(data: Data) -> str:
    """How scenarios were drawn; nothing where they are written down."""
    sampled = data["sampled"]
    if not sampled:
        return ""
    return (
        f"{sampled['kept']} of {sampled['drawn']} paths drawn (seed {sampled['seed']}); "
        f"{percent(sampled['share'])} of the distance of all to one is lost"
    )


def _now(data: Data) -> Iterator[str]:
    """What is committed now, row by row, and how much is left to each node."""
    root = next(node for node in data["nodes"] if node["parent"] is None)
    yield f"committed now ({root['name']})" + ("" if root["decisions"] else ": nothing")
    for table, rows in root["decisions"].items():
        if table in COMMITTING:
            yield f"  {table.replace('_', ' ')}: {'; '.join(_row(row) for row in rows[:MOST])}{_more(rows)}"
    later = [node for node in data["nodes"] if node["parent"] is not None]
    if later:
        yield "decided later"
    for node in later[:MOST]:
        words = "; ".join(f"{table.replace('_', ' ')}: {len(rows)}" for table, rows in node["decisions"].items())
        yield f"  {node['name']}, from {node['from']} ({percent(node['reached'])}): {words or 'nothing'}"
    if len(later) > MOST:
        yield f"  and {len(later) - MOST} more, in tree.json"


def _row(row: Data) -> str:
    """A decision in words: its names and period, but for what is not known yet, and its amount."""
    *keys, value = row.values()
    number = f"{value:,.0f}" if isinstance(value, (int, float)) else str(value)
    return f"{' '.join(str(each) for each in keys if each is not None)} {number}"


def _more(rows: Sequence[Any]) -> str:
    return f"; and {len(rows) - MOST} more" if len(rows) > MOST else ""


def _scenarios(data: Data) -> Iterator[str]:
    name = str(data["levels"][0]["name"]) if data["levels"] else ""
    alone = (data["worth"] or {}).get("alone", {})
    raised = (data["rescue"] or {}).get("raised_musd", {})
    leaves = data["leaves"]
    yield f"{name.replace('_', ' ')} by scenario"
    for leaf in leaves[:MOST]:
        own = f", alone {interval(name, alone[leaf['name']])}" if leaf["name"] in alone else ""
        rescue = f", {money(raised[leaf['name']])} from outside" if raised.get(leaf["name"]) else ""
        value = amount(name, scenario_value(data, leaf))
        yield f"  {leaf['name']} ({percent(leaf['probability'])}): {value}{own}{rescue}"
    if len(leaves) > MOST:
        yield f"  and {len(leaves) - MOST} more, in tree.json"
    if raised and any(raised.values()):
        least = [name for name, musd in raised.items() if musd > 0.0]
        yield f"  money from outside is raised in {len(least)} of {len(leaves)} scenarios"


def _worth(data: Data) -> Iterator[str]:
    if data["worth"] is None:
        return
    yield "what it is worth"
    yield from (f"  {words}" for words in worth_words(data))


def worth_words(data: Data) -> Iterator[str]:
    """What knowing today would be worth, and what deciding by scenario is worth; nothing where it is not known."""
    worth = data["worth"]
    if worth is None:
        return
    name = str(data["levels"][0]["name"])
    yield f"knowing everything today would be worth {signed(name, worth['evpi'])}"
    single = worth["single_plan"]
    if single is None:
        yield "no plan for one forecast was found in time"
    elif single["stops_in"]:
        nearest = f"; that of {worth['nearest']} can" if worth["nearest"] else ""
        yield f"the plan for one forecast cannot go on in {', '.join(single['stops_in'])}{nearest}"
    elif worth["vss"] is not None:
        yield f"deciding by scenario is worth {signed(name, worth['vss'])} beside the plan for one forecast"


def _waits(data: Data) -> Iterator[str]:
    """What waiting is worth by site and framework, where it was asked."""
    if not (waits := data.get("waits")):
        return
    name = str(data["levels"][0]["name"])
    yield "what it is worth not to begin now"
    for wait in waits:
        if wait["waiting"] is None:
            side = "begun now" if wait["now"] is None else "left for later"
            yield f"  {wait['kind']} {wait['name']}: it cannot be {side}; this plan: {wait['decided']}"
        else:
            yield f"  {wait['kind']} {wait['name']}: {signed(name, wait['waiting'])}; this plan: {wait['decided']}"


def _breaks(data: Data) -> Iterator[str]:
    """How likely covenants break if the plan for one forecast is followed, where it was asked."""
    if (found := data.get("breaks")) is None:
        return
    yield "covenants, if the plan for one forecast were followed"
    for each in found["covenants"]:
        words = {"not_followed": "no plan is left of it in", "not_decided": "not decided"}
        open_ = "".join(f", {said} {percent(each[column])}" for column, said in words.items() if each[column])
        where = f": {', '.join(each['scenarios'][:MOST])}" if each["scenarios"] else ""
        yield f"  {each['covenant']} breaks with {percent(each['probability'])}{open_}{where}"
    if not found["covenants"]:
        yield "  there are none"


def signed(name: str, between: Data) -> str:
    """An interval with what its sign says."""
    words = interval(name, between)
    return f"{words} (no sign at this gap)" if between["sign"] == 0 and between["low"] != between["high"] else words
