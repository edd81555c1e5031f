"""Sites, their phases, and what phases compete for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, NonNegative, PeriodLabel, Periods, Positive, Share, Timing
from optimizer.instance.schema.colocation import Colocation
from optimizer.instance.schema.opening import OpeningAsset, ResourceUse
from optimizer.instance.series import AnySeries, NonNegativeSeries


class Resource(Block):
    """Something that phases compete for: crews, transformers, water."""

    limit: NonNegativeSeries = Field(description="How much there is in each period, in the resource's own unit.")


class CapexItem(Block):
    """One part of the cost of a phase."""

    musd: NonNegativeSeries = Field(description="Cost of this part for one phase, by the period in which it starts.")
    book_life_years: Positive | None = Field(
        None, description="Straight-line life in the books from the period in service on; absent: never depreciated."
    )
    tax_class: Name | None = Field(None, description="Name of a depreciation class; absent: no tax depreciation.")


class Phase(Block):
    """A stage of a site. Phases start in the order of the list."""

    name: Name = Field(description="Name, unique in its site.")
    count: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="How many identical phases this entry stands for."
    )
    mw: NonNegative = Field(description="Power that one phase brings on line.")
    capex: dict[Name, CapexItem] = Field(default={}, description="Parts of the cost, each with its own depreciation.")
    spend_profile: list[NonNegative] = Field(
        default=[1.0], min_length=1, description="Shares of the cost by period from the start on; they sum to 1."
    )
    lead_periods: Periods = Field(description="Periods from start to energised.")
    fixed_opex_musd_per_year: NonNegativeSeries = Field(ZERO, description="Running cost once energised.")
    income_musd_by_age: list[NonNegative] = Field(
        default=[],
        description="Revenue of one phase in its first, second, … period of service; none after the last of them.",
    )
    earliest_start: PeriodLabel | None = Field(None, description="First period in which it may start.")
    latest_start: PeriodLabel | None = Field(None, description="Last period in which it may start.")
    gap_periods: Periods = Field(0, description="Least distance from the start of the phase before it (or its like).")
    committed: bool = Field(False, description="It has to be built (all of its count).")
    fractional: bool = Field(
        False, description="Any share of it can be taken, from nothing to all; it is then the only entry of its site."
    )
    resources: dict[Name, ResourceUse] = Field(default={}, description="What one phase takes of each resource.")
    value_musd: AnySeries = Field(
        ZERO,
        description="Stand-alone value of one phase, by the period in which it starts, for the objective total_value; "
        "it counts if the phase is energised by the last period.",
    )
    payment_timing: Timing | None = Field(
        None, description="Where in its period the phase, and land with the first one, is paid; absent: the file's."
    )


class Site(Block):
    """A place where phases can be built, or megawatts rented."""

    region: Name = Field(description="Name of its region.")
    pue: Annotated[float, Field(ge=1.0, le=10.0)] = Field(
        description="Power usage effectiveness: facility MW per IT MW."
    )
    uptime_share: Share = Field(1.0, description="Share of time that the hardware can be used.")
    max_utilisation_share: Share = Field(1.0, description="Highest average use of the hardware that is up.")
    load_factor_share: Share = Field(1.0, description="Average over peak power, for the energy bought.")
    existing_mw: NonNegative = Field(0.0, description="Power already on line at instant 0.")
    opening: dict[Name, OpeningAsset] = Field(
        default={},
        description="What stands there at instant 0 with a value in the books, or is being built, beside existing_mw "
        "and phases. Land and opening cost of a site that has been opened are not to be paid again: leave them out.",
    )
    grid_connection_mw: NonNegativeSeries | None = Field(None, description="Size of the grid connection.")
    land_musd: NonNegative = Field(0.0, description="Land, paid with the first phase, never depreciated.")
    opening_cost_musd: NonNegative = Field(0.0, description="One-off operating cost with the first phase.")
    phases: list[Phase] = Field(default=[], description="Phases in their order.")
    colocation: Colocation | None = Field(None, description="Megawatts that can be rented here.")
