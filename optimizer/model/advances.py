"""Advances on contracted revenue: what a loan owes, within shares of what customers have still to pay."""

from __future__ import annotations

from dataclasses import replace

from optimizer.algebra.linear import quicksum
from optimizer.instance.advances import by_rate
from optimizer.model.context import Model
from optimizer.model.contracts import ContractPosition
from optimizer.model.positions import DebtPosition


def add_advances(model: Model, debt: DebtPosition, contracts: ContractPosition) -> DebtPosition:
    """At the end of each period a loan owes no more than its advance rate allows::

        B[d,t] ≤ Σ_c share_c·Σ_{s>t} (invoiced − credited)[c,s]·(1+r)^(−years from the end of t to that of s)

    What is summed is the cash that the contracts c of its collateral have still to bring as they are signed by t: no
    longer term than is signed, no prepayment and nothing that one settles, no damages; of one that its customer ends,
    nothing. share_c is one for all, or that of the class of the customer's credit (``instance.advances``).
    With r = 0 it is not discounted, as a borrowing base of receivables is not; lenders to lessors discount it, at a
    rate of their own (the discounted contract balance of equipment leases). It holds at T too, so that no contract, no
    loan: a schedule that is slower than what the customers pay allows less to be drawn. Returns the position with what
    may be owed.
    """
    rows, most = model.constraints("advance"), dict(debt.advanced)
    for d, terms in model.instance.debt.items():
        if terms.advance is None:
            continue
        shares, rate = by_rate(model.instance, d), terms.advance.discount_rate_per_year
        for t in model.span:
            most[d, t] = quicksum(
                share * quicksum(contracts.to_come(model.calendar, c, t, rate) for c in named)
                for share, named in shares.items()
            )
            rows.add(debt.balance[d, t] <= most[d, t])
    return replace(debt, advanced=most)
