"""The ledger, summed by line, item and account.

Everything that a table says about money comes from here. Arrays have one number per period, index 0 is period 1, in USD
million; account balances have one more, index 0 is the opening balance sheet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import fsum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.instance.schema import Instance

CASH = "cash"
ASSETS = ("cash", "deposits", "construction_in_progress", "hardware", "sites")
PAID_IN = "paid_in_capital"
RETAINED = "retained_earnings"
DEBT = "debt."


def opening_balances(instance: Instance) -> dict[str, float]:
    """The balance sheet at instant 0 by account, USD million; retained earnings are what balances it."""
    opening = instance.opening
    debt = {DEBT + name: item.opening_balance_musd for name, item in sorted(instance.debt.items())}
    assets = {"cash": opening.cash_musd, "other_assets": opening.other_assets_musd}
    retained = fsum([*assets.values(), -opening.paid_in_capital_musd, *(-amount for amount in debt.values())])
    return assets | debt | {PAID_IN: opening.paid_in_capital_musd, RETAINED: retained}


class Books:
    """Sums over ledger rows ``{line, item, period, musd, debit, credit, corporate}``.

    Raises ValueError if a row moves an account that the instance does not have.
    """

    def __init__(self, instance: Instance, ledger: Sequence[Mapping[str, Any]]) -> None:
        self.calendar = instance.periods
        self.opening = opening_balances(instance)
        known = {*self.opening, *ASSETS}
        if strange := {str(row[side]) for row in ledger for side in ("debit", "credit")} - known:
            raise ValueError(
                f"the ledger moves accounts that the balance sheet does not have: {', '.join(sorted(strange))}"
            )
        index = {label: t for t, label in enumerate(self.calendar.labels)}
        self._rows = [(index[str(row["period"])], float(row["musd"]), row) for row in ledger]
        self._by_line: dict[str, list[tuple[int, float, Mapping[str, Any]]]] = defaultdict(list)
        for entry in self._rows:
            self._by_line[entry[2]["line"]].append(entry)
        self._balances: dict[str, list[float]] = {}

    def lines(self, *items: str) -> list[str]:
        """The lines that carry one of ``items``, sorted; a given flow that changes its sign carries two."""
        return sorted({str(row["line"]) for _, _, row in self._rows if row["item"] in items})

    def line(self, line: str, *items: str) -> list[float]:
        """Cash that a line brings in (positive) or takes out, by period; of ``items`` only, if any are given."""
        return self._sum(self._by_line.get(line, ()), lambda row: not items or row["item"] in items)

    def lines_starting(self, *prefixes: str) -> list[float]:
        """Cash of all lines whose name begins with one of ``prefixes``."""
        return self._sum(self._rows, lambda row: str(row["line"]).startswith(prefixes))

    def item(self, *items: str, corporate: bool = True) -> list[float]:
        """Cash of all rows of ``items``, with or without corporate flows."""
        return self._sum(self._rows, lambda row: row["item"] in items and (corporate or not row["corporate"]))

    def ebitda(self, corporate: bool = True) -> list[float]:
        """Revenue less operating cost, with or without corporate flows."""
        return self.item("revenue", "opex", corporate=corporate)

    def movement(self, account: str, *items: str) -> list[float]:
        """What ``items`` (all if none is given) add to the debit side of an account, by period."""
        amounts = [0.0] * self.calendar.periods
        parts: dict[int, list[float]] = defaultdict(list)
        for t, musd, row in self._rows:
            if not items or row["item"] in items:
                parts[t].append(_side(row, account) * musd)
        for t, values in parts.items():
            amounts[t] = fsum(values)
        return amounts

    def balance(self, account: str) -> list[float]:
        """Balance of an account at instants 0 … T: assets by their debit, debt and equity by their credit."""
        if account not in self._balances:
            sign = 1.0 if account in ASSETS or account == "other_assets" else -1.0
            moves = [sign * amount for amount in self.movement(account)]
            self._balances[account] = list(accumulate(moves, initial=self.opening.get(account, 0.0)))
        return list(self._balances[account])

    def debt(self, names: Sequence[str] | None = None) -> list[float]:
        """Debt outstanding at instants 0 … T, of all instruments or of those named."""
        accounts = [a for a in self.debt_accounts() if names is None or a.removeprefix(DEBT) in names]
        return add(*(self.balance(account) for account in accounts), size=self.calendar.periods + 1)

    def debt_accounts(self) -> list[str]:
        """The accounts of all instruments, sorted."""
        return sorted(account for account in self.opening if account.startswith(DEBT))

    def _sum(
        self, rows: Sequence[tuple[int, float, Mapping[str, Any]]], chosen: Callable[[Mapping[str, Any]], bool]
    ) -> list[float]:
        parts: list[list[float]] = [[] for _ in range(self.calendar.periods)]
        for t, musd, row in rows:
            if chosen(row):
                parts[t].append(_side(row, CASH) * musd)
        return [fsum(values) for values in parts]


def _side(row: Mapping[str, Any], account: str) -> float:
    return float(row["debit"] == account) - float(row["credit"] == account)


def add(*arrays: Sequence[float], size: int = 0) -> list[float]:
    """The sum of arrays, element by element; ``size`` zeros if there is none."""
    return [fsum(values) for values in zip(*arrays, strict=True)] if arrays else [0.0] * size
