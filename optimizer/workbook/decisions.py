"""What was decided, on its sheet: a row for each thing decided, a number for each period.

Rows are made when a formula asks for them; what none has asked for is put below them, so that all of it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.contract.decisions import CONTRACTS, PERIODS, RETIREMENTS, TABLES, Decisions
from optimizer.instance.schema import Instance
from optimizer.workbook.sheet import Cell, Figure, Line, Sheet

Key = tuple[str, ...]

WAY = ("late", "renewals")
"""Columns that say how a contract goes."""
UNITS = {"musd": "musd", "mw": "MW", "mwh": "MWh", "h100e": "H100e", "units": "units"}


@dataclass
class DecisionRows:
    """The rows of decisions, by table and names; a name may also be a period of order or draw."""

    instance: Instance
    sheet: Sheet
    tables: Mapping[str, list[dict[str, Any]]]
    _made: dict[tuple[str, Key], Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = {label: t for t, label in enumerate(self.instance.periods.labels, 1)}
        self._numbers: dict[str, dict[Key, dict[int, float]]] = {}
        for name, table in TABLES.items():
            found: dict[Key, dict[int, float]] = defaultdict(dict)
            for row in self.tables.get(name, ()):
                if name == "buckets":
                    found[()][index[row["period"]]] = float(row["bucket"])
                    continue
                if name == CONTRACTS.name:  # signed at most once: how it goes are numbers of their own
                    contract = str(row["contract"])
                    found[contract,][index[row["period"]]] = float(row["signed"])
                    for column in WAY:
                        found[contract, column][0] = float(row[column])
                    continue
                key = tuple(str(row[column]) for column in table.keys if column != "period")
                found[key][index[row["period"]] if "period" in table.keys else 0] = float(row[table.value])
            self._numbers[name] = found

    def keys(self, table: Decisions) -> list[Key]:
        """The names that a table has rows of."""
        return sorted(self._numbers[table.name])

    def opening_sold(self, offer: str, site: str, lot: str) -> Line:
        """What is sold of units that were there as the plan began."""
        return self.row(RETIREMENTS, offer, site, lot)

    def vintages(self, offer: str) -> list[tuple[str, str]]:
        """(site, period of order) of units of an offer that are sold, but for those that were there."""
        labels = set(self.instance.periods.labels)
        return [key[1:] for key in self.keys(RETIREMENTS) if key[0] == offer and key[2] in labels]  # type: ignore[misc]

    def row(self, table: Decisions, *names: str) -> Line:
        """A decision in each period, 0 where nothing is decided."""
        made = self._made.get((table.name, names))
        if made is None:
            numbers = dict.fromkeys(self.instance.periods.span, 0.0) | self._numbers[table.name].get(names, {})
            label, unit = _words(table, names)
            made = Line(self.sheet, label, unit, ".".join((table.name, *names)), "decision", numbers=numbers)
            self._made[table.name, names] = made
        assert isinstance(made, Line)
        return made

    def figure(self, table: Decisions, *names: str) -> Figure:
        """A decision that is of no period: 1 if it is taken."""
        made = self._made.get((table.name, names))
        if made is None:
            label, unit = _words(table, names)
            number = self._numbers[table.name].get(names, {}).get(0, 0.0)
            made = Figure(self.sheet, label, unit, ".".join((table.name, *names)), "decision", number, None)
            self._made[table.name, names] = made
        assert isinstance(made, Figure)
        return made

    def lay_out(self) -> None:
        """Put all rows on the sheet, table by table."""
        for name, table in TABLES.items():
            for names in self.keys(table):
                is_figure = "period" not in table.keys or (table is CONTRACTS and len(names) > 1)
                self.figure(table, *names) if is_figure else self.row(table, *names)
            rows = [cell for (of, _), cell in sorted(self._made.items(), key=lambda item: item[0]) if of == name]
            if rows:
                self.sheet.heading(f"{name.replace('_', ' ').capitalize()}: {table.words}")
                self.sheet.rows.extend(rows)


def _words(table: Decisions, names: Key) -> tuple[str, str]:
    if table is CONTRACTS and names[1:]:
        return f"{names[0]} {names[1]}", "periods" if names[1] == "late" else "number"
    columns = [column for column in table.keys if column != "period"]
    shown = [
        f"{column} {name}" if column in PERIODS or i else name
        for i, (column, name) in enumerate(zip(columns, names, strict=False))
    ]
    unit = (
        "number from 0" if table.name == "buckets" else UNITS.get(table.value, "1 for yes" if table.whole else "number")
    )
    if table.value == "count":
        unit = "phases"
    return " ".join(shown) or table.words, unit
