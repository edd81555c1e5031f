"""What an analysis of figures found, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizer.explanation.tornado.parts import Bar, Difference, Findings
from optimizer.explanation.tornado.words import words
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from pandas import DataFrame

FORMAT = 1
COLUMNS = (
    *("figure", "kind", "base", "low", "high", "low_status", "high_status", "low_value", "high_value"),
    *("low_bound", "high_bound", "low_change", "high_change", "low_sign", "high_sign", "swing"),
    *("low_held", "high_held", "low_kept", "high_kept", "low_held_change", "high_held_change", "held_swing"),
)


@dataclass(frozen=True)
class Tornado(Findings):
    """How much the best value depends on figures, those that matter most first.

    ``objective`` is what is measured, in ``unit`` (musd, or share). ``base`` is the answer as the file stands,
    ``base_held`` its plan with the best money for it, against which held plans are measured (None if it was not asked
    for). ``bars`` have a figure each: first those with an end without a plan, then by swing, last those that were not
    reached. ``screening`` are elementary effects of all figures where there are many (``bars`` are then those of the
    figures that matter most), empty where all have bars. ``complete`` says that there was time for everything.
    """

    def rows(self) -> Table:
        """A row for each figure: both ends, what solving again finds, and what the plan of the base comes to.

        >>> optimizer.tornado(base, figures=["debt.loan.rate_per_year"], held=False).rows().columns[:5]
        ('figure', 'kind', 'base', 'low', 'high')
        """
        return Table.of(COLUMNS, map(_row, self.bars))

    @property
    def table(self) -> DataFrame:
        """The rows as a DataFrame.

        >>> optimizer.tornado(base, figures=["debt.loan.rate_per_year"], held=False).table["swing"].round(3).to_list()
        [1.322]
        """
        return self.rows().frame()

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data; only ``seconds`` depends on the clock.

        >>> optimizer.tornado(base, figures=["debt.loan.rate_per_year"], held=False).to_dict()["objective"]
        'cost_of_capital'
        """
        return {
            "format": FORMAT,
            "instance": self.instance,
            "instance_hash": self.instance_hash,
            "objective": self.objective,
            "sense": self.sense,
            "unit": self.unit,
            "base": self.base.to_dict(),
            **({} if self.base_held is None else {"base_held": self.base_held.to_dict()}),
            "bars": [bar.to_dict() for bar in self.bars],
            "screening": [effect.to_dict() for effect in self.screening],
            "complete": self.complete,
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        """Bars and tables of 80 characters, as the command shows them."""
        return words(self)

    def __repr__(self) -> str:
        """Two lines: what was measured, and what matters most."""
        first = self.bars[0].figure if self.bars else "no figure"
        return (
            f"Tornado of {self.instance}: {self.objective}, {len(self.bars)} figures, {first} first"
            f"{'' if self.complete else '; the time was up before all was done'}\n"
            "next: print it, .table, .bars, .screening"
        )


def _row(bar: Bar) -> Mapping[str, Cell]:
    row: dict[str, Cell] = {"figure": bar.figure, "kind": bar.kind, "base": bar.base}
    for end, name in ((bar.low, "low"), (bar.high, "high")):
        row |= {name: end.at, f"{name}_status": end.best.status, f"{name}_value": end.best.value}
        row |= {f"{name}_bound": end.best.bound}
        if end.held is not None:
            row |= {f"{name}_held": end.held.value, f"{name}_kept": end.held.kept or end.held.status}
    changes: dict[str, Difference | None] = {
        "low_change": bar.low_change,
        "high_change": bar.high_change,
        "low_held_change": bar.low_held_change,
        "high_held_change": bar.high_held_change,
    }
    row |= {name: each.value for name, each in changes.items() if each is not None}
    signs = {"low_sign": bar.low_change, "high_sign": bar.high_change}
    row |= {name: each.sign for name, each in signs.items() if each is not None}
    return row | {"swing": bar.swing, "held_swing": bar.held_swing}
