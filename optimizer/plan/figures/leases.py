"""What is inside the payments of leases: interest and principal by age."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

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
        further = 0.0, 0.0
        for u, number in rows:
            rate = rates[u] * calendar.years
            left = lease_liability(offer.life_periods, rate)
            payment = price[u] * calendar.years * number / USD_PER_MUSD
            if u + offer.lead_periods == size - 1:
                further = rate * left[0] * payment, left[0] * payment
            for age in range(min(offer.life_periods, size - u - offer.lead_periods)):
                t = u + offer.lead_periods + age
                units[t] += number
                paid[t] += payment
                interest[t] += rate * left[age - 1] * payment if age else 0.0
                owed[t + 1] += left[age] * payment
        found.append(LeaseFlows(name, offer.lease.counts_as_debt, units, paid, interest, owed, further))
    return found
