"""Convertibles: terms that go with the right to shares, and prices by which it can be told what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance

_OPTIONS = ("floating", "service_reserve", "capitalise_interest", "prepayment", "opening_balance_musd", "grace_periods")


def convertible_terms(instance: Instance) -> Iterator[Hit]:
    """A convertible is no bullet, has a term that no convertible has here, is owed by a group, whose lenders get no
    shares of the company, or stands beside a return of capital."""
    for name, debt in instance.debt.items():
        if debt.conversion is None:
            continue
        if debt.kind != "bullet":
            yield Hit(
                ("debt", name, "conversion"), f"`kind: {debt.kind}` has no conversion", "choose `kind: bullet`", True
            )
            continue
        for field in _OPTIONS:
            if getattr(debt, field):
                message = f"`{field}` has no meaning for a convertible here"
                yield Hit(("debt", name, field), message, "delete it, or the `conversion`", on_key=True)
        for g, group in instance.groups.items():
            if name in group.debt:
                message = f"`{name}` is owed by the group `{g}`, and the shares are the company's"
                yield Hit(("debt", name, "conversion"), message, "delete it, or take it out of the group", on_key=True)
        put = debt.conversion.put_periods
        if put is not None and put >= (debt.tenor_periods or 0):
            message = f"a put after {put} periods is no earlier than the end of its tenor"
            yield Hit(("debt", name, "conversion", "put_periods"), message, "give a date before it, or delete it", True)
        if instance.returns_capital:
            message = "whose capital is returned is not said where debt becomes shares"
            yield Hit(("debt", name, "conversion"), message, "delete `equity.dividends.return_of_capital`", on_key=True)


def convertible_prices(instance: Instance) -> Iterator[Hit]:
    """A share price or a value of the shares is 0, or the cap lies below the conversion price."""
    for name, debt in instance.debt.items():
        terms = debt.conversion
        if terms is None:
            continue
        path = ("debt", name, "conversion")
        if min(terms.share_price_usd.expand(instance.periods)) <= 0.0:
            yield Hit((*path, "share_price_usd"), "the share price is 0 in some period", "give prices above 0")
        if terms.pre_money_musd is not None and min(terms.pre_money_musd.expand(instance.periods)) <= 0.0:
            yield Hit((*path, "pre_money_musd"), "the value of the shares is 0 in some period", "give values above 0")
        call = terms.capped_call
        if call is not None and call.cap_premium_share < terms.premium_share:
            message = f"the cap, {call.cap_premium_share:g}, is below the conversion premium, {terms.premium_share:g}"
            yield Hit((*path, "capped_call", "cap_premium_share"), message, "give a cap above `premium_share`")


def convertible_without_equity(instance: Instance) -> Iterator[Hit]:
    """A convertible states what its shares are a part of, and there is no equity block, or no limit of the draw."""
    for name, debt in instance.debt.items():
        if debt.conversion is None or debt.conversion.pre_money_musd is None:
            continue
        path = ("debt", name, "conversion", "pre_money_musd")
        if instance.equity is None:
            yield Hit(path, "there is no `equity` that would be diluted", "give `equity`, or delete it", on_key=True)


def convertible_below_coupon(instance: Instance) -> Iterator[Hit]:
    """Straight debt is said to yield less than the coupon of a convertible: the coupon is then what is charged."""
    for name, debt in instance.debt.items():
        terms = debt.conversion
        if terms is None:
            continue
        if debt.rate_per_year is None:
            continue
        coupons, asked = (each.expand(instance.periods) for each in (debt.rate_per_year, terms.straight_rate_per_year))
        if any(rate < coupon for rate, coupon in zip(asked, coupons, strict=True)):
            message = "straight debt is said to yield less than the coupon, for which the right to shares comes on top"
            yield Hit(("debt", name, "conversion", "straight_rate_per_year"), message, "check the two rates")
