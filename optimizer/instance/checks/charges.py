"""Whether what capital costs can be said, and whether the first objective sees it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance


def fees_take_all(instance: Instance) -> Iterator[Hit]:
    """Fee and discount leave nothing of a draw, so that it has no yield."""
    for name, debt in instance.debt.items():
        if debt.limit_musd != 0.0 and debt.upfront_fee_share + debt.issue_discount_share >= 1.0:
            upfront = debt.upfront_fee_share >= debt.issue_discount_share
            field = "upfront_fee_share" if upfront else "issue_discount_share"
            message = f"`upfront_fee_share` and `issue_discount_share` leave nothing of a draw of `{name}`"
            yield Hit(("debt", name, field), message, "give shares of a draw that sum to less than 1: 2 % is 0.02")


def blind_to_interest(instance: Instance) -> Iterator[Hit]:
    """The first objective is the net present cost, which does not see what capital costs, and there is a choice."""
    if instance.objectives[0].name != "net_present_cost" or _priced_sources(instance) < 2:
        return
    message = "`net_present_cost` first sees neither interest nor what shareholders ask: it takes any of the sources"
    help = "put `cost_of_capital` or `shareholder_value` before it"
    if len(instance.objectives) > 1:
        help += ", or see that a later level chooses between them"
    yield Hit(("objectives", 0, "name"), message, help)


def _priced_sources(instance: Instance) -> int:
    """How many instruments, rounds, classes and partners for compute can bring money."""
    rounds = instance.equity.rounds if instance.equity else {}
    partners = sum(each.kind == "compute" for each in instance.partners.values())
    debts = sum(debt.limit_musd != 0.0 for debt in instance.debt.values())
    return debts + len(rounds) + len(instance.preferred_equity) + partners
