"""Compute reserved from clouds for a term, and paid whether used or not. Compute is in kH100e."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tolerances import MONEY, PHYSICAL, WHOLE, ZERO

WINDOW = rule("cloud.window", "Compute is reserved within its window.", "kH100e", PHYSICAL)
BLOCKS = rule("cloud.blocks", "Reservations are whole numbers of blocks.", "blocks", WHOLE)
LIMIT = rule("cloud.limit", "No more is reserved at a time than the cloud offers.", "kH100e", PHYSICAL)
COSTS = rule("cloud.costs", "What is reserved is paid for its term at the price of its reservation.", "musd", MONEY)

_OPEX = Entry("opex", "retained_earnings", "cash")


def replay_reservations(replay: Replay, hour: list[Decimal]) -> dict[str, Values]:
    """``hour[t]`` is a period of one kH100e at 1 USD an hour, musd. Returns what is reserved by period and cloud."""
    reserved: dict[str, Values] = {}
    for name, cloud in replay.instance.cloud.items():
        active = replay.zeros()
        if cloud.reserved is not None:
            terms, place = cloud.reserved, f"cloud.{name}.reserved"
            window = replay.window(terms.first_signing, terms.last_signing, place)
            price = replay.values(terms.price_usd_per_h100e_hour, f"{place}.price_usd_per_h100e_hour")
            limit = replay.values(terms.limit_h100e, f"{place}.limit_h100e")
            block = exact(terms.block_h100e) / THOUSAND
            for u in replay.span:
                amount = replay.decisions.reservations.get((name, u), ZERO)
                replay.findings.record(WINDOW, name, u, ZERO if u in window else abs(amount))
                if block > 0:
                    replay.findings.record(BLOCKS, name, u, abs(amount / block - round(amount / block)))
                for t in range(u, min(replay.time.after(u, terms.term_periods), replay.last + 1)):
                    active[t] += amount
                    replay.book.post(COSTS, f"opex.reserved.{name}", t, amount * hour[t] * price[u], _OPEX)
            for t in replay.span:
                replay.findings.at_most(LIMIT, name, t, active[t], limit[t] / THOUSAND)
        reserved[name] = tuple(active)
    return reserved
