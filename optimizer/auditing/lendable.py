"""What a plan counts on of loans yet to be drawn: committed, open then, and each payment lent on once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import combinations

from optimizer.auditing.decisions import may_be_signed
from optimizer.auditing.funding import Funding
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Debt

LENDABLE = rule(
    "cash.lendable",
    "What is counted on of loans yet to be drawn is committed, open then, and a share of what falls due, lent on once.",
    "musd",
    MONEY,
)


def may_be_drawn(replay: Replay, name: str, s: int) -> bool:
    """Whether debt is open in a period, which may lie after the last: then it is, if its window has no end."""
    debt = replay.instance.debt[name]
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    return window[0] <= s and (debt.last_draw is None or s <= window[-1])


def lent_within(replay: Replay, whose: str, t: int, ahead: int) -> Decimal:
    """What loans bring an entity within so many steps after t, less what they keep back of draws."""
    found = ZERO
    for (name, i, u), musd in replay.decisions.lendable.items():
        if u == t and i <= ahead and replay.rings.debt(name) == whose:
            debt = replay.instance.debt[name]
            found += musd * (ONE - exact(debt.upfront_fee_share) - exact(debt.issue_discount_share))
    return found


def check_lendable(replay: Replay, funding: Funding) -> dict[tuple[str, int], Decimal]:
    """Every amount by itself and those of one payment together; returns what each loan will lend in all, as of t."""
    whole: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    drawn: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
    together: dict[tuple[str, int, int], dict[str, Decimal]] = defaultdict(dict)
    n, debts = replay.instance.cash.look_ahead_periods, replay.instance.debt
    for (name, i, t), musd in replay.decisions.lendable.items():
        s = replay.time.after(t, i)
        counts = 1 <= i <= n and _counts(debts[name])
        for each in {name, debts[name].tranche_of or name}:
            counts = counts and may_be_drawn(replay, each, s)
        replay.findings.at_most(LENDABLE, f"{name}, {i} periods ahead", t, musd, musd if counts else ZERO)
        whole[name, t] += musd
        drawn[name, s, t] += musd
        if counts:
            together[replay.rings.debt(name), i, t][name] = musd
    for (name, t), musd in whole.items():
        _check_committed(replay, whole, name, t)
        if name in funding.advanced:
            owed = funding.debts.instruments[name].balance[t] + musd
            replay.findings.at_most(LENDABLE, f"{name}, advanced", t, owed, funding.advanced[name][t])
    for (name, _, t), musd in drawn.items():
        most = debts[name].max_draw_musd
        if most is not None:
            replay.findings.at_most(LENDABLE, f"{name}, in one period", t, musd, exact(most))
    for (whose, i, t), amounts in together.items():
        _check_due(replay, whose, i, t, amounts)
    return whole


def _counts(debt: Debt) -> bool:
    """Whether a loan is one of those that are counted on at all."""
    if debt.kind in ("revolver", "sculpted") or debt.tied_to is None or debt.limit_musd is None:
        return False
    if debt.conversion is not None or debt.refinances or debt.min_draw_musd > 0 or debt.issue_fee_musd > 0:
        return False
    return 0 < debt.tied_to.capex_share <= _own_cover(debt)


def _own_cover(debt: Debt) -> float:
    """The least loan-to-value of what it pays for becomes: buildings are in construction first."""
    if debt.security is None or debt.tied_to is None:
        return 1.0
    cover = [debt.security.get("hardware", 0.0)] if debt.tied_to.hardware else []
    if debt.tied_to.sites:
        cover += [debt.security.get("construction_in_progress", 0.0), debt.security.get("sites", 0.0)]
    return min(cover, default=0.0)


def _check_committed(replay: Replay, whole: dict[tuple[str, int], Decimal], name: str, t: int) -> None:
    """Within what its limit leaves, and with all that share its commitment within what that leaves."""
    debts, draws = replay.instance.debt, replay.decisions.draws.items()
    head = debts[name].tranche_of or name
    under = tuple(each for each, debt in debts.items() if head in (each, debt.tranche_of))
    for of, names in dict.fromkeys(((name, (name,)), (head, under))):
        limit = exact(debts[of].limit_musd or 0.0)
        left = limit if not may_be_signed(debts[of]) or of in replay.decisions.facilities else ZERO
        left -= sum((musd for (each, u), musd in draws if each in names and u <= t), ZERO)
        counted = sum((whole.get((each, t), ZERO) for each in names), ZERO)
        replay.findings.at_most(LENDABLE, f"{', '.join(names)}, committed", t, counted, left, magnitude=limit)


def _check_due(replay: Replay, whose: str, i: int, t: int, amounts: dict[str, Decimal]) -> None:
    """For every set of loans: no more than all of what each of them may lend on, and of no payment more than all.

    By max flow and min cut that is right if, and only if, what is lent can be split over the payments. The same of
    what of the payments secures loans.
    """
    due: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    step = replay.time.passed(0, t) + i
    for owner, spent_on, u, falls_due, musd in replay.promised:
        if owner == whose and u <= t and falls_due == step:
            due[spent_on] += musd
    debts = replay.instance.debt
    for size in range(1, len(amounts) + 1):
        for names in combinations(sorted(amounts), size):
            place, gross = f"{', '.join(names)}, {i} periods ahead", sum(due.values(), ZERO)
            lent = sum((amounts[name] for name in names), ZERO)
            most = sum((musd * min(ONE, _shares(replay, names, thing)) for thing, musd in due.items()), ZERO)
            replay.findings.at_most(LENDABLE, place, t, lent, most, gross)
            if all(debts[name].security for name in names):
                cover = {name: exact(_own_cover(debts[name])) for name in names}
                pledged = sum((amounts[name] / cover[name] for name in names), ZERO)
                most = sum((musd * min(ONE, _shares(replay, names, thing, cover)) for thing, musd in due.items()), ZERO)
                replay.findings.at_most(LENDABLE, f"{place}, pledged", t, pledged, most, gross)


def _shares(
    replay: Replay, names: Collection[str], thing: tuple[str, str], cover: Mapping[str, Decimal] | None = None
) -> Decimal:
    """The shares that loans lend on a thing; with ``cover``, of it that secures them."""
    kind, found = thing[0], ZERO
    for name in names:
        tie = replay.instance.debt[name].tied_to
        if tie is not None and thing[1] in (tie.sites if kind == "sites" else tie.hardware):
            found += exact(tie.capex_share) / (ONE if cover is None else cover[name])
    return found
