"""What figures of a comparison show: regret by mix and scenario, capital by mix, sweeps and frontiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from optimizer.comparison.columns import OBJECTIVE_UNITS
from optimizer.exhibits.shapes import Columns, Exhibit, HeatMap, Scatter, Series, without_empty
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

Row = Mapping[str, Cell]
CAPITAL = {
    "equity": "equity_raised_musd",
    "debt": "debt_drawn_musd",
    "partners' cash": "partner_cash_musd",
    "leased": "leased_musd",
}
MUSD, PERCENT = "USD million", "%"


def comparison_exhibits(comparison: Comparison) -> dict[str, Exhibit]:
    """The exhibits by name that have something to show."""
    rows = comparison.mixes.records()
    found: dict[str, Exhibit | None] = {"regret": _regret(rows), "values": _values(rows), "capital": _capital(rows)}
    for name, table in comparison.sweeps.items():
        found[f"sweep-{name}"] = _sweep(name, table)
    for name, table in comparison.frontiers.items():
        found[f"frontier-{name}"] = _frontier(name, table)
    return {name: exhibit for name, exhibit in found.items() if exhibit is not None}


def in_unit(value: Cell, unit: Cell) -> float | None:
    """A figure as it is shown: shares as per cent."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if unit == "musd" else 100.0 * float(value)


def _unit(rows: Sequence[Row]) -> str | None:
    """The unit of the objective of all rows; None if they have several."""
    units = {row["unit"] for row in rows if row.get("unit")}
    return None if len(units) != 1 else MUSD if units == {"musd"} else PERCENT


Names = tuple[str, ...]


def _grid(rows: Sequence[Row], column: str) -> tuple[Names, Names, tuple[tuple[float | None, ...], ...]]:
    """Mixes, scenarios, and a figure for each pair of them."""
    mixes = tuple(dict.fromkeys(str(row["mix"]) for row in rows))
    scenarios = tuple(dict.fromkeys(str(row["scenario"]) for row in rows))
    cells = {(str(row["mix"]), str(row["scenario"])): in_unit(row.get(column), row.get("unit")) for row in rows}
    return mixes, scenarios, tuple(tuple(cells.get((mix, scenario)) for scenario in scenarios) for mix in mixes)


def _regret(rows: Sequence[Row]) -> HeatMap | None:
    """How far each mix is behind the best of its scenario; None for one scenario or objectives of several units."""
    unit = _unit(rows)
    mixes, scenarios, values = _grid(rows, "regret")
    if unit is None or len(scenarios) < 2 or all(value is None for row in values for value in row):
        return None
    words = "behind the best mix of each scenario; a dash where there is no plan"
    return HeatMap("Regret", unit, mixes, scenarios, values, True, words)


def _values(rows: Sequence[Row]) -> HeatMap | None:
    """The objective of each mix in each scenario."""
    unit = _unit(rows)
    mixes, scenarios, values = _grid(rows, "value")
    if unit is None or all(value is None for row in values for value in row):
        return None
    objective = next(str(row["objective"]) for row in rows if row.get("objective"))
    low = all(row.get("sense") != "maximise" for row in rows)
    words = f"{objective.replace('_', ' ')}, {'less' if low else 'more'} is better"
    return HeatMap(objective.replace("_", " ").capitalize(), unit, mixes, scenarios, values, low, words)


def _capital(rows: Sequence[Row]) -> Columns | None:
    """What is raised of each kind, by mix, in the first scenario."""
    if not rows:
        return None
    first = str(rows[0]["scenario"])
    own = [row for row in rows if row["scenario"] == first]
    parts = [Series(name, tuple(in_unit(row.get(column), "musd") for row in own)) for name, column in CAPITAL.items()]
    shown = without_empty(parts)
    labels = tuple(str(row["mix"]) for row in own)
    return Columns(f"Capital raised, scenario {first}", MUSD, labels, shown, "what each mix raises") if shown else None


def _sweep(name: str, table: Table) -> Exhibit | None:
    """The objective along one axis, or over two; None for more axes or objectives of several units."""
    axes, rows = table.columns[: table.columns.index("status")], table.records()
    unit = _unit(rows)
    if unit is None or len(axes) not in (1, 2):
        return None
    values = [in_unit(row["value"], row["unit"]) for row in rows]
    if all(value is None for value in values):
        return None
    words = "the objective along " + " and ".join(axes)
    if len(axes) == 1:
        labels = tuple(axis_text(row[axes[0]]) for row in rows)
        return Columns(f"Sweep {name}", unit, labels, (Series("value", tuple(values), "line"),), words)
    down, across = (tuple(dict.fromkeys(axis_text(row[axis]) for row in rows)) for axis in axes)
    cells = {tuple(axis_text(row[axis]) for axis in axes): value for row, value in zip(rows, values, strict=True)}
    grid = tuple(tuple(cells.get((a, b)) for b in across) for a in down)
    low = all(row.get("sense") != "maximise" for row in rows)
    return HeatMap(f"Sweep {name}: {axes[0]} down, {axes[1]} across", unit, down, across, grid, low, words)


def axis_text(cell: Cell) -> str:
    """A point of an axis."""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _frontier(name: str, table: Table) -> Scatter | None:
    """Two objectives against each other: the efficient points in order; None for fewer than two points."""
    objectives = [column for column in table.columns if column in OBJECTIVE_UNITS][:2]
    if len(objectives) < 2:
        return None
    points = []
    for i, row in enumerate(table.records(), 1):
        pair = [in_unit(row[each], OBJECTIVE_UNITS[each]) for each in objectives]
        if pair[0] is not None and pair[1] is not None:
            points.append((f"point {i}", pair[1], pair[0]))
    if len(points) < 2:
        return None
    units = [MUSD if OBJECTIVE_UNITS[each] == "musd" else PERCENT for each in objectives]
    up, across = (f"{each.replace('_', ' ')} ({unit})" for each, unit in zip(objectives, units, strict=True))
    points.sort(key=lambda point: point[1])
    return Scatter(f"Frontier {name}", across, up, tuple(points), "no point is beaten in both by another")
