"""Whether names stand for something, and for one thing only."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from optimizer.instance.checks.walk import Hit, Path, blocks, phases
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all


def _unknown(
    path: Path, name: str, instance: Instance, families: Sequence[str], what: str, on_key: bool = False
) -> Iterator[Hit]:
    known = [each for family in families for each in getattr(instance, family)]
    if name not in known:
        help = near_or_all(name, known) or f"the file has no {what}"
        yield Hit(path, f"there is no {what} `{name}`", help, on_key, tuple((family, name) for family in families))


def unknown_region(instance: Instance) -> Iterator[Hit]:
    """A site or an energy source lies in a region that is not there."""
    for name, site in instance.sites.items():
        yield from _unknown(("sites", name, "region"), site.region, instance, ["regions"], "region")
    for name, source in instance.energy_sources.items():
        yield from _unknown(("energy_sources", name, "region"), source.region, instance, ["regions"], "region")


def unknown_resource(instance: Instance) -> Iterator[Hit]:
    """A phase uses a resource that is not there."""
    for path, phase in phases(instance):
        for name in phase.resources:
            yield from _unknown((*path, "resources", name), name, instance, ["resources"], "resource", on_key=True)


def unknown_site(instance: Instance) -> Iterator[Hit]:
    """An offer, a debt or a market names a site (or, for a market, a cloud) that is not there."""
    for name, offer in instance.hardware.items():
        for i, site in enumerate(offer.sites or []):
            yield from _unknown(("hardware", name, "sites", i), site, instance, ["sites"], "site")
    for name, debt in instance.debt.items():
        for i, site in enumerate(debt.tied_to.sites if debt.tied_to else []):
            yield from _unknown(("debt", name, "tied_to", "sites", i), site, instance, ["sites"], "site")
    both = ["sites", "cloud"]
    for name, market in instance.markets.items():
        for i, site in enumerate(market.sites or []):
            yield from _unknown(("markets", name, "sites", i), site, instance, both, "site or cloud")
        key = "serving_cost_by_site_usd_per_h100e_hour"
        for site in market.serving_cost_by_site_usd_per_h100e_hour:
            yield from _unknown(("markets", name, key, site), site, instance, both, "site or cloud", on_key=True)


def unknown_offer(instance: Instance) -> Iterator[Hit]:
    """A debt is tied to a hardware offer that is not there."""
    for name, debt in instance.debt.items():
        for i, offer in enumerate(debt.tied_to.hardware if debt.tied_to else []):
            yield from _unknown(
                ("debt", name, "tied_to", "hardware", i), offer, instance, ["hardware"], "hardware offer"
            )


def unknown_contract(instance: Instance) -> Iterator[Hit]:
    """A debt is advanced on a customer's contract that is not there."""
    for name, debt in instance.debt.items():
        for i, contract in enumerate((debt.advance.contracts or []) if debt.advance else []):
            yield from _unknown(
                ("debt", name, "advance", "contracts", i), contract, instance, ["contracts"], "contract"
            )


def unknown_lender(instance: Instance) -> Iterator[Hit]:
    """A debt names a lender that is not there."""
    for name, debt in instance.debt.items():
        if debt.lender is not None:
            yield from _unknown(("debt", name, "lender"), debt.lender, instance, ["lenders"], "lender")


def unknown_reference_rate(instance: Instance) -> Iterator[Hit]:
    """A debt follows a reference rate that is not there."""
    for name, debt in instance.debt.items():
        if debt.floating is not None:
            path = ("debt", name, "floating", "reference")
            yield from _unknown(path, debt.floating.reference, instance, ["reference_rates"], "reference rate")


def unknown_tax_class(instance: Instance) -> Iterator[Hit]:
    """An asset names a depreciation class that is not there."""
    for path, block in blocks(instance):
        name = getattr(block, "tax_class", None)
        if name is not None:
            yield from _unknown((*path, "tax_class"), name, instance, ["depreciation"], "depreciation class")


def unknown_instrument(instance: Instance) -> Iterator[Hit]:
    """A covenant, a debt that refinances, a tranche or a reserve names a debt instrument that is not there."""
    for name, covenant in instance.covenants.items():
        for i, debt in enumerate(covenant.instruments or []):
            yield from _unknown(("covenants", name, "instruments", i), debt, instance, ["debt"], "debt instrument")
    for name, terms in instance.debt.items():
        for i, debt in enumerate(terms.refinances or []):
            yield from _unknown(("debt", name, "refinances", i), debt, instance, ["debt"], "debt instrument")
        if terms.tranche_of is not None:
            yield from _unknown(("debt", name, "tranche_of"), terms.tranche_of, instance, ["debt"], "debt instrument")
        if terms.service_reserve is not None and terms.service_reserve.facility is not None:
            path, facility = ("debt", name, "service_reserve", "facility"), terms.service_reserve.facility
            yield from _unknown(path, facility, instance, ["debt"], "debt instrument")


