"""What tests of batch files share: the instances of one, and what is said about it."""

from __future__ import annotations

from pathlib import Path

from optimizer.comparison.batch import Batch
from optimizer.comparison.points import mix_runs
from optimizer.comparison.reading import check_batch
from optimizer.instance.schema import Instance

from .examples import batch_file


def instances(batch: Batch) -> dict[str, Instance]:
    """Mix/scenario → instance, where there is one."""
    return {each.name.removeprefix("mixes/"): each.instance for each in mix_runs(batch) if hasattr(each, "instance")}


def said(folder: Path, text: str) -> list[tuple[str, int, int, str, str]]:
    """Code, line, column, message and help of each error of a batch file."""
    batch, found = check_batch(batch_file(folder, text))
    errors = [each for each in found if each.severity == "error"]
    assert (batch is None) == bool(errors)
    assert all(each.source_line for each in errors)
    return [(each.code, each.line, each.column, each.message, each.help) for each in errors]
