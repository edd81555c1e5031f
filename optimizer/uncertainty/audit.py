"""An audit of a tree that was kept: from tree.json and the plans of its scenarios alone, without model or solver.

Each plan is replayed by the ordinary audit. What is asked beside that is what makes them one plan::

    probability  those of siblings sum to 1, that of a scenario is the product along its path
    shared       what is decided before two scenarios part is the same in both: by the period of each row, for units by
                 their delivery, for a framework or a facility by the first period of its window, for how late a
                 contract is accepted by then, for its renewal by the last period of its first term
    expectation  the value of each level of money is the measure of what the scenarios come to, rescue included
    bound        no level is better than its bound; that of the first is what is proven of its parts together, each at
                 prices that cancel over all of them, at which no part of the plan is better than what is proven of it
    worth        WS, EVPI and VSS follow from what each scenario comes to alone, and from the first level
    tables       each file of a table is what tree.json and the plans make
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from optimizer.auditing import audit_folder
from optimizer.contract.decisions import TABLES, Decisions
from optimizer.contract.objectives import MAXIMISED, SHARES
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import to_csv
from optimizer.plan.run_schema import RunError
from optimizer.uncertainty.kept import tree_record
from optimizer.uncertainty.objectives import risk_of
from optimizer.uncertainty.record import TreeRecord
from optimizer.uncertainty.tables import TREE_FILES, tree_tables
from optimizer.uncertainty.tree import Risk

RULES = ("run", "probability", "shared", "expectation", "bound", "worth", "tables")
SAME = 1e-6
"""Amounts that differ by less, as a share of their size where that is more than 1, are the same."""

EXACT = 1e-9
"""What prices of a column may leave of each other, as a share of what they come to without signs."""

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold: where, and by how much."""

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.message}"


def audit_tree(folder: str | os.PathLike[str]) -> list[Broken]:
    """What is wrong with a tree that was kept; nothing where all rules hold. Raises RunError if it cannot be read."""
    record = tree_record(folder)
    data, plans = record.data, record.plans
    try:
        found = [
            Broken("run", str(leaf["name"]), f"the audit of {leaf['run']} fails")
            for leaf in data["leaves"]
            if not audit_folder(Path(folder) / str(leaf["run"])).passed
        ]
        if record.single is not None:
            run = str(data["worth"]["single_plan"]["run"])
            found += (
                [] if audit_folder(Path(folder) / run).passed else [Broken("run", run, f"the audit of {run} fails")]
            )
        return [*found, *checked_tree(data, plans), *_tables(record, Path(folder))]
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise RunError(f"{folder}: tree.json is damaged: {type(error).__name__}: {error}") from None


def checked_tree(data: Data, plans: Mapping[str, Plan]) -> Iterator[Broken]:
    """The rules of a tree, of its tree.json and its plans by leaf."""
    yield from _probabilities(data)
    yield from _shared(data, plans)
    yield from _expectations(data, plans)
    yield from _proven(data, plans)
    yield from _worth(data)


def _tables(record: TreeRecord, folder: Path) -> Iterator[Broken]:
    tables = tree_tables(record)
    for path, name in TREE_FILES.items():
        try:
            written = (folder / path).read_bytes()
        except OSError as error:
            yield Broken("tables", path, f"cannot be read: {error.strerror}")
            continue
        if written != to_csv(tables[name]).encode():
            yield Broken("tables", path, "is not what tree.json and the plans of the scenarios make")


def _far(one: float, other: float) -> bool:
    return abs(one - other) > SAME * max(1.0, abs(one), abs(other))


def _probabilities(data: Data) -> Iterator[Broken]:
    nodes = {node["name"]: node for node in data["nodes"]}
    parents = {node["parent"] for node in data["nodes"] if node["parent"] is not None}
    for parent in sorted(parents):
        total = math.fsum(node["probability"] for node in data["nodes"] if node["parent"] == parent)
        if _far(total, 1.0):
            yield Broken("probability", parent, f"the probabilities of what follows come to {total:g}")
    for leaf in data["leaves"]:
        product = math.prod(nodes[name]["probability"] for name in leaf["path"])
        if _far(product, leaf["probability"]):
            yield Broken("probability", leaf["name"], f"{leaf['probability']:g} is not {product:g}, that of its path")
        for before, after in pairwise(leaf["path"]):
            if nodes[after]["parent"] != before:
                yield Broken("probability", leaf["name"], f"`{after}` does not follow `{before}`")


