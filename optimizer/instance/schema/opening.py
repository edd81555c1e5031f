"""What a company that already runs has at instant 0: units in service and on order, sites, what is being built, and
customers whose contracts are signed.
"""

from __future__ import annotations

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, NonNegative, PeriodLabel, Periods, Positive, Timing
from optimizer.instance.series import NonNegativeSeries


class ResourceUse(Block):
    """What one phase takes of a resource."""

    building: NonNegative = Field(0.0, description="From the start period until the phase is energised.")
    running: NonNegative = Field(0.0, description="From the period in which it is energised on.")


class OpeningUnits(Block):
    """Units of an offer that a company has as the plan begins: in service at a site, or ordered and not yet there."""

    site: Name = Field(description="Where they stand, or will.")
    units: Positive = Field(description="How many.")
    age_periods: Periods = Field(
        0, description="In service: periods that they have served by instant 0; they serve what is left of their life."
    )
    delivery: PeriodLabel | None = Field(
        None, description="On order: the period in which they arrive, and from which on they serve; absent: in service."
    )
    book_value_musd: NonNegative = Field(
        0.0, description="In service: net book value, written off straight line over what is left of their life."
    )
    deposit_musd: NonNegative = Field(0.0, description="On order: what has been paid, a deposit in the books.")
    due_musd: NonNegative = Field(0.0, description="On order: what is paid at delivery.")
    tax_basis_musd: dict[Name, NonNegative] = Field(
        default={},
        description="By depreciation class: in service what is not yet written off for tax, on order what the class "
        "has of the whole cost.",
    )
    price_usd: NonNegative | None = Field(
        None, description="Price per unit at their order, for resale; absent: the offer's of the first period."
    )


class OpeningPart(Block):
    """A part of what stands or is built at a site, with a write-off of its own."""

    book_value_musd: NonNegative = Field(
        0.0, description="On line: net book value. Under construction: spent so far, construction in progress."
    )
    book_life_years: Positive | None = Field(
        None,
        description="Straight-line life in the books that is left from instant 0, or from the period in which it is "
        "ready; what is still to be spent later has the same from its payment on. Absent: never written off.",
    )
    tax_basis_musd: dict[Name, NonNegative] = Field(
        default={}, description="By depreciation class: what of the cost spent is not yet written off for tax."
    )
    land_basis_musd: NonNegative = Field(0.0, description="What of it is never written off for tax: land, at its cost.")
    to_spend_musd: list[NonNegative] = Field(
        default=[], description="What is still to be spent, by period from the first on."
    )
    tax_class: Name | None = Field(
        None, description="Depreciation class of what is still to be spent; absent: no tax depreciation."
    )


class OpeningAsset(Block):
    """What stands at a site as the plan begins, or is being built; beside its phases, which have not begun."""

    mw: NonNegative = Field(0.0, description="Power that it brings, once it is ready.")
    ready: PeriodLabel | None = Field(
        None, description="Under construction: the period from which on it is on line; absent: it is."
    )
    service_periods: Periods = Field(
        0, description="On line: periods that it has served by instant 0, for its depreciation classes."
    )
    fixed_opex_musd_per_year: NonNegativeSeries = Field(ZERO, description="Running cost while it is on line.")
    resources: dict[Name, ResourceUse] = Field(default={}, description="What it takes of each resource.")
    parts: dict[Name, OpeningPart] = Field(default={}, description="Parts of it, each with its own write-off.")
    payment_timing: Timing | None = Field(
        None, description="Where in its period what is still to be spent is paid; absent: the file's."
    )


class OpeningContract(Block):
    """A customer's contract that was signed before the plan begins: how far its term is gone, and what is left of what
    was paid ahead."""

    service_periods: Periods = Field(
        0,
        description="Periods of its term served by instant 0: ramp, steps of the price and the rest of the term go on "
        "from there. As many as the term or more: it has been renewed.",
    )
    acceptance: PeriodLabel | None = Field(
        None,
        description="Not accepted yet: the period agreed for it, the first of the term; absent: it is being served.",
    )
    deferred_musd: NonNegative = Field(
        0.0,
        description="What is left of its prepayment: deferred revenue in the opening balance sheet, credited against "
        "what is still invoiced in the first term.",
    )
    shares_left_musd: NonNegative = Field(
        0.0,
        description="Of shares that the customer got, what is not yet taken off revenue: an asset in the opening "
        "balance sheet.",
    )
    taxed_in: PeriodLabel | None = Field(
        None,
        description="Of a prepayment that is `deferred_a_year`: a period of the tax year at whose end what is left of "
        "it is taxed; absent: that was before the plan.",
    )
