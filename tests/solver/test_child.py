"""The solver's process: what crosses the boundary, what a death of it leaves, and where it can be started from."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

import optimizer
from optimizer.instance.schema import Instance
from optimizer.solver import child, highs, process
from optimizer.solver.highs import Limits, LostError, SolverError, minimise
from optimizer.solver.interpreter import environment, how_it_ended
from optimizer.solver.machine import SHARE, container_limits, memory_limit
from optimizer.solver.task import BASIC, LOWER, UPPER, Answer, Task, content, receive, send
from tests.cli.conftest import TINY

from .test_highs import LIMITS, hard, knapsack

Dying = Callable[[str, str], None]
ROOT = Path(optimizer.__file__).parents[1]


def task() -> Task:
    """The knapsack as it is sent."""
    matrix, objective = knapsack()
    return highs._task(matrix, replace(objective, cost=-objective.cost), highs._options(matrix, LIMITS))


@pytest.fixture
def tiny(tmp_path: Path) -> Instance:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return optimizer.load(tmp_path / "tiny.yaml")


def children(of: int) -> list[int]:
    """The solver's processes that a process has started and that are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text(encoding="utf-8")
        except OSError:  # it ended meanwhile
            continue
        if parent == of and process.MODULE in command:
            found.append(int(stat.parent.name))
    return found


def in_time(true: Callable[[], object]) -> bool:
    """Whether something becomes true; a loaded machine may take a while."""
    for _ in range(600):
        if true():
            return True
        time.sleep(0.1)
    return False


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
    assert replace(here, x=None) == replace(there, x=None)
    (*_, best) = [found["x"] for kind, found in told if kind == "plan"]
    assert best == pytest.approx(here.x)


def test_stop_and_a_plan_in_time_end_a_search() -> None:
    matrix, objective = hard()
    endless = highs._task(matrix, objective, highs._options(matrix, LIMITS))
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
    basis = highs.solved_basis(matrix, replace(objective, cost=-objective.cost), LIMITS)
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

    def watch(incumbent: float, bound: float) -> None:
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


# ── versions and memory ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", ["1.14.0", "1.15.0", "1.9.0"])
def test_versions_with_wrong_optima_are_refused(version: str, tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "versions", lambda: {"highspy": version})
    with pytest.raises(
        SolverError, match=rf"highspy {version} .* wrong optima, 1.15.1 is needed: pip install"
    ) as error:
        optimizer.solve(tiny)
    assert error.value.summary is not None
    assert error.value.summary["status"] == "error"


@pytest.mark.parametrize("version", ["1.15.1", "1.16.0rc1", "2.0"])
def test_other_versions_are_taken(version: str) -> None:
    process._check_version(version)


def test_the_limit_is_a_part_of_what_the_container_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "memory.max").write_text("2000000\n", encoding="utf-8")
    (tmp_path / "a" / "b" / "memory.max").write_text("max\n", encoding="utf-8")
    (tmp_path / "memory" / "c").mkdir(parents=True)
    (tmp_path / "memory" / "c" / "memory.limit_in_bytes").write_text("3000000\n", encoding="utf-8")
    groups = tmp_path / "cgroup"
    groups.write_text("0::/a/b\n5:cpu,memory:/c\n4:cpu:/\n", encoding="utf-8")
    assert sorted(container_limits(groups, tmp_path)) == [2_000_000, 3_000_000]
    assert list(container_limits(tmp_path / "nowhere", tmp_path)) == []
    monkeypatch.setattr("optimizer.solver.machine.container_limits", lambda: iter([1_000_000_000]))
    assert memory_limit() == int(SHARE * 1e9)


def test_how_a_process_ended_in_words() -> None:
    assert how_it_ended(1) == "ended with exit code 1"
    assert how_it_ended(-signal.SIGSEGV) == "was ended by signal 11 (SIGSEGV)"
    assert how_it_ended(-200) == "was ended by signal 200"


# ── where it is started from ──────────────────────────────────────────────────────────────────────────────────────


def python(*arguments: str, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Python with this package on its path."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    wanted = {"capture_output": True, "text": True, "check": True, "timeout": 300, **options}
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, **wanted)  # type: ignore[call-overload,no-any-return]


