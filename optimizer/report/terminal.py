"""What a plan says, on a terminal: the order is that in which a board would ask.

Periods shorter than a year are drawn together to calendar years; the run's files have every period. Columns that do not
fit the width go to a further block below.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from optimizer.instance.diagnostics import UNPRINTABLE
from optimizer.plan.books import CASH
from optimizer.plan.metrics import average_wacc
from optimizer.plan.schedules.covenants import covenant_tests
from optimizer.plan.schedules.financing import charges, discount_factors
from optimizer.plan.table import Cell, Table
from optimizer.report.numbers import BILLION, digits_for, money, percent, plain, ranges

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan
    from optimizer.plan.progress import Progress

LONGEST_LABEL = 30


def print_plan(plan: Plan, console: Console) -> None:
    """The overview of a plan."""
    years = Years.of(plan)
    for section in (_headline, _ground, _orders, _funding, _capital, _service, _covenants, _limits):
        section(plan, years, console)


# ── layout ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Years:
    """Which periods, from 0, belong to which calendar year."""

    labels: list[str]
    periods: list[list[int]]

    @classmethod
    def of(cls, plan: Plan) -> Years:
        found: dict[str, list[int]] = {}
        for t, label in enumerate(plan.instance.periods.labels):
            found.setdefault(label[:4], []).append(t)
        return cls(list(found), list(found.values()))

    def sums(self, values: Sequence[float]) -> list[float]:
        """Flows: the sum over the year."""
        return [fsum(values[t] for t in year) for year in self.periods]

    def ends(self, values: Sequence[float]) -> list[float]:
        """Stocks: the last period of the year."""
        return [values[year[-1]] for year in self.periods]

    def starts(self, values: Sequence[float]) -> list[float]:
        """Stocks carried in: the first period of the year."""
        return [values[year[0]] for year in self.periods]


@dataclass
class Layout:
    """A table under a title: a label, then right-aligned cells; the last ``together`` columns are kept on one block."""

    title: str
    columns: list[str]
    together: int = 0
    rows: list[tuple[str, list[str], bool]] = field(default_factory=list)

    def row(self, label: str, cells: Sequence[str], strong: bool = False) -> None:
        self.rows.append((label, list(cells), strong))

    def print(self, console: Console) -> None:
        _title(self.title, console)
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


def _title(title: str, console: Console) -> None:
    console.print()
    console.print(Text(title, style="bold cyan"))


def _none(title: str, text: str, console: Console) -> None:
    _title(title, console)
    console.print(Text(text))


class _Unit:
    """One unit for a table of money: million or billion."""

    def __init__(self, values: Sequence[float]) -> None:
        largest = max((abs(value) for value in values), default=0.0)
        self._divisor, self.name = (1000.0, "USD billion") if largest >= 10 * BILLION else (1.0, "USD million")
        self._digits = 1 if self._divisor > 1 else digits_for(values)

    def __call__(self, musd: float | None) -> str:
        return plain(None if musd is None else musd / self._divisor, self._digits)


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _headline(plan: Plan, years: Years, console: Console) -> None:
    instance = plan.instance
    title = f": {printable(instance.title)}" if instance.title else ""
    console.print(Text(instance.name + title, style="bold"))
    status = Text(
        f"{plan.summary.get('message', plan.status)}", style="green" if plan.status == "optimal" else "yellow"
    )
    status.append(" · ", style="default")
    console.print(status + audit_text(plan.audit))
    levels = plan.summary.get("levels", [])
    if levels:
        layout = Layout("Objectives", ["best", "bound", "gap", "status", "this plan"])
        for level in levels:
            layout.row(
                f"{level['sense'][:3]} {level['name']}",
                [
                    money(level["value"]),
                    money(level["bound"]),
                    f"{money(level['gap_musd'])} ({percent(level['gap_share'], 2)})",
                    str(level["status"]),
                    money(plan.metrics.get(level["name"])),
                ],
            )
        layout.print(console)
    console.print()
    for line in _key_figures(plan.metrics):
        console.print(Text(line))


def _key_figures(metrics: Mapping[str, float | None]) -> Iterator[str]:
    money_figures = {
        "capex": "capex_musd",
        "capital raised": "external_capital_raised_musd",
        "net present cost": "net_present_cost",
        "least cash": "minimum_cash_musd",
    }
    yield " · ".join(f"{name} {money(metrics[key])}" for name, key in money_figures.items() if key in metrics)
    shares = {"WACC": "average_wacc_per_year", "project IRR": "project_irr_per_year", "dilution": "dilution_share"}
    rest = [f"{name} {percent(metrics[key])}" for name, key in shares.items() if metrics.get(key) is not None]
    if (dscr := metrics.get("minimum_dscr")) is not None:
        rest.append(f"least DSCR {_ratio(dscr)}")
    yield " · ".join(rest)


def audit_text(report: Mapping[str, Any] | None) -> Text:
    """Whether the audit passed, and if not, what failed."""
    if report is None:
        return Text("not audited", style="yellow")
    rules = report.get("rules", [])
    failed = [str(rule["name"]) for rule in rules if not rule["passed"]]
    if report["passed"]:
        return Text(f"audit passed ({len(rules)} rules)", style="green")
    return Text(f"AUDIT FAILED: {', '.join(failed)}", style="bold red")


def _ground(plan: Plan, years: Years, console: Console) -> None:
    title = "When to break ground where (MW started)"
    starts: dict[str, list[float]] = {}
    calendar = plan.instance.periods
    for row in plan.rows("site_starts").records():
        label = f"{row['site']} {row['phase']}"
        by_period = starts.setdefault(label, [0.0] * calendar.periods)
        by_period[calendar.index(str(row["start"])) - 1] += _number(row["mw"])
    if not starts:
        return _none(title, "nothing is built", console)
    energised = _total(plan.physical.energised_mw.values(), calendar.periods)
    load = _total(plan.physical.load_mw.values(), calendar.periods)
    shown = {label: years.sums(values) for label, values in sorted(starts.items())}
    totals = {"energised, end of year": years.ends(energised), "load, end of year": years.ends(load)}
    digits = digits_for(value for values in (shown | totals).values() for value in values)
    layout = Layout(title, years.labels)
    for label, values in shown.items():
        layout.row(label, [plain(value, digits) for value in values])
    for label, values in totals.items():
        layout.row(label, [plain(value, digits) for value in values], strong=True)
    layout.print(console)


def _orders(plan: Plan, years: Years, console: Console) -> None:
    title = "What to order from whom (thousand units, by order period)"
    calendar = plan.instance.periods
    orders: dict[str, list[dict[str, Cell]]] = {}
    for row in plan.rows("purchases").records():
        orders.setdefault(str(row["offer"]), []).append(row)
    if not orders:
        return _none(title, "nothing is ordered", console)
    layout = Layout(title, [*years.labels, "total", "$ a unit", "cost"], together=3)
    for offer, rows in sorted(orders.items()):
        units = [0.0] * calendar.periods
        for row in rows:
            units[calendar.index(str(row["order_period"])) - 1] += _number(row["units"]) / 1000.0
        number = fsum(_number(row["units"]) for row in rows)
        accelerators = fsum(_number(row["average_price_usd"]) * _number(row["units"]) for row in rows)
        vendor = f" ({printable(str(rows[0]['vendor']))})" if rows[0]["vendor"] else ""
        cells = [plain(value, 1) for value in (*years.sums(units), number / 1000.0)]
        cost = money(fsum(_number(row["total_musd"]) for row in rows))
        layout.row(offer + vendor, [*cells, plain(accelerators / number, 0), cost])
    layout.print(console)
    console.print(Text("$ a unit: accelerator after discount; cost: with everything bought along", style="dim"))


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
            values = years.sums([_number(cell) for cell in cells])
        if i not in table.subtotals:
            since.append(values)
        shown.append((str(name), values, i in table.subtotals))
    unit = _Unit([value for _, values, _ in shown for value in values])
    layout = Layout(f"How each year is paid for ({unit.name})", years.labels)
    for name, values, strong in shown:
        layout.row(name, [unit(value) for value in values], strong)
    layout.print(console)


def _capital(plan: Plan, years: Years, console: Console) -> None:
    title = "What the capital costs"
    factors, length = discount_factors(plan), plan.instance.periods.years
    found = [
        (
            charge.source,
            fsum(f * c for f, c in zip(factors, charge.total, strict=True)),
            fsum(f * c for f, c in zip(factors, charge.capital, strict=False)) * length,
        )
        for charge in charges(plan)
    ]
    total = fsum(value for _, value, _ in found)
    if not found:
        return _none(title, "no capital is outstanding", console)
    layout = Layout(title, ["present value", "share", "a year"])
    for source, value, carried in sorted(found, key=lambda row: (-row[1], row[0])):
        rate = percent(value / carried, 2) if carried > 0 else "n/a"
        layout.row(source, [money(value), percent(value / total if total else None), rate])
    layout.row("all", [money(total), percent(1.0 if total else None), percent(average_wacc(plan), 2)], strong=True)
    layout.print(console)
    console.print(
        Text("a year: discounted charges over discounted capital carried in; interest after tax", style="dim")
    )


def _service(plan: Plan, years: Years, console: Console) -> None:
    title = "Service"
    if not plan.instance.markets:
        return _none(title, "there is no market", console)
    revenue = {name: years.sums(plan.books.line(f"revenue.{name}")) for name in sorted(plan.instance.markets)}
    unit = _Unit([value for values in revenue.values() for value in values])
    layout = Layout(f"Service (revenue in {unit.name}, share of demand served)", years.labels)
    for name, amounts in revenue.items():
        served = years.sums(plan.physical.served_by(market=name))
        demand = years.sums(plan.instance.markets[name].demand_h100e.expand(plan.instance.periods))
        layout.row(f"{name}: revenue", [unit(amount) for amount in amounts])
        shares = [now / most if most else None for now, most in zip(served, demand, strict=True)]
        layout.row(f"{name}: served", ["" if share is None else percent(share, 0) for share in shares])
    layout.print(console)


def _covenants(plan: Plan, years: Years, console: Console) -> None:
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
        show: Callable[[float | None], str] = money if covenant.kind == "minimum_liquidity" else _ratio
        room = money(least.headroom) if covenant.kind == "minimum_liquidity" else _ratio(least.headroom, 3)
        binds = f"{sum(test.binding for test in own)} of {len(own)}"
        period = plan.instance.periods.label(least.t)
        layout.row(name, [covenant.kind, period, show(least.value), show(least.limit), room, binds])
    layout.print(console)


def _limits(plan: Plan, years: Years, console: Console) -> None:
    title = "Limits that bind"
    found: dict[tuple[str, str], list[str]] = {}
    for row in plan.rows("binding_limits").records():
        found.setdefault((str(row["limit"]), str(row["place"])), []).append(str(row["period"]))
    if not found:
        return _none(title, "none", console)
    _title(title, console)
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for (limit, place), periods in found.items():
        grid.add_row(escape(limit), escape(place), escape(ranges(periods, plan.instance.periods.labels)))
    console.print(grid)


def printable(text: str) -> str:
    """Text of a file without what a terminal could take for a command, on one line."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def _ratio(value: float | None, digits: int = 2) -> str:
    return "n/a" if value is None else f"{value:.{digits}f}".replace("-", "−")


