"""Columns, rows and figures of a model that is written by hand: the tools of handwritten.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.arrays import Arrays

YEARS = range(8)
FIRST = 2026
INFINITE = float("inf")
Terms = dict[int, float]
"""Coefficients by column."""


@dataclass
class Sheet:
    """Columns and rows as they are written down."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def column(self, low: float = 0.0, high: float = INFINITE, integer: bool = False) -> int:
        """A new column, by its number."""
        self.low.append(low)
        self.high.append(high)
        self.integer.append(int(integer))
        return len(self.low) - 1

    def columns(self, high: float = INFINITE, integer: bool = False) -> list[int]:
        """One for each year."""
        return [self.column(0.0, high, integer) for _ in YEARS]

    def row(self, terms: Terms, low: float, high: float) -> None:
        """low ≤ terms ≤ high."""
        self.rows.append((terms, low, high))

    def arrays(self, cost: Terms, constant: float) -> Arrays:
        """All of it, with an objective to be minimised."""
        dense = np.zeros(len(self.low))
        for column, coefficient in cost.items():
            dense[column] = coefficient
        columns = [np.fromiter(sorted(terms), dtype=np.int32) for terms, _, _ in self.rows]
        data = [np.array([terms[j] for j in sorted(terms)]) for terms, _, _ in self.rows]
        return Arrays(
            starts=np.cumsum([0, *(len(terms) for terms, _, _ in self.rows)]).astype(np.int32),
            columns=np.concatenate(columns),
            data=np.concatenate(data),
            row_low=np.array([low for _, low, _ in self.rows]),
            row_high=np.array([high for _, _, high in self.rows]),
            cost=dense,
            low=np.array(self.low),
            high=np.array(self.high),
            integer=np.array(self.integer, dtype=np.int32),
            constant=constant,
        )


@dataclass
class Year:
    """What a year brings in (+) and costs (−), as terms over the columns.

    ``cash`` is all of it; ``free_cash`` leaves out what lenders and shareholders bring and get, but not what an issue
    costs; ``income`` is what is taxed, ``operating`` revenue less operating cost. ``terminal`` is the part of this
    year's spending that is still in the books at the horizon, ``compute`` what the accelerators in service give, and
    ``vendor`` what is paid to the vendor who lends. The constants are given flows; ``corporate`` is a part of them.
    """

    cash: Terms = field(default_factory=dict)
    free_cash: Terms = field(default_factory=dict)
    income: Terms = field(default_factory=dict)
    operating: Terms = field(default_factory=dict)
    tax: Terms = field(default_factory=dict)
    terminal: Terms = field(default_factory=dict)
    compute: Terms = field(default_factory=dict)
    vendor: Terms = field(default_factory=dict)
    cash_constant: float = 0.0
    income_constant: float = 0.0
    corporate: float = 0.0

    def operate(self, column: int, amount: float) -> None:
        """Revenue or operating cost."""
        for terms in (self.cash, self.free_cash, self.income, self.operating):
            add(terms, column, amount)

    def invest(self, column: int, amount: float) -> None:
        """Capital spending, ``amount`` > 0."""
        for terms in (self.cash, self.free_cash):
            add(terms, column, -amount)


def add(terms: Terms, column: int, coefficient: float) -> None:
    """One more term."""
    terms[column] = terms.get(column, 0.0) + coefficient


def total(*parts: Terms) -> Terms:
    """The sum of expressions."""
    found: Terms = {}
    for part in parts:
        for column, coefficient in part.items():
            add(found, column, coefficient)
    return found


def scaled(terms: Terms, factor: float) -> Terms:
    """An expression times a number."""
    return {column: factor * coefficient for column, coefficient in terms.items()}


def plain(node: Any) -> Any:
    """The file without its sources: ``{value: x, source: …}`` becomes x."""
    if isinstance(node, dict):
        if "value" in node and set(node) <= {"value", "source"}:
            return plain(node["value"])
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, list) else node


def series(written: Any) -> list[float]:
    """A number, steps by year, or an initial value with growth, by year."""
    if not isinstance(written, dict):
        return [float(written) for _ in YEARS]
    if "initial" in written:
        return [written["initial"] * (1.0 + written["growth_per_year"]) ** year for year in YEARS]
    values = []
    for year in YEARS:
        known = [step for step in written if step <= FIRST + year]
        values.append(float(written[max(known)]) if known else 0.0)
    return values


def index(year: int | None, otherwise: int) -> int:
    """The number of a calendar year, from 0."""
    return otherwise if year is None else year - FIRST
