"""How a fee of 1 is spread over the life of the money that it is paid for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.finance.effective_interest import grown_part


def spread_by_time(start: float, end: float, periods: int) -> dict[int, float]:
    """The share of each period up to ``periods`` of a fee that is spread evenly from one instant to a later one.

    Period t lasts from t − 1 to t; what falls after the last period is left out.
    """
    within = {t: min(float(t), end) - max(t - 1.0, start) for t in range(math.floor(start) + 1, periods + 1)}
    return {t: length / (end - start) for t, length in within.items() if length > 0.0}


def held_shares(periods: int, timing: float) -> tuple[float, ...]:
    """What part of each period, from that of the draw on, lies in ``periods`` periods after it."""
    return (timing, *[1.0] * (periods - 1), 1.0 - timing)


@dataclass(frozen=True)
class Spread:
    """A fee of 1 paid at a draw, by period from then on: its ``charge``, and what is not written off yet and lowers the
    carrying amount of the loan, ``held`` so long in the period.
    """

    charge: tuple[float, ...]
    held: tuple[float, ...]


def level_annuity(periods: int, rate: float, timing: float) -> Spread:
    """Equal charges for equal time, worth 1 at the rate."""
    shares = held_shares(periods, timing)
    growth = math.log1p(rate)
    worth = math.fsum(share * math.exp(-(k + timing) * growth) for k, share in enumerate(shares))
    charge = tuple(share / worth for share in shares)
    held, left = [], 1.0
    for k, paid in enumerate(charge):
        held.append(left if k else grown_part(rate, timing))
        left += rate * held[-1] - paid
    return Spread(charge, tuple(held))


def straight_line_fee(periods: int, timing: float) -> Spread:
    """Straight line. What is not written off stands beside a balance that may have been repaid, and lowers nothing
    (ASC 835-30-S45-1)."""
    charge = tuple(share / periods for share in held_shares(periods, timing))
    return Spread(charge, tuple(0.0 for _ in charge))
