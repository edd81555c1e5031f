"""Where equity comes from: rounds, preferred shares, partners; and what is paid out on it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

from optimizer.instance.lookback import lookback
from optimizer.plan.books import PAID_IN, PARTNER, RETAINED
from optimizer.plan.coverage import NOTHING_MUSD, cfads, debt_service
from optimizer.plan.ownership import sales
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def raised(plan: Plan) -> dict[str, list[float]]:
    """Amounts of the equity rounds by period, USD million; only rounds that are raised."""
    return _amounts(plan, "equity_raises", "round")


def raised_preferred(plan: Plan) -> dict[str, list[float]]:
    """Amounts of the preferred shares by period, USD million; only those that are issued."""
    return _amounts(plan, "preferred_raises", "name")


def _amounts(plan: Plan, table: str, key: str) -> dict[str, list[float]]:
    calendar = plan.instance.periods
    amounts: dict[str, list[float]] = {}
    for row in plan.decisions.get(table, ()):
        by_period = amounts.setdefault(row[key], [0.0] * calendar.periods)
        by_period[calendar.index(str(row["period"])) - 1] += row["musd"]
    return dict(sorted(amounts.items()))


def stakes(plan: Plan) -> dict[str, list[float]]:
    """What partners for equity pay in, by period, USD million; only those that are signed."""
    partners = plan.instance.partners
    lines = {
        name: plan.books.line(f"partner.equity.{name}") for name, p in sorted(partners.items()) if p.kind == "equity"
    }
    return {name: amounts for name, amounts in lines.items() if any(amounts)}


OPENING_EQUITY = "opening equity"


def equity_left(plan: Plan) -> dict[str, list[float]]:
    """What is left at instants 0 … T of the opening capital, each round and each partner's equity, USD million.

    What is returned is taken from the opening capital first, then in the order in which money came in; of one period
    from partners first, then rounds by name.
    """
    size, inflows = plan.instance.periods.periods, {**stakes(plan), **raised(plan)}
    pieces = [(0, OPENING_EQUITY, plan.instance.opening.paid_in_capital_musd)]
    for t in range(1, size + 1):
        pieces += [(t, name, amounts[t - 1]) for name, amounts in inflows.items() if amounts[t - 1]]
    left = {name: [0.0] * (size + 1) for name in (OPENING_EQUITY, *inflows)}
    gone = 0.0
    for t, returned in enumerate([0.0, *plan.books.item("return_of_capital")]):
        gone -= returned
        rest = gone
        for first, name, amount in pieces:
            if first <= t:
                taken = min(rest, amount)
                left[name][t] += amount - taken
                rest -= taken
    return left


def equity_rounds(plan: Plan) -> Table:
    """Per round raised and partner for equity: amount, value before, share sold e/(V+e), and what earlier owners keep,
    Π V/(V+e).

    A sale without a pre-money value sells no stated share. Columns say ``round`` for a partner, too; ``kind`` tells
    them apart.
    """
    columns = ("round", "period", "amount_musd", "flotation_musd", "pre_money_musd", "share_sold", "ownership_kept")

    def rows() -> Iterator[dict[str, Cell]]:
        kept = 1.0
        for sale in sales(plan):
            kept *= 1.0 - (sale.share_sold or 0.0)
            yield {
                "round": sale.name,
                "period": plan.instance.periods.label(sale.t),
                "amount_musd": sale.amount,
                "flotation_musd": sale.flotation,
                "pre_money_musd": sale.pre_money,
                "share_sold": sale.share_sold,
                "ownership_kept": kept,
                "kind": sale.kind,
            }

    return Table.of((*columns, "kind"), rows())


def preferred(plan: Plan) -> Table:
    """Per class of preferred shares issued and period: what comes in, is outstanding at the end, and is paid on it."""
    books = plan.books
    columns = ("name", "period", "raised_musd", "outstanding_musd", "dividend_musd", "flotation_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for name, amounts in raised_preferred(plan).items():
            stock = running(amounts)
            paid, cost = books.line(f"dividend.preferred.{name}"), books.line(f"flotation.preferred.{name}")
            for t, label in enumerate(plan.instance.periods.labels):
                yield {
                    "name": name,
                    "period": label,
                    "raised_musd": amounts[t],
                    "outstanding_musd": stock[t + 1],
                    "dividend_musd": -paid[t] + 0.0,
                    "flotation_musd": -cost[t] + 0.0,
                }

    return Table.of(columns, rows())


def running(amounts: list[float], opening: float = 0.0) -> list[float]:
    """A stock at instants 0 … T from what is added in each period."""
    return reduce(lambda held, amount: [*held, held[-1] + amount], amounts, [opening])


def partners(plan: Plan) -> Table:
    """Per partner signed and period: cash in, H100e delivered and their value at the agreed price, how much of it works
    off what the partner paid (``worked_off_musd``) or comes in as cash, what is paid back, and what is still owed."""
    calendar, books = plan.instance.periods, plan.books
    musd_per_usd = MUSD_PER_USD_HOUR_YEAR * calendar.years
    columns = ["partner", "kind", "period", "cash_musd", "delivered_h100e", "delivered_value_musd"]
    columns += ["worked_off_musd", "revenue_musd", "repaid_musd", "owed_musd"]
    signed = sorted({row["partner"] for row in plan.decisions.get("partners", ()) if row["signed"]})

    def rows() -> Iterator[dict[str, Cell]]:
        for name in signed:
            terms = plan.instance.partners[name]
            kind = "cash" if terms.kind == "compute" else "equity"
            cash, revenue = books.line(f"partner.{kind}.{name}"), books.line(f"partner.revenue.{name}")
            repaid, worked = books.line(f"partner.repayment.{name}"), books.posted(f"partner.delivery.{name}")
            delivered, owed = plan.physical.delivered_by(partner=name), books.balance(PARTNER + name)
            for t, label in enumerate(calendar.labels):
                yield {
                    "partner": name,
                    "kind": terms.kind,
                    "period": label,
                    "cash_musd": cash[t],
                    "delivered_h100e": delivered[t],
                    "delivered_value_musd": delivered[t] * (terms.price_usd_per_h100e_hour or 0.0) * musd_per_usd,
                    "worked_off_musd": worked[t],
                    "revenue_musd": revenue[t],
                    "repaid_musd": -repaid[t] + 0.0,
                    "owed_musd": owed[t + 1],
                }

    return Table.of(columns, rows())


def dividends(plan: Plan) -> Table:
    """Per period: what is paid out to shareholders, its limits, the retained earnings and the capital that are left,
    and the DSCR that the lock-up looks at.

    The limits are on dividend and capital returned together; without a maximum it is empty. The DSCR is one of the last
    twelve months; there is no lock-up where nothing is due, or no year lies behind.
    """
    calendar = plan.instance.periods
    columns = ["period", "dividend_musd", "minimum_musd", "maximum_musd", "dscr", "lock_up_dscr", "locked_up"]
    columns += ["returned_capital_musd", "retained_earnings_musd", "paid_in_capital_musd"]
    terms = plan.instance.equity.dividends if plan.instance.equity else None
    if terms is None:
        return Table(tuple(columns), ())
    least = terms.minimum_musd.expand(calendar)
    most = terms.maximum_musd.expand(calendar) if terms.maximum_musd else [None] * calendar.periods
    paid, returned = plan.books.line("dividend"), plan.books.line("return_of_capital")
    retained, paid_in = plan.books.balance(RETAINED), plan.books.balance(PAID_IN)

    def rows() -> Iterator[dict[str, Cell]]:
        for t, label in enumerate(calendar.labels):
            test = terms.lock_up_dscr
            look = lookback(plan.instance, t + 1, "dscr", terms.lock_up_over, terms.lock_up_first_year)
            available, service = (0.0, 0.0) if look is None else (cfads(plan, look), debt_service(plan, look))
            yield {
                "period": label,
                "dividend_musd": -paid[t] + 0.0,
                "minimum_musd": least[t],
                "maximum_musd": most[t],
                "dscr": available / service if service > NOTHING_MUSD else None,
                "lock_up_dscr": test,
                "locked_up": None if test is None else service > NOTHING_MUSD and available < test * service,
                "returned_capital_musd": -returned[t] + 0.0,
                "retained_earnings_musd": retained[t + 1],
                "paid_in_capital_musd": paid_in[t + 1],
            }

    return Table.of(columns, rows())
