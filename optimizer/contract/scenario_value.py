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
    value, price = leaf["metrics"].get(name), price_in_need(data, leaf)
    return None if value is None else float(value) + (-price if name in MAXIMISED else price)


def price_in_need(data: Mapping[str, Any], leaf: Mapping[str, Any]) -> float:
    """What money from outside costs a scenario beside what equity costs, USD million; 0 where there is none."""
    rescue = data["rescue"]
    if rescue is None:
        return 0.0
    return float(rescue["price_share"]) * float(rescue["raised_musd"].get(leaf["name"], 0.0))
