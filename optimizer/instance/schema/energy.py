"""Grid areas, limits on power, sources of energy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import ASSIGNABLE, ZERO, Block, Name, PeriodLabel, Share
from optimizer.instance.series import AnySeries, NonNegativeSeries, ShareSeries


class Region(Block):
    """A grid area."""

    energy_price_usd_per_mwh: AnySeries | None = Field(
        None, description="Price of energy from the grid; absent: all energy comes from energy_sources."
    )
    grid_renewable_share: ShareSeries = Field(ZERO, description="Renewable share of the energy from the grid.")
    grid_emissions_t_per_mwh: NonNegativeSeries = Field(ZERO, description="CO2 of the energy from the grid.")
    power_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites of the region may draw.")


class Power(Block):
    """Limits over all regions."""

    system_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites together may draw.")
    min_renewable_share: ShareSeries = Field(ZERO, description="Least renewable share of the energy of a period.")


class EnergyContract(Block):
    """An energy source that delivers only under contract: signed once, for a fixed term, take or pay."""

    term_periods: Annotated[int, Field(ge=1, le=2000)] = Field(description="Periods from the signing on.")
    take_or_pay_share: Share = Field(0.0, description="Share of the limit that is paid for whether taken or not.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which it may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which it may be signed.")
    assignable_share: Share = ASSIGNABLE


class EnergySource(Block):
    """A power purchase agreement, a plant on site, or any other source of energy beside the grid."""

    region: Name = Field(description="Region whose sites it serves.")
    price_usd_per_mwh: AnySeries = Field(description="Price of its energy.")
    limit_mw: NonNegativeSeries = Field(description="Most that it delivers, average over the period.")
    renewable: bool = Field(False, description="Whether it counts for the renewable share.")
    emissions_t_per_mwh: NonNegativeSeries = Field(ZERO, description="CO2 of its energy.")
    contract: EnergyContract | None = Field(None, description="Terms; absent: any amount at any time.")
