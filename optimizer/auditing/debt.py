"""Debt: draws, balances, interest, fees and repayments of every instrument.

Bullet, level and annuity debt is a sum of vintages (amortisation.py); revolvers and sculpted debt have one balance
that goes up and down as decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.convertible import converted
from optimizer.auditing.decisions import may_be_signed
from optimizer.auditing.rates import rates_of
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.reserve_cover import held_for_reserves
from optimizer.auditing.rows import exact
from optimizer.auditing.ties import check_tie
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.tranches import check_tranches, drawn_under
from optimizer.auditing.vintages import Instrument, replay_vintages
from optimizer.instance.schema import Debt

WINDOW = rule("debt.window", "Debt is drawn only within its draw window.", "musd", MONEY)
DRAWS = rule("debt.draws", "A draw is nothing, or between its least and largest size.", "musd", MONEY)
LIMIT = rule(
    "debt.limit", "Draws (of a revolver: the balance) are within the limit, less letters and reserves.", "musd", MONEY
)
SIGNED = rule(
    "debt.signed",
    "A facility with a standing fee is drawn only if it is signed, and stays so if it was.",
    "musd",
    MONEY,
)
REVOLVER = rule(
    "debt.revolver",
    "A revolver is never repaid below nothing, and is repaid after its last draw period.",
    "musd",
    MONEY,
)
SCULPTED = rule(
    "debt.sculpted", "Sculpted debt is repaid after the grace of what was drawn, and by its tenor.", "musd", MONEY
)
ONE_MOVEMENT = rule(
    "debt.one_movement", "Nothing is drawn in a period in which the loan is prepaid, or repaid at will.", "musd", MONEY
)
LENDER = rule("debt.lender", "What a lender has outstanding is within its limit.", "musd", MONEY)
INTEREST = rule(
    "debt.interest", "Interest is charged on what is held in a period, before and after its draws.", "musd", MONEY
)
FEES = rule(
    "debt.fees",
    "Upfront, issue, commitment, letter-of-credit and prepayment fees and discounts are as agreed.",
    "musd",
    MONEY,
)
PRINCIPAL = rule(
    "debt.principal", "Draws come in as decided, and are repaid on the schedule of their kind.", "musd", MONEY
)

CONVERTED = rule(
    "debt.conversion",
    "A convertible that is in the money at its end becomes paid-in capital, and a capped call is bought with it.",
    "musd",
    MONEY,
)

_CALL = Entry("flotation", "retained_earnings", "cash")
_INTEREST = Entry("interest", "retained_earnings", "cash")
_FEE = Entry("fee", "retained_earnings", "cash")


@dataclass(frozen=True)
class DebtReplay:
    """All instruments by name."""

    instruments: dict[str, Instrument]

    def balance(self, t: int) -> Decimal:
        return sum((one.balance[t] for one in self.instruments.values()), ZERO)


def replay_debt(replay: Replay) -> DebtReplay:
    """Check all instruments and post their money."""
    debts = DebtReplay({name: _replay_one(replay, name, debt) for name, debt in replay.instance.debt.items()})
    _check_lenders(replay, debts)
    check_tranches(replay)
    return debts


def _replay_one(replay: Replay, name: str, debt: Debt) -> Instrument:
    yearly = rates_of(replay, name, debt)
    rate = tuple(value * replay.step for value in yearly)
    draws = tuple(replay.decisions.draws.get((name, t), ZERO) for t in range(replay.last + 1))
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    if debt.kind == "delayed_draw" and debt.capitalise_interest:
        raise AuditError(f"instance.json: debt.{name}", f"{debt.kind} debt has no capitalise_interest")
    if debt.balloon_share > 0 and debt.kind in ("bullet", "sculpted", "revolver"):
        raise AuditError(f"instance.json: debt.{name}", f"{debt.kind} debt has no balloon_share")
    if debt.letter_of_credit_share > 0 and debt.kind != "revolver":
        raise AuditError(f"instance.json: debt.{name}", f"{debt.kind} debt has no letters of credit")
    if debt.is_pooled:
        if debt.capitalise_interest or debt.prepayment is not None:
            raise AuditError(
                f"instance.json: debt.{name}", f"{debt.kind} debt has neither capitalise_interest nor prepayment"
            )
        one = _as_decided(replay, name, debt, rate, draws, window)
        if debt.kind == "revolver":
            _check_revolver(replay, name, one, window)
        else:
            _check_sculpted(replay, name, debt, one, draws)
    else:
        one = replay_vintages(replay, name, debt, yearly, draws)
    for t in replay.span:
        back = one.scheduled[t] if debt.is_pooled else one.prepaid[t]
        replay.findings.record(ONE_MOVEMENT, name, t, max(ZERO, min(draws[t], back)))
    _check_draws(replay, name, debt, draws, one.balance, window)
    check_tie(replay, name, debt, yearly, draws, one)
    _post(replay, name, debt, draws, one, window)
    return one


def _letters(debt: Debt) -> Decimal:
    """What of the limit is set aside for letters of credit, musd."""
    return exact(debt.letter_of_credit_share) * exact(debt.limit_musd or 0.0)


def _cash_limit(debt: Debt) -> Decimal:
    """What of the limit is left to be drawn in cash, musd."""
    return exact(debt.limit_musd or 0.0) - _letters(debt)


def _as_decided(replay: Replay, name: str, debt: Debt, rate: Values, draws: Values, window: range) -> Instrument:
    """B_t = B_{t−1} + draw_t − repay_t, at the rate of the period; ``rate`` is one of a step."""
    repaid = tuple(replay.decisions.repayments.get((name, t), ZERO) for t in range(replay.last + 1))
    available = debt.kind == "revolver" and (not may_be_signed(debt) or name in replay.decisions.facilities)
    balance, interest, undrawn = [exact(debt.opening_balance_musd)], [ZERO], [ZERO]
    aside = held_for_reserves(replay, name, letters=False)
    for t in replay.span:
        balance.append(balance[-1] + draws[t] - repaid[t])
        held = (ONE - replay.kappa) * balance[t - 1] + replay.kappa * balance[t]
        interest.append(rate[t] * replay.time.steps(t) * held)
        is_open = available and t in window and debt.limit_musd is not None
        undrawn.append(_cash_limit(debt) - aside[t] - balance[t] if is_open else ZERO)
    none = tuple(replay.zeros())
    return Instrument(tuple(balance), tuple(interest), none, repaid, none, tuple(undrawn))


def _check_revolver(replay: Replay, name: str, one: Instrument, window: range) -> None:
    for t in replay.span:
        replay.findings.at_most(REVOLVER, name, t, ZERO, one.balance[t])
        if t >= window.stop:
            replay.findings.at_most(REVOLVER, name, t, one.balance[t], ZERO, magnitude=one.balance[t - 1])


def _check_sculpted(replay: Replay, name: str, debt: Debt, one: Instrument, draws: Values) -> None:
    """Σ_{v≤t} repay between what was drawn up to t − tenor and up to t − grace − 1; the opening balance in 0."""
    if debt.tenor_periods is None:
        raise AuditError("instance.json: debt", f"a {debt.kind} loan has no tenor_periods")
    drawn = [exact(debt.opening_balance_musd), *draws[1:]]
    free = [replay.time.after(u, debt.grace_periods + 1) for u in range(replay.last + 1)]
    due = [replay.time.after(u, debt.tenor_periods) for u in range(replay.last + 1)]
    repaid = ZERO
    for t in replay.span:
        repaid += one.scheduled[t]
        most, least = (
            sum((musd for musd, when in zip(drawn, periods, strict=True) if when <= t), ZERO) for periods in (free, due)
        )
        whole = sum(drawn[: t + 1], ZERO)
        replay.findings.at_most(SCULPTED, name, t, repaid, most, magnitude=whole)
        replay.findings.at_most(SCULPTED, name, t, least, repaid, magnitude=whole)


def _check_draws(replay: Replay, name: str, debt: Debt, draws: Values, balance: Values, window: range) -> None:
    findings = replay.findings
    for t in replay.span:
        findings.record(WINDOW, name, t, ZERO if t in window else abs(draws[t]))
        if draws[t] <= MONEY.absolute:  # rounding, not a draw
            findings.record(DRAWS, name, t, ZERO)
        else:
            findings.at_most(DRAWS, name, t, exact(debt.min_draw_musd), draws[t])
            if debt.max_draw_musd is not None:
                findings.at_most(DRAWS, name, t, draws[t], exact(debt.max_draw_musd))
    aside = held_for_reserves(replay, name, letters=False)
    taken = tuple(owed + held for owed, held in zip(balance, aside, strict=True))
    used = max(taken[1:]) if debt.kind == "revolver" else sum(draws, ZERO)
    if debt.limit_musd is not None:
        findings.at_most(LIMIT, name, None, used, _cash_limit(debt))
    if debt.kind == "revolver":
        used = max(taken)  # a revolver with an opening balance is signed, even if it is repaid at once
    if may_be_signed(debt):
        kept = name in replay.decisions.facilities
        findings.at_most(SIGNED, name, None, ZERO if kept else max(used, ONE if debt.signed else ZERO), ZERO)


def _check_lenders(replay: Replay, debts: DebtReplay) -> None:
    instance = replay.instance
    for name, debt in instance.debt.items():
        if debt.lender is not None and debt.lender not in instance.lenders:
            raise AuditError(f"instance.json: debt.{name}.lender", f"no lender {debt.lender!r}")
    for lender, terms in instance.lenders.items():
        limit = replay.values(terms.limit_musd, f"lenders.{lender}.limit_musd")
        behind = [debts.instruments[name] for name, debt in instance.debt.items() if debt.lender == lender]
        for t in replay.span:
            replay.findings.at_most(LENDER, lender, t, sum((one.balance[t] for one in behind), ZERO), limit[t])


def _post(replay: Replay, name: str, debt: Debt, draws: Values, one: Instrument, window: range) -> None:
    book, account = replay.book, f"debt.{name}"
    book.opening[account] = -exact(debt.opening_balance_musd)
    committed = tuple(replay.zeros())
    lettered = ZERO
    if name in replay.decisions.facilities:
        lettered = exact(debt.letter_of_credit_fee_per_year) * _letters(debt)
    if debt.has_commitment_fee and name in replay.decisions.facilities:
        if debt.limit_musd is None:
            raise AuditError(f"instance.json: debt.{name}", "a commitment fee needs a limit_musd")
        committed = replay.values(debt.commitment_fee_per_year, f"debt.{name}.commitment_fee_per_year")
    premium = exact(debt.prepayment.premium_share) if debt.prepayment else ZERO
    free = replay.zeros()
    for (of, _, t), musd in replay.decisions.premium_free.items():
        free[t] += musd if of == name else ZERO
    turned, call = converted(replay, name, debt), ZERO
    if debt.conversion is not None and debt.conversion.capped_call is not None:
        call = exact(debt.conversion.capped_call.cost_share)
    issued = held_for_reserves(replay, name, letters=True)
    drawn, under = ZERO, drawn_under(replay, name)  # Σ_{u<t} d_u, of all tranches
    for t in replay.span:
        repaid = one.scheduled[t] + one.prepaid[t] - turned[t]
        book.post(PRINCIPAL, f"draw.{name}", t, draws[t], Entry("draw", "cash", account))
        book.post(PRINCIPAL, f"repayment.{name}", t, repaid, Entry("repayment", account, "cash"))
        book.post(CONVERTED, f"conversion.{name}", t, turned[t], Entry("conversion", account, "paid_in_capital"))
        book.post(CONVERTED, f"capped_call.{name}", t, call * draws[t], _CALL)
        book.post(INTEREST, f"interest.{name}", t, one.interest[t], _INTEREST)
        book.post(INTEREST, f"pik.{name}", t, one.capitalised[t], Entry("pik", "retained_earnings", account))
        book.post(FEES, f"fee.upfront.{name}", t, exact(debt.upfront_fee_share) * draws[t], _FEE)
        book.post(FEES, f"fee.discount.{name}", t, exact(debt.issue_discount_share) * draws[t], _FEE)
        book.post(FEES, f"fee.prepayment.{name}", t, premium * (one.prepaid[t] - free[t]), _FEE)
        if draws[t] > MONEY.absolute:
            book.post(FEES, f"fee.issue.{name}", t, exact(debt.issue_fee_musd), _FEE)
        if t in window:
            used = one.balance[t - 1] + issued[t - 1] if debt.kind == "revolver" else drawn
            years = replay.years(t)
            book.post(FEES, f"fee.commitment.{name}", t, committed[t] * years * (_cash_limit(debt) - used), _FEE)
            book.post(FEES, f"fee.letter_of_credit.{name}", t, lettered * years, _FEE)
        on_letters = exact(debt.letter_of_credit_fee_per_year) * replay.years(t) * issued[t - 1]
        book.post(FEES, f"fee.letter_of_credit.{name}", t, on_letters, _FEE)
        drawn += under[t]
