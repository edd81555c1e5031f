"""What is optimised."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative

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


class AdjustedPresentValue(Block):
    """Rates of the objective adjusted_present_value."""

    unlevered_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(
        description="k_u, effective, for flows as if there were no debt."
    )
    shield_rate_per_year: Annotated[float, Field(gt=-1.0, le=10.0)] = Field(
        description="For the tax shield and issue costs, effective."
    )
