"""Demand for compute."""

from __future__ import annotations

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, Share
from optimizer.instance.series import NonNegativeSeries, ShareSeries, written_values


class Market(Block):
    """Demand for compute."""

    demand_h100e: NonNegativeSeries = Field(description="H100 equivalents wanted, average in use over the period.")
    revenue_usd_per_h100e_hour: NonNegativeSeries = Field(ZERO, description="Revenue for each hour served.")
    min_served_share: ShareSeries = Field(ZERO, description="Share of demand that must be served.")
    shortfall_penalty_usd_per_h100e_hour: NonNegativeSeries | None = Field(
        None, description="Cost of each hour missing to the minimum; absent: the minimum is a hard limit."
    )
    serving_cost_usd_per_h100e_hour: NonNegativeSeries = Field(ZERO, description="Cost of each hour served, anywhere.")
    serving_cost_by_site_usd_per_h100e_hour: dict[Name, NonNegativeSeries] = Field(
        default={}, description="Added for hours served from a site."
    )
    sites: list[Name] | None = Field(None, min_length=1, description="Sites and clouds that may serve it; absent: all.")
    surplus_only_below_share: Share | None = Field(
        None,
        description="Makes it a surplus market: own capacity serves it only in periods in which the other markets use "
        "at most this share of that capacity.",
    )

    @property
    def earns(self) -> bool:
        """Whether anything is paid for an hour in any period."""
        return max(written_values(self.revenue_usd_per_h100e_hour)) > 0.0

    @property
    def is_served_in_full(self) -> bool:
        """Whether all of the demand has to be served, in every period."""
        written = self.min_served_share.written()
        falls = isinstance(written, dict) and written.get("growth_per_year", 0.0) < 0.0
        return min(written_values(self.min_served_share)) >= 1.0 and not falls
