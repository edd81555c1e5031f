"""The runs of a folder as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from optimizer.report.layout import printable
from optimizer.report.numbers import RATES, money, percent, rate

if TYPE_CHECKING:
    from optimizer.comparison.rows import Run


def print_runs(runs: Sequence[Run], folder: str, console: Console) -> None:
    """A row for each run, with the reason below it if it has no plan; paths as other commands take them."""
    if not runs:
        console.print(Text(f"no such runs in {printable(folder)}"))
        return
    objectives = {run.objectives[0] for run in runs if run.objectives}
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    grid.add_column("run", overflow="fold")
    for column in ("value", "gap"):
        grid.add_column(column, justify="right", no_wrap=True)
    grid.add_column("status", no_wrap=True)
    grid.add_column("s", justify="right", no_wrap=True)
    for run in runs:
        grid.add_row(*(escape(cell) for cell in _cells(run, folder, len(objectives) > 1)), style=_style(run))
    console.print(grid)
    many = f"{len(runs):,} runs" if len(runs) != 1 else "1 run"
    of = f"; value and gap of {printable(next(iter(objectives)))}" if len(objectives) == 1 else ""
    rates = f"; {RATES}" if "wacc" in objectives else ""
    console.print(Text(many + of + rates, style="dim"))


def _cells(run: Run, folder: str, with_objective: bool) -> list[str]:
    show = money if run.unit == "musd" else rate
    below = [run.point, run.objectives[0] if with_objective and run.objectives else ""]
    lines = [f"{folder}/{run.path}", " · ".join(printable(text) for text in below if text), printable(run.reason)]
    return [
        "\n  ".join(line for line in lines if line),
        "" if run.value is None else show(run.value),
        "" if run.gap_share is None else percent(run.gap_share, 2),
        run.status if run.audit_passed is not False else "AUDIT FAILED",
        "" if run.seconds is None else f"{run.seconds:,.0f}",
    ]


def _style(run: Run) -> str:
    if run.audit_passed is False or run.status in ("error", "invalid"):
        return "red"
    return "" if run.status == "optimal" else "yellow"