def _shared(data: Data, plans: Mapping[str, Plan]) -> Iterator[Broken]:
    starts = {node["name"]: node["from"] for node in data["nodes"]}
    known: dict[tuple[str, str], dict[tuple[Any, ...], float]] = {}
    first: dict[tuple[str, str], str] = {}
    for leaf in data["leaves"]:
        plan = plans[leaf["name"]]
        index = plan.instance.periods.index
        path = [(index(starts[name]), name) for name in leaf["path"]]
        own: dict[tuple[str, str], dict[tuple[Any, ...], float]] = {}
        for table in TABLES.values():
            for _, name in path:
                own[name, table.name] = {}
            for row in plan.decisions.get(table.name, ()):
                for period, key in _pieces(plan.instance, table, row):
                    owner = [name for start, name in path if start <= period][-1]
                    own[owner, table.name][key] = float(row[table.value])
        for place, rows in own.items():
            if place not in known:
                known[place], first[place] = rows, leaf["name"]
                continue
            for key in {**known[place], **rows}:
                one, other = known[place].get(key, 0.0), rows.get(key, 0.0)
                if _far(one, other):
                    what = (
                        f"{place[1]} {' '.join(map(str, key))}: {one:g} in {first[place]}, {other:g} in {leaf['name']}"
                    )
                    yield Broken("shared", place[0], what)


def _pieces(instance: Instance, table: Decisions, row: Data) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """What of a row is decided in which period; nothing of one that says none."""
    if table.name != "contracts":
        period = _decided(instance, table.name, row)
        if period is not None:
            yield period, tuple(row[key] for key in table.keys)
        return
    terms, calendar, last = instance.contracts[row["contract"]], instance.periods, instance.periods.periods
    signed, before = calendar.index(row["period"]), terms.opening
    is_served = before is not None and before.acceptance is None
    stop = None if is_served else terms.long_stop_periods
    yield signed, (row["contract"], "signed", row["period"])
    # that its customer ends it is known when the last delay that it bears is over
    delay = min(row["late"], row["late"] if stop is None else stop)
    if before is None:
        accepted = calendar.holding(calendar.end(signed) + terms.acceptance_lag_periods + delay)
    elif before.acceptance is None:
        accepted = 1 - before.service_periods
    else:
        accepted = calendar.holding(calendar.end(calendar.index(before.acceptance) - 1) + 1 + delay)
    if stop is not None:
        yield min(max(1, accepted), last), (row["contract"], row["late"], "periods late", row["period"])
    served = [calendar.elapsed(accepted - 1, t) for t in range(last + 1)]
    if (
        row["renewals"]
        and terms.renewal is not None
        and terms.renewal.kind == "choice"
        and served[0] < terms.term_periods
    ):
        over = next((t for t, gone in enumerate(served) if gone >= terms.term_periods), last)
        # a period in which the second term begins already is late for a decision, unless the first begins in it, too
        over -= served[over] > terms.term_periods
        yield max(1, min(accepted, last), over), (row["contract"], "renewed", row["period"])


def _decided(instance: Instance, table: str, row: Data) -> int | None:
    """The period in which a row is decided; None where it says none."""
    calendar = instance.periods
    if table == "frameworks":
        offer = instance.hardware[row["offer"]]
        return calendar.window(offer.first_order, offer.last_order).start
    if table == "facilities":
        debt = instance.debt[row["instrument"]]
        return min(calendar.window(debt.first_draw, debt.last_draw).start, calendar.periods)
    if "period" not in row:
        return None
    period = calendar.index(row["period"])
    if table == "allocations":
        return min(calendar.later(period, instance.hardware[row["offer"]].lead_periods), calendar.periods)
    return period


def _expectations(data: Data, plans: Mapping[str, Plan]) -> Iterator[Broken]:
    weights = [float(leaf["probability"]) for leaf in data["leaves"]]
    risk = Risk(**data["risk"])
    slacks: dict[str, float] = {
        str(each.name): each.slack_share + each.slack_musd for each in next(iter(plans.values())).instance.objectives
    }
    for i, level in enumerate(data["levels"]):
        name = str(level["name"])
        sign = -1.0 if name in MAXIMISED else 1.0
        if level["bound"] is not None and sign * (level["bound"] - level["value"]) > SAME * max(
            1.0, abs(level["value"])
        ):
            yield Broken("bound", name, f"{level['value']:g} is better than the bound, {level['bound']:g}")
        later = i + 1 < len(data["levels"]) and slacks.get(name, 0.0) > 0.0
        if name in SHARES or level["inserted"] or later or risk.measure == "regret":
            continue
        values = [_value(data, plans[leaf["name"]], leaf, name, sign) for leaf in data["leaves"]]
        wanted = risk_of(values, weights, risk, name not in MAXIMISED)
        if _far(wanted, level["value"]):
            yield Broken("expectation", name, f"{level['value']:g} is not {wanted:g}, what the scenarios come to")


