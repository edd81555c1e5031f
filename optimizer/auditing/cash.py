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
from optimizer.auditing.transfers import put_in, put_in_early, transferred

INCOME = rule(
    "cash.interest_income", "Cash earns its yield: what is carried in, and what moves before the end.", "musd", MONEY
)
EARLY = rule(
    "cash.early_payments",
    "What is paid before the end of a period is carried in, drawn or raised by then.",
    "musd",
    MONEY,
)
MINIMUM = rule(
    "cash.minimum", "Cash is at least its minimum: the company's own, and that of each group.", "musd", MONEY
)
OPEX_MONTHS = rule("cash.opex_months", "Cash covers the months of operating cost that it must.", "musd", MONEY)
BUDGET = rule("cash.budget", "Capital spending is within its budgets.", "musd", MONEY)

_INCOME = Entry("interest_income", "cash", "retained_earnings")


def replay_cash(replay: Replay, taxpayer: Taxpayer) -> dict[str, Values]:
    """cash_t = cash_{t−1} + yield_t·Δ·(cash held in t on average) + every other cash line of t.

    The groups first, whose cash no tax is paid of; then the company's own. Returns cash at the end of 0 … T, musd, by
    whose it is.
    """
    instance, book = replay.instance, replay.book
    opening = instance.opening
    book.opening["cash"] = exact(opening.cash_musd)
    book.opening["other_assets"] = exact(opening.other_assets_musd)
    book.opening["retained_earnings"] = ZERO
    book.opening["retained_earnings"] = -sum(book.opening.values(), ZERO)  # what balances the opening balance sheet
    rate = replay.values(instance.cash.yield_per_year, "cash.yield_per_year")
    found: dict[str, Values] = {}
    earned_by_groups = replay.zeros()
    for group in replay.rings.names:
        found[group] = _cash_of_group(replay, group, rate, earned_by_groups)
    own = book.part("")
    before_tax = [own.cash_flow(t) + transferred(replay, "", t) for t in range(replay.last + 1)]
    early = [ZERO, *(moved_early(replay, t, "") + put_in_early(replay, "", t) for t in replay.span)]
    opened = (exact(group.opening_cash_musd) for group in instance.groups.values())
    cash = [book.opening["cash"] - sum(opened, ZERO)]

    def incomes(year: list[int], paid: dict[int, Decimal]) -> dict[int, Decimal]:
        """Interest income of each period of a tax year, if this is the tax that is paid in it."""
        earned, held = {}, cash[year[0] - 1]
        for t in year:
            earned[t] = rate[t] * replay.years(t) * (held + early[t])
            held += earned[t] + before_tax[t] - paid[t]
        return earned

    for year in taxpayer.years:

        def total(paid: dict[int, Decimal], year: list[int] = year) -> Decimal:
            return sum(incomes(year, paid).values(), ZERO) + sum((earned_by_groups[t] for t in year), ZERO)

        paid = taxpayer.settle(year, total)
        for t, income in incomes(year, paid).items():
            book.post(INCOME, "interest_income", t, income, _INCOME, group="")
            cash.append(cash[-1] + own.cash_flow(t) + transferred(replay, "", t))
    found[""] = tuple(cash)
    _check_minima(replay, found)
    return found


def _cash_of_group(replay: Replay, group: str, rate: Values, earned: list[Decimal]) -> Values:
    """Roll the account of a group forward and post what it earns, which is added to ``earned``, too."""
    cash = [exact(replay.instance.groups[group].opening_cash_musd)]
    part = replay.book.part(group)
    for t in replay.span:
        held = cash[-1] + moved_early(replay, t, group) + put_in_early(replay, group, t)
        income = rate[t] * replay.years(t) * held
        replay.book.post(INCOME, "interest_income", t, income, _INCOME, group=group)
        earned[t] += income
        cash.append(cash[-1] + part.cash_flow(t) + transferred(replay, group, t))
    return tuple(cash)


def _check_minima(replay: Replay, found: dict[str, Values]) -> None:
    for name, group in replay.instance.groups.items():
        least = replay.values(group.minimum_cash_musd, f"groups.{name}.minimum_cash_musd")
        for t in replay.span:
            _check_early_payments(replay, t, found[name][t - 1] - restricted_cash(replay, name)[t - 1], name)
            gross = replay.book.cash_gross(t)
            replay.findings.at_most(MINIMUM, f"cash of {name}", t, least[t], found[name][t], magnitude=gross)
    cash, book, rules = found[""], replay.book, replay.instance.cash
    minimum = replay.values(rules.minimum_musd, "cash.minimum_musd")
    months = exact(rules.minimum_opex_months)
    kept = restricted_cash(replay, "")
    for t in replay.span:
        _check_early_payments(replay, t, cash[t - 1] - kept[t - 1], "")
        gross = book.cash_gross(t)
        replay.findings.at_most(MINIMUM, "cash", t, minimum[t], cash[t], magnitude=gross)
        if months > 0:
            opex = -book.part("").cash_in("opex", t)
            replay.findings.at_most(
                OPEX_MONTHS, "cash", t, months * opex / replay.time.months(t), cash[t], magnitude=gross
            )


def _check_early_payments(replay: Replay, t: int, carried: Decimal, whose: str) -> None:
    """Cash carried in + what has come in by then ≥ what is paid by then, at each instant at which something is paid.

    What the company puts into its groups by then it pays, and they have.
    """
    for w in sorted(replay.paid):
        mine = [amounts[t] for (group, other), amounts in replay.paid_by.items() if group == whose and other >= w]
        if w > ZERO and replay.paid[w][t] != 0:
            there = carried + (received(replay, t, whose) if replay.kappa >= w else ZERO)
            there += put_in(replay, whose, t, w)
            place = f"cash of {whose}" if whose else "cash"
            paid, gross = sum(mine, ZERO), replay.book.cash_gross(t)
            replay.findings.at_most(EARLY, place, t, paid, there, magnitude=gross)


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
