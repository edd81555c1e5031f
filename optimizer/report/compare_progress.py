"""How far a comparison is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import progress
from rich.console import Console

from optimizer.report.layout import printable

if TYPE_CHECKING:
    from optimizer.comparison.point import Result


class ComparisonProgress:
    """A bar with the time left on a terminal; nothing elsewhere."""

    def __init__(self, wanted: bool = True) -> None:
        self._bar: progress.Progress | None = None
        self._task: progress.TaskID | None = None
        self._wanted = wanted and sys.stderr.isatty()

    def __call__(self, done: int, total: int, last: Result | None) -> None:
        if not self._wanted:
            return
        if self._bar is None:
            self._bar = progress.Progress(
                progress.BarColumn(bar_width=30),
                progress.MofNCompleteColumn(),
                progress.TextColumn("left"),
                progress.TimeRemainingColumn(),
                progress.TextColumn("{task.description}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("", total=total)
            self._bar.start()
        assert self._task is not None
        text = f"{printable(last.name)} {last.status}" if last is not None else ""
        self._bar.update(self._task, completed=done, total=total, description=text)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
