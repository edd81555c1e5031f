"""Points, each the base with other figures, solved by this process or by several, until the time is up."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from optimizer.comparison.executor import ExecutorError
from optimizer.explanation.tornado.parts import Known, read_known
from optimizer.explanation.tornado.solving import Base
from optimizer.solver.highs import Limits
from optimizer.workers.pool import StartError, done_by_processes

Found = tuple[int, Known, Known | None]
"""The number of a point, what solving again comes to, and what the plan of the base does."""


@dataclass(frozen=True)
class Point:
    """The base with other figures, by their paths; ``held``: with the plan of the base held, too."""

    changes: Mapping[str, Any]
    held: bool = False


@dataclass
class Clock:
    """The seconds for all points together (None: as many as they take), shared out among those that are left."""

    total_s: float | None
    jobs: int = 1
    begun: float = field(default_factory=time.monotonic)
    waiting: int = 0

    @property
    def spent_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left of the total, at least 0; infinite without one."""
        return float("inf") if self.total_s is None else max(0.0, self.total_s - self.spent_s)

    def next_s(self) -> float:
        """Seconds for the next point: its share of what is left, where ``jobs`` are solved at once."""
        share = min(1.0, self.jobs / max(1, self.waiting))
        self.waiting -= 1
        return self.left_s * share if self.total_s is not None else float("inf")


def solved(base: Base, points: Sequence[Point], limits: Limits, clock: Clock) -> list[tuple[Known, Known | None]]:
    """What became of each point, in their order. ``limits`` are those of one point.

    Raises ExecutorError if processes do not start.
    """
    clock.waiting = len(points)
    found: dict[int, tuple[Known, Known | None]] = {}
    spread = clock.jobs > 1 and len(points) > 1
    for number, best, held in (_by_processes if spread else _here)(base, points, limits, clock):
        found[number] = best, held
    return [found[number] for number in range(len(points))]


def _here(base: Base, points: Sequence[Point], limits: Limits, clock: Clock) -> Iterator[Found]:
    for number, point in enumerate(points):
        own = replace(limits, time_limit_s=min(limits.time_limit_s, clock.next_s()))
        yield number, *base.changed(point.changes, point.held, own)


def _by_processes(base: Base, points: Sequence[Point], limits: Limits, clock: Clock) -> Iterator[Found]:
    own = replace(limits, threads=1)
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        file = Path(folder) / "base.json"
        data = {"base": base.to_dict(), "limits": asdict(own)}
        file.write_text(json.dumps(data, allow_nan=False), encoding="utf-8")
        jobs = [_Job(number, point, own, clock) for number, point in enumerate(points)]
        try:
            yield from done_by_processes(jobs, clock.jobs, "optimizer.explanation.tornado.worker", str(file))
        except StartError as error:
            raise ExecutorError(str(error)) from None


class _Job:
    """A point as a job of the pool; whatever happens to it is its answer."""

    def __init__(self, number: int, point: Point, limits: Limits, clock: Clock) -> None:
        self._number, self._point, self._limits, self._clock = number, point, limits, clock
        self._left = True

    def __bool__(self) -> bool:
        return self._left

    def order(self) -> Mapping[str, Any]:
        """The changes, and the seconds for them."""
        seconds = min(self._limits.time_limit_s, self._clock.next_s())
        return {"changes": dict(self._point.changes), "held": self._point.held, "seconds": seconds}

    def answered(self, answer: Mapping[str, Any]) -> Iterator[Found]:
        """What was found."""
        self._left = False
        held = answer["held"]
        yield self._number, read_known(answer["best"]), None if held is None else read_known(held)

    def ended(self) -> Iterator[Found]:
        """There is nothing more."""
        if self._left:
            yield from self.failed("the worker answered nothing: this is a bug")

    def failed(self, reason: str) -> Iterator[Found]:
        """The point is an error."""
        self._left = False
        wrong = Known("error", reason=reason)
        yield self._number, wrong, wrong if self._point.held else None

    def died(self, how: str) -> Iterator[Found]:
        """So it is where its process goes down."""
        yield from self.failed(f"its worker went down: {how}")
