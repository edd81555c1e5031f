"""What a plan says, on a terminal: the order is that in which a board would ask.

Periods shorter than a year are drawn together to calendar years; the run's files have every period. Columns that do not
fit the width go to a further block below.
"""

from __future__ import annotations

from collections.abc import Callable
from math import fsum
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from optimizer.contract.accounts import CASH
from optimizer.plan.figures.charges import average_wacc, charges, effective_rate, interest_income, present
from optimizer.plan.figures.commitments import commitments
from optimizer.plan.figures.covenants import covenant_tests
from optimizer.plan.figures.leverage import other_basis
from optimizer.plan.table import Cell
from optimizer.plan.years import Years
from optimizer.report.ground import break_ground, energy, number, orders, service
from optimizer.report.headline import headline
from optimizer.report.layout import Layout, Unit, heading, nothing
from optimizer.report.numbers import headroom, money, percent, ranges, ratio

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def print_plan(plan: Plan, console: Console) -> None:
    """The overview of a plan."""
    years = Years.of(plan.instance.periods)
    sections = (
        headline,
        break_ground,
        orders,
        _funding,
        _capital,
        _grid,
        _ownership,
        energy,
        service,
        _covenants,
        _commitments,
        _limits,
    )
    for section in sections:
        section(plan, years, console)


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _funding(plan: Plan, years: Years, console: Console) -> None:
    table = plan.rows("sources_and_uses")
    cash = plan.books.balance(CASH)
    shown: list[tuple[str, list[float], bool]] = []
    since: list[list[float]] = []
    for i, (name, *cells) in enumerate(table.rows):
        if i in table.subtotals:
            values = [fsum(column) for column in zip(*since, strict=True)] if since else [0.0] * len(years.labels)
            since = []
        elif name == "Opening cash":
            values = years.starts(cash[:-1])
        elif name == "Closing cash":
            values = years.ends(cash[1:])
        else:
            values = years.sums([number(cell) for cell in cells])
        if i not in table.subtotals:
            since.append(values)
        shown.append((str(name), values, i in table.subtotals))
    unit = Unit([value for _, values, _ in shown for value in values])
    layout = Layout(f"How each year is paid for ({unit.name})", years.labels)
    for name, values, strong in shown:
        layout.row(name, [unit(value) for value in values], strong)
    layout.print(console)


def _capital(plan: Plan, _years: Years, console: Console) -> None:
    title = "What the capital costs"
    found = [
        (
            charge.source + ("" if charge.decided else " (given)"),
            present(plan, charge.charge),
            present(plan, charge.capital),
        )
        for charge in charges(plan)
    ]
    total, income = fsum(value for _, value, _ in found), present(plan, interest_income(plan).charge)
    if not found:
        return nothing(title, "no capital is outstanding", console)
    layout = Layout(title, ["present value", "share", "a year"])
    for source, value, carried in sorted(found, key=lambda row: (-row[1], row[0])):
        rate = effective_rate(plan, value, carried)
        shown = "n/a" if rate is None else percent(rate, 2)
        layout.row(source, [money(value), percent(value / total if total else None), shown])
    layout.row("all", [money(total), percent(1.0 if total else None), percent(average_wacc(plan), 2)], strong=True)
    if income:
        layout.row("income on cash", [money(income), "", ""])
    layout.print(console)
    words = "a year: effective rate, discounted charges after tax over discounted carrying amounts"
    if any(not charge.decided for charge in charges(plan)):
        words += "; given: no decision changes it"
    console.print(Text(words, style="dim"))


