"""What a person sees: progress, the table of cases, and why some did not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from optimizer.instance.diagnostics import UNPRINTABLE, render
from optimizer.known_optima.collect import Collected, some
from optimizer.known_optima.findings import number
from optimizer.known_optima.outputs import explained
from optimizer.known_optima.solving import Result

STYLES = {"passed": "green", "failed": "bold red", "timeout": "yellow", "invalid": "magenta", "error": "bold red"}


@contextmanager
def progress(total: int) -> Iterator[Callable[[Result], None]]:
    """A bar on standard error while cases are solved; nothing where that is not a terminal."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total, failed=0)
        failed = 0

        def listen(result: Result) -> None:
            nonlocal failed
            failed += not result.passed
            bar.update(task, advance=1, description=clean(result.case.name), failed=failed)

        yield listen


def print_results(collected: Collected, results: Sequence[Result], console: Console) -> None:
    """The table, what speaks against the cases that did not pass, and the instances that nobody checks."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("case", overflow="fold")
    table.add_column("outcome", no_wrap=True)
    for column in ("value", "expected", "gap", "seconds"):
        table.add_column(column, justify="right", no_wrap=True)
    if certified := any(result.solved and result.solved.certificates for result in results):
        table.add_column("second opinions")
    for result in results:
        value, expected, gap = _cells(result)
        outcome = Text(result.outcome, style=STYLES[result.outcome])
        name = Text(clean(result.case.name))
        cells: list[str | Text] = [name, outcome, value, expected, gap, f"{result.seconds:.1f}"]
        table.add_row(*cells, *([_opinions(result)] if certified else []))
    console.print(table)
    for result in results:
        if not result.passed:
            _explain(result, console)
    if collected.unchecked:
        console.print()
        console.print(Text(f"not checked: no sidecar: {clean(some(collected.unchecked, most=20))}", style="yellow"))
    console.print()


def _cells(result: Result) -> tuple[str, str, str]:
    """Value, expected value and gap of the first objective; a status where there is no value."""
    expected, solved = result.expected, result.solved
    known = "" if expected is None else expected.status if expected.value is None else number(expected.value)
    if solved is None or not solved.levels:
        return (solved.status if solved else ""), known, ""
    level = solved.levels[0]
    return number(level.value), known, "none" if level.bound is None else f"{abs(level.value - level.bound):.1e}"


def _opinions(result: Result) -> str:
    """What each second opinion says, in a word."""
    words = {True: "agrees", False: "DISAGREES", None: "undecided"}
    certificates = result.solved.certificates if result.solved else ()
    return ", ".join(f"{each['method']} {words[each['agrees']]}" for each in certificates)


def _explain(result: Result, console: Console) -> None:
    console.print()
    console.print(Text(f"{clean(result.case.name)}: {result.outcome}", style=STYLES[result.outcome]))
    if result.diagnostics:
        shown = [render(each) for each in result.diagnostics]
    else:
        shown = [explained(each) for each in result.verdict.findings]
    for text in shown:
        # one line of a report is one line of the screen, whatever its width: carets stay under what they point at
        console.print(Text(UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)), soft_wrap=bool(result.diagnostics))


def clean(text: str) -> str:
    """A name without what a terminal could take for a command, on one line."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
