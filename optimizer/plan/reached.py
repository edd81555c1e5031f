"""What a plan has reached at the end of a period c, of which a file that begins after it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Instance
from optimizer.plan.record import Record

Data = dict[str, Any]
DUST = 1e-9
"""USD million, units: less is rounding of the solver."""


@dataclass
class Reached:
    """A plan, the period ``cut`` after which its file begins, and what it cannot say (``problems``)."""

    plan: Record
    cut: int
    problems: list[str] = field(default_factory=list)

    @property
    def instance(self) -> Instance:
        return self.plan.instance

    @property
    def calendar(self) -> Calendar:
        return self.plan.instance.periods

    def label(self, t: int) -> str:
        """How a period of the plan is called."""
        return self.calendar.label(t)

    def at(self, row: Mapping[str, Any], column: str = "period") -> int:
        """The period that a row of decisions has in a column."""
        return self.calendar.index(str(row[column]))

    def drew(self, row: Mapping[str, Any], d: str) -> bool:
        """Whether a row of draws is of an instrument, by the end of the period c."""
        return row["instrument"] == d and self.at(row) <= self.cut


def terms_left(life: float | None, tax_class: str | None, basis: Mapping[str, float]) -> Data:
    """What is given of them."""
    given: Data = {"tax_basis_musd": dict(basis)}
    if life is not None:
        given["book_life_years"] = life
    if tax_class is not None:
        given["tax_class"] = tax_class
    return given
