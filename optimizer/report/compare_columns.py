"""The columns that a comparison has on a terminal: how each is written, and which are left out where there is no room.

All of them are in the CSV files under the names that docs/compare.md lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.instance.schema_errors import near_or_all
from optimizer.plan.table import Cell
from optimizer.report.layout import printable
from optimizer.report.numbers import BILLION, digits_for, percent, plain, ratio

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

Row = Mapping[str, Cell]
MONEY = {
    "NPV": ("npv_musd",),
    "worth": ("shareholder_value_musd",),
    "equity": ("equity_raised_musd",),
    "debt": ("debt_drawn_musd",),
    "other": ("partner_cash_musd", "leased_musd"),
    "peak": ("peak_funding_musd",),
    "cash": ("minimum_cash_musd",),
    "end": ("terminal_cash_musd",),
}
"""Heading → columns of money, added up."""
DRAWS = "draws"
"""Stands for a column for each instrument."""
ORDER = (
    *("rank", "value", "gap", "regret", "change", "NPV", "±NPV", "#NPV", "worth", "#worth", "WACC", "IRR"),
    *("equity", "debt", "other", "peak", "cash", "end", "sold", "DSCR", "room", "tightest"),
)
"""All columns in their order, but for those of instruments, which come last."""
BY_NEED = (
    *("rank", "value", "regret", "change", "NPV", "±NPV", "#NPV", "#worth", "gap", "equity", "debt", "room", "WACC"),
    *("tightest", "sold", "DSCR", "end", "peak", "other", "cash", "worth"),
)
"""Where there is no room for all, the columns that are first here are shown; what is not here has to be asked for."""
WORDS = {
    "gap": "gap: how much better the value could be",
    "regret": "regret: behind the best",
    "change": "change: against the base",
    "#NPV": "#NPV, #worth: rank by NPV and by shareholder value",
    "room": "room: headroom of the tightest covenant, of its limit",
    "worth": "worth: shareholder value",
    "other": "other: partners' cash, leased assets",
    "end": "cash: least, end: at the end",
    "sold": "sold: dilution",
}


def chosen(text: str | None) -> list[str] | None:
    """The headings of ``--columns a,b,c``. Raises ValueError for one that there is not."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = {name.lower(): name for name in (*ORDER, DRAWS)}
    if not names:
        raise ValueError(f"no column is named; there are {', '.join(known.values())}")
    for name in names:
        if name.lower() not in known:
            raise ValueError(f"there is no column {name!r}; {near_or_all(name, list(known.values()))}")
    return [known[name.lower()] for name in names]


@dataclass(frozen=True)
class Column:
    """A heading with the text of its cell in a row that has a plan."""

    heading: str
    cell: Callable[[Row], str]


def columns_of(
    rows: Sequence[Row], wanted: Sequence[str] | None, instruments: Sequence[str]
) -> tuple[list[Column], str]:
    """The columns that are wanted, or all that these rows have something for, and the unit of the money."""
    names = list(wanted) if wanted is not None else [name for name in BY_NEED if _used(name, rows)]
    if wanted is None:
        names.sort(key=ORDER.index)
    expanded = [each for name in names for each in (instruments if name == DRAWS else [name])]
    money = [*MONEY, "±NPV"]
    amounts = [_money(row, name) for row in rows for name in money] + [
        _number(row.get(name)) for row in rows for name in instruments if DRAWS in names
    ]
    scale, unit = (1000.0, "billion") if max(map(abs, amounts), default=0.0) >= BILLION else (1.0, "million")
    decimals = 1 if scale > 1.0 else digits_for(amounts)
    digits = digits_for(_optional(row["value"]) for row in rows)

    def column(name: str) -> Column:
        if name in instruments:
            return Column(name.partition(".")[2], lambda row: plain(_scaled(row.get(name), scale), decimals))
        if name in money:
            signed = name == "±NPV"
            return Column(name, lambda row: _money_cell(row, name, scale, decimals, signed))
        return Column(name, lambda row: CELLS[name](row, digits))

    return [column(name) for name in expanded], unit


def fitting(columns: Sequence[Column], widths: Mapping[str, int], room: int) -> list[Column]:
    """The columns, in their order, that fit side by side; of ``widths`` by heading, each with its space."""
    kept: set[str] = set()
    for name in BY_NEED:
        if name in widths and sum(widths[each] for each in kept) + widths[name] <= room:
            kept.add(name)
    return [column for column in columns if column.heading in kept]


