"""At what rate construction in progress is taken to bear interest.

Source: ASC 835-20-30-3: the rate of the borrowing for the asset, or the weighted average of others. A weighted average
of several rates depends on what is drawn, so that a product of decisions would stand in its place: a file states it.
"""

from __future__ import annotations

from optimizer.instance.debt_rates import has_rate, yearly_rates
from optimizer.instance.schema import Instance


def bears_interest(instance: Instance) -> bool:
    """Whether anything bears interest: debt, or a lease that counts as debt."""
    return bool(instance.debt) or _leases(instance)


def _leases(instance: Instance) -> bool:
    return any(offer.lease is not None and offer.lease.counts_as_debt for offer in instance.hardware.values())


def single_rate(instance: Instance) -> float | None:
    """The rate of all debt in all periods, nominal per year, where there is one and the same; None else.

    A pricing grid adds to it, and leases that count as debt have rates of their own.
    """
    if instance.pricing_grid is not None or _leases(instance):
        return None
    known = [debt for debt in instance.debt.values() if has_rate(instance, debt)]
    rates = {rate for debt in known for rate in yearly_rates(instance, debt).values()}
    return rates.pop() if len(rates) == 1 else None


def construction_rate(instance: Instance) -> tuple[float, ...]:
    """The rate by period, nominal per year: as stated, or the single rate of all debt.

    Raises ValueError where there is neither.
    """
    stated = instance.interest_in_construction_rate_per_year
    if stated is not None:
        return stated.expand(instance.periods)
    single = single_rate(instance)
    if single is None:
        raise ValueError("interest in construction has no rate: give interest_in_construction_rate_per_year")
    return (single,) * instance.periods.periods
