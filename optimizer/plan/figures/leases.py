"""What is inside the payments of leases: interest and principal by age."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from optimizer.finance.leases import lease_liability
from optimizer.instance.lease_rates import lease_rates
from optimizer.plan.physical import USD_PER_MUSD
from optimizer.plan.record import Record


@dataclass(frozen=True)
class LeaseFlows:
    """One leased offer, USD million by period; ``owed`` at instants 0 … T, whether or not it counts as debt."""

    offer: str
    counts_as_debt: bool
    units: list[float]
    payment: list[float]
    interest: list[float]
    owed: list[float]
    carried: list[float]
    """What the interest of a period is on, for so many base periods."""
    further: tuple[float, float] = (0.0, 0.0)
    """Of what is delivered in T: the interest of T+1, and what it is on."""

    @property
    def principal(self) -> list[float]:
        return [paid - interest for paid, interest in zip(self.payment, self.interest, strict=True)]


def leases(plan: Record) -> list[LeaseFlows]:
    """Every leased offer of which some is ordered."""
    calendar, size = plan.instance.periods, plan.instance.periods.periods
    orders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in plan.decisions.get("orders", ()):
        if plan.instance.hardware[row["offer"]].lease is not None:
            orders[row["offer"]].append((calendar.index(str(row["period"])) - 1, row["units"]))
    found = []
    for name, rows in sorted(orders.items()):
        offer = plan.instance.hardware[name]
        assert offer.lease is not None
        rates, price = lease_rates(plan.instance, name), offer.lease.payment_usd_per_unit_year.expand(calendar)
        units, paid, interest, owed = [0.0] * size, [0.0] * size, [0.0] * size, [0.0] * (size + 1)
        carried, further = [0.0] * size, (0.0, 0.0)
        for u, number in rows:
            rate = rates[u] * calendar.base_years
            left = lease_liability(offer.life_periods, rate)
            payment = price[u] * calendar.base_years * number / USD_PER_MUSD
            first = calendar.later(u + 1, offer.lead_periods)
            for t in range(first, size + 1 + (first == size)):
                ages = [age for age in calendar.ages(first, t) if age < offer.life_periods]
                if not ages:
                    break
                on = fsum(left[age - 1] for age in ages if age) * payment
                if t > size:
                    further = rate * on, on
                    break
                units[t - 1] += number if t < calendar.later(first, offer.life_periods) else 0.0
                paid[t - 1] += len(ages) * payment
                interest[t - 1] += rate * on
                carried[t - 1] += on
                owed[t] += left[ages[-1]] * payment
        found.append(LeaseFlows(name, offer.lease.counts_as_debt, units, paid, interest, owed, carried, further))
    return found
