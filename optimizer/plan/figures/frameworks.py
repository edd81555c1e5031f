"""What opens an offer: frameworks that are signed, and the units ordered under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import fsum
from typing import NamedTuple

from optimizer.contract.lines import TAKE_OR_PAY
from optimizer.plan.record import Record


class SignedFramework(NamedTuple):
    """A framework agreement: its order window, units promised and ordered, and what is paid for those not ordered."""

    offer: str
    window: range
    minimum_units: float
    ordered_units: float
    take_or_pay_musd: float


def ordered_units(plan: Record) -> Mapping[str, float]:
    """Units ordered of each offer over all periods; 0 of those that are not ordered."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in plan.decisions.get("orders", ()):
        found[row["offer"]].append(row["units"])
    return defaultdict(float, {offer: fsum(units) for offer, units in found.items()})


def signed_frameworks(plan: Record) -> Iterator[SignedFramework]:
    """Every framework that is signed, by the name of its offer."""
    ordered = ordered_units(plan)
    for row in sorted(plan.decisions.get("frameworks", ()), key=lambda r: str(r["offer"])):
        name, offer = row["offer"], plan.instance.hardware[row["offer"]]
        if offer.framework is not None and row["signed"]:
            window = plan.instance.periods.window(offer.first_order, offer.last_order)
            paid = -fsum(plan.books.line(TAKE_OR_PAY, name)) + 0.0
            yield SignedFramework(name, window, offer.framework.min_total_units, ordered[name], paid)
