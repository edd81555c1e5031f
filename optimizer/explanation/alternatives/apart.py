"""Rows that make the least distance to some plans a column, so that it can be maximised.

For a plan p and a feature with the amounts p_f there, e_f at the end (p_f but for ``when``) and at most u_f anywhere,
h_f being the amount of the plan that is looked for::

    late_f  ≤ p_f·y_f,            late_f + h_f + (u_f − p_f)·y_f ≤ u_f            max(0, p_f − h_f)
    early_f ≤ (e_f − p_f)·(1−y_f),   early_f ≤ h_f − p_f·(1−y_f)                  max(0, min(h_f, e_f) − p_f)
    least ≤ Σ_f worth_f·(late_f + early_f)                                        for every plan p

with y_f binary: whether h_f ≤ p_f. It is left out where p_f is 0 or the most that there can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from optimizer.explanation.alternatives.distance import Term, distance
from optimizer.explanation.alternatives.sums import Sum
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solving.extension import Extension

SAME = 1e-9
"""By this part an amount that is the most that there can be may be less."""
PARTS = ("a least distance",)


@dataclass
class Apart:
    """The columns and rows below a matrix of n columns; column n is the least distance to the plans ``terms``.

    ``uppers`` are the most that each sum can be.
    """

    matrix: Matrix
    sums: Sequence[Sum]
    terms: Sequence[Sequence[Term]]
    uppers: Sequence[float]
    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)
    _integer: list[bool] = field(default_factory=list)
    _rows: list[tuple[sparse.csr_matrix, dict[int, float], float]] = field(default_factory=list)
    _starts: list[tuple[int, Term, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        least = self._column(0.0, 1.0)
        for terms in self.terms:
            counted = {least: 1.0}
            for term in terms:
                for column in self._term(term):
                    counted[column] = -term.worth
            self._row(None, counted, 0.0)

    def extension(self, least: float = 0.0) -> Extension:
        """What is added to the matrix, with a distance of at least ``least``."""
        more = len(self._low)
        tops = [sparse.hstack([part, _sparse(of, more)]) for part, of, _ in self._rows]
        low = np.array(self._low)
        low[0] = least
        return Extension(
            rows=sparse.vstack(tops, format="csr"),
            row_low=np.full(len(tops), -np.inf),
            row_high=np.array([high for _, _, high in self._rows]),
            low=np.concatenate([self.matrix.low, low]),
            high=np.concatenate([self.matrix.high, self._high]),
            integer=np.concatenate([self.matrix.integer, np.array(self._integer, dtype=bool)]),
            parts=PARTS,
        )

    def goal(self) -> Expression:
        """The least distance."""
        cost = np.zeros(self.matrix.shape[1] + len(self._low))
        cost[self.matrix.shape[1]] = 1.0
        return Expression(cost, 0.0)

    def start(self, x: Vector) -> Vector:
        """A plan of the matrix with the values of the columns that are added."""
        values = [each.expression.value(x) for each in self.sums]
        more = np.zeros(len(self._low))
        more[0] = min(distance(terms, values) for terms in self.terms)
        for column, term, what in self._starts:
            amount = term.feature.value(values)
            late = max(0.0, term.there - amount)
            early = max(0.0, min(amount, term.end) - term.there)
            more[column] = {"late": late, "early": early, "less": float(amount <= term.there)}[what]
        return np.concatenate([x, np.clip(more, self._low, self._high)])

    def _term(self, term: Term) -> list[int]:
        """The columns of what a feature counts."""
        amount, there, end = self._amount(term), term.there, term.end
        most = max(there, sum(weight * self.uppers[i] for i, weight in term.feature.weights))
        timed = term.feature.part == "when" and end > there
        if there <= SAME * end:
            return [self._early(term, amount, None)] if timed else []
        less = None if most <= there * (1.0 + SAME) else self._column(0.0, 1.0, integer=True)
        late = self._column(0.0, there)
        self._starts.append((late, term, "late"))
        if less is None:
            self._row(amount.cost, {late: 1.0}, there - amount.constant)
            return [late]
        self._starts.append((less, term, "less"))
        self._row(None, {late: 1.0, less: -there}, 0.0)
        self._row(amount.cost, {late: 1.0, less: most - there}, most - amount.constant)
        return [late, self._early(term, amount, less)] if timed else [late]

    def _early(self, term: Term, amount: Expression, less: int | None) -> int:
        early = self._column(0.0, term.end - term.there)
        self._starts.append((early, term, "early"))
        if less is None:
            self._row(-amount.cost, {early: 1.0}, amount.constant - term.there)
        else:
            self._row(None, {early: 1.0, less: term.end - term.there}, term.end - term.there)
            self._row(-amount.cost, {early: 1.0, less: -term.there}, amount.constant - term.there)
        return early

    def _amount(self, term: Term) -> Expression:
        """h_f over the columns of the matrix."""
        found = Expression(np.zeros(self.matrix.shape[1]), 0.0)
        for i, weight in term.feature.weights:
            found = found.plus(self.sums[i].expression, weight)
        return found

    def _column(self, low: float, high: float, *, integer: bool = False) -> int:
        self._low.append(low)
        self._high.append(high)
        self._integer.append(integer)
        return len(self._low) - 1

    def _row(self, part: Vector | None, added: dict[int, float], high: float) -> None:
        shape = (1, self.matrix.shape[1])
        self._rows.append((sparse.csr_matrix(shape if part is None else part), added, high))


def _sparse(entries: dict[int, float], columns: int) -> sparse.csr_matrix:
    where, values = list(entries), list(entries.values())
    return sparse.csr_matrix((values, ([0] * len(where), where)), shape=(1, columns))
