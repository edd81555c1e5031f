"""The ledger: the one place where all money meets.

A block posts lines: an amount that moves from a credit account to a debit account in a period. Every posting has both
sides, so assets = liabilities + equity holds in every period whatever the amounts are. The cash constraint, EBITDA, the
statements and the objectives are sums over lines, and over nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from optimizer.algebra.expr import Expr, TimeExpr, is_over_time
from optimizer.algebra.linear import quicksum, weighted_sum
from optimizer.algebra.time_expr import decided_periods
from optimizer.contract.accounts import CASH
from optimizer.contract.lines import LedgerLine, LineKind
from optimizer.instance.rings import COMPANY


@dataclass(frozen=True)
class Line:
    """One amount in one period. ``amount`` is a number or a linear expression, USD million.

    A line over time has the period 0 and a timeline of amounts. Capital spending says what it is ``spent_on``:
    ("sites", site) or ("hardware", offer). ``timing`` is the part of a period by which the cash moves before the end of
    its own, 0 … 1; None leaves it to the item (``dating``). ``group`` is the ring that it is within, or the company.
    """

    kind: LineKind
    name: str
    period: int
    amount: Expr | TimeExpr
    debit: str
    credit: str
    corporate: bool = False
    spent_on: tuple[str, str] | None = None
    timing: float | None = None
    group: str = COMPANY

    @property
    def item(self) -> str:
        """What the line is of, as statements and objectives sum lines: revenue, opex, interest …"""
        return self.kind.item

    @property
    def cash(self) -> int:
        """+1 if cash comes in, −1 if it goes out, 0 if none moves."""
        return (self.debit == CASH) - (self.credit == CASH)

    def by_period(self) -> Iterator[Line]:
        """The line itself, or a line for each period in which a line over time moves anything."""
        if not is_over_time(self.amount):
            yield self
            return
        for t in decided_periods(self.amount):
            yield replace(self, period=t, amount=self.amount[t])


class Sums(ABC):
    """Sums over ledger lines by item: of all of them (``Ledger``), or of those of one entity (``Part``)."""

    @abstractmethod
    def weighted(
        self, what: Hashable, weight: Callable[[Line], float], period: int, items: Collection[str] | None = None
    ) -> Expr:
        """Σ weight·amount over the lines of a period. ``what`` tells one weight from another.

        Of ``items``, if there are any, are the lines that have a weight.
        """

    def total(self, items: str | Iterable[str], period: int, *, corporate: bool = True) -> Expr:
        """Σ of the amounts of the items in a period; without corporate lines if ``corporate`` is false."""
        wanted = frozenset({items} if isinstance(items, str) else items)

        def weight(line: Line) -> float:
            return line.item in wanted and (corporate or not line.corporate)

        return self.weighted(("total", wanted, corporate), weight, period, wanted)

    def capex(self, period: int, kind: str, names: Iterable[str] | None = None) -> Expr:
        """Cash spent in a period on ``sites`` or ``hardware``, deposits included; on those named, if any are."""
        wanted = None if names is None else frozenset(names)

        def weight(line: Line) -> float:
            on = line.spent_on
            return on is not None and on[0] == kind and (wanted is None or on[1] in wanted)

        return self.weighted(("capex", kind, wanted), weight, period)

    def interest(self, period: int) -> Expr:
        """All interest on debt, paid or capitalised."""
        return self.total(("interest", "pik"), period)

    def ebitda(self, period: int, *, corporate: bool = True) -> Expr:
        """Revenue − opex, USD million."""
        return self.total("revenue", period, corporate=corporate) - self.total("opex", period, corporate=corporate)

    def cash_flow(self, period: int) -> Expr:
        """Every cash line of the period, USD million."""
        return self.weighted("cash", lambda line: line.cash, period)

    def movement(self, account: str, period: int) -> Expr:
        """Debits − credits of an account in a period: the change of an asset, minus the change of a liability."""

        def weight(line: Line) -> float:
            return (line.debit == account) - (line.credit == account)

        return self.weighted(("movement", account), weight, period)


class Ledger(Sums):
    """Lines in the order in which they are posted, with sums over them; ``owner`` says which ring a line is within."""

    def __init__(self, owner: Callable[[LedgerLine], str] = lambda _: COMPANY) -> None:
        self._owner = owner
        self.lines: list[Line] = []
        self._by_period: dict[int, list[Line]] = defaultdict(list)
        self._by_item: dict[str, list[int]] = defaultdict(list)
        self._sums: dict[Hashable, list[tuple[int, Expr | TimeExpr]]] = defaultdict(list)
        self._alike: dict[tuple[tuple[int, float], ...], Expr | TimeExpr] = {}

    def post(
        self,
        line: LedgerLine,
        period: int,
        amount: Expr,
        *,
        corporate: bool = False,
        spent_on: tuple[str, str] | None = None,
        timing: float | None = None,
        group: str | None = None,
    ) -> None:
        """Move ``amount`` (USD million) between the two accounts of the line in ``period``.

        ``group`` says whose it is where that does not follow from what the line is of.
        """
        if isinstance(amount, (int, float)) and amount == 0:
            return
        own = self._owner(line) if group is None else group
        self._add(Line(line.kind, line.name, period, amount, line.debit, line.credit, corporate, spent_on, timing, own))

    def post_each(
        self,
        line: LedgerLine,
        amounts: TimeExpr,
        *,
        spent_on: tuple[str, str] | None = None,
        timing: float | None = None,
        group: str | None = None,
    ) -> None:
        """Move the amounts of a timeline, each in its period."""
        own = self._owner(line) if group is None else group
        self._add(Line(line.kind, line.name, 0, amounts, line.debit, line.credit, False, spent_on, timing, own))

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        if line.period == 0:
            self._by_item[line.item].append(len(self._by_period[0]))
        self._by_period[line.period].append(line)

    def weighted(
        self, what: Hashable, weight: Callable[[Line], float], period: int, items: Collection[str] | None = None
    ) -> Expr:
        """Σ weight·amount over the lines of a period. ``what`` tells one weight from another.

        Of ``items``, if there are any, are the lines that have a weight. Lines over time are summed once for all
        periods, and what is posted later beside them.
        """
        sums = self._sums[what]
        summed = sums[-1][0] if sums else 0
        if not sums or summed != len(self._by_period[0]):
            sums.append((len(self._by_period[0]), self._over_time(summed, weight, items)))
        own = _sum(self._by_period[period], weight)
        assert not is_over_time(own)
        return quicksum((*(whole[period] if is_over_time(whole) else whole for _, whole in sums), own))

    def _over_time(self, first: int, weight: Callable[[Line], float], items: Collection[str] | None) -> Expr | TimeExpr:
        """The sum over the lines over time from a number on, of these items or all, in the order of their posting.

        What asks for the same lines with the same weights gets the same sum, which is then put in order only once.
        """
        lines = self._by_period[0]
        numbers = (
            range(first, len(lines))
            if items is None
            else sorted(number for item in items for number in self._by_item[item] if number >= first)
        )
        weights = tuple((number, factor) for number in numbers if (factor := float(weight(lines[number]))))
        if weights not in self._alike:
            self._alike[weights] = weighted_sum((factor, lines[number].amount) for number, factor in weights)
        return self._alike[weights]

    def of(self, group: str) -> Part:
        """The lines of a group, or of the company itself."""
        return Part(self, group)


@dataclass(frozen=True)
class Part(Sums):
    """The lines of one entity: of a group, or of what is in none."""

    ledger: Ledger
    group: str

    def weighted(
        self, what: Hashable, weight: Callable[[Line], float], period: int, items: Collection[str] | None = None
    ) -> Expr:
        def own(line: Line) -> float:
            return weight(line) if line.group == self.group else 0.0

        return self.ledger.weighted(("group", self.group, what), own, period, items)


def _sum(lines: Iterable[Line], weight: Callable[[Line], float]) -> Expr | TimeExpr:
    weights = ((float(weight(line)), line.amount) for line in lines)
    return weighted_sum((factor, amount) for factor, amount in weights if factor)
