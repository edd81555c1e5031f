"""What the capital costs, source by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from optimizer.instance.calendar import TIMING
from optimizer.plan.books import DEBT, LEASE, add
from optimizer.plan.leases import leases
from optimizer.plan.schedules.equity import (
    OPENING_EQUITY,
    equity_left,
    raised,
    raised_preferred,
    running,
    stakes,
)
from optimizer.plan.schedules.financing import capitalised, fees, interest
from optimizer.plan.schedules.pricing_grid import buckets, rates_by_period
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

GRID = "pricing grid"


@dataclass(frozen=True)
class Charge:
    """What one source of capital costs, by period, USD million, undiscounted.

    ``interest`` is after tax at the statutory rate, ``fees`` are debt fees or flotation, ``equity`` is the return that
    shareholders ask, or the preferred dividend; ``capital`` is what the source has outstanding at instants 0 … T (0 for
    a lease that does not count as debt).
    """

    source: str
    kind: str
    capital: list[float]
    interest: list[float]
    fees: list[float]
    equity: list[float]

    @property
    def total(self) -> list[float]:
        return add(self.interest, self.fees, self.equity)


def tax_shield_rate(plan: Plan) -> float:
    """τ of the cost of capital: the statutory rate, or 0 without tax or with the shield switched off."""
    tax = plan.instance.tax
    return tax.rate if tax is not None and tax.shield_in_cost_of_capital else 0.0


def charges(plan: Plan) -> list[Charge]:
    """The cost of capital by source: debt, leases, the grid's spread, common and preferred equity.

    debt                (1−τ)·(interest paid and capitalised) + fees, the issue discount among them
    lease               (1−τ)·interest inside the payments, whether or not it counts as debt
    pricing grid        (1−τ)·spread on all debt
    equity round r      k_r·Δ·(E_{r,t−1} + κ·(E_{r,t} − E_{r,t−1})) + flotation; E_r what is left of it after what is
                        returned; with a grid its k_b in place of k_r on E_{r,t−1}
    partner's equity    like a round, at the company's rate, without flotation
    opening equity      k·Δ·E_0
    preferred           dividend + flotation
    """
    found = [*_debt(plan), *_common(plan), *_preferred(plan)]
    return [charge for charge in found if any(charge.capital) or any(charge.total)]


def _debt(plan: Plan) -> Iterator[Charge]:
    after_tax, zeros = 1.0 - tax_shield_rate(plan), [0.0] * plan.instance.periods.periods

    def net(amounts: Sequence[float]) -> list[float]:
        return [after_tax * amount for amount in amounts]

    for name in sorted(plan.instance.debt):
        due = add(interest(plan, name), capitalised(plan, name))
        yield Charge(name, "debt", plan.books.balance(DEBT + name), net(due), fees(plan, name), zeros)
    for lease in leases(plan):
        yield Charge(lease.offer, "lease", plan.books.balance(LEASE + lease.offer), net(lease.interest), zeros, zeros)
    spread = [-amount + 0.0 for amount in plan.books.line("interest.grid")]
    yield Charge(GRID, "spread", [0.0, *zeros], net(spread), zeros, zeros)


def _common(plan: Plan) -> Iterator[Charge]:
    instance, calendar = plan.instance, plan.instance.periods
    zeros, kappa = [0.0] * calendar.periods, TIMING[instance.draw_timing]
    priced = rates_by_period(plan)
    company = instance.equity.cost_of_equity_per_year.expand(calendar) if instance.equity else tuple(zeros)

    left = equity_left(plan)

    def equity(name: str, rates: Sequence[float], costs: list[float]) -> Charge:
        stock, carried = left[name], priced or rates
        asked = [
            calendar.years * (carried[t] * stock[t] + kappa * rates[t] * (stock[t + 1] - stock[t]))
            for t in range(calendar.periods)
        ]
        return Charge(name, "equity", stock, zeros, costs, asked)

    if instance.equity is not None or priced is not None:
        yield equity(OPENING_EQUITY, company, zeros)
    for name in raised(plan):
        assert instance.equity is not None
        own = instance.equity.rounds[name].cost_of_equity_per_year
        flotation = [-amount + 0.0 for amount in plan.books.line(f"flotation.{name}")]
        yield equity(name, own.expand(calendar) if own else company, flotation)
    for name in stakes(plan):
        yield equity(name, company, zeros)


def _preferred(plan: Plan) -> Iterator[Charge]:
    zeros = [0.0] * plan.instance.periods.periods
    for name, amounts in raised_preferred(plan).items():
        flotation = [-amount + 0.0 for amount in plan.books.line(f"flotation.preferred.{name}")]
        dividends = [-amount + 0.0 for amount in plan.books.line(f"dividend.preferred.{name}")]
        yield Charge(name, "preferred", running(amounts), zeros, flotation, dividends)


def discount_factors(plan: Plan) -> tuple[float, ...]:
    """DF_t of the instance."""
    discount = plan.instance.discount
    return plan.instance.periods.discount_factors(discount.rate_per_year, discount.timing)


def cost_of_capital(plan: Plan) -> Table:
    """Per source and period: the charge in its parts, the discount factor, the present value.

    The present values add up to the objective cost_of_capital. ``bucket`` is the one of the pricing grid, from 0, that
    says what capital carried into the period costs.
    """
    factors, held = discount_factors(plan), buckets(plan)
    columns = ("source", "kind", "period", "interest_after_tax_musd", "fees_musd", "return_on_equity_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for charge in charges(plan):
            for t, label in enumerate(plan.instance.periods.labels):
                yield {
                    "source": charge.source,
                    "kind": charge.kind,
                    "period": label,
                    "interest_after_tax_musd": charge.interest[t],
                    "fees_musd": charge.fees[t],
                    "return_on_equity_musd": charge.equity[t],
                    "charge_musd": charge.total[t],
                    "discount_factor": factors[t],
                    "present_value_musd": factors[t] * charge.total[t],
                    "bucket": held[t],
                }

    return Table.of((*columns, "charge_musd", "discount_factor", "present_value_musd", "bucket"), rows())


def wacc(plan: Plan) -> Table:
    """Per period: charge_t / (Δ·(debt_{t−1} + E_{t−1})), empty where no capital was carried in.

    Debt counts leases that count as debt, equity preferred shares.
    """
    calendar = plan.instance.periods
    charge, carried = capital_charge(plan), capital_carried(plan)
    columns = ("period", "charge_musd", "debt_carried_in_musd", "equity_carried_in_musd", "wacc_per_year")
    debt, equity = plan.books.debt(), plan.books.equity()

    def rows() -> Iterator[dict[str, Cell]]:
        for t, label in enumerate(calendar.labels):
            yield {
                "period": label,
                "charge_musd": charge[t],
                "debt_carried_in_musd": debt[t],
                "equity_carried_in_musd": equity[t],
                "wacc_per_year": charge[t] / (calendar.years * carried[t]) if carried[t] > 0 else None,
            }

    return Table.of(columns, rows())


def capital_charge(plan: Plan) -> list[float]:
    """What all capital costs by period, USD million."""
    return add(*(charge.total for charge in charges(plan)), size=plan.instance.periods.periods)


def capital_carried(plan: Plan) -> list[float]:
    """Debt and paid-in equity carried into each period, USD million."""
    return [fsum(pair) for pair in zip(plan.books.debt()[:-1], plan.books.equity()[:-1], strict=True)]
