"""The answer in words: what to do when, from whom, how it is paid for, what it costs, what binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from optimizer.exhibits.customers import customers, invoices, paid_ahead
from optimizer.exhibits.ground import megawatts, offer_name, quantity
from optimizer.plan.figures.charges import average_wacc, charges, present
from optimizer.plan.figures.debt import drawn
from optimizer.plan.figures.equity import raised
from optimizer.plan.figures.preferred import raised_preferred
from optimizer.plan.record import Record
from optimizer.plan.table import Cell
from optimizer.plan.tables.binding_limits import binding_limits
from optimizer.plan.tables.hardware import purchases
from optimizer.plan.tables.sites import site_starts
from optimizer.report.ground import number
from optimizer.report.layout import printable
from optimizer.report.numbers import money, percent, ranges

SEVERAL = 6
"""So many things are named; of more, how many there are besides."""


@dataclass(frozen=True)
class Chapter:
    """A question, the answer in a line, and what there is to say of it, a sentence a line."""

    question: str
    answer: str
    sentences: tuple[str, ...]


def story(plan: Record) -> list[Chapter]:
    """The chapters that have something to say."""
    told = {
        "When and where": (_megawatts(plan), _where(plan)),
        "From whom": (_units(plan), _whom(plan)),
        "For whom": (invoices(plan), customers(plan)),
        "How it is paid for": (_sources(plan), _paid(plan)),
        "What it costs": (_cost(plan), _costs(plan)),
        "What binds": ("where a little more room would let the plan change", _binds(plan)),
    }
    found = [
        Chapter(question, printable(answer), tuple(map(printable, sentences)))
        for question, (answer, sentences) in told.items()
    ]
    return [chapter for chapter in found if chapter.sentences]


def _megawatts(plan: Record) -> str:
    rows = site_starts(plan).records()
    if not rows:
        rented = fsum(row["mw"] for row in plan.decisions.get("colocation", ()))
        return f"nothing is built, {megawatts(rented)} are rented" if rented > 0.0 else "nothing is built"
    first = min((str(row["start"]) for row in rows), key=plan.instance.periods.index)
    mw = fsum(number(row["mw"]) for row in rows)
    if not mw:
        return f"{len(rows):,} start{'s' * (len(rows) != 1)}, the first in {first}"
    return f"{megawatts(mw)} are started, " + (f"all in {first}" if _once(rows, "start") else f"the first in {first}")


def _units(plan: Record) -> str:
    units: dict[str, float] = defaultdict(float)
    for row in purchases(plan).records():
        units[str(row["vendor"] or row["offer"])] += number(row["units"])
    total = fsum(units.values())
    if not total:
        return "nothing is ordered"
    most = max(units, key=lambda vendor: units[vendor])
    share = "all" if len([each for each in units.values() if each > 0]) == 1 else percent(units[most] / total, 0)
    return f"{_units_told(total)}, {share} of them from {most}" if total > 1 else f"1 unit, from {most}"


def _sources(plan: Record) -> str:
    metrics = plan.metrics
    amounts = {
        "equity": metrics.get("equity_raised_musd"),
        "debt": metrics.get("debt_drawn_musd"),
        "partners' cash": metrics.get("partner_cash_musd"),
        "leased assets": metrics.get("leased_musd"),
        "customers' prepayments": paid_ahead(plan),
    }
    parts = [f"{money(musd)} of {name}" for name, musd in amounts.items() if musd and musd > 1e-6]
    return ", ".join(parts) if parts else "nothing is raised"


def _cost(plan: Record) -> str:
    rate = average_wacc(plan)
    capex = plan.metrics.get("capex_musd") or 0.0
    spent = f"{money(capex)} of capital spending" if capex > 1e-6 else "no capital spending"
    return spent if rate is None else f"{spent}, and capital costs {percent(rate, 2)} a year"


def _where(plan: Record) -> Iterator[str]:
    starts: dict[str, list[str]] = defaultdict(list)
    power: dict[str, float] = defaultdict(float)
    for row in site_starts(plan).records():
        mw = f" ({megawatts(number(row['mw']))})" if number(row["mw"]) else ""
        starts[str(row["start"])].append(f"{row['site']} {row['phase']}{mw}")
        power[str(row["start"])] += number(row["mw"])
    for label in plan.instance.periods.labels:
        if label in starts:
            several = len(starts[label]) > 1 and power[label]
            yield f"{label}: start " + (f"{megawatts(power[label])}: " if several else "") + listed(starts[label])
    rented = [row for row in plan.decisions.get("colocation", ()) if row["mw"] > 0]
    if rented:
        yield "Rent " + listed([f"{megawatts(row['mw'])} at {row['site']}, signed {row['period']}" for row in rented])


def _whom(plan: Record) -> Iterator[str]:
    by_offer: dict[str, list[dict[str, Cell]]] = defaultdict(list)
    for row in purchases(plan).records():
        by_offer[str(row["offer"])].append(row)
    labels = plan.instance.periods.labels
    for offer, rows in sorted(by_offer.items(), key=lambda each: -fsum(number(row["units"]) for row in each[1])):
        units = fsum(number(row["units"]) for row in rows)
        cost = fsum(number(row["total_musd"]) for row in rows)
        when = ranges([str(row["order_period"]) for row in rows], labels)
        paid = f" for {money(cost)} with all that is bought along" if cost else ""
        yield f"{_units_told(units)} of {offer_name(plan, offer)}, ordered {when}{paid}"


def _paid(plan: Record) -> Iterator[str]:
    labels, amounts = plan.instance.periods.labels, {}
    for name, by_period in {**raised(plan), **raised_preferred(plan)}.items():
        amounts[name] = {t: musd for t, musd in enumerate(by_period, 1) if musd > 1e-6}
    if equity := [_amount(name, found, labels) for name, found in amounts.items() if found]:
        total = fsum(musd for found in amounts.values() for musd in found.values())
        yield f"Equity, {money(total)}: {listed(equity)}"
    loans = {
        name: {t: musd for t, musd in drawn(plan, name).items() if t and musd > 1e-6} for name in plan.instance.debt
    }
    if debt := [_amount(name, found, labels) for name, found in sorted(loans.items()) if found]:
        total = fsum(musd for found in loans.values() for musd in found.values())
        yield f"Debt drawn, {money(total)}: {listed(debt)}"
    if prepaid := plan.metrics.get("partner_cash_musd"):
        yield f"Partners pay {money(prepaid)} in advance for compute"
    if ahead := paid_ahead(plan):
        yield f"Customers pay {money(ahead)} ahead as they sign"


def _amount(name: str, found: dict[int, float], labels: list[str]) -> str:
    return f"{name} {money(fsum(found.values()))} in {ranges([labels[t - 1] for t in found], labels)}"


def _costs(plan: Record) -> Iterator[str]:
    metrics = plan.metrics
    yield str(plan.summary.get("message", plan.status))
    found = charges(plan)
    if found and (rate := average_wacc(plan)) is not None:
        total = fsum(present(plan, charge.charge) for charge in found)
        yield f"Capital costs {percent(rate, 2)} a year (effective), {money(total)} in present value"
    if (cost := metrics.get("net_present_cost")) is not None:
        yield f"Net present value {money(0.0 - cost)}"
    if (kept := metrics.get("ownership_kept_share")) is not None and kept < 1.0:
        yield f"Today's owners keep {percent(kept)} of the company"
    if (least := metrics.get("minimum_cash_musd")) is not None:
        yield f"Cash is never below {money(least)}"


def _binds(plan: Record) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in binding_limits(plan).records():
        found.setdefault((str(row["limit"]), str(row["place"])), []).append(str(row["period"]))
    labels = plan.instance.periods.labels
    for (limit, place), periods in list(found.items())[: 2 * SEVERAL]:
        yield f"{limit}, {place}: {ranges(periods, labels)}"
    if (more := len(found) - 2 * SEVERAL) > 0:
        yield f"and {more} more, in the table of binding limits"


def _units_told(units: float) -> str:
    return "1 unit" if units == 1 else f"{quantity(units)} units"


def _once(rows: list[dict[str, Cell]], column: str) -> bool:
    return len({row[column] for row in rows}) == 1


def listed(items: list[str]) -> str:
    """Items with commas; of many, the first and how many more."""
    if len(items) > SEVERAL:
        return f"{', '.join(items[:SEVERAL])} and {len(items) - SEVERAL} more"
    return ", ".join(items)
