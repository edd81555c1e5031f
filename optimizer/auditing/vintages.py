"""Vintages: what is left of a draw after so many periods, with interest capitalised in grace, and repaid early.

A vintage drawn in u has the balance live[u,t]·b(t−u) at the end of t; live[u,u] is the draw, less what has been
repaid early, in units of the amount drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from optimizer.auditing.rates import Asked, asked_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Debt

PREPAYMENT_WINDOW = rule(
    "debt.prepayment_window",
    "A vintage is repaid early only from the first prepayment or sweep on, while it lives.",
    "musd",
    MONEY,
)
PREPAYMENT = rule("debt.prepayment", "No more of a vintage is repaid early than is left of it.", "musd", MONEY)


@dataclass(frozen=True)
class Instrument:
    """One instrument over time, musd; ``balance[0]`` is the opening one.

    ``interest`` is what is paid, ``capitalised`` what is added to the balance; ``scheduled`` repayment and what is
    ``prepaid`` add up to all repayment; ``undrawn`` is what a revolver has left.
    """

    balance: Values
    interest: Values
    capitalised: Values
    scheduled: Values
    prepaid: Values
    undrawn: Values


def share_left(debt: Debt, age: int, rate: Asked) -> Decimal:
    """b(age): what is left of a vintage after so many steps; ``rate`` is what it asks per step.

    b(0) = 1 and b(tenor) = 0; in grace nothing is repaid, and with capitalise_interest the balance grows. Of what is
    repaid over time a balloon is left out.
    """
    tenor, grace = rate.ends(debt), debt.grace_periods + rate.wait
    if age >= tenor:
        return ZERO
    grown = rate.grown(min(age, capitalising(debt)))
    if age <= grace or debt.kind == "bullet":
        return grown
    worth = annuities(rate.first if debt.kind == "annuity" else ZERO, tenor - grace)
    gone = (worth[tenor - grace] - worth[tenor - age]) / worth[tenor - grace]
    return grown * (ONE - (ONE - exact(debt.balloon_share)) * gone)


def balloon_of(debt: Debt, rate: Asked) -> Decimal:
    """What of a unit falls due at its end as a balloon, with the interest that has been added to it."""
    return exact(debt.balloon_share) * rate.grown(min(rate.ends(debt), capitalising(debt)))


@lru_cache(maxsize=16)
def annuities(rate: Decimal, most: int) -> Values:
    """What n = 0 … ``most`` payments of 1 are worth a period before the first: Σ_{j=1}^{n} (1+rate)^{−j}.

    A sum of positive terms, so that nothing cancels however small the rate.
    """
    worth = [ZERO]
    for _ in range(most):
        worth.append((worth[-1] + ONE) / (ONE + rate))
    return tuple(worth)


def capitalising(debt: Debt) -> int:
    """The last age at which interest is added to the balance: min(grace, tenor − 1), 0 without capitalise_interest."""
    return min(debt.grace_periods, (debt.tenor_periods or 1) - 1) if debt.capitalise_interest else 0


def replay_vintages(replay: Replay, name: str, debt: Debt, yearly: Values, draws: Values) -> Instrument:
    """The sum of the vintages; the opening balance is a vintage of instant 0 at the rate of period 1."""
    balance, interest, capitalised = replay.zeros(), replay.zeros(), replay.zeros()
    scheduled, prepaid = replay.zeros(), replay.zeros()
    early = {(u, t): musd for (one, u, t), musd in replay.decisions.prepayments.items() if one == name}
    _check_window(replay, name, debt, yearly, early)
    vintages = [(0, exact(debt.opening_balance_musd)), *((u, draws[u]) for u in replay.span)]
    for u, drawn in vintages:
        own_rate = asked_of(replay, debt, yearly, u)
        tenor = own_rate.ends(debt)
        live = drawn
        balance[u] += drawn
        left = share_left(debt, 0, own_rate)
        # draws and repayments fall as long before the ends of periods; those of an opening balance fall at the ends
        early_part = replay.kappa if u > 0 else ZERO
        time, until = replay.time, capitalising(debt)
        if until == 0:
            interest[u] += own_rate.at(0) * early_part * drawn * (time.steps(u) if u else 0)
        for t in range(u + 1, min(time.after(u, tenor), replay.last) + 1):
            musd = early.get((u, t), ZERO)
            if live == 0 and musd == 0:
                continue
            before, age = time.passed(u, t - 1), time.passed(u, t)
            carried, left = left, share_left(debt, age, own_rate)
            repaid = ZERO
            if before < until:  # interest is added to what is owed, at the end of each step
                grown = carried * own_rate.grown(min(age, until)) / own_rate.grown(before)
                capitalised[t] += live * (grown - carried)
                carried = grown
            if age > until:
                interest[t] += own_rate.at(t - u) * (age - max(before, until)) * (ONE - early_part) * live * carried
                repaid = live * (carried - left)
                scheduled[t] += repaid
            if musd != 0 and left > 0:
                where = f"{name} drawn in {'opening' if u == 0 else replay.calendar.label(u)}"
                replay.findings.at_most(PREPAYMENT, where, t, musd, live * left, magnitude=drawn)
                live -= musd / left
                prepaid[t] += musd
                repaid += musd
            balance[t] += live * left
            if age >= until:
                interest[t] += own_rate.at(t - u) * time.steps(t) * early_part * live * left
            if u == 0:
                replay.repaid_at_end[replay.rings.debt(name)][t] += repaid
    return Instrument(
        tuple(balance),
        tuple(interest),
        tuple(capitalised),
        tuple(scheduled),
        tuple(prepaid),
        tuple(replay.zeros()),
    )


def _check_window(replay: Replay, name: str, debt: Debt, yearly: Values, early: dict[tuple[int, int], Decimal]) -> None:
    window = range(1, 0)
    if debt.sweep is not None:
        window = replay.window(debt.sweep.first_sweep, None, f"debt.{name}.sweep")
    elif debt.prepayment is not None:
        window = replay.window(debt.prepayment.first_prepayment, None, f"debt.{name}.prepayment")
    for (u, t), musd in early.items():
        lives = u < t < replay.time.after(u, asked_of(replay, debt, yearly, u).ends(debt))
        # what is prepaid as units are sold needs no right
        without_right = ZERO if t in window else musd - replay.decisions.premium_free.get((name, u, t), ZERO)
        replay.findings.record(PREPAYMENT_WINDOW, name, t, abs(without_right) if lives else abs(musd))
