"""The right to turn a loan into shares, and what the company buys against it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, Share
from optimizer.instance.series import NonNegativeSeries, RateSeries


class CappedCall(Block):
    """Options that the company buys as it issues: they deliver shares back, up to a cap."""

    cost_share: Share = Field(description="What they cost, as a share of the draw; an issue cost of equity.")
    cap_premium_share: NonNegative = Field(
        description="Up to which share price they pay, as a premium on that of the draw."
    )


class Conversion(Block):
    """A convertible: at the end of its tenor holders take shares where those are worth more than what is owed."""

    share_price_usd: NonNegativeSeries = Field(description="Price of a share at the end of each period.")
    premium_share: NonNegative = Field(
        description="Conversion premium: the conversion price is above the share price of the draw by this share."
    )
    straight_rate_per_year: RateSeries = Field(
        description="What straight debt of its rank and tenor would yield, effective: the convertible is charged as "
        "such debt is, by the period of its draw."
    )
    put_periods: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None,
        description="Periods after a draw at whose end holders may put it, for par: they do where the shares that it "
        "would become are worth less then. Absent: no put.",
    )
    capped_call: CappedCall | None = Field(None, description="A capped call that is bought with each draw.")
    pre_money_musd: NonNegativeSeries | None = Field(
        None,
        description="Value of the company's shares at the share price of the draw; gives the share that conversion "
        "sells, at the conversion price.",
    )
