"""What a user writes: one class per block.

Every class is frozen and refuses unknown keys. The unit of a field is the suffix of its name: ``_musd`` million US
dollars, ``_usd`` dollars, ``_mw`` megawatts, ``_kw`` kilowatts, ``_h100e`` H100 equivalents, ``_periods`` periods of
the calendar, ``_share`` a number from 0 to 1, ``_per_year`` a yearly rate. The field texts below are the reference:
`docs/instance.md`, the JSON Schema and the help lines of error messages are made from them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from optimizer.instance.calendar import Calendar
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

ZERO = Series(0.0)
ONE = Series(1.0)


class Block(BaseModel):
    """What all blocks share."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    source: str | None = Field(None, description="Where the figures of this block come from.")
    notes: str | None = Field(None, description="Anything a reader should know.")


# ── time and money ────────────────────────────────────────────────────────────────────────────────────────────────


class CalendarBlock(Block):
    """The periods that are planned."""

    start: PeriodLabel = Field(description="Label of the first period: 2026, 2026Q3 or 2026-07.")
    periods: Annotated[int, Field(ge=1, le=1200)] = Field(description="How many periods.")
    length: Literal["year", "quarter", "month"] = Field("year", description="Length of a period.")


class Discount(Block):
    """The rate that brings money of different periods together."""

    rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(description="Discount rate ρ, per year.")
    timing: Timing = Field("end", description="Where in its period a flow is discounted from (θ).")


class Objective(Block):
    """One level of the ordered list of objectives."""

    name: Literal["cost_of_capital", "net_present_cost", "terminal_cash", "peak_funding", "total_value"] = Field(
        description="What is optimised. terminal_cash and total_value are maximised, the others minimised."
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
    yield_per_year: RateSeries = Field(ZERO, description="Interest earned on the cash carried in.")


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

    kind: Literal["none", "book_share", "ebitda_multiple"] = Field(description="How they are valued.")
    share: Share | None = Field(None, description="book_share: the share of net book value of sites and hardware.")
    multiple: NonNegative | None = Field(None, description="ebitda_multiple: times the last period's EBITDA per year.")


# ── sites and power ───────────────────────────────────────────────────────────────────────────────────────────────


class Region(Block):
    """A grid area."""

    energy_price_usd_per_mwh: AnySeries = Field(description="Price of energy.")
    power_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites of the region may draw.")


class Power(Block):
    """Limits over all regions."""

    system_limit_mw: NonNegativeSeries | None = Field(None, description="Most that all sites together may draw.")


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
    value_musd: float = Field(0.0, description="Stand-alone value of one phase, for the objective total_value.")


class Site(Block):
    """A place where phases can be built."""

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


class Offer(Block):
    """A way to get one type of accelerator from one vendor."""

    vendor: str | None = Field(None, description="Who sells it.")
    accelerator: str | None = Field(None, description="What it is.")
    price_usd: NonNegativeSeries = Field(description="Price per unit, by order period, before tiers.")
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
    order_fee_musd: NonNegativeSeries = Field(
        ZERO, description="Fee for each period in which an order is placed; expensed."
    )
    upkeep_usd_per_unit_year: NonNegativeSeries = Field(ZERO, description="Maintenance of a unit in service.")
    tax_class: Name | None = Field(None, description="Depreciation class of the price; absent: no tax depreciation.")
    tiers: Tiers | None = Field(None, description="Volume discount.")
    sites: list[Name] | None = Field(None, min_length=1, description="Sites that may house it; absent: all.")


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


class Cloud(Block):
    """Compute rented by the hour."""

    price_usd_per_h100e_hour: NonNegativeSeries = Field(description="Price of an hour.")
    limit_h100e: NonNegativeSeries = Field(description="Most that can be rented, average over the period.")


# ── tax ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class DepreciationClass(Block):
    """How an asset is written off for tax, from the period in service on. Give exactly one of life and table."""

    life_years: Positive | None = Field(None, description="Straight line over this life.")
    table_shares: list[Share] | None = Field(
        None, min_length=1, description="Share of each year in service (a MACRS table, say); they sum to 1."
    )
    bonus_share: Share = Field(0.0, description="Written off at once; the rest follows the schedule.")


class Tax(Block):
    """Corporate income tax."""

    rate: Share = Field(description="Statutory rate τ.")
    loss_usable_share: Share | None = Field(
        None, description="Share of a period's income that carried losses may offset; absent: losses are not carried."
    )
    opening_loss_musd: NonNegative = Field(0.0, description="Losses carried in at instant 0.")
    shield_in_cost_of_capital: bool = Field(
        True, description="Charge interest after tax in the cost of capital, as every WACC does; false: before tax."
    )


# ── financing ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Debt(Block):
    """A debt instrument. Every draw is a vintage that is repaid on its own schedule."""

    kind: Literal["bullet", "level", "annuity", "revolver"] = Field(
        description="bullet: repaid at maturity. level: equal principal. annuity: equal payments. revolver: drawn and "
        "repaid at will."
    )
    rate_per_year: RateSeries = Field(
        description="Interest. A vintage keeps the rate of the period of its draw; a revolver pays that of the period."
    )
    tenor_periods: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None, description="Periods from draw to the last repayment; not for a revolver."
    )
    grace_periods: Periods = Field(0, description="Periods after a draw without repayment (interest is paid).")
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
        0.0, description="Outstanding at instant 0, with its full tenor ahead; outside limit and draws."
    )
    upfront_fee_share: Share = Field(0.0, description="Fee on each draw.")
    issue_fee_musd: NonNegative = Field(0.0, description="Fixed fee in each period with a draw.")
    commitment_fee_per_year: Share = Field(
        0.0,
        description="On the undrawn part of the limit carried in, in each period of the draw window, if it is signed.",
    )
    security: dict[Literal["sites", "hardware", "construction_in_progress"], Share] | None = Field(
        None,
        min_length=1,
        description="Loan-to-value by asset class: these shares of the net book value pledged to it cover the balance.",
    )


