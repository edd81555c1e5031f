"""Whether it is said what a loan is advanced on, at which rate, and whether classes of credit meet."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.advances import advance_rates
from optimizer.instance.checks.walk import Hit
from optimizer.instance.rings import rings
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all


def advance_terms(instance: Instance) -> Iterator[Hit]:
    """An advance has not one of two sets of terms, or names no contracts where its rate is one for all."""
    for d, debt in instance.debt.items():
        terms, path = debt.advance, ("debt", d, "advance")
        if terms is None:
            continue
        if (terms.share is None) == (terms.share_by_class is None):
            message = "an advance has a `share` for all its contracts or a `share_by_class`, one of the two"
            yield Hit(path, message, "give one of them", on_key=True)
        elif terms.share is not None and terms.contracts is None:
            message = "`contracts` is missing: `share` is of those that are named"
            yield Hit(path, message, "give `contracts`, or rates by class (`share_by_class`)", on_key=True)


def credit_class_missing(instance: Instance) -> Iterator[Hit]:
    """A loan that is advanced by class of credit names a contract without a class, or of one that has no rate."""
    for d, debt in instance.debt.items():
        terms = debt.advance
        if terms is None or terms.share_by_class is None:
            continue
        for i, c in enumerate(terms.contracts or []):
            if c not in instance.contracts:
                continue
            own, path = instance.contracts[c].credit_class, ("debt", d, "advance", "contracts", i)
            rests = (("contracts", c),)
            if own is None:
                message = f"`{c}` has no `credit_class`, by which it would be lent on"
                yield Hit(path, message, f"give `contracts.{c}.credit_class`", rests=rests)
            elif own not in terms.share_by_class:
                message = f"`{c}` is of the class `{own}`, which has no advance rate"
                help = f"give `share_by_class.{own}` (0 lends nothing on it), or leave the contract out"
                yield Hit(path, message, help, rests=rests)


def credit_class_idle(instance: Instance) -> Iterator[Hit]:
    """A loan has an advance rate for a class that none of its contracts is of, or a contract is of a class that no
    loan has a rate for, though loans of the same entity are advanced by class."""
    found = rings(instance)
    by_class = {
        d: debt.advance.share_by_class
        for d, debt in instance.debt.items()
        if debt.advance is not None and debt.advance.share_by_class is not None
    }
    for d, rates in by_class.items():
        lent_on = {instance.contracts[c].credit_class for c in advance_rates(instance, d)}
        there = sorted({c.credit_class for c in instance.contracts.values() if c.credit_class is not None})
        for name in rates:
            if name not in lent_on:
                message = f"no contract that it is advanced on is of the class `{name}`"
                help = near_or_all(name, there) or "give a contract its `credit_class`, or delete it"
                rests = (("contracts",), ("groups",))
                yield Hit(("debt", d, "advance", "share_by_class", name), message, help, on_key=True, rests=rests)
    for c, contract in instance.contracts.items():
        own = contract.credit_class
        near = {d: rates for d, rates in by_class.items() if found.debt[d] == found.contracts[c]}
        if own is not None and near and not any(own in rates for rates in near.values()):
            message = f"no loan has an advance rate for the class `{own}`"
            help = near_or_all(own, sorted({name for rates in near.values() for name in rates}))
            yield Hit(("contracts", c, "credit_class"), message, help, rests=(("debt",), ("groups",)))
