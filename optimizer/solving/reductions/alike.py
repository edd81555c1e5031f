"""Which sites a search need not tell apart, and why no plan and no bound is lost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.instance.choices import all_named
from optimizer.instance.opening_position import in_place_mw
from optimizer.instance.rings import rings
from optimizer.instance.schema import Instance, Phase, Site

Class = tuple[str, ...]
"""Names of sites, in order."""


@dataclass(frozen=True)
class Alike:
    """The class of every site, alone or with others, by what is said once for all of it::

        hardware   fleet[o,C,t] = Σ_{s in C} fleet[o,s,t], buy and retire likewise
                   PUE·Σ_o kW_o·fleet[o,C,t] ≤ Σ_{s in C} energised[s,t]
        service    serve[m,C,t] = Σ_{s in C} serve[m,s,t], deliver and hold likewise
                   Σ_m serve[m,C,t] + Σ_p deliver[p,C,t] + Σ_c hold[c,C,t] ≤ Σ_{s in C} capacity[s,t]
        phases     n[C,p,t] = Σ_{s in C} n[s,p,t], N likewise, up to count_p·|C|
                   N[C,p,t] ≤ count_p·z[C,p,t],  count_{p−1}·z[C,p,t] ≤ N[C,p−1,t−gap]
        no gate    N[s,p,t] ≤ count_p·N[s,p−1,t−gap]        count_{p−1} = 1: N itself is the binary z

    Every plan is one of the sums, so that no bound is lost. No plan is gained, because sums can be parted again:

    *Hardware.* Amounts are parted at will, a unit draws and serves the same at each site of C, and what all of them
    draw fits into what all of them have. Period by period, what leaves is taken out first. Then each site draws no
    more than it has, as its power never shrinks; so there is room for all that arrives, wherever it is. The offers
    that may stand there are the same at all of them, else one could fill the only place of another; and so are the
    markets that it may serve, so that C serves as one of a larger class.
    *Service.* Any market may be served from any site of C at one cost: in each period, what is served fits.
    *Phases.* Sites of C are alike in all that the file says, and nothing tells them apart. They are filled one after
    the other: the k-th is opened with the k-th start of the first entry, and its entries are complete before those of
    the next, so that of N[C,p−1] phases ⌊N/count⌋ sites are complete, as many as z may count. Within an entry no gap
    parts phases; the cost of land goes with the first start of an entry of one phase; no grid connection binds.
    """

    hardware: Mapping[str, Class]
    service: Mapping[str, Class]
    phases: Mapping[str, Class]


def alike(instance: Instance) -> Alike:
    """The classes of the sites of an instance."""
    sites = instance.sites
    housing = {s: housed(instance, s) for s in sites}
    ring = rings(instance).sites
    service = {s: (ring[s], served_from(instance, s)) for s in sites}
    hardware = {s: (draws_alike(site, housing[s]), service[s]) for s, site in sites.items()}
    apart = {lot.site for offer in instance.hardware.values() for lot in offer.opening.values()}
    return Alike(
        _classes(
            sites,
            lambda s: hardware[s] if housing[s] and s not in apart and never_shrinks(instance, sites[s]) else None,
        ),
        _classes(sites, lambda s: service[s] if s not in apart else None),
        _classes(
            sites,
            lambda s: (
                (written(sites[s]), tied(instance, s), hardware[s])
                if is_counted(instance, sites[s]) and s not in apart
                else None
            ),
        ),
    )


def draws_alike(site: Site, offers: Class) -> Hashable:
    """What a unit draws, serves and costs at a site, and which may stand there."""
    return site.region, site.pue, site.uptime_share, site.max_utilisation_share, site.load_factor_share, offers


def housed(instance: Instance, s: str) -> Class:
    """The offers that may stand at a site."""
    return tuple(o for o, offer in instance.hardware.items() if offer.sites is None or s in offer.sites)


def served_from(instance: Instance, s: str) -> Hashable:
    """The markets that may be served from a site, and at what cost more than elsewhere."""
    found = []
    for m, market in instance.markets.items():
        more = market.serving_cost_by_site_usd_per_h100e_hour.get(s)
        cost = tuple(more.expand(instance.periods)) if more is not None else ()
        if market.sites is None or s in market.sites:
            found.append((m, cost if any(cost) else ()))
    return tuple(found)


def never_shrinks(instance: Instance, site: Site) -> bool:
    """Whether power that is there stays: no megawatts are rented, or no contract for them ends by T."""
    terms = site.colocation
    if terms is None:
        return True
    first = instance.periods.window(terms.first_signing, terms.last_signing).start
    return first + terms.lead_periods + terms.term_periods > instance.periods.periods


def is_counted(instance: Instance, site: Site) -> bool:
    """Whether phases of sites like this one can be counted together."""
    if not site.phases or site.colocation is not None or _is_named(instance, site):
        return False
    if any(phase.fractional for phase in site.phases):
        return False
    if instance.capitalise_interest_in_construction:
        return False
    opened = not (site.land_musd or site.opening_cost_musd) or site.phases[0].count == 1
    return opened and not any(_is_parted(phase) for phase in site.phases) and _has_connection(instance, site)


def _is_named(instance: Instance, site: Site) -> bool:
    """Whether a condition speaks of a phase of a site: it is then like no other."""
    spoken_of = all_named(instance)
    names = (name for name, each in instance.sites.items() if each is site)
    return any(f"sites.{name}.{phase.name}" in spoken_of for name in names for phase in site.phases)


def _is_parted(phase: Phase) -> bool:
    """Whether a gap parts the identical phases of an entry."""
    return phase.gap_periods > 0 and phase.count > 1


def _has_connection(instance: Instance, site: Site) -> bool:
    """Whether the grid connection carries all that can be built, in every period."""
    if not site.grid_connection_mw:
        return True
    most = in_place_mw(site, instance.periods)[-1] + sum(phase.mw * phase.count for phase in site.phases)
    return most <= min(site.grid_connection_mw.expand(instance.periods))


def written(site: Site) -> Hashable:
    """All that the file says of a site but notes and sources."""
    return _frozen(site.model_dump(mode="json"))


def tied(instance: Instance, s: str) -> Hashable:
    """The loans that are tied to a site."""
    return tuple(d for d, debt in instance.debt.items() if debt.tied_to is not None and s in debt.tied_to.sites)


def _frozen(data: Any) -> Hashable:
    if isinstance(data, dict):
        return tuple(sorted((key, _frozen(value)) for key, value in data.items() if not _is_note(key, value)))
    return tuple(map(_frozen, data)) if isinstance(data, list) else data


def _is_note(key: str, value: Any) -> bool:
    return key in ("notes", "source", "title") and (value is None or isinstance(value, str))


def _classes(sites: Mapping[str, Site], of: Callable[[str], Hashable]) -> dict[str, Class]:
    """Sites with the same, which is not None, are one class; each in the order of the names."""
    together: dict[Hashable, list[str]] = {}
    for s in sites:
        key = of(s)
        together.setdefault((s,) if key is None else ("alike", key), []).append(s)
    return {s: tuple(members) for members in together.values() for s in members}


def several(classes: Mapping[str, Class]) -> Iterator[Class]:
    """The classes of more than one site."""
    return (members for members in dict.fromkeys(classes.values()) if len(members) > 1)
