"""Secured debt: what is pledged covers the balance, and nothing is pledged twice."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.debt import DebtReplay
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO

COVER = rule("security.cover", "The pledges of secured debt cover its balance at their loan-to-value.", "musd", MONEY)
PLEDGES = rule("security.pledges", "No more of an asset class is pledged than its net book value.", "musd", MONEY)

ASSET_CLASSES: tuple[str, ...] = ("sites", "hardware", "construction_in_progress")


def check_security(replay: Replay, debts: DebtReplay) -> None:
    """B_t ≤ Σ_c ltv_c·pledge[d,c,t] and Σ_d pledge[d,c,t] ≤ net book value of class c."""
    pledged: dict[str, list[Decimal]] = {asset: replay.zeros() for asset in ASSET_CLASSES}
    for name, debt in replay.instance.debt.items():
        if debt.security is None:
            continue
        for t in replay.span:
            cover = ZERO
            for secured_on, loan_to_value in debt.security.items():
                amount = replay.decisions.pledges.get((name, secured_on, t), ZERO)
                pledged[secured_on][t] += amount
                cover += exact(loan_to_value) * amount
            replay.findings.at_most(COVER, name, t, debts.instruments[name].balance[t], cover)
    books: dict[str, Values] = {asset: replay.book.balances(asset) for asset in ASSET_CLASSES}
    for asset in ASSET_CLASSES:
        for t in replay.span:
            replay.findings.at_most(PLEDGES, asset, t, pledged[asset][t], books[asset][t])
