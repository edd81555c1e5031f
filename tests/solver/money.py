"""The same programme in another unit of money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from optimizer.instance import schema
from optimizer.instance.schema import Block, Covenant
from optimizer.instance.series import Series

QUANTITIES = {
    # time
    "periods", "start", "lead_periods", "gap_periods", "grace_periods", "tenor_periods", "term_periods",
    "service_periods",
    "life_periods", "delivery_periods", "delivery_lag_periods", "book_life_years", "life_years", "minimum_opex_months",
    "time_limit_s", "acceptance_lag_periods", "long_stop_periods", "acceptance", "taxed_in", "put_periods",
    # what no plan depends on
    "low", "high", "factor", "repair_costs",
    # power, energy, compute, hardware, resources in their own unit
    "mw", "kw", "block_mw", "existing_mw", "grid_connection_mw", "limit_mw", "power_limit_mw", "system_limit_mw",
    "emissions_t_per_mwh", "grid_emissions_t_per_mwh", "compute_h100e", "demand_h100e", "delivery_h100e",
    "limit_h100e", "block_h100e", "lot_units", "from_units", "min_total_units", "supply_units", "limit", "building",
    "running", "ramp_h100e", "ramp_mw", "h100e_per_mw",
    # shares, rates and other ratios
    "multiple", "pue", "rate", "share", "lock_up_dscr", "lower", "upper", "maximum", "minimum", "resale_share_by_age",
    "table_shares", "security", "share_by_class", "spend_profile",
    # what stands
    "age_periods", "units", "look_ahead_periods", "delivery", "ready",
    # counts
    "count", "seed", "threads", "ownership_segments",
}  # fmt: skip
"""Numbers that no unit of money changes; beside them what ends in ``_share``, ``_per_year`` or names a period."""


def is_money(name: str, block: Any = None) -> bool:
    """Whether a field is an amount of money, or a price: its name says so, but for the floor of a liquidity."""
    if isinstance(block, Covenant) and block.kind == "minimum_liquidity" and name == "minimum":
        return True
    return bool({"usd", "musd"} & set(name.split("_")))


def in_units(value: Any, factor: float) -> Any:
    """A block with every amount of money in it ``factor`` times as large; quantities, shares and rates stay."""
    if isinstance(value, Block):
        changed = {}
        for name in type(value).model_fields:
            item = getattr(value, name)
            changed[name] = _times(item, factor) if is_money(name, value) else in_units(item, factor)
        return type(value)(**changed)
    if isinstance(value, dict):
        return {name: in_units(item, factor) for name, item in value.items()}
    return [in_units(item, factor) for item in value] if isinstance(value, list) else value


def _times(value: Any, factor: float) -> Any:
    """A number, a series (its growth stays), a list or a mapping of them, ``factor`` times as large."""
    if isinstance(value, dict):
        return {name: _times(item, factor) for name, item in value.items()}
    if isinstance(value, list):
        return [_times(item, factor) for item in value]
    if not isinstance(value, Series):
        return None if value is None else factor * value
    if isinstance(value.raw, float):
        return Series(factor * value.raw)
    if value.is_growth:
        written = value.written()
        return Series((("initial", factor * written["initial"]), ("growth_per_year", written["growth_per_year"])))
    if value.raw and isinstance(value.raw[0], tuple):
        return Series(tuple((label, factor * amount) for label, amount in dict(value.raw).items()))
    return Series(tuple(factor * amount for amount in value.raw))  # type: ignore[operator]


def numeric_fields() -> Iterator[tuple[str, str]]:
    """Every (block, field) of the schema that holds numbers."""
    blocks = [each for each in vars(schema).values() if isinstance(each, type) and issubclass(each, Block)]
    for block in sorted(blocks, key=lambda each: each.__name__):
        for name, field in block.model_fields.items():
            if _holds(field.annotation, (int, float, Series)):
                yield block.__name__, name


def _holds(annotation: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, kinds) and annotation is not bool:
        return True
    return any(_holds(each, kinds) for each in get_args(annotation))
