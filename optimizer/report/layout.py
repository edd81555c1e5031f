"""Tables on a terminal: columns that do not fit the width go to a further block below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from optimizer.instance.diagnostics import UNPRINTABLE
from optimizer.instance.rate_kinds import rate_kind
from optimizer.plan.table import Cell, Table
from optimizer.report.numbers import BILLION, RATIO_DIGITS, digits_for, is_ratio, plain

LONGEST_LABEL = 38


def printable(text: str) -> str:
    """Text of a file without what a terminal could take for a command, on one line."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


@dataclass
class Layout:
    """A table under a title: a label, then right-aligned cells; the last ``together`` columns are kept on one block.

    ``below`` is what its columns mean.
    """

    title: str
    columns: list[str]
    together: int = 0
    rows: list[tuple[str, list[str], bool]] = field(default_factory=list)
    below: str = ""

    def row(self, label: str, cells: Sequence[str], strong: bool = False) -> None:
        self.rows.append((label, list(cells), strong))

    def print(self, console: Console) -> None:
        heading(self.title, console)
        label_width = min(LONGEST_LABEL, max((len(label) for label, _, _ in self.rows), default=0))
        for start, stop in self._blocks(console.width - label_width - 2):
            grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
            grid.add_column("", width=label_width, no_wrap=True, overflow="ellipsis")
            for column in self.columns[start:stop]:
                grid.add_column(escape(column), justify="right", no_wrap=True)
            for label, cells, strong in self.rows:
                style = "bold" if strong else ""
                grid.add_row(escape(label), *(escape(cell) for cell in cells[start:stop]), style=style)
            console.print(grid)
        if self.below:
            console.print(Text(self.below, style="dim"))

    def markdown(self) -> str:
        """The table in Markdown, below its title."""
        lines = [["", *self.columns], ["---", *["---:"] * len(self.columns)]]
        lines += [[f"**{label}**" if strong else label, *cells] for label, cells, strong in self.rows]
        table = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
        return f"## {self.title}\n\n{table}" + (f"\n\n{self.below}" if self.below else "")

    def _blocks(self, room: int) -> Iterator[tuple[int, int]]:
        """Columns that fit side by side, as (first, after the last)."""
        widths = [
            2 + max([len(column), *(len(cells[i]) for _, cells, _ in self.rows)])
            for i, column in enumerate(self.columns)
        ]
        tail = len(widths) - self.together
        start = 0
        for i in range(len(widths)):
            wanted = sum(widths[start:]) if i == tail else sum(widths[start : i + 1])
            if i > start and wanted > room + 2:
                yield start, i
                start = i
        yield start, len(widths)


def heading(title: str, console: Console) -> None:
    """A blank line and the title."""
    console.print()
    console.print(Text(title, style="bold cyan"))


def nothing(title: str, text: str, console: Console) -> None:
    """A title with a sentence in place of a table."""
    heading(title, console)
    console.print(Text(text))


class Unit:
    """One unit for a table of money: million or billion."""

    def __init__(self, values: Sequence[float]) -> None:
        largest = max((abs(value) for value in values), default=0.0)
        self._divisor, self.name = (1000.0, "USD billion") if largest >= 10 * BILLION else (1.0, "USD million")
        self._digits = 1 if self._divisor > 1 else digits_for(values)

    def __call__(self, musd: float | None) -> str:
        return plain(None if musd is None else musd / self._divisor, self._digits)


def print_table(table: Table, console: Console) -> None:
    """A schedule or statement, every column; what does not fit goes below, beside what the rows are of again.

    Below stands of each column of rates whether they are nominal or effective.
    """
    if not table.rows:
        console.print(Text("(no rows)"))
        return
    span = range(len(table.columns))
    ratios = [[is_ratio(table, number, i) for i in span] for number in range(len(table.rows))]
    digits = [_digits([row[i] for row, own in zip(table.rows, ratios, strict=True) if not own[i]]) for i in span]
    texts = [
        [_cell(row[i], RATIO_DIGITS if own[i] else digits[i]) for i in span]
        for row, own in zip(table.rows, ratios, strict=True)
    ]
    widths = [max(len(table.columns[i]), *(len(row[i]) for row in texts)) for i in range(len(table.columns))]
    head = _head(table)
    if sum(widths[i] + 2 for i in head) > console.width // 2:
        head = head[:1]
    blocks: list[list[int]] = [[]]
    room = console.width + 2 - sum(widths[i] + 2 for i in head)
    for i in (i for i in range(len(table.columns)) if i not in head):
        if blocks[-1] and sum(widths[j] + 2 for j in (*blocks[-1], i)) > room:
            blocks.append([])
        blocks[-1].append(i)
    for block in blocks:
        grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        shown = sorted([*head, *block])
        for i in shown:
            numeric = any(isinstance(row[i], (int, float)) for row in table.rows)
            grid.add_column(escape(table.columns[i]), justify="right" if numeric else "left", no_wrap=True)
        for number, row in enumerate(texts):
            style = "bold" if number in table.subtotals else ""
            grid.add_row(*(escape(row[i]) for i in shown), style=style)
        console.print(grid)
        if block is not blocks[-1]:
            console.print()
    kinds = [f"{name}: {rate_kind(name)}" for name in table.columns if rate_kind(name)]
    if kinds:
        console.print(Text("; ".join(kinds), style="dim"))


def _head(table: Table) -> list[int]:
    """The columns of text that tell the rows apart: the first, and each next one that tells apart more of them."""
    head, apart = [0], len({row[0] for row in table.rows})
    for i in range(1, len(table.columns)):
        if apart == len(table.rows) or not all(isinstance(row[i], str) for row in table.rows):
            break
        if (more := len({tuple(row[j] for j in (*head, i)) for row in table.rows})) > apart:
            head, apart = [*head, i], more
    return head


def _digits(column: Sequence[Cell]) -> int:
    """Decimals for a column: none for whole numbers and large ones, four for shares and small amounts."""
    numbers = [cell for cell in column if isinstance(cell, float)]
    if all(number.is_integer() for number in numbers):
        return 0
    largest = max(abs(number) for number in numbers)
    return 4 if largest < 10 else 1 if largest < 1e6 else 0


def _cell(cell: Cell, digits: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{round(cell, digits) + 0.0:,.{digits}f}".replace("-", "−")
    return printable(cell)
