"""Compute rented by the hour, or reserved."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import ASSIGNABLE, Block, NonNegative, PeriodLabel, Share
from optimizer.instance.series import NonNegativeSeries


class Reserved(Block):
    """Compute reserved for a term, paid whether used or not."""

    price_usd_per_h100e_hour: NonNegativeSeries = Field(description="Price of an hour, by the period of reservation.")
    limit_h100e: NonNegativeSeries = Field(description="Most that is reserved at any time.")
    term_periods: Annotated[int, Field(ge=1, le=2000)] = Field(description="Periods from the reservation on.")
    block_h100e: NonNegative = Field(0.0, description="A reservation is a whole number of blocks; 0 allows any size.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which it may be reserved.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which it may be reserved.")
    assignable_share: Share = ASSIGNABLE


class Cloud(Block):
    """Compute rented by the hour."""

    price_usd_per_h100e_hour: NonNegativeSeries = Field(description="Price of an hour.")
    limit_h100e: NonNegativeSeries = Field(description="Most that can be rented by the hour, average over the period.")
    reserved: Reserved | None = Field(None, description="Reserved blocks beside it.")
