"""Whether borrowing groups are rings: nothing in two of them, and nothing that crosses one."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.rings import COMPANY, housing, rings
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all

FAMILIES = {
    "sites": "site",
    "debt": "debt instrument",
    "partners": "partner",
    "contracts": "contract",
    "cash_flows": "given cash flow",
}
"""What a group names, and what one of them is called."""


def unknown_in_group(instance: Instance) -> Iterator[Hit]:
    """A group names a site, a debt, a partner, a contract or a cash flow that is not there, or a covenant a group."""
    for g, group in instance.groups.items():
        for family, words in FAMILIES.items():
            known = list(getattr(instance, family))
            for i, name in enumerate(getattr(group, family)):
                if name not in known:
                    help = near_or_all(name, known) or f"the file has no {words}"
                    path = ("groups", g, family, i)
                    yield Hit(path, f"there is no {words} `{name}`", help, rests=((family, name),))
    for c, covenant in instance.covenants.items():
        if covenant.group is not None and covenant.group not in instance.groups:
            help = near_or_all(covenant.group, list(instance.groups)) or "the file has no groups"
            message = f"there is no group `{covenant.group}`"
            yield Hit(("covenants", c, "group"), message, help, rests=(("groups", covenant.group),))


def in_two_groups(instance: Instance) -> Iterator[Hit]:
    """A site, a debt, a partner, a contract or a cash flow is within two rings."""
    for family, words in FAMILIES.items():
        seen: dict[str, str] = {}
        for g, group in instance.groups.items():
            for i, name in enumerate(getattr(group, family)):
                if seen.setdefault(name, g) != g:
                    message = f"the {words} `{name}` is already in the group `{seen[name]}`"
                    yield Hit(("groups", g, family, i), message, "leave it in one of the two")


def across_rings(instance: Instance) -> Iterator[Hit]:
    """Something crosses a ring that cannot be parted: an offer on lease or in tiers, energy sources of a region, a loan
    that funds, repays, is advanced on or is a tranche of what is another's, a test of a group with instruments of
    others."""
    if not instance.groups:
        return
    found = rings(instance)
    for o, offer in instance.hardware.items():
        if o not in found.offers and (offer.lease is not None or offer.tiers is not None):
            what = "lease" if offer.lease is not None else "tiers"
            message = f"`{o}` may stand in several rings, and its {what} could not be parted between them"
            help = "write an offer for the sites of each (`sites`), with its own supply"
            yield Hit(("hardware", o, what), message, help, on_key=True, rests=(("groups",),))
    for e, source in instance.energy_sources.items():
        if source.region in instance.regions and source.region not in found.regions:
            message = f"sites of several groups lie in `{source.region}`: its energy could not be parted between them"
            help = "give the sites of a group a region of their own"
            yield Hit(("energy_sources", e, "region"), message, help, rests=(("groups",), ("sites",)))
    for d, debt in instance.debt.items():
        own = found.debt[d]
        for i, name in enumerate(debt.refinances or []):
            if name in found.debt and found.debt[name] != own:
                message = f"`{name}` is owed by {_words(found.debt[name])}, `{d}` by {_words(own)}"
                help = "the company's money reaches a group by contributions only"
                yield Hit(("debt", d, "refinances", i), message, help, rests=(("groups",),))
        if debt.tranche_of is not None and found.debt.get(debt.tranche_of, own) != own:
            message = f"`{debt.tranche_of}` is owed by {_words(found.debt[debt.tranche_of])}, `{d}` by {_words(own)}"
            help = "a commitment is made to one borrower: put both into one group"
            yield Hit(("debt", d, "tranche_of"), message, help, rests=(("groups",),))
        for i, c in enumerate((debt.advance.contracts or []) if debt.advance else []):
            if found.contracts.get(c, own) != own:
                message = f"`{c}` pays {_words(found.contracts[c])}, `{d}` is owed by {_words(own)}"
                help = "name contracts of whoever owes it"
                yield Hit(("debt", d, "advance", "contracts", i), message, help, rests=(("groups",),))
        if own == COMPANY or debt.tied_to is None:
            continue
        for i, s in enumerate(debt.tied_to.sites):
            if found.sites.get(s, own) != own:
                message = f"`{s}` is not within the ring of `{own}`, whose loan `{d}` is"
                yield Hit(("debt", d, "tied_to", "sites", i), message, "name sites of the group", rests=(("groups",),))
        for i, o in enumerate(debt.tied_to.hardware):
            if o in instance.hardware and own not in {found.sites[s] for s in housing(instance, o)}:
                message = f"`{o}` cannot stand within the ring of `{own}`, whose loan `{d}` is"
                rests = (("groups",), ("hardware", o))
                yield Hit(("debt", d, "tied_to", "hardware", i), message, "name offers for its sites", rests=rests)
    for c, covenant in instance.covenants.items():
        for i, d in enumerate(covenant.instruments or [] if covenant.group is not None else []):
            if found.debt.get(d, covenant.group) != covenant.group:
                message = f"`{d}` is not owed by the group `{covenant.group}`"
                yield Hit(("covenants", c, "instruments", i), message, "name its own loans", rests=(("groups",),))


def _words(group: str) -> str:
    return f"the group `{group}`" if group else "the company"


def not_of_groups(instance: Instance) -> Iterator[Hit]:
    """A term that has no meaning beside groups: a pricing grid on all debt, a partner for equity of a group, a test of
    a group on equity or on the tax of the company."""
    if instance.groups and instance.pricing_grid is not None:
        message = "a pricing grid is one of all debt, and a group borrows by itself"
        yield Hit(("pricing_grid",), message, "give the loans their own rates", on_key=True, rests=(("groups",),))
    for g, group in instance.groups.items():
        for i, name in enumerate(group.partners):
            if name in instance.partners and instance.partners[name].kind == "equity":
                message = f"`{name}` buys shares of the company: it is no partner of a group"
                yield Hit(("groups", g, "partners", i), message, "delete it", rests=(("partners", name),))
    for c, covenant in instance.covenants.items():
        if covenant.group is None:
            continue
        if covenant.kind == "debt_to_capital":
            message = "`group` has no meaning for `kind: debt_to_capital`: a group has no shareholders of its own"
            yield Hit(("covenants", c, "group"), message, "use loan_to_value or debt_to_ebitda", on_key=True)
        elif covenant.tax in ("company", "stand_alone"):
            message = f"a group pays no tax: its company does, so that there is none of `{covenant.group}` to take off"
            yield Hit(("covenants", c, "tax"), message, "delete it, or write `tax: none`", on_key=True)


def opening_of_groups(instance: Instance) -> Iterator[Hit]:
    """The groups open with more cash than there is."""
    total = fsum(group.opening_cash_musd for group in instance.groups.values())
    if total > instance.opening.cash_musd * (1 + SUM_TOLERANCE):
        g = next(name for name, group in instance.groups.items() if group.opening_cash_musd)
        message = f"groups open with {total:g} in all, and `opening` has {instance.opening.cash_musd:g}"
        help = "`opening.cash_musd` is of the company with its groups: raise it"
        yield Hit(("groups", g, "opening_cash_musd"), message, help, rests=(("opening",),))