def _grid(plan: Plan, years: Years, console: Console) -> None:
    """Where leverage or cover stands in the pricing grid at the end of each year; nothing without a grid."""
    grid = plan.instance.pricing_grid
    if grid is None:
        return
    records = plan.rows("pricing_grid").records()[1:]
    what = "leverage" if grid.by == "leverage" else "interest_cover"
    show: Callable[[float | None], str] = percent if grid.by == "leverage" else ratio
    layout = Layout("Pricing grid, end of year", years.labels)
    values = years.ends([_maybe(row[what]) for row in records])
    layout.row(what.replace("_", " "), ["" if value is None else show(value) for value in values])
    held = years.ends([_maybe(row["bucket"]) for row in records])
    layout.row("bucket", ["" if b is None else f"{b + 1:.0f} of {len(grid.buckets)}" for b in held], strong=True)
    layout.print(console)


def _ownership(plan: Plan, _years: Years, console: Console) -> None:
    """What is sold to whom, and what today's owners keep; nothing if no share is sold."""
    rows = plan.rows("equity_rounds").records()
    if not rows:
        return
    layout = Layout("Who owns the company", ["in", "amount", "value before", "sold", "kept"])
    for row in rows:
        value, sold = _maybe(row["pre_money_musd"]), _maybe(row["share_sold"])
        cells = [str(row["period"]), money(_maybe(row["amount_musd"])), money(value) if value else "not stated"]
        layout.row(str(row["round"]), [*cells, percent(sold) if sold else "", percent(_maybe(row["ownership_kept"]))])
    layout.print(console)
    bound = plan.metrics.get("ownership_error_bound_share")
    if bound:
        text = f"the model sees ownership through tangents: at most {percent(bound, 3)} is given away for nothing"
        console.print(Text(text, style="dim"))


def _maybe(cell: Cell) -> float | None:
    return None if cell is None else float(cell)


def _covenants(plan: Plan, _years: Years, console: Console) -> None:
    if not plan.instance.covenants:
        return
    layout = Layout("Covenants, where the headroom is least", ["kind", "in", "value", "limit", "headroom", "binds in"])
    tests = [test for test in covenant_tests(plan) if test.headroom is not None]
    for name, covenant in sorted(plan.instance.covenants.items()):
        own = [test for test in tests if test.covenant == name]
        if not own:
            layout.row(name, [covenant.kind, "", "", "", "never tested", ""])
            continue
        least = min(own, key=lambda test: (test.headroom or 0.0, test.t))
        show: Callable[[float | None], str] = money if covenant.kind == "minimum_liquidity" else ratio
        left = headroom(least.headroom, least.limit)
        room = money(left) if covenant.kind == "minimum_liquidity" else ratio(left, 3)
        binds = f"{sum(test.binding for test in own)} of {len(own)}"
        period = plan.instance.periods.label(least.t)
        layout.row(name, [covenant.kind, period, show(least.value), show(least.limit), room, binds])
    layout.print(console)
    for sentence in other_basis(plan):
        console.print(Text(sentence, style="yellow"))


def _commitments(plan: Plan, _years: Years, console: Console) -> None:
    """What is left to be paid after the last period; nothing if nothing is."""
    found = commitments(plan)
    if not found:
        return
    label, horizon = plan.instance.periods.label, plan.instance.periods.periods
    layout = Layout(f"Still to be paid after {label(horizon)}", ["until", "payments", "worth then", "counted"])
    for each in found:
        cells = [label(horizon + each.last), money(each.musd), money(each.worth_musd), money(each.counted_musd)]
        layout.row(f"{each.kind} {each.name}", cells)
    layout.print(console)
    counted = "counted: what value objectives take off; contracts by what nobody else takes over"
    console.print(Text(counted, style="dim"))


def _limits(plan: Plan, _years: Years, console: Console) -> None:
    title = "Limits that bind"
    found: dict[tuple[str, str], list[str]] = {}
    for row in plan.rows("binding_limits").records():
        found.setdefault((str(row["limit"]), str(row["place"])), []).append(str(row["period"]))
    if not found:
        return nothing(title, "none", console)
    heading(title, console)
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for (limit, place), periods in found.items():
        grid.add_row(escape(limit), escape(place), escape(ranges(periods, plan.instance.periods.labels)))
    console.print(grid)
