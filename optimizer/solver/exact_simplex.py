"""The simplex method in fractions, from a basis that is nearly optimal."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from optimizer.solver.exact_basis import Factors, Rational, rational

MOST_PIVOTS = 500
"""More than this says that the basis was no good start."""


class InexactError(ArithmeticError):
    """Rational arithmetic comes to no optimum; the message says why."""


@dataclass
class Programme:
    """Minimise Σ cost·x over columns 0 … n−1 and, as columns n … n+m−1, the activities of the rows.

    An activity is a column of its own, a·x − s = 0, so that the limits of rows are bounds like all others. None stands
    for no limit. ``violation`` is the most by which limits are missed that hold no column.
    """

    n: int
    rows: dict[int, dict[int, Rational]] = field(default_factory=dict)
    columns: dict[int, dict[int, Rational]] = field(default_factory=dict)
    cost: dict[int, Rational] = field(default_factory=dict)
    low: dict[int, Rational | None] = field(default_factory=dict)
    high: dict[int, Rational | None] = field(default_factory=dict)
    violation: Rational = field(default_factory=lambda: rational(0.0))


class Simplex:
    """Steps by Bland's rule (1977), which never circles, to a basis that is optimal in rational arithmetic.

    Costs first (primal steps, with limits that the basis misses moved out of the way), then limits (dual steps). A
    limit that no plan can meet beside the others is moved to where the plan is, and ``violation`` says how far. There
    are few steps from a start that is nearly right, so each factorises afresh.
    """

    def __init__(self, programme: Programme, basic: set[int], values: Mapping[int, Rational], seconds: float) -> None:
        """``basic`` has one column for every row; ``values`` are those of the others, each at a limit of its own."""
        self.programme, self.violation, self.pivots = programme, programme.violation, 0
        self.low, self.high = dict(programme.low), dict(programme.high)
        self.basic, self.values = set(basic), dict(values)
        self._until = time.monotonic() + seconds
        self._refresh()

    def run(self) -> None:
        """Step until the basis is optimal. Raises InexactError, and SingularError for a basis that is none."""
        moved = self._move_aside()
        while (entering := next(self._improving(), None)) is not None:
            self._primal_step(entering)
        for k, (low, high) in moved.items():
            self.low[k], self.high[k] = low, high
            if k not in self.basic:
                self.values[k] -= self._outside(k)
        if moved:
            self._refresh()
        while (leaving := next((k for k in sorted(self.basic) if self._outside(k)), None)) is not None:
            self._dual_step(leaving)

    def bound(self) -> Rational:
        """The value of the dual solution at the limits as they were given, a bound on every plan's cost."""
        total = rational(0.0)
        for k, price in self.reduced.items():
            limit = self.programme.low[k] if price > 0 else self.programme.high[k]
            total += price * limit if price else 0
        return total

    def _improving(self) -> Iterator[int]:
        """Columns off the basis whose change lowers the cost, in order."""
        return (k for k in sorted(self.reduced) if self.reduced[k] and self._can_move(k, self.reduced[k] < 0))

    def _primal_step(self, entering: int) -> None:
        """Move ``entering`` until something meets a limit, and exchange the two."""
        up = self.reduced[entering] < 0
        low, high = self.low[entering], self.high[entering]
        blocking = [(high - low, entering)] if low is not None and high is not None else []
        changes = self._changes(entering, up)
        for k, change in changes.items():
            limit = self.high[k] if change > 0 else self.low[k]
            if limit is not None:
                blocking.append(((limit - self.values[k]) / change, k))
        if not blocking:
            raise InexactError("in rational arithmetic the cost falls without end")
        leaving = min(blocking)[1]
        if leaving == entering:
            self.values[entering] = high if up else low
        else:
            self._exchange(leaving, (self.high if changes[leaving] > 0 else self.low)[leaving], entering)
        self._count()

    def _dual_step(self, leaving: int) -> None:
        """Bring ``leaving`` to the limit that it misses, or, where nothing can, the limit to it."""
        outside = self._outside(leaving)
        up = outside < 0
        candidates = [
            (abs(self.reduced[k] / effect), k)
            for k, effect in self._effects(leaving).items()
            if self._can_move(k, (effect > 0) == up)
        ]
        if candidates:
            self._exchange(leaving, self.values[leaving] - outside, min(candidates)[1])
        else:
            self.violation = max(self.violation, abs(outside))
            (self.low if up else self.high)[leaving] = self.values[leaving]
        self._count()

    def _exchange(self, leaving: int, value: Rational | None, entering: int) -> None:
        self.basic.remove(leaving)
        self.basic.add(entering)
        self.values[leaving] = value

    def _count(self) -> None:
        self.pivots += 1
        if self.pivots > MOST_PIVOTS or time.monotonic() > self._until:
            raise InexactError(f"no optimum in rational arithmetic after {self.pivots} steps")
        self._refresh()

    def _refresh(self) -> None:
        """Factorise; the values on the basis, and the prices and reduced costs off it."""
        programme, n, basic = self.programme, self.programme.n, self.basic
        self._tight = [i for i in programme.rows if n + i not in basic]
        self._factors = Factors(
            {i: {j: entry for j, entry in programme.rows[i].items() if j in basic} for i in self._tight}
        )
        right = {
            i: self.values[n + i] - sum(e * self.values[j] for j, e in programme.rows[i].items() if j not in basic)
            for i in self._tight
        }
        found = self._factors.solve(right)
        for k in basic:
            if k < n:
                self.values[k] = found.get(k, rational(0.0))
        for i, row in programme.rows.items():
            if n + i in basic:
                self.values[n + i] = sum((e * self.values[j] for j, e in row.items()), start=rational(0.0))
        self.prices = self._factors.solve_transposed({j: c for j, c in programme.cost.items() if j in basic})
        self.reduced = {
            j: programme.cost.get(j, rational(0.0))
            - sum(self.prices[i] * e for i, e in column.items() if i in self.prices)
            for j, column in programme.columns.items()
            if j not in basic
        } | {n + i: self.prices.get(i, rational(0.0)) for i in self._tight}

    def _changes(self, entering: int, up: bool) -> dict[int, Rational]:
        """How the columns on the basis change when ``entering`` moves by 1, up or down; those that do."""
        programme, n, sign = self.programme, self.programme.n, 1 if up else -1
        own = programme.columns[entering] if entering < n else {}
        if entering < n:
            found = self._factors.solve({i: -sign * e for i, e in own.items() if n + i not in self.basic})
        else:
            found = self._factors.solve({entering - n: rational(float(sign))})
        activities: dict[int, Rational] = {n + i: sign * e for i, e in own.items() if n + i in self.basic}
        for j, change in found.items():
            for i, entry in programme.columns[j].items():
                if n + i in self.basic:
                    activities[n + i] = activities.get(n + i, 0) + entry * change
        return found | {k: change for k, change in activities.items() if change}

    def _effects(self, leaving: int) -> dict[int, Rational]:
        """How ``leaving``, on the basis, changes when a column off it moves up by 1; those that matter."""
        programme, n = self.programme, self.programme.n
        own = programme.rows[leaving - n] if leaving >= n else {leaving: rational(1.0)}
        shares = self._factors.solve_transposed({j: e for j, e in own.items() if j in self.basic})
        effects: dict[int, Rational] = {j: e for j, e in own.items() if j not in self.basic}
        for i, share in shares.items():
            effects[n + i] = share
            for j, entry in programme.rows[i].items():
                if j not in self.basic:
                    effects[j] = effects.get(j, 0) - share * entry
        return {k: effect for k, effect in effects.items() if effect}

    def _outside(self, k: int) -> Rational:
        """How far a value is above its upper limit, or (negative) below its lower one; else 0."""
        value, low, high = self.values[k], self.low[k], self.high[k]
        if low is not None and value < low:
            return value - low
        return value - high if high is not None and value > high else 0 * value

    def _can_move(self, k: int, up: bool) -> bool:
        """Whether a column off the basis has room in this direction."""
        limit = self.high[k] if up else self.low[k]
        return limit is None or (self.values[k] < limit if up else self.values[k] > limit)

    def _move_aside(self) -> dict[int, tuple[Rational | None, Rational | None]]:
        """Move limits that the basis misses to its values, if steps on the costs are to come; the limits before."""
        moved: dict[int, tuple[Rational | None, Rational | None]] = {}
        if next(self._improving(), None) is None:
            return moved
        for k in self.basic:
            outside = self._outside(k)
            if outside:
                moved[k] = self.low[k], self.high[k]
                (self.high if outside > 0 else self.low)[k] = self.values[k]
        return moved
