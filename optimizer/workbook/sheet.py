"""Sheets, and the rows on them: a figure has one cell, a line one for each period or each age.

All sheets have the same columns: what it is, its unit, where it comes from, the one value of a figure, then positions
0, 1, 2 … of the axis: 0 is instant 0 (or age 0), 1 … T are the periods, T+1 what comes after. A row has one formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from optimizer.workbook.expression import Array, Expr, Operand, Reference, Sum, SumProduct, SumWhere, _expr

Kind = Literal["input", "decision", "constant", "formula", "given", "solved"]
"""What a row holds: a number of the instance, one that was decided, one of nature or of this program, a formula; or
values of the plan for which there is no formula here; or the inputs and decisions as they were solved."""

VALUE_COLUMN = 3
FIRST_COLUMN = 4
"""The column of position 0."""
FIRST_ROW = 5
"""Rows before it are the title, the header and the axis."""


def column(index: int) -> str:
    """The letters of a column, 0 is A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(eq=False)
class Axis:
    """Positions 0 … last of the rows of a sheet, and what stands above them."""

    last: int
    labels: Sequence[str]
    words: str


class Cell(Expr):
    """What a row with numbers has: where it is, and what it says of itself."""

    def __init__(self, sheet: Sheet, label: str, unit: str, note: str, kind: Kind) -> None:
        self.sheet, self.label, self.unit, self.note, self.kind = sheet, label, unit, note, kind
        self.row = -1

    def forget(self) -> None:
        """Work out what formulas give again."""

    def _at(self, place: str, at: str) -> str:
        return at if place == self.sheet.name else f"{quoted(self.sheet.name)}!{at}"


class Figure(Cell):
    """A row with one cell: a number, or a formula of figures and of whole lines."""

    def __init__(
        self, sheet: Sheet, label: str, unit: str, note: str, kind: Kind, number: float | None, formula: Expr | None
    ) -> None:
        super().__init__(sheet, label, unit, note, kind)
        self.formula, self._number = formula, number

    def value(self, _p: int, _j: int) -> float:
        return self.number()

    def number(self) -> float:
        """What the cell shows."""
        if self._number is None:
            assert self.formula is not None, self.label
            self._number = float(self.formula.value(0, 0))
        return self._number

    def put(self, number: float) -> None:
        """Another number in the cell."""
        self._number = number

    def forget(self) -> None:
        if self.formula is not None:
            self._number = None

    def text(self, place: str, _p: int) -> str:
        return self._at(place, f"${column(VALUE_COLUMN)}${self.row + 1}")


class Line(Cell):
    """A row with a cell for each position ``low`` … ``high``, and one at 0 where it has an ``opening``.

    As an expression it is the cell in the column of the formula; where nothing stands it counts as 0.
    """

    def __init__(
        self,
        sheet: Sheet,
        label: str,
        unit: str,
        note: str,
        kind: Kind,
        *,
        numbers: Mapping[int, float] | None = None,
        formula: Expr | None = None,
        opening: Expr | None = None,
        low: int = 1,
        high: int | None = None,
    ) -> None:
        super().__init__(sheet, label, unit, note, kind)
        self.formula, self.opening, self.low = formula, opening, low
        self.high = sheet.axis.last if high is None else high
        self._busy = False
        self.counts = False
        self.is_total = False
        self.doubt = ""
        self._known: dict[int, float] = dict(numbers or {})
        self._fixed = numbers is not None

    def is_at(self, p: int) -> bool:
        """Whether there is a cell at a position."""
        if self._fixed:
            return p in self._known
        return self.low <= p <= self.high or (p == 0 and self.opening is not None)

    def formula_at(self, p: int) -> Expr | None:
        """The formula at a position, if it is one."""
        if self._fixed or not self.is_at(p):
            return None
        return self.opening if p == 0 and self.opening is not None else self.formula

    def number(self, p: int) -> float:
        """What stands at a position; 0 where there is no cell."""
        known = self._known.get(p)
        if known is None:
            if not self._busy and p - 1 not in self._known:  # from left to right: long rows do not run deep
                self._busy = True
                for before in range(max(0, p)):
                    self.number(before)
                self._busy = False
            formula = self.formula_at(p)
            if formula is None:
                assert self._fixed or not self.is_at(p), f"{self.sheet.name}: {self.label} has no formula"
                return 0.0
            known = self._known[p] = float(formula.value(p, p))
        return known

    def forget(self) -> None:
        if not self._fixed:
            self._known.clear()

    def value(self, p: int, _j: int) -> float:
        return self.number(p)

    def text(self, place: str, p: int) -> str:
        return self.address(place, p, fixed=False)

    def address(self, place: str, p: int, *, fixed: bool) -> str:
        """The cell at a position as a formula on the sheet ``place`` names it."""
        assert self.row >= 0, f"{self.sheet.name}: {self.label} stands nowhere"
        assert 0 <= p <= self.sheet.axis.last + 1, f"{self.label}: nothing stands at {p}"
        letters = column(FIRST_COLUMN + p)
        return self._at(place, f"${letters}${self.row + 1}" if fixed else f"{letters}{self.row + 1}")

    # ── references to other positions of it ──

    @property
    def before(self) -> Expr:
        """The cell to the left."""
        return Reference(self, back=1)

    @property
    def first(self) -> Expr:
        """The cell at position 0, from anywhere."""
        return Reference(self, still=0)

    def still(self, p: int) -> Expr:
        """The cell at a position, from anywhere."""
        return Reference(self, still=p)

    @property
    def end(self) -> Expr:
        """The cell at the last position, from anywhere."""
        return Reference(self, still=self.sheet.axis.last)

    def array(self, low: int = 1) -> Array:
        """All its cells, in an array."""
        return Array(self, low, self.sheet.axis.last)

    def at(self, key: Operand, low: int = 1) -> Expr:
        """The cell at a position that is worked out; 0 outside."""
        return SumWhere(self.array(low), self.sheet.positions.array(low), [("", _expr(key))])

    def between(self, after: Operand, upto: Operand, low: int = 1) -> Expr:
        """The sum over the positions after one and up to another."""
        tests = [(">", _expr(after)), ("<=", _expr(upto))]
        return SumWhere(self.array(low), self.sheet.positions.array(low), tests)

    def by(self, keys: Line, after: Operand | None, upto: Operand) -> Expr:
        """The sum over the positions at which ``keys`` is above one number and no more than another."""
        if keys.counts and after is not None:
            return self.between(after, upto)
        tests = [] if after is None else [(">", _expr(after))]
        return SumWhere(self.array(), keys.array(), [*tests, ("<=", _expr(upto))])

    def where(self, keys: Line, key: Operand) -> Expr:
        """The sum over the positions at which ``keys`` is a number."""
        return SumWhere(self.array(), keys.array(), [("", _expr(key))])

    @property
    def so_far(self) -> Expr:
        """The sum from position 1 to here."""
        return Sum(Array(self, 1, None))

    @property
    def whole(self) -> Expr:
        """The sum of all positions but 0."""
        return Sum(self.array())


