"""The solver's process: its versions and memory, where it can be started from, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import pytest

import optimizer
from optimizer.instance.schema import Instance
from optimizer.solver import child, process
from optimizer.solver.highs import SolverError, minimise
from optimizer.solver.interpreter import environment, how_it_ended
from optimizer.solver.machine import SHARE, container_limits, memory_limit
from optimizer.solver.task import Answer, Task
from tests.cli.conftest import TINY

from .processes import ROOT, children, in_time, task
from .test_highs import LIMITS, knapsack

# ── versions and memory ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", ["1.14.0", "1.15.1", "1.9.0"])
def test_versions_with_wrong_optima_are_refused(version: str, tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "versions", lambda: {"highspy": version})
    with pytest.raises(
        SolverError, match=rf"highspy {version} .* wrong optima, 1.16.0 is needed: pip install"
    ) as error:
        optimizer.solve(tiny)
    assert error.value.summary is not None
    assert error.value.summary["status"] == "error"


@pytest.mark.parametrize("version", ["1.16.0", "1.16.1", "2.0"])
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
        "--reductions",
        "off",
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
