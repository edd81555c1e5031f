"""The programme that is searched in place of an instance's, and its plan as one of the instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.instance.schema import Instance
from optimizer.solver.aggregation import Aggregation, NotAlikeError, Places, aggregated
from optimizer.solver.highs import TOLERANCE, Limits, SolverError, minimise
from optimizer.solver.level import Objective, Solution
from optimizer.solver.levels import replayed
from optimizer.solver.matrix import Expression, Matrix, Names, Vector
from optimizer.solver.start_heuristic import is_large
from optimizer.solver.warm_starts import SUM
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import Programme
from optimizer.solving.reductions.alike import Alike, alike
from optimizer.solving.reductions.groups import column_labels, row_labels, sources
from optimizer.solving.reductions.split import Split, SplitError

FEWEST_INTEGERS = 100
"""With fewer whole numbers a search is over before a smaller matrix could pay."""
PARTED = "sites take their share in the order of their names, each as much as it has room for"
SOLVED = "the shares of the sites are those of a linear programme, with everything else kept"


@dataclass(frozen=True)
class Reduced:
    """The programme over sums, and all that leads back from it; ``whole`` is the instance's own."""

    instance: Instance
    compiled: Compiled
    whole: Programme
    programme: Programme
    alike: Alike
    aggregation: Aggregation

    @cached_property
    def names(self) -> Names:
        """Rows and columns are called by all that is in them (see ``SUM``), so that equal names are equal sums."""
        names, of = self.compiled.names, self.aggregation
        return Names(_joined(names.rows, of.row), _joined(names.columns, of.column))

    def split(self, solution: Solution) -> tuple[Solution, str]:
        """The solution over all columns, and in words how it was parted. Raises SplitError."""
        parted = [self._parted(stage.x) for stage in solution.stages]
        x, how = self._parted(solution.x)
        found = replayed(self.whole.matrix, self.whole.objectives, solution.levels, [each for each, _ in parted])
        words = SOLVED if SOLVED in (how, *(each for _, each in parted)) else PARTED
        return replace(found, x=x, interrupted=solution.interrupted, lost=solution.lost), words

    def held_in_whole(self, matrix: Matrix) -> Matrix:
        """The instance's matrix with the rows that levels before added to the one that was searched."""
        first, base = self.programme.matrix.shape[0], self.whole.matrix
        rows = self.aggregation.lifted(matrix.rows[first:])
        return replace(
            base,
            rows=sparse.vstack([base.rows, rows], format="csr"),
            row_low=np.concatenate([base.row_low, matrix.row_low[first:]]),
            row_high=np.concatenate([base.row_high, matrix.row_high[first:]]),
        )

    def to_dict(self) -> dict[str, Any]:
        """What a summary says of it: rows, columns and whole numbers that were searched, and which sites are alike."""
        rows, columns = self.programme.matrix.shape
        classes = {
            name: sorted({members for members in getattr(self.alike, name).values() if len(members) > 1})
            for name in ("hardware", "service", "phases")
        }
        return {
            "rows": rows,
            "columns": columns,
            "integers": int(self.programme.matrix.integer.sum()),
            **{name: [list(members) for members in found] for name, found in classes.items()},
        }

    def _parted(self, reduced: Vector) -> tuple[Vector, str]:
        """Values of all columns at those of the sums. Raises SplitError."""
        of, matrix = self.aggregation, self.whole.matrix
        x = np.zeros(matrix.shape[1])
        own = of.column >= 0
        x[own] = reduced[of.column[own]]
        summed = np.nonzero(own & ~of.single)[0]
        whole = dict(zip(summed.tolist(), x[summed].tolist(), strict=True))
        x[~of.single] = 0.0
        self._splitter.part(x, whole, self.counts_phases)
        room = max(TOLERANCE, _residual(self.programme.matrix, reduced))
        if _residual(matrix, x) <= room:
            return x, PARTED
        return self._solved(x, reduced), SOLVED

    @cached_property
    def _splitter(self) -> Split:
        return Split(self.instance, self.compiled, self.alike)

    @property
    def counts_phases(self) -> bool:
        """Whether there are sites whose phases are counted together."""
        return any(len(members) > 1 for members in self.alike.phases.values())

    def _solved(self, x: Vector, reduced: Vector) -> Vector:
        """The linear programme of the shares: all that stands alone is kept, and so are the sums. Raises SplitError."""
        of, matrix = self.aggregation, self.whole.matrix
        own = np.nonzero((of.column >= 0) & ~of.single)[0]
        groups, place = np.unique(of.column[own], return_inverse=True)
        sums = sparse.csr_matrix((np.ones(own.size), (place, own)), (groups.size, matrix.shape[1]))
        room = TOLERANCE * np.maximum(1.0, np.abs(reduced[groups]))
        kept = matrix.fixed_integers(x).keeping(x, of.single)
        kept = replace(
            kept,
            rows=sparse.vstack([kept.rows, sums], format="csr"),
            row_low=np.concatenate([kept.row_low, reduced[groups] - room]),
            row_high=np.concatenate([kept.row_high, reduced[groups] + room]),
        )
        try:
            found = minimise(kept, Expression(np.zeros(matrix.shape[1]), 0.0), Limits(0.0, 60.0, 1, 0)).x
        except SolverError as error:
            raise SplitError(str(error)) from None
        if found is None:
            raise SplitError("no shares of the sites fit the sums that were found")
        found[matrix.integer] = np.round(x[matrix.integer])
        return np.clip(found, matrix.low, matrix.high)


