"""Which decisions of a plan are commitments, from when on, and which react when the world turns out otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.contract import decisions as tables
from optimizer.explanation.committed import COMMITTED
from optimizer.explanation.stress.rescue import RESCUE
from optimizer.instance.schema import Instance

Kind = Literal["physical", "place", "money"]
"""What is kept before what: starts, orders and signatures; then where units go; then the money that was planned."""

HELD: dict[str, tuple[Kind, str]] = {
    **{name: ("physical", words) for name, words in COMMITTED.items()},
    tables.FACILITIES.name: ("physical", "facilities that are signed, from the first period that they can be drawn in"),
    tables.ALLOCATIONS.name: ("place", "the sites that units go to, at delivery"),
    tables.DEBT_DRAWS.name: ("money", "draws, but for those of revolvers"),
    tables.EQUITY_RAISES.name: ("money", "rounds of common equity"),
    tables.PREFERRED_RAISES.name: ("money", "preferred equity"),
}
"""Tables of decisions that are held, and what that means."""

REACTING: dict[str, str] = {
    tables.RETIREMENTS.name: "units that are sold",
    tables.ENERGY_TAKEN.name: "energy that is taken",
    tables.SERVICE.name: "who is served from where",
    tables.DELIVERIES.name: "where partners are served from",
    tables.CONTRACT_SERVICE.name: "where capacity is held for contracts",
    tables.DEBT_REPAYMENTS.name: "what is repaid of revolvers and sculpted loans",
    tables.PREPAYMENTS.name: "what is repaid early",
    tables.PREMIUM_FREE.name: "what of that bears no premium",
    tables.REFINANCINGS.name: "which debt a draw repays",
    tables.RESERVE_COVER.name: "what of reserves facilities meet",
    tables.PLEDGES.name: "what is pledged to whom",
    tables.DIVIDENDS.name: "dividends",
    tables.CAPITAL_RETURNS.name: "capital that is given back",
    tables.CONTRIBUTIONS.name: "what the company pays in to its groups",
    tables.DISTRIBUTIONS.name: "what groups pay out to the company",
    tables.DRAWABLE.name: "what is counted as liquidity",
    tables.LENDABLE.name: "what is counted on of loans yet to be drawn",
    tables.BUCKETS.name: "the bucket of the pricing grid",
}
"""Tables of decisions that react, with cash, interest, tax and the draws of revolvers."""


@dataclass(frozen=True)
class Holding:
    """What of a plan is held: all that is decided up to the period ``until``, which is T for all of it."""

    instance: Instance
    until: int

    @property
    def everything(self) -> bool:
        """Whether nothing of what is held is decided later."""
        return self.until == self.instance.periods.periods

    def holds(self, table: str, name: tuple[str, ...]) -> bool:
        """Whether rows of a table that have this name are held at all."""
        if table in REACTING:
            return False
        if table == tables.EQUITY_RAISES.name and name[0].startswith(RESCUE):
            return False
        return table != tables.DEBT_DRAWS.name or not self._is_revolver(name[0])

    def last(self, table: str, name: tuple[str, ...]) -> int:
        """The last period of the table's rows of this name that is held; 0 if none is.

        Where a unit goes is decided as it is delivered; a signature without a period in the first that it covers.
        """
        if self.everything:
            return self.until
        calendar = self.instance.periods
        if table == tables.ALLOCATIONS.name and name[0] in self.instance.hardware:
            lead = self.instance.hardware[name[0]].lead_periods
            return max((u for u in calendar.span if calendar.later(u, lead) <= self.until), default=0)
        if table == tables.FACILITIES.name and name[0] in self.instance.debt:
            debt = self.instance.debt[name[0]]
            return self.until if calendar.window(debt.first_draw, debt.last_draw).start <= self.until else 0
        if table == tables.FRAMEWORKS.name and name[0] in self.instance.hardware:
            offer = self.instance.hardware[name[0]]
            return self.until if calendar.window(offer.first_order, offer.last_order).start <= self.until else 0
        return self.until

    def _is_revolver(self, name: str) -> bool:
        debt = self.instance.debt.get(name)
        return debt is not None and debt.is_revolving
