"""Income tax with losses carried forward."""

from __future__ import annotations

from collections.abc import Sequence


def tax_paid(taxable: Sequence[float], rate: float, usable: float = 0.0, opening_loss: float = 0.0) -> list[float]:
    """Tax of each year: a loss is carried forward without end and offsets at most ``usable`` of a year's income."""
    losses, paid = opening_loss, []
    for income in taxable:
        if income <= 0:
            losses -= income
            paid.append(0.0)
            continue
        offset = min(losses, usable * income)
        losses -= offset
        paid.append(rate * (income - offset))
    return paid
