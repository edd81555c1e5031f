"""Common equity: rounds that are raised once, what they cost to raise, and what shareholders ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.convertible import converted
from optimizer.auditing.partners import PartnerReplay
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ZERO
from optimizer.auditing.yields import effective

WINDOW = rule("equity.window", "A round is raised only within its window.", "musd", MONEY)
ONCE = rule("equity.once", "A round is raised in at most one period.", "musd", MONEY)
SIZE = rule("equity.size", "A round that is raised is between its least and largest size.", "musd", MONEY)
RAISES = rule("equity.raises", "What is raised comes in, and flotation costs are paid on it.", "musd", MONEY)

_FLOTATION = Entry("flotation", "retained_earnings", "cash")


@dataclass(frozen=True)
class EquityReplay:
    """Over time, musd: ``paid_in`` capital, what is ``raised`` in t (partners for equity included), the equity
    ``charge`` at the rates of the rounds; ``company`` is the company's cost of equity per year, ``further`` what the
    money of T costs in T+1; ``converted`` is what of it is debt that becomes shares, or given to customers.
    """

    paid_in: Values
    raised: Values
    charge: Values
    company: Values
    further: Decimal
    converted: Values


@dataclass(frozen=True)
class Lot:
    """Capital that came in in one period at one cost per year."""

    since: int
    rate: Values
    musd: Decimal


def _left(lots: list[Lot], t: int, returned: Decimal) -> list[Decimal]:
    """What is left of each lot at the end of t if the oldest are given back first."""
    left = []
    for lot in lots:
        there = lot.musd if lot.since <= t else ZERO
        taken = min(there, returned)
        returned -= taken
        left.append(there - taken)
    return left


def replay_equity(replay: Replay, partners: PartnerReplay) -> EquityReplay:
    """charge_t = Σ_r k_r^Δ·(E_{r,t−1} + κ·e[r,t]), k^Δ = (1+k)^Δ − 1, E_r what is left of a source when capital
    has been returned, at the end of a period; a partner for equity asks what the company asks.
    """
    opening = exact(replay.instance.opening.paid_in_capital_musd)
    replay.book.opening["paid_in_capital"] = -opening
    paid_in, raised, charge = replay.zeros(), list(partners.equity), replay.zeros()
    equity = replay.instance.equity
    # without the block equity costs nothing and no round can be raised
    company = replay.values(equity.cost_of_equity_per_year if equity else None, "equity.cost_of_equity_per_year")
    last = replay.last
    further = effective(company[last], replay.years(last + 1)) * partners.equity[last]
    lots = [Lot(0, company, opening)]
    lots += [Lot(t, company, partners.equity[t]) for t in replay.span if partners.equity[t]]
    turned = _converted(replay)
    for t in replay.span:
        raised[t] += turned[t]
        lots.append(Lot(t, company, turned[t]))
    further += effective(company[last], replay.years(last + 1)) * turned[last]
    for name, terms in sorted((equity.rounds if equity else {}).items()):
        place = f"equity.rounds.{name}"
        window = replay.window(terms.first_raise, terms.last_raise, place)
        own = company
        if terms.cost_of_equity_per_year is not None:
            own = replay.values(terms.cost_of_equity_per_year, f"{place}.cost_of_equity_per_year")
        largest = ZERO
        for t in replay.span:
            amount = replay.decisions.raises.get((name, t), ZERO)
            if t == last:  # a grid prices what is carried, new money at the company's rate
                asked = company[t] if replay.instance.pricing_grid else own[t]
                further += effective(asked, replay.years(t + 1)) * amount
            raised[t] += amount
            lots.append(Lot(t, own, amount))
            replay.book.post(RAISES, f"raise.{name}", t, amount, Entry("raise", "cash", "paid_in_capital"))
            replay.findings.record(WINDOW, name, t, ZERO if t in window else abs(amount))
            flotation = exact(terms.flotation_share) * amount
            if amount > MONEY.absolute:  # less is rounding, not a round
                flotation += exact(terms.flotation_fixed_musd)
                replay.findings.at_most(SIZE, name, t, exact(terms.min_musd), amount)
                replay.findings.at_most(SIZE, name, t, amount, exact(terms.max_musd))
                # what comes on top of the largest raise is a second one
                replay.findings.record(ONCE, name, t, min(amount, largest))
                largest = max(largest, amount)
            replay.book.post(RAISES, f"flotation.{name}", t, flotation, _FLOTATION)
    paid_in[0] = opening
    for t in replay.span:
        paid_in[t] = paid_in[t - 1] + raised[t] - replay.decisions.returns.get(t, ZERO)
    lots.sort(key=lambda lot: lot.since)  # of one period as they were listed: partners, then rounds by name
    before = [ZERO] * len(lots)
    for t in replay.span:
        left = _left(lots, t, sum((replay.decisions.returns.get(u, ZERO) for u in range(1, t + 1)), ZERO))
        for lot, carried in zip(lots, before if t > 1 else _left(lots, 0, ZERO), strict=True):
            fresh = replay.kappa * lot.musd if lot.since == t else ZERO
            charge[t] += effective(lot.rate[t], replay.years(t)) * (carried + fresh)
        before = left
    return EquityReplay(tuple(paid_in), tuple(raised), tuple(charge), company, further, tuple(turned))


def _converted(replay: Replay) -> list[Decimal]:
    """Convertible debt that becomes shares by period, musd, of all instruments, and what customers get in shares."""
    total = replay.zeros()
    for name, debt in replay.instance.debt.items():
        for t, musd in enumerate(converted(replay, name, debt)):
            total[t] += musd
    for name, _, _, t in replay.decisions.contracts:
        shares = replay.instance.contracts[name].shares
        total[t] += exact(shares.musd) if shares is not None else ZERO
    return total
