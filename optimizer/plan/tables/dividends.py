"""What is paid out to shareholders, and its limits."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.accounts import PAID_IN, RETAINED
from optimizer.contract.lines import DIVIDEND, RETURN_OF_CAPITAL
from optimizer.instance.lookback import lookback
from optimizer.plan.figures.coverage import NOTHING_MUSD, cfads, debt_service
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def dividends(plan: Record) -> Table:
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
    paid, returned = plan.books.line(DIVIDEND), plan.books.line(RETURN_OF_CAPITAL)
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
