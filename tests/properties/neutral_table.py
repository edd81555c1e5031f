"""Changes of a file that change nothing: their type, how they are entered, and what they share."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optimizer.instance.rings import rings
from optimizer.instance.schema import Instance

Data = dict[str, Any]
Apply = Callable[[Data], Data | None]

BEYOND = 1e6
"""More megawatts, units and USD million than any of the instances compared can use."""
NEW = "nothing"
"""The name of what is added."""


@dataclass(frozen=True)
class Change:
    """A change that is neutral; where the best has no end only if it sets no limit, however large (``limits``).

    ``money`` is how many times as many dollars everything is afterwards.
    """

    name: str
    apply: Apply
    limits: bool
    money: float

    def __call__(self, data: Data) -> Data | None:
        """The changed data; None where it does not apply, or leaves the file as it was written."""
        changed = self.apply(copy.deepcopy(data))
        return None if changed is None or json.dumps(changed) == json.dumps(data) else changed


def entering(table: dict[str, Change]) -> Callable[..., Callable[[Apply], Apply]]:
    """A decorator that enters a change in the table under its name, with its ``limits`` and ``money``."""

    def neutral(limits: bool = False, money: float = 1.0) -> Callable[[Apply], Apply]:
        def enter(apply: Apply) -> Apply:
            table[apply.__name__] = Change(apply.__name__, apply, limits, money)
            return apply

        return enter

    return neutral


def blocks_of(data: Data, block: str) -> dict[str, Data]:
    return data.get(block) or {}


def facilities(data: Data) -> set[str]:
    """The facilities that stand in for the cash of a debt service reserve."""
    reserves = [debt["service_reserve"] for debt in blocks_of(data, "debt").values() if debt.get("service_reserve")]
    return {reserve["facility"] for reserve in reserves if reserve.get("facility")}


def offers_without(data: Data, *without: str) -> list[Data]:
    """The offers that have none of these blocks."""
    return [offer for offer in blocks_of(data, "hardware").values() if all(offer.get(key) is None for key in without)]


def offers_within_one_ring(data: Data, *without: str) -> list[Data]:
    """Those that have none of these blocks and stand in one borrowing group, or in none: a price in tiers of what may
    stand in several could not be parted between them, and is refused."""
    within = rings(as_instance(data)).offers
    offers = offers_without(data, *without)
    return [offer for name, offer in blocks_of(data, "hardware").items() if name in within and offer in offers]


def regions_within_one_ring(data: Data) -> list[str]:
    """The regions whose sites are of one borrowing group, or of none: energy sources of others are refused."""
    within = rings(as_instance(data)).regions
    return [name for name in blocks_of(data, "regions") if name in within]


def with_fields(data: Data, blocks: list[Data], **fields: Any) -> Data | None:
    """The data with fields set in each of some blocks; None if there is no such block."""
    for block in blocks:
        block |= copy.deepcopy(fields)
    return data if blocks else None


def with_added(data: Data, where: str, block: Data, name: str = NEW) -> Data:
    return data | {where: blocks_of(data, where) | {name: block}}


def as_instance(data: Data) -> Instance:
    return Instance.model_validate(data)


def objectives_of(data: Data) -> list[str]:
    return [level.name for level in as_instance(data).objectives]


def both_names(name: str) -> tuple[str, str]:
    return name, f"{name}.again"


BY_SITE = "serving_cost_by_site_usd_per_h100e_hour"
REFERENCES = (
    *("region", "site", "tax_class", "lender", "sites", "hardware", "instruments", "refinances", "reference"),
    *("facility", "tranche_of"),
    *("group", "debt", "partners", "cash_flows", "contracts"),  # what a group is around, and what is tested of it
)
CONDITIONS = ("exactly_one", "of", "requires", "excludes")
"""Fields of a condition, which name a thing with its family: ``sites.SITE.PHASE``."""
