"""Offers of hardware: what a unit costs, computes and draws."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, NonNegative, PeriodLabel, Periods, Share, Timing
from optimizer.instance.schema.frameworks import Framework
from optimizer.instance.schema.leases import Lease
from optimizer.instance.schema.opening import OpeningUnits
from optimizer.instance.series import NonNegativeSeries


class AttachCost(Block):
    """What is bought with each unit: servers, network, installation."""

    usd_per_unit: NonNegativeSeries = Field(description="Cost per unit, by order period.")
    tax_class: Name | None = Field(None, description="Name of a depreciation class; absent: no tax depreciation.")


class Tier(Block):
    """One step of a volume discount."""

    from_units: NonNegative = Field(
        description="Units ordered in one period, over all sites, from which this tier holds."
    )
    discount_share: Share = Field(description="Off the unit price.")


class Tiers(Block):
    """A volume discount on the units ordered in one period."""

    kind: Literal["all_units", "incremental"] = Field(
        description="all_units: the tier's price holds for the whole order. incremental: for the units above its start."
    )
    steps: list[Tier] = Field(min_length=1, description="The tiers, beginning with from_units 0, in rising order.")


class Development(Block):
    """One-off engineering that opens an offer: a custom chip, say."""

    cost_musd: NonNegative = Field(description="Cost, an operating cost of the period in which it starts.")
    lead_periods: Periods = Field(description="Periods from its start to the first possible order.")
    first_start: PeriodLabel | None = Field(None, description="First period in which it may start.")
    last_start: PeriodLabel | None = Field(None, description="Last period in which it may start.")


class Offer(Block):
    """A way to get one type of accelerator from one vendor."""

    vendor: str | None = Field(None, description="Who sells it.")
    accelerator: str | None = Field(
        None, description="What it is; by it a lease finds the offer whose price says what rate is inside its payments."
    )
    price_usd: NonNegativeSeries = Field(
        ZERO, description="Price per unit, by order period, before tiers; 0 for a lease."
    )
    attach: dict[Name, AttachCost] = Field(default={}, description="Costs per unit besides the accelerator itself.")
    compute_h100e: NonNegative = Field(
        description="H100 equivalents of one unit (sustained throughput of one H100 = 1)."
    )
    kw: NonNegative = Field(description="All-in IT power of one unit.")
    lead_periods: Periods = Field(description="Periods from order to delivery.")
    life_periods: Annotated[int, Field(ge=1, le=2000)] = Field(
        description="Periods of service, and straight-line life in the books."
    )
    lot_units: NonNegative = Field(0.0, description="An order is a whole number of lots; 0 allows any quantity.")
    first_order: PeriodLabel | None = Field(None, description="First period in which it can be ordered.")
    last_order: PeriodLabel | None = Field(None, description="Last period in which it can be ordered.")
    supply_units: NonNegativeSeries | None = Field(None, description="Most that can be ordered in a period.")
    deposit_share: Share = Field(0.0, description="Share of the cost paid at order; the rest is paid at delivery.")
    payment_timing: Timing | None = Field(
        None, description="Where in their periods deposit and delivery are paid; absent: the file's."
    )
    order_fee_musd: NonNegativeSeries = Field(
        ZERO, description="Fee for each period in which an order is placed; expensed."
    )
    upkeep_usd_per_unit_year: NonNegativeSeries = Field(ZERO, description="Maintenance of a unit in service.")
    upkeep_usd_per_unit_year_by_age: list[NonNegative] = Field(
        default=[],
        description="What keeping a unit costs in its first, second, … year of service, besides what it costs by the "
        "calendar (upkeep_usd_per_unit_year); the last of them goes on. In the money of the year in which it is paid, "
        "whenever the unit was bought: not indexed.",
    )
    tax_class: Name | None = Field(None, description="Depreciation class of the price; absent: no tax depreciation.")
    tiers: Tiers | None = Field(None, description="Volume discount.")
    sites: list[Name] | None = Field(None, min_length=1, description="Sites that may house it; absent: all.")
    framework: Framework | None = Field(None, description="The offer is a framework agreement.")
    development: Development | None = Field(None, description="The offer has to be developed first.")
    lease: Lease | None = Field(
        None, description="The offer is a lease; price, attach costs, tiers, deposit are then out."
    )
    resale_share_by_age: list[Share] | None = Field(
        None,
        min_length=1,
        description="What a used unit fetches at age 0, 1, 2 … years, as a share of price_usd at its order or at its "
        "sale, whichever is lower; linear between, nothing after. Allows early retirement; not together with tiers or "
        "a lease.",
    )
    opening: dict[Name, OpeningUnits] = Field(
        default={},
        description="Units that are there at instant 0, or on order: they draw, serve, cost and are sold like those "
        "ordered in the plan. Not of a lease.",
    )