SCRIPT = "import optimizer; print(optimizer.solve(optimizer.load('tiny.yaml'), threads=1).status)"


@pytest.mark.parametrize("way", ["-c", "script", "spawned"])
def test_a_folder_full_of_traps(way: str, tmp_path: Path) -> None:
    """A folder with a highspy.py in it, a script without a guarded main module, a spawned process.

    What the script itself would fall into is there only where its folder is not on its path.
    """
    for trap in ("highspy", *(("json", "optimizer") if way == "-c" else ())):
        (tmp_path / f"{trap}.py").write_text("raise SystemExit('the trap')\n", encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT
        if way == "script"
        else f"def work():\n    {SCRIPT}\n\nif __name__ == '__main__':\n    import multiprocessing as m\n"
        "    p = m.get_context('spawn').Process(target=work); p.start(); p.join()\n",
        encoding="utf-8",
    )
    arguments = ["-P", "-c", SCRIPT] if way == "-c" else [str(script)]
    assert python(*arguments, cwd=tmp_path).stdout == "optimal\n"


def test_the_script_comes_last_and_this_package_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/script", "/lib", "", "/site"])
    assert environment()["PYTHONPATH"].split(os.pathsep) == ["/lib", "/site", "/script", str(ROOT)]
    monkeypatch.setattr(sys, "path", [str(ROOT), "/lib"])
    assert environment()["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "/lib"]


@pytest.mark.skipif(os.name == "nt", reason="descriptors")
def test_an_owner_without_standard_streams(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    code = SCRIPT.replace("print(", "open('out', 'w').write(")
    shell = 'exec "$0" -c "$1" <&- >&- 2>&-'
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(["sh", "-c", shell, sys.executable, code], cwd=tmp_path, env=env, timeout=300, check=True)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "optimal"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_no_orphan_is_left(tmp_path: Path) -> None:
    """The owner is killed in the middle of a search; its solver ends by itself."""
    command = [
        sys.executable,
        "-m",
        "optimizer.cli",
        "solve",
        str(ROOT / "instances" / "anthropic-50b.yaml"),
        "--gap",
        "0",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, encoding="utf-8", env=env)
    assert owner.stderr is not None
    for line in owner.stderr:
        if "best $" in line:
            break
    (solver,) = children(owner.pid)
    owner.kill()
    owner.communicate()
    assert in_time(
        lambda: not Path(f"/proc/{solver}").exists() or "Z" in Path(f"/proc/{solver}/stat").read_text(encoding="utf-8")
    )


def test_a_fork_has_none_of_its_owners_processes() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("there is no fork")
    minimise(*knapsack(), LIMITS)
    before = list(process._idle)
    assert before
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(write, str(len(process._idle)).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(read, 1) == b"0"
    assert minimise(*knapsack(), LIMITS, maximise=True).value == pytest.approx(42.0)
    assert process._idle == before
    os.close(read)
    os.close(write)


def test_an_answer_without_anything_is_refused() -> None:
    with pytest.raises(SolverError, match="HiGHS refuses no_such_option = 1"):
        process.solve(replace(task(), options=task().options | {"no_such_option": 1}))
    refused = child.solve(
        replace(task(), options={"threads": 1, "solver": 3}), threading.Event(), lambda *_, **__: None
    )
    assert refused == Answer(refusal="HiGHS refuses solver = 3", value=refused.value, bound=refused.bound)


@pytest.mark.parametrize("again", [True, False])
def test_a_search_that_fails_is_tried_again_with_other_options(monkeypatch: pytest.MonkeyPatch, again: bool) -> None:
    tried: list[float] = []
    original = child._run

    def run(solver: highspy.Highs, given: Task, *others: Any) -> bool:
        tried.append(solver.getOptionValue("small_matrix_value")[1])
        return again and len(tried) > 1 and original(solver, given, *others)

    monkeypatch.setattr(child, "_run", run)
    asked = replace(task(), tries=({"small_matrix_value": 1e-9},))
    answer = child.solve(asked, threading.Event(), lambda *_, **__: None)
    assert tried == [1e-12, 1e-9]
    assert answer.refusal == (None if again else "HiGHS reports an error")
    assert (answer.status == "Optimal") is again
