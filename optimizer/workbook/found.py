"""What areas find out for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.workbook.areas.partner_unit import PartnerUnit
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr
from optimizer.workbook.sheet import Figure, Line


@dataclass
class Unit:
    """A unit of a loan by age, on the schedules: what is left of it, and what is held of it before and after payments.

    ``interest`` is its rate a period, ``rate`` its yield, ``carried`` the carrying amount just after its repayments;
    ``principal`` and ``paid``, its interest in cash, are what falls due at each age.
    """

    left: Line
    interest: Figure
    rate: Figure
    first: Line
    second: Line
    carried: Line
    principal: Line
    paid: Line


@dataclass
class Instrument:
    """A loan: its balance, what is repaid of it, ``live`` and the unit of each vintage (0 is the opening one)."""

    balance: Line
    draws: Line
    repaid: Expr
    scheduled: Expr
    prepaid: Expr
    at_end: Expr
    vintages: dict[int, Vintage] = field(default_factory=dict)


@dataclass
class Vintage:
    """A draw: when (a cell), how much, what is left of it in each period, and its schedule."""

    u: Expr
    drawn: Expr
    balance: Line
    unit: Unit
    rate: Expr
    live: Line | None = None
    early: Line | None = None
    free: Line | None = None


@dataclass
class Found:
    """Rows by what they are: power on line by site, fleets by offer and site, …; lists of what others add up."""

    energised: dict[str, Line] = field(default_factory=dict)
    fleet: dict[tuple[str, str], Line] = field(default_factory=dict)
    paid: list[tuple[Expr, Expr]] = field(default_factory=list)
    """Capital spending, with how long before the end of its period it is paid."""
    spent_on: dict[tuple[str, str], list[Expr]] = field(default_factory=dict)
    tax_assets: dict[str, list[Expr]] = field(default_factory=dict)
    """By class, what goes into service in each period."""
    tax_cost: list[Expr] = field(default_factory=list)
    """What has been paid for assets that have a class."""
    tax_off: list[Expr] = field(default_factory=list)
    land: list[Expr] = field(default_factory=list)
    unpaid: list[Line] = field(default_factory=list)
    unpaid_worth: list[Line] = field(default_factory=list)
    contracts: list[tuple[str, Expr]] = field(default_factory=list)
    values: list[Expr] = field(default_factory=list)
    debts: dict[str, Instrument] = field(default_factory=dict)
    partner_owed: dict[str, Line] = field(default_factory=dict)
    partner_signed: dict[str, Line] = field(default_factory=dict)
    written_off: Line | None = None
    unlevered: Line | None = None
    losses: Line | None = None
    loss_counts: bool = False
    interest_carried: Line | None = None
    stand_alone: Line | None = None
    cash: Line | None = None
    bucket: Line | None = None
    debt: Line | None = None
    tested: Line | None = None
    paid_in: Line | None = None
    preferred: Line | None = None
    raised: Expr | None = None
    retained: Line | None = None
    accounts: dict[str, Line] = field(default_factory=dict)
    """Rows of the balance sheet by account."""
    ebitda: Line | None = None
    corporate_free: Line | None = None
    energy_hours: list[Expr] = field(default_factory=list)
    lease_principal: list[Line] = field(default_factory=list)
    lease_liability: list[Line] = field(default_factory=list)
    paid_out: Line | None = None
    preferred_raised: dict[str, Line] = field(default_factory=dict)
    preferred_due: dict[str, Line] = field(default_factory=dict)
    equity: Line | None = None
    leverage: Line | None = None
    spread: Line | None = None
    bucket_cost: Line | None = None
    partner_units: dict[str, PartnerUnit] = field(default_factory=dict)
    lease_carry: dict[str, tuple[Line, Line]] = field(default_factory=dict)
    taken_over: list[Line] = field(default_factory=list)
    factor: Line | None = None
    capital: Line | None = None
    charge: Line | None = None
    income: Line | None = None
    objectives: dict[str, Figure] = field(default_factory=dict)
    _growth: Figure | None = None
    fair_of: Callable[[], Expr] | None = None

    def discount(self, draft: Draft) -> Figure:
        """1 + f, f the reference rate of debt a year."""
        if self._growth is None:
            assert self.fair_of is not None
            self._growth = Figure(
                draft.sheet, "1 + reference rate of debt", "a year", "", "formula", None, 1 + Later(self.fair_of)
            )
        return self._growth

    def put_discount(self, draft: Draft) -> None:
        """Give the reference rate its row."""
        growth = self.discount(draft)
        draft.sheet.heading("Reference rate of debt")
        draft.sheet.rows.append(growth)

    def annuity_after(self, draft: Draft, periods: Expr) -> Expr:
        """What 1 in each of some periods after the end is worth there; nothing where there are none."""
        growth = self.discount(draft) ** (1 / draft.per_year)
        return (periods > 0) * (1 - growth ** (0 - periods)) / (growth - 1)


class Later(Expr):
    """An expression that is made when all that it needs is there."""

    def __init__(self, make: Callable[[], Expr]) -> None:
        self._make = make
        self._made: Expr | None = None

    @property
    def made(self) -> Expr:
        if self._made is None:
            self._made = self._make()
        return self._made

    @property
    def strength(self) -> int:  # type: ignore[override]
        return self.made.strength

    def value(self, p: int, j: int) -> float:
        return self.made.value(p, j)

    def text(self, place: str, p: int) -> str:
        return self.made.text(place, p)

    def parts(self) -> tuple[Expr, ...]:
        return (self.made,)
