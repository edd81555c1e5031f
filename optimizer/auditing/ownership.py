"""What today's owners keep: the product of V/(V+e) over rounds, partners and convertibles that state a value V."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.convertible import shares_left
from optimizer.auditing.partners import PartnerReplay
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, SHARE

FLOOR = rule("ownership.floor", "Today's owners keep at least their floor, exactly reckoned.", "share", SHARE)


def replay_ownership(replay: Replay, partners: PartnerReplay) -> Decimal:
    """The share kept over all periods, checked against the floor."""
    kept = ONE
    equity = replay.instance.equity
    for name, terms in (equity.rounds if equity else {}).items():
        if terms.pre_money_musd is not None:
            value = replay.values(terms.pre_money_musd, f"equity.rounds.{name}.pre_money_musd")
            for t in replay.span:
                kept *= _kept(value[t], replay.decisions.raises.get((name, t), Decimal(0)))
    for name, t in partners.signed.items():
        partner = replay.instance.partners[name]
        if partner.kind == "equity" and partner.pre_money_musd is not None:
            before = replay.values(partner.pre_money_musd, f"partners.{name}.pre_money_musd")[t]
            kept *= _kept(before, exact(partner.cash_musd))
    for name, debt in replay.instance.debt.items():
        if debt.conversion is not None and debt.conversion.pre_money_musd is not None:
            value = replay.values(debt.conversion.pre_money_musd, f"debt.{name}.conversion.pre_money_musd")
            for t in replay.span:
                drawn = replay.decisions.draws.get((name, t), Decimal(0))
                at_price = value[t] * (ONE + exact(debt.conversion.premium_share))
                kept *= _kept(at_price, drawn * shares_left(replay, debt, t))
    for name, _, _, t in replay.decisions.contracts:
        shares = replay.instance.contracts[name].shares
        if shares is not None and shares.pre_money_musd is not None:
            before = replay.values(shares.pre_money_musd, f"contracts.{name}.shares.pre_money_musd")[t]
            kept *= _kept(before, exact(shares.musd))
    if equity is not None and equity.ownership_floor_share is not None:
        replay.findings.at_most(FLOOR, "ownership", None, exact(equity.ownership_floor_share), kept)
    return kept


def _kept(before: Decimal, raised: Decimal) -> Decimal:
    return before / (before + raised) if raised > MONEY.absolute else ONE  # less is rounding, not a round
