"""The tables of a tree plan: what is committed now, what waits, how what comes of it is spread, what the tree is worth.

They are made from tree.json and the plans of the scenarios alone, so that a kept tree shows the same; the audit of a
tree makes them again. Amounts are in the unit that stands beside them, ``_musd`` in USD million.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from optimizer.contract.decisions import COMMITTING, TABLES
from optimizer.contract.objectives import MAXIMISED
from optimizer.contract.scenario_value import scenario_value
from optimizer.plan.plan import Plan
from optimizer.plan.table import Cell, Table
from optimizer.uncertainty.bands import bands
from optimizer.uncertainty.record import TreeRecord
from optimizer.uncertainty.spread import mean, quantile, spread

Data = Mapping[str, Any]
Row = dict[str, Cell]
Place = tuple[str, str, str]
"""A table of decisions, the names of a row in it, and its period, which is empty for what has none."""


def placed(table: str, row: Data) -> Place:
    """Where a decision stands."""
    keys = TABLES[table].keys
    names = " ".join(str(row[key]) for key in keys if key != "period" and row[key] not in (None, ""))
    return table, names, str(row.get("period", "")) if "period" in keys else ""


def committed(record: TreeRecord) -> Table:
    """What is committed now: the root's starts, orders, signatures, draws and rounds, with what each costs or brings.

    ``musd`` is what a start or an order costs in all, and what a draw or a round brings; empty where neither is known.
    """
    cost = _costs(record.first)
    rows = []
    for table, found in record.root["decisions"].items():
        if table in COMMITTING:
            rows += [_amount(table, row) | {"musd": _musd(table, row, cost)} for row in found]
    return Table.of(("table", "name", "period", "amount", "unit", "musd"), rows)


def _amount(table: str, row: Data) -> Row:
    where, name, period = placed(table, row)
    unit = TABLES[table].value
    return {"table": where, "name": name, "period": period, "amount": float(row[unit]), "unit": unit}


def _musd(table: str, row: Data, cost: Mapping[Place, float]) -> float | None:
    return float(row["musd"]) if TABLES[table].value == "musd" else cost.get(placed(table, row))


def _costs(plan: Plan) -> dict[Place, float]:
    """What starts and orders of a plan cost in all, as its own tables say it."""
    found: dict[Place, float] = {}
    for row in plan.rows("site_starts").records():
        found["phase_starts", f"{row['site']} {row['phase']}", str(row["start"])] = _number(row["cost_musd"])
    for row in plan.rows("purchases").records():
        place = "orders", str(row["offer"]), str(row["order_period"])
        found[place] = found.get(place, 0.0) + _number(row["total_musd"])
    return found


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def beside_forecast(record: TreeRecord) -> Table:
    """What is committed now beside what the plan for one forecast commits by the same time; empty without that plan."""
    single = (record.data["worth"] or {}).get("single_plan") or {}
    columns = ("table", "name", "period", "unit", "tree", "forecast", "difference")
    if "decisions" not in single:
        return Table.of(columns, [])
    sides = [_by_place(record.root["decisions"]), _by_place(single["decisions"])]
    rows: list[Row] = []
    for place in dict.fromkeys([*sides[0], *sides[1]]):
        tree, forecast = (side.get(place, 0.0) for side in sides)
        table, name, period = place
        rows.append(
            {
                "table": table,
                "name": name,
                "period": period,
                "unit": TABLES[table].value,
                "tree": tree,
                "forecast": forecast,
                "difference": tree - forecast,
            }
        )
    order = {table: i for i, table in enumerate(COMMITTING)}
    rows.sort(key=lambda row: (order[str(row["table"])], str(row["name"]), str(row["period"])))
    return Table.of(columns, rows)


def _by_place(decisions: Mapping[str, list[Data]]) -> dict[Place, float]:
    found: dict[Place, float] = {}
    for table, rows in decisions.items():
        if table in COMMITTING:
            for row in rows:
                place = placed(table, row)
                found[place] = found.get(place, 0.0) + float(row[TABLES[table].value])
    return found


def node_decisions(record: TreeRecord) -> Table:
    """What each node decides, row by row; ``reached`` is how likely it comes about, ``commits`` says whether a decision
    binds somebody beyond its period.
    """
    rows: list[Row] = []
    for node in record.data["nodes"]:
        about = {"node": node["name"], "parent": node["parent"], "from": node["from"], "reached": node["reached"]}
        for table, found in node["decisions"].items():
            commits = table in COMMITTING
            rows += [{**about, **_amount(table, row), "commits": commits} for row in found]
    columns = ("node", "parent", "from", "reached", "table", "name", "period", "amount", "unit", "commits")
    return Table.of(columns, rows)


def scenarios(record: TreeRecord) -> Table:
    """Each scenario: what its plan comes to by the first level, what it could be alone, what it is behind that (its
    regret), both within gaps, and what is raised in need.
    """
    data, name = record.data, str(record.level["name"])
    alone = (data["worth"] or {}).get("alone", {})
    rescue = data["rescue"] or {}
    rows: list[Row] = []
    for leaf in data["leaves"]:
        value = scenario_value(data, leaf)
        known = alone.get(leaf["name"], {})
        low, high = regret(name, value, known)
        rows.append(
            {
                "scenario": leaf["name"],
                "probability": leaf["probability"],
                "path": " > ".join(leaf["path"]),
                "objective": name,
                "value": value,
                "alone_low": known.get("low"),
                "alone_high": known.get("high"),
                "regret_low": low,
                "regret_high": high,
                "rescue_musd": rescue.get("raised_musd", {}).get(leaf["name"]),
                "audit_passed": leaf["audit_passed"],
            }
        )
    names = ("scenario", "probability", "path", "objective", "value", "alone_low", "alone_high")
    return Table.of((*names, "regret_low", "regret_high", "rescue_musd", "audit_passed"), rows)


def regret(name: str, value: float | None, alone: Data) -> tuple[float | None, float | None]:
    """How far a scenario is behind what it could be alone: between two numbers, of which the first may be below 0."""
    low, high = alone.get("low"), alone.get("high")
    if value is None or low is None or high is None:
        return None, None
    return (low - value, high - value) if name in MAXIMISED else (value - high, value - low)


def distribution(record: TreeRecord) -> Table:
    """Every metric over the scenarios: expectation, standard deviation, ends with their scenarios, quantiles.

    A metric that has no value in some scenario is told over the others; ``known`` is how likely those are.
    """
    leaves = record.data["leaves"]
    rows: list[Row] = []
    for name in dict.fromkeys(metric for leaf in leaves for metric in leaf["metrics"]):
        found = [(leaf["metrics"].get(name), leaf["probability"], leaf["name"]) for leaf in leaves]
        known = [(float(value), float(weight), str(leaf)) for value, weight, leaf in found if value is not None]
        row: Row = {"metric": name, "known": math.fsum(weight for _, weight, _ in known)}
        if known:
            values, weights = [each[0] for each in known], [each[1] for each in known]
            expected = mean(values, weights)
            row |= {
                "expected": expected,
                "deviation": math.sqrt(mean([(value - expected) ** 2 for value in values], weights)),
                "least": min(values),
                "p10": quantile(values, weights, 0.1),
                "median": quantile(values, weights, 0.5),
                "p90": quantile(values, weights, 0.9),
                "most": max(values),
                "least_in": min(known)[2] if min(values) < max(values) else None,
                "most_in": max(known)[2] if min(values) < max(values) else None,
            }
        rows.append(row)
    names = ("metric", "expected", "deviation", "least", "p10", "median", "p90", "most")
    return Table.of((*names, "least_in", "most_in", "known"), rows)


def scenario_metrics(record: TreeRecord) -> Table:
    """Every metric in every scenario."""
    leaves = record.data["leaves"]
    metrics = list(dict.fromkeys(metric for leaf in leaves for metric in leaf["metrics"]))
    return Table(
        ("metric", *(str(leaf["name"]) for leaf in leaves)),
        (
            ("probability", *(leaf["probability"] for leaf in leaves)),
            *((metric, *(leaf["metrics"].get(metric) for leaf in leaves)) for metric in metrics),
        ),
    )


def periods(record: TreeRecord) -> Table:
    """Figures along time over the scenarios: what is expected in each period, ends and quantiles."""
    labels, weights = record.first.instance.periods.labels, record.weights
    rows: list[Row] = []
    for band in bands(record):
        for label, values in zip(labels, zip(*band.by_scenario, strict=True), strict=True):
            rows.append({"figure": band.name, "unit": band.unit, "period": label, **spread(values, weights)})
    names = ("figure", "unit", "period", "expected", "least", "p10", "p25", "p50", "p75", "p90", "most")
    return Table.of(names, rows)


def worth(record: TreeRecord) -> Table:
    """What the tree is worth: each figure between two numbers, from the gaps; ``sign`` is 0 where they leave it open.

    ``tree`` is the value of the plan and what is proven of it, ``known_today`` the expectation if everything were known
    now, ``evpi`` the difference, ``forecast_plan`` the expectation of the plan for one forecast, ``vss`` what the tree
    is worth beside it, ``expected_regret`` how far the plan as it is is behind what each scenario could be alone.
    """
    data = record.data
    if data["worth"] is None:
        return Table.of(WORTH, [])
    level, found = record.level, data["worth"]
    ends = sorted(each for each in (level["value"], level["bound"]) if each is not None)
    tree = {"low": ends[0], "high": ends[-1]} if len(ends) == 2 else {}
    single = found["single_plan"] or {}
    stops = ", ".join(single.get("stops_in", ()))
    rows = [
        _worth("tree", tree),
        _worth("known_today", found["waiting"]),
        _worth("evpi", found["evpi"]),
        _worth("forecast_plan", single.get("value"), f"cannot go on in {stops}" if stops else ""),
        _worth("vss", found["vss"], f"the plan for one forecast cannot go on in {stops}" if stops else ""),
        _worth("expected_regret", expected_regret(record)),
    ]
    return Table.of(WORTH, rows)


WORTH = ("figure", "low", "high", "sign", "words")


def _worth(name: str, between: Data | None, words: str = "") -> Row:
    low, high = (between or {}).get("low"), (between or {}).get("high")
    sign = None if low is None or high is None else 1 if low > 1e-6 else -1 if high < -1e-6 else 0
    return {"figure": name, "low": low, "high": high, "sign": sign, "words": words}


def expected_regret(record: TreeRecord) -> dict[str, float] | None:
    """The expectation of what every scenario is behind; None where that of one of them is not known."""
    found = [(row["regret_low"], row["regret_high"]) for row in scenarios(record).records()]
    if any(low is None or high is None for low, high in found):
        return None
    weights = record.weights
    lows, highs = ([float(each[i]) for each in found] for i in (0, 1))  # type: ignore[arg-type]
    return {"low": mean(lows, weights), "high": mean(highs, weights)}


def waiting(record: TreeRecord) -> Table:
    """The value of waiting by site and framework; see ``waiting`` of the package."""
    names = ("name", "kind", "decided", "free_low", "free_high", "now_low", "now_high", "later_low", "later_high")
    return Table.of((*names, "waiting_low", "waiting_high", "sign"), list(_flat(record.data.get("waits", ()))))


def _flat(rows: Any) -> Iterator[Row]:
    """Intervals as two columns each."""
    for row in rows:
        found: Row = {"name": row["name"], "kind": row["kind"], "decided": row["decided"]}
        for name in ("free", "now", "later", "waiting"):
            between = row[name] or {}
            found |= {f"{name}_{end}": between.get(end) for end in ("low", "high")}
        yield found | {"sign": (row["waiting"] or {}).get("sign")}


def covenant_breaks(record: TreeRecord) -> Table:
    """How likely each covenant breaks if the plan for one forecast is followed; see ``breaks`` of the package."""
    found = (record.data.get("breaks") or {}).get("covenants", ())
    names = ("covenant", "probability", "not_followed", "not_decided", "scenarios", "first_period")
    rows = [{**row, "scenarios": ", ".join(row["scenarios"])} for row in found]
    return Table.of((*names, "worst_in", "worst_value", "limit"), rows)


TREE_TABLES: dict[str, Callable[[TreeRecord], Table]] = {
    "committed": committed,
    "beside_forecast": beside_forecast,
    "node_decisions": node_decisions,
    "scenarios": scenarios,
    "distribution": distribution,
    "scenario_metrics": scenario_metrics,
    "periods": periods,
    "worth": worth,
    "waiting": waiting,
    "covenant_breaks": covenant_breaks,
}
"""Every table of a tree, as FOLDER/tables/NAME.csv."""

TREE_FILES = {f"tables/{name}.csv": name for name in TREE_TABLES}
"""The files of a kept tree that hold a table: path inside its folder → name of the table."""


def tree_tables(record: TreeRecord) -> dict[str, Table]:
    """All tables by name."""
    return {name: make(record) for name, make in TREE_TABLES.items()}