@dataclass(eq=False)
class Heading:
    """A line of words."""

    words: str
    deep: bool = False


@dataclass(eq=False)
class Sheet:
    """A sheet of the workbook: rows in their order."""

    name: str
    title: str
    axis: Axis
    rows: list[Cell | Heading] = field(default_factory=list)
    shows_opening: bool = True

    def __post_init__(self) -> None:
        self.positions = Line(self, self.axis.words, "number", "", "formula")
        self.positions.opening, self.positions.formula = _expr(0), self.positions.before + 1
        self.positions.high = self.axis.last + 1
        self.positions.row = FIRST_ROW - 2
        self.positions.counts = True

    def heading(self, words: str, *, deep: bool = False) -> None:
        """Begin a part."""
        self.rows.append(Heading(words, deep))

    def line(
        self,
        label: str,
        unit: str,
        formula: Operand | None = None,
        opening: Operand | None = None,
        *,
        note: str = "",
        low: int = 1,
        beyond: bool = False,
    ) -> Line:
        """A row of one formula, which may be given to it later; ``beyond`` goes on after the last period."""
        made = Line(
            self,
            label,
            unit,
            note,
            "formula",
            formula=None if formula is None else _expr(formula),
            opening=None if opening is None else _expr(opening),
            low=low,
            high=self.axis.last + int(beyond),
        )
        self.rows.append(made)
        return made

    def figure(self, label: str, unit: str, formula: Operand, *, note: str = "") -> Figure:
        """A row of one cell."""
        made = Figure(self, label, unit, note, "formula", None, _expr(formula))
        self.rows.append(made)
        return made

    def given(self, label: str, unit: str, numbers: Sequence[float], *, note: str = "") -> Line:
        """Values of the plan for positions 1, 2 … for which there is no formula."""
        made = Line(self, label, unit, note, "given", numbers=dict(enumerate(numbers, 1)))
        self.rows.append(made)
        return made

    def given_figure(self, label: str, unit: str, number: float, *, note: str = "") -> Figure:
        """A value of the plan for which there is no formula."""
        made = Figure(self, label, unit, note, "given", number, None)
        self.rows.append(made)
        return made

    def note(self, words: str, more: str) -> None:
        """A line of words without a number."""
        self.rows.append(Heading(f"{words} ({more})", deep=True))

    def product(self, array: Expr, low: int = 1) -> Expr:
        """The sum of an array over all positions of this sheet's axis."""
        return SumProduct(array, low, self.axis.last)

    def cells(self) -> Iterable[Cell]:
        """All rows that are not headings."""
        return (row for row in self.rows if isinstance(row, Cell))

    def lay_out(self) -> None:
        """Give each row its place."""
        at = FIRST_ROW
        for i, row in enumerate(self.rows):
            if isinstance(row, Heading) and i and not row.deep:
                at += 1
            if isinstance(row, Cell):
                row.row = at
            at += 1


def quoted(name: str) -> str:
    """The name of a sheet in a formula."""
    return name if name.isalnum() else "'" + name.replace("'", "''") + "'"
