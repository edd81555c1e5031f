"""When in their periods the payments of a plan fall, and flows put at equal distances."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from optimizer.contract.accounts import DEBT, PAID_IN, PARTNER, PREFERRED
from optimizer.contract.lines import DEPOSIT, FEES_ON_DRAWS, FINISHING, OPENING_PART, PURCHASE
from optimizer.instance.calendar import TIMING
from optimizer.plan.books import add
from optimizer.plan.figures.hardware import ACCELERATOR
from optimizer.plan.figures.opening import opening_payments
from optimizer.plan.record import Record

Dated = tuple[float, float]
"""(instant in periods, USD million)."""
TEN_DOLLARS = 1e-5


def payments(plan: Record) -> dict[float, list[float]]:
    """Capital spending by period, positive, USD million, by the part of a period by which it comes before the end."""
    instance, books = plan.instance, plan.books
    found: dict[float, list[list[float]]] = {}
    for name, offer in sorted(instance.hardware.items()):
        lines = [
            (kind, name, part) for part in (ACCELERATOR, OPENING_PART, *offer.attach) for kind in (DEPOSIT, PURCHASE)
        ]
        paid = [[-amount for amount in books.line(*line)] for line in lines]
        found.setdefault(TIMING[offer.payment_timing or instance.payment_timing], []).extend(paid)
    for name, site in sorted(instance.sites.items()):
        own = {phase.name: TIMING[phase.payment_timing or instance.payment_timing] for phase in site.phases}
        for phase in site.phases:
            found.setdefault(own[phase.name], []).append(_construction(plan, name, phase.name))
        if site.phases:
            land = [-amount for amount in books.line(FINISHING, name, "land")]
            found.setdefault(own[site.phases[0].name], []).append(land)
    for timing, spent in opening_payments(plan):
        found.setdefault(timing, []).append(spent)
    return {timing: add(*amounts, size=instance.periods.periods) for timing, amounts in sorted(found.items())}


def _construction(plan: Record, site: str, name: str) -> list[float]:
    calendar = plan.instance.periods
    phase = next(phase for phase in plan.instance.sites[site].phases if phase.name == name)
    parts: list[list[float]] = [[] for _ in calendar.span]
    for row in plan.decisions.get("phase_starts", ()):
        if (row["site"], row["phase"]) == (site, name):
            start = calendar.index(str(row["period"]))
            cost = fsum(part.musd.expand(calendar)[start - 1] for part in phase.capex.values()) * row["count"]
            for later, share in enumerate(phase.spend_profile):
                if (paid := calendar.later(start, later)) <= calendar.periods:
                    parts[paid - 1].append(share * cost)
    return [fsum(amounts) for amounts in parts]


def inflows(plan: Record) -> list[float]:
    """Draws, raises and partners' cash by period, net of what is kept back of them, USD million."""
    books = plan.books
    came = books.item("draw", "raise", accounts=[*books.accounts(DEBT, PARTNER), PAID_IN, PREFERRED])
    costs = [books.of_kind(kind) for kind in FEES_ON_DRAWS]
    return add(came, books.item("flotation"), *costs)


def evened(dated: Iterable[Dated]) -> tuple[list[float], int]:
    """Flows at equal distances as ``evenly`` puts them, without rounding.

    A flow of ten dollars and a billionth of the largest is rounding of the solver and none: at the end of the flows it
    would make a rate of its own, near −100 %.
    """
    flows = list(dated)
    rounding = TEN_DOLLARS + 1e-9 * max((abs(flow) for _, flow in flows), default=0.0)
    return evenly((instant, flow if abs(flow) > rounding else 0.0) for instant, flow in flows)


def evenly(dated: Iterable[Dated]) -> tuple[list[float], int]:
    """Flows at whole and half instants as flows at equal distances, from the first, and how many steps a period has."""
    flows = [(instant, amount) for instant, amount in dated if amount]
    first = min((instant for instant, _ in flows), default=0.0)
    steps = 1 if all((instant - first).is_integer() for instant, _ in flows) else 2
    last = max((instant for instant, _ in flows), default=first)
    parts: list[list[float]] = [[] for _ in range(round((last - first) * steps) + 1)]
    for instant, amount in flows:
        parts[round((instant - first) * steps)].append(amount)
    return [fsum(amounts) for amounts in parts], steps
