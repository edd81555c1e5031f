"""The periods that are planned, and the rate that brings money of different periods together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, PeriodLabel, Timing


class CalendarBlock(Block):
    """The periods that are planned."""

    start: PeriodLabel = Field(description="Label of the first period: 2026, 2026Q3 or 2026-07.")
    periods: Annotated[int, Field(ge=1, le=1200)] = Field(description="How many periods.")
    length: Literal["year", "quarter", "month"] = Field("year", description="Length of a period.")


class Discount(Block):
    """The rate that brings money of different periods together."""

    rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(description="Discount rate ρ, effective per year.")
    timing: Timing = Field("end", description="Where in its period a flow is discounted from (θ).")
