"""What a user writes: one class per block.

Every class is frozen and refuses unknown keys. The unit of a field is the suffix of its name: ``_musd`` million US
dollars, ``_usd`` dollars, ``_mw`` megawatts, ``_kw`` kilowatts, ``_h100e`` H100 equivalents, ``_periods`` periods of
the calendar, ``_share`` a number from 0 to 1, ``_per_year`` a yearly rate. The field texts below are the reference:
`docs/instance.md`, the JSON Schema and the help lines of error messages are made from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from optimizer.instance.calendar import Calendar
from optimizer.instance.options import default_objectives
from optimizer.instance.series import (
    AnySeries,
    NonNegativeSeries,
    RateSeries,
    Series,
    ShareSeries,
)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
PeriodLabel = int | Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(Q[1-4]|-[0-9]{2})?$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Positive = Annotated[float, Field(gt=0.0)]
Periods = Annotated[int, Field(ge=0, le=2000)]
Timing = Literal["end", "mid", "start"]

NEW = "new"
"""Key by which a file that changes another marks an entry as new; no block has it as a field."""

NONE = "none"
"""What a file writes for a block that it leaves out on purpose: the field counts as given."""

_UNCHECKED = "checks nothing; use instance.replace({'debt.loan.rate_per_year': 0.08})"

ZERO = Series(0.0)
ONE = Series(1.0)
ASSIGNABLE: Any = Field(
    1.0,
    description="Share of the payments due after the last period that somebody else takes over; the rest counts as "
    "owed, unless the terminal value is a multiple of EBITDA, which holds them.",
)


def _or_none(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [*schema["anyOf"], {"const": NONE}]


class Block(BaseModel):
    """What all blocks share."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    source: str | None = Field(None, description="Where the figures of this block come from.")
    notes: str | None = Field(None, description="Anything a reader should know.")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy. With ``update`` it would hold what nothing has read or checked: raises TypeError."""
        if update:
            raise TypeError(f"model_copy(update=…) {_UNCHECKED}")
        return super().model_copy(deep=deep)

    def copy(
        self,
        *,
        include: Any = None,
        exclude: Any = None,
        update: Mapping[str, Any] | None = None,
        deep: bool = False,
    ) -> Self:
        """The old name of `model_copy`: raises TypeError for what would change or leave out something."""
        if include or exclude or update:
            raise TypeError(f"copy of a part or with update=… {_UNCHECKED}")
        return self.model_copy(deep=deep)


# ── time and money ────────────────────────────────────────────────────────────────────────────────────────────────


class CalendarBlock(Block):
    """The periods that are planned."""

    start: PeriodLabel = Field(description="Label of the first period: 2026, 2026Q3 or 2026-07.")
    periods: Annotated[int, Field(ge=1, le=1200)] = Field(description="How many periods.")
    length: Literal["year", "quarter", "month"] = Field("year", description="Length of a period.")


class Discount(Block):
    """The rate that brings money of different periods together."""

    rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(description="Discount rate ρ, effective per year.")
    timing: Timing = Field("end", description="Where in its period a flow is discounted from (θ).")


ObjectiveName = Literal[
    "cost_of_capital",
    "wacc",
    "net_present_cost",
    "adjusted_present_value",
    "shareholder_value",
    "terminal_cash",
    "dilution",
    "peak_funding",
    "capital_raised",
    "total_value",
]


class Objective(Block):
    """One level of the ordered list of objectives."""

    name: ObjectiveName = Field(
        description="What is optimised. shareholder_value, adjusted_present_value, terminal_cash and total_value are "
        "maximised, the others minimised."
    )
    slack_share: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.0,
        description="How far the next levels may depart from the best of this one, as a share of its absolute value.",
    )
    slack_musd: NonNegative = Field(0.0, description="The same as an amount; the two add up.")


class SolveOptions(Block):
    """How hard to try; the command line overrides it."""

    gap_share: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        1e-3, description="Relative gap at which a level is done."
    )
    time_limit_s: Positive = Field(300.0, description="Wall-clock limit for all levels together, seconds.")
    threads: Annotated[int, Field(ge=1, le=256)] = Field(2, description="Solver threads.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Random seed of the solver.")


class Opening(Block):
    """The balance sheet at instant 0. Retained earnings are what balances it."""

    cash_musd: NonNegative = Field(0.0, description="Cash in hand.")
    paid_in_capital_musd: NonNegative = Field(
        0.0, description="Equity that shareholders have paid in; the cost of equity is charged on it."
    )
    other_assets_musd: NonNegative = Field(0.0, description="Assets that stay as they are.")


class Cash(Block):
    """Rules for the cash account."""

    minimum_musd: NonNegativeSeries = Field(ZERO, description="Least cash at the end of a period.")
    minimum_opex_months: NonNegative = Field(
        0.0, description="Least cash in months of the period's operating cost; the larger of the two minima holds."
    )
    yield_per_year: RateSeries = Field(ZERO, description="Interest earned on the cash carried in, nominal.")
    cover_commitments: bool = Field(
        True,
        description="At the end of the last period cash and what can be drawn cover the least cash and what is still "
        "to be paid for construction begun.",
    )


class CashFlow(Block):
    """A flow that is given, not decided: overheads, staff, grants, customer prepayments."""

    musd_per_year: AnySeries | None = Field(None, description="Amount per year: positive comes in, negative goes out.")
    musd_per_period: AnySeries | None = Field(None, description="Amount per period, instead of per year.")
    kind: Literal["operating", "investing", "financing"] = Field(
        description="operating flows are part of EBITDA and taxed; the other two are neither."
    )
    corporate: bool = Field(
        False, description="Corporate overhead: outside the EBITDA and CFADS of covenants with scope infrastructure."
    )


class Budget(Block):
    """A ceiling on capital spending."""

    musd: NonNegativeSeries = Field(description="Ceiling of each period.")
    carry_over: bool = Field(False, description="What is left over may be spent later.")
    covers: list[Literal["sites", "hardware"]] = Field(
        default=["sites", "hardware"], min_length=1, description="Whose spending counts."
    )


class Terminal(Block):
    """What the assets are worth after the last period."""

    kind: Literal["none", "book_share", "ebitda_multiple", "resale"] = Field(
        description="How they are valued, at the end of the last period; resale takes the resale curves of the offers. "
        "What goes beyond the tax basis is taxed."
    )
    share: Share | None = Field(
        None,
        description="book_share: the share of net book value of sites, construction in progress and hardware.",
    )
    multiple: NonNegative | None = Field(
        None,
        description="ebitda_multiple: times the EBITDA of the last year, with the revenue that the hardware still in "
        "service after the last period can earn; not below 0.",
    )
    loss_value_share: Share = Field(
        0.0, description="Share of the tax rate that losses and interest carried beyond the last period are worth."
    )


# ── sites and power ───────────────────────────────────────────────────────────────────────────────────────────────


class Region(Block):
    """A grid area."""

    energy_price_usd_per_mwh: AnySeries | None = Field(
        None, description="Price of energy from the grid; absent: all energy comes from energy_sources."
    )
    grid_renewable_share: ShareSeries = Field(ZERO, description="Renewable share of the energy from the grid.")
    grid_emissions_t_per_mwh: NonNegativeSeries = Field(ZERO, description="CO2 of the energy from the grid.")
    power_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites of the region may draw.")


class Power(Block):
    """Limits over all regions."""

    system_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites together may draw.")
    min_renewable_share: ShareSeries = Field(ZERO, description="Least renewable share of the energy of a period.")


class EnergyContract(Block):
    """An energy source that delivers only under contract: signed once, for a fixed term, take or pay."""

    term_periods: Annotated[int, Field(ge=1, le=2000)] = Field(description="Periods from the signing on.")
    take_or_pay_share: Share = Field(0.0, description="Share of the limit that is paid for whether taken or not.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which it may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which it may be signed.")
    assignable_share: Share = ASSIGNABLE


class EnergySource(Block):
    """A power purchase agreement, a plant on site, or any other source of energy beside the grid."""

    region: Name = Field(description="Region whose sites it serves.")
    price_usd_per_mwh: AnySeries = Field(description="Price of its energy.")
    limit_mw: NonNegativeSeries = Field(description="Most that it delivers, average over the period.")
    renewable: bool = Field(False, description="Whether it counts for the renewable share.")
    emissions_t_per_mwh: NonNegativeSeries = Field(ZERO, description="CO2 of its energy.")
    contract: EnergyContract | None = Field(None, description="Terms; absent: any amount at any time.")


class Resource(Block):
    """Something that phases compete for: crews, transformers, water."""

    limit: NonNegativeSeries = Field(description="How much there is in each period, in the resource's own unit.")


class ResourceUse(Block):
    """What one phase takes of a resource."""

    building: NonNegative = Field(0.0, description="From the start period until the phase is energised.")
    running: NonNegative = Field(0.0, description="From the period in which it is energised on.")


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
    earliest_start: PeriodLabel | None = Field(None, description="First period in which it may start.")
    latest_start: PeriodLabel | None = Field(None, description="Last period in which it may start.")
    gap_periods: Periods = Field(0, description="Least distance from the start of the phase before it (or its like).")
    committed: bool = Field(False, description="It has to be built (all of its count).")
    resources: dict[Name, ResourceUse] = Field(default={}, description="What one phase takes of each resource.")
    value_musd: AnySeries = Field(
        ZERO,
        description="Stand-alone value of one phase, by the period in which it starts, for the objective total_value; "
        "it counts if the phase is energised by the last period.",
    )
    payment_timing: Timing | None = Field(
        None, description="Where in its period the phase, and land with the first one, is paid; absent: the file's."
    )


class Colocation(Block):
    """Megawatts rented from a landlord; own hardware goes in."""

    rent_musd_per_mw_year: NonNegativeSeries = Field(description="Rent, by the period in which a contract is signed.")
    limit_mw: NonNegativeSeries = Field(description="Most that is rented at any time.")
    term_periods: Annotated[int, Field(ge=1, le=2000)] = Field(description="Periods of a contract from delivery on.")
    lead_periods: Periods = Field(0, description="Periods from signing to delivery; rent is paid from delivery on.")
    block_mw: NonNegative = Field(0.0, description="A contract is a whole number of blocks; 0 allows any size.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which a contract may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which a contract may be signed.")
    assignable_share: Share = ASSIGNABLE


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
    grid_connection_mw: NonNegativeSeries | None = Field(None, description="Size of the grid connection.")
    land_musd: NonNegative = Field(0.0, description="Land, paid with the first phase, never depreciated.")
    opening_cost_musd: NonNegative = Field(0.0, description="One-off operating cost with the first phase.")
    phases: list[Phase] = Field(default=[], description="Phases in their order.")
    colocation: Colocation | None = Field(None, description="Megawatts that can be rented here.")


# ── hardware ──────────────────────────────────────────────────────────────────────────────────────────────────────


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


class Framework(Block):
    """A framework agreement: the offer holds only if it is signed, and then for a minimum over its order window."""

    min_total_units: NonNegative = Field(description="Least units ordered over the window, if signed.")
    take_or_pay_share: Share | None = Field(
        None,
        description="Share of the price of the window's last period that is paid for each unit missing to the minimum, "
        "in that period; absent: the minimum is a hard limit.",
    )
    signing_fee_musd: NonNegative = Field(0.0, description="Paid in the first period of the window, if signed.")


class Development(Block):
    """One-off engineering that opens an offer: a custom chip, say."""

    cost_musd: NonNegative = Field(description="Cost, an operating cost of the period in which it starts.")
    lead_periods: Periods = Field(description="Periods from its start to the first possible order.")
    first_start: PeriodLabel | None = Field(None, description="First period in which it may start.")
    last_start: PeriodLabel | None = Field(None, description="Last period in which it may start.")


class Lease(Block):
    """The units are leased, not bought: paid over their life_periods, then returned."""

    payment_usd_per_unit_year: NonNegativeSeries = Field(
        description="Payment, by order period; due at the end of each period of service."
    )
    implicit_rate_per_year: Annotated[float, Field(ge=0.0, le=10.0)] | None = Field(
        None,
        description="Interest rate inside the payments, nominal: the carry of the lease. It holds where no offer of "
        "the same `accelerator` can be bought; otherwise the rate follows from its price.",
    )
    counts_as_debt: bool = Field(
        False,
        description="A finance lease: asset and liability in the books. Otherwise payments are an operating cost.",
    )
    assignable_share: Share = ASSIGNABLE


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

    def resale_share(self, age_years: float) -> float:
        """What a used unit fetches at an age, as a share of its price: linear between the entries, 0 after the last."""
        curve = self.resale_share_by_age or []
        whole = int(age_years + 1e-9)
        part = age_years - whole
        if part < 1e-9:
            return curve[whole] if whole < len(curve) else 0.0
        return curve[whole] * (1.0 - part) + curve[whole + 1] * part if whole + 1 < len(curve) else 0.0

    def resale_usd(self, calendar: Calendar, ordered: int, t: int) -> float:
        """What a unit ordered in one period fetches in a later one: its share by age of the lower of its own price and
        that of a new unit, which after the last period is the last.
        """
        price = self.price_usd.expand(calendar)
        new = price[min(t, calendar.periods) - 1]
        return self.resale_share((t - ordered - self.lead_periods) * calendar.years) * min(price[ordered - 1], new)


# ── service ───────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── tax ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class DepreciationClass(Block):
    """How an asset is written off for tax, from the period in service on. Give exactly one of life and table."""

    life_years: Positive | None = Field(None, description="Straight line over this life.")
    table_shares: list[Share] | None = Field(
        None, min_length=1, description="Share of each year in service (a MACRS table, say); they sum to 1."
    )
    bonus_share: Share = Field(0.0, description="Written off at once; the rest follows the schedule.")
    convention: Literal["full", "half_year", "mid_month"] = Field(
        "full",
        description="For straight line: the asset counts as in service from the start of its first period (full), half "
        "a year later (half_year) or half a month later (mid_month).",
    )


class Tax(Block):
    """Corporate income tax."""

    rate: Share = Field(description="Statutory rate τ.")
    year_end: Literal["Q1", "Q2", "Q3", "Q4"] = Field(
        "Q4", description="Quarter with which a tax year ends; in yearly calendars a period is a tax year."
    )
    payment: Literal["instalments", "year_end"] = Field(
        "instalments",
        description="instalments: the tax of a tax year is paid in equal parts in its periods. year_end: in its last.",
    )
    year_to_date_musd: float = Field(
        0.0,
        description="Taxable income (negative: loss) of the first tax year before the calendar begins. The tax of the "
        "whole year is paid in the calendar: leave out what has been taxed.",
    )
    loss_usable_share: Share | None = Field(
        None, description="Share of a tax year's income that carried losses may offset; absent: losses are not carried."
    )
    opening_loss_musd: NonNegative = Field(
        0.0, description="Losses carried in from the tax years before that of instant 0."
    )
    interest_limit_share: Share | None = Field(
        None,
        description="Interest of a tax year is deductible up to its interest income and this share of its EBITDA "
        "(floored at 0), the rest is carried forward; absent: all of it is deductible.",
    )
    shield_in_cost_of_capital: bool = Field(
        True, description="Charge interest after tax in the cost of capital, as every WACC does; false: before tax."
    )


# ── financing ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Prepayment(Block):
    """Vintages may be repaid early."""

    premium_share: Share = Field(0.0, description="Fee on what is prepaid.")
    first_prepayment: PeriodLabel | None = Field(None, description="First period in which it is allowed.")


class TiedTo(Block):
    """A construction or vendor loan: a draw is at most a share of the capital spending it pays for."""

    capex_share: Share = Field(description="Share of the period's cash spending on what is named.")
    sites: list[Name] = Field(default=[], description="Sites whose spending counts.")
    hardware: list[Name] = Field(default=[], description="Offers whose spending counts, deposits included.")


class Lender(Block):
    """A lender, or a group of lenders, behind several instruments."""

    limit_musd: NonNegativeSeries = Field(description="Most that it has outstanding.")


class Debt(Block):
    """A debt instrument. Every draw is a vintage that is repaid on its own schedule."""

    kind: Literal["bullet", "level", "annuity", "sculpted", "revolver"] = Field(
        description="bullet: repaid at maturity. level: equal principal. annuity: equal payments. sculpted: repayment "
        "is decided, within grace and tenor. revolver: drawn and repaid at will."
    )
    rate_per_year: RateSeries = Field(
        description="Interest, nominal. A vintage keeps the rate of the period of its draw; revolver and sculpted debt "
        "pay that of the period."
    )
    tenor_periods: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None, description="Periods from draw to the last repayment; not for a revolver."
    )
    grace_periods: Periods = Field(0, description="Periods after a draw without repayment (interest is paid).")
    capitalise_interest: bool = Field(
        False, description="PIK: in grace, interest is added to the balance instead of paid."
    )
    first_draw: PeriodLabel | None = Field(
        None, description="First period with a draw (revolver: in which it is open)."
    )
    last_draw: PeriodLabel | None = Field(
        None, description="Last period with a draw (revolver: repaid in the period after it)."
    )
    min_draw_musd: NonNegative = Field(0.0, description="Least size of a draw, if there is one.")
    max_draw_musd: Positive | None = Field(None, description="Most that is drawn in a period.")
    limit_musd: NonNegative | None = Field(
        None, description="Most that is drawn over all periods (revolver: that is outstanding)."
    )
    opening_balance_musd: NonNegative = Field(
        0.0,
        description="Outstanding at instant 0, with its full tenor ahead: beside limit and draws (a revolver's counts "
        "towards its limit).",
    )
    upfront_fee_share: Share = Field(0.0, description="Fee on each draw.")
    issue_discount_share: Share = Field(0.0, description="Original-issue discount: kept back from each draw, yet owed.")
    issue_fee_musd: NonNegative = Field(0.0, description="Fixed fee in each period with a draw.")
    commitment_fee_per_year: Share = Field(
        0.0,
        description="On the undrawn part of the limit carried in, in each period of the draw window, if it is signed; "
        "nominal.",
    )
    security: dict[Literal["sites", "hardware", "construction_in_progress"], Share] | None = Field(
        None,
        min_length=1,
        description="Loan-to-value by asset class: these shares of the net book value pledged to it cover the balance.",
    )
    prepayment: Prepayment | None = Field(None, description="Early repayment, for bullet, level and annuity debt.")
    tied_to: TiedTo | None = Field(None, description="Draws are tied to capital spending.")
    lender: Name | None = Field(None, description="Name of its lender.")
    refinances: list[Name] | None = Field(
        None,
        min_length=1,
        description="Instruments whose principal its draws may repay as it falls due: that part is no debt service of "
        "a dscr, and beside what tied_to allows.",
    )

    @property
    def is_pooled(self) -> bool:
        """Whether it has one balance, whose repayment is decided, and no vintages."""
        return self.kind in ("revolver", "sculpted")


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


class Dividends(Block):
    """What is paid out to common shareholders, decided within these limits: dividends out of retained earnings and, if
    it may be returned, capital; the limits are on both together.
    """

    maximum_musd: NonNegativeSeries | None = Field(
        None, description="Most that is paid out in a period; absent: what earnings, capital and cash allow."
    )
    minimum_musd: NonNegativeSeries = Field(ZERO, description="Least that is paid out in a period.")
    minimum_total_musd: NonNegative = Field(0.0, description="Least that is paid out over all periods.")
    return_of_capital: bool = Field(
        False,
        description="What is paid out beyond retained earnings gives back paid-in capital: the opening one first, then "
        "rounds in the order in which they came. Otherwise no more is paid than was earned.",
    )
    lock_up_dscr: NonNegative | None = Field(
        None, description="Nothing is paid out in a period whose DSCR (company scope) is below this."
    )
    lock_up_over: Literal["year", "period"] = Field(
        "year", description="Flows of the lock-up: of the last twelve months, or of the period alone."
    )
    lock_up_first_year: Literal["untested", "annualised"] = Field(
        "untested",
        description="While fewer than twelve months (and no history) lie behind: no lock-up, or what there is counts.",
    )


class Bucket(Block):
    """One bucket of the pricing grid."""

    lower: NonNegative | None = Field(None, description="Least leverage or interest cover; absent: no lower end.")
    upper: NonNegative | None = Field(None, description="Largest leverage or interest cover; absent: no upper end.")
    spread_per_year: Annotated[float, Field(ge=-1.0, le=10.0)] = Field(
        0.0, description="Added to the rate of all debt, nominal."
    )
    cost_of_equity_per_year: Annotated[float, Field(ge=0.0, le=10.0)] | None = Field(
        None, description="Cost of equity in this bucket, effective; absent: relevered, or the company's."
    )


class Relever(Block):
    """The cost of equity of a bucket from its upper leverage L, D/E = L/(1 − L)."""

    method: Literal["hamada", "harris_pringle"] = Field(
        description="hamada: r_f + (k_u − r_f)·(1 + (1−τ)·D/E). harris_pringle: k_u + (k_u − k_d)·D/E, k_d with spread."
    )
    unlevered_cost_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(description="k_u, effective.")
    risk_free_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(0.0, description="r_f, effective, for hamada.")
    cost_of_debt_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.0, description="k_d, effective, for harris_pringle."
    )


class PricingGrid(Block):
    """What capital costs depends on leverage D/(D+E) or interest cover: exactly one bucket a period."""

    by: Literal["leverage", "interest_cover"] = Field(description="What the buckets are ranges of.")
    over: Literal["year", "period"] = Field(
        "year",
        description="interest_cover: of the last twelve months (of what there is of them, in the first year without "
        "history), or of the period alone.",
    )
    buckets: list[Bucket] = Field(
        min_length=1, description="leverage: from low to high. interest_cover: from high to low (cheap to dear)."
    )
    relever: Relever | None = Field(
        None, description="How buckets without a cost of equity get one (by leverage only)."
    )


class AdjustedPresentValue(Block):
    """Rates of the objective adjusted_present_value."""

    unlevered_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(
        description="k_u, effective, for flows as if there were no debt."
    )
    shield_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(
        description="For the tax shield and issue costs, effective."
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


class Covenant(Block):
    """A promise to lenders, tested at the end of every period of its window."""

    kind: Literal[
        "dscr", "interest_cover", "debt_to_ebitda", "debt_to_capital", "loan_to_value", "minimum_liquidity"
    ] = Field(
        description="dscr: CFADS / scheduled debt service. interest_cover: EBITDA / interest. debt_to_ebitda: debt / "
        "EBITDA of a year. debt_to_capital: debt / (debt + equity). loan_to_value: debt / net book value of "
        "the assets named. minimum_liquidity: cash + what could be drawn under revolvers, USD million. All but "
        "the last, and a share of debt to be reached, are tested only where there is debt, interest or debt service of "
        "1,000 dollars."
    )
    minimum: NonNegativeSeries | None = Field(
        None,
        description="Floor, for dscr, interest_cover and minimum_liquidity; for debt_to_capital a share to be reached.",
    )
    maximum: NonNegativeSeries | None = Field(None, description="Ceiling, for the others.")
    first_test: PeriodLabel | None = Field(None, description="First period tested.")
    last_test: PeriodLabel | None = Field(None, description="Last period tested.")
    scope: Literal["company", "infrastructure"] = Field(
        "company", description="infrastructure leaves corporate flows out of EBITDA and CFADS."
    )
    assets: list[Literal["sites", "hardware", "construction_in_progress"]] | None = Field(
        None, min_length=1, description="loan_to_value: the asset classes whose book value counts."
    )
    instruments: list[Name] | None = Field(
        None, min_length=1, description="loan_to_value: whose debt; absent: all debt."
    )
    equity_basis: Literal["paid_in", "book"] = Field(
        "paid_in",
        description="debt_to_capital: what equity is. paid_in: what shareholders have paid in, common and preferred, "
        "less what was returned. book: with retained earnings, which may be negative.",
    )
    over: Literal["year", "period"] = Field(
        "year",
        description="dscr, interest_cover, debt_to_ebitda: flows of the last twelve months, or of the period alone "
        "(EBITDA then times the periods of a year).",
    )
    first_year: Literal["untested", "annualised"] = Field(
        "untested",
        description="While fewer than twelve months (and no history) lie behind: no test, or one on what there is, "
        "made a year's.",
    )
    tax: Literal["company", "stand_alone", "none"] | None = Field(
        None,
        description="dscr: the tax taken off CFADS. company: as paid. stand_alone: on the infrastructure's own income "
        "less the interest of all debt, with losses of its own. Absent: company, at scope infrastructure stand_alone.",
    )
    balloons: Literal["counted", "excluded"] | None = Field(
        None,
        description="dscr: whether the maturity of a bullet of more than a year is debt service. Absent: excluded, at "
        "scope infrastructure counted.",
    )


class History(Block):
    """What came before the calendar, for tests and grids that look back on twelve months.

    A number for every period before, or steps such as {2025Q2: 10, 2025Q4: 12}: 10 from 2025Q2 on, 12 in 2025Q4.
    Nothing is known of periods before the first step.
    """

    ebitda_musd: AnySeries | None = Field(None, description="EBITDA of a period, in cash.")
    corporate_musd: AnySeries = Field(ZERO, description="What of EBITDA is corporate (costs are negative).")
    tax_musd: AnySeries = Field(ZERO, description="Tax paid in a period.")
    interest_musd: NonNegativeSeries | None = Field(None, description="Interest of a period.")
    principal_musd: NonNegativeSeries | None = Field(None, description="Scheduled principal paid in a period.")


# ── the whole file ────────────────────────────────────────────────────────────────────────────────────────────────


class Instance(Block):
    """A whole instance file."""

    name: Name = Field(description="Name of the instance; its runs are kept under it.")
    title: str | None = Field(None, description="One line for reports.")
    calendar: CalendarBlock = Field(description="The periods.")
    discount: Discount = Field(description="Discounting.")
    objectives: list[Objective] = Field(
        default=[Objective(name="cost_of_capital"), Objective(name="shareholder_value")],
        min_length=1,
        description="Ordered list: within the slack of the best of one level, the best of the next is taken. Absent: "
        "shareholder_value alone where something that earns can be left undone (a market with revenue and a "
        "min_served_share below 1, a phase with a value, a partner), else cost_of_capital and then it.",
    )
    solve: SolveOptions = Field(SolveOptions(), description="Gap, time limit, threads and seed.")
    fair_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] | None = Field(
        None,
        description="Reference rate of debt f, effective per year, at which what is owed after the last period is "
        "discounted; absent: the least effective yield of the debt that can be drawn, or the discount rate.",
    )
    draw_timing: Timing = Field(
        "end", description="Where in its period a draw, a raise or a repayment of what was drawn falls (κ)."
    )
    payment_timing: Timing = Field(
        "end",
        description="Where in its period capital spending falls (σ): deposits, deliveries, construction and land. "
        "Before the end it is paid out of the cash carried in and of what is drawn and raised by then.",
    )
    opening: Opening = Field(Opening(), description="Opening balance sheet.")
    history: History | None = Field(None, description="What came before, for lenders' tests of the first year.")
    cash: Cash = Field(Cash(), description="Cash rules.")
    regions: dict[Name, Region] = Field(default={}, description="Grid areas.")
    energy_sources: dict[Name, EnergySource] = Field(default={}, description="Sources of energy beside the grid.")
    power: Power = Field(Power(), description="Power limits over all regions.")
    resources: dict[Name, Resource] = Field(default={}, description="Named resources with limits.")
    sites: dict[Name, Site] = Field(default={}, description="Candidate sites.")
    hardware: dict[Name, Offer] = Field(default={}, description="Hardware offers.")
    markets: dict[Name, Market] = Field(default={}, description="Markets to serve.")
    cloud: dict[Name, Cloud] = Field(default={}, description="Clouds to rent from.")
    cash_flows: dict[Name, CashFlow] = Field(default={}, description="Given flows.")
    depreciation: dict[Name, DepreciationClass] = Field(default={}, description="Tax depreciation classes.")
    tax: Tax | None = Field(None, description="Tax; absent: none is paid.")
    lenders: dict[Name, Lender] = Field(default={}, description="Lenders with limits over several instruments.")
    debt: dict[Name, Debt] = Field(default={}, description="Debt instruments.")
    equity: Equity | None = Field(None, description="Equity; absent: it costs nothing and none can be raised.")
    preferred_equity: dict[Name, PreferredEquity] = Field(default={}, description="Preferred shares.")
    partners: dict[Name, Partner] = Field(default={}, description="Strategic partners.")
    pricing_grid: PricingGrid | None = Field(None, description="What capital costs by leverage or cover.")
    adjusted_present_value: AdjustedPresentValue | None = Field(None, description="For the objective of that name.")
    budgets: dict[Name, Budget] = Field(default={}, description="Capital budgets.")
    covenants: dict[Name, Covenant] = Field(default={}, description="Covenants.")
    terminal: Terminal = Field(Terminal(kind="none"), description="What there is after the last period.")

    @model_validator(mode="after")
    def _objectives_by_default(self) -> Self:
        """A list that is not written depends on the file: it counts as not given."""
        if "objectives" not in self.model_fields_set:
            self.__dict__["objectives"] = default_of(self, "objectives")
        return self

    @property
    def periods(self) -> Calendar:
        """The calendar with its arithmetic.

        >>> base.periods.labels
        ['2026', '2027']
        """
        return Calendar.of(self.calendar.start, self.calendar.length, self.calendar.periods)

    @property
    def returns_capital(self) -> bool:
        """Whether paid-in capital may be given back.

        >>> base.returns_capital
        False
        """
        dividends = None if self.equity is None else self.equity.dividends
        return dividends is not None and dividends.return_of_capital

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Name, title, calendar, and how many there are of what: a whole instance fills many screens."""
        calendar = self.calendar
        yield "name", self.name
        yield "title", self.title
        yield "calendar", f"{calendar.periods} {calendar.length}s from {calendar.start}"
        yield from ((name, len(value)) for name, value in self if isinstance(value, dict) and value)

    def canonical(self) -> dict[str, Any]:
        """The instance as plain data: defaults filled in, names sorted; equal for files that mean the same.

        >>> base.canonical()["debt"]["loan"]["rate_per_year"]
        0.08
        """
        data: dict[str, Any] = _sorted(self.model_dump(mode="json"))
        return data

    def replace(self, changes: Mapping[str, Any]) -> Instance:
        """The instance with other values at some dotted paths, checked like a file; this one stays as it is.

        ``instance.replace({"debt.loan.rate_per_year": 0.08, "sites.a.phases.one.mw": 200, "tax": None})``: a path is
        one of those that sweeps use; a value is a figure, a series, or a whole block, which takes the place of what is
        there; None removes a part, as null does in a variant. Raises InstanceError: for a path that leads nowhere, and
        with every error of the result.

        >>> dear = base.replace({"debt.loan.rate_per_year": 0.09})
        >>> round(optimizer.solve(dear).metrics["cost_of_capital"], 3)  # 9 / 1.1²
        7.438
        """
        from optimizer.instance.changes import changed

        return changed(self, changes)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical data without notes, sources and solver options, hexadecimal.

        >>> len(base.hash), base.hash == base.replace({"debt.loan.rate_per_year": 0.09}).hash
        (64, False)
        """
        data = _without(self.canonical(), {"notes", "source", "title"})
        data.pop("solve")
        return hashlib.sha256(json.dumps(data, separators=(",", ":")).encode()).hexdigest()


def default_of(block: Block, name: str) -> Any:
    """What a field is where it is not written; the objectives of an instance depend on the rest of it."""
    if isinstance(block, Instance) and name == "objectives":
        return [Objective(name=each) for each in default_objectives(block)]
    return type(block).model_fields[name].get_default()


def _sorted(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(item) for item in data] if isinstance(data, list) else data


def _without(data: Any, keys: set[str]) -> Any:
    if isinstance(data, dict):
        # a block may itself be called "notes": only texts are dropped
        texts = {key for key in keys & data.keys() if data[key] is None or isinstance(data[key], str)}
        return {key: _without(value, keys) for key, value in data.items() if key not in texts}
    return [_without(item, keys) for item in data] if isinstance(data, list) else data
