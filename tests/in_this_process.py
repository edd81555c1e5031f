"""What the benchmarks measure in a fresh process, called in that of the tests."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from benchmarks import measure
from benchmarks.fresh import peak_mb


def in_this_process(function: str, cap_s: float, **arguments: Any) -> measure.Row:
    """What ``MODULE:FUNCTION`` answers, without a limit of time; a row that says so where a package is missing."""
    module, _, name = function.partition(":")
    try:
        answer: measure.Row = getattr(import_module(module), name)(**arguments)
    except ImportError as error:
        return {"skipped": f"{error.name} is not installed"}
    answer.setdefault("peak_mb", peak_mb())
    return answer
