"""What a plan may do or leave, and earns by: whether the least cost of capital says anything about the best plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.instance.series import Series

if TYPE_CHECKING:
    from optimizer.instance.schema import Instance, Market, ObjectiveName

BLIND = ("cost_of_capital", "wacc", "capital_raised", "peak_funding", "dilution")
"""Objectives that do not see what is earned."""

Path = tuple[str | int, ...]


def earning_options(instance: Instance) -> Iterator[Path]:
    """What earns and need not be: markets that need not be served in full, phases with a value, partners."""
    for name, market in instance.markets.items():
        if _earns(market) and not _is_served_in_full(market):
            yield "markets", name
    for name, site in instance.sites.items():
        for i, phase in enumerate(site.phases):
            if max(written_values(phase.value_musd)) > 0.0 and not phase.committed:
                yield "sites", name, "phases", i
    for name in instance.partners:
        yield "partners", name


def is_pinned(instance: Instance) -> bool:
    """Whether demand says what is built: some has to be served and, surplus markets apart, all of what earns."""
    wanted = [
        m
        for m in instance.markets.values()
        if m.surplus_only_below_share is None and max(written_values(m.demand_h100e)) > 0
    ]
    asked = any(max(written_values(market.min_served_share)) > 0.0 for market in wanted)
    return asked and all(_is_served_in_full(market) or not _earns(market) for market in wanted)


def default_objectives(instance: Instance) -> tuple[ObjectiveName, ...]:
    """What is optimised where a file does not say it."""
    if any(True for _ in earning_options(instance)):
        return ("shareholder_value",)
    return ("cost_of_capital", "shareholder_value")


def _earns(market: Market) -> bool:
    return max(written_values(market.revenue_usd_per_h100e_hour)) > 0.0


def _is_served_in_full(market: Market) -> bool:
    return min(written_values(market.min_served_share)) >= 1.0


def written_values(series: Series) -> list[float]:
    """The values as they are written, whether or not they fit the calendar."""
    written = series.written()
    if isinstance(written, dict):
        return [value for key, value in written.items() if key != "growth_per_year"]
    return written if isinstance(written, list) else [written]
