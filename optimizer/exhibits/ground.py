"""What is built, powered, ordered and served."""

from __future__ import annotations

from collections import defaultdict

from optimizer.exhibits.axis import Axis
from optimizer.exhibits.shapes import Columns, Schedule, Series, Span, without_empty
from optimizer.plan.books import add
from optimizer.plan.figures.power import REGION, SITE, SYSTEM, places
from optimizer.plan.record import Record

THOUSAND = 1e3


def build_out(plan: Record) -> Schedule | None:
    """When each phase is built and in service, and what is rented when; None if nothing is.

    A row is a phase of a site, or what is rented there; a span its construction, and another its service.
    """
    calendar = plan.instance.periods
    spans: list[Span] = []
    for row in plan.decisions.get("phase_starts", ()):
        phase = next(each for each in plan.instance.sites[row["site"]].phases if each.name == row["phase"])
        start = calendar.index(str(row["period"])) - 1
        ready = calendar.later(start + 1, phase.lead_periods) - 1
        name, text = f"{row['site']} {row['phase']}", megawatts(phase.mw * row["count"])
        spans += _within(Span(name, start, ready, text, True), calendar.periods)
        spans += _within(Span(name, ready, calendar.periods, text, False), calendar.periods)
    for row in plan.decisions.get("colocation", ()):
        terms = plan.instance.sites[row["site"]].colocation
        assert terms is not None
        delivered = calendar.later(calendar.index(str(row["period"])), terms.lead_periods)
        start, end = delivered - 1, calendar.later(delivered, terms.term_periods) - 1
        name, text = f"{row['site']} rented", megawatts(row["mw"])
        spans += _within(Span(name, start, end, text, False), calendar.periods)
    if not spans:
        return None
    first = {span.row: min(each.start for each in spans if each.row == span.row) for span in spans}
    rows = tuple(sorted(first, key=lambda row: (first[row], row)))
    begun = len({(span.row, span.start) for span in spans if span.begun})
    told = f"{begun:,} start{'s' * (begun != 1)} of construction, in {len(rows):,} row{'s' * (len(rows) != 1)}"
    words = f"{told}: paler while it is built, full while it is in service"
    return Schedule("When to break ground where", tuple(calendar.labels), rows, tuple(spans), words)


def megawatts(mw: float) -> str:
    """Power as it is told: ``1,200 MW``, ``0.4 MW``."""
    return f"{quantity(mw)} MW"


def quantity(number: float) -> str:
    """A number of units or megawatts: whole from ten on, below that in as many digits as tell it from nothing."""
    whole = abs(number - round(number)) < 1e-6
    return f"{number:,.0f}" if whole or number >= 10.0 else f"{number:.2g}"


def _within(span: Span, last: int) -> list[Span]:
    cut = Span(span.row, span.start, min(span.end, last), span.text, span.begun)
    return [cut] if cut.start < cut.end else []


def power(plan: Record) -> Columns | None:
    """MW of load by site, what is energised, and the limit of the system or of all regions together; None if nothing
    is ever energised."""
    axis, found = Axis.of(plan), list(places(plan))
    loads = [Series(each.name, axis.stocks(each.load_mw)) for each in found if each.level == SITE]
    system = next(each for each in found if each.level == SYSTEM)
    limit = system.limit_mw
    regions = [each.limit_mw for each in found if each.level == REGION]
    if limit is None and regions and all(each is not None for each in regions):
        limit = add(*(each for each in regions if each is not None), size=plan.instance.periods.periods)
    lines = [Series("energised", axis.stocks(system.energised_mw), "line")]
    if not without_empty([*loads, *lines]):
        return None
    lines += [] if limit is None else [Series("power limit", axis.stocks(limit), "limit")]
    most = max(system.load_mw, default=0.0)
    words = f"at most {megawatts(most)} of load on {megawatts(max(system.energised_mw, default=0.0))} energised"
    return Columns("Power", "MW", axis.labels, without_empty([*loads, *lines]), words)


def compute(plan: Record) -> Columns | None:
    """Thousand H100 equivalents served by market and delivered to partners, what is asked for, and what could run; None
    if there is nothing of it."""
    axis, physical, size = Axis.of(plan), plan.physical, plan.instance.periods.periods
    markets = sorted(plan.instance.markets)
    served = [Series(name, _thousands(axis, physical.served_by(market=name))) for name in markets]
    partners = sorted({partner for partner, _ in physical.delivered})
    served += [Series(f"to {name}", _thousands(axis, physical.delivered_by(partner=name))) for name in partners]
    contracts = sorted({contract for contract, _ in physical.held})
    served += [Series(f"for {name}", _thousands(axis, physical.held_by(contract=name))) for name in contracts]
    demands = [plan.instance.markets[name].demand_h100e.expand(plan.instance.periods) for name in markets]
    lines = [
        Series("demand of the markets", _thousands(axis, add(*demands, size=size)), "limit"),
        Series("own capacity", _thousands(axis, add(*physical.capacity_h100e.values(), size=size)), "line"),
    ]
    words = "what is served, beside what the markets ask for and what the own hardware could run"
    shown = without_empty([*served, *lines])
    return Columns("Compute", "thousand H100e", axis.labels, shown, words) if shown else None


def _thousands(axis: Axis, values: list[float]) -> tuple[float, ...]:
    return tuple(value / THOUSAND for value in axis.stocks(values))


def orders(plan: Record) -> Columns | None:
    """Thousand units ordered by offer and order period, with the vendor; None if nothing is ordered."""
    axis, calendar = Axis.of(plan), plan.instance.periods
    units: dict[str, list[float]] = defaultdict(lambda: [0.0] * calendar.periods)
    for row in plan.decisions.get("orders", ()):
        units[row["offer"]][calendar.index(str(row["period"])) - 1] += row["units"] / THOUSAND
    if not units:
        return None
    series = [Series(offer_name(plan, offer), axis.flows(amounts)) for offer, amounts in sorted(units.items())]
    total = sum(sum(amounts) for amounts in units.values())
    words = f"{total:,.1f} thousand units in all, by the period of the order"
    return Columns("What to order from whom", "thousand units", axis.labels, without_empty(series), words)


def offer_name(plan: Record, offer: str) -> str:
    """An offer with its vendor."""
    vendor = plan.instance.hardware[offer].vendor
    return f"{offer} ({vendor})" if vendor else offer
