"""Where the capital comes from, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import fsum
from typing import TYPE_CHECKING

from optimizer.instance.calendar import TIMING
from optimizer.plan.books import DEBT, PAID_IN, add
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

FEES = ("upfront", "issue", "commitment")
OPENING_EQUITY = "opening equity"


def fees(plan: Plan, instrument: str) -> list[float]:
    """Fees paid on an instrument by period, positive, USD million."""
    paid = add(*(plan.books.line(f"fee.{kind}.{instrument}") for kind in FEES))
    return [-amount + 0.0 for amount in paid]


def interest(plan: Plan, instrument: str) -> list[float]:
    """Interest paid on an instrument by period, positive, USD million."""
    return [-amount + 0.0 for amount in plan.books.line(f"interest.{instrument}")]


def raised(plan: Plan) -> dict[str, list[float]]:
    """Amounts of the equity rounds by period, USD million; only rounds that are raised."""
    calendar = plan.instance.periods
    amounts: dict[str, list[float]] = {}
    for row in plan.decisions.get("equity_raises", ()):
        amounts.setdefault(row["round"], [0.0] * calendar.periods)[calendar.index(str(row["period"])) - 1] += row[
            "musd"
        ]
    return dict(sorted(amounts.items()))


def financing(plan: Plan) -> Table:
    """Per instrument that is drawn or was outstanding, and period: what moves and what is left at the end."""
    books, labels = plan.books, plan.instance.periods.labels
    columns = ("instrument", "kind", "period", "opening_musd", "draw_musd", "repayment_musd", "balance_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for name, debt in sorted(plan.instance.debt.items()):
            balance = books.balance(DEBT + name)
            draw, repaid = books.line(f"draw.{name}"), books.line(f"repayment.{name}")
            paid, charged = interest(plan, name), fees(plan, name)
            if not any([*balance, *draw, *repaid, *paid, *charged]):
                continue
            for t, label in enumerate(labels):
                yield {
                    "instrument": name,
                    "kind": debt.kind,
                    "period": label,
                    "opening_musd": balance[t],
                    "draw_musd": draw[t],
                    "repayment_musd": -repaid[t] + 0.0,
                    "balance_musd": balance[t + 1],
                    "interest_musd": paid[t],
                    "fees_musd": charged[t],
                }

    return Table.of((*columns, "interest_musd", "fees_musd"), rows())


def equity_rounds(plan: Plan) -> Table:
    """Per round raised: amount, value before the round, share sold e/(V+e), and what earlier owners keep, Π V/(V+e).

    A round without a pre-money value sells no stated share.
    """
    calendar = plan.instance.periods
    columns = ("round", "period", "amount_musd", "flotation_musd", "pre_money_musd", "share_sold", "ownership_kept")

    def rows() -> Iterator[dict[str, Cell]]:
        kept = 1.0
        found = plan.decisions.get("equity_raises", ())
        for row in sorted(found, key=lambda r: (calendar.index(str(r["period"])), r["round"])):
            assert plan.instance.equity is not None
            terms = plan.instance.equity.rounds[row["round"]]
            t, amount = calendar.index(str(row["period"])) - 1, row["musd"]
            value = terms.pre_money_musd.expand(calendar)[t] if terms.pre_money_musd else None
            sold = None if value is None else amount / (value + amount)
            kept *= 1.0 - (sold or 0.0)
            yield {
                "round": row["round"],
                "period": calendar.label(t + 1),
                "amount_musd": amount,
                "flotation_musd": -plan.books.line(f"flotation.{row['round']}")[t] + 0.0,
                "pre_money_musd": value,
                "share_sold": sold,
                "ownership_kept": kept,
            }

    return Table.of(columns, rows())


@dataclass(frozen=True)
class Charge:
    """What one source of capital costs, by period, USD million, undiscounted.

    ``interest`` is after tax at the statutory rate, ``fees`` are debt fees or flotation, ``equity`` is the return that
    shareholders ask; ``capital`` is the amount that the source has outstanding at instants 0 … T.
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
    """The cost of capital by source: debt instruments, opening equity, equity rounds.

    debt                (1−τ)·interest + fees
    equity round r      k_r·Δ·(E_{r,t−1} + κ·e_{r,t}) + flotation
    opening equity      k·Δ·E_0
    """
    instance, calendar = plan.instance, plan.instance.periods
    zeros = [0.0] * calendar.periods
    after_tax = 1.0 - tax_shield_rate(plan)
    found = []
    for name in sorted(instance.debt):
        net = [after_tax * amount for amount in interest(plan, name)]
        found.append(Charge(name, "debt", plan.books.balance(DEBT + name), net, fees(plan, name), zeros))
    if instance.equity is None:
        return [charge for charge in found if any(charge.capital) or any(charge.total)]

    company = instance.equity.cost_of_equity_per_year.expand(calendar)
    kappa = TIMING[instance.draw_timing]

    def equity(
        name: str, rates: Sequence[float], opening: float, amounts: Sequence[float], costs: list[float]
    ) -> Charge:
        stock = reduce(lambda held, amount: [*held, held[-1] + amount], amounts, [opening])
        asked = [k * calendar.years * (stock[t] + kappa * amounts[t]) for t, k in enumerate(rates)]
        return Charge(name, "equity", stock, zeros, costs, asked)

    found.append(equity(OPENING_EQUITY, company, instance.opening.paid_in_capital_musd, zeros, zeros))
    for name, amounts in raised(plan).items():
        own = instance.equity.rounds[name].cost_of_equity_per_year
        flotation = [-amount + 0.0 for amount in plan.books.line(f"flotation.{name}")]
        found.append(equity(name, own.expand(calendar) if own else company, 0.0, amounts, flotation))
    return [charge for charge in found if any(charge.capital) or any(charge.total)]


def discount_factors(plan: Plan) -> tuple[float, ...]:
    """DF_t of the instance."""
    discount = plan.instance.discount
    return plan.instance.periods.discount_factors(discount.rate_per_year, discount.timing)


def cost_of_capital(plan: Plan) -> Table:
    """Per source and period: the charge in its parts, the discount factor, the present value.

    The present values add up to the objective cost_of_capital.
    """
    factors = discount_factors(plan)
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
                }

    return Table.of((*columns, "charge_musd", "discount_factor", "present_value_musd"), rows())


def wacc(plan: Plan) -> Table:
    """Per period: charge_t / (Δ·(debt_{t−1} + E_{t−1})), empty where no capital was carried in."""
    calendar = plan.instance.periods
    charge, carried = capital_charge(plan), capital_carried(plan)
    columns = ("period", "charge_musd", "debt_carried_in_musd", "equity_carried_in_musd", "wacc_per_year")
    debt, equity = plan.books.debt(), plan.books.balance(PAID_IN)

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
    return [fsum(pair) for pair in zip(plan.books.debt()[:-1], plan.books.balance(PAID_IN)[:-1], strict=True)]
