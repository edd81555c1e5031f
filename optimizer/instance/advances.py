"""What a loan is advanced on: customers' contracts by name or by the class of their credit, each at its rate."""

from __future__ import annotations

from optimizer.instance.rings import rings
from optimizer.instance.schema import Instance


def advance_rates(instance: Instance, d: str) -> dict[str, float]:
    """The advance rate of each contract that the debt instrument ``d`` is advanced on, by name in their order.

    One `share` for all that are named, or that of the class of each (`share_by_class`): then of those that are named,
    or of every contract that pays whoever owes the loan. A contract without a class, or of one that has no rate, is no
    collateral. Empty without an advance: ``{"bank": 0.85, "start-up": 0.6}``.
    """
    terms = instance.debt[d].advance
    if terms is None:
        return {}
    if terms.share_by_class is None:
        return dict.fromkeys(sorted(set(terms.contracts or ())), terms.share or 0.0)
    if terms.contracts is None:
        found = rings(instance)
        eligible = {c for c in instance.contracts if found.contracts[c] == found.debt[d]}
    else:
        eligible = set(terms.contracts) & instance.contracts.keys()
    rates: dict[str, float] = {}
    for c in sorted(eligible):
        own = instance.contracts[c].credit_class
        if own is not None and own in terms.share_by_class:
            rates[c] = terms.share_by_class[own]
    return rates


def by_rate(instance: Instance, d: str) -> dict[float, list[str]]:
    """The same the other way round, by advance rate the contracts that are lent on at it: ``{0.85: ["bank"]}``."""
    found: dict[float, list[str]] = {}
    for c, share in advance_rates(instance, d).items():
        found.setdefault(share, []).append(c)
    return found
