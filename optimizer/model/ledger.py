"""The ledger: the one place where all money meets.

A block posts lines: an amount that moves from a credit account to a debit account in a period. Every posting has both
sides, so assets = liabilities + equity holds in every period whatever the amounts are. The cash constraint, EBITDA, the
statements and the objectives are sums over lines, and over nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import quicksum

CASH, DEPOSITS, CONSTRUCTION = "cash", "deposits", "construction_in_progress"
HARDWARE, SITES, OTHER = "hardware", "sites", "other_assets"
PAID_IN, PREFERRED, RETAINED = "paid_in_capital", "preferred_equity", "retained_earnings"


def debt_account(instrument: str) -> str:
    """The liability account of a debt instrument."""
    return f"debt.{instrument}"


def lease_account(offer: str) -> str:
    """The liability account of a lease that counts as debt."""
    return f"lease.{offer}"


def partner_account(partner: str) -> str:
    """What is owed to a strategic partner in compute."""
    return f"partner.{partner}"


@dataclass(frozen=True)
class Line:
    """One amount in one period. ``amount`` is a number or a linear expression, USD million.

    Capital spending says what it is ``spent_on``: ("sites", site) or ("hardware", offer).
    """

    name: str
    item: str
    period: int
    amount: Any
    debit: str
    credit: str
    corporate: bool = False
    spent_on: tuple[str, str] | None = None

    @property
    def cash(self) -> int:
        """+1 if cash comes in, −1 if it goes out, 0 if none moves."""
        return (self.debit == CASH) - (self.credit == CASH)


class Ledger:
    """Lines in the order in which they are posted, with sums over them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._by_period: dict[int, list[Line]] = defaultdict(list)

    def post(
        self,
        name: str,
        item: str,
        period: int,
        amount: Any,
        *,
        debit: str,
        credit: str,
        corporate: bool = False,
        spent_on: tuple[str, str] | None = None,
    ) -> None:
        """Move ``amount`` (USD million) from ``credit`` to ``debit`` in ``period``."""
        if isinstance(amount, (int, float)) and amount == 0:
            return
        line = Line(name, item, period, amount, debit, credit, corporate, spent_on)
        self.lines.append(line)
        self._by_period[period].append(line)

    def expense(self, name: str, item: str, period: int, amount: Any, *, corporate: bool = False) -> None:
        """Post a cost that is paid in the period in which it is incurred."""
        self.post(name, item, period, amount, debit=RETAINED, credit=CASH, corporate=corporate)

    def income(self, name: str, item: str, period: int, amount: Any, *, corporate: bool = False) -> None:
        """Post an income that is received in the period in which it is earned."""
        self.post(name, item, period, amount, debit=CASH, credit=RETAINED, corporate=corporate)

    def in_period(self, period: int) -> Iterable[Line]:
        """The lines of a period."""
        return self._by_period[period]

    def total(self, items: str | Iterable[str], period: int, *, corporate: bool = True) -> Any:
        """Σ of the amounts of the items in a period; without corporate lines if ``corporate`` is false."""
        wanted = {items} if isinstance(items, str) else set(items)
        return quicksum(
            line.amount for line in self._by_period[period] if line.item in wanted and (corporate or not line.corporate)
        )

    def capex(self, period: int, kind: str, names: Iterable[str] | None = None) -> Any:
        """Cash spent in a period on ``sites`` or ``hardware``, deposits included; on those named, if any are."""
        wanted = None if names is None else set(names)
        return quicksum(
            line.amount
            for line in self._by_period[period]
            if line.spent_on and line.spent_on[0] == kind and (wanted is None or line.spent_on[1] in wanted)
        )

    def interest(self, period: int) -> Any:
        """All interest on debt, paid or capitalised."""
        return self.total(("interest", "pik"), period)

    def ebitda(self, period: int, *, corporate: bool = True) -> Any:
        """Revenue − opex, USD million."""
        return self.total("revenue", period, corporate=corporate) - self.total("opex", period, corporate=corporate)

    def cash_flow(self, period: int) -> Any:
        """Every cash line of the period, USD million."""
        return quicksum(line.cash * line.amount for line in self._by_period[period] if line.cash)

    def movement(self, account: str, period: int) -> Any:
        """Debits − credits of an account in a period: the change of an asset, minus the change of a liability."""
        return quicksum(
            line.amount if line.debit == account else -line.amount
            for line in self._by_period[period]
            if account in (line.debit, line.credit)
        )
