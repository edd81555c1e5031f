"""How far each covenant is from its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.instance.schema import Covenant
from optimizer.plan.books import CASH, DEBT, LEASE, add
from optimizer.plan.schedules.financing import prepaid
from optimizer.plan.schedules.leverage import equity
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

SCHEDULED = ("level", "annuity", "sculpted")
BINDING_SHARE = 1e-4
SMALLEST_MUSD = 1e-6


@dataclass(frozen=True)
class CovenantTest:
    """A covenant in one period, t from 1: ``over`` / ``under`` against ``limit``, amounts in USD million.

    A floor holds if over ≥ limit·under, a ceiling if over ≤ limit·under. For minimum_liquidity ``under`` is 1.
    """

    covenant: str
    t: int
    over: float
    under: float
    limit: float
    floor: bool

    @property
    def value(self) -> float | None:
        """The ratio; None where there is nothing to divide by."""
        return self.over / self.under if self.under > SMALLEST_MUSD else None

    @property
    def headroom(self) -> float | None:
        """Distance of the ratio from its limit, negative in a breach."""
        if self.value is None:
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
        return size > SMALLEST_MUSD and self.headroom_musd <= BINDING_SHARE * size


def scheduled_service(plan: Plan) -> list[float]:
    """Debt service by period, USD million: interest paid on debt and leases that count as debt, the principal of those
    leases, and the repayments of level, annuity and sculpted debt. Neither PIK nor what is prepaid is in it."""
    scheduled = [name for name, debt in sorted(plan.instance.debt.items()) if debt.kind in SCHEDULED]
    repaid = [plan.books.line(f"repayment.{name}") for name in scheduled]
    early = [prepaid(plan, name) for name in scheduled]
    principal = plan.books.item("repayment", accounts=plan.books.accounts(LEASE))
    return [-amount + 0.0 for amount in add(plan.books.item("interest"), principal, *repaid, *early)]


def cfads(plan: Plan, corporate: bool = True) -> list[float]:
    """Cash flow available for debt service, EBITDA − tax, by period, USD million."""
    return add(plan.books.ebitda(corporate), plan.books.item("tax"))


def drawable(plan: Plan) -> list[float]:
    """What could still be drawn under all revolvers together at the end of each period in which it counts: within their
    limits, what lenders and pledges leave, and the covenants on debt."""
    calendar = plan.instance.periods
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("drawable", ()):
        amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts


def undrawn_revolvers(plan: Plan) -> list[float]:
    """Limit less balance of the revolvers that are open and, if they ask a commitment fee, signed."""
    calendar = plan.instance.periods
    signed = {row["instrument"] for row in plan.decisions.get("facilities", ()) if row["signed"]}
    undrawn = [0.0] * calendar.periods
    for name, debt in sorted(plan.instance.debt.items()):
        if debt.kind != "revolver" or debt.limit_musd is None:
            continue
        limit = debt.limit_musd if name in signed or not debt.commitment_fee_per_year else 0.0
        balance = plan.books.balance(DEBT + name)
        for t in calendar.window(debt.first_draw, debt.last_draw):
            undrawn[t - 1] += limit - balance[t]
    return undrawn


def covenant_tests(plan: Plan) -> list[CovenantTest]:
    """Every covenant in every period in which it is tested."""
    calendar = plan.instance.periods
    found = []
    for name, covenant in sorted(plan.instance.covenants.items()):
        floor = covenant.minimum is not None
        series = covenant.minimum if covenant.minimum is not None else covenant.maximum
        assert series is not None
        limit = series.expand(calendar)
        over, under = _sides(plan, covenant)
        for t in calendar.window(covenant.first_test, covenant.last_test):
            found.append(CovenantTest(name, t, over[t - 1], under[t - 1], limit[t - 1], floor))
    return found


def _sides(plan: Plan, covenant: Covenant) -> tuple[Sequence[float], Sequence[float]]:
    books, calendar = plan.books, plan.instance.periods
    corporate = covenant.scope == "company"
    debt = books.tested_debt()[1:]
    match covenant.kind:
        case "dscr":
            return cfads(plan, corporate), scheduled_service(plan)
        case "interest_cover":
            return books.ebitda(corporate), [-amount + 0.0 for amount in books.earned("interest", "pik")]
        case "debt_to_ebitda":
            return debt, [amount / calendar.years for amount in books.ebitda(corporate)]
        case "debt_to_capital":
            return debt, add(debt, equity(plan, covenant.equity_basis)[1:])
        case "loan_to_value":
            assets = [books.balance(account)[1:] for account in covenant.assets or ()]
            return books.debt(covenant.instruments)[1:] if covenant.instruments else debt, add(
                *assets, size=calendar.periods
            )
        case "minimum_liquidity":
            return add(books.balance(CASH)[1:], drawable(plan)), [1.0] * calendar.periods


def covenants(plan: Plan) -> Table:
    """Per covenant and period tested: value, limit, headroom, and whether it binds.

    ``value`` and ``headroom`` are ratios (USD million for minimum_liquidity), empty where there is nothing to divide
    by; ``headroom_musd`` is the distance of the two amounts that the test compares.
    """
    columns = ("covenant", "kind", "scope", "period", "value", "limit", "headroom", "headroom_musd", "binding")

    def rows() -> Iterator[dict[str, Cell]]:
        for test in covenant_tests(plan):
            covenant = plan.instance.covenants[test.covenant]
            yield {
                "covenant": test.covenant,
                "kind": covenant.kind,
                "scope": covenant.scope,
                "period": plan.instance.periods.label(test.t),
                "value": test.value,
                "limit": test.limit,
                "headroom": test.headroom,
                "headroom_musd": test.headroom_musd,
                "binding": test.binding,
            }

    return Table.of(columns, rows())


def minimum_dscr(plan: Plan) -> float | None:
    """Least DSCR where a dscr covenant tests it; without one, over all periods with scheduled service.

    None if there is no debt service there. The years of construction, before the first test, have no meaningful ratio.
    """
    promised = [test for test in covenant_tests(plan) if plan.instance.covenants[test.covenant].kind == "dscr"]
    if promised:
        return min((test.value for test in promised if test.value is not None), default=None)
    pairs = zip(cfads(plan), scheduled_service(plan), strict=True)
    return min((available / service for available, service in pairs if service > SMALLEST_MUSD), default=None)
