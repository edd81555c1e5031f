"""The ledger, summed by line, item and account.

Everything that a table says about money comes from here. Arrays have one number per period, index 0 is period 1, in USD
million; account balances have one more, index 0 is the opening balance sheet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from math import fsum
from typing import TYPE_CHECKING, Any

from optimizer.contract.accounts import (
    ASSETS,
    CASH,
    CONTRACT,
    DEBT,
    GIVEN,
    INVESTED,
    LEASE,
    OTHER,
    OWNERS_CAPITAL,
    PAID_IN,
    PARTNER,
    PREFERRED,
    RETAINED,
)
from optimizer.contract.lines import LineKind, kind_of
from optimizer.instance.opening_position import assets_at, opening_assets, opening_deferred, opening_retained
from optimizer.instance.rings import COMPANY, rings

if TYPE_CHECKING:
    from optimizer.instance.schema import Instance


def opening_balances(instance: Instance, entity: str | None = None) -> dict[str, float]:
    """The balance sheet at instant 0 by account, USD million; retained earnings are what balances it.

    Of a borrowing group, of the company without its groups (an empty name), or of all together.
    """
    if entity is not None:
        return _opening_of(instance, entity)
    debt = {DEBT + name: item.opening_balance_musd for name, item in sorted(instance.debt.items())}
    new = [LEASE + name for name, o in sorted(instance.hardware.items()) if o.lease and o.lease.counts_as_debt]
    new += [PARTNER + name for name, p in sorted(instance.partners.items()) if p.kind == "compute"]
    preferred = {PREFERRED: 0.0} if instance.preferred_equity else {}
    assets = {account: musd for account, musd in opening_assets(instance).items() if musd or account in (CASH, OTHER)}
    customers = {CONTRACT + name: musd for name, musd in sorted(opening_deferred(instance).items())}
    equity = {PAID_IN: instance.opening.paid_in_capital_musd, RETAINED: opening_retained(instance)}
    return assets | debt | dict.fromkeys(new, 0.0) | customers | preferred | equity


def _opening_of(instance: Instance, entity: str) -> dict[str, float]:
    """What of the opening balance sheet is an entity's: of a group cash, loans, prepayments and its sites."""
    whole, found = opening_balances(instance), rings(instance)
    own = dict.fromkeys(whole, 0.0) | {INVESTED: 0.0, OWNERS_CAPITAL: 0.0}
    own |= {DEBT + name: whole[DEBT + name] for name, whose in found.debt.items() if whose == entity}
    own |= {CONTRACT + name: whole[CONTRACT + name] for name, whose in found.contracts.items() if whose == entity}
    at = assets_at(instance, {name for name, whose in found.sites.items() if whose == entity})
    own |= {account: musd for account, musd in at.items() if account in whole}
    cash = {name: group.opening_cash_musd for name, group in instance.groups.items()}
    if entity == COMPANY:
        own |= {account: whole[account] for account in (GIVEN, OTHER, PAID_IN) if account in whole}
        own[CASH] = whole[CASH] - fsum(cash.values())
    else:
        own[CASH] = cash[entity]
    claims = fsum(amount for account, amount in own.items() if account not in ASSETS)
    return own | {RETAINED: fsum(amount for account, amount in own.items() if account in ASSETS) - claims}


