"""Neutral changes: one thing written as two."""

from __future__ import annotations

import copy
from typing import Any

from .neutral_table import (
    BY_SITE,
    NEW,
    REFERENCES,
    Change,
    Data,
    as_instance,
    blocks_of,
    both_names,
    entering,
    facilities,
    with_added,
)
from .test_limits import scaled
from .test_meaning import enumerated

HALVES: dict[str, Change] = {}
neutral = entering(HALVES)


def halved(data: Data, where: str, names: list[str], fields: tuple[str, ...]) -> Data | None:
    """The data with two blocks for each of ``names``, alike but for the fields, of which each has half."""
    if not names:
        return None
    blocks = blocks_of(data, where)
    halves: Data = {}
    for name, block in blocks.items():
        half = block | {key: scaled(block[key], 0.5) for key in fields if block.get(key) is not None}
        halves |= {key: copy.deepcopy(half) for key in both_names(name)} if name in names else {name: block}
    return {key: mentioned(value, key, set(names)) for key, value in (data | {where: halves}).items()}


def mentioned(value: Any, field: str, names: set[str]) -> Any:
    """The value with the second half named wherever the first is."""
    if isinstance(value, list) and field in REFERENCES:
        return [each for name in value for each in (both_names(name) if name in names else (name,))]
    if isinstance(value, list):
        return [mentioned(item, field, names) for item in value]
    if not isinstance(value, dict):
        return value
    if field == BY_SITE:
        return {key: cost for name, cost in value.items() for key in (both_names(name) if name in names else (name,))}
    return {key: mentioned(item, key, names) for key, item in value.items()}


@neutral()
def split_sites(data: Data) -> Data | None:
    """Half of everything on either side of the road, where all of it can be halved.

    Not with land or an opening cost, which are paid once, a grid connection, which whole phases fill, an odd count, a
    gap between phases, an entry that waits for another, power rented in blocks, or what stands there already.
    """
    lots = [lot for offer in blocks_of(data, "hardware").values() for lot in (offer.get("opening") or {}).values()]
    full = {lot["site"] for lot in lots}
    names = [name for name, site in blocks_of(data, "sites").items() if name not in full and can_be_halved(site)]
    for name in names:
        site = data["sites"][name]
        for phase in site.get("phases", ()):
            phase["count"] //= 2
        if site.get("colocation"):
            site["colocation"]["limit_mw"] = scaled(site["colocation"]["limit_mw"], 0.5)
    return halved(data, "sites", names, ("existing_mw", "grid_connection_mw"))


def can_be_halved(site: Data) -> bool:
    phases, rent = site.get("phases", []), blocks_of(site, "colocation")
    once = ("land_musd", "opening_cost_musd", "opening")
    if any(site.get(name) for name in once) or rent.get("block_mw") or len(phases) > 1:
        return False
    if not phases:
        return True
    (phase,) = phases
    return "grid_connection_mw" not in site and not phase.get("gap_periods") and phase.get("count", 1) % 2 == 0


@neutral()
def second_like_region(data: Data) -> Data | None:
    """Every second site of a region moves to another like it. Not where they share a limit or a source of energy."""
    shared = {source["region"] for source in blocks_of(data, "energy_sources").values()}
    moved = False
    for name, region in list(blocks_of(data, "regions").items()):
        own = [site for site in blocks_of(data, "sites").values() if site["region"] == name]
        if len(own) < 2 or name in shared or "power_limit_mw" in region:
            continue
        data = with_added(data, "regions", region, f"{NEW}.{name}")
        for site in own[1::2]:
            site["region"] = f"{NEW}.{name}"
        moved = True
    return data if moved else None


@neutral()
def split_phases(data: Data) -> Data | None:
    """An entry for each of ``count`` phases. Not beside conditions, which name an entry and mean any of it."""
    if blocks_of(data, "choices"):
        return None
    for site in blocks_of(data, "sites").values():
        site.setdefault("phases", [])
    counts = [phase.get("count", 1) for site in blocks_of(data, "sites").values() for phase in site.get("phases", ())]
    return enumerated(data) if any(1 < count <= 20 for count in counts) and max(counts) <= 20 else None


@neutral()
def split_offers(data: Data) -> Data | None:
    """Half of the supply each, where nothing is asked of an order as a whole and no units are there already."""
    whole, read = ("tiers", "framework", "development", "opening"), as_instance(data)
    names = [
        name
        for name, offer in blocks_of(data, "hardware").items()
        if all(offer.get(key) is None for key in whole)
        and not offer.get("lot_units")
        and not any(read.hardware[name].order_fee_musd.expand(read.periods))
    ]
    return halved(data, "hardware", names, ("supply_units",))


@neutral()
def split_markets(data: Data) -> Data | None:
    return halved(data, "markets", list(blocks_of(data, "markets")), ("demand_h100e",))


@neutral()
def split_clouds(data: Data) -> Data | None:
    """Not where compute is reserved in blocks."""
    names = [
        name for name, cloud in blocks_of(data, "cloud").items() if not blocks_of(cloud, "reserved").get("block_h100e")
    ]
    for name in names:
        if reserved := blocks_of(data["cloud"][name], "reserved"):
            reserved["limit_h100e"] = scaled(reserved["limit_h100e"], 0.5)
    return halved(data, "cloud", names, ("limit_h100e",))


@neutral()
def split_sources(data: Data) -> Data | None:
    """Not where a contract is signed as a whole."""
    sources = blocks_of(data, "energy_sources").items()
    return halved(
        data, "energy_sources", [name for name, source in sources if source.get("contract") is None], ("limit_mw",)
    )


@neutral()
def split_flows(data: Data) -> Data | None:
    return halved(data, "cash_flows", list(blocks_of(data, "cash_flows")), ("musd_per_year", "musd_per_period"))


@neutral()
def split_loans(data: Data) -> Data | None:
    """Not where something is charged or asked for a draw or a facility as a whole, also of a commitment with tranches,
    and not where one half could be drawn while the other is repaid: of a line beside a sweep, too. Nor of a loan that
    is swept: of halves drawn unequally one is repaid first, and the other is swept by half the share."""
    whole = (
        "min_draw_musd",
        "issue_fee_musd",
        "commitment_fee_per_year",
        "letter_of_credit_fee_per_year",
        "prepayment",
        "tranche_of",
    )
    heads = {debt.get("tranche_of") for debt in blocks_of(data, "debt").values()}
    groups = [group.get("debt", ()) for group in blocks_of(data, "groups").values()]
    swept = {name for own in groups for name in own if any(data["debt"][each].get("sweep") for each in own)}
    names = [
        name
        for name, debt in blocks_of(data, "debt").items()
        if debt["kind"] != "sculpted"
        and debt.get("sweep") is None
        and not (debt["kind"] == "revolver" and name in swept)
        and name not in facilities(data) | heads
        and not any(key in debt and debt[key] not in (None, 0) for key in whole)
    ]
    for name in names:
        if tie := blocks_of(data["debt"][name], "tied_to"):
            tie["capex_share"] = 0.5 * tie.get("capex_share", 1.0)
    return halved(data, "debt", names, ("limit_musd", "max_draw_musd", "opening_balance_musd"))
