"""Cash sweeps: what each loan was repaid early, against its share of what was left before any sweep."""

from __future__ import annotations

from optimizer.auditing.funding import Funding
from optimizer.auditing.groups import left_after_service
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.reserves import freed_by_sweeps
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO

SWEEP = rule(
    "debt.sweep",
    "A loan with a sweep is repaid by its share of what is left over the least cash, or all of it, and by no more.",
    "musd",
    MONEY,
)


def check_sweeps(replay: Replay, funding: Funding, cash: dict[str, Values], free: dict[str, Values]) -> None:
    """For each group and period: what all that it paid had left, with what was swept put back."""
    swept = {name: debt.sweep for name, debt in replay.instance.debt.items() if debt.sweep is not None}
    for name in swept:
        if not replay.rings.debt(name):
            raise AuditError(f"instance.json: debt.{name}.sweep", "a sweep is of a loan of a group")
    for group, terms in replay.instance.groups.items():
        own = [name for name in swept if replay.rings.debt(name) == group]
        floor = replay.values(terms.minimum_cash_musd, f"groups.{group}.minimum_cash_musd")
        freed = freed_by_sweeps(replay, group)
        for t in replay.span if own else ():
            repaid = {name: funding.debts.instruments[name].prepaid[t] for name in own}
            left = left_after_service(replay, group, cash[group][t - 1], t)
            left -= cash[group][t] - free[group][t] + freed[t]
            over = max(ZERO, left + sum(repaid.values(), ZERO) - floor[t])
            for name in own:
                one, sweep = funding.debts.instruments[name], swept[name]
                if t in replay.window(sweep.first_sweep, None, f"debt.{name}.sweep"):
                    due = min(exact(sweep.share) * over, one.balance[t] + repaid[name])
                    replay.findings.equal(SWEEP, name, t, repaid[name], due, replay.book.cash_gross(t))
