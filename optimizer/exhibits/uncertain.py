"""What figures of a tree plan show: the tree with what waits, regret by scenario, what may come along time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optimizer.contract.decisions import COMMITTING
from optimizer.contract.objectives import MAXIMISED, SHARES
from optimizer.contract.scenario_value import scenario_value
from optimizer.exhibits.axis import Axis
from optimizer.exhibits.shapes import Bar, Bars, Branch, Branches, Columns, Exhibit, Fan, Path, Series
from optimizer.report.tree import amount
from optimizer.uncertainty.bands import Band, bands
from optimizer.uncertainty.spread import spread
from optimizer.uncertainty.tables import scenarios

if TYPE_CHECKING:
    from optimizer.uncertainty.record import TreeRecord

Data = Mapping[str, Any]

MOST_NODES, MOST_BARS, MOST_PATHS, FEW_LEAVES, BINS = 40, 24, 12, 12, 10
KINDS = {
    "phase_starts": ("start", "starts"),
    "colocation": ("lease of power", "leases of power"),
    "orders": ("order", "orders"),
    "frameworks": ("framework", "frameworks"),
    "developments": ("development", "developments"),
    "energy_contracts": ("energy contract", "energy contracts"),
    "reservations": ("reservation", "reservations"),
    "partners": ("partner", "partners"),
    "contracts": ("contract", "contracts"),
    "facilities": ("facility", "facilities"),
    "debt_draws": ("draw", "draws"),
    "equity_raises": ("equity round", "equity rounds"),
    "preferred_raises": ("preferred round", "preferred rounds"),
}
"""What is committed: one of it, and several."""


def tree_exhibits(record: TreeRecord) -> dict[str, Exhibit]:
    """The exhibits by name that have something to show."""
    found: dict[str, Exhibit | None] = {"tree": _tree(record), "regret": _regret(record), "values": _values(record)}
    for band in bands(record):
        found[f"fan-{band.name.replace('_', '-')}"] = _fan(record, band) if band.moves else None
    return {name: exhibit for name, exhibit in found.items() if exhibit is not None}


def waits(decisions: Mapping[str, Sequence[Data]]) -> str:
    """What a node commits to, counted: ``4 starts, 1 order``."""
    counts = {table: len(decisions.get(table, ())) for table in COMMITTING}
    parts = [f"{count} {KINDS[table][count > 1]}" for table, count in counts.items() if count]
    return ", ".join(parts) or "nothing is committed"


def _tree(record: TreeRecord) -> Branches | None:
    """The nodes, each with those that follow it; None where only one is left or where they are too many to be read."""
    data, instance = record.data, record.first.instance
    nodes = {str(node["name"]): node for node in data["nodes"] if node["reached"] > 0.0}
    if not 1 < len(nodes) <= MOST_NODES:
        return None
    axis, calendar = Axis.of(record.first), instance.periods
    place = list(range(calendar.periods)) if axis.years is None else _years(axis, calendar.periods)
    values = {str(leaf["name"]): scenario_value(data, leaf) for leaf in data["leaves"]}
    known = [value for value in values.values() if value is not None]
    name = str(record.level["name"])
    children: dict[str | None, list[str]] = {}
    for node in nodes.values():
        children.setdefault(node["parent"], []).append(str(node["name"]))
    found: list[Branch] = []

    def add(node: str, depth: int) -> None:
        start = calendar.index(nodes[node]["from"]) - 1
        after = [calendar.index(nodes[child]["from"]) - 1 for child in children.get(node, ())]
        end = min(after, default=calendar.periods)
        text, share = "", None
        if (value := values.get(node)) is not None:
            text, span = amount(name, value), max(known) - min(known)
            share = 0.5 if span < 1e-9 else (value - min(known)) / span
            share = 1.0 - share if name in MAXIMISED else share
        last = place[end - 1] + 1
        note = waits(nodes[node]["decisions"])
        shown = node.removeprefix(f"{nodes[node]['parent']}-")
        found.append(Branch(shown, depth, place[start], last, nodes[node]["reached"], note, text, share))
        for child in children.get(node, ()):
            add(child, depth + 1)

    add(str(record.root["name"]), 0)
    sense = "more" if name in MAXIMISED else "less"
    words = (
        f"what each node commits to and how likely it is; at the ends {name.replace('_', ' ')}, of which {sense} is "
        f"better"
    )
    return Branches("What is committed now, and what waits", axis.labels, tuple(found), words)


def _years(axis: Axis, size: int) -> list[int]:
    """Of each period the year that it is drawn in."""
    assert axis.years is not None
    found = [0] * size
    for year, own in enumerate(axis.years.periods):
        for t in own:
            found[t] = year
    return found


def _regret(record: TreeRecord) -> Bars | None:
    """How far each scenario is behind what it could be alone; None where that is not known."""
    rows = scenarios(record).records()
    name = str(record.level["name"])
    bars = []
    for row in rows:
        low, high, chance = row["regret_low"], row["regret_high"], row["probability"]
        if isinstance(low, float) and isinstance(high, float) and isinstance(chance, float):
            bars.append((Bar(str(row["scenario"]), f"{100.0 * chance:.3g} %", low, high), chance * high))
    if len(bars) < 2 or name in SHARES:
        return None
    if len(bars) > MOST_BARS:
        bars.sort(key=lambda each: -each[1])
    rest = len(bars) - MOST_BARS
    more = f"; the {MOST_BARS} that weigh most, of {len(bars)}" if rest > 0 else ""
    words = f"what each scenario could save if it were known today: full is certain, pale is within the gaps{more}"
    return Bars("Regret by scenario", "USD million", tuple(bar for bar, _ in bars[:MOST_BARS]), words)


def _values(record: TreeRecord) -> Columns | None:
    """How likely what comes of it lies where, for scenarios too many for a tree that can be read."""
    data, name = record.data, str(record.level["name"])
    found = [(scenario_value(data, leaf), float(leaf["probability"])) for leaf in data["leaves"]]
    known = [(value, weight) for value, weight in found if value is not None]
    if len(known) <= FEW_LEAVES or max(known)[0] - min(known)[0] < 1e-6:
        return None
    low, width = min(known)[0], (max(known)[0] - min(known)[0]) / BINS
    chance = [0.0] * BINS
    for value, weight in known:
        chance[min(BINS - 1, int((value - low) / width))] += 100.0 * weight
    factor = 100.0 if name in SHARES else 1.0
    labels = tuple(f"{factor * (low + (i + 0.5) * width):,.3g}".replace("-", "−") for i in range(BINS))
    if max(map(len, labels)) > 7 or "e" in "".join(labels):
        labels = tuple(f"{factor * (low + (i + 0.5) * width):,.0f}".replace("-", "−") for i in range(BINS))
    unit = "%" if name in SHARES else "USD million"
    words = f"{name.replace('_', ' ')} in {unit}, by the middle of each tenth of its span"
    return Columns("What it may come to", "% of probability", labels, (Series("probability", tuple(chance)),), words)


def _fan(record: TreeRecord, band: Band) -> Fan:
    """A figure over the scenarios, by year where periods are many."""
    axis, weights = Axis.of(record.first), record.weights
    rows = [_along(axis, band, values) for values in band.by_scenario]
    spreads = [spread(values, weights) for values in zip(*rows, strict=True)]
    least, p10, expected, p90, most = (
        tuple(each[name] for each in spreads) for name in ("least", "p10", "expected", "p90", "most")
    )
    names = [(str(leaf["name"]), float(leaf["probability"])) for leaf in record.data["leaves"]]
    paths = [Path(name, chance, tuple(row)) for (name, chance), row in zip(names, rows, strict=True)]
    ends = [high - low for low, high in zip(least, most, strict=True) if low is not None and high is not None]
    widest = max(ends)
    at = next(
        label
        for label, low, high in zip(axis.labels, least, most, strict=True)
        if low is not None and high is not None and high - low >= widest * (1.0 - 1e-9)
    )
    when = "at the end of each period" if band.stock else "by period"
    words = f"{when}; furthest apart in {at}"
    shown = tuple(paths) if len(paths) <= MOST_PATHS else ()
    return Fan(band.title, band.unit, axis.labels, (least, most), (p10, p90), expected, shown, words)


def _along(axis: Axis, band: Band, values: Sequence[float | None]) -> Sequence[float | None]:
    """A figure along the labels of an axis."""
    if band.stock:
        return axis.stocks(values)
    return axis.flows([0.0 if value is None else value for value in values])
