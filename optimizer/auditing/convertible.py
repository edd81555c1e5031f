"""Convertibles: what the share prices of the file make of each draw, and the straight debt that it is charged as."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.rates import Asked, is_put, rates_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.auditing.yields import internal_rate, paid, worth_of
from optimizer.instance.schema import Conversion, Debt


def maturity(replay: Replay, debt: Debt, u: int) -> int:
    """The period in which a draw of u matures, or is put; it may lie after T."""
    if is_put(replay, debt, u):
        assert debt.conversion is not None
        return replay.calendar.later(u, debt.conversion.put_periods or 0)
    return replay.calendar.later(u, debt.tenor_periods or 0)


def converted(replay: Replay, name: str, debt: Debt) -> list[Decimal]:
    """What becomes shares in each period, musd: draws in the money when they mature."""
    turned = replay.zeros()
    for u in replay.span if debt.conversion is not None else ():
        if in_the_money(replay, debt, u):
            turned[maturity(replay, debt, u)] += replay.decisions.draws.get((name, u), ZERO)
    return turned


def in_the_money(replay: Replay, debt: Debt, u: int) -> bool:
    """Whether the shares of a draw are worth more than it when it matures, within the plan."""
    if debt.conversion is None or u == 0 or maturity(replay, debt, u) > replay.last:
        return False
    price = _prices(replay, debt.conversion)
    return price[maturity(replay, debt, u)] > price[u] * (ONE + exact(debt.conversion.premium_share))


def _prices(replay: Replay, terms: Conversion) -> Values:
    return replay.values(terms.share_price_usd, "conversion.share_price_usd")


def shares_left(replay: Replay, debt: Debt, u: int) -> Decimal:
    """Of the shares that a unit of a draw may become: none once repaid in cash, else those no call has brought back."""
    terms, end = debt.conversion, maturity(replay, debt, u)
    assert terms is not None
    if end > replay.last:
        return ONE
    if not in_the_money(replay, debt, u):
        return ZERO
    price = _prices(replay, terms)
    return ONE - _brought_back(price[u], price[end], terms) / price[end]


def _brought_back(issued: Decimal, now: Decimal, terms: Conversion) -> Decimal:
    """What a capped call pays on a share: how far the price is above that of conversion, up to the cap."""
    if terms.capped_call is None:
        return ZERO
    cap = issued * (ONE + exact(terms.capped_call.cap_premium_share))
    return min(now, cap) - issued * (ONE + exact(terms.premium_share))


def charged(replay: Replay, name: str, debt: Debt) -> Values:
    """Nominal per year, by the period of a draw: the coupon, or as much as makes it no cheaper than straight debt."""
    coupon = rates_of(replay, name, debt)
    terms = debt.conversion
    if terms is None:
        return coupon
    if debt.kind != "bullet":
        raise AuditError(f"instance.json: debt.{name}", f"{debt.kind} debt is no convertible")
    years = ONE / replay.calendar.per_year
    straight = replay.values(terms.straight_rate_per_year, f"debt.{name}.conversion.straight_rate_per_year")
    found = [ZERO]
    for u in replay.span:
        least = ((ONE + straight[u]) ** years - ONE) / years
        found.append(max(coupon[u], least, _in_shares(replay, debt, u, coupon[u] * years) / years))
    return tuple(found)


def _in_shares(replay: Replay, debt: Debt, u: int, coupon: Decimal) -> Decimal:
    """The coupon of a bullet at par that yields what a draw yields that ends in shares, per period."""
    if not in_the_money(replay, debt, u):
        return coupon
    terms = debt.conversion
    assert terms is not None
    price, end = _prices(replay, terms), maturity(replay, debt, u)
    worth = (price[end] - _brought_back(price[u], price[end], terms)) / (price[u] * (ONE + exact(terms.premium_share)))
    lengths, kappa = tuple(replay.time.lengths(u, debt.tenor_periods or 0)), replay.kappa
    principal, interest, _ = paid(debt, Asked(coupon, kappa, lengths=lengths))
    own = internal_rate([*principal[:-1], worth], interest, ONE, kappa, lengths)
    _, unit, _ = paid(debt, Asked(ONE, kappa, lengths=lengths))
    nothing = [ZERO] * len(principal)
    return (ONE - worth_of(principal, nothing, own, kappa, lengths)) / worth_of(nothing, unit, own, kappa, lengths)
