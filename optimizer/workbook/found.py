"""What areas find out for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.workbook.areas.lives import Lot, OpeningBasis
from optimizer.workbook.areas.partner_unit import PartnerUnit
from optimizer.workbook.areas.resale import Sold
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, floored, least, when
from optimizer.workbook.sheet import Figure, Line, Sheet


@dataclass(frozen=True)
class Dates:
    """When what falls due of a loan at each age falls, in base periods after its draw: rows where periods differ.

    Else repayments fall at their age, and interest ``kappa`` later. ``passed`` are the base periods to the end of each
    age, ``steps`` those in it.
    """

    kappa: Expr
    passed: Line | None = None
    steps: Line | None = None
    repaid: Line | None = None
    paid: Line | None = None

    def arrays(self, sheet: Sheet, low: int = 0) -> tuple[Expr, Expr]:
        """Of principal, and of interest."""
        if self.repaid is None or self.paid is None:
            ages = sheet.positions.array(low)
            return ages, ages + self.kappa
        return self.repaid.array(low), self.paid.array(low)


@dataclass
class Unit:
    """A unit of a loan by age, on the schedules: what is left of it, and what is held of it before and after payments.

    ``interest`` is its rate a period, by age where it floats, ``rate`` its yield, ``carried`` the carrying amount just
    after its repayments; ``principal`` and ``paid``, its interest in cash, are what falls due at each age. Where it
    floats ``charged`` is what is charged on what is held, by age; else its yield is. A convertible pays its ``coupon``,
    and ``paid`` is what it would pay as the straight debt that it is charged as. ``capitalised`` is what is added to a
    unit at each age, where periods differ.
    """

    left: Line
    interest: Figure | Line
    rate: Figure
    first: Line
    second: Line
    carried: Line
    principal: Line
    paid: Line
    dates: Dates
    charged: Line | None = None
    coupon: Line | None = None
    capitalised: Line | None = None

    def interest_at(self, age: Expr) -> Expr:
        """Its rate in the period that is ``age`` after that of the draw."""
        return self.interest.at(age, 0) if isinstance(self.interest, Line) else self.interest


@dataclass
class Instrument:
    """A loan: its ``rate`` per year, by period where it is a row, its balance, what is repaid of it, ``live`` and the
    unit of each vintage (0 is the opening one).
    """

    rate: Figure | Line
    balance: Line
    draws: Line | None
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


@dataclass(frozen=True)
class Work:
    """A phase as it is built: what starts in each period, periods to service, its profile of spending, and how long
    before the end of its period it is paid.
    """

    starts: Line
    lead: Expr
    profile: Line
    timing: Expr


@dataclass(frozen=True)
class Customer:
    """A contract that is signed: H100e held and what they earn in each period, less what is taken off for shares."""

    held: Line
    earned: Expr


class Found:
    """What the areas hand to each other; what has no default is there once its area has been written."""

    written_off: Line
    """Tax depreciation of each period, of assets; ``deducted`` is it with the principal of leases that are debt."""
    deducted: Line
    cash: Line
    early: Line
    """What is added to the cash held in a period on average."""
    debt: Line
    tested: Line
    """Debt as lenders count it."""
    paid_in: Line
    raised: Line
    paid_out: Line
    """To common shareholders: dividends and capital."""
    equity: Line
    leverage: Line
    retained: Line
    factor: Line
    """Discount factors up to T+1."""
    capital: Line
    charge: Line
    income: Line

    def __init__(self, fair_of: Callable[[], Expr]) -> None:
        self.energised: dict[str, Line] = {}
        self.fleet: dict[tuple[str, str], Line] = {}
        self.paid: list[tuple[Expr, Expr]] = []  # capital spending, with how long before the end it is paid
        self.works: dict[tuple[str, str], Work] = {}  # by site and phase
        self.into_service: dict[str, list[Expr]] = {}  # by site, where interest in construction comes on top
        self.site_depreciation: dict[str, list[Expr]] = {}  # the same
        self.tax_assets: dict[str, list[Expr]] = {}  # by class, what goes into service in each period
        self.tax_cost: list[Expr] = []  # what has been paid for assets that have a class
        self.land: list[Line] = []
        self.opening_basis: dict[str, list[OpeningBasis]] = {}  # by class, what is left for tax of what was there
        self.opening_land: list[Figure] = []
        self.bought: dict[str, dict[str, Expr]] = {}  # units ordered, by offer and by whose they are
        self.reserved_before: dict[str, Line] = {}  # the same before sweeps, of loans with one
        self.group_cash: dict[str, Line] = {}  # by borrowing group, and of the company by itself
        self.group_income: dict[str, Line] = {}
        self.reserved: dict[str, Line] = {}  # cash that reserves hold, by loan
        self.lots: dict[str, list[Lot]] = {}  # units that were there, by offer
        self.unpaid_worth: list[Line] = []  # what falls after T of what is begun, at its worth there
        self.contracts: list[tuple[str, Expr]] = []
        self.values: list[Expr] = []
        self.debts: dict[str, Instrument] = {}
        self.partner_owed: dict[str, Line] = {}
        self.deferred: dict[str, Line] = {}  # what is left of customers' prepayments
        self.given: list[Line] = []  # less revenue for shares that customers got
        self.customers: dict[str, Customer] = {}
        self.shares_given: dict[str, Line] = {}  # to customers, at signing
        self.converted: dict[str, Line] = {}  # what of convertibles becomes shares
        self.contract_owed: list[Expr] = []
        self.taxed_early: Line | None = None
        self.partner_signed: dict[str, Line] = {}
        self.partner_units: dict[str, PartnerUnit] = {}
        self.preferred: Line | None = None
        self.preferred_raised: dict[str, Line] = {}
        self.preferred_due: dict[str, Line] = {}
        self.losses: Line | None = None
        self.unlevered: Line | None = None  # tax without debt
        self.interest_carried: Line | None = None
        self.stand_alone: Line | None = None
        self.bucket: Line | None = None
        self.bucket_cost: Line | None = None
        self.accounts: dict[str, Line] = {}  # rows of the balance sheet
        self.lease_principal: list[Line] = []
        self.restricted: Expr = ZERO
        self.lease_liability: list[Line] = []
        self.lease_carry: dict[str, tuple[Line, Line]] = {}  # interest, and what it is on
        self.lease_further: dict[str, tuple[Expr, Expr]] = {}  # the same of the period after T
        self.lease_rates: dict[str, tuple[Line, Line, Figure, Figure]] = {}
        self.sold: list[Sold] = []
        self.taken_over: list[Line] = []
        self.objectives: dict[str, Figure] = {}
        self._growth: Figure | None = None
        self._fair_of = fair_of

    def discount(self, draft: Draft) -> Figure:
        """1 + f, f the reference rate of debt a year."""
        if self._growth is None:
            self._growth = Figure(
                draft.sheet, "1 + reference rate of debt", "a year", "", "formula", None, 1 + Later(self._fair_of)
            )
        return self._growth

    def paid_by_timing(self) -> dict[Expr, list[Expr]]:
        """Capital spending by how long before the end of its period it is paid."""
        found: dict[Expr, list[Expr]] = {}
        for timing, musd in self.paid:
            found.setdefault(timing, []).append(musd)
        return found

    def put_discount(self, draft: Draft) -> None:
        """Give the reference rate its row."""
        growth = self.discount(draft)
        draft.sheet.heading("Reference rate of debt")
        draft.sheet.rows.append(growth)

    def annuity_after(self, draft: Draft, first: Expr, term: Expr) -> Expr:
        """What 1 in each base period after the end is worth there, of so many from the ``first`` on; 0 where none is.

        Those of a period there fall at its end. Not for arrays.
        """
        steps, growth = draft.periods.steps_after, self.discount(draft) ** draft.periods.years_after
        left = first + term - 1 - draft.periods.end
        if draft.calendar.is_equal:
            return when(left > 0, when(growth.equals(1), left, (1 - growth ** (0 - left)) / (growth - 1)))
        due = least(left, term)
        whole = floored(due / steps)
        full = when(growth.equals(1), whole, (1 - growth ** (0 - whole)) / (growth - 1))
        worth = steps * full + (due - steps * whole) * growth ** (0 - whole - 1)
        return when(left > 0, worth * growth ** ((due - left) / steps))


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
