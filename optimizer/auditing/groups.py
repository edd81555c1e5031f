"""Borrowing groups: what comes before a distribution, the lock-up, and the limit on what the company puts in."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.coverage import NOTHING, Lenders
from optimizer.auditing.lookback import looked_back_on
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.instance.schema import Instance

INSTANT = rule(
    "group.instant",
    "The company puts in at the end of a period, or as the group pays for what it builds.",
    "musd",
    MONEY,
)
LIMIT = rule("group.contributions", "The company puts no more into a group than it agreed to.", "musd", MONEY)
WATERFALL = rule(
    "group.waterfall",
    "A group distributes no more than what it carried in and received leaves after operating cost and debt service.",
    "musd",
    MONEY,
)
FIRST = rule("group.first_distribution", "A group distributes nothing before the first period agreed.", "musd", MONEY)
LOCK_UP = rule("group.lock_up", "A group distributes nothing while its DSCR is below its lock-up.", "musd", MONEY)

_KEPT_BACK = ("fee.upfront.", "fee.discount.", "fee.issue.")


def check_groups(replay: Replay, cash: dict[str, Values], free: dict[str, Values], lenders: Lenders) -> None:
    """Every distribution against what is left before it and the cover of its group; ``cash`` by whose it is, and what
    of it is ``free``."""
    instants = _instants(replay.instance)
    for (name, at, t), musd in replay.decisions.contributions.items():
        replay.findings.record(INSTANT, name, t, ZERO if at in instants else musd)
    for name, group in replay.instance.groups.items():
        paid_in = [musd for (g, _, _), musd in replay.decisions.contributions.items() if g == name]
        if group.contributions_musd is not None:
            replay.findings.at_most(LIMIT, name, None, sum(paid_in, ZERO), exact(group.contributions_musd))
        first = group.first_distribution
        opened = 1 if first is None else replay.calendar.index(first)
        for t in replay.span:
            out = replay.decisions.distributions.get((name, t), ZERO)
            replay.findings.record(FIRST, name, t, out if t < opened else ZERO)
            if out > MONEY.absolute:
                left, gross = left_after_service(replay, name, cash[name][t - 1], t), replay.book.cash_gross(t)
                left -= cash[name][t] - free[name][t]
                replay.findings.at_most(WATERFALL, name, t, out, left, magnitude=gross)
                _check_lock_up(replay, lenders, name, t)


def _instants(instance: Instance) -> set[str]:
    """The end of a period, and the instants of it at which the file pays for what is built and bought."""
    own = {phase.payment_timing for site in instance.sites.values() for phase in site.phases}
    own |= {offer.payment_timing for offer in instance.hardware.values()}
    return {"end", instance.payment_timing} | {each for each in own if each is not None}


def left_after_service(replay: Replay, name: str, carried: Decimal, t: int) -> Decimal:
    """Carried in + revenue, interest on cash and units sold − operating cost − all that goes to lenders, but for what
    is kept back of draws and what draws refinance − prepayments that go back to customers."""
    part = replay.book.part(name)
    left = carried + part.cash_of(("revenue", "opex", "interest_income", "resale", "interest", "repayment", "fee"), t)
    for (line, u), entries in part.lines.items():
        if u == t and line.startswith(_KEPT_BACK):
            left += sum(entries.values(), ZERO)
        if u == t and line.startswith("contract.refund."):
            left -= sum(entries.values(), ZERO)
    refinanced = replay.decisions.refinancings.items()
    return left + sum((musd for (_, d, u), musd in refinanced if u == t and replay.rings.debt(d) == name), ZERO)


def _check_lock_up(replay: Replay, lenders: Lenders, name: str, t: int) -> None:
    group = replay.instance.groups[name]
    if group.lock_up_dscr is None:
        return
    back = looked_back_on(replay, t, "dscr", group.lock_up_over, group.lock_up_first_year, name)
    due = ZERO if back is None else lenders.debt_service(back, False, name)
    if back is None or due <= NOTHING:
        replay.findings.record(LOCK_UP, name, t, ZERO)
        return
    cfads = lenders.cfads(back, "none", True, name)
    replay.findings.at_most(LOCK_UP, name, t, exact(group.lock_up_dscr) * due, cfads, magnitude=lenders.magnitude(back))
