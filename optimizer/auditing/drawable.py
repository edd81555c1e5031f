"""What a plan counts on being able to draw under revolvers: nobody may refuse any of it."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.coverage import NOTHING, Lenders
from optimizer.auditing.funding import Funding
from optimizer.auditing.lendable import check_lendable
from optimizer.auditing.lookback import looked_back_on
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.ties import tied_room
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import Covenant

DRAWABLE = rule(
    "covenant.drawable",
    "What could be drawn is within limits, lenders' room, pledges, ties and the covenants on debt, all at once.",
    "musd",
    MONEY,
)


def check_drawable(replay: Replay, funding: Funding, lenders: Lenders) -> None:
    """Every amount that is counted on, with all the others of its period drawn as well, those of loans too."""
    counted: dict[int, dict[str, Decimal]] = {}
    for (name, t), amount in replay.decisions.drawable.items():
        counted.setdefault(t, {})[name] = amount
        _check_instrument(replay, funding, name, t, amount)
    for (name, t), amount in check_lendable(replay, funding).items():
        counted.setdefault(t, {})[name] = amount
    for t, amounts in counted.items():
        _check_lenders(replay, funding, amounts, t)
        for name, covenant in replay.instance.covenants.items():
            window = replay.window(covenant.first_test, covenant.last_test, f"covenants.{name}")
            if covenant.maximum is not None and t in window and sum(amounts.values(), ZERO) > MONEY.absolute:
                _check_covenant(replay, funding, lenders, name, covenant, amounts, t)


def _check_instrument(replay: Replay, funding: Funding, name: str, t: int, amount: Decimal) -> None:
    debt, one, findings = replay.instance.debt[name], funding.debts.instruments[name], replay.findings
    findings.at_most(DRAWABLE, name, t, amount, one.undrawn[t], magnitude=exact(debt.limit_musd or 0.0))
    if debt.security is not None:
        cover = sum(
            (exact(ltv) * replay.decisions.pledges.get((name, c, t), ZERO) for c, ltv in debt.security.items()), ZERO
        )
        findings.at_most(DRAWABLE, name, t, one.balance[t] + amount, cover)
    if name in funding.advanced:
        findings.at_most(DRAWABLE, name, t, one.balance[t] + amount, funding.advanced[name][t])
    whole = replay.decisions.draws.get((name, t), ZERO) + amount
    if debt.max_draw_musd is not None:
        findings.at_most(DRAWABLE, name, t, whole, exact(debt.max_draw_musd))
    if debt.tied_to is not None:
        most, held = tied_room(replay, name, debt, t)
        findings.at_most(DRAWABLE, name, t, whole, most)
        if held is not None:
            findings.at_most(DRAWABLE, name, t, one.balance[t] + amount, held)


def _check_lenders(replay: Replay, funding: Funding, amounts: dict[str, Decimal], t: int) -> None:
    for lender, terms in replay.instance.lenders.items():
        behind = [name for name, debt in replay.instance.debt.items() if debt.lender == lender]
        if amounts.keys() & set(behind):
            limit = replay.values(terms.limit_musd, f"lenders.{lender}.limit_musd")[t]
            owed = sum((funding.debts.instruments[name].balance[t] + amounts.get(name, ZERO) for name in behind), ZERO)
            replay.findings.at_most(DRAWABLE, lender, t, owed, limit)


def _check_covenant(
    replay: Replay,
    funding: Funding,
    lenders: Lenders,
    name: str,
    covenant: Covenant,
    amounts: dict[str, Decimal],
    t: int,
) -> None:
    maximum, place = replay.values(covenant.maximum, f"covenants.{name}")[t], f"{name} with what could be drawn"
    group, gross = covenant.group, replay.book.cash_gross(t)
    mine = {d: amount for d, amount in amounts.items() if not group or replay.rings.debt(d) == group}
    owed = funding.owed_by(group, t) + sum(mine.values(), ZERO)
    if covenant.instruments is not None:
        owed = sum(
            (funding.debts.instruments[d].balance[t] + amounts.get(d, ZERO) for d in set(covenant.instruments)), ZERO
        )
    if owed <= NOTHING:
        return
    if covenant.kind == "debt_to_ebitda":
        back = looked_back_on(replay, t, covenant.kind, covenant.over, covenant.first_year, group)
        if back is not None:
            yearly = lenders.ebitda(back, covenant.scope == "company", group) * 12 / back.months(replay)
            replay.findings.at_most(DRAWABLE, place, t, owed, maximum * yearly, magnitude=lenders.magnitude(back))
    elif covenant.kind == "debt_to_capital":
        held = funding.equity_on(covenant.equity_basis, t)
        replay.findings.at_most(DRAWABLE, place, t, (ONE - maximum) * owed, maximum * held, magnitude=gross)
    elif covenant.kind == "loan_to_value":
        book = replay.book.part(group) if group else replay.book
        value = sum((book.balances(asset)[t] for asset in set(covenant.assets or [])), ZERO)
        replay.findings.at_most(DRAWABLE, place, t, owed, maximum * value, magnitude=gross)
