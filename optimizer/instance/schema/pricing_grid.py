"""What capital costs by leverage or interest cover."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative


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
