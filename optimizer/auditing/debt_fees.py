"""Debt fees in tax: discounts, upfront and issue fees are deducted over the life of a draw, the others as paid.

A vintage is followed period by period: what is left of its fees, how much of its life is left, how much of it lives.
"""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.rates import asked_of, rates_of
from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.vintages import share_left
from optimizer.instance.schema import Debt

STANDING = ("commitment", "letter_of_credit")
"""Fees on what is held ready, which are charged and deducted as they are paid."""
_AT_ONCE = (*STANDING, "prepayment")


def fees_deducted(replay: Replay) -> list[Decimal]:
    """What is deducted of debt fees in each period, musd; to be asked for when they have been posted."""
    deducted = replay.zeros()
    if replay.instance.tax is None:
        return deducted
    for name, debt in replay.instance.debt.items():
        _left_of_opening(replay, name, debt, deducted)
        for t in replay.span:
            for kind in _AT_ONCE:
                deducted[t] += sum(replay.book.lines.get((f"fee.{kind}.{name}", t), {}).values(), ZERO)
            _spread(replay, name, debt, t, deducted)
    return deducted


def _left_of_opening(replay: Replay, name: str, debt: Debt, deducted: list[Decimal]) -> None:
    """Add what is deducted of the costs of the opening balance: in equal parts, and with what is prepaid.

    ``stock`` is what is left of them on what is left of the balance, in ``rest`` steps.
    """
    stock, rest = exact(debt.opening_fees_musd), debt.tenor_periods or 0
    if stock == 0 or debt.opening_balance_musd == 0.0:
        return
    rate = asked_of(replay, debt, rates_of(replay, name, debt), 0)
    lives = ONE
    for t in replay.span:
        passed = min(rest, replay.time.steps(t))
        if not passed:
            return
        part = stock * passed / rest
        stock, rest = stock - part, rest - passed
        deducted[t] += part
        early = replay.decisions.prepayments.get((name, 0, t), ZERO)
        remains = share_left(debt, replay.time.passed(0, t), rate) if early else ZERO
        if remains > 0:
            gone = early / (exact(debt.opening_balance_musd) * remains)
            deducted[t] += stock * gone / lives
            stock -= stock * gone / lives
            lives -= gone
        if lives <= 0:
            return


def _spread(replay: Replay, name: str, debt: Debt, u: int, deducted: list[Decimal]) -> None:
    """Add what is deducted of the fees on the draw of u.

    In every period the same amount for the time of it that the draw lives; what belongs to a part that is prepaid goes
    with it, but for the fixed fee, which stays.
    """
    draw = replay.decisions.draws.get((name, u), ZERO)
    if draw == 0:
        return
    by_amount = (exact(debt.upfront_fee_share) + exact(debt.issue_discount_share)) * draw
    fixed = exact(debt.issue_fee_musd) if draw > MONEY.absolute else ZERO
    if by_amount == 0 and fixed == 0:
        return
    life = _life(replay, name, debt, u)
    if life == 0:
        deducted[u] += by_amount + fixed
        return
    rate = asked_of(replay, debt, rates_of(replay, name, debt), u)
    lives, left = ONE, life
    for t in range(u, replay.last + 1):
        passed = min(left, replay.time.steps(t) * (replay.kappa if t == u else ONE))
        left -= passed
        deducted[t] += (by_amount * lives + fixed) * passed / life
        early = replay.decisions.prepayments.get((name, u, t), ZERO)
        remains = share_left(debt, replay.time.passed(u, t), rate) if early else ZERO
        if remains > 0:
            gone = early / (draw * remains)
            deducted[t] += by_amount * gone * left / life
            lives -= gone


def _life(replay: Replay, name: str, debt: Debt, u: int) -> Decimal:
    """Steps from the instant of the draw to maturity, of a revolver to the end of its draw window."""
    if debt.kind != "revolver":
        return Decimal(asked_of(replay, debt, rates_of(replay, name, debt), u).ends(debt))
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    return max(ZERO, replay.time.passed(u, window[-1]) + replay.kappa * replay.time.steps(u))
