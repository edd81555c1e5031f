"""What facilities hold in the place of the cash of debt service reserves."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.tolerances import MONEY, ZERO

COVER = rule(
    "debt.reserve_cover",
    "A facility meets no more of a reserve than has to be held, and only while it is open.",
    "musd",
    MONEY,
)


def held_for_reserves(replay: Replay, facility: str, *, letters: bool) -> tuple[Decimal, ...]:
    """What a facility holds at the ends of 0 … T, musd: by letters of credit, or all of it."""
    held = replay.zeros()
    for (loan, t), musd in replay.decisions.reserve_cover.items():
        terms = replay.instance.debt[loan].service_reserve
        if terms is not None and terms.facility == facility and not (letters and terms.facility_by == "standby"):
            held[t] += musd
    return tuple(held)


def met_by_facility(replay: Replay, loan: str, required: list[Decimal]) -> list[Decimal]:
    """What of the ``required`` reserve of a loan its facility meets, by period, musd; each amount is checked."""
    terms, met = replay.instance.debt[loan].service_reserve, replay.zeros()
    if terms is None or terms.facility is None:
        return met
    facility = replay.instance.debt.get(terms.facility)
    if facility is None or facility.kind != "revolver":
        raise AuditError(f"instance.json: debt.{loan}.service_reserve", f"{terms.facility!r} is no revolver")
    if replay.rings.debt(terms.facility) not in ("", replay.rings.debt(loan)):
        raise AuditError(f"instance.json: debt.{loan}.service_reserve", f"{terms.facility!r} is another group's")
    window = replay.window(facility.first_draw, facility.last_draw, f"debt.{terms.facility}")
    for t in replay.span:
        met[t] = replay.decisions.reserve_cover.get((loan, t), ZERO)
        most = required[t] if t in window else ZERO
        replay.findings.at_most(COVER, loan, t, met[t], most)
    return met
