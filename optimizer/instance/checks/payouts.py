"""Whether equity, payouts and leases are measured as the file means it: bases, prepayments as debt, rates of leases."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.lease_rates import implicit_rates
from optimizer.instance.reach import order_window
from optimizer.instance.schema import Instance

RATE_TOLERANCE = 0.01
"""How far the rate that a file states for a lease may be from the one that a price gives: a percentage point."""


def equity_basis_of_other_kind(instance: Instance) -> Iterator[Hit]:
    """A covenant that does not look at equity says on which basis it is measured."""
    for name, covenant in instance.covenants.items():
        if covenant.kind != "debt_to_capital" and covenant.equity_basis != "paid_in":
            message = f"`equity_basis` has no meaning for `kind: {covenant.kind}`"
            yield Hit(("covenants", name, "equity_basis"), message, "delete it", on_key=True)


def stake_as_debt(instance: Instance) -> Iterator[Hit]:
    """A partner for equity counts as debt."""
    for name, partner in instance.partners.items():
        if partner.kind == "equity" and partner.counts_as_debt:
            message = "`counts_as_debt` has no meaning for `kind: equity`"
            yield Hit(("partners", name, "counts_as_debt"), message, "delete it, or write `kind: compute`", on_key=True)


def lease_rate_missing(instance: Instance) -> Iterator[Hit]:
    """A lease states no rate, and in some period of order no offer of the same accelerator has a price to give one."""
    for name, offer in instance.hardware.items():
        if offer.lease is None or offer.lease.implicit_rate_per_year is not None:
            continue
        rates = implicit_rates(instance, name)
        for t in order_window(offer, instance.periods):
            if rates[t - 1] is None:
                message = (
                    f"`implicit_rate_per_year` is missing: no offer of the same `accelerator` gives a rate in "
                    f"{instance.periods.label(t)}"
                )
                yield Hit(("hardware", name, "lease"), message, "give it, or name the `accelerator`", on_key=True)
                break


def lease_rate_differs(instance: Instance) -> Iterator[Hit]:
    """The rate that a lease states is more than a percentage point off the one inside its payments, which holds."""
    for name, offer in instance.hardware.items():
        if offer.lease is None or offer.lease.implicit_rate_per_year is None:
            continue
        stated = offer.lease.implicit_rate_per_year
        for t in order_window(offer, instance.periods):
            rate = implicit_rates(instance, name)[t - 1]
            if rate is not None and abs(rate - stated) > RATE_TOLERANCE:
                path: Path = ("hardware", name, "lease", "implicit_rate_per_year")
                label = instance.periods.label(t)
                message = f"by the price of the same accelerator the rate inside the payments of {label} is {rate:.4g}"
                yield Hit(
                    path, f"{message} nominal, not {stated:g}, and it holds", "check payment and price, or delete it"
                )
                break
