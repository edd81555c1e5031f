"""All capital together: debt with the leases that count as debt, and common with preferred equity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.audit.debt import DebtReplay
from optimizer.audit.equity import EquityReplay
from optimizer.audit.leases import LeaseReplay
from optimizer.audit.partners import PartnerReplay
from optimizer.audit.preferred import PreferredReplay
from optimizer.audit.replay import Replay
from optimizer.audit.tolerances import ZERO


@dataclass(frozen=True)
class Funding:
    """What the financing areas have replayed; amounts at the end of t or in t, musd."""

    replay: Replay
    debts: DebtReplay
    leases: LeaseReplay
    common: EquityReplay
    preferred: PreferredReplay
    partners: PartnerReplay

    def debt(self, t: int) -> Decimal:
        """D: all instruments, and leases that count as debt."""
        return self.debts.balance(t) + self.leases.liability[t]

    def equity(self, t: int) -> Decimal:
        """E: paid-in common and preferred equity."""
        return self.common.paid_in[t] + self.preferred.outstanding[t]

    def draws(self, t: int) -> Decimal:
        """Draws of all instruments."""
        return sum((self.replay.decisions.draws.get((name, t), ZERO) for name in self.debts.instruments), ZERO)

    def raises(self, t: int) -> Decimal:
        """Common equity, from partners too, and preferred equity."""
        return self.common.raised[t] + self.preferred.raised[t]
