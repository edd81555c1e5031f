"""The command as a process: start-up time, pipes, signals."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import optimizer

from .conftest import Solved

COMMAND = [sys.executable, "-m", "optimizer.cli"]
ROOT = Path(optimizer.__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=cwd, env=ENVIRONMENT, timeout=120, check=False
    )


def cpu_seconds(*arguments: str, cwd: Path) -> float:
    """User and system time of the command, the best of three."""
    used = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run(*arguments, cwd=cwd).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(used)


def test_help_and_validate_start_fast(folder: Path) -> None:
    assert cpu_seconds("--help", cwd=folder) <= 0.3
    assert cpu_seconds("validate", "tiny.yaml", cwd=folder) <= 0.6


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "tiny.yaml"], ["schema"]])
def test_light_commands_leave_the_heavy_libraries_alone(folder: Path, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom optimizer.cli import app\n"
        f"app({arguments!r}, standalone_mode=False)\n"
        "heavy = {'pandas', 'numpy', 'pyomo', 'highspy', 'rich', 'scipy'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, env=ENVIRONMENT, check=True
    )
    assert done.stderr == "[]\n"


def test_solve_in_a_process(folder: Path) -> None:
    done = run("solve", "tiny.yaml", "--json", "--threads", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "optimal"
    assert run("solve", "nowhere.yaml", cwd=folder).returncode == 2
    assert run("solve", "impossible.yaml", cwd=folder).returncode == 3


def test_a_reader_that_goes_away_is_no_error(solved: Solved) -> None:
    # the reading end is closed before the first byte is written
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [*COMMAND, "show", str(solved.run)], stdout=closed, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_narrow_encoding_is_no_error(solved: Solved) -> None:
    done = subprocess.run(
        [*COMMAND, "show", str(solved.run)],
        capture_output=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"What the capital costs" in done.stdout


def test_audit_is_a_module_and_a_function(solved: Solved) -> None:
    import optimizer.audit

    assert optimizer.audit(solved.plan.instance, solved.plan.to_dict()).passed
    assert optimizer.audit.RULES
