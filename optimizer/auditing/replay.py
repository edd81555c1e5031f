"""The core of the replay: numbers over time, and the ledger as the rules of the contract write it.

Every area takes its decisions from ``Replay.decisions``, checks its own constraints with ``Replay.findings``, and
posts the lines that follow from the decisions to ``Replay.book``. All arithmetic is decimal. A tuple over time has
T+1 entries, so that ``values[t]`` is period t; entry 0 is instant 0 (zero for flows).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from optimizer.auditing.decisions import Decisions
from optimizer.auditing.instants import Instants
from optimizer.auditing.report import AuditError, Findings
from optimizer.auditing.rings import Rings
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Instance
from optimizer.instance.series import Series

Values = tuple[Decimal, ...]


@dataclass(frozen=True)
class Entry:
    """How a line posts: its item, the accounts it moves, whether it is corporate, and whose it is."""

    item: str
    debit: str
    credit: str
    corporate: bool = False
    group: str = ""


@dataclass(frozen=True)
class TaxAsset:
    """A cost that is written off for tax by a class, from period ``first`` on.

    If the asset is sold in period ``leaves``, what is left of the cost is written off then.
    """

    tax_class: str
    first: int
    musd: Decimal
    leaves: int | None = None


class Book:
    """The replayed ledger: what has been posted, and the balance of each account.

    ``lines[(line, t)][entry]`` is the amount; ``judges[(line, t)]`` the rule that compares it with the plan, and the
    magnitude of the terms behind it. Where there are borrowing groups, ``parts`` are the lines of each of them, and of
    the company itself (an empty name).
    """

    def __init__(self, periods: int, rings: Rings | None = None) -> None:
        self.periods = periods
        self.rings = rings
        self.parts: dict[str, Book] = {}
        if rings is not None and rings.names:
            self.parts = {name: Book(periods) for name in ("", *rings.names)}
        self.lines: dict[tuple[str, int], dict[Entry, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.judges: dict[tuple[str, int], tuple[str, Decimal]] = {}
        self.opening: dict[str, Decimal] = {}
        self._moves: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * (periods + 1))
        self._by_item: dict[tuple[str, str, bool], list[Decimal]] = defaultdict(lambda: [ZERO] * (periods + 1))
        self._cash_gross: list[Decimal] = [ZERO] * (periods + 1)

    def post(
        self,
        rule: str,
        line: str,
        t: int,
        musd: Decimal,
        entry: Entry,
        magnitude: Decimal = ZERO,
        keep_zero: bool = False,
        group: str | None = None,
    ) -> None:
        """Post ``musd`` in period t. Zero is not posted, unless ``rule`` should count the comparison all the same.

        ``group`` says whose it is where the line does not.
        """
        if musd == 0 and not keep_zero:
            return
        if self.parts:
            entry = replace(entry, group=self.whose(line) if group is None else group)
            self.parts[entry.group].post(rule, line, t, musd, entry, magnitude, keep_zero)
        self.judges[line, t] = (rule, magnitude)
        self.lines[line, t][entry] += musd
        self._moves[entry.debit][t] += musd
        self._moves[entry.credit][t] -= musd
        for account, sign in ((entry.debit, 1), (entry.credit, -1)):
            self._by_item[account, entry.item, entry.corporate][t] += sign * musd
            if account == "cash":
                self._cash_gross[t] += abs(musd)

    def open(self, account: str, musd: Decimal, group: str) -> None:
        """Add to what an account has at instant 0, of all and of the group whose it is."""
        for book in (self, *([self.parts[group]] if self.parts else [])):
            book.opening[account] = book.opening.get(account, ZERO) + musd

    def whose(self, line: str) -> str:
        """The group whose line it is."""
        return "" if self.rings is None else self.rings.line(line)

    def part(self, group: str) -> Book:
        """The lines of a group or of the company; all of them where there are no groups."""
        return self.parts.get(group, self)

    def cash_in(self, item: str, t: int) -> Decimal:
        """Cash that lines of ``item`` bring in t (negative: take)."""
        return self._by_item["cash", item, False][t] + self._by_item["cash", item, True][t]

    def cash_of(self, items: Collection[str], t: int, corporate: bool = True) -> Decimal:
        """Cash that lines of ``items`` bring in t; ``corporate=False`` leaves some out."""
        total = sum((self._by_item["cash", item, False][t] for item in items), ZERO)
        return total + sum((self._by_item["cash", item, True][t] for item in items), ZERO) if corporate else total

    def earned(self, item: str, t: int, corporate: bool = True) -> Decimal:
        """What lines of ``item`` earn in t (negative: cost), in cash or not; ``corporate=False`` leaves some out."""
        total = -self._by_item["retained_earnings", item, False][t]
        return total - self._by_item["retained_earnings", item, True][t] if corporate else total

    def ebitda(self, t: int, corporate: bool = True) -> Decimal:
        """Revenue − opex of t; revenue that is set against a partner's account is revenue all the same."""
        return self.earned("revenue", t, corporate) + self.earned("opex", t, corporate)

    def deferred(self, t: int) -> Decimal:
        """By how much customers' prepayments (deferred revenue) grow in t: cash that is no revenue yet; and what is
        taken off revenue in t for shares that they got: no cash."""
        moves = [move[t] for account, move in self._moves.items() if account.startswith("contract.")]
        return -sum(moves, ZERO) - self._by_item["shares_given", "revenue", False][t]

    def taken_over(self, t: int) -> Decimal:
        """Assets that come in t with leases that count as debt: capex that no cash is paid for."""
        return self._by_item["leased_hardware", "lease", False][t]

    def interest(self, t: int) -> Decimal:
        """All interest of t: paid or capitalised, of debt, of leases that count as debt, and of the pricing grid."""
        return -self.earned("interest", t) - self.earned("pik", t)

    def cash_flow(self, t: int) -> Decimal:
        """All cash lines of t."""
        return self._moves["cash"][t]

    def cash_gross(self, t: int) -> Decimal:
        """Sum of the absolute cash lines of t: the magnitude of what a cash row adds up."""
        return self._cash_gross[t]

    def balances(self, account: str) -> Values:
        """Debit balance of an account at the end of 0 … T (liabilities and equity come out negative)."""
        level = self.opening.get(account, ZERO)
        values = [level]
        for t in range(1, self.periods + 1):
            level += self._moves[account][t]
            values.append(level)
        return tuple(values)


