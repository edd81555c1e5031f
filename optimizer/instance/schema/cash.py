"""The balance sheet at the start, rules for cash, ceilings on capital spending."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, NonNegative, Periods
from optimizer.instance.series import NonNegativeSeries, RateSeries


class Opening(Block):
    """The balance sheet at instant 0. Retained earnings are what balances it."""

    cash_musd: NonNegative = Field(0.0, description="Cash in hand.")
    paid_in_capital_musd: NonNegative = Field(
        0.0, description="Equity that shareholders have paid in; the cost of equity is charged on it."
    )
    other_assets_musd: NonNegative = Field(0.0, description="Assets that stay as they are.")
    retained_earnings_musd: float | None = Field(
        None,
        description="Retained earnings (negative: accumulated losses) as the books have them: the opening balance "
        "sheet has to balance with them. Absent: what balances it.",
    )


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
    look_ahead_periods: Periods = Field(
        0,
        description="Over how many periods to come cash and what can be drawn, of lines still open then, cover the "
        "least cash and what is committed: balances of orders placed, and what phases begun still cost. A loan "
        "tied to what falls due covers its share of that, within what is undrawn of it. A borrowing group covers its "
        "own; what it is short of is covered by the company, within what the group may still get.",
    )
    look_ahead_debt_service: bool = Field(
        False, description="Whether the scheduled service of loans drawn is committed, too."
    )


class Budget(Block):
    """A ceiling on capital spending."""

    musd: NonNegativeSeries = Field(description="Ceiling of each period.")
    carry_over: bool = Field(False, description="What is left over may be spent later.")
    covers: list[Literal["sites", "hardware"]] = Field(
        default=["sites", "hardware"], min_length=1, description="Whose spending counts."
    )
