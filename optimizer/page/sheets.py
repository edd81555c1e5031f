"""Tables of a plan as the page shows them: by year where periods are many, with units, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.instance.rate_kinds import rate_kind
from optimizer.plan.figures.waterfall import Step, waterfalls
from optimizer.plan.table import NOTHING, Cell, Table
from optimizer.plan.years import Years
from optimizer.report.layout import printable
from optimizer.report.numbers import RATIO_DIGITS, digits_for, is_ratio, plain, ranges, ratio

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

MOST_COLUMNS = 14
STATEMENTS = ("sources_and_uses", "income", "cash_flow", "balance_sheet")
AT_START, AT_END = {"Opening cash"}, {"Closing cash"}


@dataclass(frozen=True)
class Sheet:
    """A table as text: ``numeric`` says which columns are set to the right, ``strong`` which rows add up others."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int]


def sheets(plan: Plan, names: Sequence[str]) -> list[Sheet]:
    """The tables of these names that have rows."""
    return [_sheet(plan, name) for name in names if plan.rows(name).rows]


def waterfall_sheets(plan: Plan) -> list[Sheet]:
    """The cash of each borrowing group in the order in which it is paid, as a lender reads it.

    What stands above the cash at the end adds up to it.
    """
    steps = list(waterfalls(plan))
    return [_waterfall(plan, name, [step for step in steps if step.group == name]) for name in plan.instance.groups]


def _waterfall(plan: Plan, group: str, steps: Sequence[Step]) -> Sheet:
    years = Years.of(plan.instance.periods)
    whole = len(steps) + 1 > MOST_COLUMNS
    sums = years.sums if whole else list
    ends, starts = (years.ends, years.starts) if whole else (list, list)
    flows = {
        "Revenue": [step.revenue for step in steps],
        "Operating cost": [-step.operating_cost for step in steps],
        "Other receipts": [step.other_receipts for step in steps],
        "Interest": [-step.interest for step in steps],
        "Scheduled principal": [-step.principal for step in steps],
        "Standing fees": [-step.fees for step in steps],
        "Paid back to customers": [-step.refunded for step in steps],
        "Swept by lenders": [-step.swept for step in steps],
        "Distributed": [-step.distribution for step in steps],
        "Drawn": [step.financed for step in steps],
        "Paid ahead by customers": [step.prepaid for step in steps],
        "Put in by the company": [step.contributed for step in steps],
        "Spent": [-step.built for step in steps],
    }
    moving = {name: sums(amounts) for name, amounts in flows.items() if any(abs(each) > NOTHING for each in amounts)}
    amounts = {"Cash carried in": starts([step.opening for step in steps]), **moving}
    closing = len(amounts)
    amounts["Cash at the end"] = ends([step.closing for step in steps])
    if any(step.reserved > NOTHING for step in steps):
        amounts["of it kept for debt service"] = ends([step.reserved for step in steps])
    digits = digits_for(each for row in amounts.values() for each in row)
    rows = [(name, *(plain(each, digits) for each in row)) for name, row in amounts.items()]
    covers = ends([step.dscr for step in steps])
    if any(cover is not None for cover in covers):
        rows.append(("Cover (DSCR), times", *("" if cover is None else ratio(cover) for cover in covers)))
    labels = years.labels if whole else plan.instance.periods.labels
    note = "USD million, by calendar year" if whole else "USD million"
    numeric = (False, *(True for _ in labels))
    return Sheet(
        "waterfall", f"Waterfall of {group}", note, ("line", *labels), numeric, tuple(rows), frozenset({0, closing})
    )


def _shown(plan: Plan, name: str) -> Table:
    """A table without the columns that a page has no room for; of limits that bind, a row for all their periods."""
    table = plan.rows(name)
    if name == "purchases":
        return Table.of([column for column in table.columns if "." not in column], table.records())
    if name == "binding_limits":
        found: dict[tuple[Cell, Cell], list[str]] = {}
        for row in table.records():
            found.setdefault((row["limit"], row["place"]), []).append(str(row["period"]))
        labels = plan.instance.periods.labels
        return Table(("limit", "place", "binds in"), tuple((*key, ranges(at, labels)) for key, at in found.items()))
    return table


def _sheet(plan: Plan, name: str) -> Sheet:
    table, note = _shown(plan, name), ""
    if name in STATEMENTS:
        note = "USD million"
        if len(table.columns) > MOST_COLUMNS:
            table, note = _by_year(plan, table, stocks=name == "balance_sheet"), "USD million, by calendar year"
    kinds = [f"{column}: {rate_kind(column)}" for column in table.columns if rate_kind(column)]
    numeric = tuple(any(_is_number(row[i]) for row in table.rows) for i in range(len(table.columns)))
    decimals = [_decimals(table, i, name in STATEMENTS) for i in range(len(table.columns))]
    if name == "covenants" and any(row["kind"] == "minimum_liquidity" for row in table.records()):
        kinds.append("value, limit and headroom: ratios, of minimum_liquidity $ m")
    return Sheet(
        name,
        name.replace("_", " ").capitalize(),
        "; ".join([note, *kinds] if note else kinds),
        tuple(_heading(column) for column in table.columns),
        numeric,
        tuple(tuple(map(_text, row, own)) for row, own in zip(table.rows, zip(*decimals, strict=True), strict=True)),
        table.subtotals,
    )


def _decimals(table: Table, i: int, statement: bool) -> list[int]:
    """How many decimals each cell of a column has: one number for all amounts, another one for ratios among them."""
    ratios = [is_ratio(table, number, i) for number in range(len(table.rows))]
    amounts = [
        float(row[i] or 0.0) for row, own in zip(table.rows, ratios, strict=True) if not own and _is_number(row[i])
    ]
    small = bool(amounts) and not statement and not any(ratios) and max(map(abs, amounts)) < 10.0
    digits = RATIO_DIGITS if small else digits_for(amounts)
    return [RATIO_DIGITS if own else digits for own in ratios]


def _by_year(plan: Plan, table: Table, stocks: bool) -> Table:
    """A statement by calendar year; the opening column of a balance sheet stays.

    A sum of what is carried in or out and of flows, as of sources and of uses, is added up anew: cash that every period
    carries in is carried into its year once.
    """
    years = Years.of(plan.instance.periods)
    lead = len(table.columns) - plan.instance.periods.periods
    rows: list[tuple[Cell, ...]] = []
    carried, sums = False, [0.0] * len(years.labels)
    for number, row in enumerate(table.rows):
        values = [float(cell or 0.0) for cell in row[lead:]]
        name = str(row[0])
        bring = years.starts if name in AT_START else years.ends if stocks or name in AT_END else years.sums
        found = bring(values)
        if number in table.subtotals:
            found = sums if carried else found
            carried, sums = False, [0.0] * len(years.labels)
        else:
            carried = carried or name in AT_START | AT_END
            sums = [so_far + value for so_far, value in zip(sums, found, strict=True)]
        rows.append((*row[:lead], *found))
    return Table((*table.columns[:lead], *years.labels), tuple(rows), table.subtotals)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _heading(column: str) -> str:
    return printable(
        column.replace("_musd", " ($ m)").replace("_usd", " ($)").replace("_mw", " (MW)").replace("_", " ")
    )


def _text(cell: Cell, digits: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, int):
        return f"{cell:,}"
    return plain(cell, digits) if isinstance(cell, float) else printable(cell)
