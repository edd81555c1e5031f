"""What shareholders ask, and when more can be raised."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from optimizer.instance.schema.base import NONE, Block, Name, NonNegative, PeriodLabel, Positive, Share
from optimizer.instance.schema.dividends import Dividends
from optimizer.instance.series import NonNegativeSeries, RateSeries


def _or_none(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [*schema["anyOf"], {"const": NONE}]


class EquityRound(Block):
    """A round that may be raised once."""

    min_musd: NonNegative = Field(0.0, description="Least size, if it is raised.")
    max_musd: Positive = Field(description="Largest size.")
    first_raise: PeriodLabel | None = Field(None, description="First period in which it can be raised.")
    last_raise: PeriodLabel | None = Field(None, description="Last period in which it can be raised.")
    flotation_share: Share = Field(0.0, description="Issue cost as a share of the amount.")
    flotation_fixed_musd: NonNegative = Field(0.0, description="Fixed issue cost.")
    pre_money_musd: NonNegativeSeries | None = Field(None, description="Value before the round; gives the share sold.")
    cost_of_equity_per_year: RateSeries | None = Field(
        None, description="Return on this money, effective; absent: the company's."
    )


class Equity(Block):
    """What shareholders ask, and when more can be raised."""

    cost_of_equity_per_year: RateSeries = Field(description="Return k_e on the equity paid in, effective.")
    rounds: dict[Name, EquityRound] = Field(default={}, description="Rounds that may be raised.")
    ownership_floor_share: Share | None = Field(
        None, description="Least share that today's owners keep over all rounds with a pre-money value."
    )
    ownership_segments: Annotated[int, Field(ge=1, le=1000)] = Field(
        16, description="Pieces of the curve by which ownership is modelled; the error bound is reported."
    )
    dividends: Dividends | None = Field(
        None,
        description="What is paid out to shareholders; `none` says that nothing is; absent: nothing.",
        json_schema_extra=_or_none,
    )

    @field_validator("dividends", mode="before")
    @classmethod
    def _none_is_said(cls, value: Any) -> Any:
        return None if value == NONE else value
