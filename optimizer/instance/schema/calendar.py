"""The periods that are planned, and the rate that brings money of different periods together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, PeriodLabel, Timing

Length = Literal["year", "quarter", "month"]


class SegmentBlock(Block):
    """A run of periods of one length."""

    length: Length = Field(description="Length of its periods.")
    periods: Annotated[int, Field(ge=1, le=1200)] = Field(description="How many of them.")


class CalendarBlock(Block):
    """The periods that are planned: `periods` and `length`, or `segments`."""

    start: PeriodLabel = Field(description="Label of the first period: 2026, 2026Q3 or 2026-07.")
    periods: Annotated[int, Field(ge=1, le=1200)] = Field(description="How many periods; left out beside segments.")
    length: Length = Field(
        "year",
        description="Length of a period. Beside segments that of the first, and what a number of periods then counts.",
    )
    segments: list[SegmentBlock] | None = Field(
        None,
        min_length=1,
        description="Runs of periods, from fine to coarse; each begins where one of its periods begins in the calendar "
        "year.",
    )


class Discount(Block):
    """The rate that brings money of different periods together."""

    rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(description="Discount rate ρ, effective per year.")
    timing: Timing = Field("end", description="Where in its period a flow is discounted from (θ).")
