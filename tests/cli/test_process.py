"""The command as a process: start-up time, pipes, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import optimizer
from optimizer.plan.run_folder import read_run

from .conftest import Solved

COMMAND = [sys.executable, "-m", "optimizer.cli"]
ROOT = Path(optimizer.__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PATIENCE_S = 600
"""For what takes seconds on a machine that has nothing else to do."""


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env=ENVIRONMENT,
        timeout=PATIENCE_S,
        check=False,
    )


OF_THE_PARSER = {"typer"}
OF_A_FILE = {*OF_THE_PARSER, "pydantic", "yaml"}
IMPORTED: dict[str, tuple[set[str], set[str]]] = {
    "--help": (OF_THE_PARSER, set()),
    "--version": (OF_THE_PARSER, {"contract"}),
    "validate tiny.yaml": (OF_A_FILE, {"contract", "finance", "instance"}),
    "init other": (OF_A_FILE, {"contract", "finance", "instance"}),
    "schema": (OF_A_FILE, {"contract", "finance", "instance"}),
}
"""Command → the packages of others that it may import, of those that the project depends on, and the folders of ours
beside `commands`."""
DEPENDENCIES = {"highspy", "numpy", "pandas", "pydantic", "pyomo", "yaml", "rich", "scipy", "typer"}


@pytest.mark.parametrize("arguments", IMPORTED)
def test_light_commands_import_what_they_need_and_no_more(folder: Path, arguments: str) -> None:
    code = (
        "import sys\nfrom optimizer.cli import app\n"
        f"app({arguments.split()!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=folder, env=ENVIRONMENT, check=True
    )
    names = [name.split(".") for name in done.stderr.split()]
    ours = {[*name, ""][1] for name in names if name[0] == "optimizer"}
    packages, folders = IMPORTED[arguments]
    assert {name[0] for name in names} & DEPENDENCIES == packages
    assert ours == {"", "cli", "commands", *folders}


def test_a_command_imports_no_other_command(folder: Path) -> None:
    code = (
        "import sys\nfrom optimizer.cli import COMMANDS, app\n"
        "app(['validate', 'tiny.yaml'], standalone_mode=False)\n"
        "print(*(name for name in COMMANDS if f'optimizer.commands.{name}' in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=folder, env=ENVIRONMENT, check=True
    )
    assert done.stderr == "validate\n"


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


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(folder: Path, closed: str) -> None:
    """What would have been printed is lost, and nothing of it is in a file that happens to get the number."""
    line = f'exec "$0" -m optimizer.cli solve tiny.yaml --threads 1 --out out {closed}'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable], capture_output=True, cwd=folder, env=ENVIRONMENT, check=False
    )
    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
    assert (b"audit passed" in done.stdout) == (">&-" not in closed.split())
    (run,) = (folder / "out" / "tiny").iterdir()
    assert read_run(run).status == "optimal"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a file that is always full")
def test_output_that_cannot_be_written_is_one_message(solved: Solved) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "show", str(solved.run)], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    message = b"standard output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (5, message)


def test_ctrl_c_while_the_command_is_imported(tmp_path: Path) -> None:
    """The first import of the command is interrupted: exit code 130, and no traceback."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [*COMMAND, "--help"], capture_output=True, env={**ENVIRONMENT, "PYTHONPATH": path}, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_audit_and_compare_are_functions_whatever_was_imported(solved: Solved) -> None:
    import optimizer.auditing
    import optimizer.comparison.run

    assert optimizer.audit(solved.plan.instance, solved.plan.to_dict()).passed
    assert optimizer.auditing.RULES
    assert optimizer.compare is optimizer.comparison.run.compare


def interrupted(folder: Path, signals: int) -> tuple[int, str, str]:
    """Exit code, output and messages of a solve that takes long, sent so many signals once it has a plan."""
    at_once = "from optimizer.report import progress; progress.SELDOM_S = 0.0; from optimizer.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        at_once,
        "solve",
        str(ROOT / "instances" / "anthropic-50b.yaml"),
        "--out",
        str(folder),
        "--gap",
        "0",
    ]
    command += ["--reductions", "off"]  # which takes longer
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", env=ENVIRONMENT) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "best $" in line:
                break
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.005)
        try:
            output, messages = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    return process.returncode, output, messages


def test_a_job_in_the_background_is_not_interrupted(folder: Path) -> None:
    """``nohup``, and a script that starts a job in the background, have interrupts ignored: they stay so."""
    command = [*COMMAND, "solve", "tiny.yaml", "--quiet", "--threads", "1"]

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, cwd=folder, env=ENVIRONMENT, preexec_fn=ignore
    ) as process:
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
    assert process.returncode == 0


@pytest.mark.slow
def test_ctrl_c_keeps_the_incumbent(tmp_path: Path) -> None:
    """Interrupted once it has a plan, a solve writes that plan, audited, and says that it was interrupted."""
    code, output, _ = interrupted(tmp_path, 1)
    assert code == 4
    assert "feasible, interrupted: within" in output
    assert "audit passed" in output
    (run,) = (tmp_path / "anthropic-50b").iterdir()
    assert json.loads((run / "audit.json").read_text(encoding="utf-8"))["passed"]


@pytest.mark.slow
def test_ctrl_c_twice_ends_at_once(tmp_path: Path) -> None:
    """The second time, the run ends without a plan, unless it was quicker; never in a crash of HiGHS."""
    code, _, messages = interrupted(tmp_path, 2)
    assert code in (130, 4)
    assert "terminate" not in messages
