"""What units cost to keep by their age: of each vintage and lot that is kept, what it has cost at the end of a period
less what it had cost at the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.hardware import OPEX, in_service
from optimizer.auditing.opening import gone, lots, service_of
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.schema import Offer

_OPEX = Entry("opex", "retained_earnings", "cash")


def replay_upkeep_by_age(replay: Replay) -> None:
    """Post it; what units cost whatever their age is posted in hardware.py."""
    for name, offer in replay.instance.hardware.items():
        usd = [exact(each) for each in offer.upkeep_usd_per_unit_year_by_age]
        if not usd:
            continue
        for site, arrived, kept in (*_bought(replay, name, offer), *_there(replay, name, offer)):
            for t, units in kept.items():
                begin = replay.time.passed(arrived - 1, t - 1) * replay.step
                each = spent_by(usd, begin + replay.years(t)) - spent_by(usd, begin)
                musd = units * each / THOUSAND
                replay.book.post(OPEX, f"opex.upkeep.{name}", t, musd, _OPEX, group=replay.rings.site(site))


def spent_by(usd: list[Decimal], years: Decimal) -> Decimal:
    """USD that a unit has cost after so many years of service: an amount a year, the last of them for good."""
    ended = sum((each * min(ONE, max(ZERO, years - y)) for y, each in enumerate(usd)), ZERO)
    return ended + usd[-1] * max(ZERO, years - len(usd)) if usd else ZERO


Kept = tuple[str, int, dict[int, Decimal]]
"""A site, the period in which units there arrived, and thousand units that are left of them by period of service."""


def _bought(replay: Replay, name: str, offer: Offer) -> Iterator[Kept]:
    sold: dict[tuple[str, int], dict[int, Decimal]] = {}
    for (other, site, u, t), units in replay.decisions.retirements.items():
        if other == name:
            sold.setdefault((site, u), {})[t] = units
    for (other, site, u), bought in replay.decisions.allocations.items():
        if other == name:
            arrived = replay.time.after(u, offer.lead_periods)
            yield site, arrived, _left(bought, sold.get((site, u), {}), in_service(replay, offer, u))


def _there(replay: Replay, name: str, offer: Offer) -> Iterator[Kept]:
    for other, key, _, lot in lots(replay):
        if other == name:
            arrived, end = service_of(replay, offer, lot)
            span = range(max(1, arrived), min(end, replay.last + 1))
            yield lot.site, arrived, _left(exact(lot.units) / THOUSAND, gone(replay, name, key), span)


def _left(units: Decimal, sold: dict[int, Decimal], span: range) -> dict[int, Decimal]:
    return {t: units - sum((quantity for v, quantity in sold.items() if v <= t), ZERO) for t in span}
