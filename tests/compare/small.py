"""Many small programmes, and a stand-in for solving them that does as its points say."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.instance.loader import load, loads
from optimizer.instance.schema import Instance
from tests.compare.examples import TWO_SOURCES

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = "tests.compare.small:stand_in"
OPTIONS = Options(gap_share=0.0, time_limit_s=60.0)


def impossible() -> Chain:
    """A chain of one point without a plan: 120 do not repay 100 at 30 %, and no equity can be raised."""
    broken = loads(TWO_SOURCES).replace({"debt.loan.rate_per_year": 0.3, "equity.rounds": None})
    return Chain("impossible", (Point("usury", {}, broken, Options(0.0, 60.0)),))


def data(need: float = 45.0) -> dict[str, Any]:
    """One need for money and two rounds to raise it with, the instance known-optimal/equity-round."""
    canonical = load(ROOT / "instances" / "known-optimal" / "equity-round.yaml").canonical()
    canonical["cash_flows"]["need"]["musd_per_period"] = [-need, 0.0, 0.0]
    return canonical


def family(count: int, per_chain: int) -> list[Chain]:
    """Chains of points whose needs rise by 0.01 each, from 30 on; from 400 on no round is large enough."""
    base = data()
    points = []
    for number in range(count):
        need = 30.0 + number * 0.01
        base["cash_flows"]["need"]["musd_per_period"] = [-need, 0.0, 0.0]
        points.append(Point(f"need-{number:04d}", {"need": need}, Instance.model_validate(base), OPTIONS))
    return in_chains(points, per_chain)


def in_chains(points: Sequence[Point], per_chain: int) -> list[Chain]:
    starts = range(0, len(points), per_chain)
    return [Chain(f"chain-{start}", tuple(points[start : start + per_chain])) for start in starts]


def told(orders: Sequence[str], log: Path, per_chain: int) -> list[Chain]:
    """Chains for the stand-in: what each point is to do, and where it is noted that it was begun."""
    options = [replace(OPTIONS, seed=number) for number in range(len(orders))]
    instance = Instance.model_validate(data())
    points = [
        Point(f"point-{number}", {"do": order, "log": str(log)}, instance, options[number])
        for number, order in enumerate(orders)
    ]
    return in_chains(points, per_chain)


def begun(log: Path) -> dict[str, int]:
    """How often each point was begun."""
    names = [line.split()[0] for line in log.read_text(encoding="utf-8").splitlines()]
    return {name: names.count(name) for name in sorted(set(names))}


def pids(log: Path) -> list[int]:
    """The process that each point was begun in."""
    return [int(line.split()[1]) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def table(results: Sequence[Result]) -> list[Result]:
    """The results in the order of their names, without what may differ: where the run is and how long it took."""
    found = [
        replace(each, seconds=0.0, run=None, levels=tuple(_lasting(level) for level in each.levels)) for each in results
    ]
    return sorted(found, key=lambda result: result.name)


def _lasting(level: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in level.items() if name != "seconds"}


def quick_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for thousands of files, in memory where that is to be had: what is kept is forced to the disk."""
    memory = Path("/dev/shm")
    room = memory.is_dir() and os.access(memory, os.W_OK) and _free(memory) > 2**30
    return tempfile.TemporaryDirectory(prefix="capstack-test-", dir=memory if room else None)


def _free(folder: Path) -> int:
    about = os.statvfs(folder)
    return about.f_bavail * about.f_frsize


def gone(pid: int) -> bool:
    """Whether a process has ended, or does within ten minutes."""
    for _ in range(12_000):
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def stand_in(chain: Chain, keep: Callable[..., Result], known: Callable[[Point], Result | None]) -> Iterator[Result]:
    """Solves nothing: says ``infeasible`` of every point, after what its label ``do`` tells it to do.

    die: kill this process · die once FILE: only if FILE is not there · raise · print · sleep SECONDS
    """
    before = {result.name for result in chain.found}
    for point in chain.points:
        if point.name in before:
            continue
        result = known(point)
        if result is None:
            with open(str(point.labels["log"]), "a", encoding="utf-8") as log:
                log.write(f"{point.name} {os.getpid()}\n")
            _obey(str(point.labels["do"]))
            result = keep(point, None, Result(point.name, point.labels, "infeasible", f"seed {point.options.seed}"))
        yield result


def _obey(order: str) -> None:
    match order.split():
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["die", "once", file]:
            if not Path(file).exists():
                Path(file).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case ["raise"]:
            raise RuntimeError("a bug")
        case ["print"]:
            os.write(1, b"what a solver may print\n")
            print("and what a library may")
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case _:
            assert order == "", order