def unused_region(instance: Instance) -> Iterator[Hit]:
    """No site lies in a region."""
    yield from _unused(
        instance, "regions", (site.region for site in instance.sites.values()), ["sites"], "site lies in"
    )


def unused_source(instance: Instance) -> Iterator[Hit]:
    """An energy source is in a region without sites: nobody takes its energy."""
    housing = {site.region for site in instance.sites.values()}
    for name, source in instance.energy_sources.items():
        if source.region not in housing and source.region in instance.regions:
            message = f"no site lies in `{source.region}`, so that nobody takes the energy of `{name}`"
            yield Hit(("energy_sources", name), message, "look at its region, or delete it", True, (("sites",),))


def unused_resource(instance: Instance) -> Iterator[Hit]:
    """No phase uses a resource."""
    used = (name for _, phase in phases(instance) for name in phase.resources)
    yield from _unused(instance, "resources", used, ["sites"], "phase uses")


def unused_lender(instance: Instance) -> Iterator[Hit]:
    """No debt names a lender."""
    used = (debt.lender for debt in instance.debt.values())
    yield from _unused(instance, "lenders", used, ["debt"], "debt names")


def unused_reference_rate(instance: Instance) -> Iterator[Hit]:
    """No debt follows a reference rate."""
    used = (debt.floating.reference for debt in instance.debt.values() if debt.floating is not None)
    yield from _unused(instance, "reference_rates", used, ["debt"], "debt follows")


def unused_tax_class(instance: Instance) -> Iterator[Hit]:
    """No asset names a depreciation class, nor anything that stands as the plan begins."""
    found = [block for _, block in blocks(instance)]
    used = [getattr(block, "tax_class", None) for block in found]
    used += [name for block in found for name in getattr(block, "tax_basis_musd", None) or {}]
    yield from _unused(instance, "depreciation", used, ["sites", "hardware"], "asset names")


def unused_cloud(instance: Instance) -> Iterator[Hit]:
    """No market may be served from a cloud: each names the sites that serve it, or is a surplus market."""
    markets = instance.markets.values()
    used = [
        name for market in markets if market.surplus_only_below_share is None for name in market.sites or instance.cloud
    ]
    yield from _unused(instance, "cloud", used, ["markets"], "market may be served from")


def unused_site(instance: Instance) -> Iterator[Hit]:
    """No market may be served from a site, or no hardware may be housed in it, though there are some."""
    for family, words in (("markets", "market may be served from"), ("hardware", "hardware may be housed in")):
        entries = getattr(instance, family).values()
        used = [name for entry in entries for name in entry.sites or instance.sites]
        yield from _unused(instance, "sites", used, [family], words) if entries else ()


def _unused(instance: Instance, family: str, used: Iterable[str | None], by: Sequence[str], what: str) -> Iterator[Hit]:
    """What is not among the names used; nothing if one of those is unknown, for then it may be meant."""
    names, entries = set(used) - {None}, getattr(instance, family)
    both = {**instance.sites, **instance.cloud}
    for name in entries if names <= {*(both if family in ("sites", "cloud") else entries)} else ():
        if name not in names:
            message = f"no {what} `{name}`"
            rests = tuple((each,) for each in by)
            yield Hit((family, name), message, "delete it, or look for a misspelt name", True, rests)


def name_clash(instance: Instance) -> Iterator[Hit]:
    """A site and a cloud share a name, and markets could not tell them apart."""
    for name in instance.cloud:
        if name in instance.sites:
            yield Hit(("cloud", name), f"`{name}` is also the name of a site", "rename one of the two", on_key=True)


def duplicate_phase(instance: Instance) -> Iterator[Hit]:
    """Two phases of a site share a name."""
    for name, site in instance.sites.items():
        for i in _repeated([phase.name for phase in site.phases]):
            message = f"the site already has a phase `{site.phases[i].name}`"
            yield Hit(("sites", name, "phases", i, "name"), message, "use `count` for identical phases")


def objective_twice(instance: Instance) -> Iterator[Hit]:
    """An objective is named twice."""
    for i in _repeated([level.name for level in instance.objectives]):
        yield Hit(("objectives", i, "name"), f"the objective `{instance.objectives[i].name}` is already in the list")


LISTS = ("sites", "hardware", "assets", "instruments", "covers", "refinances", "debt", "partners", "cash_flows")
"""Fields that are lists of names."""


def listed_twice(instance: Instance) -> Iterator[Hit]:
    """A list of names holds one of them twice."""
    for path, block in blocks(instance):
        for field in LISTS:
            names = getattr(block, field, None)
            if isinstance(names, list):
                for i in _repeated(names):
                    message = f"`{names[i]}` is already in the list"
                    yield Hit((*path, field, i), message, "delete it", rests=((*path, field),))


def _repeated(items: Sequence[Hashable]) -> Iterator[int]:
    """The positions of the items that came before."""
    seen: set[Hashable] = set()
    for i, item in enumerate(items):
        if item in seen:
            yield i
        seen.add(item)
