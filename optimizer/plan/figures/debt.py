"""What moves on the instruments of debt."""

from __future__ import annotations

from optimizer.contract.lines import CAPITALISED, DEBT_FEES, INTEREST
from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.vintage_terms import terms_of
from optimizer.plan.books import add
from optimizer.plan.record import Record

FEES = {kind.stem.split(".")[1]: kind for kind in DEBT_FEES}
"""The fees of an instrument, as tables call them: `upfront` of `fee.upfront.loan`."""

OPENING = "opening"
"""What stands for the opening balance where a period of a draw would."""


def fees(plan: Record, instrument: str) -> list[float]:
    """Fees paid on an instrument by period, the issue discount among them, positive, USD million."""
    paid = add(*(plan.books.line(fee, instrument) for fee in FEES.values()))
    return [-amount + 0.0 for amount in paid]


def interest(plan: Record, instrument: str) -> list[float]:
    """Interest paid on an instrument by period, positive, USD million."""
    return [-amount + 0.0 for amount in plan.books.line(INTEREST, instrument)]


def capitalised(plan: Record, instrument: str) -> list[float]:
    """Interest added to the balance of an instrument instead of paid (PIK), by period, USD million."""
    return plan.books.posted(CAPITALISED, instrument)


def prepaid(plan: Record, instrument: str) -> list[float]:
    """Principal paid before it is due, by period, positive, USD million."""
    calendar = plan.instance.periods
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("prepayments", ()):
        if row["instrument"] == instrument:
            amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts


def drawn(plan: Record, instrument: str) -> dict[int, float]:
    """What is drawn of an instrument by period, USD million."""
    found: dict[int, float] = {}
    for row in plan.decisions.get("debt_draws", ()):
        if row["instrument"] == instrument:
            t = plan.instance.periods.index(str(row["period"]))
            found[t] = found.get(t, 0.0) + row["musd"]
    return found


def prepaid_by_draw(plan: Record, instrument: str, table: str = "prepayments") -> dict[int, dict[int, float]]:
    """Amounts of a table of prepayments by period of the draw (0: the opening balance) and period, USD million."""
    calendar, found = plan.instance.periods, dict[int, dict[int, float]]()
    for row in plan.decisions.get(table, ()):
        if row["instrument"] == instrument:
            t, draw = calendar.index(str(row["period"])), str(row["drawn"])
            early = found.setdefault(0 if draw == OPENING else calendar.index(draw), {})
            early[t] = early.get(t, 0.0) + row["musd"]
    return found


def vintages(plan: Record, instrument: str) -> dict[int, float]:
    """What is drawn of an instrument by period, its opening balance in 0, USD million."""
    return {0: plan.instance.debt[instrument].opening_balance_musd} | drawn(plan, instrument)


def units_repaid_early(plan: Record, instrument: str, u: int) -> list[tuple[int, float]]:
    """(period, in units of the amount drawn) of what is prepaid of the vintage drawn in u, in 0 the opening balance."""
    calendar, debt = plan.instance.periods, plan.instance.debt[instrument]
    rate, terms = vintage_rates(plan.instance, debt)[u], terms_of(debt, calendar, u)
    early = prepaid_by_draw(plan, instrument).get(u, {})
    return [(t, musd / outstanding_share(terms, calendar.elapsed(u, t), rate)) for t, musd in early.items()]