def _value(data: Data, plan: Plan, leaf: Data, name: str, sign: float) -> float:
    """What a scenario comes to, the price of what is raised in need included."""
    value = plan.metrics[name]
    assert value is not None
    rescue = data["rescue"]
    return value + (0.0 if rescue is None else sign * rescue["price_share"] * rescue["raised_musd"][leaf["name"]])


def _proven(data: Data, plans: Mapping[str, Plan]) -> Iterator[Broken]:
    """The parts of what is proven of the first level, where it has any: the file then says it is their sum."""
    parts, level = data["search"].get("proven", ()), data["levels"][0]
    if not parts:
        return
    name, sign = str(level["name"]), -1.0 if level["name"] in MAXIMISED else 1.0
    leaves = {leaf["name"]: leaf for leaf in data["leaves"]}
    if sorted(each for part in parts for each in part["leaves"]) != sorted(leaves):
        yield Broken("bound", name, "the parts of what is proven are not every scenario once")
        return
    chances = [math.fsum(leaves[each]["probability"] for each in part["leaves"]) for part in parts]
    together = math.fsum(chance * part["bound"] for chance, part in zip(chances, parts, strict=True))
    if level["bound"] is None or _far(together, level["bound"]):
        yield Broken("bound", name, f"{level['bound']} is not {together:g}, what is proven of its parts together")
    at = [{(each["node"], each["column"]): each for each in part["prices"]} for part in parts]
    for key in sorted({key for prices in at for key in prices}):
        paid = [chance * prices[key]["musd"] for chance, prices in zip(chances, at, strict=True) if key in prices]
        if abs(math.fsum(paid)) > EXACT * math.fsum(map(abs, paid)):
            yield Broken("bound", name, f"prices of {key[1]} come to {math.fsum(paid):g} over all parts, and not to 0")
        if len({prices[key]["plan"] for prices in at if key in prices}) > 1:
            yield Broken("bound", name, f"{key[1]}, which `{key[0]}` decides, is not the same in all parts")
    for chance, part in zip(chances, parts, strict=True):
        values = [_value(data, plans[each], leaves[each], name, sign) for each in part["leaves"]]
        paid = [each["musd"] * each["plan"] for each in part["prices"]]
        weights = [leaves[each]["probability"] / chance for each in part["leaves"]]
        comes_to = math.fsum([*paid, *(weight * value for weight, value in zip(weights, values, strict=True))])
        if sign * (part["bound"] - comes_to) > SAME * max(1.0, abs(comes_to), *map(abs, paid)):
            what = f"{comes_to:g} in {', '.join(part['leaves'])} is better than what is proven, {part['bound']:g}"
            yield Broken("bound", name, what)


def _worth(data: Data) -> Iterator[Broken]:
    worth = data["worth"]
    if worth is None:
        return
    level = data["levels"][0]
    chance = {leaf["name"]: leaf["probability"] for leaf in data["leaves"]}
    ends = {
        end: math.fsum(chance[name] * each[end] for name, each in worth["alone"].items())
        for end in ("low", "high")
        if all(each[end] is not None for each in worth["alone"].values())
    }
    yield from _same("waiting", worth["waiting"], ends)
    if level["bound"] is None or len(ends) < 2:
        return
    sign = -1.0 if level["name"] in MAXIMISED else 1.0
    together = sorted((sign * level["bound"], sign * level["value"]))
    alone = sorted(sign * end for end in ends.values())
    yield from _same("evpi", worth["evpi"], {"low": together[0] - alone[1], "high": together[1] - alone[0]})
    single = worth["single_plan"]
    if single is not None and single["value"] is not None and None not in single["value"].values():
        beside = sorted(sign * single["value"][end] for end in ("low", "high"))
        yield from _same("vss", worth["vss"], {"low": beside[0] - together[1], "high": beside[1] - together[0]})


def _same(name: str, stated: Data, wanted: Mapping[str, float]) -> Iterator[Broken]:
    for end, value in wanted.items():
        if stated[end] is not None and _far(stated[end], value):
            yield Broken("worth", f"{name}, {end}", f"{stated[end]:g} is not {value:g}")


def names() -> str:
    """The rules in a line."""
    return ", ".join(RULES)
