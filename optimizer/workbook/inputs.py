"""The inputs of a plan on their sheets: every number of the instance that a formula asks for, once, with its path.

Figures and series by period stand on one sheet, lists (profiles, tables, tiers, buckets) on another. A series that is
one number for all periods is one cell, one that grows two, and the row that grows a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optimizer.instance.calendar import TIMING, Calendar
from optimizer.instance.schema import Instance
from optimizer.instance.series import Series
from optimizer.workbook.expression import Expr, Operand, _expr
from optimizer.workbook.sheet import Cell, Figure, Kind, Line, Sheet

Path = tuple[str, ...]

UNITS = (
    ("_usd_per_h100e_hour", "USD an H100e-hour"),
    ("_usd_per_mwh", "USD a MWh"),
    ("_usd_per_unit_year", "USD a unit and year"),
    ("usd_per_unit", "USD a unit"),
    ("_t_per_mwh", "t a MWh"),
    ("_musd_per_mw_year", "musd a MW and year"),
    ("_musd_per_year", "musd a year"),
    ("musd_per_year", "musd a year"),
    ("musd_per_period", "musd"),
    ("_per_year", "share a year"),
    ("_share", "share"),
    ("_shares", "share"),
    ("_musd", "musd"),
    ("musd", "musd"),
    ("_usd", "USD"),
    ("_h100e", "H100e"),
    ("_mw", "MW"),
    ("mw", "MW"),
    ("_units", "units"),
    ("_periods", "periods"),
    ("_years", "years"),
    ("_months", "months"),
    ("kw", "kW"),
    ("spend_profile", "share"),
    ("_timing", "share of a period"),
    ("timing", "share of a period"),
)
"""Units by how the name of a field ends; where none fits, what is asked for says it."""


_GENERAL = "the whole file"


def unit_of(name: str) -> str:
    """The unit in the name of a field."""
    return next((unit for ending, unit in UNITS if name.endswith(ending)), "number")


def at_path(instance: Instance, path: Path) -> Any:
    """The value that a path leads to; items of lists go by their name."""
    value: Any = instance
    for part in path:
        if isinstance(value, Mapping):
            value = value[part]
        elif isinstance(value, list):
            value = next(item for item in value if item.name == part)
        else:
            value = getattr(value, part)
    return value


@dataclass
class Inputs:
    """Input rows, made when they are first asked for; ``groups`` are the rows by the part of the file they are of.

    ``grown`` says what 1 has become by each period at a growth per year.
    """

    instance: Instance
    sheet: Sheet
    lists: Sheet
    grown: Callable[[Expr], Expr] | None = None
    _made: dict[Path, Cell] = field(default_factory=dict)
    _grown: dict[Path, Line] = field(default_factory=dict)
    _groups: dict[tuple[int, str], list[Cell]] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return self.instance.periods

    def figure(self, *path: str, label: str = "") -> Figure:
        """A number; a period is shown by its number, a timing by the part of the period before its end, yes as 1."""
        if path not in self._made:
            self._made[path] = self._figure(path, label, _as_number(path, at_path(self.instance, path)))
        made = self._made[path]
        assert isinstance(made, Figure)
        return made

    def period(self, path: Path, default: int) -> Figure:
        """A period by its number, the ``default`` where the file does not say it."""
        if path not in self._made:
            label = at_path(self.instance, path)
            number = float(default if label is None else self.calendar.index(label))
            self._made[path] = self._figure(path, "", number, "number of the period")
        made = self._made[path]
        assert isinstance(made, Figure)
        return made

    def window(self, *path: str, first: str, last: str) -> tuple[Figure, Figure]:
        """The first and the last period of a window."""
        return self.period((*path, first), 1), self.period((*path, last), self.calendar.periods)

    def series(self, *path: str) -> Figure | Line:
        """A value for each period: one cell, or a row."""
        if path in self._grown:
            return self._grown[path]
        if path not in self._made:
            value = at_path(self.instance, path)
            assert isinstance(value, Series), path
            if isinstance(value.raw, float):
                self._made[path] = self._figure(path, "", value.raw)
            elif value.is_growth:
                return self._growing(path, value)
            else:
                numbers = dict(enumerate(value.expand(self.calendar), 1))
                line = Line(self.sheet, _label(path), unit_of(path[-1]), ".".join(path), "input", numbers=numbers)
                self._made[path] = self._put(path, line)
        made = self._made[path]
        assert isinstance(made, (Figure, Line))
        return made

    def list(self, *path: str, numbers: Sequence[float] | None = None, unit: str = "", kind: Kind = "input") -> Line:
        """The items of a list, at positions 1, 2 …; of a list of blocks the ``numbers`` of one field."""
        if path not in self._made:
            values = at_path(self.instance, path) if numbers is None else numbers
            known = {i: float(value) for i, value in enumerate(values, 1)}
            line = Line(self.lists, _label(path), unit or unit_of(path[-1]), ".".join(path), kind, numbers=known)
            line.high = len(known)
            self._made[path] = self._put(path, line, on=1)
        made = self._made[path]
        assert isinstance(made, Line)
        return made

    def constant(self, label: str, unit: str, number: float, note: str = "") -> Figure:
        """A number of nature or of this program."""
        path = ("constants", label)
        if path not in self._made:
            self._made[path] = self._put(path, Figure(self.sheet, label, unit, note, "constant", number, None))
        made = self._made[path]
        assert isinstance(made, Figure)
        return made

    def constants_row(self, label: str, unit: str, numbers: Sequence[float]) -> Line:
        """A number of the calendar for each period."""
        path = ("constants", label)
        if path not in self._made:
            known = {t: float(number) for t, number in enumerate(numbers, 1)}
            self._made[path] = self._put(path, Line(self.sheet, label, unit, "", "constant", numbers=known))
        made = self._made[path]
        assert isinstance(made, Line)
        return made

    def made_row(self, label: str, unit: str, formula: Expr | None = None, opening: Operand | None = None) -> Line:
        """A row of the calendar that is worked out, one period beyond the last."""
        start = None if opening is None else _expr(opening)
        line = Line(
            self.sheet, label, unit, "", "formula", formula=formula, opening=start, high=self.calendar.periods + 1
        )
        self._put(("constants", label), line)
        return line

    def lay_out(self) -> None:
        """Put the rows on their sheets, those of the same part of the file together."""
        first = {"constants": 0, _GENERAL: 1}
        for (on, words), rows in sorted(self._groups.items(), key=lambda item: first.get(item[0][1], len(first))):
            sheet = self.lists if on else self.sheet
            sheet.heading(words.replace("_", " ").capitalize() if ":" not in words else words.replace("_", " ", 1))
            sheet.rows.extend(rows)

    def _figure(self, path: Path, label: str, number: float, unit: str = "") -> Figure:
        made = Figure(
            self.sheet, label or _label(path), unit or unit_of(path[-1]), ".".join(path), "input", number, None
        )
        self._put(path, made)
        return made

    def _growing(self, path: Path, value: Series) -> Line:
        written = value.written()
        first = self._figure((*path, "initial"), f"{_label(path)}, initial", written["initial"], unit_of(path[-1]))
        growth = self._figure(
            (*path, "growth_per_year"), f"{_label(path)}, growth", written["growth_per_year"], "share a year"
        )
        assert self.grown is not None
        formula = first * self.grown(growth)
        line = Line(self.sheet, _label(path), unit_of(path[-1]), ".".join(path), "formula", formula=formula)
        self._put(path, line)
        self._grown[path] = line
        return line

    def _put(self, path: Path, cell: Cell, on: int = 0) -> Cell:
        self._groups.setdefault((on, _group(path)), []).append(cell)
        return cell


def _group(path: Path) -> str:
    if path[0] == "equity" and len(path) > 3:
        return f"equity: {path[2]}"
    if len(path) == 1:
        return _GENERAL
    return path[0] if len(path) < 3 else f"{path[0]}: {path[1]}"


def _label(path: Path) -> str:
    rest = path[3:] if path[0] == "equity" and len(path) > 3 else path[2:] if len(path) > 2 else path[-1:]
    return " ".join(part.replace("_", " ") for part in rest)


def _as_number(path: Path, value: Any) -> float:
    if path[-1].endswith("timing"):
        return TIMING[value]
    return float(value)
