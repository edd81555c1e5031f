"""Strategic partners."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, PeriodLabel, Periods, Positive
from optimizer.instance.series import NonNegativeSeries


class Partner(Block):
    """A strategic partner: cash now, for compute deliveries at an agreed price or for equity at a valuation."""

    kind: Literal["compute", "equity"] = Field(description="What the partner gets.")
    cash_musd: Positive = Field(description="Cash that comes in when the agreement is signed.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which it may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which it may be signed.")
    delivery_lag_periods: Periods = Field(1, description="compute: periods from signing to the first delivery.")
    delivery_periods: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None, description="compute: number of periods with deliveries."
    )
    delivery_h100e: NonNegative | None = Field(None, description="compute: delivered in each, average in use.")
    price_usd_per_h100e_hour: NonNegative | None = Field(None, description="compute: agreed price of an hour.")
    cost_of_serving_usd_per_h100e_hour: NonNegative | None = Field(
        None,
        description="compute: what an hour costs to serve after the last period; absent: the cheapest offer or cloud.",
    )
    pre_money_musd: NonNegativeSeries | None = Field(None, description="equity: value before, by period.")
    counts_as_debt: bool = Field(
        False, description="compute: what is owed in deliveries is debt in covenants, leverage and the pricing grid."
    )