class Books:
    """Sums over ledger rows ``{line, item, period, musd, debit, credit, corporate}``.

    Raises ValueError if a row moves an account that the instance does not have. ``entity`` says whose rows they are,
    where they are not all.
    """

    def __init__(self, instance: Instance, ledger: Sequence[Mapping[str, Any]], entity: str | None = None) -> None:
        self.calendar = instance.periods
        self.opening = opening_balances(instance, entity)
        known = {*self.opening, *ASSETS}
        self._counted = [PARTNER + name for name, p in sorted(instance.partners.items()) if p.counts_as_debt]
        self._counted += [CONTRACT + name for name, c in sorted(instance.contracts.items()) if c.counts_as_debt]
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
        self._kinds: dict[tuple[str, str, str, str], LineKind | None] = {}

    def line(self, kind: LineKind, *names: str, items: Collection[str] = ()) -> list[float]:
        """Cash that the line of a kind and these names brings in (positive) or takes out, by period; of ``items`` only,
        if any are given."""
        rows = self._by_line.get(kind.of(*names).name, ())
        return self._sum(rows, lambda row: not items or row["item"] in items)

    def item(self, *items: str, corporate: bool = True, accounts: Collection[str] | None = None) -> list[float]:
        """Cash of all rows of ``items``, with or without corporate flows; against ``accounts`` only, if any."""
        return self._sum(self._rows, _chosen(items, corporate, accounts))

    def of_kind(self, *kinds: LineKind) -> list[float]:
        """Cash of all lines of these kinds."""
        return self._sum(self._rows, lambda row: self._kind(row) in kinds)

    def by_row(self, *items: str, account: str = CASH, source: bool = False) -> dict[tuple[str, str], list[float]]:
        """What ``items`` add to cash, or to retained earnings, by row of the statements and period.

        A row is (as the contract has it, with names in it), sorted by the latter; with ``source`` it is the one among
        the sources. A posting of no kind of the contract is a row by its own name, with nothing as the first part.
        """
        found: dict[tuple[str, str], list[tuple[int, float, Mapping[str, Any]]]] = defaultdict(list)
        for entry in self._rows:
            if entry[2]["item"] in items:
                kind, line = self._kind(entry[2]), str(entry[2]["line"])
                row = "" if kind is None else (source and kind.source) or kind.row
                found[row, kind.row_of(line, source=source) if kind else line].append(entry)
        rows = sorted(found.items(), key=lambda each: each[0][1])
        return {row: self._sum(entries, lambda _: True, account) for row, entries in rows}

    def _kind(self, row: Mapping[str, Any]) -> LineKind | None:
        posting = str(row["line"]), str(row["item"]), str(row["debit"]), str(row["credit"])
        if posting not in self._kinds:
            self._kinds[posting] = kind_of(*posting)
        return self._kinds[posting]

    def ebitda(self, corporate: bool = True) -> list[float]:
        """Revenue less operating cost, with or without corporate flows; deliveries that work off a debt are revenue."""
        return self._sum(self._rows, _chosen(("revenue", "opex"), corporate), RETAINED)

    def deferred(self) -> list[float]:
        """By how much customers' prepayments (deferred revenue) grow in each period, and what is taken off revenue for
        shares that they got: what revenue lacks of cash, USD million."""
        balance = self.total(CONTRACT)
        given = self.movement(GIVEN, "revenue")
        return [after - before - off for (before, after), off in zip(pairwise(balance), given, strict=True)]

    def earned(self, *items: str) -> list[float]:
        """What ``items`` add to retained earnings, in cash or not, by period; costs are negative."""
        return self._sum(self._rows, _chosen(items, True), RETAINED)

    def posted(self, kind: LineKind, *names: str) -> list[float]:
        """The amount of the line of a kind and these names, by period, whichever accounts it moves."""
        amounts = [0.0] * self.calendar.periods
        for t, musd, _ in self._by_line.get(kind.of(*names).name, ()):
            amounts[t] += musd
        return amounts

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
            sign = 1.0 if account in (*ASSETS, INVESTED) else -1.0
            moves = [sign * amount for amount in self.movement(account)]
            self._balances[account] = list(accumulate(moves, initial=self.opening.get(account, 0.0)))
        return list(self._balances[account])

    def debt(self, names: Sequence[str] | None = None) -> list[float]:
        """Debt outstanding at instants 0 … T: of the instruments named, or all, with leases that count as debt."""
        if names is None:
            return self.total(DEBT, LEASE)
        return add(*(self.balance(DEBT + name) for name in sorted(names)), size=self.calendar.periods + 1)

    def tested_debt(self) -> list[float]:
        """Debt as covenants and leverage count it: with prepayments of partners and customers that do."""
        return add(self.debt(), *(self.balance(account) for account in self._counted))

    def equity(self) -> list[float]:
        """Paid-in common and preferred equity at instants 0 … T."""
        return add(self.balance(PAID_IN), self.balance(PREFERRED))

    def accounts(self, *prefixes: str) -> list[str]:
        """The accounts of a kind, such as ``DEBT``, sorted."""
        return sorted(account for account in self.opening if account.startswith(prefixes))

    def total(self, *prefixes: str) -> list[float]:
        """Balance of all accounts with one of ``prefixes`` at instants 0 … T."""
        balances = [self.balance(account) for account in self.accounts(*prefixes)]
        return add(*balances, size=self.calendar.periods + 1)

    def _sum(
        self,
        rows: Sequence[tuple[int, float, Mapping[str, Any]]],
        chosen: Callable[[Mapping[str, Any]], bool],
        account: str = CASH,
    ) -> list[float]:
        """What the rows chosen add to cash, or to retained earnings."""
        sign = 1.0 if account == CASH else -1.0
        parts: list[list[float]] = [[] for _ in range(self.calendar.periods)]
        for t, musd, row in rows:
            if chosen(row):
                parts[t].append(sign * _side(row, account) * musd)
        return [fsum(values) for values in parts]


def _chosen(
    items: Collection[str], corporate: bool, accounts: Collection[str] | None = None
) -> Callable[[Mapping[str, Any]], bool]:
    def chosen(row: Mapping[str, Any]) -> bool:
        return row["item"] in items and (corporate or not row["corporate"]) and _moves(row, accounts)

    return chosen


def _moves(row: Mapping[str, Any], accounts: Collection[str] | None) -> bool:
    return accounts is None or row["debit"] in accounts or row["credit"] in accounts


def _side(row: Mapping[str, Any], account: str) -> float:
    return float(row["debit"] == account) - float(row["credit"] == account)


def add(*arrays: Sequence[float], size: int = 0) -> list[float]:
    """The sum of arrays, element by element; ``size`` zeros if there is none."""
    return [fsum(values) for values in zip(*arrays, strict=True)] if arrays else [0.0] * size


def minus(whole: Sequence[float], *parts: Sequence[float]) -> list[float]:
    """An array less others, element by element."""
    return [fsum([first, *(-other for other in others)]) for first, *others in zip(whole, *parts, strict=True)]
