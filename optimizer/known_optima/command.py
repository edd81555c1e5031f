"""`capstack check` from paths to an exit code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.known_optima.collect import CheckError, collect
from optimizer.known_optima.files import destinations
from optimizer.known_optima.outputs import as_json, as_junit, counts, workflow_commands
from optimizer.known_optima.run import run
from optimizer.known_optima.solving import Result

if TYPE_CHECKING:
    from rich.console import Console

PASSED, NOT_PASSED, ONLY_INVALID = 0, 1, 2

Say = Callable[[str], None]
Display = Callable[[Callable[["Console"], None]], None]


@dataclass(frozen=True)
class Wanted:
    """What to check and what to leave behind."""

    paths: tuple[Path, ...]
    jobs: int
    junit: Path | None = None
    json: Path | None = None
    github: bool = False
    certify: tuple[str, ...] = ()


def check(wanted: Wanted, say: Say, display: Display) -> int:
    """Check all cases and report; the last line said is the count.

    Raises CheckError before anything is solved, WriteError once everything is said, and KeyboardInterrupt.
    """
    import optimizer
    from optimizer.known_optima.screen import print_results, progress

    _require(wanted.certify)
    collected = collect(wanted.paths)
    with destinations(wanted.junit, wanted.json) as (junit, json):
        with progress(len(collected.cases)) as listener:
            results = run(collected.cases, wanted.jobs, wanted.certify, listener)
        code = exit_code(results)
        version: str = optimizer.__version__
        with _commands(results, say) if wanted.github else nullcontext():
            display(lambda console: print_results(collected, results, console))
        try:
            if junit is not None:
                junit.write(as_junit(results, {"capstack": version, "certify": ", ".join(wanted.certify)}))
            if json is not None:
                json.write(as_json(collected, results, code, version))
        finally:
            passed, failed = counts(results)
            say(f"{passed} passed, {failed} failed\n")
    return code


def _require(certify: Sequence[str]) -> None:
    """See that what second opinions need is installed."""
    if certify:
        from optimizer.contract.versions import MissingExtraError
        from optimizer.solving.certify import require

        try:
            require(certify)
        except MissingExtraError as error:
            raise CheckError(str(error)) from None


def exit_code(results: Sequence[Result]) -> int:
    """2 if files are invalid and nothing else is wrong."""
    outcomes = {result.outcome for result in results} - {"passed"}
    return PASSED if not outcomes else ONLY_INVALID if outcomes == {"invalid"} else NOT_PASSED


@contextmanager
def _commands(results: Sequence[Result], say: Say) -> Iterator[None]:
    """Annotations first; while text from files is printed, the runner takes no commands, for it could hold some."""
    for line in workflow_commands(results):
        say(line + "\n")
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}\n")
    yield
    say(f"::{token}::\n")
