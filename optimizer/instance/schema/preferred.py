"""Preferred shares."""

from __future__ import annotations

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, PeriodLabel, Positive, Share
from optimizer.instance.series import RateSeries


class PreferredEquity(Block):
    """A class of preferred shares that may be issued once: a fixed dividend, not deductible, never repaid."""

    dividend_per_year: RateSeries = Field(
        description="Dividend on the amount, nominal, at the rate of the period of issue."
    )
    min_musd: NonNegative = Field(0.0, description="Least size, if it is issued.")
    max_musd: Positive = Field(description="Largest size.")
    first_raise: PeriodLabel | None = Field(None, description="First period in which it can be issued.")
    last_raise: PeriodLabel | None = Field(None, description="Last period in which it can be issued.")
    flotation_share: Share = Field(0.0, description="Issue cost as a share of the amount.")
    flotation_fixed_musd: NonNegative = Field(0.0, description="Fixed issue cost.")
