"""A comparison on a terminal or in Markdown: mixes by scenario, over scenarios, sweeps, frontiers, what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from optimizer.comparison.columns import OBJECTIVE_UNITS
from optimizer.plan.table import Cell, Table
from optimizer.report.compare_columns import (
    Column,
    amount,
    columns_of,
    dscr,
    fitting,
    instruments_of,
    legend,
    share,
)
from optimizer.report.layout import LONGEST_LABEL, Layout, printable
from optimizer.report.numbers import digits_for, plain

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

Row = Mapping[str, Cell]
LONGEST_REASON = 300


def print_comparison(comparison: Comparison, console: Console, wanted: Sequence[str] | None = None) -> None:
    """All of a comparison, and last what it rests on; of the columns those ``wanted``, or those that fit the width."""
    console.print(Text(_title(comparison), style="bold"))
    console.print(Text(_about(comparison)))
    for layout in layouts(comparison, wanted, console.width):
        layout.print(console)
    console.print()
    for text, style in _marks(comparison):
        console.print(Text(text, style=style))


def markdown_of(comparison: Comparison, wanted: Sequence[str] | None = None) -> str:
    """The same as Markdown, with all columns where none are ``wanted``."""
    parts = [f"# {_title(comparison)}", _about(comparison)]
    parts += [layout.markdown() for layout in layouts(comparison, wanted, None)]
    parts += ["\n".join(f"- {printable(text)}" for text, _ in _marks(comparison))]
    return "\n\n".join(parts) + "\n"


def layouts(comparison: Comparison, wanted: Sequence[str] | None, width: int | None) -> Iterator[Layout]:
    """The tables one after another; ``width`` in characters, None for as wide as they are."""
    rows, instruments = comparison.mixes.records(), instruments_of(comparison)
    for scenario in dict.fromkeys(str(row["scenario"]) for row in rows):
        members = [row for row in rows if row["scenario"] == scenario]
        labels = [str(row["mix"]) for row in members]
        yield _ranked(f"Scenario {scenario}", members, labels, wanted, instruments, width)
    if comparison.over_scenarios.rows:
        yield _over_scenarios(comparison.over_scenarios.records())
    for name, table in comparison.sweeps.items():
        axes = table.columns[: table.columns.index("status")]
        rows = table.records()
        labels = [" · ".join(_axis(row[axis]) for axis in axes) for row in rows]
        yield _ranked(f"Sweep {name}: {' × '.join(axes)}", rows, labels, wanted, instruments, width)
    for name, table in comparison.frontiers.items():
        yield _frontier(name, table)


def _title(comparison: Comparison) -> str:
    return printable(comparison.name) + (f": {printable(comparison.title)}" if comparison.title else "")


def _about(comparison: Comparison) -> str:
    against = f"; differences to {printable(comparison.against)}" if comparison.against is not None else ""
    return f"base {comparison.base}; objectives in USD million or per cent; WACC effective per year{against}"


def _ranked(
    title: str,
    rows: Sequence[Row],
    labels: Sequence[str],
    wanted: Sequence[str] | None,
    instruments: Sequence[str],
    width: int | None,
) -> Layout:
    columns, unit = columns_of(rows, wanted, instruments)
    named = {str(row["objective"]) for row in rows if row["objective"]}
    if width is not None and wanted is None:
        columns = fitting(columns, _widths(columns, rows), width - min(LONGEST_LABEL, max(map(len, labels))))
    layout = Layout(
        f"{title} ({'; '.join([*sorted(named), f'NPV to cash in USD {unit}'])})", [column.heading for column in columns]
    )
    for label, row in zip(labels, rows, strict=True):
        if row["value"] is None:
            # why is said below the tables; a longer word would make the columns too wide for the line
            none = {"rank": "–", "value": "none"}
            cells = [none.get(column.heading, "") for column in columns]
            layout.row(printable(label), cells)
            continue
        layout.row(printable(label), [column.cell(row) for column in columns], strong=row["rank"] == 1)
    layout.below = legend(layout.columns)
    return layout


def _widths(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, int]:
    """Heading → characters, with the two between columns."""
    sound = [row for row in rows if row["value"] is not None]
    return {
        column.heading: 2 + max(len(column.heading), *(len(column.cell(row)) for row in sound), 0) for column in columns
    }


def _over_scenarios(rows: Sequence[Row]) -> Layout:
    """What is to be expected of each mix, and the worst."""
    stated = any(row["weights"] == "stated" for row in rows)
    weights = "by their probabilities" if stated else "all weigh the same: no probabilities are stated"
    heads = ["rank", "expected", "worst", "in", "regret", "NPV", "worst", "in"]
    named = "; ".join(sorted({str(row["objective"]) for row in rows if row["objective"]}))
    layout = Layout(f"Over {rows[0]['scenarios']} scenarios ({named or 'no plan in all of them'}; {weights})", heads)
    digits = digits_for(_optional(row[key]) for row in rows for key in ("expected_value", "worst_value"))
    money = digits_for(_optional(row[key]) for row in rows for key in ("expected_npv_musd", "worst_npv_musd"))
    for row in rows:
        if row["without_plan"] is not None:
            worst = printable(str(row["worst_scenario"]))
            layout.row(printable(str(row["mix"])), ["–", "none", "no plan", worst, *[""] * 4])
            continue
        layout.row(
            printable(str(row["mix"])),
            [
                f"{row['rank']}{'=' if row['tie'] else ''}" if row["rank"] else "–",
                amount(row["expected_value"], row["unit"], digits),
                amount(row["worst_value"], row["unit"], digits),
                printable(str(row["worst_scenario"] or "")),
                amount(row["greatest_regret"], row["unit"], digits),
                plain(_optional(row["expected_npv_musd"]), money),
                plain(_optional(row["worst_npv_musd"]), money),
                printable(str(row["worst_npv_scenario"] or "")),
            ],
            strong=row["rank"] == 1,
        )
    layout.below = (
        "regret: the greatest behind the best of a scenario; NPV: expected; each scenario is solved as if it were "
        "known beforehand, so that these are not values of one plan"
    )
    return layout


def _frontier(name: str, table: Table) -> Layout:
    a, b = table.columns[1], table.columns[3]
    rows = table.records()
    heads = [a, "at best", b, "at best"]
    layout = Layout(f"Frontier {name}: {a} against {b}", [*heads, "WACC", "equity", "debt", "sold", "DSCR"])
    digits = {
        f"{name}{end}": digits_for(_optional(row[name]) for row in rows) for name in (a, b) for end in ("", "_bound")
    }
    money = digits_for(_optional(row[name]) for row in rows for name in ("equity_raised_musd", "debt_drawn_musd"))
    for row in rows:
        if row[a] is None or row[b] is None:
            layout.row(str(row["point"]), [str(row["status"]), *[""] * 8])
            continue
        layout.row(
            str(row["point"]),
            [
                *(_objective(row, column, digits[column]) for column in (a, f"{a}_bound", b, f"{b}_bound")),
                share(row["wacc_per_year"]),
                plain(_optional(row["equity_raised_musd"]), money),
                plain(_optional(row["debt_drawn_musd"]), money),
                share(row["dilution_share"]),
                dscr(_optional(row["minimum_dscr"])),
            ],
        )
    return layout


def _marks(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Reasons of the runs without a sound plan, what the marks mean, which ranks are in doubt, and the count.

    Each is a text with its style.
    """
    for name, result in comparison.results.items():
        if result.reason or not result.levels:
            cause = f"; {result.cause}" if result.cause not in ("", result.reason) else ""
            reason = printable(result.reason + cause)
            bad = result.audit_passed is False or result.status in ("error", "invalid")
            yield f"{name}: {result.status}: {reason[:LONGEST_REASON]}", "red" if bad else "yellow"
    rows = [row for table in (comparison.mixes, *comparison.sweeps.values()) for row in table.records()]
    if any(row["tie"] for row in rows):
        yield "= and tie: the difference is not larger than the two gaps together", "dim"
    if any(_given(row) for row in rows):
        text = (
            "value and gap are those of the plans; rank and regret of the best, before slack is given to later levels"
        )
        yield text, "dim"
    if len({row["scenario"] for row in comparison.mixes.records()}) > 1:
        yield "each run knows its scenario beforehand; capstack stress holds a committed plan", "dim"
    for warning in comparison.warnings:
        yield f"warning: {printable(warning)}", "yellow"
    counts = ", ".join(f"{count} {status}" for status, count in sorted(comparison.counts.items()))
    yield f"{len(comparison.results)} runs: {counts}", ""


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _optional(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) else None


def _axis(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else printable(str(cell))


def _given(row: Row) -> bool:
    """Whether the plan is worse than the best that was found, for the sake of later levels."""
    return row["value"] is not None and abs(_number(row["value"]) - _number(row["best"])) > 1e-5


def _objective(row: Row, column: str, digits: int) -> str:
    unit = OBJECTIVE_UNITS[column.removesuffix("_bound")]
    return "" if row[column] is None else amount(row[column], unit, digits)
