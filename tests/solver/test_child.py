"""The solver's process: what crosses the boundary, and what a death of it leaves."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pytest

import optimizer
from optimizer.instance.schema import Instance
from optimizer.solver import child, highs, process
from optimizer.solver.highs import Limits, LostError, SolverError, minimise
from optimizer.solver.relaxation import solved_basis
from optimizer.solver.task import BASIC, LOWER, UPPER, content, receive, send

from .processes import ROOT, Dying, children, task
from .test_child_start import python
from .test_highs import LIMITS, hard, knapsack

# ── what crosses the boundary ─────────────────────────────────────────────────────────────────────────────────────


def test_a_frame_comes_back_as_it_was() -> None:
    sent = replace(task(), start=np.array([0.1, -np.inf, np.nan, 5e-324]), plan_s=0.1, tries=({"solver": "ipm"},))
    stream = io.BytesIO()
    send(stream, "task", **content(sent))
    send(stream, "stop")
    stream.seek(0)
    kind, found = receive(stream)
    assert kind == "task"
    for name, value in content(sent).items():
        if isinstance(value, np.ndarray):
            assert found[name].dtype == value.dtype
            assert found[name].tobytes() == value.tobytes(), name
        else:
            assert found[name] == (list(value) if isinstance(value, tuple) else value), name
    assert receive(stream) == ("stop", {})
    with pytest.raises(EOFError):
        receive(stream)


def test_a_frame_that_is_cut_off_is_an_end() -> None:
    stream = io.BytesIO()
    send(stream, "plan", x=np.ones(3))
    with pytest.raises(EOFError):
        receive(io.BytesIO(stream.getvalue()[:-1]))


def test_the_process_gives_what_the_function_gives() -> None:
    told: list[tuple[str, dict[str, object]]] = []
    here = child.solve(task(), threading.Event(), lambda kind, **found: told.append((kind, found)))
    there = process.solve(task())
    assert (here.status, here.value) == ("Optimal", pytest.approx(-42.0))
    assert here.x is not None
    assert there.x is not None
    assert here.x.tolist() == there.x.tolist() == pytest.approx([0.0, 1.0, 1.0, 1.0])
    assert (here.processor_s, there.processor_s > 0.0) == (0.0, True)
    assert replace(here, x=None) == replace(there, x=None, processor_s=0.0)
    (*_, best) = [found["x"] for kind, found in told if kind == "plan"]
    assert best == pytest.approx(here.x)


def test_stop_and_a_plan_in_time_end_a_search() -> None:
    matrix, objective = hard()
    endless = highs.task_of(matrix, objective, highs.options_of(matrix, LIMITS))
    for ended in (replace(endless, plan_s=0.0), endless):
        stop = threading.Event()

        def tell(kind: str, stop: threading.Event = stop, early: bool = ended.plan_s is None, **_: object) -> None:
            if early and kind == "plan":
                stop.set()

        answer = child.solve(ended, stop, tell)
        assert answer.status == "Interrupt"
        assert answer.x is not None


def test_a_basis_is_counted_as_highs_does() -> None:
    kinds = highspy.HighsBasisStatus
    assert (kinds.kLower.value, kinds.kBasic.value, kinds.kUpper.value) == (LOWER, BASIC, UPPER)
    # the dearest by weight are taken whole, the last is cut by the capacity: 12/4, 22/7, 16/5, 8/3 a unit of weight
    matrix, objective = knapsack(integer=False)
    basis = solved_basis(matrix, replace(objective, cost=-objective.cost), LIMITS)
    assert basis is not None
    assert basis.tolist() == [UPPER, UPPER, BASIC, LOWER, UPPER]


@pytest.mark.parametrize("threads", [1, 2])
def test_two_processes_give_the_same_plan(threads: int, tmp_path: Path) -> None:
    """Bytes of plan.json, from two owners each with a process of its own."""
    code = (
        "import sys, optimizer; from optimizer.plan.run_folder import write_run; from pathlib import Path\n"
        "plan = optimizer.solve(optimizer.load(sys.argv[1]), threads=int(sys.argv[2]), seed=7)\n"
        "print(write_run(plan, sys.argv[3]))\n"
    )
    example = ROOT / "instances" / "templates" / "minimal.yaml"
    runs = [
        Path(python("-c", code, str(example), str(threads), str(tmp_path / name), cwd=tmp_path).stdout.strip())
        for name in ("one", "two")
    ]
    first, second = ((tmp_path / run / "plan.json").read_bytes() for run in runs)
    assert len(first) > 1000
    assert first == second


# ── a process that dies ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("SIGSEGV", "was ended by signal 11 (SIGSEGV)"),
        ("SIGKILL", "was ended by signal 9 (SIGKILL), for want of memory perhaps"),
        ("SIGABRT", "was ended by signal 6 (SIGABRT)"),
    ],
)
def test_a_crash_with_a_plan_keeps_it(tiny: Instance, dying: Dying, how: str, words: str) -> None:
    best = optimizer.solve(tiny, threads=1)
    dying(how, "plan")
    plan = optimizer.solve(tiny, threads=1)
    assert plan.summary["crash"].startswith(f"the solver {words} after ")
    assert " of the level cost_of_capital; its memory limit was " in plan.summary["crash"]
    assert (plan.status, plan.audit_passed) == ("feasible", True)
    assert plan.summary["message"].startswith(f"feasible, {plan.summary['crash']}: within ")
    # there is one hall to build and one loan to take: the plan of the search is the best one
    assert plan.metrics["cost_of_capital"] == pytest.approx(best.metrics["cost_of_capital"])
    assert [level["status"] for level in plan.summary["levels"]] == ["feasible", "feasible"]


def test_a_crash_without_a_plan_says_what_is_known(tiny: Instance, dying: Dying) -> None:
    dying("SIGSEGV", "task")
    with pytest.raises(
        LostError, match=r"ended by signal 11 \(SIGSEGV\) after .* of the level cost_of_capital"
    ) as lost:
        optimizer.solve(tiny, threads=1)
    assert lost.value.summary is not None
    assert (lost.value.summary["status"], lost.value.summary["message"]) == ("error", str(lost.value))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("with_plan", [True, False])
def test_killed_in_the_middle_of_a_search(with_plan: bool) -> None:
    """A real SIGKILL; where slack is forbidden there is no plan to find."""
    process.end_all()
    matrix, objective = hard()
    if not with_plan:
        matrix = replace(matrix, high=np.r_[np.ones(50), np.zeros(12)])
    (seen, killed) = threading.Event(), []

    def watch(incumbent: float, bound: float, _: str) -> None:
        if not with_plan or incumbent == incumbent:
            seen.set()

    def kill() -> None:
        seen.wait(60.0)
        killed.extend(children(os.getpid()))
        for each in killed:
            os.kill(each, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(
        LostError, match=r"was ended by signal 9 \(SIGKILL\), for want of memory perhaps; its memory"
    ) as lost:
        minimise(matrix, objective, LIMITS, watch=watch)
    killer.join()
    assert len(killed) == 1
    assert lost.value.crashed
    assert len(lost.value.plans) == with_plan
    for x in lost.value.plans:
        assert matrix.rows @ x == pytest.approx(matrix.row_low, abs=1e-6)
        assert x[:50] == pytest.approx(np.round(x[:50]), abs=1e-6)
    assert minimise(*knapsack(), LIMITS, maximise=True).value == pytest.approx(42.0)


@pytest.mark.parametrize("how", ["bad_alloc", "memory"])
def test_too_little_memory_is_a_limit_and_no_crash(
    tiny: Instance, dying: Dying, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying(how, "plan")
    monkeypatch.setattr(process, "memory_limit", lambda: 1_500_000_000)
    plan = optimizer.solve(tiny, threads=1)
    assert "crash" not in plan.summary
    assert "the solver needed more memory than it may have" in plan.summary["message"]
    assert "; its memory limit was 1.5 GB: within" in plan.summary["message"]
    assert (plan.status, plan.audit_passed) == ("feasible", True)
    dying(how, "task")
    with pytest.raises(LostError, match=r"its memory limit was 1\.5 GB"):
        optimizer.solve(tiny, threads=1)


def test_an_array_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds: a process that may have 300 MB is given a start of 400 MB, which it cannot take in."""
    process.end_all()
    monkeypatch.setattr(process, "memory_limit", lambda: 300_000_000)
    with pytest.raises(LostError, match=r"needed more memory than it may have; its memory limit was 0\.3 GB"):
        process.solve(replace(task(), start=np.zeros(50_000_000)))
    assert process.solve(task()).status == "Optimal"
    process.end_all()


def test_one_that_is_killed_while_it_waits_is_replaced() -> None:
    process.end_all()
    minimise(*knapsack(), LIMITS)
    (idle,) = process._idle
    idle._process.kill()
    idle._process.wait()
    assert minimise(*knapsack(), LIMITS, maximise=True).value == pytest.approx(42.0)
    assert process._idle != [idle]


def test_one_that_cannot_be_started_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    process.end_all()
    monkeypatch.setattr(process, "MODULE", "optimizer.no_such_module")
    with pytest.raises(SolverError, match=r"does not start: it ended with exit code 1: .*no_such_module"):
        minimise(*knapsack(), LIMITS)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(SolverError, match=r"cannot be started: .*No such file"):
        minimise(*knapsack(), LIMITS)


def test_threads_have_processes_of_their_own_that_are_used_again() -> None:
    process.end_all()
    found: list[float] = []
    threads = [
        threading.Thread(target=lambda: found.append(minimise(*hard(), Limits(0.0, 2.0, 1, 0)).value)) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(process._idle) == 2
    idle = list(process._idle)
    minimise(*knapsack(), LIMITS)
    assert set(process._idle) == set(idle)
