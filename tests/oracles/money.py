"""Time value of money and schedules, written out."""

from __future__ import annotations

from collections.abc import Sequence


def factor(rate: float, t: float, years: float = 1.0, timing: float = 0.0) -> float:
    """(1 + rate)^(−years·(t − timing)): the value at instant 0 of 1 at the end of period t."""
    return float((1.0 + rate) ** (-years * (t - timing)))


def present(rate: float, flows: Sequence[float], years: float = 1.0, timing: float = 0.0) -> float:
    """Present value of one flow per period, the first at the end of period 1."""
    return sum(flow * factor(rate, t, years, timing) for t, flow in enumerate(flows, 1))


def annuity_payment(principal: float, rate: float, payments: int) -> float:
    """The equal payment that repays ``principal`` at ``rate`` per period."""
    return principal * rate / (1.0 - (1.0 + rate) ** -payments)


def amortise(principal: float, rate: float, payments: Sequence[float]) -> tuple[list[float], list[float]]:
    """Interest of each period, and the balance after each, when these total payments are made."""
    interest, balance, left = [], [], principal
    for payment in payments:
        interest.append(rate * left)
        left += rate * left - payment
        balance.append(left)
    return interest, balance


def level_interest(principal: float, rate: float, tenor: int, grace: int = 0) -> list[float]:
    """Interest of each of ``tenor`` periods on a loan repaid in equal parts after ``grace`` periods."""
    left, interest = principal, []
    for k in range(1, tenor + 1):
        interest.append(rate * left)
        if k > grace:
            left -= principal / (tenor - grace)
    return interest
