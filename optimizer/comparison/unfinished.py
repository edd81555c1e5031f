"""The points of a chain that are still to be found, and whose fault it is when a worker goes down."""

from __future__ import annotations

from dataclasses import replace

from optimizer.comparison.point import Chain, Point, Result
from optimizer.comparison.store import Store


class Unfinished:
    """A chain that is being solved somewhere, one point at a time."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        done = {result.name for result in chain.found}
        self._points = {point.name: point for point in chain.points if point.name not in done}
        self._found = list(chain.found)
        self._begun: str | None = None
        self._suspect: str | None = None

    @property
    def chain(self) -> Chain:
        """The chain with all that was found of it so far."""
        return replace(self._chain, found=tuple(self._found))

    def __bool__(self) -> bool:
        return bool(self._points)

    @property
    def begun(self) -> bool:
        """Whether a point of it is being solved, as far as is known here."""
        return self._begun in self._points

    def wait(self) -> None:
        """It is waiting (again): nothing of it is being solved."""
        self._begun = None

    def begin(self, name: str) -> None:
        """The point of that name is being solved from now on."""
        self._begun = name

    def take(self, result: Result) -> Point | None:
        """The point of a result, which is finished now; None if it was finished before."""
        point = self._points.pop(result.name, None)
        if point is not None:
            self._found.append(result)
        return point

    def worker_died(self, cause: str, store: Store) -> Result | None:
        """The point that was being solved is tried once more; the second time it is given up, which is its result."""
        current = self._current()
        if current != self._suspect:
            self._suspect = current
            return None
        return self.give_up(f"its worker went down twice: {cause}", store)

    def give_up(self, reason: str, store: Store) -> Result:
        """The point that was being solved is an error."""
        point = self._points.pop(self._current())
        self._found.append(store.keep(point, None, Result(point.name, point.labels, "error", reason)))
        return self._found[-1]

    def give_up_all(self, reason: str, store: Store) -> list[Result]:
        """So are all that are left."""
        return [self.give_up(reason, store) for _ in range(len(self._points))]

    def _current(self) -> str:
        """The point that was begun last; if that is finished, the first that is left."""
        return self._begun if self._begun in self._points else next(iter(self._points))