class Replay:
    """An instance, the decisions of a plan, and what the areas make of them."""

    def __init__(self, instance: Instance, decisions: Decisions, findings: Findings) -> None:
        self.instance = instance
        self.decisions = decisions
        self.findings = findings
        self.calendar = instance.periods
        self.last = self.calendar.periods
        self.span = self.calendar.span
        self.time = Instants(self.calendar)
        self.step = ONE / self.calendar.per_year  # δ, the length of a step in years
        self.kappa = exact(TIMING[instance.draw_timing])
        self.rings = Rings(instance)
        self.book = Book(self.last, self.rings)
        self.tax_assets: list[TaxAsset] = []
        # whose, for what, decided in, due so many steps after instant 0, musd
        self.promised: list[tuple[str, tuple[str, str], int, int, Decimal]] = []
        self.tax_deductions: list[Decimal] = self.zeros()  # what is deducted besides, period by period
        self.entered_with: dict[int, int] = {}  # the bucket of the pricing grid that each period is entered with
        self._capex: dict[tuple[str, str, str], list[Decimal]] = defaultdict(self.zeros)
        self.paid: dict[Decimal, list[Decimal]] = defaultdict(
            self.zeros
        )  # capex by how long before the end, in periods
        self.paid_by: dict[tuple[str, Decimal], list[Decimal]] = defaultdict(self.zeros)  # the same, by whose it is
        # principal of opening balances with vintages, by whose it is
        self.repaid_at_end: dict[str, list[Decimal]] = defaultdict(self.zeros)

    def values(self, series: Series | None, place: str, missing: Decimal = ZERO) -> Values:
        """A series as ``values[1 … T]``; ``missing`` everywhere if there is none."""
        if series is None:
            return (ZERO, *[missing] * self.last)
        try:
            return (ZERO, *[exact(value) for value in series.expand(self.calendar)])
        except ValueError as error:
            raise AuditError(f"instance.json: {place}", str(error)) from error

    def years(self, t: int) -> Decimal:
        """Δ_t."""
        return self.time.years(t)

    def window(self, first: str | int | None, last: str | int | None, place: str) -> range:
        """The periods from ``first`` to ``last``, both included."""
        try:
            return self.calendar.window(first, last)
        except ValueError as error:
            raise AuditError(f"instance.json: {place}", str(error)) from error

    def opening_debt(self, name: str) -> Decimal:
        """What is outstanding of an instrument at instant 0, musd."""
        return exact(self.instance.debt[name].opening_balance_musd)

    def zeros(self) -> list[Decimal]:
        return [ZERO] * (self.last + 1)

    def post_capex(
        self,
        rule: str,
        line: str,
        t: int,
        musd: Decimal,
        entry: Entry,
        owner: tuple[str, str],
        timing: str | None,
        group: str | None = None,
    ) -> None:
        """Post cash capex of ``owner``: ``("sites", name)`` or ``("hardware", offer)``; ``timing`` if it has one."""
        self.book.post(rule, line, t, musd, entry, group=group)
        whose, w = (
            self.book.whose(line) if group is None else group,
            exact(TIMING[timing or self.instance.payment_timing]),
        )
        self._capex[(*owner, whose)][t] += musd
        self.paid[w][t] += musd
        self.paid_by[whose, w][t] += musd

    def capex(self, kind: str, t: int, names: Collection[str] | None = None, group: str | None = None) -> Decimal:
        """Cash capex in t of the sites or the hardware, all of them or those named; of a group, if one is given."""
        return sum(
            (
                values[t]
                for (of, name, whose), values in self._capex.items()
                if of == kind and (names is None or name in names) and group in (None, whose)
            ),
            ZERO,
        )
