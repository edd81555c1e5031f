"""How a fee of 1 is spread over the life of the money that it is paid for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from optimizer.finance.effective_interest import grown_part


def spread_by_time(start: float, end: float, ends: Sequence[float]) -> dict[int, float]:
    """The share of each period of a fee that is spread evenly from one instant to a later one.

    ``ends`` are the instants at which the periods 0, 1, … end; what falls after the last is left out.
    """
    within = {t: min(ends[t], end) - max(ends[t - 1], start) for t in range(1, len(ends))}
    return {t: length / (end - start) for t, length in within.items() if length > 0.0}


def held_shares(periods: int, timing: float, steps: Sequence[int] | None = None) -> tuple[float, ...]:
    """How many of the base periods of each period, from that of the draw on, lie in so many after the draw.

    ``steps`` are the base periods in each; without them all are 1.
    """
    if steps is None or max(steps) == 1:
        return (timing, *[1.0] * (periods - 1), 1.0 - timing)
    found, left = [], float(periods)
    for k, length in enumerate(steps):
        found.append(min(left, length if k else timing * length))
        left -= found[-1]
    return (*found, left) if left else tuple(found)


@dataclass(frozen=True)
class Spread:
    """A fee of 1 paid at a draw, by period from then on: its ``charge``, and what is not written off yet and lowers the
    carrying amount of the loan, ``held`` so long in the period.
    """

    charge: tuple[float, ...]
    held: tuple[float, ...]


def level_annuity(periods: int, rate: float, timing: float, steps: Sequence[int] | None = None) -> Spread:
    """Equal charges for equal time, worth 1 at the rate of a base period; ``steps`` as for ``held_shares``."""
    shares = held_shares(periods, timing, steps)
    lengths = (1,) * len(shares) if steps is None else (*steps, *[steps[-1]] * (len(shares) - len(steps)))
    ends = accumulate(lengths[1:], initial=0)
    growth = math.log1p(rate)
    worth = math.fsum(
        share * math.exp(-(end + timing * lengths[0]) * growth) for end, share in zip(ends, shares, strict=False)
    )
    charge = tuple(share / worth for share in shares)
    held, left = [], 1.0
    for k, (paid, length) in enumerate(zip(charge, lengths, strict=False)):
        held.append(
            left * (1.0 if length == 1 else grown_part(rate, length)) if k else grown_part(rate, timing * length)
        )
        left += rate * held[-1] - paid
    return Spread(charge, tuple(held))


def straight_line_fee(periods: int, timing: float, steps: Sequence[int] | None = None) -> Spread:
    """Straight line. What is not written off stands beside a balance that may have been repaid, and lowers nothing
    (ASC 835-30-S45-1)."""
    charge = tuple(share / periods for share in held_shares(periods, timing, steps))
    return Spread(charge, tuple(0.0 for _ in charge))
