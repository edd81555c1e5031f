"""Which group a part of the file belongs to: what is not within a ring is the company's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.instance.schema import Instance

COMPANY = ""
"""The company itself: all that is in no group."""


@dataclass(frozen=True)
class Rings:
    """The entity of each name, by family; ``COMPANY`` where nothing is said.

    ``offers`` and ``markets`` have the entity of the sites where they may stand, or from which they may be served,
    where that is one; those of several are missing, and belong to each by what is there.
    """

    sites: Mapping[str, str]
    debt: Mapping[str, str]
    partners: Mapping[str, str]
    contracts: Mapping[str, str]
    cash_flows: Mapping[str, str]
    offers: Mapping[str, str]
    markets: Mapping[str, str]
    regions: Mapping[str, str]

    def sites_of(self, entity: str) -> list[str]:
        """The sites of an entity: of the company those within no ring."""
        return [s for s, whose in self.sites.items() if whose == entity]

    def entities_of(self, sites: list[str]) -> list[str]:
        """The entities of these sites, each once, in order of name; the company first."""
        return sorted({self.sites[s] for s in sites})


def rings(instance: Instance) -> Rings:
    """The entities of an instance."""
    sites = dict.fromkeys(instance.sites, COMPANY)
    debt = dict.fromkeys(instance.debt, COMPANY)
    partners = dict.fromkeys(instance.partners, COMPANY)
    contracts = dict.fromkeys(instance.contracts, COMPANY)
    flows = dict.fromkeys(instance.cash_flows, COMPANY)
    for name, group in instance.groups.items():
        for known, named in (
            (sites, group.sites),
            (debt, group.debt),
            (partners, group.partners),
            (contracts, group.contracts),
            (flows, group.cash_flows),
        ):
            known.update((each, name) for each in named if each in known)
    offers: dict[str, str] = {}
    for o in instance.hardware:
        found = {sites[s] for s in housing(instance, o)}
        if len(found) <= 1:
            offers[o] = next(iter(found), COMPANY)
    markets: dict[str, str] = {}
    for m, market in instance.markets.items():
        named = market.sites if market.sites is not None else [*instance.sites, *instance.cloud]
        found = {sites.get(s, COMPANY) for s in named}
        if len(found) <= 1:
            markets[m] = next(iter(found), COMPANY)
    regions: dict[str, str] = {}
    for r in instance.regions:
        found = {sites[s] for s, site in instance.sites.items() if site.region == r}
        if len(found) <= 1:
            regions[r] = next(iter(found), COMPANY)
    return Rings(sites, debt, partners, contracts, flows, offers, markets, regions)


def housing(instance: Instance, offer: str) -> list[str]:
    """The sites that may house an offer."""
    named = instance.hardware[offer].sites
    return [s for s in instance.sites if named is None or s in named]
