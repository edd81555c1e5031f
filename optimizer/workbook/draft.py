"""A workbook in the making: its sheets, and what the areas hand to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from optimizer.contract.lines import LineKind, kind_of
from optimizer.plan.plan import Plan
from optimizer.workbook.axis import longest
from optimizer.workbook.decisions import DecisionRows
from optimizer.workbook.entities import Entities
from optimizer.workbook.expression import ZERO, Expr, Operand, Reference, total, when
from optimizer.workbook.inputs import Inputs
from optimizer.workbook.outcome import Outcome
from optimizer.workbook.periods import Periods
from optimizer.workbook.sheet import Axis, Cell, Figure, Line, Sheet

CENT_MUSD = 1e-8
"""One cent, in USD million: how far a formula may be from the plan."""
SIZE_SHARE = 1e-13
"""And of sums of trillions, the share of the largest amount that binary arithmetic leaves in doubt."""


@dataclass(frozen=True)
class Posting:
    """A line of the ledger: its name and item, the accounts that it moves, and whether it is corporate."""

    line: str
    item: str
    debit: str
    credit: str
    corporate: bool


class Draft:
    """The sheets of a plan's workbook, and the rows of the ledger as they are written by the areas.

    ``lines`` are the rows that stand for a posting: formulas, or values of the plan where no formula gives them to the
    cent. ``given`` are the latter, with why.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.instance = plan, plan.instance
        self.calendar = self.instance.periods
        self.last = self.calendar.periods
        periods = Axis(self.last, ["0", *self.calendar.labels, "after"], "Period")
        items = Axis(longest(plan), [], "Item or age")
        self.inputs_sheet = Sheet("Inputs", "Inputs: what the file says", periods, shows_opening=False)
        self.lists_sheet = Sheet("Lists", "Inputs that are lists, by item", items, shows_opening=False)
        self.decisions_sheet = Sheet("Decisions", "What the solver decided", periods, shows_opening=False)
        self.schedules = Sheet("Schedules", "Schedules by age: loans, depreciation, tiers", items)
        self.sheet = Sheet("Calculations", "From inputs and decisions to the ledger", periods)
        self.income = Sheet("Income statement", "Income statement", periods, shows_opening=False)
        self.cash_flow = Sheet("Cash flow", "Cash flow statement", periods, shows_opening=False)
        self.balance_sheet = Sheet("Balance sheet", "Balance sheet at the end of each period", periods)
        self.groups = Sheet("Borrowing groups", "Borrowing groups: the waterfall of each", periods)
        self.sources = Sheet("Sources and uses", "Sources and uses", periods, shows_opening=False)
        self.covenants = Sheet("Covenants", "Covenants and their headroom", periods, shows_opening=False)
        self.capital = Sheet("Cost of capital", "What capital costs, and the objectives", periods)
        self.checks = Sheet("Checks", "Checks: 0 is good", periods, shows_opening=False)
        self.inputs = Inputs(self.instance, self.inputs_sheet, self.lists_sheet)
        self.periods = Periods(self.calendar, self.inputs, self.sheet)
        self.decisions = DecisionRows(self.instance, self.decisions_sheet, plan.decisions)
        self.lines: dict[Posting, Line] = {}
        self.given: list[tuple[Cell, str]] = []
        self.breaches: list[tuple[str, Expr]] = []
        self.curves: dict[str, Figure] = {}
        self.refused = ""
        self.entities = Entities(plan)
        self.outcomes: dict[tuple[str, int], Outcome] = {}
        self.cheapest_hour: Expr | None = None
        self.master: Figure | None = None
        self.given_count: Figure
        self.made_years: tuple[Line, Line, Line, Line] | None = None
        self._ledger: dict[Posting, list[float]] = defaultdict(lambda: [0.0] * self.last)
        index = {label: t for t, label in enumerate(self.calendar.labels)}
        for row in plan.ledger:
            posting = Posting(row["line"], row["item"], row["debit"], row["credit"], bool(row["corporate"]))
            self._ledger[posting][index[row["period"]]] += row["musd"]

    @property
    def sheets(self) -> Sequence[Sheet]:
        """From left to right."""
        return (
            self.inputs_sheet,
            self.lists_sheet,
            self.decisions_sheet,
            self.schedules,
            self.sheet,
            self.income,
            self.cash_flow,
            self.balance_sheet,
            self.sources,
            *([self.groups] if self.instance.groups else []),
            self.covenants,
            self.capital,
            self.checks,
        )

    def watches(self, sheet: Sheet) -> bool:
        """Whether a sheet holds what can be changed: each number there stands beside what it was."""
        return sheet in (self.inputs_sheet, self.lists_sheet, self.decisions_sheet)

    def lay_out(self) -> None:
        """Put all rows in their places."""
        self.inputs.lay_out()
        self.decisions.lay_out()
        for sheet in self.sheets:
            sheet.lay_out()

    # ── what everybody needs ──

    @cached_property
    def t(self) -> Line:
        """The number of the period."""
        return self.sheet.positions

    @property
    def t_last(self) -> Expr:
        """T, the number of the last period."""
        return Reference(self.sheet.positions, still=self.last)

    @property
    def per_year(self) -> Figure:
        return self.periods.per_year

    @property
    def years(self) -> Expr:
        """Δ, the length of a period in years: one figure, or a row where periods are of several lengths."""
        return self.periods.years

    @property
    def hours(self) -> Expr:
        """Hours of a period."""
        return self.periods.hours

    def time(self) -> None:
        """Put the length of a period at the head of the calculations."""
        assert self.years is not None
        assert self.hours is not None

    @cached_property
    def million(self) -> Figure:
        return self.inputs.constant("A million", "number", 1e6)

    @cached_property
    def after_end(self) -> Line:
        """By base period from instant 0, how many periods after T the one lies that holds it; 0 for those before."""
        self.schedules.heading("Periods after the end, by base period")
        step = self.schedules.positions
        later = when(step > self.periods.end, self.periods.after_end(step * 1))
        return self.schedules.line("Periods after the end", "periods", later, 0)

    @cached_property
    def kappa(self) -> Figure:
        """κ: how long before its end what is drawn and raised in a period comes."""
        return self.inputs.figure("draw_timing")

    @cached_property
    def noise(self) -> Figure:
        """Amounts up to this are rounding."""
        return self.inputs.constant("Amounts up to this are rounding", "musd", 1e-5, "10 dollars, as the audit has it")

    @cached_property
    def nothing(self) -> Figure:
        """Debt and service up to this are none."""
        return self.inputs.constant("Debt and service up to this are none", "musd", 0.001, "1,000 dollars")

    def calendar_position(self, label: str) -> Expr:
        """The number of a period by its label, from anywhere."""
        return Reference(self.sheet.positions, still=self.calendar.index(label))

    def end_of(self, label: str) -> Expr:
        """The base periods to the end of a period by its label, from anywhere."""
        return Reference(self.periods.ends, still=self.calendar.index(label))

    def series(self, *path: str) -> Figure | Line:
        return self.inputs.series(*path)

    def figure(self, *path: str) -> Figure:
        return self.inputs.figure(*path)

    def in_period(self, yearly: Expr) -> Expr:
        """What a nominal rate or an amount of a year comes to in a period."""
        return yearly / self.per_year if self.calendar.is_equal else yearly * self.years

    def effective(self, yearly: Expr) -> Expr:
        """What an effective rate of a year comes to in a period."""
        return (1 + yearly) ** self.exponent - 1

    @property
    def exponent(self) -> Expr:
        """Δ, to compound by."""
        return 1 / self.per_year if self.calendar.is_equal else self.years

    @property
    def years_of_last(self) -> Expr:
        """Δ of T."""
        return self.years.end if isinstance(self.years, Line) else 1 / self.per_year

    def ahead(self, t: Line, early: Expr) -> Expr:
        """Minus the years from instant 0 to such a part of a period before its end; ``t`` are the sheet's positions."""
        if self.calendar.is_equal:
            return (early - t) / self.per_year
        return (early * self.periods.steps - self.periods.ends) / self.per_year

    def a_period(self, label: str, unit: str, amount: Expr) -> Figure | Line:
        """What is the same in periods of one length: a figure, or a row where they differ."""
        return (
            self.sheet.figure(label, unit, amount) if self.calendar.is_equal else self.sheet.line(label, unit, amount)
        )

    # ── the ledger ──

    def post(self, kind: LineKind, *names: str, amount: Operand, corporate: bool = False, label: str = "") -> Line:
        """The row of a posting: ``amount`` as a formula where that is the plan's to the cent, else what it is there."""
        line = kind.of(*names)
        posting = Posting(line.name, line.item, line.debit, line.credit, corporate)
        words = label or _words(line.name)
        formula = self.sheet.line(words, "musd", amount, note=line.name)
        return self._stand(posting, formula)

    def stand(self, kind: LineKind, formula: Line) -> Line:
        """A row that is there already, as that of the posting of a kind without names."""
        line = kind.of()
        return self._stand(Posting(line.name, line.item, line.debit, line.credit, False), formula)

    def forget(self) -> None:
        """Work out every formula afresh: a row that others are made of has another formula now."""
        for sheet in self.sheets:
            for cell in sheet.cells():
                cell.forget()

    def tax_year(self, t: int) -> int:
        """The tax year that a period is in, by the calendar year in which it ends."""
        label = self.calendar.label(t)
        year, part = int(label[:4]), label[4:]
        if part and self.instance.tax is not None:
            quarter = int(part[1:]) if part[0] == "Q" else (int(part[1:]) + 2) // 3
            year += quarter > int(self.instance.tax.year_end[1:])
        return year

    @property
    def begins_within_a_tax_year(self) -> bool:
        """Whether part of the first tax year lies before the calendar."""
        return self.tax_year(0) == self.tax_year(1)

    def tax_year_numbers(self) -> list[int]:
        """Of each period the tax year that it is in."""
        return [self.tax_year(t) for t in self.calendar.span]

    def _stand(self, posting: Posting, formula: Line) -> Line:
        wanted = self._ledger.get(posting, [0.0] * self.last)
        self.lines[posting] = self.trusted(formula, wanted)
        return self.lines[posting]

    def agree(self, line: Line, p: int, wanted: float) -> None:
        """Where a cell of a row is not what the plan has there, the whole row is listed as one not to rely on."""
        if reason := self._fault([line.number(p)], [wanted]):
            line.doubt = reason
            if all(cell is not line for cell, _ in self.given):
                self.given.append((line, reason))

    def trusted(self, formula: Line, wanted: Sequence[float]) -> Line:
        """The row itself if it has these values in periods 1, 2 …, else a row that is them."""
        reason = self._fault([formula.number(t) for t in range(1, len(wanted) + 1)], wanted)
        if not reason:
            return formula
        row = formula.sheet.given(formula.label, formula.unit, wanted, note=formula.note)
        formula.label += " (not used)"
        self.given.append((row, reason))
        return row

    def trusted_figure(self, formula: Figure, wanted: float) -> Figure:
        """The same of a figure."""
        reason = self._fault([formula.number()], [wanted])
        if not reason:
            return formula
        row = formula.sheet.given_figure(formula.label, formula.unit, wanted, note=formula.note)
        formula.label += " (not used)"
        self.given.append((row, reason))
        return row

    def _fault(self, found: Sequence[float], wanted: Sequence[float]) -> str:
        room = max(CENT_MUSD, SIZE_SHARE * max((abs(musd) for musd in wanted), default=0.0))
        worst = max((abs(a - b) for a, b in zip(found, wanted, strict=True)), default=0.0)
        if self.refused and any(wanted):
            return self.refused
        return "" if worst <= room else f"the formula is off by {worst:.2g}"

    @contextmanager
    def refusing(self, words: str) -> Iterator[None]:
        """Where periods differ, rows of the ledger that are written meanwhile are values: ``words`` have no formula."""
        before = self.refused
        if words and not self.calendar.is_equal:
            self.refused = f"no formula for {words} where periods are of several lengths"
        yield
        self.refused = before

    def fill(self, leave: Collection[str] = ()) -> None:
        """Give every posting a row; of those that no area wrote, but for the items to ``leave``, the plan's values."""
        missing = [each for each in self._ledger if each not in self.lines and each.item not in leave]
        if missing:
            self.sheet.heading("Lines of the ledger without a formula")
        for posting in sorted(missing, key=lambda each: (each.line, each.item, each.debit)):
            row = self.sheet.given(_words(posting.line), "musd", self._ledger[posting], note=posting.line)
            self.lines[posting] = row
            self.given.append((row, "no formula for this kind of line here"))

    def moved(
        self,
        *items: str,
        account: str,
        kinds: Collection[LineKind] = (),
        corporate: bool = True,
        names: Collection[str] | None = None,
        negative: bool = False,
        entity: str | None = None,
    ) -> Expr:
        """What lines of ``items`` add to the debit side of an account; ``negative``: to its credit side.

        Of a borrowing group, or of the company without its groups (an empty name), if an ``entity`` is given.
        """
        terms: list[tuple[int, Expr]] = []
        for posting, line in self.lines.items():
            if (items and posting.item not in items) or (posting.corporate and not corporate):
                continue
            kind = kind_of(posting.line, posting.item, posting.debit, posting.credit)
            if kinds and kind not in kinds:
                continue
            if names is not None and (kind is None or kind.named(posting.line) not in names):
                continue
            if account in (posting.debit, posting.credit):
                amount = line if entity is None else self.entities.of_line(posting.line, kind, line, entity)
                if amount is not ZERO:
                    terms.append((1 if (posting.debit == account) != negative else -1, amount))
        return signed(terms)

    def line_of(self, kind: LineKind, *names: str) -> Expr:
        """The amounts of a line, 0 if there is none."""
        line = kind.of(*names)
        return total([row for posting, row in self.lines.items() if posting.line == line.name])

    def line_named(self, kind: LineKind, *names: str) -> Line:
        """The one row of a line."""
        line = kind.of(*names)
        return next(row for posting, row in self.lines.items() if posting.line == line.name)

    def check(self, label: str, wrong: Expr) -> None:
        """A row of the checks: ``wrong`` is 1 in periods in which something is not as it should be."""
        self.breaches.append((label, wrong))


def signed(terms: Sequence[tuple[int, Expr]]) -> Expr:
    """The sum of terms with their signs, those that add first."""
    result = total([term for sign, term in terms if sign > 0])
    for sign, term in terms:
        if sign < 0:
            result = result - term
    return result


def _words(line: str) -> str:
    return line.replace("_", " ").replace(".", ": ", 1)
