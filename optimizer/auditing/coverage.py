"""What lenders look at: EBITDA, interest, cash for debt service and debt service of the periods looked back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.funding import Funding
from optimizer.auditing.lookback import Periods, of_history
from optimizer.auditing.principal_due import net_principal
from optimizer.auditing.replay import Book, Replay

NOTHING = Decimal("0.001")
"""Debt, interest or debt service up to this, in musd, is none: there is nothing to test."""


@dataclass(frozen=True)
class Lenders:
    """Sums of the book over periods, with the history; ``stand_alone`` is the infrastructure's own tax by period."""

    replay: Replay
    funding: Funding
    stand_alone: Sequence[Decimal]

    def ebitda(self, periods: Periods, corporate: bool = True, group: str | None = None) -> Decimal:
        book = self._book(group)
        return periods.total(lambda t: book.ebitda(t, corporate)) + self._past_ebitda(periods, corporate)

    def _book(self, group: str | None) -> Book:
        """All lines, or those of a group."""
        return self.replay.book.part(group) if group else self.replay.book

    def interest(self, periods: Periods, group: str | None = None) -> Decimal:
        """Paid and capitalised."""
        return periods.total(self._book(group).interest) + of_history(self.replay, "interest_musd", periods)

    def cfads(self, periods: Periods, tax: str, corporate: bool = True, group: str | None = None) -> Decimal:
        """Cash of revenue and opex, less the tax asked for: ``company``, ``stand_alone`` or ``none``."""
        book = self._book(group)
        cash = periods.total(lambda t: book.cash_of(("revenue", "opex"), t, corporate))
        cash += self._past_ebitda(periods, corporate)
        if tax == "none":
            return cash
        paid = periods.total(lambda t: self.stand_alone[t] if tax == "stand_alone" else -book.cash_in("tax", t))
        return cash - paid - of_history(self.replay, "tax_musd", periods)

    def debt_service(self, periods: Periods, balloons: bool, group: str | None = None) -> Decimal:
        """Interest paid and principal due, less what is refinanced."""
        book = self._book(group)
        paid = periods.total(lambda t: -book.earned("interest", t))
        past = of_history(self.replay, "interest_musd", periods) + of_history(self.replay, "principal_musd", periods)
        return paid + net_principal(self.replay, self.funding, periods.own, balloons, group) + past

    def magnitude(self, periods: Periods) -> Decimal:
        """The size of what the sums add up."""
        return periods.total(self.replay.book.cash_gross)

    def _past_ebitda(self, periods: Periods, corporate: bool) -> Decimal:
        whole = of_history(self.replay, "ebitda_musd", periods)
        return whole if corporate else whole - of_history(self.replay, "corporate_musd", periods)