def legend(headings: Iterable[str]) -> str:
    """What the headings mean that do not say it themselves."""
    shown = list(headings)
    return "; ".join(WORDS[name] for name in shown if name in WORDS)


def instruments_of(comparison: Comparison) -> list[str]:
    """The columns of draws and raises of all tables."""
    tables = [comparison.mixes, *comparison.sweeps.values()]
    return list(dict.fromkeys(name for table in tables for name in table.columns if "_musd." in name))


def _used(name: str, rows: Sequence[Row]) -> bool:
    match name:
        case "change" | "±NPV":
            return any(row.get("base_run") is not None for row in rows)
        case "#NPV":
            return not any(row["objective"] == "net_present_cost" for row in rows)
        case "#worth":
            return any(row.get("value_rank") is not None for row in rows) and not any(
                row["objective"] == "shareholder_value" for row in rows
            )
        case "worth":
            return not any(row["objective"] == "shareholder_value" for row in rows)
        case "other":
            return any(_money(row, name) for row in rows)
        case "room" | "tightest":
            return any(row.get("headroom_share") is not None for row in rows)
        case _:
            return True


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _optional(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) else None


def _scaled(cell: Cell, scale: float) -> float | None:
    value = _optional(cell)
    return None if value is None else value / scale


def _money(row: Row, name: str) -> float:
    return sum(_number(row.get(column)) for column in MONEY.get(name, ("change_npv_musd",)))


def _money_cell(row: Row, name: str, scale: float, decimals: int, signed: bool) -> str:
    if signed:
        return signed_text(_scaled(row.get("change_npv_musd"), scale), decimals)
    return plain(_money(row, name) / scale, decimals)


def signed_text(value: float | None, digits: int) -> str:
    """A difference with its sign."""
    text = plain(value, digits)
    return f"+{text}" if value is not None and value > 0.0 and text[0].isdigit() else text


def amount(cell: Cell, unit: Cell, digits: int) -> str:
    """A value of an objective."""
    return percent(_optional(cell), 2) if unit == "share" else plain(_optional(cell), digits)


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
    return "best" if not _number(row["regret"]) else f"+{amount(row['regret'], row['unit'], digits)}"


def _change(row: Row, digits: int) -> str:
    """Against the base; ``tie`` where the gaps of both may make up the difference."""
    change, within = _optional(row.get("change_value")), _optional(row.get("change_value_within"))
    if change is None:
        return ""
    if within is not None and abs(change) <= within and within > 0.0:
        return "tie"
    if row["unit"] == "share":
        return ("+" if change > 0.0 else "") + percent(change, 2)
    return signed_text(change, digits)


def dscr(value: float | None) -> str:
    """A cover."""
    return "" if value is None else ">99" if value > 99 else ratio(value)


def share(cell: Cell) -> str:
    """A share in few characters."""
    return "" if cell is None else percent(_optional(cell)).replace(" %", "%")


def _rank(row: Row, _: int) -> str:
    return f"{row['rank']}{'=' if row['tie'] else ''}" if row["rank"] else "–"


def _tightest(row: Row, _: int) -> str:
    name = row.get("headroom_covenant")
    return "" if name is None else f"{printable(str(name))} {row['headroom_period']}"


CELLS: dict[str, Callable[[Row, int], str]] = {
    "rank": _rank,
    "value": lambda row, digits: amount(row["value"], row["unit"], digits),
    "gap": _gap,
    "regret": _regret,
    "change": _change,
    "#NPV": lambda row, _: "" if row.get("npv_rank") is None else str(row["npv_rank"]),
    "#worth": lambda row, _: "" if row.get("value_rank") is None else str(row["value_rank"]),
    "WACC": lambda row, _: share(row["wacc_per_year"]),
    "IRR": lambda row, _: share(row["equity_irr_per_year"]),
    "sold": lambda row, _: share(row["dilution_share"]),
    "DSCR": lambda row, _: dscr(_optional(row["minimum_dscr"])),
    "room": lambda row, _: share(row.get("headroom_share")),
    "tightest": _tightest,
}
"""Heading → its cell, but for those of money."""
