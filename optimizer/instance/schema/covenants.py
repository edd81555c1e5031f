"""Promises to lenders, and what came before the calendar for their tests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, PeriodLabel
from optimizer.instance.series import AnySeries, NonNegativeSeries


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
    group: Name | None = Field(
        None,
        description="All but debt_to_capital: the borrowing group that is tested, on its own figures, before tax. "
        "Absent: the company with all its groups; for minimum_liquidity without the cash and the revolvers of groups.",
    )
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
