"""The customers' contracts that a plan has signed by the end of a period."""

from __future__ import annotations

from math import fsum

from optimizer.instance.calendar import Calendar
from optimizer.instance.contract_terms import Course, taxed_by
from optimizer.instance.schema import Contract
from optimizer.plan.figures.contracts import courses
from optimizer.plan.reached import Data, Reached

_SIGNING = (
    "signed", "shares", "first_signing", "last_signing", "acceptance_lag_periods",
    "prepayment_share", "prepayment_musd",
)  # fmt: skip
"""What is history once it is signed."""


class ReachedContracts(Reached):
    """The contracts of a file that goes on."""

    def contracts(self, found: Data) -> None:
        """Say of each that is signed where it stands, and leave out those that are over or can be signed no more."""
        going, signed = courses(self.plan), {row["contract"]: row for row in self.plan.decisions.get("contracts", ())}
        for name, terms in self.instance.contracts.items():
            if name in signed and self.at(signed[name]) <= self.cut:
                if not self._stands(found[name], name, terms, going[name], self.at(signed[name])):
                    self._leave_out(found, name)
            elif self.calendar.window(None, terms.last_signing).stop - 1 <= self.cut:
                self._leave_out(found, name)

    def _leave_out(self, found: Data, name: str) -> None:
        del found[name]
        if any(debt.advance and name in (debt.advance.contracts or ()) for debt in self.instance.debt.values()):
            self.problems.append(f"{name}: a loan is advanced on it, and it is over")

    def _stands(self, data: Data, name: str, terms: Contract, goes: Course, signed: int) -> bool:
        """Write where it stands; false if nothing of it is left."""
        calendar, cut = self.calendar, self.cut
        if max((*goes.held, *goes.damages, *goes.refunded), default=0) <= cut:
            return False
        if goes.accepted is None:
            self.problems.append(f"{name}: a contract that its customer is about to end")
            return True
        for field in _SIGNING:
            data.pop(field, None)
        price = "price_usd_per_h100e_hour" if terms.ramp_mw is None else "price_musd_per_mw_month"
        data[price] = getattr(terms, price).expand(calendar)[signed - 1]
        left = goes.shares - fsum(musd for t, musd in goes.given.items() if t <= cut)
        opening: Data = {"deferred_musd": goes.balance(cut), "shares_left_musd": max(0.0, left)}
        if goes.accepted <= cut:
            opening["service_periods"] = calendar.elapsed(goes.accepted - 1, cut)
        elif cut < goes.agreed <= calendar.periods:
            opening["acceptance"] = self.label(goes.agreed)
        else:
            self.problems.append(f"{name}: a contract that is late, or is accepted after the plan")
        self._tax(data, opening, terms, goes, calendar)
        data["opening"] = opening
        return True

    def _tax(self, data: Data, opening: Data, terms: Contract, goes: Course, calendar: Calendar) -> None:
        last = taxed_by(self.instance, terms, goes)
        if last is None:  # within the plan it is taxed as it is recognised
            data["prepayment_taxed"] = "recognised"
        elif last > self.cut:
            opening["taxed_in"] = calendar.label(last)
