"""Interest in construction: what is built bears the interest that it could have done without (ASC 835-20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.rates import rates_of
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Phase

CAPITALISED = rule(
    "sites.interest",
    "What is built bears avoided interest, the oldest first, as far as there is interest, and takes it into service.",
    "musd",
    MONEY,
)

_BORNE = Entry("interest_in_construction", "construction_in_progress", "retained_earnings")
_IN_SERVICE = Entry("transfer", "sites", "construction_in_progress")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "sites")


@dataclass
class _Work:
    """Phases under construction: what they have taken so far, interest included, and what of it is interest, musd."""

    site: str
    phase: Phase
    start: int
    costs: tuple[tuple[Decimal, Decimal | None], ...]
    """Of each part, for all phases of the start: musd, and its life in years."""
    service: int
    taken: Decimal = ZERO
    interest: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        return sum((musd for musd, _ in self.costs), ZERO)

    def due(self, replay: Replay, t: int) -> list[float]:
        """The shares of the cost that are paid in t."""
        before, until = replay.calendar.elapsed(self.start, t - 1) + 1, replay.calendar.elapsed(self.start, t) + 1
        return list(self.phase.spend_profile[max(0, before) : until])


def replay_interest_in_construction(replay: Replay) -> None:
    """Go through the periods with all that is under construction; to be called when all interest has been posted."""
    if not replay.instance.capitalise_interest_in_construction or not any(map(replay.book.interest, replay.span)):
        return
    rates = _rates(replay)
    works = sorted(_works(replay), key=lambda each: each.start)
    for t in replay.span:
        room = replay.book.interest(t)
        for work in works:
            if not work.start <= t < work.service:
                continue
            now = work.cost * sum((exact(share) for share in work.due(replay, t)), ZERO)
            early = exact(TIMING[work.phase.payment_timing or replay.instance.payment_timing])
            interest = min(rates[t] * exact(replay.calendar.years_of(t)) * (work.taken + early * now), max(ZERO, room))
            room -= interest
            work.interest += interest
            work.taken += now + interest
            replay.book.post(CAPITALISED, f"capitalised_interest.site.{work.site}", t, interest, _BORNE)
    for work in works:
        _take_into_service(replay, work)


def _works(replay: Replay) -> Iterator[_Work]:
    for name, site in sorted(replay.instance.sites.items()):
        for phase in site.phases:
            prices = [
                (replay.values(item.musd, f"sites.{name}.{phase.name}.{part}"), item.book_life_years)
                for part, item in phase.capex.items()
            ]
            for u in replay.span:
                count = replay.decisions.starts.get((name, phase.name, u), ZERO)
                parts = tuple((count * price[u], None if life is None else exact(life)) for price, life in prices)
                if any(musd for musd, _ in parts):
                    yield _Work(name, phase, u, parts, replay.calendar.later(u, phase.lead_periods))


def _rates(replay: Replay) -> tuple[Decimal, ...]:
    """The rate that is stated, else the one that all debt has."""
    stated = replay.instance.interest_in_construction_rate_per_year
    if stated is not None:
        return replay.values(stated, "interest_in_construction_rate_per_year")
    found = {rate for name, debt in replay.instance.debt.items() for rate in rates_of(replay, name, debt)[1:]}
    if len(found) != 1:
        raise AuditError("instance.json: interest_in_construction_rate_per_year", "debt has no single rate")
    return (ZERO, *[found.pop()] * replay.last)


def _take_into_service(replay: Replay, work: _Work) -> None:
    """Straight line with the parts of the phase, each by its share of the cost: min(1, k·Δ/life) after k periods."""
    first = work.service
    if first > replay.last or work.interest == 0:
        return
    replay.book.post(CAPITALISED, f"in_service.site.{work.site}", first, work.interest, _IN_SERVICE)
    for musd, life in work.costs:
        if life is None:
            continue
        own, gone = work.interest * musd / work.cost, ZERO
        for t in range(first, replay.last + 1):
            share = min(ONE, exact(replay.calendar.years_to(t) - replay.calendar.years_to(first - 1)) / life)
            replay.book.post(CAPITALISED, f"depreciation.site.{work.site}", t, own * (share - gone), _WRITTEN_OFF)
            gone = share