def _number(cell: Cell) -> float:
    return float(cell or 0.0)


def _total(arrays: Any, size: int) -> list[float]:
    rows = list(arrays)
    return [fsum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * size


# ── one table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def print_table(table: Table, console: Console) -> None:
    """A schedule or statement, every column; what does not fit goes to a block below, under the first column again."""
    if not table.rows:
        console.print(Text("(no rows)"))
        return
    digits = [_digits([row[i] for row in table.rows]) for i in range(len(table.columns))]
    texts = [[_cell(cell, digits[i]) for i, cell in enumerate(row)] for row in table.rows]
    first, *others = range(len(table.columns))
    widths = [max(len(table.columns[i]), *(len(row[i]) for row in texts)) for i in range(len(table.columns))]
    blocks: list[list[int]] = [[]]
    room = console.width - widths[first]
    for i in others:
        if blocks[-1] and sum(widths[j] + 2 for j in (*blocks[-1], i)) > room:
            blocks.append([])
        blocks[-1].append(i)
    for block in blocks:
        grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        for i in [first, *block]:
            numeric = any(isinstance(row[i], (int, float)) for row in table.rows)
            grid.add_column(escape(table.columns[i]), justify="right" if numeric else "left", no_wrap=True)
        for number, row in enumerate(texts):
            style = "bold" if number in table.subtotals else ""
            grid.add_row(*(escape(row[i]) for i in [first, *block]), style=style)
        console.print(grid)
        if block is not blocks[-1]:
            console.print()


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


def print_audit(report: Mapping[str, Any], console: Console) -> None:
    """What the audit checked, rule by rule."""
    layout = Layout("Audit", ["checked", "largest violation", "tolerance", "unit", ""])
    for rule in report["rules"]:
        violation, tolerance = f"{rule['largest_violation']:.1e}", f"{rule['tolerance']:.0e}"
        verdict = "passed" if rule["passed"] else "FAILED"
        layout.row(
            rule["name"], [f"{rule['checked']:,}", violation, tolerance, rule["unit"], verdict], not rule["passed"]
        )
    layout.print(console)
    for rule in report["rules"]:
        if not rule["passed"]:
            console.print(Text(f"{rule['name']}, {rule['where']}: {rule['text']}", style="red"))
    console.print()
    console.print(audit_text(report))


# ── while it runs ─────────────────────────────────────────────────────────────────────────────────────────────────


class ProgressLine:
    """One line that is renewed on a terminal; a line now and then where output is not a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._every = 0.2 if self._live else 10.0
        self._last = time.monotonic() - (self._every if self._live else 0.0)
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last, self._shown = now, True
        text = progress_text(progress)
        self._stream.write(f"\r\x1b[2K{text[: _terminal_width() - 1]}" if self._live else f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Take the line away."""
        if self._live and self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def progress_text(progress: Progress) -> str:
    """Level, incumbent, bound, gap and seconds on one line."""
    incumbent = "no plan yet" if progress.incumbent is None else f"best {money(progress.incumbent)}"
    bound = "" if progress.bound is None else f" · bound {money(progress.bound)}"
    gap = ""
    if progress.gap_musd is not None:
        gap = f" · gap {money(progress.gap_musd)} ({percent(progress.gap_share, 2)})"
    return f"{progress.level}: {incumbent}{bound}{gap} · {progress.seconds:.0f} s"


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
