"""From a batch to its comparison: waves of runs, since a frontier, and a sweep that is shared, needs its ends first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optimizer.comparison.against import base_runs
from optimizer.comparison.batch import Batch
from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.comparison import Comparison, comparison_of
from optimizer.comparison.executor import Executor
from optimizer.comparison.frontier import end_runs, inner_points
from optimizer.comparison.point import Chain, Point, Result
from optimizer.comparison.points import (
    Run,
    chains_between,
    cut,
    end_chains,
    mix_runs,
    single_chains,
    sweep_chains,
    sweep_runs,
)
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.reading import batch_of, load_batch
from optimizer.comparison.store import POINTS, Store
from optimizer.comparison.worker import SOLVE
from optimizer.instance.kinds import BATCH_ENDINGS
from optimizer.instance.loader import finish
from optimizer.instance.schema import Instance
from optimizer.solving.asked import levels_of

Listener = Callable[[int, int, Result | None], None]
"""Is told how many runs are done, of how many, and the last one; first with 0 and None."""


def compare(
    base: Instance | str | os.PathLike[str],
    *,
    mixes: Mapping[str, Any] | None = None,
    scenarios: Mapping[str, Any] | None = None,
    sweeps: Mapping[str, Any] | None = None,
    frontiers: Mapping[str, Any] | None = None,
    objectives: Sequence[str | Mapping[str, Any]] | None = None,
    options: Mapping[str, Any] | None = None,
    name: str | None = None,
    title: str | None = None,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    against: str | None = None,
) -> Comparison:
    """Compare financing mixes, scenarios, sweeps and frontiers of an instance.

    ``base`` is an instance, an instance file, or a batch file (``*.batch.yaml``, then nothing else is described). The
    other descriptions have the keys and meaning of a batch file, see docs/compare.md; objectives may go by their names
    alone. ``out`` is where every run is kept as soon as it is finished (None: nowhere), ``jobs`` how many processes
    share the work (None: one), and ``scheduler`` the address of a dask scheduler instead. With ``resume`` finished runs
    in ``out`` are not made again. ``against`` names a mix, a scenario or a point of a sweep: the tables then have what
    each run differs by from it.

    Raises InstanceError if the description is wrong, ValueError or TypeError if another argument is, ExecutorError, and
    WriteError. A run that has no plan raises nothing: it is a row with its status and reason.

    >>> found = optimizer.compare(base, mixes={"both": {}, "equity": {"set": {"debt": None}}})
    >>> found.table[["mix", "status", "value", "rank"]].round(3).values.tolist()
    [['both', 'optimal', 6.612, 1], ['equity', 'optimal', 12.397, 2]]
    """
    parts: dict[str, Any] = {
        "mixes": mixes,
        "scenarios": scenarios,
        "sweeps": sweeps,
        "frontiers": frontiers,
        "objectives": None if objectives is None else levels_of(objectives),
        "options": options,
        "name": name,
        "title": title,
    }
    if not isinstance(base, Instance) and os.fspath(base).endswith(BATCH_ENDINGS):
        if given := [key for key, part in parts.items() if part is not None]:
            raise ValueError(f"a batch file describes the comparison, so {', '.join(given)} cannot be given as well")
        batch = load_batch(base)
    else:
        batch = batch_of(base, **parts)
    if resume and out is None:
        raise ValueError("resume needs out, the folder of the runs that are not to be made again")
    jobs = 1 if jobs is None else jobs
    executor = executor_of(jobs, scheduler)
    if against is not None and not isinstance(against, str):
        raise TypeError(f"against should be a name, not {type(against).__name__}")
    if out is not None:
        return run_batch(batch, Path(out), executor, jobs=jobs, resume=resume, against=against)
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        found = run_batch(batch, Path(folder), executor, jobs=jobs, against=against)
        results = {key: replace(result, run=None) for key, result in found.results.items()}
        return replace(found, results=results, folder=None)


def executor_of(jobs: int, scheduler: str | None, solve: str = SOLVE) -> Executor:
    """This machine, or the cluster of a scheduler. Raises ValueError for less than one job or an empty address.

    ``solve`` names what solves a chain, as module:function.
    """
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise ValueError(f"jobs should be a whole number of at least 1, not {jobs!r}")
    if scheduler is not None and not (isinstance(scheduler, str) and scheduler):
        raise ValueError(f"scheduler should be an address such as tcp://head:8786, not {scheduler!r}")
    return LocalExecutor(jobs, solve) if scheduler is None else ClusterExecutor(scheduler, solve)


def run_batch(
    batch: Batch,
    folder: Path,
    executor: Executor,
    *,
    jobs: int = 1,
    resume: bool = False,
    listener: Listener | None = None,
    against: str | None = None,
) -> Comparison:
    """Make every run of a batch, and write the comparison into ``folder`` beside them.

    ``jobs`` is into how many chains a long sweep or frontier is cut at most; of such a sweep both ends come first.
    Raises ValueError, before anything is solved, if there is no base of differences called ``against``.
    """
    work = _Work(executor, Store(folder), resume, listener or (lambda _done, _total, _last: None))
    runs: list[Run] = mix_runs(batch)
    singles = list(runs)
    chains: list[Chain] = []
    shared: dict[str, list[Run]] = {}
    for name in batch.file.sweeps:
        points = sweep_runs(batch, name)
        runs += points
        if alone := end_chains(batch, name, points, jobs):
            shared[name] = points
        chains += alone or sweep_chains(batch, name, points, jobs)
    if against is not None:
        base_runs(against, runs)
    ends = {name: end_runs(batch, name) for name in batch.file.frontiers}
    singles += [end for pair in ends.values() for end in pair]
    for each in [*runs, *(end for pair in ends.values() for end in pair)]:
        work.plan(each)
    # the longest first, so that no worker is left with a long one when the others are done
    chains.sort(key=lambda chain: -len(chain.points))
    more = sum(each.points - 2 for each in batch.file.frontiers.values())
    work.solve([*chains, *single_chains(singles)], more)
    if shared:
        work.solve([c for name in shared for c in chains_between(name, shared[name], jobs, work.results)], more)

    order = [each.name for each in runs]
    second: list[Chain] = []
    for name, (first, last) in ends.items():
        inner = inner_points(batch, name, [work.results[first.name], work.results[last.name]])
        order += [first.name, *(point.name for point in inner), last.name]
        second += cut(f"frontiers/{name}", inner, jobs)
        for point in inner:
            work.plan(point)
    work.solve(second, 0)

    base = finish(batch.base, []).instance
    results = {name: work.results[name] for name in order}
    found = comparison_of(batch, base.hash if base else "", results, folder, work.instances, against)
    found.write(folder)
    return found


def runs_kept(folder: Path) -> int:
    """How many finished runs lie in a folder, those of earlier attempts included."""
    return len(list((folder / POINTS).glob("[!.]*.json")))


@dataclass
class _Work:
    """Runs as they come in. Equal runs under different names are made once."""

    executor: Executor
    store: Store
    resume: bool
    listener: Listener
    results: dict[str, Result] = field(default_factory=dict)
    _planned: int = 0
    _points: dict[str, Point] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)

    @property
    def instances(self) -> dict[str, Instance]:
        """The instances of the runs that are one, by name."""
        return {name: point.instance for name, point in self._points.items()}

    def plan(self, run: Run) -> None:
        """Take note of a run; one that makes no instance is done."""
        self._planned += 1
        if isinstance(run, Result):
            self.results[run.name] = run
        else:
            self._points[run.name] = run
            key = self._keys[run.name] = self.store.key(run)
            self._names.setdefault(key, []).append(run.name)

    def solve(self, chains: Sequence[Chain], more: int) -> None:
        """Make the runs of chains; ``more`` are expected after them."""
        left = self._once(chains)
        self.listener(len(self.results), self._planned + more, None)
        if left:
            for result in self.executor.run(left, self.store, resume=self.resume):
                self._take(result, self._keys[result.name])
                self.listener(len(self.results), self._planned + more, result)

    def _once(self, chains: Sequence[Chain]) -> list[Chain]:
        """The chains without runs that an earlier one has, or that are done already."""
        done = {self._keys[name]: result for name, result in self.results.items() if name in self._keys}
        for key, result in done.items():
            self._take(result, key)
        taken, found = set(done), []
        for chain in chains:
            helping = {result.name for result in chain.found}
            points = []
            for point in chain.points:
                if point.name in helping:
                    points.append(point)
                elif self._keys[point.name] not in taken:
                    taken.add(self._keys[point.name])
                    points.append(point)
            if len(points) > len(helping):
                found.append(replace(chain, points=tuple(points)))
        return found

    def _take(self, result: Result, key: str) -> None:
        for name in self._names[key]:
            if name not in self.results:
                self.results[name] = replace(result, name=name, labels=self._points[name].labels)
