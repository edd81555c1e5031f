"""Values of a sweep with which nothing is an instance: told before anything is solved.

An axis is wrong as a whole if no point of the sweep, with any of its values, makes an instance; then most likely the
path, the unit or the mix is. A single value that makes none becomes a row with the status `invalid`, and a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from optimizer.compare.axes import points, with_value
from optimizer.compare.batch import Batch
from optimizer.compare.points import PROOFS
from optimizer.compare.schema import Axis
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import finish
from optimizer.instance.paths import Keys, PathError, Value

MOST_TRIES = 400
"""Points of a sweep that are tried at most; what they do not show is left to the rows."""
MOST_WARNINGS = 5
"""Values of an axis that are named one by one."""

_Index = tuple[int, ...]


def swept_problems(batch: Batch) -> Iterator[Diagnostic]:
    """The axes that make no instance with any value (errors), and the values that make none (warnings)."""
    for name in batch.file.sweeps:
        yield from _Tried(batch, name).problems()


class _Tried:
    """The points of a sweep by the positions of their values on the axes, tried once each."""

    def __init__(self, batch: Batch, name: str) -> None:
        self._batch, self._name = batch, name
        self._sweep = batch.file.sweeps[name]
        self._values = [points(axis).listed for axis in self._sweep.axes]
        self._found: dict[_Index, Diagnostic | None] = {}

    def problems(self) -> Iterator[Diagnostic]:
        bad = [
            {i: error for i in range(len(values)) if (error := self._never(axis, i)) is not None}
            for axis, values in enumerate(self._values)
        ]
        hopeless = [axis for axis, found in enumerate(bad) if len(found) == len(self._values[axis])]
        if len(hopeless) > 1:
            # no point at all is an instance: the axis to blame is the one that does harm alone
            hopeless = [axis for axis in hopeless if self._alone(axis)] or hopeless
        for axis in hopeless:
            yield self._axis_error(axis, bad[axis][0])
        for axis, found in enumerate(bad):
            if not hopeless:
                yield from self._warnings(axis, found)

    def _never(self, axis: int, position: int) -> Diagnostic | None:
        """Why no point with this value is an instance; None if one is, or if trying all would take too long."""
        others = [range(len(values)) if i != axis else [position] for i, values in enumerate(self._values)]
        first: Diagnostic | None = None
        for index in product(*others):
            if index not in self._found:
                if len(self._found) >= MOST_TRIES:
                    return None
                self._found[index] = self._error(dict(enumerate(index)))
            error = self._found[index]
            if error is None:
                return None
            first = first or error
        return first

    def _alone(self, axis: int) -> bool:
        """Whether no value of the axis makes an instance where the other axis is left as it is in the mix."""
        return all(self._error({axis: i}) is not None for i in range(min(len(self._values[axis]), MOST_TRIES)))

    def _error(self, index: dict[int, int]) -> Diagnostic | None:
        """Why a point is no instance, or None. That it is proven to have no plan is an answer, not a mistake."""
        place = self._batch.tree.place(("sweeps", self._name))
        problems: list[Diagnostic] = []
        tree = self._batch.varied(self._sweep.mix, self._sweep.scenario, problems)
        try:
            for axis, position in index.items():
                tree = with_value(tree, self._sweep.axes[axis], self._values[axis][position], place)
        except PathError as error:
            return place.diagnostic("axis", error.message, error.help)
        return next((error for error in finish(tree, problems).errors if error.code not in PROOFS), None)

    # ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────

    def _axis_error(self, axis: int, error: Diagnostic) -> Diagnostic:
        written, here = self._sweep.axes[axis], self._at(axis)
        place = self._batch.tree.place((*here, "path" if written.path else "debt_share"))
        message = f"none of the values of this axis makes an instance; the first: {error.message}"
        return place.diagnostic("axis-invalid", message, error.help)

    def _warnings(self, axis: int, found: dict[int, Diagnostic]) -> Iterator[Diagnostic]:
        key = _key(self._sweep.axes[axis])
        if found and points(self._sweep.axes[axis]).values is None:
            # evenly spaced values have one place
            first, error = next(iter(found.items()))
            count = f"{len(found)} of the {len(self._values[axis])} values"
            message = f"{count} make no instance, {_shown(self._values[axis][first])} to begin with: {error.message}"
            yield self._batch.tree.place((*self._at(axis), key)).diagnostic(
                "value-invalid", message, error.help, "warning"
            )
            return
        for i, error in list(found.items())[:MOST_WARNINGS]:
            place = self._batch.tree.place((*self._at(axis), key, "values", i))
            message = f"the value {_shown(self._values[axis][i])} makes no instance: {error.message}"
            yield place.diagnostic("value-invalid", message, error.help, "warning")

        if len(found) > MOST_WARNINGS:
            place = self._batch.tree.place((*self._at(axis), key))
            message = f"{len(found) - MOST_WARNINGS} more values make no instance"
            yield place.diagnostic("value-invalid", message, "", "warning")

    def _at(self, axis: int) -> Keys:
        return ("sweeps", self._name, "axes", axis)


def _key(axis: Axis) -> str:
    return next(key for key in ("debt_share", "values", "factor") if getattr(axis, key) is not None)


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else repr(value)
