"""What differs between two runs, in words and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from optimizer.instance.rate_kinds import rate_kind
from optimizer.report.diff_words import (
    UNIT_WORDS,
    decision_words,
    figure_name,
    figure_words,
    input_words,
    tie_words,
    value_words,
)
from optimizer.report.layout import Layout, heading, nothing, printable
from optimizer.report.numbers import RATES

if TYPE_CHECKING:
    from optimizer.comparison.diff import Decision, Difference, Figure, Setting

TABLE_WORDS = {
    "phase_starts": "starts",
    "orders": "orders",
    "equity_raises": "equity rounds",
    "preferred_raises": "preferred shares",
    "debt_draws": "debt draws",
    "debt_repayments": "debt repayments",
    "prepayments": "prepayments",
    "refinancings": "refinancings",
    "partners": "partners",
    "contracts": "customers' contracts",
    "facilities": "facilities",
    "frameworks": "framework agreements",
    "developments": "developments",
    "energy_contracts": "energy contracts",
    "colocation": "colocation contracts",
    "reservations": "reserved compute",
    "dividends": "dividends",
    "capital_returns": "capital returned",
    "retirements": "retirements",
    "buckets": "pricing grid",
}

FOLLOWING = (
    "allocations", "service", "deliveries", "energy",
    "pledges", "drawable", "lendable", "premium_free", "reserve_cover",
)  # fmt: skip
"""Tables that follow from the others; they come last and in one line each."""


def print_difference(old: str, new: str, difference: Difference, console: Console) -> None:
    """All of it: what went in, what came out, what is done otherwise."""
    console.print(Text(f"from  {printable(old)}"))
    console.print(Text(f"to    {printable(new)}"))
    if difference.nothing:
        console.print()
        console.print(Text("no differences: the same inputs, options and decisions", style="green"))
    _print_lines("Inputs", [input_words(change) for change in difference.inputs], "no differences", console)
    _print_lines("Options and versions", [_setting(each) for each in difference.settings], "no differences", console)
    _print_figures(difference.figures, console)
    main = [each for each in difference.decisions if each.table not in FOLLOWING]
    if not difference.decisions:
        nothing("Decisions", "no differences", console)
    for table, rows in _by_table(main).items():
        _print_lines(_title(table), [decision_words(each) for each in rows], "", console)
    rest = {table: sum(each.table == table for each in difference.decisions) for table in FOLLOWING}
    if any(rest.values()):
        lines = [f"{table}: {count} {'rows differ' if count > 1 else 'row differs'}" for table, count in rest.items()]
        _print_lines("What follows from that", [line for line in lines if ": 0 " not in line], "", console)
    _print_amounts(main, console)


def difference_data(difference: Difference) -> dict[str, Any]:
    """The difference as plain data, each input and decision with its sentence; an unknown gap is null."""
    return {
        "nothing": difference.nothing,
        "inputs": [{**asdict(each), "words": input_words(each)} for each in difference.inputs],
        "settings": [asdict(each) for each in difference.settings],
        "figures": [
            {**asdict(each), "gap": None if each.gap == float("inf") else each.gap, "change": each.change}
            for each in difference.figures
        ],
        "decisions": [{**asdict(each), "words": decision_words(each)} for each in difference.decisions],
    }


def _setting(setting: Setting) -> str:
    return f"{setting.name}: {value_words(setting.old)} → {value_words(setting.new)}"


def _print_figures(figures: tuple[Figure, ...], console: Console) -> None:
    if not figures:
        return nothing("Figures", "no differences", console)
    layout = Layout("Figures", ["first", "second", "difference"])
    for figure in figures:
        cells = [figure_words(each, figure.unit) for each in (figure.old, figure.new)]
        if figure.unit in ("share", "per_year") and figure.change is not None:
            cells.append(f"{figure.change * 100:+.3f} points".replace("-", "−"))
        else:
            cells.append(figure_words(figure.change, figure.unit))
        layout.row(printable(figure_name(figure)), cells, figure.objective)
    layout.print(console)
    if any(rate_kind(figure.name) or figure.name == "wacc" for figure in figures):
        console.print(Text(RATES, style="dim"))
    for figure in figures:
        if figure.objective:
            console.print(Text(tie_words(figure), style="yellow" if figure.tie and figure.change else "dim"))


def _by_table(decisions: list[Decision]) -> dict[str, list[Decision]]:
    """In the order of TABLE_WORDS."""
    tables = sorted({each.table for each in decisions}, key=lambda table: (table not in TABLE_WORDS, table))
    order = [table for table in TABLE_WORDS if table in tables] + [
        table for table in tables if table not in TABLE_WORDS
    ]
    return {table: [each for each in decisions if each.table == table] for table in order}


def _title(table: str) -> str:
    return TABLE_WORDS.get(table, table.replace("_", " ")).capitalize()


def _print_amounts(decisions: list[Decision], console: Console) -> None:
    """The amounts behind the words: a row for each decision, second minus first by period."""
    for table, all_rows in _by_table(decisions).items():
        rows = [each for each in all_rows if each.unit not in ("bucket", "signed", "begun")]
        periods = sorted({t for each in rows for t in each.periods if t})
        if not periods:
            continue
        unit = UNIT_WORDS.get(rows[0].unit, rows[0].unit)
        layout = Layout(f"{_title(table)}: second minus first ({unit})", periods)
        for each in rows:
            label = " ".join(str(name) for name in each.what.values()) or table
            layout.row(printable(label), [_change(each.old, each.new, t) for t in periods])
        layout.print(console)


def _change(old: Mapping[str, float], new: Mapping[str, float], period: str) -> str:
    change = new.get(period, 0.0) - old.get(period, 0.0)
    if abs(change) <= 1e-6:
        return "·"
    return f"{change:+,.{0 if abs(change) >= 100 or change == round(change) else 1}f}".replace("-", "−")


def _print_lines(title: str, lines: list[str], otherwise: str, console: Console) -> None:
    if not lines:
        return nothing(title, otherwise, console)
    heading(title, console)
    for line in lines:
        console.print(Padding(Text(printable(line)), (0, 0, 0, 2)))
