"""Whether debt, preferred shares, partners and dividends have the terms that their kind needs, and no others."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.amortisation import capitalised_share
from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path
from optimizer.instance.schema import Block, Instance
from optimizer.instance.series import Series

#: What a kind of debt does not take. A revolver has no vintages, sculpted debt no schedule.
TERMS_OUT = {
    "revolver": ("capitalise_interest", "prepayment", "issue_discount_share"),
    "sculpted": ("capitalise_interest", "prepayment"),
}
PARTNER_FIELDS = {
    "compute": ("delivery_periods", "delivery_h100e", "price_usd_per_h100e_hour"),
    "equity": ("pre_money_musd",),
}
MOST_GROWTH = 1e6
"""What capitalised interest may make of a draw; beyond, dollars drown in the rounding of what is owed."""


def term_of_other_kind(instance: Instance) -> Iterator[Hit]:
    """A debt has a term that its kind does not take: PIK or prepayment of sculpted debt, either or an issue discount of
    a revolver."""
    for name, debt in instance.debt.items():
        for field in TERMS_OUT.get(debt.kind, ()):
            if getattr(debt, field):
                yield Hit(
                    ("debt", name, field),
                    f"`{field}` has no meaning for `kind: {debt.kind}`",
                    _remedy(field),
                    on_key=True,
                )


def _remedy(field: str) -> str:
    if field == "prepayment":
        return "delete it: its repayments are decided anyway"
    if field == "issue_discount_share":
        return "delete it: `upfront_fee_share` is a fee on each draw"
    return "delete it, or choose bullet, level or annuity"


def pik_without_grace(instance: Instance) -> Iterator[Hit]:
    """Interest is to be capitalised in grace, and there is no grace."""
    for name, debt in instance.debt.items():
        if debt.capitalise_interest and debt.grace_periods == 0 and debt.kind not in TERMS_OUT:
            message = "no interest is ever capitalised: `grace_periods` is 0"
            yield Hit(("debt", name, "capitalise_interest"), message, "give `grace_periods`", on_key=True)


def pik_beyond_measure(instance: Instance) -> Iterator[Hit]:
    """Interest is capitalised at such a rate for so long that a draw becomes more than a million times itself."""
    calendar = instance.periods
    for name, debt in instance.debt.items():
        highest = max(debt.rate_per_year.expand(calendar))
        grown = capitalised_share(debt, calendar.periods, highest * calendar.years)
        if debt.kind not in TERMS_OUT and grown > MOST_GROWTH:
            when = f"at {highest:.4g} a year, added in {debt.grace_periods} periods of grace"
            message = f"{when}, interest makes of a draw more than {MOST_GROWTH:,.0f} times itself"
            yield Hit(("debt", name, "capitalise_interest"), message, "check `rate_per_year` and `grace_periods`")


def tied_to_nothing(instance: Instance) -> Iterator[Hit]:
    """A debt is tied to capital spending and names no site, no offer, and nothing that it refinances: it could never
    be drawn."""
    for name, debt in instance.debt.items():
        spending = debt.tied_to is None or debt.tied_to.sites or debt.tied_to.hardware
        if not spending and not debt.refinances:
            message = "`tied_to` names no spending, so that nothing could be drawn"
            yield Hit(("debt", name, "tied_to"), message, "give `sites`, `hardware`, or both", on_key=True)


def tied_to_lease(instance: Instance) -> Iterator[Hit]:
    """A debt is tied to a leased offer, which has no capital spending."""
    for name, debt in instance.debt.items():
        for i, offer in enumerate(debt.tied_to.hardware if debt.tied_to else []):
            if offer in instance.hardware and instance.hardware[offer].lease is not None:
                path = ("debt", name, "tied_to", "hardware", i)
                message = f"`{offer}` is a lease: there is no capital spending on it"
                yield Hit(path, message, rests=(("hardware", offer, "lease"),))


def preferred_sizes(instance: Instance) -> Iterator[Hit]:
    """The least issue of preferred shares is above the largest."""
    for name, item in instance.preferred_equity.items():
        if item.min_musd > item.max_musd:
            message = f"`min_musd` {item.min_musd:g} is above `max_musd` {item.max_musd:g}"
            yield Hit(("preferred_equity", name, "min_musd"), message)


def partner_terms(instance: Instance) -> Iterator[Hit]:
    """A partner lacks what its kind needs, or has what the other kind needs."""
    for name, partner in instance.partners.items():
        path = ("partners", name)
        for field in PARTNER_FIELDS[partner.kind]:
            if getattr(partner, field) is None:
                yield Hit(
                    path, f"`{field}` is missing: `kind: {partner.kind}` needs it", f"give `{field}`", on_key=True
                )
        for kind, fields in PARTNER_FIELDS.items():
            for field in fields if kind != partner.kind else ():
                if getattr(partner, field) is not None:
                    yield _not_for(path, field, partner.kind, kind)
        if (
            partner.kind == "equity"
            and partner.delivery_lag_periods != type(partner).model_fields["delivery_lag_periods"].default
        ):
            yield _not_for(path, "delivery_lag_periods", partner.kind, "compute")
        if partner.kind == "equity" and partner.cost_of_serving_usd_per_h100e_hour is not None:
            yield _not_for(path, "cost_of_serving_usd_per_h100e_hour", partner.kind, "compute")


def _not_for(path: Path, field: str, kind: str, other: str) -> Hit:
    help = f"delete it, or write `kind: {other}`"
    return Hit((*path, field), f"`{field}` has no meaning for `kind: {kind}`", help, on_key=True)


def partner_never_delivers(instance: Instance) -> Iterator[Hit]:
    """A partner would get its first compute after the last period: its cash is never worked off."""
    calendar = instance.periods
    for name, partner in instance.partners.items():
        first = calendar.window(partner.first_signing, partner.last_signing).start + partner.delivery_lag_periods
        if partner.kind == "compute" and first > calendar.periods:
            message = f"the first delivery is after {calendar.labels[-1]}"
            path = ("partners", name, "delivery_lag_periods")
            yield Hit(path, message, "serving it then is a debt at the end: see the table `commitments` of a plan")


def dividend_sizes(instance: Instance) -> Iterator[Hit]:
    """More has to be paid as a dividend than may be."""
    terms = instance.equity.dividends if instance.equity else None
    if terms is None:
        return
    calendar, path = instance.periods, ("equity", "dividends")
    least = terms.minimum_musd.expand(calendar)
    if terms.maximum_musd is None:
        return
    most = terms.maximum_musd.expand(calendar)
    for t in calendar.span:
        if least[t - 1] > most[t - 1]:
            message = f"the minimum {least[t - 1]:g} is above the maximum {most[t - 1]:g} in {calendar.label(t)}"
            yield Hit((*path, "minimum_musd"), message, "lower the minimum or raise the maximum")
            return
    total = math.fsum(most)
    if terms.minimum_total_musd > total * (1 + SUM_TOLERANCE):
        message = f"the minimum of {terms.minimum_total_musd:g} over all periods is above their maxima, {total:g}"
        yield Hit((*path, "minimum_total_musd"), message, "lower it or raise `maximum_musd`")


def lock_up_with_minimum(instance: Instance) -> Iterator[Hit]:
    """A dividend has to be paid that the lock-up may forbid: every such period then has to pass the test."""
    terms = instance.equity.dividends if instance.equity else None
    if terms is not None and terms.lock_up_dscr is not None and max(terms.minimum_musd.expand(instance.periods)) > 0:
        message = "with a minimum dividend, `lock_up_dscr` is a covenant of every period that has one"
        path = ("equity", "dividends", "lock_up_dscr")
        yield Hit(path, message, "use `minimum_total_musd` to leave the time open", on_key=True)


def ownership_outside(instance: Instance) -> Iterator[Hit]:
    """There is a floor on ownership and a round states no pre-money value: it is outside the floor."""
    equity = instance.equity
    if equity is None or equity.ownership_floor_share is None:
        return
    for name, item in equity.rounds.items():
        if item.pre_money_musd is None:
            message = f"the round `{name}` states no pre-money value and is outside the ownership floor"
            yield Hit(("equity", "rounds", name), message, "give `pre_money_musd`", on_key=True)


def pre_money_zero(instance: Instance) -> Iterator[Hit]:
    """A pre-money value is 0 when shares can be sold: they would take the whole company."""
    valued: list[tuple[Path, Block, Series | None]] = [
        (("equity", "rounds", name), item, item.pre_money_musd)
        for name, item in (instance.equity.rounds if instance.equity else {}).items()
    ]
    valued += [(("partners", name), item, item.pre_money_musd) for name, item in instance.partners.items()]
    for path, block, series in valued:
        if series is None:
            continue
        first = getattr(block, "first_raise", None) or getattr(block, "first_signing", None)
        last = getattr(block, "last_raise", None) or getattr(block, "last_signing", None)
        values = series.expand(instance.periods)
        for t in instance.periods.window(first, last):
            if values[t - 1] <= 0:
                message = f"the value before is 0 in {instance.periods.label(t)}: it would sell the whole company"
                yield Hit((*path, "pre_money_musd"), message, "give a value above 0, or close the window")
                break
