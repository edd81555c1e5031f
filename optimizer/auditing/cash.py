"""Cash: interest on it, tax out of it, its minima, and the capital budgets.

The tax of a tax year needs its interest income, which needs the cash carried in, which needs the tax paid before, in
instalments within the same year, too: the two are rolled forward together here, after all other lines are posted.
"""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.dating import moved_early, received
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.reserves import restricted_cash
from optimizer.auditing.rows import exact
from optimizer.auditing.tax import Taxpayer
from optimizer.auditing.tolerances import MONEY, ZERO

INCOME = rule(
    "cash.interest_income", "Cash earns its yield: what is carried in, and what moves before the end.", "musd", MONEY
)
EARLY = rule(
    "cash.early_payments",
    "What is paid before the end of a period is carried in, drawn or raised by then.",
    "musd",
    MONEY,
)
MINIMUM = rule("cash.minimum", "Cash is at least its minimum.", "musd", MONEY)
OPEX_MONTHS = rule("cash.opex_months", "Cash covers the months of operating cost that it must.", "musd", MONEY)
BUDGET = rule("cash.budget", "Capital spending is within its budgets.", "musd", MONEY)

_INCOME = Entry("interest_income", "cash", "retained_earnings")


def replay_cash(replay: Replay, taxpayer: Taxpayer) -> Values:
    """cash_t = cash_{t−1} + yield_t·Δ·(cash held in t on average) + every other cash line of t.

    Returns cash at the end of 0 … T, musd.
    """
    instance, book = replay.instance, replay.book
    opening = instance.opening
    book.opening["cash"] = exact(opening.cash_musd)
    book.opening["other_assets"] = exact(opening.other_assets_musd)
    book.opening["retained_earnings"] = ZERO
    book.opening["retained_earnings"] = -sum(book.opening.values(), ZERO)  # what balances the opening balance sheet
    rate = replay.values(instance.cash.yield_per_year, "cash.yield_per_year")
    before_tax = [book.cash_flow(t) for t in range(replay.last + 1)]
    early = [ZERO, *(moved_early(replay, t) for t in replay.span)]
    cash = [book.opening["cash"]]

    def incomes(year: list[int], paid: dict[int, Decimal]) -> dict[int, Decimal]:
        """Interest income of each period of a tax year, if this is the tax that is paid in it."""
        earned, held = {}, cash[year[0] - 1]
        for t in year:
            earned[t] = rate[t] * replay.years * (held + early[t])
            held += earned[t] + before_tax[t] - paid[t]
        return earned

    for year in taxpayer.years:

        def total(paid: dict[int, Decimal], year: list[int] = year) -> Decimal:
            return sum(incomes(year, paid).values(), ZERO)

        paid = taxpayer.settle(year, total)
        for t, income in incomes(year, paid).items():
            book.post(INCOME, "interest_income", t, income, _INCOME)
            cash.append(cash[-1] + book.cash_flow(t))
    _check_minima(replay, cash)
    return tuple(cash)


def _check_minima(replay: Replay, cash: list[Decimal]) -> None:
    book, rules = replay.book, replay.instance.cash
    minimum = replay.values(rules.minimum_musd, "cash.minimum_musd")
    months = exact(rules.minimum_opex_months)
    kept = restricted_cash(replay)
    for t in replay.span:
        _check_early_payments(replay, t, cash[t - 1] - kept[t - 1])
        gross = book.cash_gross(t)
        replay.findings.at_most(MINIMUM, "cash", t, minimum[t], cash[t], magnitude=gross)
        if months > 0:
            opex = -book.cash_in("opex", t)
            replay.findings.at_most(
                OPEX_MONTHS, "cash", t, months * opex / (12 * replay.years), cash[t], magnitude=gross
            )


def _check_early_payments(replay: Replay, t: int, carried: Decimal) -> None:
    """Cash carried in + what has come in by then ≥ what is paid by then, at each instant at which something is paid."""
    for w in sorted(replay.paid):
        paid = sum((amounts[t] for other, amounts in replay.paid.items() if other >= w), ZERO)
        if w > ZERO and replay.paid[w][t] != 0:
            there = carried + (received(replay, t) if replay.kappa >= w else ZERO)
            replay.findings.at_most(EARLY, "cash", t, paid, there, magnitude=replay.book.cash_gross(t))


def check_budgets(replay: Replay) -> None:
    """Σ cash capex of the kinds covered ≤ budget; with carry-over the same for the sums so far."""
    for name, budget in replay.instance.budgets.items():
        ceiling = replay.values(budget.musd, f"budgets.{name}.musd")
        spent_so_far, ceiling_so_far = ZERO, ZERO
        for t in replay.span:
            spending: Decimal = sum((replay.capex(kind, t) for kind in set(budget.covers)), ZERO)
            spent_so_far += spending
            ceiling_so_far += ceiling[t]
            if budget.carry_over:
                replay.findings.at_most(BUDGET, name, t, spent_so_far, ceiling_so_far)
            else:
                replay.findings.at_most(BUDGET, name, t, spending, ceiling[t])
