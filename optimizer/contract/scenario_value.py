"""What a scenario of a kept tree comes to, for all who show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.contract.objectives import MAXIMISED


def scenario_value(data: Mapping[str, Any], leaf: Mapping[str, Any]) -> float | None:
    """What the plan of a scenario comes to by the first level, the price of what it raises in need included.

    ``data`` is a tree.json, ``leaf`` one of its scenarios; the value is in the unit of the level.
    """
    name = str(data["levels"][0]["name"])
    value = leaf["metrics"].get(name)
    rescue = data["rescue"]
    if value is None or rescue is None:
        return None if value is None else float(value)
    price = float(rescue["price_share"]) * float(rescue["raised_musd"].get(leaf["name"], 0.0))
    return float(value) + (-price if name in MAXIMISED else price)
