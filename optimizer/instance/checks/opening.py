"""Whether what a company has at instant 0 can be so, and whether its balance sheet balances."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.opening_position import (
    in_place_mw,
    life_left,
    opening_assets,
    opening_retained,
    schedule_left,
    serving,
)
from optimizer.instance.schema import Instance, Offer, OpeningAsset, OpeningPart, OpeningUnits
from optimizer.instance.schema_errors import near_or_all

DOLLAR_MUSD = 1e-6


def _lots(instance: Instance) -> Iterator[tuple[Path, Offer, OpeningUnits]]:
    for name, offer in instance.hardware.items():
        for key, lot in offer.opening.items():
            yield ("hardware", name, "opening", key), offer, lot


def _assets(instance: Instance) -> Iterator[tuple[Path, OpeningAsset]]:
    for name, site in instance.sites.items():
        for key, asset in site.opening.items():
            yield ("sites", name, "opening", key), asset


def _parts(instance: Instance) -> Iterator[tuple[Path, OpeningAsset, OpeningPart]]:
    for path, asset in _assets(instance):
        for name, part in asset.parts.items():
            yield (*path, "parts", name), asset, part


def opening_unknown(instance: Instance) -> Iterator[Hit]:
    """What is there at instant 0 names a site, a depreciation class or a resource that is not there."""
    for path, offer, lot in _lots(instance):
        if lot.site not in instance.sites:
            help = near_or_all(lot.site, list(instance.sites)) or "the file has no site"
            yield Hit((*path, "site"), f"there is no site `{lot.site}`", help, rests=(("sites",),))
        elif offer.sites is not None and lot.site not in offer.sites:
            help = f"add `{lot.site}` to `sites` of the offer"
            yield Hit((*path, "site"), f"the offer may not be housed at `{lot.site}`", help)
        yield from _unknown_classes(instance, path, list(lot.tax_basis_musd))
    for path, asset in _assets(instance):
        for name in asset.resources:
            if name not in instance.resources:
                help = near_or_all(name, list(instance.resources)) or "the file has no resource"
                yield Hit((*path, "resources", name), f"there is no resource `{name}`", help, True, (("resources",),))
    for path, _, part in _parts(instance):
        yield from _unknown_classes(instance, path, list(part.tax_basis_musd))
        if part.tax_class is not None and part.tax_class not in instance.depreciation:
            help = near_or_all(part.tax_class, list(instance.depreciation)) or "the file has no depreciation class"
            message = f"there is no depreciation class `{part.tax_class}`"
            yield Hit((*path, "tax_class"), message, help, rests=(("depreciation",),))


def _unknown_classes(instance: Instance, path: Path, names: list[str]) -> Iterator[Hit]:
    for name in names:
        if name not in instance.depreciation:
            help = near_or_all(name, list(instance.depreciation)) or "the file has no depreciation class"
            where = (*path, "tax_basis_musd", name)
            yield Hit(where, f"there is no depreciation class `{name}`", help, True, (("depreciation",),))


def opening_period(instance: Instance) -> Iterator[Hit]:
    """The period of a delivery, of an acceptance, or in which a site is ready, lies outside the calendar."""
    labels = [((*path, "delivery"), lot.delivery) for path, _, lot in _lots(instance)]
    labels += [((*path, "ready"), asset.ready) for path, asset in _assets(instance)]
    for name, contract in instance.contracts.items():
        if contract.opening is not None:
            labels += [(("contracts", name, "opening", "acceptance"), contract.opening.acceptance)]
            labels += [(("contracts", name, "opening", "taxed_in"), contract.opening.taxed_in)]
    for path, label in labels:
        if label is not None:
            try:
                instance.periods.index(label)
            except ValueError as error:
                yield Hit(path, f"`{path[-1]}`: {error}", "leave out what arrives after the plan")


def opening_units(instance: Instance) -> Iterator[Hit]:
    """Units of instant 0 are leased, are past their life, or are both in service and on order."""
    for path, offer, lot in _lots(instance):
        if offer.lease is not None:
            help = "write leased units that run on as an offer with a price of 0 and the rent as its upkeep"
            yield Hit(path, "leased units are no units of the company", help, on_key=True)
        if lot.delivery is None and life_left(offer, lot) <= 0:
            message = f"units of {lot.age_periods} periods are past their life of {offer.life_periods}"
            yield Hit((*path, "age_periods"), message, "leave them out, or give the offer its whole life")
        wrong = {"deposit_musd", "due_musd"} if lot.delivery is None else {"book_value_musd", "age_periods"}
        for name in sorted(name for name in wrong if getattr(lot, name)):
            state = "in service: it has no `delivery`" if lot.delivery is None else "on order: it has a `delivery`"
            help = "what has been paid for an order is `deposit_musd`, what of it is left `due_musd`"
            yield Hit((*path, name), f"`{name}` is not of a lot {state}", help, on_key=True)


def opening_asset(instance: Instance) -> Iterator[Hit]:
    """What is under construction at instant 0 has served already."""
    for path, asset in _assets(instance):
        if asset.ready is not None and asset.service_periods:
            message = "`service_periods` is not of what is under construction: it has a `ready`"
            yield Hit((*path, "service_periods"), message, "delete one of the two", on_key=True)


def opening_written_off(instance: Instance) -> Iterator[Hit]:
    """A class has nothing left to write off after so many periods in service, and there is a tax basis in it."""
    found = [(path, lot.tax_basis_musd, lot.age_periods) for path, _, lot in _lots(instance) if lot.delivery is None]
    found += [(path, p.tax_basis_musd, a.service_periods) for path, a, p in _parts(instance) if a.ready is None]
    for path, bases, behind in found:
        for name, musd in bases.items():
            if musd and name in instance.depreciation and not schedule_left(instance, name, behind):
                message = f"after {behind} periods in service nothing of class `{name}` is left to write off"
                yield Hit((*path, "tax_basis_musd", name), message, "give 0, or another class or age")


def opening_without_power(instance: Instance) -> Iterator[Hit]:
    """Units of instant 0 that cannot be sold draw more than there is on line at their site."""
    calendar = instance.periods
    for name, site in instance.sites.items():
        if site.colocation is not None or site.phases:
            continue
        drawn = [0.0] * calendar.periods
        for _, offer, lot in _lots(instance):
            if lot.site == name and not offer.resale_share_by_age:
                for t in serving(offer, lot, calendar):
                    drawn[t - 1] += site.pue * offer.kw * lot.units / 1000.0
        for t, (load, power) in enumerate(zip(drawn, in_place_mw(site, calendar), strict=True), 1):
            if load > power * (1.0 + 1e-9):
                message = f"units of instant 0 draw {load:,.6g} MW in {calendar.label(t)}, and {power:,.6g} are on line"
                rests = (("hardware",),)
                yield Hit(("sites", name), message, "give `existing_mw`, or `mw` of `opening`", True, rests)
                break


def opening_unbalanced(instance: Instance) -> Iterator[Hit]:
    """The opening balance sheet does not balance with the retained earnings stated."""
    stated = instance.opening.retained_earnings_musd
    if stated is None:
        return
    balancing = opening_retained(instance)
    size = sum(abs(musd) for musd in opening_assets(instance).values())
    if abs(stated - balancing) > DOLLAR_MUSD + 1e-12 * size:
        more = "more" if stated > balancing else "less"
        message = (
            f"the opening balance sheet does not balance: assets less debt, deferred revenue and paid-in capital leave "
            f"{balancing:,.6f} of retained earnings, and {stated:,.6f} is stated: "
            f"{abs(stated - balancing) * 1e6:,.0f} USD {more}"
        )
        help = "give what is missing (an asset as `other_assets_musd`), or leave the line out: it then balances"
        families = (("hardware",), ("sites",), ("debt",), ("contracts",), ("opening",))
        yield Hit(("opening", "retained_earnings_musd"), message, help, rests=families)


def begun_without_interest(instance: Instance) -> Iterator[Hit]:
    """Interest in construction is capitalised, and what is being built at instant 0 bears none."""
    if instance.capitalise_interest_in_construction:
        for path, asset in _assets(instance):
            if asset.ready is not None:
                message = "interest in construction is reckoned of phases that begin in the plan, not of this"
                yield Hit(path, message, "put what it will bear into `to_spend_musd`, or leave it out", on_key=True)


def opening_fees(instance: Instance) -> Iterator[Hit]:
    """Costs of an opening balance are left to be deducted, and there is none, or it has no schedule."""
    for name, debt in instance.debt.items():
        if debt.opening_fees_musd > 0 and (debt.is_pooled or debt.is_delayed or debt.opening_balance_musd == 0):
            message = "there is no opening balance with a schedule over which its costs would be deducted"
            yield Hit(("debt", name, "opening_fees_musd"), message, "give `opening_balance_musd`, or delete it", True)


def interest_not_carried(instance: Instance) -> Iterator[Hit]:
    """Interest is carried in, and nothing limits what is deducted."""
    tax = instance.tax
    if tax and tax.opening_interest_musd > 0 and tax.interest_limit_share is None:
        help = "give `interest_limit_share`, or delete the interest carried in"
        yield Hit(("tax", "opening_interest_musd"), "without a limit on interest none is carried", help)
