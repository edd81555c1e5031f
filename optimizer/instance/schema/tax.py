"""Corporate income tax, and what is written off for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, Positive, Share


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
    opening_interest_musd: NonNegative = Field(
        0.0, description="Interest carried in that earlier tax years could not deduct, with interest_limit_share."
    )
    interest_limit_share: Share | None = Field(
        None,
        description="Interest of a tax year is deductible up to its interest income and this share of its EBITDA "
        "(floored at 0), the rest is carried forward; absent: all of it is deductible.",
    )
    shield_in_cost_of_capital: bool = Field(
        True, description="Charge interest after tax in the cost of capital, as every WACC does; false: before tax."
    )
