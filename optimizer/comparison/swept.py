"""Values of a sweep with which nothing is an instance, or a doubtful one: told before anything is solved.

An axis is wrong as a whole if no point of the sweep, with any of its values, makes an instance; then most likely the
path, the unit or the mix is. A single value that makes none becomes a row with the status `invalid`, and a warning. So
does a value with which something is unusual or unused, judged with the other axis as it is in the mix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from optimizer.comparison.axes import points, with_value
from optimizer.comparison.batch import Batch
from optimizer.comparison.doubtful import Ground, Kind, kind
from optimizer.comparison.faults import mistakes
from optimizer.comparison.schema import Axis
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import finish
from optimizer.instance.paths import Keys, PathError, Value

MOST_TRIES = 400
"""Points of a sweep, and values of an axis, that are tried at most; what they do not show is left to the rows."""
MOST_WARNINGS = 5
"""Values of an axis that are named one by one."""

_Outcome = tuple[Diagnostic | None, list[Diagnostic]]


def swept_problems(batch: Batch) -> Iterator[Diagnostic]:
    """The axes that make no instance with any value (errors), and the values that make none (warnings)."""
    for name in batch.file.sweeps:
        yield from _Tried(batch, name).problems()


class _Tried:
    """The points of a sweep by the positions of their values on the axes, tried once each."""

    def __init__(self, batch: Batch, name: str) -> None:
        self._batch, self._name = batch, name
        self._sweep = batch.file.sweeps[name]
        self._place = batch.tree.place(("sweeps", name))
        self._values = [points(axis).listed for axis in self._sweep.axes]
        self._problems: list[Diagnostic] = []
        self._tree = batch.varied(self._sweep.mix, self._sweep.scenario, self._problems)
        self._ground = Ground(self._tree)
        self._found: dict[frozenset[tuple[int, int]], _Outcome] = {}

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
                yield from self._doubts(axis)

    def _never(self, axis: int, position: int) -> Diagnostic | None:
        """Why no point with this value is an instance; None if one is, or if trying all would take too long."""
        others = [range(len(values)) if i != axis else [position] for i, values in enumerate(self._values)]
        first: Diagnostic | None = None
        for positions in product(*others):
            index = dict(enumerate(positions))
            if frozenset(index.items()) not in self._found and len(self._found) >= MOST_TRIES:
                return None
            error = self._tried(index)[0]
            if error is None:
                return None
            first = first or error
        return first

    def _alone(self, axis: int) -> bool:
        """Whether no value of the axis makes an instance where the other axis is left as it is in the mix."""
        return all(self._tried({axis: i})[0] is not None for i in range(min(len(self._values[axis]), MOST_TRIES)))

    def _tried(self, index: dict[int, int]) -> _Outcome:
        """Why a point is no instance, or None, and the warnings that it brings.

        That it is proven to have no plan is an answer, not a mistake.
        """
        key = frozenset(index.items())
        if key not in self._found:
            tree = self._tree
            try:
                for axis, position in index.items():
                    tree = with_value(tree, self._sweep.axes[axis], self._values[axis][position], self._place)
                loaded = finish(tree, list(self._problems))
                self._found[key] = next(iter(mistakes(loaded)), None), self._ground.brought(loaded)
            except PathError as error:
                self._found[key] = self._place.diagnostic("axis", error.message, error.help), []
        return self._found[key]

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

    def _doubts(self, axis: int) -> Iterator[Diagnostic]:
        """The warnings that the written values bring: of even steps the ends, for one between may be close to 0."""
        values = self._values[axis]
        listed = points(self._sweep.axes[axis]).values is not None
        ends: dict[int, Keys] = {0: ("from",), len(values) - 1: ("to",)}
        written = {i: ("values", i) for i in range(min(len(values), MOST_TRIES))} if listed else ends
        at = (*self._at(axis), _key(self._sweep.axes[axis]))
        counts: Counter[Kind] = Counter()
        for i, keys in written.items():
            for warning in self._tried({axis: i})[1]:
                counts[kind(warning)] += 1
                if counts[kind(warning)] <= MOST_WARNINGS:
                    place = self._batch.tree.place((*at, *keys))
                    message = f"the value {_shown(values[i])}: {warning.message}"
                    yield place.diagnostic(warning.code, message, warning.help, "warning")
        for (code, *_), count in counts.items():
            if count > MOST_WARNINGS:
                message = f"{count - MOST_WARNINGS} more values are in doubt"
                yield self._batch.tree.place(at).diagnostic(code, message, "", "warning")

    def _at(self, axis: int) -> Keys:
        return ("sweeps", self._name, "axes", axis)


def _key(axis: Axis) -> str:
    return next(key for key in ("debt_share", "values", "factor") if getattr(axis, key) is not None)


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else repr(value)
