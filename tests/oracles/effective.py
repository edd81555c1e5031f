"""The effective interest method, looking ahead: what is carried is what is still to be paid, at the yield."""

from __future__ import annotations

from collections.abc import Sequence

Payments = Sequence[tuple[float, float]]
"""(when, how much), in periods after the money came in."""


def worth(rate: float, payments: Payments, at: float = 0.0) -> float:
    """What is paid after an instant is worth at it."""
    return sum(amount * (1.0 + rate) ** (at - when) for when, amount in payments if when > at + 1e-12)


def yield_of(received: float, payments: Payments) -> float:
    """The rate per period at which the payments are worth what was received, by halving."""
    low, high = -0.5, 10.0
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if worth(middle, payments) > received else (low, middle)
    return (low + high) / 2.0


def charges(received: float, payments: Payments, periods: int, early: float = 0.0) -> list[float]:
    """The charge of the period in which the money came, ``early`` of it before its end, and of those after it."""
    rate = yield_of(received, payments)
    found, before, start = [], received, 0.0
    for k in range(periods):
        end = k + early
        after = worth(rate, payments, end)
        found.append(after - before + sum(paid for when, paid in payments if start < when <= end + 1e-12))
        before, start = after, end
    return found


def bullet(rate: float, tenor: int, early: float = 0.0) -> list[tuple[float, float]]:
    """A unit repaid at once after ``tenor`` periods; interest at the ends of periods, on what is held in them."""
    paid = [(early, rate * early)] + [(k + early, rate) for k in range(1, tenor)]
    return [(when, amount) for when, amount in [*paid, (tenor + early, rate * (1.0 - early))] if amount] + [
        (float(tenor), 1.0)
    ]


def per_period(rate_per_year: float, periods_per_year: int) -> float:
    """What a yearly rate that is compounded yearly comes to in a period."""
    return float((1.0 + rate_per_year) ** (1.0 / periods_per_year) - 1.0)


def held(received: float, payments: Payments, periods: int, early: float = 0.0) -> list[float]:
    """What the charge of each period is a rate of: the carrying amount, for the part of the period that it is there."""
    rate = yield_of(received, payments)
    return [charge / rate for charge in charges(received, payments, periods, early)]


def level_fee(fee: float, rate: float, periods: int, early: float = 0.0) -> tuple[list[float], list[float]]:
    """A fixed fee as charges, equal for equal time and worth the fee at the rate, and what of it is still to come."""
    parts = [early, *[1.0] * (periods - 1), 1.0 - early]
    each = fee / sum(part * (1.0 + rate) ** -(k + early) for k, part in enumerate(parts))
    payments = [(k + early, each * part) for k, part in enumerate(parts) if part]
    found = charges(fee, payments, periods + 1, early)
    return [each * part for part in parts], [charge / rate for charge in found]
