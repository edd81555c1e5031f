"""What cash flow is worth to lenders over the life of loans, and over the plan, against the debt that is owed."""

from __future__ import annotations

from itertools import accumulate
from math import fsum

from optimizer.contract.accounts import DEBT
from optimizer.instance.calendar import TIMING
from optimizer.plan.books import add
from optimizer.plan.figures.coverage import NOTHING_MUSD
from optimizer.plan.record import Record


def covers_of_life(plan: Record) -> tuple[float | None, float | None]:
    """LLCR and PLCR: the present value of CFADS after the first instant p at which debt is greatest, over that debt.

    ::

        LLCR = Σ_{t=p+1}^{L} CFADS_t·D_t / B_p        L the last period that begins with debt; PLCR to T
        D_t  = Π_{s=p+1}^{t} 1/(1+i_s)                i_s = interest_s / (B_{s−1} + κ·draws_s), 0 without debt

    CFADS: revenue less operating cost in cash, less tax; B debt, leases that count as debt included; interest paid and
    capitalised. None without debt, or where it is greatest at the end; no LLCR where debt is still owed at the end,
    since what serves it then is not in the plan. What is there at the end counts in neither.
    """
    books, span = plan.books, plan.instance.periods.span
    owed = books.debt()
    most = max(owed)
    peak = next(t for t, amount in enumerate(owed) if amount >= most - NOTHING_MUSD)
    if most <= NOTHING_MUSD or peak == len(span):
        return None, None
    interest = [-amount for amount in books.earned("interest", "pik")]
    draws, kappa = books.item("draw", accounts=books.accounts(DEBT)), TIMING[plan.instance.draw_timing]
    bases = [owed[t - 1] + kappa * draws[t - 1] for t in span]
    rates = [paid / base if base > NOTHING_MUSD else 0.0 for paid, base in zip(interest, bases, strict=True)]
    factors = list(accumulate((1.0 / (1.0 + rate) for rate in rates[peak:]), lambda a, b: a * b))
    cfads = add(books.item("revenue", "opex"), books.item("tax"))[peak:]
    worth = [factor * cash for factor, cash in zip(factors, cfads, strict=True)]
    last = max(t for t in span if owed[t - 1] > NOTHING_MUSD)
    outlived = owed[-1] > NOTHING_MUSD
    return None if outlived else fsum(worth[: last - peak]) / owed[peak], fsum(worth) / owed[peak]
