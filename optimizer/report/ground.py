"""What is built, ordered, powered and served, year by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from optimizer.contract.lines import REVENUE
from optimizer.plan.figures.energy import supplies, totals
from optimizer.plan.figures.leases import leases
from optimizer.plan.table import Cell
from optimizer.plan.years import Years
from optimizer.report.layout import Layout, Unit, nothing, printable
from optimizer.report.numbers import digits_for, money, percent, plain

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def break_ground(plan: Plan, years: Years, console: Console) -> None:
    """MW started by phase and rented by site, and what that makes."""
    title = "When to break ground where (MW started)"
    starts: dict[str, list[float]] = {}
    calendar = plan.instance.periods
    for row in plan.rows("site_starts").records():
        label = f"{row['site']} {row['phase']}"
        by_period = starts.setdefault(label, [0.0] * calendar.periods)
        by_period[calendar.index(str(row["start"])) - 1] += number(row["mw"])
    for row in plan.rows("colocation").records():
        by_period = starts.setdefault(f"{row['site']} (rented)", [0.0] * calendar.periods)
        by_period[calendar.index(str(row["signed"])) - 1] += number(row["mw"])
    if not starts:
        return nothing(title, "nothing is built", console)
    energised = total(plan.physical.energised_mw.values(), calendar.periods)
    load = total(plan.physical.load_mw.values(), calendar.periods)
    shown = {label: years.sums(values) for label, values in sorted(starts.items())}
    totals = {"energised, end of year": years.ends(energised), "load, end of year": years.ends(load)}
    digits = digits_for(value for values in (shown | totals).values() for value in values)
    layout = Layout(title, years.labels)
    for label, values in shown.items():
        layout.row(label, [plain(value, digits) for value in values])
    for label, values in totals.items():
        layout.row(label, [plain(value, digits) for value in values], strong=True)
    layout.print(console)


def orders(plan: Plan, years: Years, console: Console) -> None:
    """Units by offer, their price, what all of it costs; agreements signed."""
    title = "What to order from whom (thousand units, by order period)"
    calendar = plan.instance.periods
    orders: dict[str, list[dict[str, Cell]]] = {}
    for row in plan.rows("purchases").records():
        orders.setdefault(str(row["offer"]), []).append(row)
    if not orders:
        return nothing(title, "nothing is ordered", console)
    leased = {lease.offer: fsum(lease.payment) for lease in leases(plan)}
    layout = Layout(title, [*years.labels, "total", "$ a unit", "cost"], together=3)
    for offer, rows in sorted(orders.items()):
        units = [0.0] * calendar.periods
        for row in rows:
            units[calendar.index(str(row["order_period"])) - 1] += number(row["units"]) / 1000.0
        count = fsum(number(row["units"]) for row in rows)
        accelerators = fsum(number(row["average_price_usd"]) * number(row["units"]) for row in rows)
        about = [printable(str(rows[0]["vendor"]))] if rows[0]["vendor"] else []
        about += [str(rows[0]["terms"])] if rows[0]["terms"] != "purchase" else []
        vendor = f" ({', '.join(about)})" if about else ""
        cells = [plain(value, 1) for value in (*years.sums(units), count / 1000.0)]
        cost = money(fsum(number(row["total_musd"]) for row in rows) + leased.get(offer, 0.0))
        layout.row(
            offer + vendor, [*cells, plain(None if rows[0]["terms"] == "lease" else accelerators / count, 0), cost]
        )
    layout.print(console)
    console.print(Text("$ a unit: accelerator after discount; cost: with everything bought along", style="dim"))
    for row in plan.rows("agreements").records():
        console.print(Text(_agreement(row), style="dim"))


def _agreement(row: Mapping[str, Cell]) -> str:
    if row["kind"] == "development":
        return f"{row['offer']}: development begins in {row['period']}, orders from {row['opens']}"
    short = number(row["shortfall_units"])
    text = f"{row['offer']}: framework signed, {number(row['ordered_units']):,.0f} units of at least "
    text += f"{number(row['minimum_units']):,.0f}"
    return text + (f"; {short:,.0f} missing, {money(number(row['take_or_pay_musd']))} paid for them" if short else "")


def energy(plan: Plan, years: Years, console: Console) -> None:
    """Energy by source, how much is renewable, and emissions; only if there are sources beside the grid or a target."""
    target = plan.instance.power.min_renewable_share
    if not plan.instance.energy_sources and target.raw == 0.0:
        return
    found = [(f"{supply.source} ({supply.region})", years.sums(supply.taken_mwh)) for supply in supplies(plan)]
    used, renewable, emitted = (years.sums(values) for values in totals(plan))
    layout = Layout("Energy by source (GWh)", years.labels)
    digits = digits_for(value / 1000.0 for _, values in found for value in values)
    for label, values in found:
        layout.row(label, [plain(value / 1000.0, digits) for value in values])
    shares = [part / whole if whole else None for part, whole in zip(renewable, used, strict=True)]
    layout.row("renewable", ["" if share is None else percent(share, 0) for share in shares], strong=True)
    layout.row("CO2 (kt)", [plain(value / 1000.0, 1) for value in emitted], strong=True)
    layout.print(console)


def service(plan: Plan, years: Years, console: Console) -> None:
    """Revenue and share of demand by market, and what partners and customers under contract get."""
    title = "Service"
    if not plan.instance.markets and not plan.physical.held:
        return nothing(title, "there is no market", console)
    revenue = {name: years.sums(plan.books.line(REVENUE, name)) for name in sorted(plan.instance.markets)}
    unit = Unit([value for values in revenue.values() for value in values])
    layout = Layout(f"Service (revenue in {unit.name}, share of demand served)", years.labels)
    for name, amounts in revenue.items():
        served = years.sums(plan.physical.served_by(market=name))
        demand = years.sums(plan.instance.markets[name].demand_h100e.expand(plan.instance.periods))
        layout.row(f"{name}: revenue", [unit(amount) for amount in amounts])
        shares = [now / most if most else None for now, most in zip(served, demand, strict=True)]
        layout.row(f"{name}: served", ["" if share is None else percent(share, 0) for share in shares])
    for name in sorted({partner for partner, _ in plan.physical.delivered}):
        delivered = plan.physical.delivered_by(partner=name)
        layout.row(f"to {name} (H100e, end of year)", [plain(value, 0) for value in years.ends(delivered)])
    for name in sorted({contract for contract, _ in plan.physical.held}):
        held = plan.physical.held_by(contract=name)
        layout.row(f"for {name} (H100e, end of year)", [plain(value, 0) for value in years.ends(held)])
    layout.print(console)


def number(cell: Cell) -> float:
    """A cell of a table as a number, 0 if it is empty."""
    return float(cell or 0.0)


def total(arrays: Iterable[Sequence[float]], size: int) -> list[float]:
    """The sum of arrays; zeros if there is none."""
    rows = list(arrays)
    return [fsum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * size
