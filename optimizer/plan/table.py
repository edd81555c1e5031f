"""A table as plain rows, so that files and the terminal need no pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

Cell = str | float | int | bool | None

NOTHING = 1e-6
"""Less than this (a dollar, a watt) is rounding of the solver."""
DIGITS, DECIMALS = 12, 9


def rounded(number: float) -> float:
    """The number as CSV has it: 0 if it is NOTHING, else to DIGITS significant digits and then to DECIMALS."""
    return round(float(f"{number:.{DIGITS}g}"), DECIMALS) if abs(number) >= NOTHING else 0.0


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    A column whose name ends in a unit (``_musd``, ``_mw``, …) is in that unit. ``subtotals`` holds the numbers, from 0,
    of the rows that add up others, for layouts that set them apart.

    >>> table = plan.rows("sources_and_uses")
    >>> table.columns, len(table.rows)
    (('line', '2026', '2027'), 8)
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    subtotals: frozenset[int] = frozenset()

    @classmethod
    def of(cls, columns: Sequence[str], records: Iterable[Mapping[str, Cell]]) -> Table:
        """The table of ``records``, each a mapping from column to cell; a missing cell is empty.

        >>> optimizer.Table.of(["a", "b"], [{"a": 1}]).rows
        ((1, None),)
        """
        return cls(tuple(columns), tuple(tuple(record.get(column) for column in columns) for record in records))

    def records(self) -> list[dict[str, Cell]]:
        """One dictionary per row.

        >>> optimizer.Table(("a", "b"), ((1, 2),)).records()
        [{'a': 1, 'b': 2}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column(self, name: str) -> list[Cell]:
        """One column. Raises ValueError if there is none of that name.

        >>> plan.rows("sources_and_uses").column("line")[0]
        'Operating cash flow after tax'
        """
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    def frame(self) -> DataFrame:
        """The table as a pandas DataFrame, a row per row.

        >>> list(plan.rows("sources_and_uses").frame().columns)
        ['line', '2026', '2027']
        """
        from pandas import DataFrame

        return DataFrame(list(self.rows), columns=list(self.columns))
