"""How far each covenant is from its limit."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from optimizer.contract.accounts import CASH
from optimizer.instance.lookback import NEEDED, FirstYear, Lookback, lookback, of_covenant
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Covenant
from optimizer.plan.figures.coverage import NOTHING_MUSD, cfads, debt_service, ebitda, interest
from optimizer.plan.figures.drawable import drawable
from optimizer.plan.figures.leverage import equity
from optimizer.plan.figures.limit import BINDING_SHARE
from optimizer.plan.figures.reserves import restricted
from optimizer.plan.record import Record

YES, NOTHING_OWED, FIRST_YEAR = "yes", "nothing owed", "first year"


TOLERANCE_MUSD = 1e-6
DSCR = ("dscr", None)
"""A cover of the company with all its groups."""


@dataclass(frozen=True)
class CovenantTest:
    """A covenant in one period, t from 1: ``over`` / ``under`` against ``limit``, amounts in USD million.

    A floor holds if over ≥ limit·under, a ceiling if over ≤ limit·under. For minimum_liquidity ``under`` is 1.
    ``tested`` says yes, or why there is no test: nothing is owed, or there is no year behind the period.
    """

    covenant: str
    t: int
    over: float
    under: float
    limit: float
    floor: bool
    tested: str = YES

    @property
    def value(self) -> float | None:
        """The ratio; None where there is nothing to divide by."""
        if self.tested == FIRST_YEAR:
            return None
        return self.over / self.under if self.under > TOLERANCE_MUSD else None

    @property
    def headroom(self) -> float | None:
        """Distance of the ratio from its limit, negative in a breach."""
        if self.value is None or self.tested != YES:
            return None
        return self.value - self.limit if self.floor else self.limit - self.value

    @property
    def headroom_musd(self) -> float:
        """Distance of the amounts that are compared, negative in a breach."""
        slack = self.over - self.limit * self.under
        return slack if self.floor else -slack

    @property
    def binding(self) -> bool:
        """Whether the amounts compared are equal to within 10⁻⁴ of their size."""
        size = max(abs(self.over), abs(self.limit * self.under))
        return self.tested == YES and size > TOLERANCE_MUSD and self.headroom_musd <= BINDING_SHARE * size


def covenant_tests(plan: Record) -> list[CovenantTest]:
    """Every covenant in every period of its window."""
    calendar = plan.instance.periods
    found = []
    for name, covenant in sorted(plan.instance.covenants.items()):
        floor = covenant.minimum is not None
        series = covenant.minimum if covenant.minimum is not None else covenant.maximum
        assert series is not None
        limit = series.expand(calendar)
        for t in calendar.window(covenant.first_test, covenant.last_test):
            over, under, tested = _sides(plan, covenant, t)
            found.append(CovenantTest(name, t, over, under, limit[t - 1], floor, tested))
    return found


def _sides(plan: Record, covenant: Covenant, t: int) -> tuple[float, float, str]:
    """What is divided by what, and whether it is tested."""
    if covenant.kind in NEEDED:
        look = of_covenant(plan.instance, covenant, t)
        if look is None:
            return 0.0, 0.0, FIRST_YEAR
        over, under = _flows(plan, covenant, t, look)
        owed = over if covenant.kind == "debt_to_ebitda" else under
        return over, under, YES if owed > NOTHING_MUSD else NOTHING_OWED
    match covenant.kind:
        case "debt_to_capital":
            return _debt_to_capital(plan, covenant, t)
        case "loan_to_value":
            return _loan_to_value(plan, covenant, t)
        case _:
            entity = covenant.group or COMPANY
            cash = plan.books_of(entity).balance(CASH)[t] - restricted(plan, entity)[t]
            return cash + drawable(plan, entity)[t - 1], 1.0, YES


def _flows(plan: Record, covenant: Covenant, t: int, look: Lookback) -> tuple[float, float]:
    company, group = covenant.scope == "company", covenant.group
    match covenant.kind:
        case "dscr":
            balloons = covenant.balloons == "counted" if covenant.balloons else not company
            tax = "none" if group else covenant.tax or ("company" if company else "stand_alone")
            return cfads(plan, look, tax, company, group), debt_service(plan, look, balloons, group)
        case "interest_cover":
            return ebitda(plan, look, company, group), interest(plan, look, group)
        case _:
            per_year = look.per_year(plan.instance.periods)
            return plan.books_of(group).tested_debt()[t], ebitda(plan, look, company, group) * per_year


def _debt_to_capital(plan: Record, covenant: Covenant, t: int) -> tuple[float, float, str]:
    debt = plan.books.tested_debt()[t]
    asked = covenant.minimum is not None or debt > NOTHING_MUSD
    return debt, debt + equity(plan, covenant.equity_basis)[t], YES if asked else NOTHING_OWED


def _loan_to_value(plan: Record, covenant: Covenant, t: int) -> tuple[float, float, str]:
    books = plan.books_of(covenant.group)
    debt = (books.debt(covenant.instruments) if covenant.instruments is not None else books.tested_debt())[t]
    value = fsum(books.balance(account)[t] for account in covenant.assets or ())
    return debt, value, YES if debt > NOTHING_MUSD else NOTHING_OWED


def minimum_dscr(plan: Record) -> float | None:
    """Least DSCR where a dscr covenant tests it; without one, of the company in all twelve months with debt service.

    None if there is no debt service there. The years of construction, before the first test, have no meaningful ratio.
    A plan of less than a year is measured as a whole.
    """
    calendar = plan.instance.periods
    terms = plan.instance.covenants
    tests = covenant_tests(plan)
    promised = [test for test in tests if (terms[test.covenant].kind, terms[test.covenant].group) == DSCR]
    if promised:
        values = (test.value for test in promised if test.tested == YES)
        return min((value for value in values if value is not None), default=None)
    first_year: FirstYear = "untested" if calendar.end(calendar.periods) >= calendar.per_year else "annualised"
    looks = (lookback(plan.instance, t, "dscr", "year", first_year) for t in calendar.span)
    pairs = [(cfads(plan, look), debt_service(plan, look)) for look in looks if look is not None]
    return min((available / service for available, service in pairs if service > NOTHING_MUSD), default=None)
