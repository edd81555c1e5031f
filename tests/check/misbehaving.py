"""Checks that misbehave, for the processes that have to bear them: what a case does is in the name of its files."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from optimizer.known_optima.collect import Case
from optimizer.known_optima.findings import Verdict
from optimizer.known_optima.run import run
from optimizer.known_optima.solving import Result

CHECK = "tests.check.misbehaving:check"


def check(case: Case, certify: Sequence[str] = ()) -> Result:
    """Die, exit, raise, answer with something that cannot be sent, or pass and say in which process."""
    match case.name.split("-")[0]:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            sys.exit(3)
        case "raise":
            raise ValueError("out of range")
        case "unsendable":
            return Result(case, lambda: None, 0.0)  # type: ignore[arg-type]
        case "interrupt":
            (Path(str(case.instance)).parent / "worker").write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getppid(), signal.SIGINT)
            time.sleep(600)
        case "swallow":
            # what the solver does: it takes an interrupt for a request to stop, and answers
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                return Result(case, Verdict("passed"), 0.0)
    return Result(case, Verdict("passed"), float(os.getpid()))


def cases(*names: str, folder: Path = Path()) -> list[Case]:
    """Cases of these names."""
    return [Case(name, folder / f"{name}.yaml", folder / f"{name}.expected.yaml") for name in names]


if __name__ == "__main__":
    run(cases("interrupt", "other", folder=Path(sys.argv[1])), 2, check=CHECK)
