"""All capital together: debt with the leases that count as debt, and common with preferred equity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.debt import DebtReplay
from optimizer.auditing.equity import EquityReplay
from optimizer.auditing.leases import LeaseReplay
from optimizer.auditing.partners import PartnerReplay
from optimizer.auditing.preferred import PreferredReplay
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.tolerances import ZERO


@dataclass(frozen=True)
class Funding:
    """What the financing areas have replayed; amounts at the end of t or in t, musd.

    ``prepaid`` is what is left of customers' prepayments that count as debt; ``advanced`` what loans may owe by what
    customers have still to pay.
    """

    replay: Replay
    debts: DebtReplay
    leases: LeaseReplay
    common: EquityReplay
    preferred: PreferredReplay
    partners: PartnerReplay
    prepaid: Values
    advanced: Mapping[str, Sequence[Decimal]]

    def debt(self, t: int) -> Decimal:
        """D: all instruments, and leases that count as debt."""
        return self.debts.balance(t) + self.leases.liability[t]

    def tested_debt(self, t: int) -> Decimal:
        """D as covenants and the grid see it: with what partners or customers are owed where it counts as debt."""
        return self.debt(t) + self.partners.counted[t] + self.prepaid[t]

    def owed_by(self, group: str | None, t: int) -> Decimal:
        """The same of a group, if one is given: its loans and leases, and its partners and prepayments that count."""
        if not group:
            return self.tested_debt(t)
        loans = (
            one.balance[t] for name, one in self.debts.instruments.items() if self.replay.rings.debt(name) == group
        )
        part = self.replay.book.part(group)
        partners = self.replay.instance.partners.items()
        other = [f"lease.{name}" for name in self.replay.instance.hardware]
        other += [f"partner.{name}" for name, partner in partners if partner.counts_as_debt]
        customers = self.replay.instance.contracts.items()
        other += [f"contract.{name}" for name, terms in customers if terms.counts_as_debt]
        return sum(loans, ZERO) - sum((part.balances(account)[t] for account in other), ZERO)

    def equity_on(self, basis: str, t: int) -> Decimal:
        """E as it is paid in, or with retained earnings; to be called when every line is posted."""
        earned = -self.replay.book.balances("retained_earnings")[t] if basis == "book" else ZERO
        return self.equity(t) + earned

    def equity(self, t: int) -> Decimal:
        """E: paid-in common and preferred equity."""
        return self.common.paid_in[t] + self.preferred.outstanding[t]

    def draws(self, t: int) -> Decimal:
        """Draws of all instruments."""
        return sum((self.replay.decisions.draws.get((name, t), ZERO) for name in self.debts.instruments), ZERO)

    def raises(self, t: int) -> Decimal:
        """Money for common equity, from partners too, and for preferred equity: none for shares of a convertible."""
        return self.common.raised[t] - self.common.converted[t] + self.preferred.raised[t]
