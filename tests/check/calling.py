"""The command that checks, called."""

from __future__ import annotations

import os
from pathlib import Path

from typer.testing import CliRunner, Result

import optimizer
from optimizer import cli

ROOT = Path(optimizer.__file__).parent.parent


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
RUN = CliRunner()


def call(*arguments: object, jobs: int = 1) -> Result:
    result = RUN.invoke(cli.app, ["check", "--jobs", str(jobs), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def last(result: Result) -> str:
    return result.stdout.splitlines()[-1]