def reduced(instance: Instance, compiled: Compiled, whole: Programme, asked: str) -> Reduced | None:
    """The programme over sums where it is ``asked`` for (auto: where it pays) and there is anything to add up.

    Raises NotAlikeError if what should be alike is not: a defect of the classes.
    """
    few = asked == "auto" and int(whole.matrix.integer.sum()) < FEWEST_INTEGERS
    # units of several orders may arrive together where periods differ, and shares are of one order at a time
    if asked == "off" or few or not instance.periods.is_equal:
        return None
    classes, n = alike(instance), compiled.matrix.shape[1]
    columns, source = column_labels(compiled, classes), sources(compiled, instance)
    if (columns == np.arange(n)).all() and (source == columns).all():
        return None
    more = whole.matrix.shape[0] - compiled.matrix.shape[0]  # of caps
    rows = np.concatenate([row_labels(compiled, classes), compiled.matrix.shape[0] + np.arange(more)])
    matrix, found = aggregated(whole.matrix, columns, rows, source)
    layout = whole.layout
    programme = Programme(
        matrix,
        [_objective(found, objective) for objective in whole.objectives],
        [found.expression(expression) for expression in whole.cleanup],
        found.mask(whole.followers),
        layout.of_groups(found.first, found.column) if layout and is_large(matrix) else None,
        None if whole.built is None else found.mask(whole.built),
    )
    return Reduced(instance, compiled, whole, programme, classes, found)


def _objective(of: Aggregation, objective: Objective) -> Objective:
    changes: Mapping[str, Any] = {
        name: None if (part := getattr(objective, name)) is None else of.expression(part)
        for name in ("expression", "denominator", "base")
    }
    return replace(objective, **changes, keep=None if objective.keep is None else of.mask(objective.keep))


def _residual(matrix: Matrix, x: Vector) -> float:
    """The most by which a plan misses a row or a bound, as a share of what is added up there if that is more than 1."""
    activity, size = matrix.rows @ x, np.maximum(1.0, np.abs(matrix.rows) @ np.abs(x))
    rows = np.maximum(matrix.row_low - activity, activity - matrix.row_high) / size
    columns = np.maximum(matrix.low - x, x - matrix.high) / np.maximum(1.0, np.abs(x))
    whole = np.abs(x - np.round(x))[matrix.integer]
    return float(max(rows.max(initial=0.0), columns.max(initial=0.0), whole.max(initial=0.0)))


def _joined(names: tuple[str, ...], groups: Places) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for name, group in zip(names, groups.tolist(), strict=False):
        if group >= 0:
            found[group] = f"{found[group]}{SUM}{name}" if group in found else name
    return tuple(found[group] for group in sorted(found))


__all__ = ["FEWEST_INTEGERS", "NotAlikeError", "Reduced", "SplitError", "reduced"]
