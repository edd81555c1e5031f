"""Loans that are tied to capital spending: draws, and what is left of them and paid back as units are sold."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from optimizer.auditing.rates import asked_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.vintages import Instrument, share_left
from optimizer.instance.schema import Debt

TIED = rule(
    "debt.tied",
    "Draws that are tied to capital spending are within their share of it, and what is left of them within that of "
    "what is still held.",
    "musd",
    MONEY,
)
RELEASED = rule(
    "debt.released",
    "No more is prepaid without premium, or without a right to it, than hangs on units that have been sold.",
    "musd",
    MONEY,
)


def check_tie(replay: Replay, name: str, debt: Debt, yearly: Values, draws: Values, one: Instrument) -> None:
    """By period u: draw − what refinances ≤ share·spending, and the same for what is left with units that are left."""
    if debt.tied_to is None:
        return
    sites, offers = set(debt.tied_to.sites), set(debt.tied_to.hardware)
    for kind, names, known in (("site", sites, replay.instance.sites), ("offer", offers, replay.instance.hardware)):
        if not names <= known.keys():
            raise AuditError(f"instance.json: debt.{name}.tied_to", f"no {kind} {min(names - known.keys())!r}")
    most = _drawn_at_most(replay, name, debt)
    for t in replay.span:
        replay.findings.at_most(TIED, name, t, draws[t], most[t])
    sold = _sold(replay, name, debt)
    if debt.is_pooled:
        _check_balance(replay, name, debt, one, most, sold)
    else:
        _check_vintages(replay, name, debt, yearly, draws, most, sold)


def tied_room(replay: Replay, name: str, debt: Debt, t: int) -> tuple[Decimal, Decimal | None]:
    """Of a revolver: the most that its tie lets it draw in t, and owe at the end of t once units have been sold."""
    most, sold = _drawn_at_most(replay, name, debt), _sold(replay, name, debt)
    gone = _gone(sold, t)
    return most[t], exact(debt.opening_balance_musd) + sum(most[1 : t + 1], ZERO) - gone if gone else None


def _drawn_at_most(replay: Replay, name: str, debt: Debt) -> list[Decimal]:
    """share·spending + what refinances, by period."""
    terms, most = debt.tied_to, replay.zeros()
    assert terms is not None
    for t in replay.span:
        group = replay.rings.debt(name) or None
        spent = replay.capex("sites", t, set(terms.sites), group)
        spent += replay.capex("hardware", t, set(terms.hardware), group)
        most[t] = exact(terms.capex_share) * spent
    for (k, _, t), musd in replay.decisions.refinancings.items():
        if k == name:
            most[t] += musd
    return most


def _gone(sold: dict[tuple[int, int], Decimal], t: int) -> Decimal:
    return sum((musd for (u, v), musd in sold.items() if u <= t and v <= t), ZERO)


def _sold(replay: Replay, loan: str, debt: Debt) -> dict[tuple[int, int], Decimal]:
    """(u, v) → the tie's share of what had been paid in u for the units that are sold in v, musd."""
    assert debt.tied_to is not None
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    offers, share = set(debt.tied_to.hardware), exact(debt.tied_to.capex_share)
    group = replay.rings.debt(loan)
    for (name, site, w, v), quantity in replay.decisions.retirements.items():
        if name not in offers or group not in ("", replay.rings.site(site)):
            continue
        offer, place = replay.instance.hardware[name], f"hardware.{name}"
        usd = replay.values(offer.price_usd, f"{place}.price_usd")[w]
        for part, cost in offer.attach.items():
            usd += replay.values(cost.usd_per_unit, f"{place}.attach.{part}")[w]
        deposit = exact(offer.deposit_share)
        found[w, v] += share * deposit * usd * quantity / THOUSAND
        found[replay.time.after(w, offer.lead_periods), v] += share * (ONE - deposit) * usd * quantity / THOUSAND
    return found


def _check_vintages(
    replay: Replay,
    name: str,
    debt: Debt,
    yearly: Values,
    draws: Values,
    most: list[Decimal],
    sold: dict[tuple[int, int], Decimal],
) -> None:
    """In units of the amount drawn: what is prepaid over what is left of one unit then."""
    for u in (0, *replay.span):
        asked = asked_of(replay, debt, yearly, u)
        live, released, free = draws[u] if u else exact(debt.opening_balance_musd), ZERO, ZERO
        for t in range(u + 1, min(replay.time.after(u, asked.ends(debt)) - 1, replay.last) + 1):
            left = share_left(debt, replay.time.passed(u, t), asked)
            prepaid = replay.decisions.prepayments.get((name, u, t), ZERO) / left
            given = replay.decisions.premium_free.get((name, u, t), ZERO) / left
            live, free, released = live - prepaid, free + given, released + sold.get((u, t), ZERO)
            if released:
                replay.findings.at_most(TIED, name, t, live, most[u] - released, magnitude=most[u])
            if given:
                replay.findings.at_most(RELEASED, name, t, free, released, magnitude=most[u])
                replay.findings.at_most(RELEASED, name, t, given, prepaid)


def _check_balance(
    replay: Replay,
    name: str,
    debt: Debt,
    one: Instrument,
    most: list[Decimal],
    sold: dict[tuple[int, int], Decimal],
) -> None:
    for t in replay.span:
        gone = _gone(sold, t)
        if gone:
            held = exact(debt.opening_balance_musd) + sum(most[1 : t + 1], ZERO) - gone
            replay.findings.at_most(TIED, name, t, one.balance[t], held, magnitude=held + gone)
