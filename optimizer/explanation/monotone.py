"""Whether what is a plan stays one when a limit is wider; where it may not, no change is called the least."""

from __future__ import annotations

from optimizer.instance.checks.walk import Path
from optimizer.instance.schema import Block, Contract, Debt, Development, EnergySource, Instance, Offer, Partner, Phase
from optimizer.instance.series import written_values

TERMS = frozenset(
    {
        "lead_periods",  # what comes sooner is paid for and run sooner
        "term_periods",  # a longer contract is paid for longer
        "tenor_periods",  # what is repaid later bears interest for longer
        "grace_periods",
        "capitalise_interest",  # what is not paid now is owed
        "delivery_lag_periods",  # revenue comes later, too
        "delivery_h100e",  # what is not delivered is not paid
        "deposit_share",  # what is paid later is in the budget, and in what a loan is tied to, of a later period
    }
)
"""Fields of which another value moves money to other periods, or takes some away."""


ASIDE = frozenset({"max_utilisation_share", "take_or_pay_share", "count", "security"})
"""Fields of which more is never worse, and which hold back a little of everything: each would be in every conflict."""


def is_term(place: Path, block: Block) -> bool:
    """Whether another value gives and takes."""
    if isinstance(block, Debt) and block.kind == "sculpted":
        return False  # what it repays within grace and tenor is decided
    # development costs the same whenever it is ready
    return place[-1] in TERMS and not isinstance(block, Development)


def is_by_itself(place: Path, block: Block) -> bool:
    """Whether a limit is asked about by itself: a term, or what says little beside others. It is as written else."""
    return is_term(place, block) or not ASIDE.isdisjoint(map(str, place[-2:]))


def is_monotone(instance: Instance, place: Path, block: Block) -> bool:
    """Whether every plan stays a plan when the limit at a place, which is one of the block, is wider."""
    field = str(place[-1])
    if is_term(place, block):
        return False
    if isinstance(block, Debt) and block.is_delayed and field == "last_draw":
        return False  # what is repaid later bears interest for longer
    if isinstance(block, Debt):
        return not block.has_standing_fee  # of a larger limit, and of a longer window, more is paid for
    if isinstance(block, EnergySource):
        return block.contract is None or block.contract.take_or_pay_share == 0.0
    if isinstance(block, Offer):
        # of a framework a fee is paid, and the minimum counted, when the window begins and ends
        return block.framework is None
    if isinstance(block, Phase) and field == "count":
        return int(place[3]) == len(instance.sites[str(place[1])].phases) - 1  # the phases after it come later
    if isinstance(block, Contract):
        return False  # a later acceptance is a later term, and what is left of it at the end
    if isinstance(block, Partner) and field == "cash_musd":
        floor = instance.equity is not None and instance.equity.ownership_floor_share is not None
        return not block.counts_as_debt and not (block.kind == "equity" and floor) and _cash_is_free(instance)
    if block is instance.opening:
        return _cash_is_free(instance)
    return True


def _cash_is_free(instance: Instance) -> bool:
    """Whether more cash is never worse.

    More equity in the books is a smaller share of debt; what cash earns is taxed, which lowers a cover.
    """
    shared = any(each.minimum is not None and each.kind == "debt_to_capital" for each in instance.covenants.values())
    return not shared and (instance.tax is None or max(written_values(instance.cash.yield_per_year)) <= 0.0)
