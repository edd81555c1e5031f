"""Debt: draws, balances, interest, fees and repayments of every instrument.

A vintage drawn in u has the balance d_u·b(t−u) at the end of t; a revolver has one balance that goes up and down.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.audit.reading import exact
from optimizer.audit.replay import Entry, Replay, Values
from optimizer.audit.report import AuditError, rule
from optimizer.audit.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Debt

WINDOW = rule("debt.window", "Debt is drawn only within its draw window.", "musd", MONEY)
DRAWS = rule("debt.draws", "A draw is nothing, or between its least and largest size.", "musd", MONEY)
LIMIT = rule("debt.limit", "Draws (of a revolver: the balance) are within the limit.", "musd", MONEY)
SIGNED = rule("debt.signed", "A facility with a commitment fee is drawn only if it is signed.", "musd", MONEY)
REVOLVER = rule(
    "debt.revolver",
    "A revolver is never repaid below nothing, and is repaid after its last draw period.",
    "musd",
    MONEY,
)
INTEREST = rule(
    "debt.interest", "Interest is charged on the balance carried in, and on draws by their timing.", "musd", MONEY
)
FEES = rule("debt.fees", "Upfront, issue and commitment fees follow the draws.", "musd", MONEY)
PRINCIPAL = rule(
    "debt.principal", "Draws come in as decided, and are repaid on the schedule of their kind.", "musd", MONEY
)

_INTEREST = Entry("interest", "retained_earnings", "cash")
_FEE = Entry("fee", "retained_earnings", "cash")


@dataclass(frozen=True)
class Instrument:
    """One instrument over time, musd; ``balance[0]`` is the opening one, ``undrawn`` what a revolver has left."""

    balance: Values
    interest: Values
    repayment: Values
    undrawn: Values


@dataclass(frozen=True)
class DebtReplay:
    """All instruments by name."""

    instruments: dict[str, Instrument]

    def balance(self, t: int) -> Decimal:
        return sum((one.balance[t] for one in self.instruments.values()), ZERO)

    def interest(self, t: int) -> Decimal:
        return sum((one.interest[t] for one in self.instruments.values()), ZERO)


def share_left(debt: Debt, age: int, rate: Decimal) -> Decimal:
    """b(age): what is left of a vintage; ``rate`` is its interest per period.

    b(0) = 1 and b(tenor) = 0; in grace nothing is repaid.
    """
    if debt.tenor_periods is None:
        raise AuditError("instance.json: debt", f"a {debt.kind} loan has no tenor_periods")
    tenor, grace = debt.tenor_periods, debt.grace_periods
    if age >= tenor:
        return ZERO
    if age <= grace or debt.kind == "bullet":
        return ONE
    if debt.kind == "level" or rate == 0:
        return ONE - Decimal(age - grace) / Decimal(tenor - grace)
    growth = ONE + rate
    whole = growth ** (tenor - grace)
    return (whole - growth ** (age - grace)) / (whole - ONE)


def replay_debt(replay: Replay) -> DebtReplay:
    """Check all instruments and post their money."""
    return DebtReplay({name: _replay_one(replay, name, debt) for name, debt in replay.instance.debt.items()})


def _replay_one(replay: Replay, name: str, debt: Debt) -> Instrument:
    rate = tuple(value * replay.years for value in replay.values(debt.rate_per_year, f"debt.{name}.rate_per_year"))
    draws = tuple(replay.decisions.draws.get((name, t), ZERO) for t in range(replay.last + 1))
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    if debt.kind == "revolver":
        one = _revolver(replay, name, debt, rate, draws, window)
    else:
        one = _term_loan(replay, debt, rate, draws)
    _check_draws(replay, name, debt, draws, one.balance, window)
    _post(replay, name, debt, draws, one, window)
    return one


def _term_loan(replay: Replay, debt: Debt, rate: Values, draws: Values) -> Instrument:
    """The sum of the vintages; the opening balance is a vintage of instant 0 at the rate of period 1."""
    balance, interest, repayment = replay.zeros(), replay.zeros(), replay.zeros()
    vintages = [(0, exact(debt.opening_balance_musd), rate[1])]
    vintages += [(u, draws[u], rate[u]) for u in replay.span]
    for u, drawn, own_rate in vintages:
        if drawn == 0:
            continue
        before = drawn
        balance[u] += drawn
        for t in range(u + 1, replay.last + 1):
            after = drawn * share_left(debt, t - u, own_rate)
            interest[t] += own_rate * before
            repayment[t] += before - after
            balance[t] += after
            before = after
            if after == 0:
                break
    for t in replay.span:
        interest[t] += replay.kappa * rate[t] * draws[t]
    return Instrument(tuple(balance), tuple(interest), tuple(repayment), tuple(replay.zeros()))


def _revolver(replay: Replay, name: str, debt: Debt, rate: Values, draws: Values, window: range) -> Instrument:
    """B_t = B_{t−1} + draw_t − repay_t, at the rate of the period."""
    repaid = tuple(replay.decisions.repayments.get((name, t), ZERO) for t in range(replay.last + 1))
    available = debt.commitment_fee_per_year == 0 or name in replay.decisions.signed
    balance, interest, undrawn = [exact(debt.opening_balance_musd)], [ZERO], [ZERO]
    for t in replay.span:
        interest.append(rate[t] * (balance[-1] + replay.kappa * draws[t]))
        balance.append(balance[-1] + draws[t] - repaid[t])
        replay.findings.at_most(REVOLVER, name, t, ZERO, balance[t])
        if t >= window.stop:
            replay.findings.at_most(REVOLVER, name, t, balance[t], ZERO, magnitude=balance[t - 1])
        is_open = available and t in window and debt.limit_musd is not None
        undrawn.append(exact(debt.limit_musd or 0.0) - balance[t] if is_open else ZERO)
    return Instrument(tuple(balance), tuple(interest), repaid, tuple(undrawn))


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
    used = max(balance[1:]) if debt.kind == "revolver" else sum(draws, ZERO)
    if debt.limit_musd is not None:
        findings.at_most(LIMIT, name, None, used, exact(debt.limit_musd))
    if debt.commitment_fee_per_year > 0:
        findings.at_most(SIGNED, name, None, ZERO if name in replay.decisions.signed else used, ZERO)


def _post(replay: Replay, name: str, debt: Debt, draws: Values, one: Instrument, window: range) -> None:
    book, account = replay.book, f"debt.{name}"
    book.opening[account] = -exact(debt.opening_balance_musd)
    committed = ZERO
    if debt.commitment_fee_per_year > 0 and name in replay.decisions.signed:
        if debt.limit_musd is None:
            raise AuditError(f"instance.json: debt.{name}", "a commitment fee needs a limit_musd")
        committed = exact(debt.commitment_fee_per_year) * replay.years
    drawn = ZERO  # Σ_{u<t} d_u
    for t in replay.span:
        book.post(PRINCIPAL, f"draw.{name}", t, draws[t], Entry("draw", "cash", account))
        book.post(PRINCIPAL, f"repayment.{name}", t, one.repayment[t], Entry("repayment", account, "cash"))
        book.post(INTEREST, f"interest.{name}", t, one.interest[t], _INTEREST)
        book.post(FEES, f"fee.upfront.{name}", t, exact(debt.upfront_fee_share) * draws[t], _FEE)
        if draws[t] > MONEY.absolute:
            book.post(FEES, f"fee.issue.{name}", t, exact(debt.issue_fee_musd), _FEE)
        if t in window:
            used = one.balance[t - 1] if debt.kind == "revolver" else drawn
            book.post(FEES, f"fee.commitment.{name}", t, committed * (exact(debt.limit_musd or 0.0) - used), _FEE)
        drawn += draws[t]