class EquityRound(Block):
    """A round that may be raised once."""

    min_musd: NonNegative = Field(0.0, description="Least size, if it is raised.")
    max_musd: Positive = Field(description="Largest size.")
    first_raise: PeriodLabel | None = Field(None, description="First period in which it can be raised.")
    last_raise: PeriodLabel | None = Field(None, description="Last period in which it can be raised.")
    flotation_share: Share = Field(0.0, description="Issue cost as a share of the amount.")
    flotation_fixed_musd: NonNegative = Field(0.0, description="Fixed issue cost.")
    pre_money_musd: NonNegativeSeries | None = Field(None, description="Value before the round; gives the share sold.")
    cost_of_equity_per_year: RateSeries | None = Field(None, description="Return on this money; absent: the company's.")


class Equity(Block):
    """What shareholders ask, and when more can be raised."""

    cost_of_equity_per_year: RateSeries = Field(description="Return k_e on the equity paid in.")
    rounds: dict[Name, EquityRound] = Field(default={}, description="Rounds that may be raised.")


class Covenant(Block):
    """A promise to lenders, tested at the end of every period of its window."""

    kind: Literal[
        "dscr", "interest_cover", "debt_to_ebitda", "debt_to_capital", "loan_to_value", "minimum_liquidity"
    ] = Field(
        description="dscr: CFADS / scheduled debt service. interest_cover: EBITDA / interest. debt_to_ebitda: debt / "
        "EBITDA of a year. debt_to_capital: debt / (debt + paid-in equity). loan_to_value: debt / net book value of "
        "the assets named. minimum_liquidity: cash + undrawn revolver, USD million."
    )
    minimum: NonNegativeSeries | None = Field(
        None, description="Floor, for dscr, interest_cover and minimum_liquidity."
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


# ── the whole file ────────────────────────────────────────────────────────────────────────────────────────────────


class Instance(Block):
    """A whole instance file."""

    name: Name = Field(description="Name of the instance; its runs are kept under it.")
    title: str | None = Field(None, description="One line for reports.")
    calendar: CalendarBlock = Field(description="The periods.")
    discount: Discount = Field(description="Discounting.")
    objectives: list[Objective] = Field(
        default=[Objective(name="cost_of_capital"), Objective(name="net_present_cost")],
        min_length=1,
        description="Ordered list: within the slack of the best of one level, the best of the next is taken.",
    )
    solve: SolveOptions = Field(SolveOptions(), description="Gap, time limit, threads and seed.")
    draw_timing: Timing = Field(
        "end", description="Where in its period a draw or a raise comes (κ), for what it costs."
    )
    opening: Opening = Field(Opening(), description="Opening balance sheet.")
    cash: Cash = Field(Cash(), description="Cash rules.")
    regions: dict[Name, Region] = Field(default={}, description="Grid areas.")
    power: Power = Field(Power(), description="Power limits over all regions.")
    resources: dict[Name, Resource] = Field(default={}, description="Named resources with limits.")
    sites: dict[Name, Site] = Field(default={}, description="Candidate sites.")
    hardware: dict[Name, Offer] = Field(default={}, description="Hardware offers.")
    markets: dict[Name, Market] = Field(default={}, description="Markets to serve.")
    cloud: dict[Name, Cloud] = Field(default={}, description="Clouds to rent from.")
    cash_flows: dict[Name, CashFlow] = Field(default={}, description="Given flows.")
    depreciation: dict[Name, DepreciationClass] = Field(default={}, description="Tax depreciation classes.")
    tax: Tax | None = Field(None, description="Tax; absent: none is paid.")
    debt: dict[Name, Debt] = Field(default={}, description="Debt instruments.")
    equity: Equity | None = Field(None, description="Equity; absent: it costs nothing and none can be raised.")
    budgets: dict[Name, Budget] = Field(default={}, description="Capital budgets.")
    covenants: dict[Name, Covenant] = Field(default={}, description="Covenants.")
    terminal: Terminal = Field(Terminal(kind="none"), description="Terminal value, in net present cost.")

    @property
    def periods(self) -> Calendar:
        """The calendar with its arithmetic."""
        return Calendar.of(self.calendar.start, self.calendar.length, self.calendar.periods)

    def canonical(self) -> dict[str, Any]:
        """The instance as plain data: defaults filled in, names sorted; equal for files that mean the same."""
        data: dict[str, Any] = _sorted(self.model_dump(mode="json"))
        return data

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical data without notes, sources and solver options, hexadecimal."""
        data = _without(self.canonical(), {"notes", "source", "title"})
        data.pop("solve")
        return hashlib.sha256(json.dumps(data, separators=(",", ":")).encode()).hexdigest()


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
