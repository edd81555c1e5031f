"""What an agreement for compute costs as capital, by the effective interest method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.finance.effective_interest import grown_part, yield_of
from optimizer.instance.partner_service import partner_balance, partner_service
from optimizer.instance.schema import Instance


@dataclass(frozen=True)
class PartnerUnit:
    """An agreement for compute: its yield per base period, what is ``held`` in each period from that of the signing to
    T+1, for so many base periods, and the ``charge`` on it.
    """

    rate: float
    held: Sequence[float]
    charge: Sequence[float]


def partner_unit(instance: Instance, partner: str, u: int, timing: float) -> PartnerUnit:
    """What an agreement for compute signed in u costs as capital.

    The yield is the rate at which the cost of serving is worth the cash. Where serving costs no more than the cash it
    is 0: a margin on what is delivered is none on capital. Where as much as the cash is served at the very instant of
    the cash, no capital is held, and what serving costs beyond the cash is charged as it falls: the limit of a yield
    that rises without end.
    """
    cash, calendar = instance.partners[partner].cash_musd, instance.periods
    last = calendar.periods
    flows, span = partner_service(instance, partner, u), range(u, last + 2)
    if math.fsum(flows.values()) <= cash or cash <= 0.0:
        # what is delivered in u is delivered at its end
        owed = (partner_balance(instance, partner, u, t) * calendar.steps(t + 1) for t in range(u, last + 1))
        carried = [timing * calendar.steps(u) * cash, *owed]
        return PartnerUnit(0.0, carried, [0.0 for _ in span])
    if timing == 0.0 and flows.get(u, 0.0) >= cash:
        return PartnerUnit(math.inf, [0.0 for _ in span], [flows.get(t, 0.0) - (cash if t == u else 0.0) for t in span])
    early = timing * calendar.steps(u)
    rate = yield_of([(calendar.elapsed(u, s) + early, amount) for s, amount in flows.items()], cash)
    held, left = [], cash
    for t in span:
        whole = 1.0 if calendar.steps(t) == 1 else grown_part(rate, calendar.steps(t))
        held.append(left * (grown_part(rate, early) if t == u else whole))
        left = max(0.0, left + rate * held[-1] - flows.get(t, 0.0))
    return PartnerUnit(rate, held, [rate * amount for amount in held])
