"""Secured debt: what is pledged covers the balance, and nothing is pledged twice."""

from __future__ import annotations

from optimizer.auditing.debt import DebtReplay
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO

COVER = rule("security.cover", "The pledges of secured debt cover its balance at their loan-to-value.", "musd", MONEY)
PLEDGES = rule("security.pledges", "No more of an asset class is pledged than its net book value.", "musd", MONEY)

ASSET_CLASSES: tuple[str, ...] = ("sites", "hardware", "construction_in_progress")


def check_security(replay: Replay, debts: DebtReplay) -> None:
    """B_t ≤ Σ_c ltv_c·pledge[d,c,t] and Σ_d pledge[d,c,t] ≤ net book value of class c, within each ring and outside."""
    whose = ("", *replay.rings.names)
    pledged = {(group, asset): replay.zeros() for group in whose for asset in ASSET_CLASSES}
    for name, debt in replay.instance.debt.items():
        if debt.security is None:
            continue
        for t in replay.span:
            cover = ZERO
            for secured_on, loan_to_value in debt.security.items():
                amount = replay.decisions.pledges.get((name, secured_on, t), ZERO)
                pledged[replay.rings.debt(name), secured_on][t] += amount
                cover += exact(loan_to_value) * amount
            replay.findings.at_most(COVER, name, t, debts.instruments[name].balance[t], cover)
    for (group, asset), amounts in pledged.items():
        held = replay.book.part(group).balances(asset)
        for t in replay.span:
            replay.findings.at_most(PLEDGES, f"{asset} of {group}" if group else asset, t, amounts[t], held[t])
