"""A comparison on a terminal: mixes by scenario, sweeps, frontiers, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from optimizer.comparison.columns import OBJECTIVE_UNITS
from optimizer.plan.table import Cell, Table
from optimizer.report.layout import Layout, printable
from optimizer.report.numbers import BILLION, digits_for, percent, plain, ratio

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

Row = Mapping[str, Cell]
DETAILS = {
    "equity": ("equity_raised_musd",),
    "debt": ("debt_drawn_musd",),
    "other": ("partner_cash_musd", "leased_musd"),
    "peak": ("peak_funding_musd",),
    "cash": ("minimum_cash_musd",),
}
"""Heading → columns of money, added up; `other` is left out where there is none."""
LONGEST_REASON = 300


def print_comparison(comparison: Comparison, console: Console) -> None:
    """All of a comparison, and last what it rests on."""
    title = f": {printable(comparison.title)}" if comparison.title else ""
    console.print(Text(printable(comparison.name) + title, style="bold"))
    console.print(Text(f"base {comparison.base}; objectives in USD million or per cent; WACC effective per year"))
    rows = comparison.mixes.records()
    for scenario in dict.fromkeys(str(row["scenario"]) for row in rows):
        members = [row for row in rows if row["scenario"] == scenario]
        _ranked(f"Scenario {scenario}", members, [str(row["mix"]) for row in members], console)
    for name, table in comparison.sweeps.items():
        _sweep(name, table, console)
    for name, table in comparison.frontiers.items():
        _frontier(name, table, console)
    _marks(comparison, console)


def _ranked(title: str, rows: Sequence[Row], labels: Sequence[str], console: Console) -> None:
    headings = [name for name in DETAILS if name != "other" or any(_detail(row, name) for row in rows)]
    named = {str(row["objective"]) for row in rows if row["objective"]}
    digits = digits_for(_optional(row["value"]) for row in rows)
    amounts = [_number(row["npv_musd"]) for row in rows] + [_detail(row, name) for row in rows for name in headings]
    scale, unit = (1000.0, "billion") if max(map(abs, amounts), default=0.0) >= BILLION else (1.0, "million")
    decimals = 1 if scale > 1.0 else digits_for(amounts)
    about = [*sorted(named), f"NPV to cash in USD {unit}"]
    layout = Layout(
        f"{title} ({'; '.join(about)})", ["rank", "value", "gap", "regret", "WACC", "NPV", *headings, "sold", "DSCR"]
    )
    for label, row in zip(labels, rows, strict=True):
        if row["value"] is None:
            # why is said below the tables; a longer word would make the columns too wide for the line
            layout.row(printable(label), ["–", "none", *[""] * (len(layout.columns) - 2)])
            continue
        layout.row(
            printable(label),
            [
                f"{row['rank']}{'=' if row['tie'] else ''}" if row["rank"] else "–",
                _amount(row["value"], row["unit"], digits),
                _gap(row, digits),
                _regret(row, digits),
                _share(row["wacc_per_year"]),
                plain(_number(row["npv_musd"]) / scale, decimals),
                *(plain(_detail(row, name) / scale, decimals) for name in headings),
                _share(row["dilution_share"]),
                _dscr(_optional(row["minimum_dscr"])),
            ],
            strong=row["rank"] == 1,
        )
    layout.print(console)


def _sweep(name: str, table: Table, console: Console) -> None:
    axes = table.columns[: table.columns.index("status")]
    rows = table.records()
    labels = [" · ".join(_axis(row[axis]) for axis in axes) for row in rows]
    _ranked(f"Sweep {name}: {' × '.join(axes)}", rows, labels, console)


def _frontier(name: str, table: Table, console: Console) -> None:
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
                _share(row["wacc_per_year"]),
                plain(_optional(row["equity_raised_musd"]), money),
                plain(_optional(row["debt_drawn_musd"]), money),
                _share(row["dilution_share"]),
                _dscr(_optional(row["minimum_dscr"])),
            ],
        )
    layout.print(console)


def _marks(comparison: Comparison, console: Console) -> None:
    """Reasons of the runs without a sound plan, what the marks mean, which ranks are in doubt, and the count."""
    console.print()
    for name, result in comparison.results.items():
        if result.reason or not result.levels:
            cause = f"; {result.cause}" if result.cause not in ("", result.reason) else ""
            reason = printable(result.reason + cause)
            style = "red" if result.audit_passed is False or result.status in ("error", "invalid") else "yellow"
            console.print(Text(f"{name}: {result.status}: {reason[:LONGEST_REASON]}", style=style))
    if any(row["tie"] for table in (comparison.mixes, *comparison.sweeps.values()) for row in table.records()):
        console.print(Text("= and tie: the difference is not larger than the two gaps together", style="dim"))
    if any(_given(row) for table in (comparison.mixes, *comparison.sweeps.values()) for row in table.records()):
        text = (
            "value and gap are those of the plans; rank and regret of the best, before slack was given to later levels"
        )
        console.print(Text(text, style="dim"))
    for warning in comparison.warnings:
        console.print(Text(f"warning: {printable(warning)}", style="yellow"))
    counts = ", ".join(f"{count} {status}" for status, count in sorted(comparison.counts.items()))
    console.print(Text(f"{len(comparison.results)} runs: {counts}"))


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _optional(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) else None


def _axis(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else printable(str(cell))


def _given(row: Row) -> bool:
    """Whether the plan is worse than the best that was found, for the sake of later levels."""
    return row["value"] is not None and abs(_number(row["value"]) - _number(row["best"])) > 1e-5


def _amount(cell: Cell, unit: Cell, digits: int) -> str:
    return percent(_optional(cell), 2) if unit == "share" else plain(_optional(cell), digits)


def _objective(row: Row, column: str, digits: int) -> str:
    unit = OBJECTIVE_UNITS[column.removesuffix("_bound")]
    return "" if row[column] is None else _amount(row[column], unit, digits)


def _gap(row: Row, digits: int) -> str:
    if row["bound"] is None:
        return "unknown"
    gap = abs(_number(row["value"]) - _number(row["bound"]))
    return percent(gap, 2) if row["unit"] == "share" else plain(gap, max(1, digits) if gap < 10 else digits)


def _regret(row: Row, digits: int) -> str:
    if row["regret"] is None:
        return ""
    if row["tied_with_best"]:
        return "tie"
    return "best" if not _number(row["regret"]) else f"+{_amount(row['regret'], row['unit'], digits)}"


def _dscr(value: float | None) -> str:
    return "" if value is None else ">99" if value > 99 else ratio(value)


def _share(cell: Cell) -> str:
    return percent(_optional(cell)).replace(" %", "%")


def _detail(row: Row, name: str) -> float:
    return sum(_number(row[column]) for column in DETAILS[name])
